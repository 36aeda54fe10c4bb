"""A folder on an IMAP server: what lies in it, and where what was handled is moved.

By UID, which holds within one connection whatever UIDVALIDITY says of the next: what
was taken in is known by its digest, and no UID is kept.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from views.config import Imap

TIMEOUT = 30
AT_ONCE = 500
HANDLED = "Handled"


class Unreachable(Exception):
    """The mailbox cannot be read; says why without address or password."""


class Folder:
    """A selected folder."""

    def __init__(self, server: imaplib.IMAP4, name: str) -> None:
        self.server = server
        # Before one has signed in, a server tells little of what it can do.
        known = b" ".join(self._ask("capability")).decode("ascii", "replace")
        self.capabilities = frozenset(known.upper().split())
        told = self._ask("select", _quoted(name))
        self.count = int(told[0] or 0)
        self.handled = self._made()

    def sizes(self) -> Iterator[tuple[str, int]]:
        """Yield the UID and the size of each mail, all read before any is moved."""
        found: list[tuple[str, int]] = []
        for first in range(1, self.count + 1, AT_ONCE):
            last = min(first + AT_ONCE - 1, self.count)
            what = "(UID RFC822.SIZE FLAGS)"
            for told in self._ask("fetch", f"{first}:{last}", what):
                line = told if isinstance(told, bytes) else b""
                uid = re.search(rb"\bUID (\d+)", line)
                size = re.search(rb"\bRFC822\.SIZE (\d+)", line)
                if uid and size and b"\\Deleted" not in line:
                    found.append((uid[1].decode(), int(size[1])))
        yield from found

    def fetch(self, uid: str, what: str) -> bytes | None:
        """Return what is asked of a mail; None where it is there no longer."""
        for told in self._ask("uid", "FETCH", uid, f"({what})"):
            if isinstance(told, tuple):
                return bytes(told[1])
        return None

    def move(self, uid: str, *, is_flagged: bool) -> None:
        """Move a mail to where the handled lie."""
        if is_flagged:
            self._ask("uid", "STORE", uid, "+FLAGS.SILENT", r"(\Flagged)")
        if "MOVE" in self.capabilities:
            self._ask("uid", "MOVE", uid, self.handled)
            return
        self._ask("uid", "COPY", uid, self.handled)
        self._ask("uid", "STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self.capabilities:
            self._ask("uid", "EXPUNGE", uid)

    def _made(self) -> str:
        """Return the folder of the handled, made where there is none.

        Some servers keep all folders below the inbox.
        """
        told = self._ask("list", '""', '""')
        mark = re.search(rb'\) "?([^"\s]+)"? ', told[0] or b"")
        delimiter = mark[1].decode() if mark else "."
        names = [_quoted(HANDLED), _quoted(f"INBOX{delimiter}{HANDLED}")]
        for name in names:
            if self.server.status(name, "(UIDVALIDITY)")[0] == "OK":
                return name
        for name in names:
            if self.server.create(name)[0] == "OK":
                return name
        raise Unreachable("IMAP: no folder for what was handled")

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        status, told = getattr(self.server, command)(*arguments)
        if status != "OK":
            raise Unreachable(
                f"IMAP {command} {arguments[0] if command == 'uid' else ''}"
            )
        return list(told)


@contextmanager
def connected(settings: Imap, token_file: Path | None) -> Iterator[Folder]:
    """Yield the folder that IMAP_URL names; raise Unreachable."""
    try:
        server = _server(settings)
        try:
            _log_in(server, settings, token_file)
            yield Folder(server, settings.folder)
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()
            with suppress(OSError):
                server.shutdown()
    except (OSError, imaplib.IMAP4.error) as problem:
        raise Unreachable(f"IMAP: {type(problem).__name__}") from problem


def _server(settings: Imap) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    host, port = settings.host, settings.port
    if settings.scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=TIMEOUT)
    server = imaplib.IMAP4(host, port, timeout=TIMEOUT)
    if settings.scheme == "imap+starttls":
        try:
            server.starttls(context)
        except BaseException:
            server.shutdown()
            raise
    return server


def _log_in(server: imaplib.IMAP4, settings: Imap, token_file: Path | None) -> None:
    """Sign in by password, or by the access token that the file holds just now."""
    if token_file is None or not settings.has_oauth2:
        server.login(_quoted(settings.user), settings.password)
        return
    token = token_file.read_text(encoding="ascii").strip()
    said = iter([f"user={settings.user}\x01auth=Bearer {token}\x01\x01".encode()])
    # A server that refuses says why, and waits for an empty line.
    server.authenticate("XOAUTH2", lambda _told: next(said, b""))


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""The mailbox that replies come to: an IMAP folder, or a Maildir.

Each mail is taken in first and put away afterwards. Where that is cut short, it is
found again, known by its digest, and put away then: nothing counts twice, nothing is
passed over. One that cannot be taken in never keeps the others waiting.
"""

import hashlib
import os
import stat
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from flask import current_app
from sqlalchemy.exc import OperationalError

from coordinator import arrivals
from coordinator.verdicts import Arrived
from models import db
from views import arriving, imap
from views.imap import Unreachable

TRIES = 3
ASIDE = ("unreadable", "too_large", "poison")
"""What a person has to look at in the mailbox itself: it is flagged there."""


class Letter(NamedTuple):
    """A mail that lies in a mailbox: its name there, and how large it is."""

    name: str
    size: int


class Mailbox(Protocol):
    """Where mails lie until they are put away."""

    def letters(self) -> Iterator[Letter]:
        """Yield what has come, the oldest first."""

    def fetch(self, letter: Letter, *, headers_alone: bool) -> bytes | None:
        """Return the mail; None where it is there no longer."""

    def put_away(self, letter: Letter, *, is_flagged: bool) -> None:
        """Let the mail not be found again."""


def receive() -> Counter[str]:
    """Take in what came to the mailbox of IMAP_URL; nothing where none is set.

    Return how many mails were what. Raise `imap.Unreachable`.
    """
    settings = current_app.config["SETTINGS"]
    if settings.imap is None:
        return Counter()
    with imap.connected(settings.imap, settings.imap_token_file) as folder:
        return take_in(Imap(folder))


def take_in(mailbox: Mailbox) -> Counter[str]:
    """Take in every mail of the mailbox and put it away; return how many were what."""
    found: Counter[str] = Counter()
    for letter in mailbox.letters():
        is_large = letter.size > arriving.LARGEST
        raw = mailbox.fetch(letter, headers_alone=is_large)
        if raw is None:
            continue
        code = _taken(raw, is_large=is_large)
        mailbox.put_away(letter, is_flagged=code in ASIDE)
        found[code] += 1
    return found


def _taken(raw: bytes, *, is_large: bool) -> str:
    """Take one mail in; one that makes us stumble three times is kept as such."""
    read = arriving.read_headers if is_large else arriving.read
    now = datetime.now(UTC)
    for _ in range(TRIES):
        try:
            return arrivals.take(read(raw, now))
        except OperationalError:
            # The database is away: that is no fault of the mail.
            raise
        except Exception as error:
            db.session.rollback()
            where = "".join(traceback.format_tb(error.__traceback__))
            name = type(error).__name__
            current_app.logger.error("a mail that came: %s\n%s", name, where)
    digest = hashlib.sha256(raw).hexdigest()
    return arrivals.take(Arrived(digest, now, nature="poison"))


class Imap:
    """An IMAP folder; what was taken in is moved to `Handled`."""

    def __init__(self, folder: imap.Folder) -> None:
        self.folder = folder

    def letters(self) -> Iterator[Letter]:
        """Yield what lies in the folder, by UID."""
        for uid, size in self.folder.sizes():
            yield Letter(uid, size)

    def fetch(self, letter: Letter, *, headers_alone: bool) -> bytes | None:
        """Fetch the mail, which stays unread."""
        what = "BODY.PEEK[]"
        if headers_alone:
            what = f"BODY.PEEK[HEADER]<0.{arriving.LARGEST_HEADERS}>"
        return self.folder.fetch(letter.name, what)

    def put_away(self, letter: Letter, *, is_flagged: bool) -> None:
        """Move the mail."""
        self.folder.move(letter.name, is_flagged=is_flagged)


class Maildir:
    """A Maildir; what was taken in is in `cur`, seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "new").is_dir() or not (folder / "cur").is_dir():
            raise Unreachable("not a Maildir: it needs new and cur")

    def letters(self) -> Iterator[Letter]:
        """Yield what nobody has seen, by the names, which begin with when it came."""
        found = []
        for part in ("new", "cur"):
            for path in (self.folder / part).iterdir():
                is_seen = "S" in path.name.partition(":2,")[2]
                if not is_seen and not path.name.startswith("."):
                    found.append(path)
        for path in sorted(found, key=lambda one: one.name):
            info = path.lstat() if path.exists() else None
            if info is not None and stat.S_ISREG(info.st_mode):
                yield Letter(str(path), info.st_size)

    def fetch(self, letter: Letter, *, headers_alone: bool) -> bytes | None:
        """Read the file, as far as is asked."""
        most = arriving.LARGEST_HEADERS if headers_alone else arriving.LARGEST + 1
        try:
            with open(letter.name, "rb") as file:
                return file.read(most)
        except FileNotFoundError:
            return None

    def put_away(self, letter: Letter, *, is_flagged: bool) -> None:
        """Give the file a name that says that it was seen."""
        path = Path(letter.name)
        base, _, flags = path.name.partition(":2,")
        flags = "".join(sorted({*flags, "S", *("F" if is_flagged else "")}))
        os.replace(path, self.folder / "cur" / f"{base}:2,{flags}")

"""Settings, read once from the environment; nothing else reads it."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from views.reply_tokens import LONGEST_MAILBOX

ROOT = Path(__file__).resolve().parent.parent
# Of what anyone may send, a file too.
LARGEST_REQUEST = 1024 * 1024
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


class BadSetting(ValueError):
    """A setting that the product cannot run with; says which and why."""


@dataclass(frozen=True)
class Unit:
    """The coordination unit as its settings name it; nothing is hard-coded."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Smtp:
    """The server that mails leave by: smtp, smtp+starttls or smtps."""

    scheme: str
    host: str
    port: int
    user: str
    password: str


@dataclass(frozen=True)
class Imap:
    """The mailbox that replies come to: imap, imap+starttls or imaps, and a folder.

    With OAuth2 the access token stands in a file, which someone else renews.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    has_oauth2: bool = False


@dataclass(frozen=True)
class Config:
    """Every setting of this issue of the product, with its default."""

    instance: Path
    database_url: str
    port: int
    public_base_url: str | None
    secret_key: str
    unit: Unit
    smtp: Smtp | None = None
    mail_from: str = "coordinator@localhost"
    imap: Imap | None = None
    imap_token_file: Path | None = None
    authserv_id: str = ""

    @property
    def trusted_hosts(self) -> list[str]:
        """The hosts a request may name; links come from `public_base_url` alone."""
        if self.public_base_url is None:
            return list(LOCAL_HOSTS)
        host = urlsplit(self.public_base_url).hostname or ""
        return [host, *LOCAL_HOSTS]


def read(environment: Mapping[str, str] | None = None) -> Config:
    """Read the settings; raise BadSetting for one that cannot be used.

    A PUBLIC_BASE_URL means production, which refuses to start without its own
    SECRET_KEY. Elsewhere one is made at the first run and kept beside the database.
    """
    if environment is None:
        environment = os.environ
    instance = Path(environment.get("INSTANCE") or ROOT / "instance").resolve()
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    base_url = environment.get("PUBLIC_BASE_URL") or None
    if base_url and not _is_web_address(base_url):
        raise BadSetting(f"PUBLIC_BASE_URL must be an http(s) address: {base_url!r}")
    secret_key = environment.get("SECRET_KEY")
    if base_url and not secret_key:
        raise BadSetting("SECRET_KEY must be set where PUBLIC_BASE_URL is")
    return Config(
        instance=instance,
        database_url=environment.get("DATABASE_URL")
        or f"sqlite:///{instance / 'coordinator.db'}",
        port=_port(environment.get("PORT") or "8000"),
        public_base_url=base_url,
        secret_key=secret_key or _kept_key(instance / "secret_key"),
        unit=Unit(
            environment.get("UNIT_NAME", ""),
            environment.get("UNIT_PHONE", ""),
            environment.get("UNIT_EMAIL", ""),
        ),
        smtp=_smtp(environment.get("SMTP_URL", "")),
        mail_from=_mail_from(environment.get("MAIL_FROM") or "coordinator@localhost"),
        imap=_imap(
            environment.get("IMAP_URL", ""), environment.get("IMAP_TOKEN_FILE", "")
        ),
        imap_token_file=Path(environment["IMAP_TOKEN_FILE"])
        if environment.get("IMAP_TOKEN_FILE")
        else None,
        authserv_id=environment.get("AUTHSERV_ID", "").strip(),
    )


PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def _smtp(text: str) -> Smtp | None:
    """Read SMTP_URL; what is wrong is said without the password that it may hold."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port or PORTS[parts.scheme]
    except (KeyError, ValueError):
        parts, port = None, 0
    if parts is None or not parts.hostname:
        raise BadSetting(
            "SMTP_URL must be like smtp+starttls://user:password@host:587; "
            f"it begins with one of {', '.join(PORTS)}"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Smtp(parts.scheme, parts.hostname, port, user, password)


IMAP_PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}
OAUTH2 = "+oauth2"


def _imap(text: str, token_file: str) -> Imap | None:
    """Read IMAP_URL; what is wrong is said without the password that it may hold."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
        scheme = parts.scheme.removesuffix(OAUTH2)
        port = parts.port or IMAP_PORTS[scheme]
    except (KeyError, ValueError):
        parts, scheme, port = None, "", 0
    if parts is None or not parts.hostname or not parts.username:
        raise BadSetting(
            "IMAP_URL must be like imaps://user:password@host/INBOX, or "
            "imaps+oauth2://user@host/INBOX; it begins with one of "
            f"{', '.join(IMAP_PORTS)}"
        )
    has_oauth2 = parts.scheme.endswith(OAUTH2)
    if has_oauth2 and not token_file:
        raise BadSetting("IMAP_TOKEN_FILE must name the file with the access token")
    folder = unquote(parts.path.removeprefix("/")) or "INBOX"
    if not folder.isascii() or not folder.isprintable():
        raise BadSetting("IMAP_URL names a folder that is not plain ASCII")
    user, password = unquote(parts.username), unquote(parts.password or "")
    return Imap(scheme, parts.hostname, port, user, password, folder, has_oauth2)


def _mail_from(text: str) -> str:
    _name, address = parseaddr(text)
    if "@" not in address or not text.isprintable():
        raise BadSetting(f"MAIL_FROM must be an e-mail address, not {text!r}")
    if len(address.rpartition("@")[0]) > LONGEST_MAILBOX:
        raise BadSetting(
            f"MAIL_FROM may have {LONGEST_MAILBOX} signs before the @: "
            "invitees reply to it with a token added"
        )
    return address


def _is_web_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise BadSetting(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def _kept_key(path: Path) -> str:
    """Return the key kept in the file, made at the first run, readable by us alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key

"""A throw-away IMAP server: Dovecot on a free port, in a temporary folder."""

import base64
import getpass
import grp
import hashlib
import hmac
import imaplib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER, PASSWORD = "svar@eksempel.no", "hemmelig/42@ord"
KEY = b"a key of the tests alone, 32 bytes"
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2
mail_location = maildir:{folder}/mail/%u
mailbox_list_index = no
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
first_valid_uid = 0
first_valid_gid = 0
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""


@dataclass(frozen=True)
class Server:
    """Where the server is, and a user's mailbox on it."""

    port: int

    def url(self, folder: str = "INBOX", *, port: int | None = None) -> str:
        """Return what IMAP_URL is for it."""
        password = "hemmelig%2F42%40ord"
        user = USER.replace("@", "%40")
        return f"imap://{user}:{password}@127.0.0.1:{port or self.port}/{folder}"

    @contextmanager
    def as_user(self) -> Iterator[imaplib.IMAP4]:
        """Yield a session of the mailbox's owner."""
        with imaplib.IMAP4("127.0.0.1", self.port) as session:
            session.login(USER, PASSWORD)
            yield session

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Lay mails into a folder."""
        with self.as_user() as session:
            for raw in mails:
                session.append(folder, "", "", raw)

    def count(self, folder: str) -> int:
        """Return how many mails lie in a folder; 0 where there is none."""
        with self.as_user() as session:
            status, told = session.select(folder, readonly=True)
            return int(told[0] or 0) if status == "OK" else 0

    def empty(self) -> None:
        """Delete every mail and every folder."""
        with self.as_user() as session:
            session.delete("Handled")
            _status, told = session.select("INBOX")
            if told[0] != b"0":
                session.store("1:*", "+FLAGS", r"(\Deleted)")
                session.expunge()

    def make_anew(self, folder: str) -> None:
        """Make a folder, in place of one of the same name: UIDVALIDITY is another."""
        with self.as_user() as session:
            session.delete(folder)
            session.create(folder)


def access_token(*, ends_in: int = 600) -> str:
    """Return an access token of the user, as an identity provider signs one."""
    now = int(time.time())
    head = {"alg": "HS256", "typ": "JWT"}
    body = {"sub": USER, "iat": now - 10, "exp": now + ends_in}
    signed = ".".join(_coded(json.dumps(one).encode()) for one in (head, body))
    signature = hmac.digest(KEY, signed.encode(), hashlib.sha256)
    return f"{signed}.{_coded(signature)}"


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _program() -> str:
    found = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        raise RuntimeError("no Dovecot: run tests/provide-dovecot")
    return found


def _users() -> dict[str, object]:
    """Return whom its processes run as: where root starts it, the package's users."""
    if os.getuid() != 0:
        name, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        own = {"internal": name, "login": name, "group": group}
        return own | {"uid": os.getuid(), "gid": os.getgid()}
    nobody = pwd.getpwnam("nobody")
    own = {"internal": "dovecot", "login": "dovenull", "group": "dovecot"}
    return own | {"uid": nobody.pw_uid, "gid": nobody.pw_gid}


@contextmanager
def server() -> Iterator[Server]:
    """Start a server and yield it."""
    folder = Path(tempfile.mkdtemp(prefix="imap"))
    users = _users()
    folder.chmod(0o755)
    for name in ("mail", "home", "keys/default/HS256"):
        (folder / name).mkdir(parents=True)
    for name in ("mail", "home"):
        os.chown(folder / name, int(str(users["uid"])), int(str(users["gid"])))
    key = folder / "keys" / "default" / "HS256" / "default"
    key.write_bytes(base64.b64encode(KEY))
    (folder / "oauth2.conf").write_text(OAUTH2.format(folder=folder))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, port=port, password=PASSWORD, **users)
    )
    process = subprocess.Popen(
        [_program(), "-F", "-c", str(configuration)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, port, folder / "log")
        yield Server(port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Wait until it listens; say what it logged where it does not."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends and process.poll() is None:
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=5).shutdown()
        except OSError:
            time.sleep(0.05)
        else:
            return
    said = log.read_text() if log.exists() else ""
    raise RuntimeError(f"Dovecot did not start: {said}")

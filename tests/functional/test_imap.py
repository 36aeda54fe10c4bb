"""Replies read from a real IMAP server, whatever befalls the connection."""

import shutil
import socket
import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import text

from coordinator import inbox
from coordinator.access import select_to_write
from models import Change, db
from tests import dovecot
from tests import meetings as there
from tests.conftest import _close, an_app
from tests.meetings import a_meeting, guest, send
from tests.replying import to
from views import config, imap, mailbox

NAMES = ("Kari", "Ola", "ROSA Midt")


@pytest.fixture(scope="module")
def imap_server():
    with dovecot.server() as server:
        yield server


@pytest.fixture
def app(filled_sqlite, tmp_path):
    """Yield the application on SQLite: the database is not what is tried here."""
    path = tmp_path / "coordinator.db"
    shutil.copy(filled_sqlite, path)
    app = an_app(tmp_path, f"sqlite:///{path}")
    with app.app_context():
        yield app
        _close()


@pytest.fixture
def server(imap_server):
    yield imap_server
    imap_server.empty()


@pytest.fixture
def unit(app):
    there.bring_network()
    return there.organizer()


@pytest.fixture
def asked(unit):
    key = a_meeting(unit)
    send(key, unit)
    return key


def read_from(app, url, **more):
    """Let the application read this mailbox, as its settings say."""
    environment = {"INSTANCE": app.instance_path, "IMAP_URL": url, **more}
    found = config.read(environment)
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"],
        imap=found.imap,
        imap_token_file=found.imap_token_file,
    )


def replies_of(key):
    return [to(key, name).mail() for name in NAMES]


def answers(key):
    return [guest(key, name).answer for name in NAMES]


def changes():
    statement = select_to_write(Change.seq).where(Change.kind == "invitation")
    found = len(db.session.scalars(statement).all())
    db.session.rollback()
    return found


def test_replies_are_taken_in_and_moved_and_large_mails_are_left_unread(
    asked, app, server, runner
):
    read_from(app, server.url())
    large = to(asked, "Kari").but(sender="thief@else.example").mail() + b"x" * 1_200_000
    server.deliver(*replies_of(asked), large, b"Subject: hei\r\n\r\nHei\r\n")

    first = runner.invoke(args=["receive"])
    second = runner.invoke(args=["receive"])

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert first.output == "5 taken in, 3 applied, 1 too_large, 1 written\n"
    assert second.output == "0 taken in\n"
    assert answers(asked) == ["accepted"] * 3
    assert (server.count("INBOX"), server.count("Handled")) == (0, 5)
    with server.as_user() as session:
        session.select("Handled", readonly=True)
        assert len(session.search(None, "FLAGGED")[1][0].split()) == 1
    assert sorted(one.verdict for one in inbox.unplaced()) == ["too_large", "written"]


@pytest.mark.parametrize("known", [{"UIDPLUS"}, set()])
def test_a_server_that_cannot_move_gets_a_copy_and_the_mail_is_not_read_again(
    app, server, known
):
    read_from(app, server.url())
    server.deliver(b"Subject: hei\r\n\r\nHei\r\n")
    settings = app.config["SETTINGS"]

    for expected in ({"written": 1}, {}):
        with imap.connected(settings.imap, None) as folder:
            folder.capabilities = frozenset(known)
            assert mailbox.take_in(mailbox.Imap(folder)) == expected

    assert server.count("Handled") == 1
    assert server.count("INBOX") == (0 if known else 1)


def test_without_a_mailbox_or_with_one_that_is_away_the_command_fails(app, runner):
    assert runner.invoke(args=["receive"]).exit_code == 2

    read_from(app, "imap://svar:hemmelig@127.0.0.1:1/")
    away = runner.invoke(args=["receive"])

    assert away.exit_code == 1
    assert "hemmelig" not in away.output


def test_the_access_token_is_read_at_each_connection(app, server, tmp_path):
    file = tmp_path / "token"
    url = f"imap+oauth2://svar%40eksempel.no@127.0.0.1:{server.port}"
    read_from(app, url, IMAP_TOKEN_FILE=str(file))

    file.write_text(dovecot.access_token(ends_in=-60))
    with pytest.raises(imap.Unreachable):
        mailbox.receive()
    file.write_text(dovecot.access_token() + "\n")
    server.deliver(b"Subject: hei\r\n\r\nHei\r\n")

    assert mailbox.receive() == {"written": 1}


def test_r27_a_folder_made_anew_counts_nothing_twice(asked, app, server):
    read_from(app, server.url("Svar"))
    mails = replies_of(asked)
    server.make_anew("Svar")
    server.deliver(*mails, folder="Svar")
    mailbox.receive()
    before = changes()

    # The same UIDs are of other mails now, and the same mails have other UIDs.
    server.make_anew("Svar")
    server.deliver(*reversed(mails), folder="Svar")

    assert mailbox.receive() == {"repeated": 3}
    assert changes() == before
    assert (server.count("Svar"), server.count("Handled")) == (0, 6)


def test_r27_a_connection_cut_anywhere_skips_nothing_and_counts_nothing_twice(
    asked, unit, app, server
):
    """Cut in the greeting, in the list, within mails, and while they are moved."""
    cuts = (30, 700, 1_500, 3_300, 5_200, 7_000)
    was_cut = 0
    for number, cut in enumerate(cuts):
        said = ("ACCEPTED", "DECLINED")[number % 2]
        key = a_meeting(unit)
        send(key, unit)
        before = changes()
        server.empty()
        server.deliver(*(to(key, name).but(answer=said).mail() for name in NAMES))
        with Cutting(server.port, cut) as port:
            read_from(app, server.url(port=port))
            try:
                mailbox.receive()
            except imap.Unreachable:
                was_cut += 1
        db.session.rollback()
        read_from(app, server.url())

        mailbox.receive()

        assert answers(key) == [said.lower()] * 3
        assert changes() == before + 3
        assert (server.count("INBOX"), server.count("Handled")) == (0, 3)
    assert was_cut >= 5


class Cutting:
    """A way to a server that breaks once so many bytes have come back."""

    def __init__(self, port, position):
        self.port, self.left = port, position
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.down = threading.Thread(target=self.run)

    def __enter__(self):
        self.down.start()
        return self.listener.getsockname()[1]

    def __exit__(self, *_error):
        self.down.join()

    def run(self):
        with (
            self.listener,
            self.listener.accept()[0] as client,
            socket.create_connection(("127.0.0.1", self.port)) as server,
        ):
            up = threading.Thread(target=self.send, args=(client, server))
            up.start()
            with suppress(OSError):
                while self.left > 0 and (told := server.recv(min(4096, self.left))):
                    client.sendall(told)
                    self.left -= len(told)
            for one in (client, server):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            up.join()

    def send(self, client, server):
        with suppress(OSError):
            while said := client.recv(4096):
                server.sendall(said)


def test_r28_a_mail_that_makes_us_stumble_is_set_aside_and_the_queue_moves(
    asked, app, server, caplog
):
    read_from(app, server.url())
    # What the database will not keep, whatever the reason.
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER stumble BEFORE INSERT ON received "
                "WHEN NEW.sender = 'gift@else.example' "
                "BEGIN SELECT RAISE(ABORT, 'stumbled'); END"
            )
        )
    poison = b"From: gift@else.example\r\nSubject: hei\r\n\r\nHei\r\n"
    server.deliver(poison, *replies_of(asked))

    assert mailbox.receive() == {"poison": 1, "applied": 3}
    assert mailbox.receive() == {}
    assert server.count("Handled") == 4
    assert "else.example" not in caplog.text

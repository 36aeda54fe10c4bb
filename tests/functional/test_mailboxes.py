"""Mailboxes as they are: a Maildir on both databases, and a real IMAP server."""

from datetime import timedelta

import pytest

from coordinator import arrivals, inbox, meetings, verdicts
from coordinator.access import UNIT, select_to_write
from models import Change, Received, db
from tests import hostile
from tests import meetings as there
from tests.meetings import a_meeting, change, guest, send
from tests.replying import to
from views import arriving


@pytest.fixture
def unit(app):
    there.bring_network()
    return there.organizer()


@pytest.fixture
def asked(unit):
    """Return a meeting that was sent, moved, and sent again."""
    key = a_meeting(unit)
    send(key, unit)
    change(key, unit, starts="2026-12-09T11:00", ends="2026-12-09T12:30")
    send(key, unit)
    return key


@pytest.fixture
def maildir(tmp_path):
    folder = tmp_path / "Maildir"
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)
    return folder


def lay(maildir, mails):
    for number, raw in enumerate(mails):
        (maildir / "new" / f"{number:04}.M1.host").write_bytes(raw)


def everything():
    rows = db.session.execute(select_to_write(Change.seq, Change.kind, Change.after))
    found = [tuple(row) for row in rows]
    db.session.rollback()
    return found


def kept():
    rows = db.session.execute(select_to_write(Received.verdict, Received.told))
    found = [tuple(row) for row in rows]
    db.session.rollback()
    return found


def test_points_54_55_and_t14_no_hostile_mail_counts(asked, unit, caplog):
    mails = hostile.corpus(to(asked, "Kari"), to(asked, "Ola"))
    meeting, before, now = meetings.profile(asked, UNIT), everything(), there.now()
    db.session.rollback()

    # Hours apart, and seen to each time: no limit may hide what each of them does.
    codes = {}
    for number, (name, raw) in enumerate(mails.items()):
        mail = arriving.read(raw, now + number * timedelta(hours=2))
        codes[name] = arrivals.take(mail)
        if codes[name] in verdicts.WAITING:
            inbox.settle(mail.digest, unit, accept=False)

    assert len(mails) >= 60
    counted = {"applied", "refreshed", "bounced", "proposal", "repeated"}
    assert {name: code for name, code in codes.items() if code in counted} == {}
    # Not one change of anything: no answer, no guest, no time.
    assert everything() == before
    assert meetings.profile(asked, UNIT) == meeting
    db.session.rollback()
    assert len(kept()) == len(mails)
    assert "example" not in caplog.text


def test_r26_and_r28_a_maildir_is_read_to_its_end_and_each_mail_once(
    asked, maildir, runner, caplog
):
    kari, ola = to(asked, "Kari"), to(asked, "Ola")
    mails = [*hostile.corpus(kari, ola).values(), ola.mail()]
    lay(maildir, mails)

    first = runner.invoke(args=["receive", "--maildir", str(maildir)])
    second = runner.invoke(args=["receive", "--maildir", str(maildir)])

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.startswith(f"{len(mails)} taken in, 1 applied, ")
    assert second.output == "0 taken in\n"
    assert guest(asked, "Ola").answer == "accepted"
    assert not list((maildir / "new").iterdir())
    seen = [path.name.partition(":2,")[2] for path in (maildir / "cur").iterdir()]
    assert len(seen) == len(mails)
    assert set(seen) == {"S", "FS"}
    assert "example" not in caplog.text

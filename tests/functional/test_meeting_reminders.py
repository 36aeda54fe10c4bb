"""Mails the day before a meeting: once, to those who may come, never too late."""

from datetime import UTC, datetime

import pytest
import time_machine

from coordinator import (
    guest_lists,
    invitations,
    meeting_reminders,
    occurrences,
    replies,
)
from coordinator.access import select_to_write
from models import Message, db
from tests import meetings as there
from tests.meetings import a_meeting, change

MONDAY = "2026-11-23T12:00:00+01:00"
# The meeting of there.CELLS is on Wednesday the 9th at ten.
DAY_BEFORE = datetime(2026, 12, 8, 7, 30, tzinfo=UTC)
SECOND = datetime(2026, 12, 16, 10)
WEEKLY = {"rrule": "FREQ=WEEKLY;COUNT=3"}


@pytest.fixture
def unit(app):
    with time_machine.travel(MONDAY, tick=False):
        there.bring_network()
        yield there.organizer()


def sent(account, **changed):
    db.session.rollback()
    key = a_meeting(account, **changed)
    invitations.send(key, account)
    return key


def remind(moment):
    with time_machine.travel(moment, tick=False):
        return meeting_reminders.remind()


def reminded():
    """Return who is reminded of what: name, start, answer."""
    statement = select_to_write(Message).where(Message.kind == "meeting_reminder")
    found = [one.told for one in db.session.scalars(statement)]
    db.session.rollback()
    return sorted(
        (one["name"], one["events"][0]["starts"], one["answer"]) for one in found
    )


def names():
    return [name for name, _starts, _answer in reminded()]


def test_those_asked_are_reminded_once_the_day_before(unit):
    sent(unit)
    a_meeting(unit, title="Ikke sendt")

    assert remind(datetime(2026, 12, 8, 6, 59, tzinfo=UTC)) == 0
    assert remind(DAY_BEFORE) == 5
    assert remind(DAY_BEFORE) == 0
    assert ("Kari", "2026-12-09T10:00", "needs-action") in reminded()


def test_a_late_reminder_is_sent_until_the_meeting_begins(unit):
    sent(unit)
    first = sent(unit, starts="2026-12-09T08:00", ends="2026-12-09T09:00")
    just_before = datetime(2026, 12, 9, 8, 59, tzinfo=UTC)

    assert remind(just_before) == 5  # that of eight has begun

    assert {starts for _name, starts, _answer in reminded()} == {"2026-12-09T10:00"}
    assert first
    assert remind(datetime(2026, 12, 9, 9, 0, tzinfo=UTC)) == 0


def test_who_declined_or_sent_a_deputy_or_was_taken_off_is_let_be(unit):
    key = sent(unit)
    replies.answer(there.guest(key, "Kari").invitation, "declined")
    replies.answer(there.guest(key, "Ola").invitation, "accepted")
    guest_lists.remove(key, there.guest(key, "ROSA Midt").invitation, unit)
    db.session.rollback()
    deputy = replies.send_deputy(
        there.guest(key, "Vaktleder").invitation, "Per", "per@bv.example"
    )

    remind(DAY_BEFORE)

    assert deputy
    assert not {"Kari", "ROSA Midt", "Vaktleder"} & set(names())
    assert {"Ola", "Per"} <= set(names())
    assert ("Ola", "2026-12-09T10:00", "accepted") in reminded()


def test_of_a_cancelled_meeting_nobody_is_reminded(unit):
    invitations.cancel(sent(unit), "", unit)

    assert remind(DAY_BEFORE) == 0


def test_each_occurrence_has_its_reminder_by_its_own_answer(unit):
    key = sent(unit, **WEEKLY)
    kari = there.guest(key, "Kari").invitation
    replies.answer(kari, "accepted")
    replies.answer(kari, "declined", original=SECOND)
    occurrences.cancel(key, datetime(2026, 12, 23, 10), "", unit)

    remind(DAY_BEFORE)
    assert ("Kari", "2026-12-09T10:00", "accepted") in reminded()
    remind(datetime(2026, 12, 15, 7, 30, tzinfo=UTC))
    remind(datetime(2026, 12, 22, 7, 30, tzinfo=UTC))

    told = [starts for name, starts, _answer in reminded() if name == "Ola"]
    assert told == ["2026-12-09T10:00", "2026-12-16T10:00"]
    assert names().count("Kari") == 1


def test_who_was_told_of_it_since_is_not_told_again(unit):
    key = sent(unit)
    with time_machine.travel(datetime(2026, 12, 8, 9, tzinfo=UTC), tick=False):
        change(key, unit, starts="2026-12-09T09:00", ends="2026-12-09T10:00")
        invitations.send(key, unit)

    assert remind(datetime(2026, 12, 8, 10, tzinfo=UTC)) == 0


def test_it_is_the_clock_of_the_meetings_own_zone(unit):
    sent(unit, timezone="America/New_York")

    assert remind(DAY_BEFORE) == 0
    assert remind(datetime(2026, 12, 8, 13, 30, tzinfo=UTC)) == 5


def test_a_reminder_of_a_protected_meeting_tells_only_when(unit):
    sent(unit, audience="unit", title="KANARI", location="KANARI", link="")

    remind(DAY_BEFORE)

    statement = select_to_write(Message).where(Message.kind == "meeting_reminder")
    told = str([one.told for one in db.session.scalars(statement)])
    assert "2026-12-09T10:00" in told
    assert "KANARI" not in told


def test_the_command_writes_them(unit, runner):
    sent(unit)
    with time_machine.travel(DAY_BEFORE, tick=False):
        done = runner.invoke(args=["remind"])

    assert done.exit_code == 0
    assert len(names()) == 5

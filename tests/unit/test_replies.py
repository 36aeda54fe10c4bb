"""What invitees answer, and who comes in their place."""

from datetime import datetime

import pytest

from coordinator import guest_lists, invitations, meetings, occurrences, replies
from coordinator.access import UNIT, select_to_write
from coordinator.editing import Invalid
from coordinator.errors import NotFound
from coordinator.replies import NotAsked
from models import Attendance, Change, db
from tests import meetings as there
from tests.meetings import a_meeting, guest, preview, send

SECOND = datetime(2026, 12, 16, 10)
WEEKLY = {"rrule": "FREQ=WEEKLY;COUNT=5"}


@pytest.fixture
def beforehand():
    return there.bring_network


@pytest.fixture
def unit(app):
    return there.organizer()


@pytest.fixture
def asked(unit):
    """Return a meeting that was sent."""
    key = a_meeting(unit)
    send(key, unit)
    return key


def codes(problem):
    return [(one.column, one.code) for one in problem.value.findings]


def attendance(key):
    columns = Attendance.holder, Attendance.answer, Attendance.attended
    rows = db.session.execute(
        select_to_write(*columns).where(Attendance.meeting == key)
    )
    found = sorted(tuple(row) for row in rows)
    db.session.rollback()
    return found


def test_an_answer_with_its_comment_is_there_at_once_and_in_the_history(asked):
    kari = guest(asked, "Kari").invitation

    replies.answer(kari, "tentative", comment="Kommer\n kanskje sent")

    found = guest(asked, "Kari")
    assert (found.answer, found.comment, found.answered_by) == (
        "tentative",
        "Kommer kanskje sent",
        "link",
    )
    statement = select_to_write(Change.after).where(
        Change.kind == "invitation", Change.key == kari
    )
    last = db.session.scalars(statement.order_by(Change.seq.desc())).first()
    db.session.rollback()
    assert last["answer"] == "tentative"
    assert last["comment"] == "Kommer kanskje sent"


def test_the_network_remembers_the_holders_answer_and_the_last_one_counts(asked):
    kari = guest(asked, "Kari").invitation

    replies.answer(kari, "declined")
    replies.answer(kari, "accepted")

    assert attendance(asked) == [("leder", "accepted", None)]


def test_no_address_is_in_the_history_of_an_invitation(asked):
    replies.send_deputy(guest(asked, "Kari").invitation, "Per", "per@bv.example")

    rows = db.session.execute(select_to_write(Change.before, Change.after))
    said = repr(list(map(tuple, rows)))
    db.session.rollback()

    assert "per@bv.example" not in said


def test_point_47_an_answer_to_one_occurrence_leaves_that_to_the_series(unit):
    key = a_meeting(unit, **WEEKLY)
    send(key, unit)
    kari = guest(key, "Kari").invitation
    replies.answer(kari, "accepted")

    replies.answer(kari, "declined", original=SECOND)

    assert replies.answers_of([kari]) == {kari: {SECOND: "declined"}}
    assert guest(key, "Kari").answer == "accepted"


@pytest.mark.parametrize("given", ["", "yes", "needs-action", "delegated", "ACCEPTED"])
def test_what_is_no_answer_is_refused(asked, given):
    with pytest.raises(Invalid) as problem:
        replies.answer(guest(asked, "Kari").invitation, given)

    assert codes(problem) == [("answer", "bad_choice")]


@pytest.mark.parametrize(
    ("comment", "code"), [("x\x00y", "control_characters"), ("x" * 501, "too_long")]
)
def test_a_comment_that_cannot_be_kept_changes_nothing(asked, comment, code):
    with pytest.raises(Invalid) as problem:
        replies.answer(guest(asked, "Kari").invitation, "accepted", comment=comment)

    assert codes(problem) == [("comment", code)]
    assert guest(asked, "Kari").answer == "needs-action"


def test_an_occurrence_that_the_series_does_not_have_is_not_answered(unit):
    key = a_meeting(unit, **WEEKLY)
    send(key, unit)

    with pytest.raises(NotFound):
        replies.answer(
            guest(key, "Kari").invitation, "accepted", original=datetime(2026, 12, 17)
        )


def test_who_was_taken_off_or_whose_meeting_is_cancelled_answers_no_more(unit, asked):
    kari, ola = (guest(asked, name).invitation for name in ("Kari", "Ola"))
    guest_lists.remove(asked, kari, unit)
    send(asked, unit)
    with pytest.raises(NotAsked):
        replies.answer(kari, "accepted")

    invitations.cancel(asked, "", unit)
    with pytest.raises(NotAsked):
        replies.answer(ola, "accepted")
    with pytest.raises(NotFound):
        replies.answer("nobody", "accepted")


def test_point_49_a_deputy_is_asked_at_once_and_stands_beside_who_sends_her(asked):
    replies.send_deputy(
        guest(asked, "Kari").invitation, "Per", "per@bv.example", comment="Syk"
    )

    kari, per = guest(asked, "Kari"), guest(asked, "Per")
    assert (kari.answer, kari.deputy, kari.comment) == ("delegated", "Per", "Syk")
    assert (per.delegated_from, per.invitee.email, per.is_asked) == (
        kari.invitation,
        "per@bv.example",
        True,
    )
    assert attendance(asked) == [("leder", "delegated", None)]
    assert preview(asked) == []


def test_point_49_responsibility_follows_the_deputy(asked):
    replies.send_deputy(guest(asked, "Kari").invitation, "Per", "per@bv.example")

    replies.answer(guest(asked, "Per").invitation, "accepted")

    assert attendance(asked) == [("leder", "accepted", None)]


def test_who_comes_after_all_takes_the_deputy_back(unit, asked):
    kari = guest(asked, "Kari").invitation
    replies.send_deputy(kari, "Per", "per@bv.example")

    replies.answer(kari, "accepted")

    assert preview(asked) == [("Per", "uninvited", "")]
    assert guest(asked, "Kari").deputy == ""


def test_another_deputy_takes_the_first_ones_place(unit, asked):
    kari = guest(asked, "Kari").invitation
    replies.send_deputy(kari, "Per", "per@bv.example")
    replies.send_deputy(kari, "Pål", "paal@bv.example")

    assert preview(asked) == [("Per", "uninvited", "")]
    replies.send_deputy(kari, "Per", "per@bv.example")
    assert preview(asked) == [("Pål", "uninvited", "")]


def test_a_deputy_goes_with_the_one_she_stands_in_for(unit, asked):
    kari = guest(asked, "Kari").invitation
    replies.send_deputy(kari, "Per", "per@bv.example")
    guest_lists.remove(asked, kari, unit)

    assert preview(asked) == [("Kari", "uninvited", ""), ("Per", "uninvited", "")]


@pytest.mark.parametrize(
    ("name", "email", "found"),
    [
        ("", "per@bv.example", [("name", "required")]),
        ("Per\r\nBcc: x", "per@bv.example", [("name", "control_characters")]),
        ("x" * 201, "per@bv.example", [("name", "too_long")]),
        ("Per", "", [("email", "bad_email")]),
        ("Per", "a@x.example;X=1", [("email", "bad_email")]),
        ("Per", "per@bv.example\r\nBcc: x@y.example", [("email", "bad_email")]),
        ("Per", "KARI@bv.example", [("email", "deputy_is_self")]),
    ],
)
def test_a_deputy_without_name_or_address_or_oneself_is_refused(
    asked, name, email, found
):
    with pytest.raises(Invalid) as problem:
        replies.send_deputy(guest(asked, "Kari").invitation, name, email)

    assert codes(problem) == found
    assert guest(asked, "Kari").answer == "needs-action"


def test_deputies_of_deputies_come_to_an_end_and_never_in_a_circle(asked):
    replies.send_deputy(guest(asked, "Kari").invitation, "A", "a@bv.example")
    with pytest.raises(Invalid) as problem:
        replies.send_deputy(guest(asked, "A").invitation, "Kari", "kari@bv.example")
    assert codes(problem) == [("email", "deputy_is_self")]

    replies.send_deputy(guest(asked, "A").invitation, "B", "b@bv.example")
    replies.send_deputy(guest(asked, "B").invitation, "C", "c@bv.example")
    with pytest.raises(Invalid) as problem:
        replies.send_deputy(guest(asked, "C").invitation, "D", "d@bv.example")
    assert codes(problem) == [("email", "too_many_deputies")]


def test_guests_are_added_from_the_directory_alone(unit, asked):
    with pytest.raises(Invalid) as problem:
        guest_lists.add(asked, "noen@example.org", "required", unit)
    assert codes(problem) == [("holder", "unknown_holder")]
    with pytest.raises(Invalid) as problem:
        guest_lists.add(asked, "senter", "boss", unit)
    assert codes(problem) == [("part", "bad_choice")]


def test_who_was_added_and_never_sent_anything_leaves_without_a_trace(unit, asked):
    guest_lists.add(asked, "senter", "required", unit)
    assert guest(asked, "Krisesenteret").invitee.part == "required"

    guest_lists.remove(asked, guest(asked, "Krisesenteret").invitation, unit)

    assert "Krisesenteret" not in [one.invitee.name for one in there.of(asked).guests]


def test_whom_the_agenda_brings_stays_off_once_taken_off_until_brought_back(unit):
    key = a_meeting(unit)
    guest_lists.remove(key, guest(key, "Ola").invitee.who, unit)
    assert "Ola" not in [name for name, _, _ in preview(key)]

    guest_lists.add(key, "etterforsker", "optional", unit)

    assert guest(key, "Ola").invitee.part == "optional"
    assert "Ola" in [name for name, _, _ in preview(key)]


def test_an_occurrence_of_a_meeting_that_does_not_repeat_is_none(unit, asked):
    times = {"starts": "2026-12-17T09:00", "ends": "2026-12-17T10:00"}

    with pytest.raises(NotFound):
        occurrences.move(asked, datetime(2026, 12, 9, 10), times, unit)
    with pytest.raises(NotFound):
        occurrences.split(asked, datetime(2026, 12, 9, 10), unit)


def test_splitting_at_the_first_occurrence_is_refused(unit):
    key = a_meeting(unit, **WEEKLY)

    with pytest.raises(occurrences.FirstOfSeries):
        occurrences.split(key, datetime(2026, 12, 9, 10), unit)


def test_a_meeting_nobody_was_sent_is_deleted_and_its_agenda_waits(unit):
    key = a_meeting(unit, network="forum")
    guest_lists.add(key, "senter", "required", unit)

    meetings.delete(key, unit)

    with pytest.raises(NotFound):
        meetings.profile(key, UNIT)
    db.session.rollback()


def test_a_meeting_that_somebody_has_is_cancelled_not_deleted(unit, asked):
    with pytest.raises(meetings.WasSent):
        meetings.delete(asked, unit)

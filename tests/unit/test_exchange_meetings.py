"""Meetings and attendances as exchange files: what a row may say, and may not."""

from datetime import date, datetime

import pytest

from coordinator import agendas, history, invitations, meetings, records
from coordinator.access import OPERATOR, READER, UNIT
from coordinator.columns import KINDS
from models import db
from tests.exchanging import bring, bring_all, counted, stored, taken_out
from tests.meetings import a_meeting, bring_network, organizer
from tests.networks import NETWORK

HEADER = "key,network,title,starts,ends,timezone,steps\n"
VAR = "var-26,forum,Vårmøte,2026-03-10T10:00,2026-03-10T11:30,Europe/Oslo,talk\n"
SERIES = {"rrule": "FREQ=WEEKLY;BYDAY=WE;COUNT=4"}


def the_network():
    bring_all({kind: text for kind, text in NETWORK.items() if kind != "attendances"})


@pytest.fixture
def beforehand(request):
    return the_network if "network" in request.fixturenames else None


@pytest.fixture
def network(app):
    """Have the network that is written beforehand."""


def kept(key):
    found = meetings.profile(key, UNIT).meeting
    db.session.rollback()
    return found


def test_a_new_meeting_gets_what_a_calendar_needs(network):
    rows = "a,,Ett,2026-03-10T10:00,2026-03-11T00:30,,\nb,,To,{0},{1},,\n"
    bring("meetings", HEADER + rows.format("2026-03-10 10:00", "2026-03-10T10:30:00"))

    first, second = kept("a"), kept("b")
    assert first.uid
    assert first.uid != second.uid
    assert (first.timezone, first.audience) == ("Europe/Oslo", "network")
    assert (first.last_day, first.sequence) == (date(2026, 3, 11), 0)
    assert first.revised_at is not None
    assert second.ends == datetime(2026, 3, 10, 10, 30)


WRONG = [
    ("nytt,,X,2026-03-10T10:00,2026-03-10T09:00,,", ("ends", "ends_too_early")),
    ("nytt,,X,2026-03-10T10:00,2026-03-10T10:00,,", ("ends", "ends_too_early")),
    ("nytt,,X,2026-03-01T10:00,2026-03-16T10:00,,", ("ends", "lasts_too_long")),
    ("nytt,,X,2026-03-10,2026-03-10T10:00,,", ("starts", "bad_local_time")),
    ("nytt,,X,2026-03-10T10:00Z,2026-03-10T11:00,,", ("starts", "bad_local_time")),
    ("nytt,,X,2026-03-10T10:00+01:00,2026-03-10T11:00,,", ("starts", "bad_local_time")),
    ("nytt,,X,2026-02-30T10:00,2026-03-10T10:00,,", ("starts", "bad_local_time")),
    ("nytt,,X,٢٠٢٦-03-10T10:00,2026-03-10T11:00,,", ("starts", "bad_local_time")),
    ("nytt,,X,1066-10-14T09:00,2026-10-14T17:00,,", ("starts", "bad_date")),
    ("nytt,,X,2027-03-28T02:30,2027-03-28T04:00,,", ("starts", "no_such_time")),
    ("nytt,,X,2026-10-25T01:30,2026-10-25T02:30,,", ("ends", "time_comes_twice")),
    ("nytt,,X,2026-03-10T10:00,2026-03-10T11:00,Mars,",
     ("timezone", "unknown_timezone")),
    ("nytt,intet,X,2026-03-10T10:00,2026-03-10T11:00,,",
     ("network", "unknown_network")),
    ("nytt,,X,2026-03-10T10:00,2026-03-10T11:00,,bake", ("steps", "unknown_steps")),
    ("nytt,,,2026-03-10T10:00,2026-03-10T11:00,,", ("title", "required")),
    ("nytt,,X,,2026-03-10T11:00,,", ("starts", "required")),
    (f"nytt,,{'x' * 201},2026-03-10T10:00,2026-03-10T11:00,,", ("title", "too_long")),
    ("a b,,X,2026-03-10T10:00,2026-03-10T11:00,,", ("key", "bad_key")),
]  # fmt: skip


def test_what_is_wrong_with_a_meeting_is_named_and_nothing_is_written(network):
    before, counter = stored(), counted()

    found = [(row, *bring("meetings", f"{HEADER}{row}\n").named) for row, _ in WRONG]

    assert found == [(row, (2, *named)) for row, named in WRONG]
    assert (stored(), counted()) == (before, counter)


def test_a_row_is_weighed_with_what_the_file_leaves_out(network):
    bring("meetings", HEADER + VAR)

    late = bring("meetings", "key,starts\nvar-26,2026-03-10T12:00\n")
    new = bring("meetings", "key,title\nnytt,Nytt\n")
    bring("meetings", "key,ends\nvar-26,2026-03-12T12:00\n")

    assert late.named == [(2, "ends", "ends_too_early")]
    assert new.named == [(2, "starts", "required"), (2, "ends", "required")]
    assert kept("var-26").last_day == date(2026, 3, 12)


WRONG_SEATS = [
    ("ingen,tk,,", ("meeting", "unknown_meeting")),
    ("var-26,ingen,,", ("holder", "unknown_holder")),
    ("var-26,kari,,", ("holder", "person_at_meeting")),
    ("var-26,kind:rosa,,", ("holder", "bad_key")),
    ("var-26,tk,maybe,", ("answer", "bad_choice")),
    ("var-26,tk,,perhaps", ("attended", "bad_boolean")),
    ("var-26,,accepted,", ("holder", "required")),
]


def test_what_is_wrong_with_an_attendance_is_named_and_nothing_is_written(network):
    bring("meetings", HEADER + VAR)
    before, counter = stored(), counted()
    header = "meeting,holder,answer,attended\n"

    found = [
        (row, *bring("attendances", f"{header}{row}\n").named) for row, _ in WRONG_SEATS
    ]

    assert found == [(row, (2, *named)) for row, named in WRONG_SEATS]
    assert (stored(), counted()) == (before, counter)


def test_whether_one_came_is_yes_no_or_not_said(network):
    bring_all({"meetings": HEADER + VAR})
    header = "meeting,holder,answer,attended\n"
    bring("attendances", f"{header}var-26,tk,accepted,true\nvar-26,bv-leder,,false\n")
    bring("attendances", "meeting,holder,attended\nvar-26,tk,\n")

    assert taken_out("attendances") == (
        f"{header}var-26,bv-leder,,false\nvar-26,tk,accepted,\n"
    )


@pytest.fixture
def account(app):
    bring_network()
    return organizer()


def test_a_meeting_that_was_sent_is_newer_when_a_file_moves_it(account):
    key = a_meeting(account)
    bring("meetings", f"key,ends\n{key},2026-12-09T11:45\n")
    assert kept(key).sequence == 0
    invitations.send(key, account)
    was = kept(key)

    bring("meetings", f"key,title\n{key},Et nytt navn\n")
    named = kept(key)
    bring("meetings", f"key,starts,ends\n{key},2026-12-10T10:00,2026-12-10T11:00\n")
    moved = kept(key)

    assert (named.sequence, moved.sequence) == (was.sequence, was.sequence + 1)
    assert was.revised_at < named.revised_at < moved.revised_at
    assert (moved.uid, moved.last_day) == (was.uid, date(2026, 12, 10))


def test_the_steps_of_an_agenda_win_over_those_of_a_file(account):
    key = a_meeting(account)
    assert kept(key).steps == ("report_child",)
    counter = counted()

    outcome = bring("meetings", f"key,steps\n{key},talk\n")
    same = bring("meetings", f"key,steps\n{key},report_child\n")

    assert outcome.errors == same.warnings == []
    assert [(one.column, one.code) for one in outcome.warnings] == [
        ("steps", "steps_of_agenda")
    ]
    assert counted() == counter
    items = meetings.profile(key, UNIT).agenda
    db.session.rollback()
    for one in items:
        agendas.remove(one.key, account)
    bring("meetings", f"key,steps\n{key},talk\n")
    assert kept(key).steps == ("talk",)


def test_a_series_is_moved_on_its_page_and_a_cancelled_meeting_by_nobody(account):
    series, off = a_meeting(account, **SERIES), a_meeting(account)
    invitations.cancel(off, "", account)
    files = taken_out("meetings")
    counter = counted()

    again = bring("meetings", files)
    moved = bring("meetings", f"key,starts\n{series},2026-12-09T09:00\n")
    named = bring("meetings", f"key,title\n{off},Nytt\n")

    assert (again.errors, again.report.unchanged) == ([], 2)
    assert moved.named == [(2, "starts", "series_by_file")]
    assert named.named == [(2, "key", "meeting_is_cancelled")]
    assert counted() == counter
    assert bring("meetings", f"key,title\n{series},Nytt\n").errors == []


def test_what_the_unit_keeps_to_itself_is_in_no_export(account):
    shown = a_meeting(account, title="For alle")
    hidden = a_meeting(account, title="Skjult", audience="unit")
    rows = "".join(
        f"{key},{holder},accepted,\n"
        for key in (shown, hidden)
        for holder in ("bv", "senter")
    )
    bring("attendances", f"meeting,holder,answer,attended\n{rows}")

    assert hidden not in taken_out("meetings") + taken_out("attendances")
    assert "senter" not in taken_out("attendances")
    assert records.hidden(KINDS["meetings"], OPERATOR) == 1
    assert records.hidden(KINDS["attendances"], OPERATOR) == 3
    assert len(list(records.every(KINDS["attendances"], READER))) == 1
    db.session.rollback()


def test_a_meeting_of_a_file_is_taken_back_whole(account):
    bring("meetings", HEADER.replace(",network", "") + VAR.replace(",forum", ""))
    before = stored("meeting")
    bring("meetings", "key,title,starts\nvar-26,Nytt,2026-03-10T09:00\n")
    acts = history.acts(UNIT, kind="meeting")
    db.session.rollback()

    history.undo(acts[0].act, account)

    assert stored("meeting") == before
    with pytest.raises(history.CannotUndo, match="changed_since"):
        history.undo(acts[1].act, account)

"""Meetings made, changed, listed and deleted: what a verb promises of the rows."""

from datetime import date, datetime

import pytest

from coordinator import agendas, invitations, meetings, occurrences
from coordinator.access import READER, UNIT
from coordinator.editing import Collision, NotAllowed
from coordinator.errors import NotFound
from coordinator.meeting_values import ItemWanted
from coordinator.meetings import IsCancelled, WasSent
from models import db
from tests.exchanging import bring, counted, stored
from tests.meetings import (
    ITEM,
    a_meeting,
    agency,
    bring_network,
    change,
    organizer,
    send,
    sequence,
    wanted,
)

WEDNESDAYS = {"rrule": "FREQ=WEEKLY;BYDAY=WE;COUNT=4"}
FIRST = datetime(2026, 12, 9, 10)


@pytest.fixture
def beforehand(request):
    return bring_network if "unit" in request.fixturenames else None


@pytest.fixture
def unit(app):
    return organizer()


def kept(key):
    found = meetings.profile(key, UNIT)
    db.session.rollback()
    return found


def test_a_meeting_is_made_by_the_unit_with_a_name_of_its_own(unit):
    first, second = a_meeting(unit), a_meeting(unit)

    assert first != second
    assert first.startswith("barn-i-trondheim-")
    found = kept(first).meeting
    assert (found.status, found.sequence, found.first_sent_at) == ("confirmed", 0, None)
    assert found.uid != kept(second).meeting.uid
    assert (found.steps, found.last_day) == (("report_child",), date(2026, 12, 9))
    with pytest.raises(NotAllowed):
        a_meeting(agency())


def test_the_last_day_of_a_series_is_that_of_its_last_occurrence(unit):
    key = a_meeting(unit, **WEDNESDAYS)
    assert kept(key).meeting.last_day == date(2026, 12, 30)

    later = {"starts": "2027-02-01T10:00", "ends": "2027-02-02T11:00"}
    occurrences.move(key, FIRST, later, unit)

    assert kept(key).meeting.last_day == date(2027, 2, 2)


@pytest.mark.parametrize(
    ("changed", "rises"),
    [
        ({"title": "Nytt"}, 0),
        ({"link": "https://video.example/annet"}, 0),
        ({"location": "Møterom 4, Storgata 2, Trondheim"}, 0),
        ({"location": "Rådhuset, Bergen"}, 1),
        ({"ends": "2026-12-09T11:45"}, 1),
        ({"timezone": "Europe/London"}, 1),
        (WEDNESDAYS, 1),
        ({"agenda": [ITEM, ITEM | {"title": "Mer"}]}, 0),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else str(one),
)
def test_sequence_rises_where_time_rule_or_town_change(unit, changed, rises):
    draft, key = a_meeting(unit), a_meeting(unit)
    send(key, unit)
    before = kept(key).meeting

    for one in (draft, key):
        change(one, unit, **changed)

    assert (sequence(draft), sequence(key)) == (0, before.sequence + rises)
    assert kept(key).meeting.revised_at > before.revised_at


def test_saving_a_meeting_as_it_is_changes_nothing(unit):
    key = a_meeting(unit, **WEDNESDAYS)
    counter = counted()

    assert change(key, unit, **WEDNESDAYS) == []

    assert counted() == counter


def test_an_agenda_that_was_not_given_stays(unit):
    key = a_meeting(unit)

    meetings.change(key, wanted(title="Nytt", agenda=[]), unit)

    assert [one.title for one in kept(key).agenda] == ["Melding"]
    assert kept(key).meeting.steps == ("report_child",)


def test_occurrences_that_a_new_rule_does_not_make_fall_and_are_told(unit):
    key = a_meeting(unit, **WEDNESDAYS)
    occurrences.cancel(key, datetime(2026, 12, 16, 10), "Snø", unit)
    occurrences.cancel(key, datetime(2026, 12, 30, 10), "Jul", unit)

    lost = change(key, unit, rrule="FREQ=WEEKLY;BYDAY=WE;COUNT=3",
                  starts="2026-12-09T09:00", ends="2026-12-09T10:00")  # fmt: skip

    assert lost == [datetime(2026, 12, 30, 10)]
    (left,) = kept(key).overrides
    assert (left.original, left.is_cancelled) == (datetime(2026, 12, 16, 9), True)


def test_who_saves_what_another_saved_since_is_told(unit):
    key = a_meeting(unit)
    read = meetings.version(key)
    db.session.rollback()
    meetings.change(key, wanted(title="Den andres"), unit, read_version=read)

    with pytest.raises(Collision) as collision:
        meetings.change(key, wanted(title="Min"), unit, read_version=read)

    assert (collision.value.who, collision.value.version) != ("", read)
    assert kept(key).meeting.title == "Den andres"


def test_only_the_unit_changes_a_meeting_and_nobody_a_cancelled_one(unit):
    key, other = a_meeting(unit), agency()
    for verb in (
        lambda who: meetings.change(key, wanted(title="X"), who),
        lambda who: meetings.delete(key, who),
    ):
        with pytest.raises(NotAllowed):
            verb(other)
    with pytest.raises(NotFound):
        meetings.change("nope", wanted(), unit)
    invitations.cancel(key, "", unit)
    for verb in (
        lambda: meetings.change(key, wanted(title="X"), unit),
        lambda: meetings.delete(key, unit),
    ):
        with pytest.raises(IsCancelled):
            verb()
    assert kept(key).meeting.title == "Barn i Trondheim"


# Deleting


def test_a_draft_goes_with_all_that_is_nothing_without_it(unit):
    key = a_meeting(unit, network="forum", **WEDNESDAYS)
    later = occurrences.split(key, datetime(2026, 12, 23, 10), unit)
    item = agendas.add(key, ItemWanted("Utsatt"), unit)
    agendas.put_off(item, unit)
    occurrences.cancel(key, FIRST, "", unit)
    bring("attendances", f"meeting,holder,attended\n{key},politi,true\n")

    meetings.delete(key, unit)

    with pytest.raises(NotFound):
        kept(key)
    assert stored("attendance", "occurrence") == {"attendance": [], "occurrence": []}
    assert kept(later).meeting.split_from is None
    waits = [
        (one.title, one.network, one.carried_from) for one in agendas.backlog(UNIT)
    ]
    db.session.rollback()
    assert waits == [("Melding", "forum", None), ("Utsatt", "forum", None)]


def test_a_meeting_that_somebody_has_in_a_calendar_is_not_deleted(unit):
    key = a_meeting(unit)
    send(key, unit)
    before = stored()

    with pytest.raises(WasSent):
        meetings.delete(key, unit)

    assert stored() == before


# Lists and places


def test_a_list_holds_the_meetings_with_a_day_in_it(unit):
    single = a_meeting(unit, title="Ett")
    series = a_meeting(unit, title="Hver onsdag", network="forum", **WEDNESDAYS)
    hidden = a_meeting(unit, title="Skjult", audience="unit")

    def listed(viewer=UNIT, **asked):
        found = {one.key for one in meetings.listed(viewer, **asked)}
        db.session.rollback()
        return found

    assert listed() == {single, series, hidden}
    assert listed(READER) == {single, series}
    assert listed(first=date(2026, 12, 10)) == {series}
    assert listed(last=date(2026, 12, 8)) == set()
    assert listed(first=date(2026, 12, 9), last=date(2026, 12, 9)) == listed()
    assert listed(query="HVER") == listed(network="forum") == {series}
    assert listed(keys=[single, "nope"]) == {single}
    assert listed(query="%") == set()


@pytest.mark.parametrize(
    ("location", "codes"),
    [
        ("Møterom 3, Storgata 1, Trondheim", {"5001"}),
        ("trondheim", {"5001"}),
        ("Trondheimsveien 2", set()),
        ("Oslo eller Bergen", {"0301", "4601"}),
        ("", set()),
        ("Møterom 4, 2. etasje", set()),
    ],
)
def test_a_town_is_found_in_what_people_write_of_a_place(app, location, codes):
    assert meetings.towns(location) == codes
    db.session.rollback()

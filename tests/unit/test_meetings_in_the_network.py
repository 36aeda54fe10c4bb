"""Who has met: what a meeting heals in the network, for how long, and for whom."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator import questions, upsert
from coordinator.access import UNIT, agency
from coordinator.directory import (
    AttendanceRow,
    Directory,
    MeetingRow,
    OrganisationRow,
    PostRow,
)
from coordinator.errors import NotFound
from graphs import cooperation, network
from models import Attendance, Meeting, db, one_write
from tests.exchanging import bring, bring_all
from tests.factories import a_catalogue

TODAY = date(2026, 11, 26)
# One step hands over to the next, and the two who do them share no network.
FILES = {
    "organisations": "key,name,kind,serves\n"
    "bv,Barnevernet,child_welfare,5001\n"
    "hus,Barnehuset,child_house,5001\n"
    "annen,En annen,rosa,\n",
    "posts": "key,organisation,title\nleder,bv,Leder\n",
    "responsibilities": "step,role,holder,place,status\n"
    "report_child,R,bv,5001,agreed\ntalk_child,R,hus,5001,agreed\n",
}


def the_network():
    bring_all(FILES)


@pytest.fixture
def beforehand():
    return the_network


@pytest.fixture(autouse=True)
def _in_context(app):
    """Have the application, and the network that is written beforehand."""


@one_write
def met(
    *holders,
    on="2026-06-01",
    key="m",
    audience="network",
    status="confirmed",
    network=None,
    **seat,
):
    connection, day = db.session.connection(), date.fromisoformat(on)
    row = {
        "key": key,
        "uid": key,
        "title": "Møtet",
        "starts": datetime.fromisoformat(f"{on}T10:00"),
        "ends": datetime.fromisoformat(f"{on}T11:00"),
        "last_day": day,
        "status": status,
        "network": network,
        "audience": audience,
    }
    upsert.write(connection, "a test", Meeting.__table__, [row])
    seats = [
        {"key": f"{key}|{holder}", "meeting": key, "holder": holder}
        | ({"answer": "accepted", "audience": "network"} | seat)
        for holder in holders
    ]
    upsert.write(connection, "a test", Attendance.__table__, seats)


def forums(*who, on=TODAY, viewer=UNIT):
    with questions.reading(viewer, on) as (_kept, found):
        shared = found.forums()
    db.session.rollback()
    return [sorted(shared.get(one, ())) for one in who]


def way(source, target, viewer=UNIT, on=TODAY):
    found = questions.way_in(source, target, viewer, on)
    db.session.rollback()
    return found


def test_those_who_came_to_a_meeting_have_a_forum_for_twelve_months():
    met("bv", "hus")

    assert forums("bv", "hus") == [["meeting:m"], ["meeting:m"]]
    assert forums("bv", on=date(2026, 6, 1)) == [["meeting:m"]]
    assert forums("bv", on=date(2027, 6, 1)) == [["meeting:m"]]
    assert forums("bv", on=date(2027, 6, 2)) == [[]]
    assert forums("bv", on=date(2026, 5, 31)) == [[]]


def test_a_post_brings_its_organisation_to_the_meeting():
    met("leder", "hus")

    assert forums("bv", "hus") == [["meeting:m"], ["meeting:m"]]


@pytest.mark.parametrize(
    "seat",
    [
        {"answer": "declined"},
        {"answer": "tentative"},
        {"answer": None},
        {"answer": "accepted", "attended": False},
    ],
)
def test_who_did_not_come_has_met_nobody(seat):
    met("bv", "hus", **seat)

    assert forums("bv") == [[]]


def test_who_was_seen_there_was_there_whatever_the_answer():
    met("bv", answer="declined", attended=True)

    assert forums("bv") == [["meeting:m"]]


def test_a_meeting_that_was_cancelled_brought_nobody_together():
    met("bv", "hus", status="cancelled")

    assert forums("bv") == [[]]
    assert way("bv", "hus") == []


def test_a_handover_between_two_who_have_met_is_whole():
    def broken():
        found = questions.ask("broken-handovers", UNIT, TODAY).findings
        db.session.rollback()
        return {
            (one.step, one.to_step)
            for one in found
            if {"bv", "hus"} <= set(one.organisations)
        }

    before = broken()
    met("bv", "hus")

    assert before
    assert broken() == set()


def test_the_way_in_goes_by_a_meeting_where_both_were():
    assert way("bv", "hus") == []

    met("leder", "hus")

    assert way("bv", "hus") == ["bv", "leder", "meeting:m", "hus"]
    finding = questions.way_as_finding(way("bv", "hus"), UNIT)
    assert (finding.meetings, finding.networks) == (("m",), ())
    assert way("bv", "hus", on=date(2027, 6, 2)) == []


def test_what_is_kept_in_memory_follows_answers_and_cancellations():
    met("bv", "hus")
    assert way("bv", "hus") == ["bv", "meeting:m", "hus"]

    met("bv", answer="declined")
    assert way("bv", "hus") == []

    met("bv", "hus")
    met("bv", "hus", status="cancelled")
    assert way("bv", "hus") == []


def test_a_meeting_of_the_unit_alone_is_no_way_in_for_an_agency():
    met("bv", "hus", audience="unit")

    assert way("bv", "hus") == ["bv", "meeting:m", "hus"]
    assert way("bv", "hus", agency("annen")) == []

    met("bv", "hus", audience="network")
    assert way("bv", "hus", agency("annen")) == ["bv", "meeting:m", "hus"]


def test_without_the_one_who_came_nobody_met():
    met("bv", "hus")

    found = questions.what_if(["bv"], UNIT, TODAY)

    assert found is not None
    assert forums("bv", "hus") == [["meeting:m"], ["meeting:m"]]


# Whatever meetings there are


DAYS = st.dates(TODAY - timedelta(days=400), TODAY + timedelta(days=30))
HELD = st.fixed_dictionaries(
    {
        "key": st.sampled_from(["m0", "m1", "m2"]),
        "network": st.sampled_from([None, "forum"]),
        "starts": DAYS.map(lambda day: datetime(day.year, day.month, day.day, 10)),
        "status": st.sampled_from(["confirmed", "confirmed", "cancelled"]),
    }
)
SEATS = st.fixed_dictionaries(
    {
        "meeting": st.sampled_from(["m0", "m1", "m2", "gone"]),
        "holder": st.sampled_from(["bv", "leder", "hus", "annen", "gone"]),
        "answer": st.sampled_from([None, "accepted", "declined", "delegated"]),
        "attended": st.sampled_from([None, True, False]),
    }
)


def a_directory(held, seats):
    """Return a directory of three organisations, one with a post, and what they met."""
    found = Directory(a_catalogue())
    for key in ("bv", "hus", "annen"):
        row = OrganisationRow(key, "rosa", None, None, None)
        found.put("organisation", key, row)
    found.put("post", "leder", PostRow("leder", "bv", None, None))
    for one in held:
        row = MeetingRow(last_day=one["starts"].date(), **one)
        found.put("meeting", row.key, row)
    for one in seats:
        key = f"{one['meeting']}|{one['holder']}"
        found.put("attendance", key, AttendanceRow(key, **one))
    return found


def who_met(held, seats):
    """Say in loops who was at which meeting of the twelve months before today."""
    for meeting in held:
        since = TODAY - meeting["starts"].date()
        if meeting["status"] == "cancelled" or not 0 <= since.days <= 365:
            continue
        for seat in seats:
            came = seat["attended"]
            if came is None:
                came = seat["answer"] == "accepted"
            if came and seat["meeting"] == meeting["key"] and seat["holder"] != "gone":
                yield meeting["key"], seat["holder"]


@given(
    held=st.lists(HELD, max_size=3, unique_by=lambda one: one["key"]),
    seats=st.lists(
        SEATS, max_size=8, unique_by=lambda one: (one["meeting"], one["holder"])
    ),
)
@settings(max_examples=150, deadline=None, database=None)
def test_whoever_met_whom_is_found_as_the_words_say_it(held, seats):
    directory = a_directory(held, seats)
    met = set(who_met(held, seats))
    at = {
        who: {
            f"meeting:{meeting}"
            for meeting, holder in met
            if holder == who or (who == "bv" and holder == "leder")
        }
        for who in ("bv", "hus", "annen")
    }

    found = questions.Reading(directory, TODAY).forums()
    acquainted = network.acquaintance(directory.graph, TODAY)

    assert {who: set(found.get(who, ())) for who in at} == at
    ties = {frozenset((f"meeting:{meeting}", who)) for meeting, who in met}
    assert set(map(frozenset, acquainted.edges)) == ties | {frozenset(("bv", "leder"))}
    for one in at:
        for other in at:
            way = cooperation.way_in(directory.graph, TODAY, one, other)
            assert bool(way) == (one == other or is_reached(at, one, other))


def is_reached(at, one, other):
    """Return whether meetings lead from one to the other, over any third."""
    reached, waiting = set(), [one]
    for who in waiting:
        if who not in reached:
            reached.add(who)
            waiting += [third for third in at if at[who] & at[third]]
    return other in reached


def test_what_if_takes_a_network_out_with_its_meetings_and_a_meeting_alone():
    bring("networks", "key,name\nforum,Forum\n")
    met("bv", "hus")
    met("bv", "hus", key="n", network="forum")

    def unmet(*without):
        found = questions.what_if(without, UNIT, TODAY)
        db.session.rollback()
        return {one.change for one in found if one.finding.step == "report_child"}

    assert unmet("meeting:m") == unmet("network:forum") == set()
    assert unmet("meeting:m", "network:forum") == {"appears"}
    with pytest.raises(NotFound):
        questions.what_if(["meeting:nope"], UNIT, TODAY)
    db.session.rollback()

"""Who has met: what a meeting heals in the network, for how long, and for whom."""

from datetime import date, datetime

import pytest

from coordinator import questions, upsert
from coordinator.access import UNIT, agency
from models import Attendance, Meeting, db, one_write
from tests.exchanging import bring_all

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


@pytest.fixture(autouse=True)
def _network(app):
    bring_all(FILES)


@one_write
def met(
    *holders, on="2026-06-01", key="m", audience="network", status="confirmed", **seat
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

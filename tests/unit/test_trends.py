"""Trends: the same as was counted then, and nothing of the time before."""

from datetime import date, timedelta

import pytest
import time_machine

from coordinator import freshness, history, state, trends
from coordinator.access import UNIT, select_visible
from models import ContactPoint, begin_write, db
from tests.exchanging import bring, bring_all
from tests.unit.test_state import ORGANISATION, posts

TODAY = date(2031, 11, 23)
# Later than the reference data was loaded: nothing is kept of a time before that.
START = "2031-08-15T12:00:00+02:00"


@pytest.fixture(autouse=True)
def clock(app):
    """Yield the clock, which stands."""
    with time_machine.travel(START, tick=False) as clock:
        bring_all(ORGANISATION)
        yield clock
        db.session.rollback()


def points(*values):
    rows = "".join(f"bv,phone,{value},public\n" for value in values)
    report = bring("contact-points", f"owner,channel,value,audience\n{rows}")
    assert report.errors == []


def confirm(value, on):
    begin_write()
    table = ContactPoint.__table__.c
    statement = select_visible(ContactPoint, viewer=UNIT).where(table.value == value)
    point = db.session.scalars(statement).one()
    point.confirmed_on = on
    db.session.commit()


def delete(value):
    begin_write()
    table = ContactPoint.__table__.c
    statement = select_visible(ContactPoint, viewer=UNIT).where(table.value == value)
    db.session.delete(db.session.scalars(statement).one())
    db.session.commit()


def counted(on):
    """Return how fresh the contacts are, as they stand in the database."""
    table = ContactPoint.__table__.c
    found = dict.fromkeys(trends.FRESHNESS, 0)
    for day in db.session.scalars(select_visible(table.confirmed_on, viewer=UNIT)):
        stale = freshness.is_stale(day, on)
        found[
            "unconfirmed" if day is None else "overdue" if stale else "confirmed"
        ] += 1
    return found


def test_freshness_is_what_the_records_were_at_each_months_end(clock):
    numbers = [f"+4772540{n:03}" for n in range(6)]
    points(*numbers)
    confirm(numbers[0], date(2030, 9, 10))
    clock.move_to("2031-09-20T12:00:00+02:00")
    confirm(numbers[1], date(2031, 9, 20))
    delete(numbers[5])
    clock.move_to("2031-10-10T12:00:00+02:00")
    confirm(numbers[1], None)
    confirm(numbers[2], date(2031, 10, 10))
    points("+4772540099")
    clock.move_to("2031-11-23T12:00:00+01:00")
    confirm(numbers[0], TODAY)

    found = trends.of_freshness(TODAY, 6)
    db.session.rollback()

    known = []
    for day in found.days[:-1]:
        with history.as_of(day):
            known.append(counted(day))
    known.append(counted(TODAY))
    shown = [
        {code: values[at] for code, values in found.series.items()}
        for at in range(len(found.days))
    ]
    assert shown == known
    assert [one["confirmed"] for one in shown] == [0, 0, 0, 1, 1, 1, 2]
    assert [one["overdue"] for one in shown] == [0, 0, 0, 0, 1, 1, 0]


def test_findings_are_those_of_the_state_and_the_urgent_ones_in_all(clock):
    posts("a")
    state.analyse()
    clock.move_to("2031-11-23T12:00:00+01:00")
    posts("b")
    state.analyse()
    standing = state.of_network()

    found = trends.of_findings(standing, 24)

    assert len(found.days) == 25
    assert found.days[-4:] == (
        date(2031, 8, 31),
        date(2031, 9, 30),
        date(2031, 10, 31),
        TODAY,
    )
    assert found.series["vacant"] == (*(None,) * 21, 1, 1, 1, 2)
    assert found.series["urgent"][-1] == standing.urgent
    assert found.first_known == date(2031, 8, 31)
    assert found.is_measured


def test_before_a_month_has_ended_there_is_only_today(clock):
    posts("a")

    found = trends.of_findings(state.of_network(), 6)

    assert found.first_known == found.days[-1]
    assert not found.is_measured


def test_where_nobody_has_a_contact_there_are_no_shares():
    assert trends._fresh({}, TODAY) is None
    assert trends.Trend((TODAY,), {"confirmed": (None,)}).first_known is None


def test_further_back_than_is_read_nothing_is_said(clock, monkeypatch):
    monkeypatch.setattr(trends, "MOST_READ_BACK", 2)
    points("+4772540001", "+4772540002")
    clock.shift(timedelta(days=40))
    points("+4772540003", "+4772540004", "+4772540005")
    clock.shift(timedelta(days=40))

    found = trends.of_freshness(date(2031, 11, 3), 4)

    assert found.series["unconfirmed"] == (None, None, 13, 13, 13)


def test_shares_are_whole_and_make_a_hundred():
    for counts in ([1, 1, 1], [1, 2, 4], [0, 0, 9], [333, 333, 1]):
        assert sum(trends.shares(counts)) == 100
    assert trends.shares([0, 0, 0]) == (0, 0, 0)

"""The state of the network: what the worker keeps, how it goes, and what is served."""

from datetime import date, timedelta

import pytest
import time_machine

from coordinator import acceptances, questions, state
from coordinator.access import OPERATOR, READER, UNIT, agency, select_to_write
from coordinator.editing import NotAllowed
from coordinator.errors import NotFound
from models import Analysis, Sighting, db
from tests.exchanging import bring, bring_all
from tests.unit.test_editing import an_account

NOON = "2026-11-23T12:00:00+01:00"
MONDAY = date(2026, 11, 23)
ORGANISATION = {"organisations": "key,name,kind\nbv,Barnevernet,child_welfare\n"}


@pytest.fixture(autouse=True)
def clock(app):
    """Yield the clock, which stands."""
    with time_machine.travel(NOON, tick=False) as clock:
        bring_all(ORGANISATION)
        yield clock
        db.session.rollback()


def posts(*keys, last=""):
    rows = "".join(f"{key},bv,{key},{last}\n" for key in keys)
    assert bring("posts", f"key,organisation,title,valid_to\n{rows}").errors == []


def read(statement):
    found = list(db.session.execute(statement))
    db.session.rollback()
    return found


def sighted(row="vacant"):
    seen = Sighting.__table__.c
    statement = select_to_write(seen.seen_from, seen.seen_to).where(seen.row == row)
    return sorted(map(tuple, read(statement)), key=str)


def kept():
    return {
        row.question: (row.seq, row.on)
        for row in read(select_to_write(*Analysis.__table__.c))
    }


def the_row(code):
    found = state.of_network()
    db.session.rollback()
    return next((row for row in found.rows if row.code == code), None)


# What the worker does


def test_it_is_worked_out_once_until_something_changes_or_the_day_does(clock):
    posts("leder")

    assert [state.analyse(), state.analyse()] == [True, False]
    posts("nestleder")
    assert [state.analyse(), state.analyse()] == [True, False]
    clock.shift(timedelta(hours=11, minutes=59))
    assert state.analyse() is False
    clock.shift(timedelta(minutes=1))
    assert [state.analyse(), state.analyse()] == [True, False]


def test_every_question_is_kept_with_the_day_and_the_newest_change():
    state.analyse()
    found = kept()

    assert found.keys() == {*questions.QUESTIONS, "state"}
    with questions.reading(UNIT) as (one, _reading):
        assert set(found.values()) == {(one.seq, MONDAY)}


def test_it_leaves_no_transaction_open():
    for _n in range(2):
        state.analyse()
        assert not db.session().in_transaction()


def test_what_is_seen_comes_goes_and_comes_back(clock):
    posts("leder")
    state.analyse()
    first = sighted()
    clock.shift(timedelta(days=3))
    posts("leder", last="2026-11-20")
    state.analyse()
    gone = sighted()
    clock.shift(timedelta(days=4))
    posts("leder")
    state.analyse()

    assert first == [(MONDAY, None)]
    assert gone == [(MONDAY, date(2026, 11, 26))]
    assert sighted() == [(MONDAY, date(2026, 11, 26)), (date(2026, 11, 30), None)]


def test_what_goes_and_comes_back_the_same_day_was_there_all_the_time():
    posts("leder")
    state.analyse()
    posts("leder", last="2026-11-20")
    state.analyse()
    gone = sighted()
    posts("leder")
    state.analyse()

    assert gone == [(MONDAY, MONDAY)]
    assert sighted() == [(MONDAY, None)]


def test_what_is_accepted_is_counted_in_a_row_of_its_own():
    posts("leder")
    state.analyse()
    before = the_row("accepted")
    (finding,) = questions.ask("vacant", UNIT).findings
    db.session.rollback()
    until = MONDAY + timedelta(days=9)
    acceptances.accept(finding, until, "Vi venter", an_account(), today=MONDAY)
    state.analyse()

    assert the_row("vacant") is None
    assert the_row("accepted").count == before.count + 1
    assert sighted() == [(MONDAY, MONDAY)]


# How it goes


def test_the_months_before_are_counted_at_their_ends(clock):
    clock.move_to("2026-08-15T12:00:00+02:00")
    posts("a")
    state.analyse()
    clock.move_to("2026-09-30T12:00:00+02:00")
    posts("b")
    state.analyse()
    clock.move_to("2026-10-01T12:00:00+02:00")
    posts("a", last="2026-09-30")
    posts("c", "d")
    state.analyse()
    clock.move_to(NOON)
    state.analyse()
    found = state.of_network()
    row = the_row("vacant")

    assert [str(day) for day in found.months] == [
        "2026-05-31",
        "2026-06-30",
        "2026-07-31",
        "2026-08-31",
        "2026-09-30",
        "2026-10-31",
    ]
    assert row.count == 3
    assert row.before == (None, None, None, 1, 2, 3)
    assert row.since_last_month == 0


def test_before_anything_was_counted_there_is_no_trend():
    posts("leder")
    row = the_row("vacant")

    assert row.before == (None,) * 6
    assert row.since_last_month is None
    assert state.of_network().since_last_month is None


def test_new_is_what_was_first_seen_in_these_days_and_is_there_still(clock):
    posts("gammel")
    state.analyse()
    clock.shift(timedelta(days=2))
    posts("ny", "borte")
    state.analyse()
    clock.shift(timedelta(days=2))
    posts("borte", last="2026-11-20")
    state.analyse()

    def new(first, until=None):
        found = state.new_since(first, state.kept_answers(), until)
        db.session.rollback()
        return [one.posts[0] for one in found.get("vacant", ())]

    assert new(MONDAY + timedelta(days=1)) == ["ny"]
    assert new(MONDAY) == ["gammel", "ny"]
    assert new(MONDAY, MONDAY + timedelta(days=2)) == ["gammel"]
    assert new(MONDAY + timedelta(days=3)) == []
    assert state.has_new(MONDAY, MONDAY + timedelta(days=2))
    assert not state.has_new(MONDAY + timedelta(days=3), MONDAY + timedelta(days=99))


# What is served


@pytest.fixture
def large(monkeypatch):
    """Let every network be a large one, whose findings are kept."""
    monkeypatch.setattr(state, "LIVE_UP_TO", 0)


def answered(question="vacant", viewer=UNIT, on=None):
    found = state.answer(question, viewer, on)
    db.session.rollback()
    return found


def test_a_small_network_is_worked_out_when_it_is_asked():
    posts("leder")
    state.analyse()
    posts("nestleder")

    found = answered()
    assert len(found.asked.findings) == 2
    assert found.is_current


def test_of_a_large_one_what_is_kept_is_served_and_says_when_it_is_no_longer_so(
    clock, large
):
    posts("leder")
    state.analyse()
    at_once = answered()
    clock.shift(timedelta(minutes=5))
    posts("nestleder")
    after = answered()
    whole = state.of_network()
    db.session.rollback()
    state.analyse()
    again = answered()

    assert at_once.is_current
    assert after.asked.findings == at_once.asked.findings
    assert (after.is_current, whole.is_current) == (False, False)
    assert after.reckoned_at == whole.reckoned_at == at_once.reckoned_at
    assert len(again.asked.findings) == 2
    assert again.is_current
    assert again.reckoned_at - at_once.reckoned_at == timedelta(minutes=5)


def test_on_the_next_day_what_is_kept_is_no_longer_so(clock, large):
    state.analyse()
    clock.shift(timedelta(days=1))

    # Asked of today, which is no longer the day that it is kept of.
    assert answered().is_current is False
    assert state.of_network().is_current is False


def test_what_is_kept_is_what_was_worked_out(large):
    bring_all(
        {
            "posts": "key,organisation,title\nleder,bv,Leder\n",
            "responsibilities": "step,role,holder,place,tracks,status\n"
            "health,A,bv,5001,minor,contested\n",
        }
    )
    live = questions.ask_each(UNIT)
    db.session.rollback()
    state.analyse()

    for question in questions.QUESTIONS:
        found = answered(question).asked
        assert found == live[question], question


def test_another_day_and_another_viewer_are_always_worked_out(large):
    posts("leder")
    state.analyse()
    posts("nestleder")

    assert len(answered(on=date(2026, 11, 24)).asked.findings) == 2
    for viewer in (agency("bv"), OPERATOR):
        found = answered(viewer=viewer)
        assert len(found.asked.findings) == 2
        assert found.is_current


def test_what_is_accepted_today_is_not_open_though_the_finding_is_kept(large):
    posts("leder")
    state.analyse()
    (finding,) = answered().asked.findings
    until = MONDAY + timedelta(days=9)
    acceptances.accept(finding, until, "Vi venter", an_account(), today=MONDAY)

    assert answered().asked.open == ()


def test_the_gravest_rows_come_first_and_empty_ones_are_left_out():
    posts("leder")
    found = state.of_network()
    codes = [row.code for row in found.rows]
    order = [*(kind.code for kind in state.ROWS), state.ACCEPTED]

    assert codes == [code for code in order if code in codes]
    assert all(row.count for row in found.rows)
    assert found.open == sum(r.count for r in found.rows if r.code != state.ACCEPTED)


def test_an_unknown_question_or_viewer_is_refused():
    with pytest.raises(NotFound):
        state.answer("nowhere", UNIT)
    with pytest.raises(NotAllowed):
        state.answer("gaps", READER)

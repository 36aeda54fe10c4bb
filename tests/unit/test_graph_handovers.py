"""Handovers: broken where giver and taker share no forum, as read off a drawing."""

from graphs import handovers
from graphs.cells import Party
from graphs.handovers import Handover
from tests.unit.drawn_networks import (
    ASKER,
    NAV,
    NORWAY,
    OSLO,
    POLICE,
    TRONDELAG,
    a_cell,
    told,
)

TO_HOUSE = Handover("report", "house")
SHELTER = Party("shelter")


def both(giver, taker, places=(), **changed):
    """Return the two steps of a handover for both tracks."""
    return [
        a_cell(*places, step=step, track=track, responsible=side, **changed)
        for step, side in (("report", giver), ("house", taker))
        for track in ("adult", "minor")
    ]


def broken(cells, *given, **forums):
    found = {key: frozenset(value.split()) for key, value in forums.items()}
    return handovers.broken(cells, given or [TO_HOUSE], found, NORWAY)


def test_two_sides_that_share_no_forum_are_broken_and_both_named():
    [found] = broken(both((POLICE,), (SHELTER,)))

    assert found.organisations == ("police", "shelter")
    assert (found.step, found.to_step) == ("report", "house")
    assert (found.place, found.track) == ("NO", None)


def test_two_sides_that_meet_in_a_forum_are_whole():
    cells = both((POLICE,), (SHELTER,))

    assert broken(cells, police="a forum", shelter="forum b") == []
    assert len(broken(cells, police="a", shelter="b")) == 1


def test_one_who_stands_on_both_sides_is_enough():
    assert broken(both((POLICE, NAV), (NAV, SHELTER))) == []


def test_one_pair_that_meets_is_enough():
    cells = both((POLICE, NAV), (SHELTER,))

    assert broken(cells, nav="forum", shelter="forum") == []


def test_the_accountable_stand_in_where_nobody_is_responsible():
    cells = both((), (SHELTER,), accountable=(POLICE,))

    assert broken(cells)[0].organisations == ("police", "shelter")


def test_a_side_of_the_one_who_asks_is_not_looked_at():
    assert broken(both((ASKER,), (SHELTER,), accountable=())) == []
    assert broken(both((POLICE,), (), accountable=(ASKER,))) == []


def test_a_handover_is_broken_where_the_sides_are_strangers():
    cells = [
        *both((POLICE,), (SHELTER,), OSLO),
        *both((POLICE,), (NAV,), TRONDELAG),
    ]

    found = broken(cells, police="forum", nav="forum")

    assert told(found) == [("03", None)]


def test_a_handover_for_one_track_is_told_for_it():
    adults = Handover("report", "house", ("adult",))

    assert told(broken(both((POLICE,), (SHELTER,)), adults)) == [("NO", "adult")]


def test_who_becomes_an_adult_is_handed_to_those_who_take_adults():
    comes_of_age = Handover("report", "house", ("minor",), "adult")
    cells = [
        a_cell(step="report", track="minor", responsible=(POLICE,)),
        a_cell(step="house", track="minor", responsible=(POLICE,)),
        a_cell(step="house", track="adult", responsible=(SHELTER,)),
    ]

    assert told(broken(cells, comes_of_age)) == [("NO", "minor")]


def test_a_step_that_is_not_for_the_track_takes_nobody():
    to_settle = Handover("report", "settle")
    cells = [
        a_cell(step="report", track="minor", responsible=(POLICE,)),
        a_cell(step="settle", track="adult", responsible=(SHELTER,)),
    ]

    assert broken(cells, to_settle) == []


def test_two_handovers_between_the_same_steps_are_told_as_one():
    each = [Handover("report", "house", (track,)) for track in ("adult", "minor")]

    assert told(broken(both((POLICE,), (SHELTER,)), *each)) == [("NO", None)]

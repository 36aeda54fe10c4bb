"""The grain: a finding is told at the highest place where it holds for all below."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import grain
from graphs.findings import Finding
from graphs.grain import Observation, Place
from tests.unit.brute_graph import RANKS, Country
from tests.unit.drawn_networks import (
    EVERYWHERE,
    NORWAY,
    OSLO,
    PLACES,
    STEPS,
    TODAY,
    TRACKS,
    TRONDELAG,
    told,
)
from tests.unit.random_cells import countries

GAP = Finding("gaps", "no_accountable", "report")


def state(*seen, step="report"):
    return told(
        grain.state(
            [
                Observation(
                    GAP._replace(step=step), track, NORWAY.mask(frozenset(places))
                )
                for track, places in seen
            ],
            NORWAY,
        )
    )


def test_leaves_are_municipalities_and_districts_with_nothing_below():
    assert NORWAY.leaves == EVERYWHERE


def test_what_holds_everywhere_is_told_of_the_country():
    assert grain.widest(NORWAY, EVERYWHERE) == ["NO"]


def test_what_holds_in_a_county_is_told_of_the_county():
    assert grain.widest(NORWAY, TRONDELAG) == ["50"]


def test_a_county_comes_before_the_municipality_and_police_district_it_equals():
    assert grain.widest(NORWAY, OSLO) == ["03"]


def test_a_police_district_is_told_where_no_county_is_whole():
    assert grain.widest(NORWAY, ["5006", "5007"]) == ["pd-inn"]


def test_the_widest_place_comes_first_and_none_is_told_twice():
    assert grain.widest(NORWAY, [*OSLO, "5001", "5006"]) == [
        "03",
        "5006",
        "pd-nidaros",
    ]


def test_nowhere_is_no_place():
    assert grain.widest(NORWAY, []) == []


def test_a_place_is_told_by_name_alone_when_its_neighbour_is_not_there():
    assert grain.widest(NORWAY, ["030101"]) == ["030101"]


def test_a_place_that_does_not_stand_is_a_mistake():
    with pytest.raises(KeyError):
        grain.widest(NORWAY, ["9999"])


def test_what_holds_for_all_tracks_of_a_step_names_none():
    assert state(("adult", OSLO), ("minor", OSLO)) == [("03", None)]


def test_what_holds_for_one_track_names_it():
    assert state(("minor", OSLO)) == [("03", "minor")]


def test_a_step_meant_for_one_track_has_no_other():
    assert state(("adult", OSLO), step="settle") == [("03", None)]


def test_places_are_told_together_where_the_same_tracks_hold():
    found = state(("adult", EVERYWHERE), ("minor", OSLO))

    assert found == [("03", None), ("50", "adult")]


def test_what_is_seen_in_parts_is_told_as_a_whole():
    parts = [("adult", [leaf]) for leaf in TRONDELAG]

    assert state(*parts) == [("50", "adult")]


def test_a_reform_moves_what_is_told():
    reform = date(2027, 1, 1)
    places = [
        one._replace(valid_to=TODAY) if one.code == "50" else one for one in PLACES
    ]

    later = grain.standing(places, reform, tracks=TRACKS, steps=STEPS)

    assert grain.widest(later, TRONDELAG) == ["pd-inn", "pd-nidaros"]


def test_places_in_a_circle_are_told_once_each():
    places = [
        Place("a", "municipality", ("b",)),
        Place("b", "municipality", ("a", "b")),
        Place("c", "municipality", ("c",)),
    ]

    looped = grain.standing(places, TODAY)

    assert looped.leaves == ("a", "b", "c")
    assert grain.widest(looped, "abc") == ["a", "b", "c"]


def test_a_kind_of_place_that_is_new_to_us_comes_last():
    places = [Place("valley", "valley"), Place("town", "municipality", ("valley",))]

    assert grain.widest(grain.standing(places, TODAY), ["town"]) == ["valley"]


@settings(deadline=None, database=None)
@given(countries(), st.data())
def test_the_grain_is_what_the_design_says(country, data):
    places, known = country
    standing = grain.standing(places, TODAY)
    leaves = st.sets(st.sampled_from(known.leaves)) if known.leaves else st.just(set())
    holds = data.draw(leaves)

    assert set(standing.leaves) == set(known.leaves)
    assert grain.widest(standing, holds) == known.widest(holds)


def test_the_country_drawn_is_read_alike_by_brute_force():
    known = Country(PLACES, STEPS, TRACKS, TODAY)

    assert {one.kind for one in PLACES} == set(RANKS)
    assert sorted(known.leaves) == list(NORWAY.leaves)

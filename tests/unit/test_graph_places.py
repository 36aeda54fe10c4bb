"""Places as a graph: what lies in what, and which is nearest."""

import networkx as nx
import pytest

from graphs import places

GRAPH = places.build(
    ["NO", "far"],
    [
        ("030101", "0301"),
        ("0301", "03"),
        ("0301", "pd-oslo"),
        ("03", "NO"),
        ("pd-oslo", "NO"),
    ],
)


def test_a_place_lies_in_every_area_above_it():
    found = places.at_or_above(GRAPH, "030101")

    assert found == {"030101", "0301", "03", "pd-oslo", "NO"}


def test_a_place_without_links_is_a_place_too():
    assert places.at_or_above(GRAPH, "far") == {"far"}


def test_a_place_that_is_not_there_is_said_to_be_unknown():
    with pytest.raises(nx.NodeNotFound, match="9999"):
        places.at_or_above(GRAPH, "9999")


def test_places_in_a_circle_are_walked_once():
    looped = places.build([], [("a", "b"), ("b", "a")])

    assert places.at_or_above(looped, "a") == {"a", "b"}


def test_a_place_lies_below_an_area_whatever_the_length_of_the_path():
    assert places.lies_below(GRAPH, "030101", "0301")
    assert places.lies_below(GRAPH, "030101", "NO")


def test_a_place_lies_neither_below_itself_nor_below_what_it_holds():
    assert not places.lies_below(GRAPH, "0301", "0301")
    assert not places.lies_below(GRAPH, "NO", "0301")


def test_a_county_and_a_police_district_stand_side_by_side():
    assert not places.lies_below(GRAPH, "03", "pd-oslo")
    assert not places.lies_below(GRAPH, "pd-oslo", "03")


def test_the_nearest_of_places_are_those_that_hold_no_other():
    assert places.nearest(GRAPH, ["NO", "pd-oslo", "03", "NO"]) == ["03", "pd-oslo"]
    assert places.nearest(GRAPH, ["NO", "030101", "03"]) == ["030101"]
    assert places.nearest(GRAPH, []) == []


def test_a_cycle_is_told_from_its_least_code_on():
    looped = places.build([], [("c", "a"), ("a", "b"), ("b", "c"), ("d", "a")])

    assert places.cycle(looped) == ["a", "b", "c"]


def test_places_without_a_cycle_have_none_to_tell():
    assert places.cycle(GRAPH) == []

"""Circles that keep to themselves, brokers between them, and the way in."""

from itertools import product

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import cooperation, network
from graphs.cooperation import BROKERS, EXACT_UP_TO
from graphs.network import Node, Tie
from tests.unit.drawn_networks import TODAY, a_network, kinds_of
from tests.unit.test_graph_single_points import cooperations

KINDS_OF = {"ann": "person", **dict.fromkeys(["f1", "f2", "g1", "g2"], "network")}


def two_circles(*between):
    """Return two times two forums of three organisations, and what lies between."""
    graph = nx.Graph(product(["ane", "nav", "udi"], ["f1", "f2"]))
    graph.add_edges_from(product(["court", "ngo", "police"], ["g1", "g2"]))
    graph.add_edges_from(between)
    return kinds_of(graph, **KINDS_OF)


def test_two_circles_with_one_tie_between_are_two_silos():
    found = cooperation.silos(two_circles(("nav", "ann"), ("ann", "police")))

    circles = [(one.organisations, one.networks) for one in found.findings]
    assert circles == [
        (("ane", "nav", "udi"), ("f1", "f2")),
        (("court", "ngo", "police"), ("g1", "g2")),
    ]


def test_silos_are_estimated_and_say_from_which_seed():
    found = cooperation.silos(two_circles(), seed=7)

    assert (found.estimated, found.seed) == (True, 7)


def test_all_who_meet_in_one_forum_are_no_silo():
    graph = nx.star_graph(["f1", "nav", "udi"])

    assert cooperation.silos(kinds_of(graph, **KINDS_OF)).findings == []


def test_one_organisation_alone_is_no_silo():
    graph = kinds_of(nx.empty_graph(["nav", "udi"]))

    assert cooperation.silos(graph).findings == []
    assert cooperation.silos(nx.Graph()).findings == []


def test_the_person_between_two_circles_is_the_first_broker_and_forums_are_none():
    found = cooperation.brokers(two_circles(("nav", "ann"), ("ann", "police")))

    told = [one.persons + one.organisations for one in found.findings]
    assert told[:3] == [("ann",), ("nav",), ("police",)]
    assert {key for one in told for key in one}.isdisjoint({"f1", "f2", "g1", "g2"})
    assert (found.estimated, found.seed) == (False, None)


def test_who_lies_between_nobody_is_no_broker():
    assert cooperation.brokers(kinds_of(nx.path_graph(["nav", "udi"]))).findings == []


def test_brokers_are_at_most_twenty_the_strongest_first_and_then_by_key():
    graph = kinds_of(nx.cycle_graph([f"n{number:02}" for number in range(30)]))

    found = cooperation.brokers(graph).findings

    assert [one.organisations[0] for one in found] == [
        f"n{number:02}" for number in range(BROKERS)
    ]


def test_brokers_of_many_are_estimated_and_say_from_which_seed():
    graph = nx.relabel_nodes(nx.star_graph(EXACT_UP_TO), str)

    found = cooperation.brokers(kinds_of(graph), k=8, seed=3)

    assert (found.estimated, found.seed, found.sources) == (True, 3, 8)
    assert found.findings[0].organisations == ("0",)
    assert found == cooperation.brokers(graph, k=8, seed=3)


@settings(deadline=None, database=None)
@given(cooperations())
def test_brokers_are_those_of_networkx_itself(graph):
    scores = nx.betweenness_centrality(graph, backend="networkx")
    expected = {
        one: score
        for one, score in scores.items()
        if score > 1e-9 and graph.nodes[one]["kind"] != "network"
    }

    found = cooperation.brokers(graph).findings

    told = {(one.persons or one.organisations)[0]: one.score for one in found}
    assert told == pytest.approx(expected, abs=1e-8)
    assert [one.score for one in found] == sorted(told.values(), reverse=True)


@settings(deadline=None, database=None)
@given(cooperations())
def test_silos_are_the_same_again_and_share_nobody(graph):
    found = cooperation.silos(graph)

    again = cooperation.silos(graph.copy())

    named = [key for one in found.findings for key in one.organisations]
    assert found == again
    assert len(named) == len(set(named))


def way(source, target, *lines):
    return cooperation.way_in(a_network(*lines), TODAY, source, target)


ROAD = ("lead at nav", "ann holds lead", "nav joins network:a", "udi joins network:a")


def test_the_way_leads_by_forum_organisation_and_post_to_the_person():
    assert way("udi", "ann", *ROAD) == ["udi", "network:a", "nav", "lead", "ann"]


def test_the_way_is_the_same_backwards():
    assert way("ann", "udi", *ROAD) == ["ann", "lead", "nav", "network:a", "udi"]


def test_of_two_ways_the_shorter_and_then_the_first_by_key_is_told():
    more = [f"{one} joins network:{forum}" for one in ("nav", "udi") for forum in "cb"]

    assert way("udi", "nav", *more, *ROAD) == ["udi", "network:a", "nav"]
    assert way("lead", "network:a", *ROAD, "lead sits network:a") == [
        "lead",
        "network:a",
    ]


def test_oneself_is_no_way_off():
    assert way("ann", "ann", *ROAD) == ["ann"]


def test_there_may_be_no_way():
    assert way("udi", "bo", *ROAD, "bo holds empty") == []


def test_what_has_ended_is_no_way():
    ended = "udi joins network:a valid_to=2026-11-24"

    assert way("udi", "nav", *ROAD[:3], ended) == []
    gone = network.build([Node("nav", "organisation", {"valid_to": TODAY})], [])
    assert cooperation.way_in(gone, TODAY, "nav", "nav") == ["nav"]
    assert cooperation.way_in(gone, TODAY.replace(day=26), "nav", "nav") == []


@pytest.mark.parametrize(("source", "target"), [("nobody", "nav"), ("nav", "nobody")])
def test_an_unknown_key_is_said_to_be_unknown(source, target):
    with pytest.raises(nx.NodeNotFound, match="nobody"):
        way(source, target, *ROAD)


KEYS = ("nav", "lead", "ann", "f")
KINDS = dict(zip(KEYS, ("organisation", "post", "person", "network"), strict=True))
TIES = {"nav": ("f",), "lead": ("nav", "f"), "ann": ("lead",)}
NAMES = {"nav": "at", "lead": "holds", "f": "member"}


@st.composite
def roads(draw):
    """A random network, two of each kind, and its ties as pairs."""
    pairs = set()
    for source, targets in TIES.items():
        for target in targets:
            ends = st.tuples(st.sampled_from("12"), st.sampled_from("12"))
            pairs |= {
                (source + one, target + other)
                for one, other in draw(st.sets(ends, max_size=4))
            }
    return pairs


@settings(deadline=None, database=None)
@given(roads(), st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_the_way_is_the_least_of_the_shortest(pairs, source, target):
    source, target = f"{source}1", f"{target}2"
    nodes = [Node(key + n, kind) for key, kind in KINDS.items() for n in "12"]
    ties = [Tie(*pair, NAMES[pair[1][:-1]], "|".join(pair)) for pair in pairs]
    graph = network.build(nodes, ties)

    ways = [[source]]
    while ways and not any(way[-1] == target for way in ways):
        ways = [
            [*way, other]
            for way in ways
            for one in pairs
            for other in one
            if way[-1] in one and other not in way
        ]

    expected = min((way for way in ways if way[-1] == target), default=[])
    assert cooperation.way_in(graph, TODAY, source, target) == expected

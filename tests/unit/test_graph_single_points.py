"""Single points of failure: one person who does it all, one who holds all together."""

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import single_points
from graphs.cells import Party
from tests.unit.drawn_networks import (
    ASKER,
    NAV,
    NORWAY,
    OSLO,
    POLICE,
    TRONDELAG,
    a_cell,
    kinds_of,
    told,
)

ANN = Party("nav", "lead", ("ann",))


def only_person(*responsible):
    cells = [a_cell(*OSLO, responsible=responsible), a_cell(*TRONDELAG)]
    return single_points.only_person(cells, NORWAY)


def test_a_step_that_one_person_does_names_her_and_where():
    [found] = only_person(ANN)

    assert found.persons == ("ann",)
    assert (found.posts, found.organisations) == (("lead",), ("nav",))
    assert told([found]) == [("03", None)]


def test_the_same_person_in_two_posts_is_one_person():
    [found] = only_person(ANN, ANN._replace(organisation="udi", post="aide"))

    assert found.posts == ("aide", "lead")


def test_a_vacant_post_beside_her_is_no_help():
    [found] = only_person(ANN, Party("udi", "desk"))

    assert found.organisations == ("nav", "udi")


def test_two_persons_are_not_one():
    assert only_person(POLICE) == []
    assert only_person(ANN, Party("udi", "desk", ("bo",))) == []


def test_an_organisation_and_the_one_who_asks_are_more_than_a_person():
    assert only_person(ANN, NAV) == []
    assert only_person(ANN, ASKER) == []


def test_nobody_is_not_one_person():
    assert only_person() == []
    assert only_person(Party("udi", "desk")) == []


def cut_points(graph):
    return [
        (*one.persons, *one.organisations) for one in single_points.cut_points(graph)
    ]


def test_the_person_between_two_organisations_is_one():
    graph = kinds_of(nx.path_graph(["nav", "ann", "udi"]), ann="person")

    assert cut_points(graph) == [("ann", "nav", "udi")]


def test_two_persons_between_them_are_none():
    graph = nx.cycle_graph(["nav", "ann", "udi", "bo"])

    assert cut_points(kinds_of(graph, ann="person", bo="person")) == []


def test_who_only_carries_persons_or_a_forum_is_none():
    graph = nx.star_graph(["nav", "ann", "forum", "bo"])
    graph.add_edge("bo", "udi")

    found = cut_points(kinds_of(graph, ann="person", bo="person", forum="network"))

    assert found == [("bo", "nav", "udi")]


def test_a_forum_between_two_is_not_blamed_but_an_organisation_is():
    graph = nx.path_graph(["nav", "forum", "police", "other", "udi"])

    found = cut_points(kinds_of(graph, forum="network", other="network"))

    assert found == [("police",)]


def test_parts_of_another_component_are_not_hers():
    graph = nx.Graph([("nav", "ann"), ("udi", "bo")])

    assert cut_points(kinds_of(graph, ann="person", bo="person")) == []


KINDS = st.sampled_from(["organisation", "person", "network"])


@st.composite
def cooperations(draw):
    """A random graph of organisations, persons and forums."""
    nodes = [f"n{number}" for number in range(draw(st.integers(1, 10)))]
    graph = nx.Graph()
    for node in nodes:
        graph.add_node(node, kind=draw(KINDS))
    ends = st.sampled_from(nodes)
    graph.add_edges_from(draw(st.lists(st.tuples(ends, ends), max_size=14)))
    return graph


def flood(graph, start, without):
    found = [start]
    for one in found:
        found += [to for to in graph[one] if to != without and to not in found]
    return set(found)


@settings(deadline=None, database=None)
@given(cooperations())
def test_a_cut_point_is_one_without_whom_two_parts_have_organisations(graph):
    expected = set()
    for node in graph:
        parts = {
            frozenset(flood(graph, one, node)) for one in graph[node] if one != node
        }
        with_organisations = [
            part
            for part in parts
            if any(graph.nodes[one]["kind"] == "organisation" for one in part)
        ]
        if graph.nodes[node]["kind"] != "network" and len(with_organisations) >= 2:
            expected.add(node)

    found = single_points.cut_points(graph)

    assert {(one.persons or one.organisations)[0] for one in found} == expected
    assert len(found) == len(expected)

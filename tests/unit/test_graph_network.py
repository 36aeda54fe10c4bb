"""The network as a graph: what comes in, what waits, and what keeps it current."""

from datetime import date, timedelta

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import network
from graphs.network import Node, Tie
from tests.unit.drawn_networks import TODAY, a_network

DAY = timedelta(days=1)


def edges(graph):
    return sorted(graph.edges(keys=True))


def test_every_tie_is_told_by_its_kind_and_its_records_key():
    graph = a_network("lead at desk", "ann holds lead", "desk joins network:forum")

    assert edges(graph) == [
        ("ann", "lead", ("holds", "ann|lead")),
        ("desk", "network:forum", ("member", "desk|network:forum")),
        ("lead", "desk", ("at", "lead|desk")),
    ]
    assert graph.nodes["lead"]["kind"] == "post"


def test_two_ties_of_a_kind_may_join_the_same_nodes():
    twice = [Tie("ann", "lead", "holds", key) for key in ("2024", "2026")]

    graph = network.build([Node("ann", "person"), Node("lead", "post")], twice)

    assert graph.number_of_edges("ann", "lead") == 2


def test_a_tie_waits_until_both_its_ends_are_there():
    graph = network.build([], [Tie("ann", "lead", "holds", "h")])
    assert not graph.edges

    network.put_node(graph, Node("lead", "post"))
    assert not graph.edges
    network.put_node(graph, Node("ann", "person"))

    assert list(graph.edges()) == [("ann", "lead")]


def test_a_tie_whose_end_is_deleted_waits_and_comes_back_as_it_was():
    facts = {"valid_to": TODAY}
    tie = Tie("ann", "lead", "holds", "h", facts)
    graph = network.build([Node("ann", "person"), Node("lead", "post")], [tie])

    network.drop_node(graph, "lead")
    assert not graph.edges
    network.put_node(graph, Node("lead", "post"))

    assert graph.edges["ann", "lead", ("holds", "h")] == {"kind": "holds", **facts}


def test_a_waiting_tie_can_be_dropped():
    graph = network.build([], [Tie("ann", "lead", "holds", "h")])

    network.drop_tie(graph, "holds", "h")

    assert graph.graph == {"ties": {}, "waiting": {}}


def test_a_tie_that_moves_leaves_its_old_end():
    nodes = [Node(key, "organisation") for key in "abc"]
    graph = network.build(nodes, [Tie("a", "b", "below", "a")])

    network.put_tie(graph, Tie("a", "c", "below", "a"))

    assert list(graph.edges()) == [("a", "c")]


def test_what_is_not_there_is_dropped_without_a_word():
    graph = network.build([], [])

    network.drop_node(graph, "nobody")
    network.drop_tie(graph, "holds", "nothing")

    assert not graph


def test_parents_in_a_circle_and_self_loops_are_ties_like_others():
    graph = a_network("a below b", "b below a", "c below c")

    assert list(graph.edges()) == [("a", "b"), ("b", "a"), ("c", "c")]
    assert sorted(network.cooperation(graph, TODAY)) == ["a", "b", "c"]


def test_taking_an_organisation_out_takes_its_posts_and_leaves_the_graph_as_it_was():
    graph = a_network("lead at desk", "ann holds lead", "desk below top")
    before = edges(graph)

    left = network.without(graph, "desk")

    assert sorted(left) == ["ann", "top"]
    network.drop_tie(left, "holds", "ann|lead")
    assert edges(graph) == before
    assert ("holds", "ann|lead") in graph.graph["ties"]


def test_what_is_unknown_cannot_be_taken_out():
    with pytest.raises(nx.NodeNotFound):
        network.without(network.build([], []), "nobody")


def test_people_work_with_the_organisations_whose_posts_they_hold_today():
    graph = a_network(
        "lead at desk",
        "ann holds lead",
        "bo deputies lead",
        "cy holds lead valid_to=2026-11-24",
        "di holds lead valid_from=2026-11-26",
    )

    found = network.cooperation(graph, TODAY)

    assert list(found.edges) == [("ann", "desk"), ("bo", "desk")]
    assert sorted(found) == ["ann", "bo", "cy", "desk", "di"]


def test_an_organisation_meets_where_it_or_a_post_of_it_is_a_member_today():
    graph = a_network(
        "lead at desk",
        "lead sits network:a",
        "nav joins network:a",
        "nav joins network:b valid_to=2026-11-24",
    )

    found = network.cooperation(graph, TODAY)

    assert list(found.edges) == [("desk", "network:a"), ("nav", "network:a")]


def test_who_is_above_whom_is_no_cooperation():
    assert not network.cooperation(a_network("sub below top"), TODAY).edges


def test_nothing_is_tied_by_what_has_ended():
    ended = {"valid_to": TODAY - DAY}
    ties = [Tie("lead", "desk", "at", "1"), Tie("ann", "lead", "holds", "2")]
    for gone in ("desk", "lead"):
        nodes = [
            Node("desk", "organisation", ended if gone == "desk" else {}),
            Node("lead", "post", ended if gone == "lead" else {}),
            Node("ann", "person"),
        ]

        assert not network.cooperation(network.build(nodes, ties), TODAY).edges


def test_a_day_stands_from_its_first_to_its_last_day():
    facts = {"valid_from": TODAY, "valid_to": TODAY + DAY}

    stands = [network.stands(facts, TODAY + n * DAY) for n in (-1, 0, 1, 2)]

    assert stands == [False, True, True, False]


# Kept current by changes: the same as made anew from the rows that are left.

KEYS = st.sampled_from("abcd")
DAYS = st.none() | st.dates(date(2026, 11, 24), date(2026, 11, 26))
FACTS = st.fixed_dictionaries({"valid_from": DAYS, "valid_to": DAYS})
KIND_OF_NODE = st.sampled_from(["organisation", "post", "person", "network"])
KIND_OF_TIE = st.sampled_from(["at", "holds", "member", "below"])
NODES = st.builds(Node, KEYS, KIND_OF_NODE, FACTS)
TIES = st.builds(Tie, KEYS, KEYS, KIND_OF_TIE, st.sampled_from("xyz"), FACTS)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("put"), NODES | TIES),
        st.tuples(st.just("drop"), NODES | TIES),
    ),
    max_size=30,
)


def as_told(graph):
    return {
        "nodes": dict(graph.nodes(data=True)),
        "edges": {edge[:3]: edge[3] for edge in graph.edges(keys=True, data=True)},
        "ties": graph.graph["ties"],
        "waiting": {
            (tie.source, tie.target, *name, str(sorted(tie.facts)))
            for ties in graph.graph["waiting"].values()
            for name, tie in ties.items()
        },
    }


@settings(deadline=None, database=None)
@given(st.lists(NODES, max_size=4), st.lists(TIES, max_size=6), CHANGES)
def test_a_graph_kept_current_equals_one_made_anew(nodes, ties, changes):
    rows = {one.id: one for one in nodes}
    tied = {(one.kind, one.key): one for one in ties}
    graph = network.build(rows.values(), tied.values())

    for what, one in changes:
        if isinstance(one, Node):
            if what == "put":
                rows[one.id] = one
                network.put_node(graph, one)
            else:
                rows.pop(one.id, None)
                network.drop_node(graph, one.id)
        elif what == "put":
            tied[one.kind, one.key] = one
            network.put_tie(graph, one)
        else:
            tied.pop((one.kind, one.key), None)
            network.drop_tie(graph, one.kind, one.key)

    anew = network.build(rows.values(), tied.values())
    assert as_told(graph) == as_told(anew)
    for read in (network.cooperation, network.acquaintance):
        was, now = read(graph, TODAY), read(anew, TODAY)
        assert list(was.nodes(data=True)) == list(now.nodes(data=True))
        assert list(was.edges) == list(now.edges)


ORGANISATIONS, POSTS = st.sampled_from(["nav", "udi"]), st.sampled_from(["p", "q"])
PERSONS, FORUMS = st.sampled_from(["ann", "bo"]), st.sampled_from(["f", "g"])
KINDS = {
    **dict.fromkeys(["nav", "udi"], "organisation"),
    **dict.fromkeys(["p", "q"], "post"),
    **dict.fromkeys(["ann", "bo"], "person"),
    **dict.fromkeys(["f", "g"], "network"),
}
RECORDS = st.sampled_from("123456")
COOPERATING = st.one_of(
    st.builds(lambda p, o, f: Tie(p, o, "at", p, f), POSTS, ORGANISATIONS, FACTS),
    st.builds(Tie, PERSONS, POSTS, st.just("holds"), RECORDS, FACTS),
    st.builds(Tie, ORGANISATIONS | POSTS, FORUMS, st.just("member"), RECORDS, FACTS),
    st.builds(Tie, ORGANISATIONS, ORGANISATIONS, st.just("below"), RECORDS, FACTS),
)


def current(row):
    starts, ends = row.facts["valid_from"], row.facts["valid_to"]
    return not ((starts and starts > TODAY) or (ends and ends < TODAY))


@settings(deadline=None, database=None)
@given(
    st.fixed_dictionaries(dict.fromkeys(KINDS, FACTS)),
    st.lists(COOPERATING, min_size=4, max_size=14),
)
def test_cooperation_is_what_the_rows_say(facts, ties):
    rows = [Node(key, KINDS[key], facts[key]) for key in KINDS]
    tied = {(one.kind, one.key): one for one in ties}
    standing = {row.id for row in rows if current(row)}
    now = [
        tie
        for tie in tied.values()
        if current(tie) and tie.source in standing and tie.target in standing
    ]

    def homes(one):
        at = [tie.target for tie in now if tie.kind == "at" and tie.source == one]
        return [one] if KINDS[one] == "organisation" else at

    pairs = set()
    for tie in now:
        if tie.kind == "holds":
            pairs |= {(tie.source, home) for home in homes(tie.target)}
        if tie.kind == "member":
            pairs |= {(home, tie.target) for home in homes(tie.source)}

    found = network.cooperation(network.build(rows, tied.values()), TODAY)
    assert {frozenset(pair) for pair in pairs} == {frozenset(e) for e in found.edges}
    assert set(found) == {one for one in standing if KINDS[one] != "post"}

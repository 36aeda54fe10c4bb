"""The network as one typed multigraph, built from plain rows and kept current by them.

Nodes are organisations, posts and persons by their keys, and steps, places, kinds and
forums as `step:CODE`, `place:CODE`, `kind:CODE`, `network:KEY`, and meetings as
`meeting:KEY`. Ties point from who does to what is done to: `below` and `at` (to an
organisation), `holds`, `serves`, `in`, `responsible`, `hands_over`, `member`,
`attended`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

import networkx as nx

from graphs.memory import uncollected

Facts = Mapping[str, Any]
NO_FACTS: Facts = {}


class Node(NamedTuple):
    """One who or what is in the network; `facts` hold the days it stands."""

    id: str
    kind: str
    facts: Facts = NO_FACTS


class Tie(NamedTuple):
    """A typed tie of one node to another, known by its kind and its record's key."""

    source: str
    target: str
    kind: str
    key: str
    facts: Facts = NO_FACTS


def build(nodes: Iterable[Node], ties: Iterable[Tie]) -> "nx.MultiDiGraph[str]":
    """Return the graph; a tie to what is no node waits until it is one.

    >>> G = build([Node("ann", "person")], [Tie("ann", "lead", "holds", "h1")])
    >>> put_node(G, Node("lead", "post"))
    >>> list(G.edges(keys=True))
    [('ann', 'lead', ('holds', 'h1'))]
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(waiting={}, ties={})
    with uncollected():
        graph.add_nodes_from((one.id, {"kind": one.kind, **one.facts}) for one in nodes)
        _load(graph, ties)
    return graph


def _load(graph: "nx.MultiDiGraph[str]", ties: Iterable[Tie]) -> None:
    """Put the ties as `put_tie` does, in half the time: this many need no asking twice.

    It writes what networkx's own `add_edge` writes; a test compares the two.
    """
    ends = graph.graph["ties"]
    onward, back = graph._succ, graph._pred  # type: ignore[attr-defined]
    for tie in ties:
        source, target, kind, key, facts = tie
        name = (kind, key)
        if name in ends or source not in onward or target not in onward:
            put_tie(graph, tie)
            continue
        ends[name] = (source, target)
        between = onward[source].get(target)
        if between is None:
            between = onward[source][target] = back[target][source] = {}
        between[name] = {"kind": kind, **facts}


def put_node(graph: "nx.MultiDiGraph[str]", node: Node) -> None:
    """Add the node, or replace what is known of it; ties that waited for it come in.

    >>> G = build([Node("ann", "person", {"old": True})], [])
    >>> put_node(G, Node("ann", "person"))
    >>> G.nodes["ann"]
    {'kind': 'person'}
    """
    graph.add_node(node.id)
    graph.nodes[node.id].clear()
    graph.nodes[node.id].update(kind=node.kind, **node.facts)
    for tie in graph.graph["waiting"].pop(node.id, {}).values():
        put_tie(graph, tie)


def drop_node(graph: "nx.MultiDiGraph[str]", node: str) -> None:
    """Take the node out; its ties wait until it comes back or they are dropped.

    >>> G = build([Node("a", "organisation")], [Tie("a", "a", "below", "a")])
    >>> drop_node(G, "a")
    >>> len(G), sorted(G.graph["ties"])
    (0, [('below', 'a')])
    """
    if node not in graph:
        return
    around = [
        *graph.out_edges(node, keys=True, data=True),
        *graph.in_edges(node, keys=True, data=True),
    ]
    graph.remove_node(node)
    for source, target, (kind, key), facts in around:
        rest = {name: value for name, value in facts.items() if name != "kind"}
        _wait(graph, node, Tie(source, target, kind, key, rest))


def put_tie(graph: "nx.MultiDiGraph[str]", tie: Tie) -> None:
    """Add the tie, or put it in the place of the one of its kind and key.

    >>> G = build([Node("a", "organisation"), Node("b", "organisation")], [])
    >>> put_tie(G, Tie("a", "a", "below", "a"))
    >>> put_tie(G, Tie("a", "b", "below", "a"))
    >>> list(G.edges())
    [('a', 'b')]
    """
    source, target, kind, key, facts = tie
    name = (kind, key)
    ties = graph.graph["ties"]
    if name in ties:
        drop_tie(graph, kind, key)
    ties[name] = (source, target)
    if source not in graph:
        _wait(graph, source, tie)
    elif target not in graph:
        _wait(graph, target, tie)
    else:
        graph.add_edge(source, target, name, kind=kind, **facts)


def drop_tie(graph: "nx.MultiDiGraph[str]", kind: str, key: str) -> None:
    """Take the tie of that kind and key out, or do nothing when there is none.

    >>> G = build([Node("a", "organisation")], [Tie("a", "a", "below", "a")])
    >>> drop_tie(G, "below", "a")
    >>> G.number_of_edges()
    0
    """
    name = (kind, key)
    ends = graph.graph["ties"].pop(name, None)
    if ends is None:
        return
    source, target = ends
    if graph.has_edge(source, target, name):
        graph.remove_edge(source, target, name)
        return
    waiting = graph.graph["waiting"]
    for end in ends:
        if waiting.get(end, {}).pop(name, None) and not waiting[end]:
            del waiting[end]


def _wait(graph: "nx.MultiDiGraph[str]", node: str, tie: Tie) -> None:
    waiting = graph.graph["waiting"].setdefault(node, {})
    waiting[tie.kind, tie.key] = tie


def without(graph: "nx.MultiDiGraph[str]", node: str) -> "nx.MultiDiGraph[str]":
    """Return a copy without the node and, of an organisation, without its posts.

    Raise NodeNotFound for an unknown one.

    >>> nodes = [Node("desk", "organisation"), Node("lead", "post")]
    >>> G = build(nodes, [Tie("lead", "desk", "at", "lead")])
    >>> list(without(G, "desk")), len(G)
    ([], 2)
    """
    if node not in graph:
        raise nx.NodeNotFound(f"Node {node} is not in the network")
    copy = graph.copy()
    kept = graph.graph
    copy.graph["ties"] = dict(kept["ties"])
    copy.graph["waiting"] = {end: dict(ties) for end, ties in kept["waiting"].items()}
    above = graph.in_edges(node, keys=True)
    posts = [source for source, _, (kind, _key) in above if kind == "at"]
    for one in (node, *posts):
        drop_node(copy, one)
    return copy


def stands(facts: Facts, on: date) -> bool:
    """Return whether `valid_from` ≤ day ≤ `valid_to`; an absent end is open.

    >>> stands({"valid_to": date(2026, 11, 25)}, date(2026, 11, 25))
    True
    """
    start, end = facts.get("valid_from"), facts.get("valid_to")
    return (start is None or start <= on) and (end is None or on <= end)


def cooperation(graph: "nx.MultiDiGraph[str]", on: date) -> "nx.Graph[str]":
    """Return who works with whom: persons, organisations and forums of that day.

    A person is tied to the organisation whose post she holds, as holder or deputy; an
    organisation to the forums where it or a post of it is a member. What organisation
    is above another is no tie. All is in the keys' order: what is seeded stays stable.

    >>> G = build(
    ...     [Node("desk", "organisation"), Node("lead", "post"), Node("ann", "person")],
    ...     [Tie("lead", "desk", "at", "lead"), Tie("ann", "lead", "holds", "h1")],
    ... )
    >>> list(cooperation(G, date(2026, 11, 25)).edges)
    [('ann', 'desk')]
    """
    standing = _standing(graph, on)
    home = {one: one for one, kind in standing.items() if kind == "organisation"}
    posts = (one for one, kind in standing.items() if kind == "post")
    home.update(_pairs(graph, on, standing, posts, "at"))
    others = [one for one, kind in standing.items() if kind == "person"]
    held = _pairs(graph, on, standing, others, "holds")
    joined = _pairs(graph, on, standing, home, "member")
    met = chain(
        ((person, home[post]) for person, post in held if post in home),
        ((home[member], forum) for member, forum in joined),
    )
    return _undirected(standing, ("organisation", "person", "network"), met)


def acquaintance(graph: "nx.MultiDiGraph[str]", on: date) -> "nx.Graph[str]":
    """Return the same with posts and meetings between: whom one reaches through whom.

    >>> G = build(
    ...     [Node("desk", "organisation"), Node("lead", "post"), Node("ann", "person")],
    ...     [Tie("lead", "desk", "at", "lead"), Tie("ann", "lead", "holds", "h1")],
    ... )
    >>> list(acquaintance(G, date(2026, 11, 25)).edges)
    [('ann', 'lead'), ('desk', 'lead')]
    """
    standing = _standing(graph, on)
    met = chain.from_iterable(
        _pairs(graph, on, standing, standing, kind)
        for kind in ("at", "holds", "member", "attended")
    )
    return _undirected(standing, _ACQUAINTED, met)


_ACQUAINTED = ("organisation", "person", "network", "post", "meeting")


def _standing(graph: "nx.MultiDiGraph[str]", on: date) -> dict[str, str]:
    return {
        one: facts["kind"] for one, facts in graph.nodes(data=True) if stands(facts, on)
    }


def _pairs(
    graph: "nx.MultiDiGraph[str]",
    on: date,
    standing: Mapping[str, str],
    sources: Iterable[str],
    kind: str,
) -> Iterator[tuple[str, str]]:
    """Yield whom the sources are tied to that day, by ties of the kind."""
    ties = dict(graph.adjacency())
    for source in sources:
        for target, between in ties[source].items():
            for facts in between.values() if target in standing else ():
                if facts["kind"] == kind and stands(facts, on):
                    yield source, target


def _undirected(
    standing: Mapping[str, str],
    kinds: Collection[str],
    pairs: Iterable[tuple[str, str]],
) -> "nx.Graph[str]":
    found: nx.Graph[str] = nx.Graph()
    nodes = sorted(one for one, kind in standing.items() if kind in kinds)
    number = {one: at for at, one in enumerate(nodes)}
    # A pair as one number sorts ten times as fast as two names.
    size = len(nodes)
    ends = (
        (number[one], number[other])
        for one, other in pairs
        if one in number and other in number
    )
    codes = {
        one * size + other if one < other else other * size + one for one, other in ends
    }
    with uncollected():
        found.add_nodes_from((one, {"kind": standing[one]}) for one in nodes)
        ties = found._adj  # type: ignore[attr-defined]  # as in _load
        for code in sorted(codes):
            one, other = nodes[code // size], nodes[code % size]
            ties[one][other] = ties[other][one] = {}
    return found

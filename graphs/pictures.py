"""Pictures of the network: who is drawn, which lines, and what weighs most.

From plain nodes and ties to a simple graph that can be drawn: a line between two is
drawn once, by the gravest of its kinds. Positions are in `graphs.layout`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import networkx as nx

from graphs.cooperation import DIGITS, EXACT_UP_TO, SEED, SOURCES
from graphs.dispatch import BACKEND

NODE_KINDS = ("organisation", "post", "person", "step", "network")
CIRCLE, BROKEN = "circle", "broken"
# Of several ties between two the first of these is drawn.
TIE_KINDS = (
    BROKEN,
    "answers",
    "does",
    "advises",
    "informed",
    "holds",
    "at",
    "member",
    "meets",
    "hands_over",
)
RANKS = {kind: rank for rank, kind in enumerate(TIE_KINDS)}
MEASURES = ("degree", "betweenness", "pagerank")
DEEPEST = 3
# A picture holds no more: beyond it shows circles, to be opened.
MOST_NODES, MOST_TIES = 5000, 20_000
MOST_CIRCLES = 300


class Line(NamedTuple):
    """A tie of one kind from one node to another.

    `where` holds, by track, the leaves where it is so, as bits; None: everywhere and
    for all. `steps` are those that it speaks of, besides its ends.
    """

    source: str
    target: str
    kind: str
    where: Mapping[str, int] | None = None
    steps: tuple[str, ...] = ()

    def holds(self, places: int | None, track: str) -> bool:
        """Return whether it is so in one of the places, for the track; none asked: any.

        >>> line = Line("nav", "step:find", "does", {"adult": 0b10})
        >>> line.holds(0b10, "adult"), line.holds(0b01, ""), line.holds(None, "minor")
        (True, False, False)
        """
        if self.where is None:
            return True
        masks = [self.where.get(track, 0)] if track else self.where.values()
        return any(mask if places is None else mask & places for mask in masks)


def drawn(nodes: Mapping[str, str], lines: Iterable[Line]) -> "nx.Graph[str]":
    """Return the graph to draw: nodes of their kinds, each pair tied once, in order.

    An edge's `kinds` are all that ties the two, the gravest first. What leads to what
    is no node is left out.

    >>> lines = [Line("a", "b", "member"), Line("b", "a", "answers")]
    >>> G = drawn({"a": "organisation", "b": "organisation"}, lines)
    >>> list(G.edges(data="kinds"))
    [('a', 'b', ('answers', 'member'))]
    """
    found: nx.Graph[str] = nx.Graph()
    found.add_nodes_from((one, {"kind": nodes[one]}) for one in sorted(nodes))
    kinds: dict[tuple[str, str], set[str]] = {}
    for line in lines:
        source, target = line.source, line.target
        if source in nodes and target in nodes and source != target:
            pair = (source, target) if source < target else (target, source)
            kinds.setdefault(pair, set()).add(line.kind)
    for pair in sorted(kinds):
        found.add_edge(*pair, kinds=tuple(sorted(kinds[pair], key=RANKS.__getitem__)))
    return found


def ego(graph: "nx.Graph[str]", node: str, depth: int = 1) -> "nx.Graph[str]":
    """Return the node with all that lies within so many steps of it, and their ties.

    Nothing where the graph has no such node.

    >>> list(ego(nx.path_graph(["a", "b", "c"]), "a", 1))
    ['a', 'b']
    """
    if node not in graph:
        return nx.Graph()
    near = nx.single_source_shortest_path_length(graph, node, cutoff=depth)
    return among(graph, near)


def among(graph: "nx.Graph[str]", nodes: Collection[str]) -> "nx.Graph[str]":
    """Return these nodes with the ties between them, in the order of the keys.

    >>> list(among(nx.path_graph(["c", "b", "a"]), {"c", "b"}).edges)
    [('b', 'c')]
    """
    found: nx.Graph[str] = nx.Graph()
    found.add_nodes_from((one, graph.nodes[one]) for one in sorted(nodes))
    ties = (
        (min(one, other), max(one, other), facts)
        for one, other, facts in graph.edges(nodes, data=True)
        if one in found and other in found
    )
    found.add_edges_from(sorted(ties, key=lambda tie: tie[:2]))
    return found


def differing(before: "nx.Graph[str]", after: "nx.Graph[str]") -> "nx.Graph[str]":
    """Return what is not in both alike: nodes and ties with their `change`.

    `added`, `gone` or `changed`; empty for a node that stands as it did at the end of a
    tie that does not. A tie is changed when it ties otherwise, a node when one of its
    ties to what stands in both is not as it was. A tie has the kinds of both.

    >>> was, now = nx.path_graph(["a", "b", "c"]), nx.path_graph(["b", "c", "d"])
    >>> for G in (was, now):
    ...     nx.set_node_attributes(G, "post", "kind")
    ...     nx.set_edge_attributes(G, ("at",), "kinds")
    >>> dict(differing(was, now).nodes(data="change"))
    {'a': 'gone', 'b': '', 'c': '', 'd': 'added'}
    """
    ties: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    for one, other in sorted({*_pairs(before), *_pairs(after)}):
        was = before.get_edge_data(one, other) or {"kinds": ()}
        now = after.get_edge_data(one, other) or {"kinds": ()}
        if set(was["kinds"]) != set(now["kinds"]):
            change = "changed" if was["kinds"] and now["kinds"] else ""
            change = change or ("added" if now["kinds"] else "gone")
            both = {*was["kinds"], *now["kinds"]}
            ties[one, other] = change, tuple(sorted(both, key=RANKS.__getitem__))
    in_both = {*before} & {*after}
    retied = {
        end for pair in ties if set(pair) <= in_both for end in pair if end in in_both
    }
    nodes = sorted({*before} ^ {*after} | {end for pair in ties for end in pair})
    found: nx.Graph[str] = nx.Graph()
    for node in nodes:
        change = "" if node in in_both else "added" if node in after else "gone"
        kind = (after if node in after else before).nodes[node]["kind"]
        change = change or ("changed" if node in retied else "")
        found.add_node(node, kind=kind, change=change)
    for pair, (change, kinds) in ties.items():
        found.add_edge(*pair, change=change, kinds=kinds)
    return found


def _pairs(graph: "nx.Graph[str]") -> Iterator[tuple[str, str]]:
    for one, other in graph.edges:
        yield (one, other) if one < other else (other, one)


class Measured(NamedTuple):
    """A number for each node, and whether it is estimated."""

    values: Mapping[str, float]
    estimated: bool = False


def measured(graph: "nx.Graph[str]", measure: str) -> Measured:
    """Return how much each node weighs: `degree`, `betweenness` or `pagerank`.

    Betweenness is estimated beyond 3000 nodes; the heaviest by PageRank weighs one.

    >>> measured(nx.path_graph(["a", "b", "c"]), "betweenness").values
    {'a': 0.0, 'b': 1.0, 'c': 0.0}
    """
    return _MEASURED[measure](graph) if len(graph) else Measured({})


def _degree(graph: "nx.Graph[str]") -> Measured:
    return Measured({one: float(number) for one, number in graph.degree()})


def _betweenness(graph: "nx.Graph[str]") -> Measured:
    is_estimated = len(graph) > EXACT_UP_TO
    asked: dict[str, Any] = {"k": SOURCES, "seed": SEED} if is_estimated else {}
    # The stubs know no type of nodes where an algorithm may run elsewhere.
    found: dict[Any, float] = nx.betweenness_centrality(graph, backend=BACKEND, **asked)
    return Measured(_rounded(found), is_estimated)


def _pagerank(graph: "nx.Graph[str]") -> Measured:
    found: dict[Any, float] = nx.pagerank(graph, backend=BACKEND)
    most = max(found.values())
    return Measured(_rounded({one: rank / most for one, rank in found.items()}))


# What differs in the last digits between two ways of reckoning is not told.
TOLD_DIGITS = min(DIGITS, 6)


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {one: round(value, TOLD_DIGITS) for one, value in values.items()}


_MEASURED: Mapping[str, Callable[["nx.Graph[str]"], Measured]] = {
    "degree": _degree,
    "betweenness": _betweenness,
    "pagerank": _pagerank,
}


def fits(
    graph: "nx.Graph[str]", nodes: int = MOST_NODES, ties: int = MOST_TIES
) -> bool:
    """Return whether it can be drawn node by node.

    >>> fits(nx.path_graph(3)), fits(nx.path_graph(3), nodes=2)
    (True, False)
    """
    return len(graph) <= nodes and graph.number_of_edges() <= ties


def circles(graph: "nx.Graph[str]") -> dict[str, tuple[str, ...]]:
    """Return the circles that hold together, each by its member with the most ties.

    By Louvain's method, from a fixed seed. Beyond three hundred the smallest are put
    together in one.

    >>> G = nx.Graph([("a", "b"), ("b", "c"), ("x", "y")])
    >>> circles(G)
    {'b': ('a', 'b', 'c'), 'x': ('x', 'y')}
    """
    parts = nx.community.louvain_communities(graph, seed=SEED, backend=BACKEND)
    ordered = sorted(map(sorted, parts), key=lambda part: (-len(part), part))
    if len(ordered) > MOST_CIRCLES:
        kept = ordered[: MOST_CIRCLES - 1]
        rest = sorted(one for part in ordered[MOST_CIRCLES - 1 :] for one in part)
        ordered = [*kept, rest]
    found = {
        min(part, key=lambda one: (-graph.degree(one), one)): tuple(part)
        for part in ordered
    }
    return dict(sorted(found.items()))


def gathered(
    graph: "nx.Graph[str]", parts: Mapping[str, Collection[str]]
) -> "nx.Graph[str]":
    """Return the circles as nodes: how many each holds, and how many ties part them.

    A handover that is broken between two is told; what lies within one is not seen.

    >>> G = nx.Graph([("a", "b"), ("b", "c"), ("c", "x"), ("x", "y")])
    >>> H = gathered(G, {"b": ("a", "b", "c"), "x": ("x", "y")})
    >>> list(H.nodes(data="size")), list(H.edges(data="number"))
    ([('b', 3), ('x', 2)], [('b', 'x', 1)])
    """
    found: nx.Graph[str] = nx.Graph()
    home = {one: part for part, members in parts.items() for one in members}
    found.add_nodes_from(
        (part, {"kind": CIRCLE, "size": len(parts[part])}) for part in sorted(parts)
    )
    numbers: dict[tuple[str, str], int] = {}
    broken = set[tuple[str, str]]()
    for one, other, kinds in graph.edges(data="kinds", default=()):
        first, second = home[one], home[other]
        if first != second:
            pair = min(first, second), max(first, second)
            numbers[pair] = numbers.get(pair, 0) + 1
            if BROKEN in kinds:
                broken.add(pair)
    for pair in sorted(numbers):
        held = (BROKEN, "meets") if pair in broken else ("meets",)
        found.add_edge(*pair, kinds=held, number=numbers[pair])
    return found


def strongest(
    graph: "nx.Graph[str]", nodes: int = MOST_NODES, ties: int = MOST_TIES
) -> "nx.Graph[str]":
    """Return those with the most ties, as many as can be drawn.

    >>> list(strongest(nx.path_graph(["a", "b", "c"]), nodes=2))
    ['a', 'b']
    """
    ordered = sorted(graph, key=lambda one: (-graph.degree(one), one))[:nodes]
    found = among(graph, ordered)
    while found.number_of_edges() > ties:
        ordered = ordered[: len(ordered) * 3 // 4]
        found = among(graph, ordered)
    return found

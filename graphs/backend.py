"""networkx's heavy algorithms on igraph, behind networkx's own dispatch.

networkx finds this module by the entry point in pyproject.toml, loads it at the first
call that names it, and calls the function of the algorithm's name. Each promises what
networkx's own does; Louvain's circles are those of igraph for the seed.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from math import nan
from threading import Lock
from typing import Any

import igraph
import networkx as nx

from graphs.dispatch import NAME
from graphs.memory import uncollected

# igraph has one source of chance for all threads.
_chance = Lock()
# What igraph has no option for, and how networkx is asked when nobody wants it.
WITHOUT: Mapping[str, Mapping[str, Any]] = {
    "betweenness_centrality": {"weight": None, "endpoints": False},
    "louvain_communities": {"threshold": 1e-7, "max_level": None},
    "pagerank": {"personalization": None, "nstart": None, "dangling": None},
}


@dataclass(frozen=True, eq=False)
class Converted:
    """A graph of networkx in igraph's form: node number n is `nodes[n]`."""

    graph: "igraph.Graph"
    nodes: Sequence[Any]
    weights: Sequence[float] | None = None

    __networkx_backend__ = NAME


def convert_from_nx(
    graph: "nx.Graph[Any]", *, edge_attrs: Mapping[str, Any] | None = None, **_: Any
) -> Converted:
    """Return the graph in igraph's form, with the weights if an algorithm asks.

    >>> convert_from_nx(nx.path_graph(3)).graph.get_edgelist()
    [(0, 1), (1, 2)]
    """
    nodes = list(graph)
    number = {node: at for at, node in enumerate(nodes)}
    with uncollected():
        pairs = [(number[one], number[other]) for one, other in graph.edges()]
        found = igraph.Graph(len(nodes), pairs)
    weights: list[float] = []
    for name, default in (edge_attrs or {}).items():
        ties = graph.edges(data=name, default=default)
        weights = [weight for _, _, weight in ties]
    is_even = all(weight == 1 for weight in weights)
    return Converted(found, nodes, None if is_even else weights)


def convert_to_nx(result: Any, **_: Any) -> Any:
    """Return a result as it is: none of ours is a graph.

    >>> convert_to_nx(3)
    3
    """
    return result


def can_run(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool | str:
    """Return whether igraph can answer as networkx does, or why it cannot.

    >>> can_run("pagerank", [nx.Graph()], {}), can_run("pagerank", [nx.DiGraph()], {})
    (True, 'igraph is asked of simple graphs without directions')
    """
    graph, *_ = (*args, kwargs.get("G"))
    if isinstance(graph, nx.Graph):
        if graph.is_directed() or graph.is_multigraph():
            return "igraph is asked of simple graphs without directions"
        # igraph goes around such a tie twice as often.
        if name == "pagerank" and nx.number_of_selfloops(graph):
            return "a node is tied to itself"
    asked = signature(globals()[name]).bind_partial(*args, **kwargs).arguments
    for option, usual in WITHOUT.get(name, {}).items():
        if asked.get(option, usual) != usual:
            return f"igraph has no {option}"
    return True


def should_run(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    """Return that it should, wherever it can.

    >>> should_run("pagerank", [], {})
    True
    """
    return True


def connected_components(converted: Converted) -> Iterator[set[Any]]:
    """Yield the nodes of each component, in the order of its first node.

    >>> list(connected_components(convert_from_nx(nx.empty_graph(2))))
    [{0}, {1}]
    """
    for part in converted.graph.connected_components(mode="weak"):
        yield {converted.nodes[at] for at in part}


def biconnected_components(converted: Converted) -> Iterator[set[Any]]:
    """Yield the nodes of each block: no single one of them holds it together.

    >>> blocks = biconnected_components(convert_from_nx(nx.path_graph(3)))
    >>> sorted(sorted(block) for block in blocks)
    [[0, 1], [1, 2]]
    """
    for part in converted.graph.biconnected_components():
        yield {converted.nodes[at] for at in part}


def articulation_points(converted: Converted) -> Iterator[Any]:
    """Yield the nodes without which a component falls apart.

    >>> list(articulation_points(convert_from_nx(nx.path_graph(3))))
    [1]
    """
    for at in converted.graph.articulation_points():
        yield converted.nodes[at]


def betweenness_centrality(
    converted: Converted,
    k: int | None = None,
    normalized: bool = True,
    weight: None = None,
    endpoints: bool = False,
    seed: Any = None,
) -> dict[Any, float]:
    """Return how many shortest paths lead through each node, from all or `k` sources.

    The sources are those that networkx draws with the same seed.

    >>> betweenness_centrality(convert_from_nx(nx.path_graph(3)))
    {0: 0.0, 1: 1.0, 2: 0.0}
    """
    size = len(converted.nodes)
    if k == size:
        k = None
    drawn = set() if k is None else set(seed.sample(range(size), k))
    found = converted.graph.betweenness(sources=sorted(drawn) or None)
    others = size - 1 if k is None else k
    # A source has no paths of its own through it: one source fewer tells of it.
    of_source, of_other = (
        _scale(size, sources, normalized=normalized) for sources in (others - 1, others)
    )
    return {
        node: value * (of_source if at in drawn else of_other)
        for at, (node, value) in enumerate(zip(converted.nodes, found, strict=True))
    }


def _scale(size: int, sources: int, *, normalized: bool) -> float:
    """Return what networkx makes of one path found from so many sources."""
    if size < 3:
        return 1.0
    if sources == 0:
        return nan
    return (2 / (size - 2) if normalized else size - 1) / sources


def louvain_communities(
    converted: Converted,
    weight: str | None = "weight",
    resolution: float = 1,
    threshold: float = 1e-7,
    max_level: None = None,
    seed: Any = None,
) -> list[set[Any]]:
    """Return the circles that hold together more than with the rest.

    >>> G = nx.Graph([(1, 2), (2, 3), (3, 1), (4, 5), (5, 6), (6, 4), (3, 4)])
    >>> louvain_communities(convert_from_nx(G), seed=random.Random(1))
    [{1, 2, 3}, {4, 5, 6}]
    """
    with _chance:
        igraph.set_random_number_generator(seed or random.Random())
        try:
            parts = converted.graph.community_multilevel(
                weights=converted.weights, resolution=resolution
            )
        finally:
            igraph.set_random_number_generator(random)
    return [{converted.nodes[at] for at in part} for part in parts if part]


def pagerank(
    converted: Converted,
    alpha: float = 0.85,
    personalization: None = None,
    max_iter: int = 100,
    tol: float = 1e-6,
    nstart: None = None,
    weight: str | None = "weight",
    dangling: None = None,
) -> dict[Any, float]:
    """Return how often one who follows ties at random comes by each node.

    >>> ranks = pagerank(convert_from_nx(nx.star_graph(2)))
    >>> {node: round(rank, 3) for node, rank in ranks.items()}
    {0: 0.486, 1: 0.257, 2: 0.257}
    """
    if not converted.nodes:
        return {}
    # Three times as fast as igraph's usual way at the size that we expect.
    found = converted.graph.pagerank(
        damping=alpha, weights=converted.weights, implementation="arpack"
    )
    return dict(zip(converted.nodes, found, strict=True))


# Where nodes lie in pictures: asked by `graphs.layout`, not by networkx.


def by_ways(size: int, ties: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Return points as far from each other as the ways between the nodes are long.

    >>> (x, y), (u, v) = by_ways(2, [(0, 1)])
    >>> round(math.hypot(x - u, y - v) ** 2)
    2
    """
    layout = igraph.Graph(size, ties).layout_kamada_kawai(seed=_in_a_spiral(size))
    return [(x, y) for x, y in layout.coords]


def by_force(
    size: int, ties: Sequence[tuple[int, int]], rounds: int, seed: int
) -> list[tuple[float, float]]:
    """Return points that ties draw together and all else drives apart.

    >>> len(by_force(3, [(0, 1), (1, 2)], 10, seed=5))
    3
    """
    graph, start = igraph.Graph(size, ties), _in_a_spiral(size)
    with _chance:
        igraph.set_random_number_generator(random.Random(seed))
        try:
            layout = graph.layout_fruchterman_reingold(niter=rounds, seed=start)
        finally:
            igraph.set_random_number_generator(random)
    return [(x, y) for x, y in layout.coords]


def _in_a_spiral(size: int) -> list[tuple[float, float]]:
    """Return where to begin: like the seeds of a sunflower, none on another."""
    return [
        (
            math.sqrt(at) * math.cos(at * 2.399963),
            math.sqrt(at) * math.sin(at * 2.399963),
        )
        for at in range(size)
    ]

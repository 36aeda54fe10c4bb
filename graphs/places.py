"""Places as a directed acyclic graph: an edge points from an area to one it lies in."""

from collections.abc import Iterable

import networkx as nx


def build(
    places: Iterable[str], parents: Iterable[tuple[str, str]]
) -> "nx.DiGraph[str]":
    """Return the graph of the places and of the (place, parent) pairs.

    >>> sorted(build(["5001"], [("5001", "50"), ("50", "NO")]).edges)
    [('50', 'NO'), ('5001', '50')]
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(places)
    graph.add_edges_from(parents)
    return graph


def at_or_above(graph: "nx.DiGraph[str]", place: str) -> frozenset[str]:
    """Return the place and every place that it lies in.

    >>> G = build([], [("5001", "50"), ("5001", "pd-trondelag"), ("50", "NO")])
    >>> sorted(at_or_above(G, "5001"))
    ['50', '5001', 'NO', 'pd-trondelag']
    """
    if place not in graph:
        raise nx.NodeNotFound(f"Place {place} is not in the graph")
    # Walked here: networkx's dispatch alone takes longer than these few steps, and an
    # answer takes them often.
    found = {place}
    ahead = [place]
    while ahead:
        parents = [one for one in graph.succ[ahead.pop()] if one not in found]
        found.update(parents)
        ahead += parents
    return frozenset(found)


def below(graph: "nx.DiGraph[str]", place: str) -> frozenset[str]:
    """Return every place that lies in the place.

    >>> G = build([], [("5001", "50"), ("5001", "pd-trondelag"), ("50", "NO")])
    >>> sorted(below(G, "50")), sorted(below(G, "5001"))
    (['5001'], [])
    """
    return frozenset(nx.ancestors(graph, place))


def lies_below(graph: "nx.DiGraph[str]", lower: str, upper: str) -> bool:
    """Return whether `lower` lies strictly below `upper`, whatever the path's length.

    >>> G = build([], [("5001", "50"), ("5001", "pd-trondelag"), ("50", "NO")])
    >>> lies_below(G, "5001", "NO"), lies_below(G, "50", "pd-trondelag")
    (True, False)
    """
    return lower != upper and upper in at_or_above(graph, lower)


def nearest(graph: "nx.DiGraph[str]", places: Iterable[str]) -> list[str]:
    """Return those of the places that no other of them lies below, sorted.

    >>> G = build([], [("5001", "50"), ("5001", "pd-trondelag"), ("50", "NO")])
    >>> nearest(G, ["NO", "50", "pd-trondelag"])
    ['50', 'pd-trondelag']
    """
    found = sorted(set(places))
    return [
        place
        for place in found
        if not any(lies_below(graph, other, place) for other in found)
    ]


def cycle(graph: "nx.DiGraph[str]") -> list[str]:
    """Return the places of one cycle in order, or nothing when there is none.

    >>> cycle(build([], [("a", "b"), ("b", "a")]))
    ['a', 'b']
    """
    try:
        found = [edge[0] for edge in nx.find_cycle(graph)]
    except nx.NetworkXNoCycle:
        return []
    least = found.index(min(found))
    return found[least:] + found[:least]

"""What the ties of cooperation tell: closed circles, brokers, and a way in."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import networkx as nx

from graphs.dispatch import BACKEND
from graphs.findings import Finding
from graphs.network import acquaintance

SEED = 5
# Betweenness is exact up to so many nodes: its cost is nodes × ties.
EXACT_UP_TO = 3000
SOURCES = 64
BROKERS = 20
DIGITS = 9


class Estimate(NamedTuple):
    """Findings that may be estimated, and from what.

    With the same seed they are the same again; `sources` is how many nodes were asked.
    """

    findings: list[Finding]
    estimated: bool
    seed: int | None = None
    sources: int | None = None


def silos(cooperation: "nx.Graph[str]", seed: int = SEED) -> Estimate:
    """Return the circles that keep to themselves, by Louvain's method.

    A circle has at least two organisations, and not all there are.

    >>> G = nx.Graph()
    >>> G.add_nodes_from(["nav", "police", "shelter", "udi"], kind="organisation")
    >>> G.add_nodes_from(["network:a", "network:b"], kind="network")
    >>> G.add_edges_from([("nav", "network:a"), ("udi", "network:a")])
    >>> G.add_edges_from([("police", "network:b"), ("shelter", "network:b")])
    >>> [(*one.organisations, *one.networks) for one in silos(G).findings]
    [('nav', 'udi', 'a'), ('police', 'shelter', 'b')]
    """
    every = _of_kind(cooperation, "organisation", cooperation)
    circles = nx.community.louvain_communities(cooperation, seed=seed, backend=BACKEND)
    findings = [
        Finding(
            "silos",
            "community",
            organisations=_of_kind(cooperation, "organisation", circle),
            networks=tuple(
                one.removeprefix("network:")
                for one in _of_kind(cooperation, "network", circle)
            ),
        )
        for circle in circles
    ]
    found = [one for one in findings if 2 <= len(one.organisations) < len(every)]
    return Estimate(sorted(found, key=lambda one: one.organisations), True, seed)


def brokers(
    cooperation: "nx.Graph[str]", k: int = SOURCES, seed: int = SEED
) -> Estimate:
    """Return the persons and organisations through whom most others reach each other.

    At most twenty, the strongest first; beyond 3000 nodes estimated from `k` of them.

    >>> G = nx.path_graph(["nav", "ann", "udi"])
    >>> nx.set_node_attributes(G, "organisation", "kind")
    >>> [(one.organisations, one.score) for one in brokers(G).findings]
    [(('ann',), 1.0)]
    """
    estimated = len(cooperation) > EXACT_UP_TO
    asked = {"k": k, "seed": seed} if estimated else {}
    # The stubs know no type of nodes where an algorithm may run elsewhere.
    scores: dict[Any, float] = nx.betweenness_centrality(
        cooperation, backend=BACKEND, **asked
    )
    ranked = sorted(
        (-round(score, DIGITS), one)
        for one, score in scores.items()
        if cooperation.nodes[one]["kind"] != "network"
    )
    found = [
        _broker(cooperation, one, -score) for score, one in ranked[:BROKERS] if score
    ]
    return Estimate(found, True, seed, k) if estimated else Estimate(found, False)


def _broker(cooperation: "nx.Graph[str]", one: str, score: float) -> Finding:
    is_person = cooperation.nodes[one]["kind"] == "person"
    return Finding(
        "brokers",
        "betweenness",
        organisations=() if is_person else (one,),
        persons=(one,) if is_person else (),
        score=score,
    )


def way_in(
    graph: "nx.MultiDiGraph[str]", on: date, source: str, target: str
) -> list[str]:
    """Return who leads from one to the other that day, both included, or nothing.

    It is the shortest way by people, posts, organisations and forums, and of several
    the first by key. Raise NodeNotFound for one who is not in the network.

    >>> from graphs.network import Node, Tie, build
    >>> G = build(
    ...     [Node("desk", "organisation"), Node("lead", "post"), Node("ann", "person")],
    ...     [Tie("lead", "desk", "at", "lead"), Tie("ann", "lead", "holds", "h1")],
    ... )
    >>> way_in(G, date(2026, 11, 25), "desk", "ann")
    ['desk', 'lead', 'ann']
    """
    for one in (source, target):
        if one not in graph:
            raise nx.NodeNotFound(f"{one} is not in the network")
    known = acquaintance(graph, on)
    if source not in known or target not in known:
        return []
    left = dict(nx.single_source_shortest_path_length(known, target))
    if source not in left:
        return []
    way = [source]
    while way[-1] != target:
        nearer = left[way[-1]] - 1
        way.append(min(one for one in known[way[-1]] if left[one] == nearer))
    return way


def _of_kind(
    graph: "nx.Graph[str]", kind: str, nodes: Iterable[str]
) -> tuple[str, ...]:
    return tuple(sorted(one for one in nodes if graph.nodes[one]["kind"] == kind))

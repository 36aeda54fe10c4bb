"""The graph alone, in a process and on a core of its own: prints what it took, as JSON.

`analyse` loads plain rows and asks the heavy questions; `compare` does it with plain
networkx too, and sees that both answer the same; `change` applies changes one by one.
"""

import json
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

import networkx as nx
from networkx.algorithms.link_analysis import pagerank_alg

from bench.checks import Wrong
from graphs import network
from graphs.dispatch import BACKEND, NAME
from graphs.memory import uncollected
from graphs.network import Node, Tie

SEED, SOURCES = 5, 64
CLUSTER, HUBS = 15, 1000
TODAY = date(2026, 11, 25)
COOPERATION = (
    ("person", "post", "holds"),
    ("organisation", "network", "member"),
    ("organisation", "network", "member"),
    ("organisation", "network", "member"),
    ("post", "network", "member"),
)
CHANGES = 1000
PLAIN = "networkx"
# networkx's PageRank needs scipy, which the product does without: the control is the
# one in plain Python that networkx keeps beside it, and that its types do not tell of.
_pagerank_python: Callable[..., dict[str, float]] = vars(pagerank_alg)[
    "_pagerank_python"
]
# Two ways to the best circles end in slightly different ones.
AS_TIGHT = 0.02

Seconds = dict[str, float]


class Rows(NamedTuple):
    """The rows of a network: bare ones, that say no more than what ties whom."""

    nodes: list[Node]
    ties: list[Tie]


def rows(size: int) -> Rows:
    """Return so many ties of a quarter as many nodes: clusters, hubs, loose ends.

    Four in ten nodes are organisations, one is a post, three are persons, two forums.
    All but the post's own ties are of cooperation.
    """
    chance = random.Random(SEED)
    count = size // 40
    sizes = {"organisation": 4, "post": 1, "person": 3, "network": 2}
    names = {
        kind: [f"{kind}{number}" for number in range(share * count)]
        for kind, share in sizes.items()
    }
    nodes = [Node(name, kind) for kind in names for name in names[kind]]
    ties = [
        Tie(post, names["organisation"][number * 4], "at", post)
        for number, post in enumerate(names["post"])
    ]
    while len(ties) < size:
        source, target, kind = chance.choice(COOPERATION)
        # Some are new here, and hold or join one thing; the rest are at it all along.
        number = len(ties)
        at = chance.random() if number % 50 else number / size
        one = names[source][int(at * len(names[source]))]
        other = _other(chance, at, len(names[target]))
        ties.append(Tie(one, names[target][other], kind, str(number)))
    return Rows(nodes, ties)


def _other(chance: random.Random, at: float, size: int) -> int:
    """Return one nearby, or a hub, or anyone."""
    how = chance.random()
    if how < 0.8:
        near = int(at * size) // CLUSTER * CLUSTER
        return min(near + chance.randrange(CLUSTER), size - 1)
    return chance.randrange(max(1, size // HUBS) if how < 0.9 else size)


@contextmanager
def timed(found: Seconds, name: str) -> Iterator[None]:
    """Keep how long the block took of the core."""
    start = time.process_time()
    yield
    found[name] = time.process_time() - start


def _plainly(given: Rows) -> "nx.MultiDiGraph[str]":
    """Build the same graph as networkx's own guide would."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in given.nodes:
        graph.add_node(node.id, kind=node.kind, **node.facts)
    for tie in given.ties:
        name = (tie.kind, tie.key)
        graph.add_edge(tie.source, tie.target, name, kind=tie.kind, **tie.facts)
    return graph


def analyse(given: Rows, backend: str) -> tuple[Seconds, dict[str, Any]]:
    """Return how long each step took of the core, and what it found."""
    took: Seconds = {}
    found: dict[str, Any] = {"peaks": {}}
    started = time.perf_counter()
    with timed(took, "load"):
        if backend == PLAIN:
            graph = _plainly(given)
        else:
            graph = network.build(given.nodes, given.ties)
    found["peaks"]["loaded"] = _most_memory()
    with timed(took, "cooperation"):
        tied = network.cooperation(graph, TODAY)
    for name, ask in _questions(tied, backend).items():
        with timed(took, name):
            found[name] = ask()
    found["waited"] = time.perf_counter() - started
    found["peaks"]["analysed"] = _most_memory()
    found["graph"] = tied
    return took, found


def _questions(graph: "nx.Graph[str]", backend: str) -> dict[str, Callable[[], Any]]:
    return {
        "communities": lambda: nx.community.louvain_communities(
            graph, seed=SEED, backend=backend
        ),
        "components": lambda: list(nx.connected_components(graph, backend=backend)),
        "articulation points": lambda: set(
            nx.articulation_points(graph, backend=backend)
        ),
        "betweenness": lambda: nx.betweenness_centrality(
            graph, k=SOURCES, seed=SEED, backend=backend
        ),
        "pagerank": lambda: (
            _pagerank_python(graph)
            if backend == PLAIN
            else nx.pagerank(graph, backend=backend)
        ),
    }


def check(ours: dict[str, Any], plain: dict[str, Any]) -> None:
    """Raise Wrong unless both found the same; communities need only be as tight."""
    graph = ours["graph"]
    for name in ("components", "articulation points"):
        one, other = ({_frozen(part) for part in had[name]} for had in (ours, plain))
        if one != other:
            raise Wrong(f"{name} are not those of networkx")
    # networkx stops early unless asked to go on.
    exact = _pagerank_python(graph, tol=1e-12, max_iter=1000)
    for name, expected, within in (
        ("betweenness", plain["betweenness"], 1e-9),
        ("pagerank", exact, 1e-6),
    ):
        if any(abs(expected[node] - ours[name][node]) > within for node in graph):
            raise Wrong(f"{name} is not within {within} of networkx's")
    found, usual = (
        nx.community.modularity(graph, had["communities"]) for had in (ours, plain)
    )
    if found < usual - AS_TIGHT:
        raise Wrong(f"communities are looser: {found:.3f}, networkx's {usual:.3f}")


def _frozen(value: Any) -> Any:
    return frozenset(value) if isinstance(value, set) else value


def change(given: Rows) -> Seconds:
    """Apply changes of every kind one by one; compare with a graph made anew."""
    chance = random.Random(SEED)
    nodes = {node.id: node for node in given.nodes}
    ties = {(tie.kind, tie.key): tie for tie in given.ties}
    graph = network.build(given.nodes, given.ties)
    took: list[float] = []

    def apply(verb: Callable[..., None], *values: Any) -> None:
        start = time.process_time()
        verb(graph, *values)
        took.append(time.process_time() - start)

    for tie in chance.sample(given.ties, CHANGES):
        node, name = nodes[tie.target], (tie.kind, tie.key)
        moved = tie._replace(target=chance.choice(given.nodes).id)
        ties[name] = moved
        apply(network.put_tie, moved)
        apply(network.drop_node, node.id)
        apply(network.put_node, node)
        if chance.random() < 0.5:
            del ties[name]
            apply(network.drop_tie, *name)
    anew = network.build(nodes.values(), ties.values())
    if not nx.utils.graphs_equal(graph, anew):
        raise Wrong("the graph kept current is not the one made anew")
    took.sort()
    return {
        "changes": len(took),
        "mean": sum(took) / len(took),
        "p99": took[len(took) * 99 // 100],
        "worst": took[-1],
    }


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(what: str, size: str) -> None:
    """Measure and print."""
    if BACKEND != NAME:
        raise Wrong("the project is not installed: networkx does not find igraph")
    given = rows(int(size))
    if what == "change":
        print(json.dumps(change(given)))
        return
    before = _most_memory()
    with uncollected():  # as the worker does
        took, found = analyse(given, NAME)
    each = {name: (peak - before) / int(size) for name, peak in found["peaks"].items()}
    result: dict[str, Any] = {"ours": took, "waited": found["waited"], "bytes": each}
    if what == "compare":
        with uncollected():
            result["plain"], plain = analyse(given, PLAIN)
        check(found, plain)
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])

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
from typing import Any, NamedTuple

import networkx as nx
from networkx.algorithms.link_analysis import pagerank_alg

from bench.checks import Wrong
from graphs import network
from graphs.dispatch import BACKEND, NAME
from graphs.network import Node, Tie

SEED, SOURCES = 5, 64
CLUSTER, HUBS, PENDANTS = 60, 1000, 0.02
KINDS = ("holds", "at", "member", "responsible", "serves", "below")
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
    """Return so many ties of a quarter as many nodes: clusters, hubs, loose ends."""
    chance = random.Random(SEED)
    count = size // 4
    nodes = [Node(f"n{number}", "organisation") for number in range(count)]
    linked = round(count * (1 - PENDANTS))
    ties = [
        Tie(f"n{number}", f"n{number - linked}", "at", f"loose{number}")
        for number in range(linked, count)
    ]
    while len(ties) < size:
        one, other = chance.randrange(linked), _other(chance, linked)
        if chance.random() < 0.8:
            other = min(
                one // CLUSTER * CLUSTER + chance.randrange(CLUSTER), linked - 1
            )
        if one != other:
            kind = KINDS[len(ties) % len(KINDS)]
            ties.append(Tie(f"n{one}", f"n{other}", kind, str(len(ties))))
    return Rows(nodes, ties)


def _other(chance: random.Random, linked: int) -> int:
    is_hub = chance.random() < 0.5
    return chance.randrange(max(1, linked // HUBS) if is_hub else linked)


@contextmanager
def _timed(found: Seconds, name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    found[name] = time.perf_counter() - start


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
    """Return how long each step took, and what it found."""
    took: Seconds = {}
    found: dict[str, Any] = {"peaks": {}}
    started = time.process_time()
    with _timed(took, "load"):
        if backend == PLAIN:
            graph = _plainly(given)
        else:
            graph = network.build(given.nodes, given.ties)
    found["peaks"]["loaded"] = _most_memory()
    with _timed(took, "flatten"):
        flat: nx.Graph[str] = nx.Graph()
        flat.add_nodes_from(graph)
        flat.add_edges_from(graph.edges())
    for name, ask in _questions(flat, backend).items():
        with _timed(took, name):
            found[name] = ask()
    found["cpu"] = time.process_time() - started
    found["peaks"]["analysed"] = _most_memory()
    found["graph"] = flat
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
    cpu: list[float] = []

    def apply(verb: Callable[..., None], *values: Any) -> None:
        start, started = time.perf_counter(), time.process_time()
        verb(graph, *values)
        cpu.append(time.process_time() - started)
        took.append(time.perf_counter() - start)

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
        "cpu": sum(cpu) / len(cpu),
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
    took, found = analyse(given, NAME)
    each = {name: (peak - before) / int(size) for name, peak in found["peaks"].items()}
    result: dict[str, Any] = {"ours": took, "cpu": found["cpu"], "bytes": each}
    if what == "compare":
        result["plain"], plain = analyse(given, PLAIN)
        result["plain cpu"] = plain["cpu"]
        check(found, plain)
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])

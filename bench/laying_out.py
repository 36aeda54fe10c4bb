"""`python -m bench.laying_out ROUNDS`: how long a picture's layout takes, as JSON.

Milliseconds of each round: the whole network laid out anew, the view made after a
change, the same view from the cache, and a bare Flask hello.
"""

import json
import sys
import time
from collections.abc import Callable

import networkx as nx
from flask import Flask

from coordinator import catching_up, pictures
from coordinator.access import UNIT
from coordinator.pictures import Wanted
from graphs import layout
from views.app import create_app

WANTED = Wanted()


def main() -> None:
    """Print what was measured."""
    rounds = int(sys.argv[1])
    app, hello = create_app(), Flask("hello")
    hello.add_url_rule("/hello", view_func=lambda: "hello")
    client = hello.test_client()
    found: dict[str, list[float]] = {"anew": [], "view": [], "kept": [], "hello": []}
    with app.app_context():
        view = pictures.view(WANTED, UNIT)
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(node.id for node in view.nodes)
        graph.add_edges_from((tie.source, tie.target) for tie in view.ties)
        for _round in range(rounds):
            found["anew"].append(_milliseconds(lambda: layout.positions(graph)))
            with catching_up.current(UNIT) as kept:
                kept.answers.clear()  # as any change does
            found["view"].append(_milliseconds(lambda: pictures.view(WANTED, UNIT)))
            found["kept"].append(_milliseconds(lambda: pictures.view(WANTED, UNIT)))
            found["hello"].append(_milliseconds(lambda: client.get("/hello")))
    print(json.dumps({**found, "nodes": len(view.nodes), "ties": len(view.ties)}))


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()

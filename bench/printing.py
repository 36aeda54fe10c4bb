"""Pocket cards on paper: how soon a sheet is there, made anew and asked again."""

import json

from bench.measures import Bench
from bench.networks import Network
from bench.report import Figure, at_most

MEASURED = "bench.sheets"
GOAL = at_most(300)
SIZE = 10_000


def printing(bench: Bench) -> list[Figure]:
    """Measure sheets of places among ten thousand contact points."""
    instance = bench.filled(Network(SIZE))
    took = json.loads(instance.run_module(MEASURED, bench.size.rounds).output)
    hello = f"a bare hello: {max(took['hello']):.2g} ms"
    among = f"p95 among {SIZE:,} contact points"
    return [
        Figure(f"a card as PDF, {among}", "ms", took["made"], GOAL, hello),
        Figure(f"the same card again, {among}", "ms", took["again"], None, hello),
    ]

"""The network as a graph: how soon it is loaded, analysed and brought up to date."""

import json
from typing import Any

from bench.measures import Bench
from bench.report import Figure, at_least, at_most

SMALL, LARGE = 100_000, 1_000_000
ROUNDS = 3  # the control alone takes half a minute
WHOLE, WHOLE_LARGE = at_most(2.0), at_most(25.0)
TIMES_FASTER = at_least(10)
CHANGE = at_most(5.0)
LOADED = at_most(800)


def graph(bench: Bench) -> list[Figure]:
    """Measure the heavy questions on one core, beside plain networkx."""
    rounds = min(bench.size.rounds, ROUNDS)
    small = [_run(bench, "compare", SMALL) for _ in range(rounds)]
    large = [_run(bench, "analyse", LARGE)]
    changes = [_run(bench, "change", SMALL) for _ in range(bench.size.rounds)]
    ours = [sum(one["ours"].values()) for one in small]
    plain = [sum(one["plain"].values()) for one in small]
    bench.report.note(
        "The heavy questions are load, components, articulation points, betweenness "
        "of 64 sources, communities and PageRank. Components and articulation points "
        "equal networkx's, betweenness of the same sources within 1e-9, PageRank "
        "within 1e-6; communities are Louvain's, of a fixed seed, and as tight. The "
        "control's PageRank is networkx's own in Python: its usual one needs scipy."
    )
    p99, worst, cpu = (
        max(one[name] for one in changes) * 1000 for name in ("p99", "worst", "cpu")
    )
    return [
        Figure(
            f"graph of {SMALL:,} ties: load and all heavy questions",
            "s",
            ours,
            WHOLE,
            _steps(small[-1]),
        ),
        Figure("the same by plain networkx", "s", plain),
        Figure(
            "plain networkx takes so many times as long",
            "×",
            [other / one for one, other in zip(ours, plain, strict=True)],
            TIMES_FASTER,
            f"{small[-1]['plain cpu'] / small[-1]['cpu']:.3g} × by CPU time",
        ),
        Figure(
            f"graph of {LARGE:,} ties: load and all heavy questions",
            "s",
            [sum(one["ours"].values()) for one in large],
            WHOLE_LARGE,
            _steps(large[-1]),
        ),
        Figure(
            f"one change applied to the graph of {SMALL:,} ties",
            "ms",
            [one["mean"] * 1000 for one in changes],
            CHANGE,
            f"p99 {p99:.3g} ms, worst {worst:.3g} ms of {changes[0]['changes']:,}; "
            f"CPU {cpu:.2g} ms",
        ),
        *(
            Figure(
                f"most memory for a tie, {LARGE:,} ties, {what}",
                "B",
                [one["bytes"][what] for one in large],
                LOADED if what == "loaded" else None,
            )
            for what in ("loaded", "analysed")
        ),
    ]


def _run(bench: Bench, what: str, size: int) -> Any:
    instance = bench.fresh("graph") if bench.ready is None else bench.ready
    return json.loads(instance.run_module("bench.analysing", what, size).output)


def _steps(one: Any) -> str:
    steps = ", ".join(f"{name} {took:.2g}" for name, took in one["ours"].items())
    return f"CPU {one['cpu']:.2f} s; {steps}"

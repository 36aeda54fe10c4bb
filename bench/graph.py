"""The network as a graph: how soon it is loaded, analysed and brought up to date."""

import json
from collections.abc import Iterator
from typing import Any

from bench.measures import Bench
from bench.report import Figure, at_least, at_most
from bench.servers import Instance

SMALL, LARGE = 100_000, 1_000_000
ROUNDS = 3  # the control alone takes half a minute
WHOLE, WHOLE_LARGE = at_most(2.0), at_most(25.0)
TIMES_FASTER = at_least(10)
CHANGE = at_most(5.0)
LOADED = at_most(800)
ANALYSING = "bench.analysing"
CELLS = 36 * 4 * 80
QUESTION = at_most(30)
QUESTIONS = {
    "gaps": QUESTION,
    "overlaps": QUESTION,
    "coverage": QUESTION,
    "only_person": QUESTION,
    "broken": at_most(150),
}
NOTE = (
    "Seconds of one core. The heavy questions are who works with whom, components, "
    "articulation points, betweenness of 64 sources, communities and PageRank. "
    "Components and articulation points equal networkx's, betweenness of the same "
    "sources within 1e-9, PageRank within 1e-6; communities are Louvain's, of a fixed "
    "seed, and as tight. The control's PageRank is networkx's own in Python: its usual "
    "one needs scipy."
)


def graph(bench: Bench) -> list[Figure]:
    """Measure the heavy questions on one core beside plain networkx, then the rest."""
    bench.report.note(NOTE)
    return [*_small(bench), *_large(bench), _change(bench), *_cells(bench)]


def _small(bench: Bench) -> Iterator[Figure]:
    rounds = min(bench.size.rounds, ROUNDS)
    found = [_run(bench, ANALYSING, "compare", SMALL) for _ in range(rounds)]
    ours = [sum(one["ours"].values()) for one in found]
    plain = [sum(one["plain"].values()) for one in found]
    name = f"graph of {SMALL:,} ties: load and all heavy questions"
    yield Figure(name, "s", ours, WHOLE, _steps(found[-1]))
    yield Figure("the same by plain networkx", "s", plain)
    yield Figure(
        "plain networkx takes so many times as long",
        "×",
        [other / one for one, other in zip(ours, plain, strict=True)],
        TIMES_FASTER,
    )


def _large(bench: Bench) -> Iterator[Figure]:
    found = _run(bench, ANALYSING, "analyse", LARGE)
    name = f"graph of {LARGE:,} ties: load and all heavy questions"
    took = sum(found["ours"].values())
    yield Figure(name, "s", [took], WHOLE_LARGE, _steps(found))
    for what, goal in (("loaded", LOADED), ("analysed", None)):
        name = f"most memory for a tie, {LARGE:,} ties, {what}"
        yield Figure(name, "B", [found["bytes"][what]], goal)


def _change(bench: Bench) -> Figure:
    found = [_run(bench, ANALYSING, "change", SMALL) for _ in range(bench.size.rounds)]
    p99, worst = (max(one[name] for one in found) * 1000 for name in ("p99", "worst"))
    return Figure(
        f"one change applied to the graph of {SMALL:,} ties",
        "ms",
        [one["mean"] * 1000 for one in found],
        CHANGE,
        f"p99 {p99:.2g} ms; worst {worst:.3g} ms of {found[0]['changes']:,}",
    )


def _cells(bench: Bench) -> Iterator[Figure]:
    found = [_run(bench, "bench.asking", CELLS) for _ in range(bench.size.rounds)]
    for name, goal in QUESTIONS.items():
        times = [one["took"][name] * 1000 for one in found]
        count = found[0]["found"][name]
        yield Figure(f"{name} of {CELLS:,} cells", "ms", times, goal, f"{count} found")


def _run(bench: Bench, *command: object) -> Any:
    instance = Instance(bench.folder / "graph")  # for its settings: it has no database
    return json.loads(instance.run_module(*command).output)


def _steps(one: Any) -> str:
    steps = ", ".join(f"{name} {took:.2g}" for name, took in one["ours"].items())
    return f"({steps}; {one['waited']:.3g} s with waiting)"

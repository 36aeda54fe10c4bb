"""`make bench`: measures every goal, prints each figure beside it, and keeps both.

`--quick` is a smoke run of a minute: its figures say little. `--only NAME` measures
one thing, `--long` also imports a million rows twice.
"""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from types import FrameType

from bench import (
    calendars,
    desk,
    feeding,
    files,
    graph,
    mailroom,
    measures,
    pictures,
    printing,
    searching,
    site,
    state,
)
from bench.checks import Wrong
from bench.measures import QUICK, Bench, Size
from bench.report import Figure, Report, code_changed_since
from bench.servers import Failed

Measure = Callable[[Bench], list[Figure]]

MEASURES: dict[str, Measure] = {
    "start": measures.starts,
    "lookups": partial(measures.lookups, grown=False),
    "growth": partial(measures.lookups, grown=True),
    "write": measures.written,
    "site": site.site,
    "desk": desk.desk,
    "graph": graph.graph,
    "state": state.state,
    "pictures": pictures.pictures,
    "files": files.files,
    "calendars": calendars.calendars,
    "replies": mailroom.mailroom,
    "meetings": feeding.feeding,
    "search": searching.searching,
    "cards": printing.printing,
    "import": measures.imports,
    "long": measures.long_imports,
    "long-search": searching.searching_long,
    "postgresql": measures.on_postgresql,
}


def main() -> int:
    """Measure what is asked for; return 1 if something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run")
    parser.add_argument("--only", choices=MEASURES, help="measure this alone")
    parser.add_argument("--long", action="store_true", help="a million rows as well")
    parser.add_argument("--rounds", type=int, help="rounds of each (5)")
    parser.add_argument("--seconds", type=int, help="seconds of a round (2)")
    options = parser.parse_args()
    size = QUICK if options.quick else Size()
    given = {name: getattr(options, name) for name in ("rounds", "seconds")}
    size = replace(size, **{name: value for name, value in given.items() if value})
    report = Report({"only": options.only, "long": options.long, **asdict(size)})
    for name, value in report.surroundings.items():
        print(f"{name}: {value}")
    signal.signal(signal.SIGTERM, _stop)  # servers are stopped on the way out
    start = time.time()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(size, Path(folder), report)
        for name in _chosen(options):
            _measure(name, bench)
    report.note(f"Took {time.time() - start:.0f} s")
    if changed := code_changed_since(start):
        report.note(f"NOT VALID: changed meanwhile: {', '.join(changed)}")
    print(f"Kept in {report.save()} and beside it")
    return 0 if report.is_whole else 1


def _stop(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _chosen(options: argparse.Namespace) -> list[str]:
    """Return what to measure; growth measures the small network's lookups too."""
    if options.only:
        return [options.only]
    left_out = {"lookups"} | (set() if options.long else {"long", "long-search"})
    return [name for name in MEASURES if name not in left_out]


def _measure(name: str, bench: Bench) -> None:
    print(f"\n{name}", flush=True)
    try:
        bench.report.add(MEASURES[name](bench))
    except (Wrong, Failed, OSError, RuntimeError) as problem:
        note = f"({type(problem).__name__}: {problem})"
        bench.report.add([Figure(name, "", note=note)])


if __name__ == "__main__":
    sys.exit(main())

"""Searches: how soon they are answered, on both databases, beside a bare hello."""

import json
from contextlib import ExitStack

from bench.measures import Bench, analyse
from bench.networks import Network
from bench.report import Figure, at_most
from bench.servers import Instance
from tests import postgresql

MEASURED = "bench.search"
USUAL, LARGE = at_most(30), at_most(50)
SUGGESTED = at_most(20)
SMALL = 10_000


def searching(bench: Bench) -> list[Figure]:
    """Measure suggestions at ten thousand contact points, searches at 100 thousand."""
    return _on_both(bench, SMALL) + _on_both(bench, bench.size.imported)


def searching_long(bench: Bench) -> list[Figure]:
    """Measure searches among a million contact points."""
    return _on_both(bench, 1_000_000)


def _on_both(bench: Bench, size: int) -> list[Figure]:
    network = Network(size)
    found = _measured(bench, bench.filled(network), size, "SQLite")
    with ExitStack() as stack:
        url = stack.enter_context(postgresql.cluster()).format(database="postgres")
        instance = Instance(bench.folder / f"postgresql-{size}", url)
        instance.prepare()
        for kind, file in bench.files(network).items():
            instance.run("import", kind, file)
        analyse(url)
        return found + _measured(bench, instance, size, "PostgreSQL")


def _measured(
    bench: Bench, instance: Instance, size: int, database: str
) -> list[Figure]:
    ended = instance.run_module(MEASURED, bench.size.rounds, size)
    took = json.loads(ended.output)
    hello = f"a bare hello: {max(took['hello']):.2g} ms"
    among = f"p95 among {size:,} contact points, {database}"
    searches = {10_000: None, 1_000_000: LARGE}.get(size, USUAL)
    return [
        Figure(f"search, {among}", "ms", took["search"], searches, hello),
        Figure(
            f"suggestions, {among}",
            "ms",
            took["suggestions"],
            SUGGESTED if size == SMALL else None,
            hello,
        ),
    ]

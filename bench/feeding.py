"""Meetings: how soon many are invited, and what calendars cost that read feeds."""

import json
from collections.abc import Iterator

from bench.measures import Bench
from bench.report import Figure, at_least, at_most

MEASURED = "bench.meeting"
QUEUED = at_most(5)
COLD = {1_000: at_most(100), 10_000: at_most(1_000)}
MEMORY = at_most(120)
SHARE = at_least(0.6)


def feeding(bench: Bench) -> list[Figure]:
    """Measure queueing 10,000 invitations, and feeds of 1,000 and 10,000 meetings."""
    queued = bench.fresh("invitations").run_module(MEASURED, "queue", bench.size.rounds)
    name = "10,000 invitations of one meeting queued"
    found = [Figure(name, "s", json.loads(queued.output), QUEUED)]
    for count in COLD:
        found += _feed(bench, count)
    return found


def _feed(bench: Bench, count: int) -> Iterator[Figure]:
    instance = bench.fresh(f"feed-{count}")
    address = json.loads(instance.run_module(MEASURED, "fill", count).output)
    ended = instance.run_module(MEASURED, "feed", address, count, bench.size.rounds)
    took = json.loads(ended.output)
    size = f"{took['bytes'] / 1000:,.0f} kB"
    name = f"feed of {count:,} meetings"
    yield Figure(
        f"{name}: the first answer", "ms", [took["cold"] * 1000], COLD[count], size
    )
    if count == max(COLD):
        yield Figure(f"{name}: memory it took", "MB", [took["grew"]], MEMORY)
    note = "called without a server, as the hello is"
    yield Figure(
        f"{name}: its 304, share of a bare hello", "%", took["304"], SHARE, note
    )

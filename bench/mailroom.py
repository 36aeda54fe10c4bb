"""Replies by mail: how soon a thousand invitees' answers stand."""

import json

from bench.measures import Bench
from bench.replying import REPLIES
from bench.report import Figure, at_most

REPLYING = "bench.replying"
TAKEN_IN = at_most(10)


def mailroom(bench: Bench) -> list[Figure]:
    """Measure taking in replies from a Maildir, in five calendars' shapes."""
    instance = bench.fresh("mailroom")
    took = json.loads(instance.run_module(REPLYING, bench.size.rounds).output)
    name = f"{REPLIES:,} replies by mail: read, applied and put away"
    return [Figure(name, "s", took, TAKEN_IN)]

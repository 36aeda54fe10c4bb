"""The state of the network: how soon its page stands and a change is known."""

import json
from collections.abc import Iterator
from functools import partial

from bench import servers
from bench.checks import Wrong
from bench.desk import SHOWN, Browser, p95_of_rounds
from bench.measures import Bench
from bench.networks import Network
from bench.report import Figure, Goal, at_most
from bench.servers import Instance

LARGE = 100_000
PAGE, PAGE_LARGE = at_most(100), at_most(300)
ONE_CHANGE, NO_CHANGE = at_most(5), at_most(0.1)
CATCHING_UP = "bench.catching_up"


def state(bench: Bench) -> list[Figure]:
    """Measure the unit's home page and catching up, of the demo and a large network."""
    return [*_of_demo(bench), *_of_large(bench)]


def _of_demo(bench: Bench) -> Iterator[Figure]:
    demo = bench.fresh("state-demo")
    demo.run("load-demo")
    yield from _page(bench, demo, "demo network", PAGE)
    yield from _catching_up(bench, demo, "demo network")


def _of_large(bench: Bench) -> Iterator[Figure]:
    large = bench.filled(Network(LARGE)).copy(bench.folder / "state-large")
    took = large.run("analyse").seconds
    yield Figure(f"{LARGE:,} contact points: analysed by the worker", "s", [took])
    yield from _page(bench, large, f"{LARGE:,} contact points", PAGE_LARGE)
    yield from _catching_up(bench, large, f"{LARGE:,} contact points")


def _page(bench: Bench, instance: Instance, name: str, goal: Goal) -> Iterator[Figure]:
    with servers.product(instance) as server:
        browser = Browser(server, instance)
        status, page = browser.get("/network")
        if status != 200 or "state-table" not in page:
            raise Wrong(f"the state of the network answered {status}")
        took = p95_of_rounds(bench, partial(browser.get, "/network"), SHOWN)
    yield Figure(f"{name}: p95 of the state page", "ms", took, goal)


def _catching_up(bench: Bench, instance: Instance, name: str) -> Iterator[Figure]:
    found = json.loads(instance.run_module(CATCHING_UP, bench.size.rounds).output)
    one, none = found["one"], found["none"]
    yield Figure(f"{name}: catching up with one change", "ms", one, ONE_CHANGE)
    yield Figure(f"{name}: knowing that nothing changed", "ms", none, NO_CHANGE)
    yield Figure(f"{name}: read whole, the graph with it", "ms", found["whole"])

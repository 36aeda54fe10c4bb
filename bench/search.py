"""`python -m bench.search ROUNDS SIZE`: how long searches take, as JSON.

For each round, 95 of 100 searches and suggestions took at most so many milliseconds:
whole requests, called without a server, and a bare Flask hello beside them. What is
asked: everyday phrases, typing errors, and what organisations of the network of SIZE
contact points are called and answer to.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from random import Random
from statistics import quantiles

from apiflask import APIFlask
from flask import Flask

from bench.networks import SEED, Network
from coordinator import records
from coordinator.access import PUBLIC
from coordinator.columns import KINDS
from tests.everyday_phrases import EVERYDAY, MISSPELT
from views.app import create_app

OF_NETWORK = 60


def main() -> None:
    """Print what was measured."""
    rounds, size = map(int, sys.argv[1:])
    app = create_app()
    with app.app_context():
        texts = [phrase for phrase, _language, _codes in (*EVERYDAY, *MISSPELT)]
        texts += _of_network(Network(size))
    hello = Flask("hello")
    hello.add_url_rule("/hello", view_func=lambda: "hello")
    found: dict[str, list[float]] = {"search": [], "suggestions": [], "hello": []}
    for number in range(rounds + 1):
        Random(SEED + number).shuffle(texts)
        starts = [text[: max(2, len(text) * 2 // 3)] for text in texts]
        taken = {
            "search": slowest(_asking(app, "/api/v1/search"), texts),
            "suggestions": slowest(_asking(app, "/search/suggestions"), starts),
            "hello": slowest(_greeting(hello), texts),
        }
        if number:  # the first round warms up
            for name, value in taken.items():
                found[name].append(value)
    print(json.dumps(found))


def _of_network(network: Network) -> list[str]:
    """Return names, beginnings, misspelt names and numbers of organisations."""
    draw = Random(SEED)
    texts = []
    page = records.page(KINDS["organisations"], PUBLIC, query="", limit=1000)
    for row in draw.sample(list(page.rows), OF_NETWORK):
        name = str(row["name"])
        at = draw.randrange(1, len(name) - 1)
        slip = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        texts += [name, name[: len(name) // 2], slip]
    points = records.page(KINDS["contact-points"], PUBLIC, query="", limit=1000)
    texts += [str(row["value"]) for row in draw.sample(list(points.rows), OF_NETWORK)]
    return [text for text in texts if text.strip()]


def _asking(app: APIFlask, path: str) -> Callable[[str], int]:
    client = app.test_client()

    limiter = app.extensions["search"]

    def ask(text: str) -> int:
        limiter.storage.reset()
        return client.get(path, query_string={"q": text, "limit": 20}).status_code

    return ask


def _greeting(app: Flask) -> Callable[[str], int]:
    client = app.test_client()

    def ask(text: str) -> int:
        return client.get("/hello", query_string={"q": text}).status_code

    return ask


def slowest(ask: Callable[[str], int], texts: Sequence[str]) -> float:
    """Return within how many milliseconds 95 of 100 were answered, and rightly."""
    taken = []
    for text in texts:
        start = time.perf_counter()
        status = ask(text)
        taken.append((time.perf_counter() - start) * 1000)
        if status != 200:
            raise RuntimeError(f"{status} for {text!r}")
    return quantiles(taken, n=20)[-1]


if __name__ == "__main__":
    main()

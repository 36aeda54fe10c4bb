"""`python -m bench.sheets ROUNDS`: how long sheets of pocket cards take, as JSON.

For each round, 95 of 100 sheets of places not asked before in it took at most so many
milliseconds: whole requests, called without a server. Beside them the same sheets asked
again, and a bare Flask hello.
"""

import json
import sys
from random import Random

from flask import Flask

from bench.networks import SEED
from bench.search import slowest
from coordinator import catalogue
from coordinator.access import PUBLIC
from views.app import create_app

PLACES = 40


def main() -> None:
    """Print what was measured."""
    rounds = int(sys.argv[1])
    app = create_app()
    with app.app_context():
        known = catalogue.current(PUBLIC)
        places = [one.code for one in known.places.values() if not one.valid_to]
        tracks = list(known.tracks)
    hello = Flask("hello")
    hello.add_url_rule("/hello", view_func=lambda: "hello")
    client, greeting = app.test_client(), hello.test_client()

    def make(address: str) -> int:
        return client.get(address).status_code

    def greet(_address: str) -> int:
        return greeting.get("/hello").status_code

    draw = Random(SEED)
    found: dict[str, list[float]] = {"made": [], "again": [], "hello": []}
    for number in range(rounds + 1):
        asked = [
            f"/card.pdf?place={place}&track={draw.choice(tracks)}"
            for place in draw.sample(places, PLACES)
        ]
        app.extensions["sheets"].cache_clear()
        taken = {
            "made": slowest(make, asked),
            "again": slowest(make, asked),
            "hello": slowest(greet, asked),
        }
        if number:  # the first round warms up
            for name, value in taken.items():
                found[name].append(value)
    print(json.dumps(found))


if __name__ == "__main__":
    main()

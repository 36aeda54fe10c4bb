"""Bodies of anonymous answers, kept as bytes until the network or the minute changes.

The minute, because what is open now changes with it; minutes in Oslo are everyone's.
"""

import time
from collections.abc import Callable
from functools import lru_cache

from flask import Flask, current_app, request

from coordinator import changes

KEPT_BODIES = 2048

Render = Callable[[], bytes]


def init_app(app: Flask) -> None:
    """Give the application a memory of its own."""
    app.extensions["kept"] = lru_cache(maxsize=KEPT_BODIES)(_rendered)


def body(render: Render) -> bytes:
    """Return what `render` makes of this request's query, made once if it can be kept.

    `render` must depend on nothing but the query string, the network and the minute,
    and show what the public may see. What it raises is not kept.
    """
    kept = current_app.extensions["kept"]
    minute = int(time.time() // 60)
    found: bytes = kept(render, changes.counter(), minute, request.query_string)
    return found


def _rendered(render: Render, _counter: int, _minute: int, _query: bytes) -> bytes:
    return render()

"""Bodies of anonymous answers, kept as bytes until the network or the minute changes.

The minute, because what is open now changes with it; minutes in Oslo are everyone's.
"""

import gzip
import time
from collections.abc import Callable
from functools import lru_cache

from flask import Flask, Response, current_app, request

from coordinator import changes

KEPT_BODIES = 2048

Render = Callable[[], bytes]


def init_app(app: Flask) -> None:
    """Give the application a memory of its own."""
    app.extensions["packed"] = lru_cache(maxsize=KEPT_BODIES)(_packed)
    app.extensions["kept"] = lru_cache(maxsize=KEPT_BODIES)(_rendered)


def body(render: Render) -> bytes:
    """Return what `render` makes of this address, made once if it can be kept.

    `render` must depend on nothing but the address, the network and the minute,
    and show what the public may see. What it raises is not kept.
    """
    kept = current_app.extensions["kept"]
    minute = int(time.time() // 60)
    address = request.environ["PATH_INFO"], request.query_string
    found: bytes = kept(render, changes.counter(), minute, address)
    return found


def page(render: Render) -> Response:
    """Return what `render` makes as a page, compressed for those who can unpack it."""
    found = body(render)
    if "gzip" not in request.environ.get("HTTP_ACCEPT_ENCODING", ""):
        return Response(found, mimetype="text/html")
    packed = current_app.extensions["packed"](found)
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(packed, headers=headers, mimetype="text/html")


def _rendered(
    render: Render, _counter: int, _minute: int, _address: tuple[str, bytes]
) -> bytes:
    return render()


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)

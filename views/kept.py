"""Bodies of answers, kept as bytes until the network or the minute changes.

They are kept by viewer: what one may see is not kept for another. The minute, because
what is open now changes with it; minutes in Oslo are everyone's.
"""

import gzip
import time
from collections.abc import Callable
from functools import lru_cache

from flask import Flask, Response, current_app, request
from werkzeug.http import parse_accept_header

from coordinator import changes
from coordinator.access import Viewer
from views.viewing import viewer

KEPT_BODIES = 2048
# A page repeats what was asked: without a bound, one asker could fill the memory.
LONGEST_KEPT = 400

Render = Callable[[], bytes]


def init_app(app: Flask) -> None:
    """Give the application a memory of its own."""
    app.extensions["packed"] = lru_cache(maxsize=KEPT_BODIES)(_packed)
    app.extensions["kept"] = lru_cache(maxsize=KEPT_BODIES)(_rendered)


def body(render: Render) -> bytes:
    """Return what `render` makes of this address, made once if it can be kept.

    `render` must depend on nothing but the address, the viewer, the network and the
    minute: on no name or token of the one who is signed in. What it raises is not kept.
    """
    if len(request.query_string) + len(request.environ["PATH_INFO"]) > LONGEST_KEPT:
        return render()
    kept = current_app.extensions["kept"]
    minute = int(time.time() // 60)
    address = request.environ["PATH_INFO"], request.query_string
    found: bytes = kept(render, changes.counter(), minute, address, viewer())
    return found


def page(render: Render, mimetype: str = "text/html") -> Response:
    """Return what `render` makes as a page, compressed for those who can unpack it."""
    found = body(render)
    if not _unpacks(request.environ.get("HTTP_ACCEPT_ENCODING", "")):
        headers = {"Vary": "Accept-Encoding"}
        return Response(found, headers=headers, mimetype=mimetype)
    packed = current_app.extensions["packed"](found)
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(packed, headers=headers, mimetype=mimetype)


@lru_cache(maxsize=64)
def _unpacks(accepted: str) -> bool:
    """Whether an Accept-Encoding takes gzip (RFC 9110, section 12.5.3)."""
    return parse_accept_header(accepted).quality("gzip") > 0


def _rendered(
    render: Render,
    _counter: int,
    _minute: int,
    _address: tuple[str, bytes],
    _viewer: Viewer,
) -> bytes:
    return render()


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)

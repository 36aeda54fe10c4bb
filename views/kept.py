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
from coordinator.lru import Cache
from views.viewing import viewer

# Of each process, in all. One of them may hold so much of it that many others remain.
KEPT_BYTES = 64_000_000
MOST_OF_ONE = KEPT_BYTES // 16
# What is kept besides a body: its address, whose it is, and its place among the others.
BESIDE = 1_000
# A page repeats what was asked: without a bound, one asker could fill the memory.
LONGEST_KEPT = 400

Render = Callable[[], bytes]


def init_app(app: Flask) -> None:
    """Give the application a memory of its own."""
    app.extensions["kept"] = Cache(KEPT_BYTES, _weight, MOST_OF_ONE)


def body(render: Render) -> bytes:
    """Return what `render` makes of this address, made once if it can be kept.

    `render` must depend on nothing but the address, the viewer, the network and the
    minute: on no name or token of the one who is signed in. What it raises is not kept.
    """
    return _made(render, is_packed=False)


def page(render: Render, mimetype: str = "text/html") -> Response:
    """Return what `render` makes as a page, compressed for those who can unpack it."""
    is_packed = _unpacks(request.environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers = {"Vary": "Accept-Encoding"}
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return Response(_made(render, is_packed), headers=headers, mimetype=mimetype)


def _made(render: Render, is_packed: bool) -> bytes:
    """Return the body as it is sent: of a page for all who unpack, the small one alone.

    Nearly everyone unpacks, so the other is kept only where someone asked for it.
    """

    def make() -> bytes:
        return _packed(render()) if is_packed else render()

    path, query = request.environ["PATH_INFO"], request.query_string
    if len(query) + len(path) > LONGEST_KEPT:
        return make()
    minute = int(time.time() // 60)
    key = render, is_packed, changes.counter(), minute, path, query, viewer()
    kept: Cache[object, bytes] = current_app.extensions["kept"]
    return kept.get(key, make)


@lru_cache(maxsize=64)
def _unpacks(accepted: str) -> bool:
    """Whether an Accept-Encoding takes gzip (RFC 9110, section 12.5.3)."""
    return parse_accept_header(accepted).quality("gzip") > 0


def _weight(body: bytes) -> int:
    return len(body) + BESIDE


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)

"""Where the nodes of pictures lie: worked out once for a graph, and kept.

By the graph's own digest: what changes nobody's ties moves nobody.
"""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

import networkx as nx

from coordinator import state
from graphs import layout
from graphs.layout import Point
from models import db

# So many are kept by each process.
MOST_KEPT = 32
LAYOUT = "layout"
_laid_out: OrderedDict[str, Mapping[str, Point]] = OrderedDict()
_lock = Lock()


def points(graph: "nx.Graph[str]", *, is_whole: bool) -> Mapping[str, Point]:
    """Return where each node lies, worked out once for a graph."""
    digest = layout.digest(graph)
    with _lock:
        points = _laid_out.get(digest)
        if points is not None:
            _laid_out.move_to_end(digest)
            return points
    points = (_kept_by_worker(digest) if is_whole else None) or layout.positions(graph)
    with _lock:
        _laid_out[digest] = points
        while len(_laid_out) > MOST_KEPT:
            _laid_out.popitem(last=False)
    return points


def _kept_by_worker(digest: str) -> Mapping[str, Point] | None:
    kept = state.kept_alone(LAYOUT)
    if kept is None or kept[1]["digest"] != digest:
        return None
    return {one: (x, y) for one, (x, y) in kept[1]["points"].items()}


def keep(graph: "nx.Graph[str]", found: Mapping[str, Point], seq: int) -> bool:
    """Keep where the nodes of the whole network lie, for every process.

    Return whether that is new. `seq` is the change that the graph was read at.
    """
    digest = layout.digest(graph)
    before = state.kept_alone(LAYOUT)
    db.session.rollback()
    state.keep_alone(LAYOUT, {"digest": digest, "points": found}, seq)
    return before is None or before[1]["digest"] != digest


def kept_at() -> int | None:
    """Return the change that the kept layout was read at; None where there is none."""
    before = state.kept_alone(LAYOUT)
    return before[0] if before else None

"""Where the nodes of pictures lie: worked out once for a graph, and kept.

By the graph's own digest: what changes nobody's ties moves nobody.
"""

from collections.abc import Mapping

import networkx as nx

from coordinator import state
from coordinator.lru import Cache
from graphs import layout
from graphs.layout import Point
from models import db

# So many are kept by each process.
MOST_KEPT = 32
LAYOUT = "layout"
_laid_out: Cache[str, Mapping[str, Point]] = Cache(MOST_KEPT)


def points(graph: "nx.Graph[str]", *, is_whole: bool) -> Mapping[str, Point]:
    """Return where each node lies, worked out once for a graph."""
    digest = layout.digest(graph)

    def made() -> Mapping[str, Point]:
        kept = _kept_by_worker(digest) if is_whole else None
        return kept or layout.positions(graph)

    return _laid_out.get(digest, made)


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

"""How often an outline crosses itself: by that, mending takes its time."""

from typing import Any

import shapely

# So many are mended in a second.
MOST = 20_000


def are_too_many(shape: Any) -> bool:
    """Return whether the sides of polygons cross or touch more than MOST times.

    However many they are, little is reckoned before that is known. Neighbours in a
    ring, which share a corner, do not count.

    >>> are_too_many(shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]))
    False
    """
    rings = shapely.get_rings(shapely.get_parts(shape))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    ends = corners.repeat(2, axis=0)[1:-1].reshape(-1, 2, 2)
    sides = shapely.linestrings(ends[ring[1:] == ring[:-1]])
    tree, step = shapely.STRtree(sides), max(1, 10 * MOST // len(sides))
    met = 0
    for first in range(0, len(sides), step):
        some = sides[first : first + step]
        # Each meets itself and its two neighbours; of two that cross, each the other.
        met += tree.query(some, predicate="intersects").shape[1] - 3 * len(some)
        if met > 2 * MOST:
            return True
    return False

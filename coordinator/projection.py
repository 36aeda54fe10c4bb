"""Where a longitude and latitude lie in the flat map that shapes are drawn in."""

import math

# The middle of mainland Norway: nothing of it is more than 16.5 degrees away.
MIDDLE = 15.0
# Farther from the middle than so many degrees this projection draws nothing sensible.
FARTHEST = 60.0
RADIUS = 6_371_008.8
"""The mean radius of WGS84's ellipsoid, in metres."""


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Return x and y in metres from where 15° E crosses the equator, y southwards.

    Transverse Mercator on a sphere: J. P. Snyder, Map Projections: A Working Manual,
    U.S. Geological Survey Professional Paper 1395 (1987), equations 8-1 and 8-3, with
    k0 = 1. It keeps angles, so that every part has its form; the ellipsoid would move
    a point by a third of a percent, which no picture of this size shows.

    >>> project(15, 0)
    (0.0, -0.0)
    >>> [round(one / 1000) for one in project(10.75, 59.91)]
    [-237, -6669]
    """
    east, north = math.radians(longitude - MIDDLE), math.radians(latitude)
    x = math.atanh(math.cos(north) * math.sin(east))
    y = math.atan2(math.tan(north), math.cos(east))
    return RADIUS * x, -RADIUS * y

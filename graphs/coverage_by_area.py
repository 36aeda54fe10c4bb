"""Coverage area by area: in how many places of each someone answers and can be reached.

Places are leaves, where a person can be said to be; an area is any place above them.
"""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import and_
from typing import NamedTuple

from graphs.cells import Cell
from graphs.grain import Places


class Area(NamedTuple):
    """An area, how many places it has, and in how many of them someone answers."""

    place: str
    covered: int
    places: int

    @property
    def missing(self) -> int:
        """In how many places nobody answers."""
        return self.places - self.covered

    @property
    def extent(self) -> str:
        """How far it is covered: all, some or none.

        >>> Area("56", 0, 18).extent, Area("18", 12, 41).extent, Area("03", 1, 1).extent
        ('none', 'some', 'all')
        """
        if not self.covered:
            return "none"
        return "some" if self.missing else "all"


def by_area(
    cells: Collection[Cell], places: Places, areas: Iterable[str]
) -> list[Area]:
    """Return the areas that have places, the least covered first.

    The cells are those of one step; a place is covered when it is for all their tracks.

    >>> from datetime import date
    >>> from graphs import grain
    >>> from graphs.cells import Party
    >>> rows = [grain.Place("50", "county")]
    >>> rows += [grain.Place("5001", "municipality", ("50",))]
    >>> here = grain.standing(rows, date(2026, 11, 25))
    >>> spot, nav = frozenset(["5001"]), (Party("nav"),)
    >>> by_area([Cell("settle", "adult", spot, True, nav)], here, ["50"])
    [Area(place='50', covered=1, places=1)]
    """
    mask = covered(cells, places)
    found = [
        Area(one, (places.masks[one] & mask).bit_count(), places.masks[one].bit_count())
        for one in areas
        if places.masks.get(one)
    ]
    return sorted(found, key=lambda one: (one.covered / one.places, one.place))


def covered(cells: Iterable[Cell], places: Places) -> int:
    """Return as a mask of `Places` where someone answers, for every track there is.

    The one who asks ("du") is always there to answer.
    """
    by_track: dict[str, int] = {}
    for cell in cells:
        is_covered = any(party.has_line for party in cell.accountable)
        mask = places.mask(cell.places) if is_covered else 0
        by_track[cell.track] = by_track.get(cell.track, 0) | mask
    return reduce(and_, by_track.values()) if by_track else 0

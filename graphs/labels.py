"""Which labels are shown beside the nodes of a picture, and where: none on another.

Greedily: those that come first are shown first, below their node, else above it, to the
right or to the left; where none of these is free the label waits to be asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from graphs import lettering

HALO = 3.0  # the white around a name
LINE = 15.0
GAP = 4.0
ROUNDED = 0.1  # places are told in tenths
# A name takes so much room at most: how long a line is, in pixels, and how many.
ROOM, MOST_LINES = 152.0, 3
CELL = 48.0
Box = tuple[float, float, float, float]


class Spot(NamedTuple):
    """A node with its name: its middle and half its width."""

    id: str
    x: float
    y: float
    radius: float
    lines: tuple[str, ...]


class Label(NamedTuple):
    """Where the first line of a name stands, and which end of it is there.

    `side` is where it lies from its node: below, above, right or left.
    """

    x: float
    y: float
    anchor: str
    lines: tuple[str, ...]
    side: str = "below"


def broken_up(name: str, room: float = ROOM) -> tuple[str, ...]:
    """Return the name in at most three lines that fit the room, cut where it is longer.

    >>> broken_up("Barneverntjenesten i Trondheim")
    ('Barneverntjenesten i', 'Trondheim')
    >>> len(broken_up("x" * 20_000))
    3
    """
    return tuple(lettering.lines(name, room, MOST_LINES)) or ("",)


def placed(
    spots: Sequence[Spot],
    width: float,
    height: float,
    first: int = 0,
    marks: Iterable[Box] = (),
) -> dict[str, Label]:
    """Return the labels that find room, by node; none lies on one of the marks.

    Those of the `first` spots may lie on nodes that come after them, and that of the
    very first on any other's node; no other does.

    >>> ann = Spot("ann", 50, 50, 6, ("Ann",))
    >>> found = placed([ann, Spot("bo", 50, 50, 6, ("Bo",))], 100, 100)
    >>> found["ann"]
    Label(x=50, y=71.0, anchor='middle', lines=('Ann',), side='below')
    """
    taken = _Taken()
    for mark in marks:
        taken.add(mark, "")
    found: dict[str, Label] = {}
    for group in (spots[:1], spots[1:first], spots[max(1, first) :]):
        for spot in group:
            taken.add(_around(spot), spot.id)
        for spot in group:
            for label in _tries(spot, width):
                left, top, right, bottom = box = box_of(label)
                aside = left >= -ROUNDED and right <= width + ROUNDED
                inside = aside and top >= 0 and bottom <= height
                if inside and taken.is_free(box, spot.id):
                    taken.add(box, "")
                    found[spot.id] = label
                    break
    return found


def box_of(label: Label) -> Box:
    """Return what a label covers: left, top, right, bottom.

    >>> box_of(Label(50, 71, "start", ("Ann",)))
    (50, 57, 79.26, 76.0)
    """
    long = _length(label.lines)
    left = {"start": label.x, "middle": label.x - long / 2, "end": label.x - long}
    at = left[label.anchor]
    bottom = label.y + LINE * (len(label.lines) - 1) + 5
    return at, label.y - 14, round(at + long, 2), bottom


def _length(lines: tuple[str, ...]) -> float:
    return HALO + max(map(lettering.width, lines), default=0)


def _tries(spot: Spot, width: float) -> Iterator[Label]:
    away, down = spot.radius + GAP, LINE - 4
    block = LINE * (len(spot.lines) - 1)
    middle = spot.y + 4 - block / 2
    # Moved aside where it would reach out of the picture.
    half = _length(spot.lines) / 2
    x = round(min(max(spot.x, half), max(width - half, half)), 1)
    yield Label(x, spot.y + away + down, "middle", spot.lines)
    yield Label(x, spot.y - away - block - 2, "middle", spot.lines, "above")
    yield Label(spot.x + away, middle, "start", spot.lines, "right")
    yield Label(spot.x - away, middle, "end", spot.lines, "left")


def _around(spot: Spot) -> Box:
    x, y, radius = spot.x, spot.y, spot.radius
    return x - radius, y - radius, x + radius, y + radius


class _Taken:
    """The boxes that are taken, each with whose it is, found by where they lie."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], list[tuple[Box, str]]] = {}

    def add(self, box: Box, whose: str) -> None:
        for cell in self._cells(box):
            self.cells.setdefault(cell, []).append((box, whose))

    def is_free(self, box: Box, whose: str) -> bool:
        left, top, right, bottom = box
        return not any(
            left < other[2]
            and other[0] < right
            and top < other[3]
            and other[1] < bottom
            for cell in self._cells(box)
            for other, owner in self.cells.get(cell, ())
            if owner != whose
        )

    @staticmethod
    def _cells(box: Box) -> Iterator[tuple[int, int]]:
        for x in range(int(box[0] // CELL), int(box[2] // CELL) + 1):
            for y in range(int(box[1] // CELL), int(box[3] // CELL) + 1):
                yield x, y

"""A picture of areas from their outlines: where each is drawn, marked and named.

Pure geometry. A mark or a name is drawn only where it has room beside the others; what
is left out is in the table beside the picture, and the fill tells it too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from coordinator.shapes import Outline
from graphs import lettering

# As wide as the narrowest window leaves it, so that letters are never below 12 px.
WIDTH, TALLEST = 288, 460
# In wide windows it is drawn 416 px wide, where letters of 13 px leave room for more.
WIDE = 416
LAYERS = {"narrow": 1.0, "wide": round(13 / 12 * WIDTH / WIDE, 2)}
_MARGIN = 3
LINE = 14
MARK, TEXT = 12, 12
# A smaller place than this, in px from its middle, has no mark.
LEAST_ROOM = 5
# A name may be so many times as wide as the place has room for.
_SPILL = 2.6
# Drawn in this order, so that what is missing has its border on top.
_ORDER = ("all", "some", "none")


class Box(NamedTuple):
    """A rectangle that a text or mark takes up, by its middle."""

    x: float
    y: float
    width: float
    height: float

    def touches(self, other: "Box") -> bool:
        """Return whether the two share a point."""
        return (
            abs(self.x - other.x) * 2 < self.width + other.width
            and abs(self.y - other.y) * 2 < self.height + other.height
        )


class Written(NamedTuple):
    """A text and where its middle stands."""

    x: float
    y: float
    words: str


class Marked(NamedTuple):
    """The mark of how far an area is covered, around a point."""

    x: float
    y: float
    extent: str
    icon: str


class Layer(NamedTuple):
    """Marks and names for one width of window, `size` times as large as they are."""

    name: str
    size: float
    marks: tuple[Marked, ...]
    texts: tuple[Written, ...]


@dataclass(frozen=True)
class Picture:
    """Areas drawn in a box, each with its path, and what is written on them."""

    width: float
    height: float
    transform: str
    hatch: str
    areas: tuple[tuple[Mapping[str, Any], str], ...]
    layers: tuple[Layer, ...]
    attributions: tuple[str, ...]


def drawn(
    areas: Sequence[Mapping[str, Any]], outlines: Mapping[str, Outline]
) -> Picture | None:
    """Return a picture of those of the areas that have an outline; None for none.

    An area tells its code, name, extent, icon, and its share, such as "3/38".
    """
    there = [one for one in areas if one["code"] in outlines]
    if not there:
        return None
    used = [outlines[one["code"]] for one in there]
    left, top = min(o.left for o in used), min(o.top for o in used)
    across = max(1, max(o.right for o in used) - left)
    down = max(1, max(o.bottom for o in used) - top)
    scale = min((WIDTH - 2 * _MARGIN) / across, (TALLEST - 2 * _MARGIN) / down)
    aside = (WIDTH - across * scale) / 2
    height = round(down * scale + 2 * _MARGIN, 1)
    placed = {
        o.place: Box(
            round((o.x - left) * scale + aside, 1),
            round((o.y - top) * scale + _MARGIN, 1),
            2 * o.room * scale,
            2 * o.room * scale,
        )
        for o in used
    }
    # What is drawn in the outlines' units is that much larger than a px.
    factor = float(f"{scale:.6g}")
    return Picture(
        WIDTH,
        height,
        f"translate({aside:.2f} {_MARGIN}) scale({factor}) translate({-left} {-top})",
        f"scale({1 / factor:.6g}) rotate(-45)",
        tuple(
            (one, outlines[one["code"]].path)
            for one in sorted(there, key=lambda one: _ORDER.index(one["extent"]))
        ),
        tuple(
            Layer(name, size, *_written(there, placed, height, size))
            for name, size in LAYERS.items()
        ),
        tuple(sorted({o.attribution for o in used if o.attribution})),
    )


def _written(
    areas: Iterable[Mapping[str, Any]],
    placed: Mapping[str, Box],
    height: float,
    size: float,
) -> tuple[tuple[Marked, ...], tuple[Written, ...]]:
    """Return marks and names; the roomiest areas choose first, marks before names."""
    taken: dict[str, Box] = {}
    roomiest = sorted(areas, key=lambda one: (-placed[one["code"]].width, one["code"]))
    for one in roomiest:
        place = placed[one["code"]]
        box = Box(place.x, place.y, MARK * size, MARK * size)
        if place.width >= 2 * LEAST_ROOM * size and not _hits(box, taken.values()):
            taken[one["code"]] = box
    marks: list[Marked] = []
    texts: list[Written] = []
    for one in roomiest:
        code = one["code"]
        mark = taken.get(code)
        if mark is None:
            continue
        block = _block(one, placed[code], size)
        others = [box for other, box in taken.items() if other != code]
        is_in = (
            block.width / 2 <= block.x <= WIDTH - block.width / 2
            and block.height / 2 <= block.y <= height - block.height / 2
        )
        fits = block.width <= _SPILL * placed[code].width
        if fits and is_in and not _hits(block, others):
            taken[code] = block
            texts += _lines(one, block, size)
            mark = _beside(one, block, size)
        marks.append(Marked(mark.x, mark.y, one["extent"], one["icon"]))
    return tuple(marks), tuple(texts)


def _width(text: str) -> float:
    return lettering.width(text, TEXT)


def _hits(box: Box, others: Iterable[Box]) -> bool:
    return any(box.touches(other) for other in others)


def _block(one: Mapping[str, Any], place: Box, size: float) -> Box:
    """Return the room of the name, and below it the share and the mark."""
    longest = max(_width(one["name"]), _width(one["share"]) + MARK + 4)
    return Box(place.x, place.y, longest * size, 2 * LINE * size)


def _lines(one: Mapping[str, Any], block: Box, size: float) -> Iterable[Written]:
    yield Written(block.x, round(block.y - 3 * size, 1), one["name"])
    if one["share"]:
        x = round(block.x - (MARK / 2 + 2) * size, 1)
        yield Written(x, round(block.y + (LINE - 3) * size, 1), one["share"])


def _beside(one: Mapping[str, Any], block: Box, size: float) -> Box:
    """Return where the mark stands in a block: after the share, or below the name."""
    aside = (_width(one["share"]) + 4) / 2 if one["share"] else 0
    y = round(block.y + LINE / 2 * size, 1)
    return Box(round(block.x + aside * size, 1), y, MARK * size, MARK * size)

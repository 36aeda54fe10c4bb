"""Line charts as SVG: from series of numbers to where everything stands in the picture.

Pure geometry. A line is known by its dash and the shape of its marks as well as by its
colour; the numbers are said in a table that is made of the same chart.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from graphs import lettering

# At least 12 px where a picture is as wide as it says; wider, it only grows.
TEXT = 12
MOST_TICKS = 5
WIDE, NARROW = (544, 272), (288, 240)
_TOP, _BOTTOM, _RIGHT = 12, 40, 20
_STYLES = 6
_MARK = 4
# Between two labels of the time below the picture there is at least so much room.
_GAP = 10

Values = tuple[int | None, ...]
Labels = Sequence[tuple[str, str]]
Place = Callable[[int], float]


@dataclass(frozen=True)
class Line:
    """One series: its code, what it is called, and a value or None for each day."""

    code: str
    label: str
    values: Values


@dataclass(frozen=True)
class Chart:
    """Lines over the same days; what picture, table and file are all made of.

    `top` is the most that there can be, such as 100 percent; None: as much as there is.
    """

    code: str
    title: str
    days: tuple[date, ...]
    lines: tuple[Line, ...]
    unit: str = ""
    top: int | None = None

    @property
    def rows(self) -> list[tuple[date, Values]]:
        """Day by day, the newest first, the value of each line."""
        values = zip(*(line.values for line in self.lines), strict=True)
        return list(zip(self.days, values, strict=True))[::-1]


class Label(NamedTuple):
    """A text, where it stands, and what stands below it."""

    x: float
    y: float
    words: str
    below: str = ""


class Stroke(NamedTuple):
    """A line: its style, the polylines between the gaps, and the path of its marks."""

    style: int
    runs: tuple[str, ...]
    marks: str


@dataclass(frozen=True)
class Drawing:
    """A chart in a box: numbers at the left, days below, a stroke for each line."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    ticks: tuple[Label, ...]
    days: tuple[Label, ...]
    strokes: tuple[Stroke, ...]


def drawn(chart: Chart, labels: Labels, size: tuple[int, int]) -> Drawing:
    """Return the chart in a box of that size.

    `labels` say each day: the words, and what goes below them where it is new, such as
    the year. Labels that would touch are left out, never the last one.
    """
    width, height = size
    values = [v for line in chart.lines for v in line.values if v is not None]
    ticks = nice_ticks(max(values, default=0) if chart.top is None else chart.top)
    left = 8 + max(_width(f"{tick}{chart.unit}") for tick in ticks)
    right, bottom = width - _RIGHT, height - _BOTTOM
    steps = max(1, len(chart.days) - 1)

    def across(number: int) -> float:
        return round(left + _MARK + (right - left - _MARK) * number / steps, 1)

    def up(value: int) -> float:
        return round(bottom - (bottom - _TOP) * value / ticks[-1], 1)

    every = _every(labels, (right - left) / steps)
    marked = [
        n for n in range(len(chart.days)) if (len(chart.days) - 1 - n) % every == 0
    ]
    return Drawing(
        width,
        height,
        round(left, 1),
        right,
        bottom,
        tuple(Label(round(left - 6, 1), up(t), f"{t}{chart.unit}") for t in ticks),
        tuple(_days(labels, marked, across, bottom)),
        tuple(
            Stroke(
                number % _STYLES,
                tuple(_runs(line.values, across, up)),
                _marks(number % _STYLES, line.values, marked, across, up),
            )
            for number, line in enumerate(chart.lines)
        ),
    )


def nice_ticks(most: int) -> tuple[int, ...]:
    """Return whole numbers from 0 to at least `most`, evenly apart, few of them.

    >>> nice_ticks(0), nice_ticks(7), nice_ticks(100)
    ((0, 1), (0, 2, 4, 6, 8), (0, 20, 40, 60, 80, 100))
    """
    step = 1
    if most > MOST_TICKS:
        rough = most / MOST_TICKS
        power = 10 ** math.floor(math.log10(rough))
        step = next(n * power for n in (1, 2, 5, 10) if n * power >= rough)
    count = max(1, math.ceil(most / step))
    return tuple(step * number for number in range(count + 1))


def _every(labels: Labels, apart: float) -> int:
    """Return how many days to go on to the next label, so that none touch."""
    longest = max((_width(part) for label in labels for part in label), default=1)
    return max(1, math.ceil((longest + _GAP) / apart))


def _width(text: str) -> float:
    return lettering.width(text, TEXT)


def _days(
    labels: Labels, marked: Sequence[int], across: Place, bottom: float
) -> Iterator[Label]:
    said = ""
    for number in marked:
        words, below = labels[number]
        yield Label(across(number), bottom + 18, words, below if below != said else "")
        said = below


def _runs(values: Values, across: Place, up: Place) -> Iterator[str]:
    run: list[str] = []
    for number, value in enumerate(values):
        if value is not None:
            run.append(f"{across(number)},{up(value)}")
        elif run:
            yield " ".join(run)
            run = []
    if run:
        yield " ".join(run)


def _marks(
    style: int, values: Values, marked: Sequence[int], across: Place, up: Place
) -> str:
    return "".join(
        mark(style, across(number), up(value))
        for number in marked
        if (value := values[number]) is not None
    )


def mark(style: int, x: float, y: float) -> str:
    """Return the path of a style's mark around a point.

    Circle, square, triangle, diamond, cross, and a triangle on its head.
    """
    r = _MARK
    shapes = (
        f"m{-r} 0a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z",
        f"m{1 - r} {1 - r}h{2 * r - 2}v{2 * r - 2}h{2 - 2 * r}z",
        f"m0 {-r}l{r} {2 * r - 1}h{-2 * r}z",
        f"m0 {-r - 1}l{r + 1} {r + 1}l{-r - 1} {r + 1}l{-r - 1} {-r - 1}z",
        f"m{-r} {-r}l{2 * r} {2 * r}m0 {-2 * r}l{-2 * r} {2 * r}",
        f"m0 {r}l{r} {1 - 2 * r}h{-2 * r}z",
    )
    return f"M{x} {y}{shapes[style]}"

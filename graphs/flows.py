"""A process drawn as a flow: boxes in lanes, arrows that go around the boxes.

Columns follow the order of the steps and what hands over to what; lanes lie below each
other. All is in whole units of a drawing whose origin is its upper left corner; the
same process is always drawn alike. Arrows run in the gaps between columns and rows
alone, so that none crosses a box; two that would lie on each other lie side by side.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from math import ceil
from typing import NamedTuple

WIDE, NARROW, LINE, PADDING = 168, 112, 17, 10  # of boxes, and of the lines in them
LANE_WIDE, HEAD = 188, 34
SIDE = 8  # between lines that run side by side
ANCHOR = 17  # between arrows at one side of a box: room for a mark
ENTRY = 32  # before a box, where the mark and the head of an arrow stand
ROW_GAP, EDGE = 14, 16


class Step(NamedTuple):
    """A step to draw: its lane, its phase, how many lines it has and their room."""

    code: str
    lane: str
    phase: str
    lines: int = 1
    room: float = WIDE


class Box(NamedTuple):
    """Where a box or a band stands."""

    x: int
    y: int
    width: int
    height: int


class Drawing(NamedTuple):
    """The whole: boxes by step, bands by lane and by phase, and each arrow's corners.

    `routes` are in the order of the arrows; the last corner is where the head is.
    """

    width: int
    height: int
    boxes: dict[str, Box]
    lanes: dict[str, Box]
    phases: dict[str, Box]
    routes: list[list[tuple[int, int]]]


class _Route(NamedTuple):
    """The gaps that an arrow runs in: after its source, above its target's row, before.

    `across` is None where the two stand in neighbouring columns.
    """

    after: int
    across: int | None
    before: int


def drawn(
    steps: Sequence[Step],
    arrows: Sequence[tuple[str, str]],
    names: Mapping[str, int] | None = None,
) -> Drawing:
    """Return the drawing of the steps, in their order, and of arrows between them.

    `names` says which lanes come first, and how many lines the name of each takes.
    Arrows to what is no step are not drawn: their route is empty.

    >>> found = drawn([Step("a", "us", "1"), Step("b", "them", "1")], [("a", "b")])
    >>> found.boxes["a"].y < found.boxes["b"].y, len(found.routes[0])
    (True, 4)
    """
    known = {step.code for step in steps}
    real = [
        (at, source, target)
        for at, (source, target) in enumerate(arrows)
        if source in known and target in known and source != target
    ]
    pairs = [(source, target) for _, source, target in real]
    column = columns(steps, pairs)
    names = names or {}
    rows, row = _rows(steps, column, names)
    routes = [_route(source, target, column, row) for source, target in pairs]

    upright, level = _tracks(routes, pairs, row)
    sides = _sides(pairs, column, row)
    wide = _wide(steps, column)
    high = _high(steps, *sides)
    across = _across(wide, upright)
    down = _down(rows, high, level, names)
    boxes = {
        step.code: Box(
            across.starts[column[step.code]],
            down.starts[row[step.code]],
            wide[column[step.code]],
            high[step.code],
        )
        for step in steps
    }
    found: list[list[tuple[int, int]]] = [[] for _ in arrows]
    for at, (place, source, target) in enumerate(real):
        into, out_of = sides
        ends = (
            (boxes[source].x + boxes[source].width, boxes[target].x),
            (
                _anchor(boxes[source], out_of[source], at, 0),
                _anchor(boxes[target], into[target], at, 3),
            ),
        )
        one = routes[at]
        lines = [across.gaps[one.after] + SIDE * upright[one.after, at]]
        if one.across is not None:
            lines.append(across.gaps[one.before] + SIDE * upright[one.before, at])
            lines.append(down.gaps[one.across] + SIDE * level[one.across, at])
        found[place] = _corners(*ends, lines)
    return Drawing(
        across.end,
        down.end,
        boxes,
        _lanes(rows, down.starts, down.end, across.end),
        _phases(steps, column, across.starts, wide),
        found,
    )


class _Axis(NamedTuple):
    """Where columns or rows start, where the first line runs in the gap before each.

    There is a gap after the last column too; `end` is where the drawing ends.
    """

    starts: list[int]
    gaps: list[int]
    end: int


def _across(wide: Mapping[int, int], upright: Mapping[tuple[int, int], int]) -> _Axis:
    """Return where the columns are: each after a gap as wide as its lines."""
    x, starts, gaps = LANE_WIDE, [], []
    for at in range(len(wide) + 1):
        gaps.append(x + SIDE)
        x += SIDE * (1 + _most(upright, at)) + ENTRY
        if at in wide:
            starts.append(x)
            x += wide[at]
    return _Axis(starts, gaps, x)


def _down(
    rows: Sequence[tuple[str, list[str]]],
    high: Mapping[str, int],
    level: Mapping[tuple[int, int], int],
    names: Mapping[str, int],
) -> _Axis:
    """Return where the rows are; a lane is as high as its name needs."""
    y, starts, gaps, first = HEAD, list[int](), [], 0
    for at, (lane, codes) in enumerate(rows):
        gaps.append(y + ROW_GAP // 2 + SIDE // 2)
        y += ROW_GAP + SIDE * _most(level, at)
        starts.append(y)
        y += max(high[code] for code in codes)
        if at + 1 == len(rows) or rows[at + 1][0] != lane:
            y = max(y, starts[first] + LINE * names.get(lane, 1) + PADDING)
            first = at + 1
    return _Axis(starts, gaps, y + EDGE)


def _corners(
    xs: tuple[int, int], ys: tuple[int, int], lines: Sequence[int]
) -> list[tuple[int, int]]:
    """Return the corners of an arrow between two ends, by the lines that it runs in.

    These are the upright one after its source and, where there are more, the upright
    one before its target and the level one between.
    """
    (left, right), (start, end), first = xs, ys, lines[0]
    if len(lines) == 1:
        return [(left, start), (first, start), (first, end), (right, end)]
    _first, second, between = lines
    return [
        (left, start),
        (first, start),
        (first, between),
        (second, between),
        (second, end),
        (right, end),
    ]


def cut(drawing: Drawing, room: int) -> list[tuple[int, int]]:
    """Return the drawing's parts right of its lanes' names: from where to where.

    No part is wider than the room where its columns allow it, and none cuts a box or
    the head of an arrow. Nothing is left out, nothing is twice.

    >>> found = drawn([Step("a", "us", "1"), Step("b", "us", "2")], [("a", "b")])
    >>> cut(found, 10_000), len(cut(found, 200))
    ([(188, 652)], 2)
    """
    lefts = sorted({box.x for box in drawing.boxes.values()})
    ends = [x - ENTRY for x in lefts[1:]] + [drawing.width]
    parts, start = [], LANE_WIDE
    for before, end in pairwise([LANE_WIDE, *ends]):
        if end - start > room and before > start:
            parts.append((start, before))
            start = before
    return [*parts, (start, drawing.width)]


def columns(steps: Sequence[Step], arrows: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return each step's column: after all that hand over to it, and after its phase.

    Arrows against the order of the steps move nothing.

    >>> columns([Step("a", "", "1"), Step("b", "", "1"), Step("c", "", "2")], [])
    {'a': 0, 'b': 0, 'c': 1}
    """
    order = {step.code: at for at, step in enumerate(steps)}
    before: dict[str, list[str]] = {}
    for source, target in arrows:
        if order[source] < order[target]:
            before.setdefault(target, []).append(source)
    found: dict[str, int] = {}
    start = 0
    for _phase, run in groupby(steps, key=lambda step: step.phase):
        here = [step.code for step in run]
        for code in here:
            found[code] = max(
                (found[one] + 1 for one in before.get(code, ())), default=start
            )
            found[code] = max(found[code], start)
        start = max(found[code] for code in here) + 1
    return found


def _wide(steps: Iterable[Step], column: Mapping[str, int]) -> dict[int, int]:
    """Return how wide each column is: its boxes are alike, no wider than they need."""
    found: dict[int, int] = {}
    for step in steps:
        at, needed = column[step.code], ceil(step.room) + 2 * PADDING
        found[at] = max(found.get(at, NARROW), min(needed, WIDE))
    return found


def _high(
    steps: Iterable[Step],
    into: Mapping[str, Sequence[int]],
    out_of: Mapping[str, Sequence[int]],
) -> dict[str, int]:
    """Return how high each box is: room for its lines, and for arrows at its sides."""
    return {
        step.code: max(
            LINE * step.lines + 2 * PADDING,
            ANCHOR * max(len(into[step.code]), len(out_of[step.code])) + 2,
        )
        for step in steps
    }


def _rows(
    steps: Sequence[Step], column: Mapping[str, int], first: Iterable[str]
) -> tuple[list[tuple[str, list[str]]], dict[str, int]]:
    """Return the rows with their lanes and steps, and each step's row.

    A lane has as many rows as it has steps in its fullest column.
    """
    lanes: dict[str, dict[int, list[str]]] = {lane: {} for lane in first}
    for step in steps:
        stack = lanes.setdefault(step.lane, {}).setdefault(column[step.code], [])
        stack.append(step.code)
    rows: list[tuple[str, list[str]]] = []
    row: dict[str, int] = {}
    for lane, stacks in lanes.items():
        for at in range(max(map(len, stacks.values()), default=0)):
            here = [stack[at] for stack in stacks.values() if at < len(stack)]
            row.update(dict.fromkeys(here, len(rows)))
            rows.append((lane, here))
    return rows, row


def _route(
    source: str, target: str, column: Mapping[str, int], row: Mapping[str, int]
) -> _Route:
    after, before = column[source] + 1, column[target]
    return _Route(after, None if after == before else row[target], before)


def _upright(
    one: _Route, source: str, target: str, row: Mapping[str, int]
) -> list[tuple[int, int, int]]:
    """Return the gaps in which it runs up or down, and between which half rows."""
    start, end = 2 * row[source] + 1, 2 * row[target] + 1
    if one.across is None:
        return [(one.after, min(start, end), max(start, end))]
    between = 2 * one.across
    return [
        (one.after, min(start, between), max(start, between)),
        (one.before, min(between, end), max(between, end)),
    ]


def _tracks(
    routes: Sequence[_Route],
    pairs: Sequence[tuple[str, str]],
    row: Mapping[str, int],
) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
    """Return the tracks of the arrows' upright and level lines, by gap and arrow."""
    upright = [
        (gap, at, low, high)
        for at, one in enumerate(routes)
        for gap, low, high in _upright(one, *pairs[at], row)
    ]
    level = [
        (one.across, at, min(one.after, one.before), max(one.after, one.before))
        for at, one in enumerate(routes)
        if one.across is not None
    ]
    return _side_by_side(upright), _side_by_side(level)


def _side_by_side(
    lines: Iterable[tuple[int, int, int, int]],
) -> dict[tuple[int, int], int]:
    """Return which track each line takes in its gap, so that none lie on each other.

    A line is its gap, its arrow, and from where to where it runs; the first track is 0.
    Lines that would share a track are laid in the first that is free.
    """
    found: dict[tuple[int, int], int] = {}
    ends: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for gap, arrow, low, high in sorted(
        lines, key=lambda one: (one[0], one[2:], one[1])
    ):
        track = 0
        while any(
            low <= its_high and its_low <= high
            for its_low, its_high in ends.get((gap, track), ())
        ):
            track += 1
        ends.setdefault((gap, track), []).append((low, high))
        found[gap, arrow] = track
    return found


def _most(tracks: Mapping[tuple[int, int], int], gap: int) -> int:
    return max(
        (track + 1 for (own, _), track in tracks.items() if own == gap), default=0
    )


def _sides(
    pairs: Sequence[tuple[str, str]], column: Mapping[str, int], row: Mapping[str, int]
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Return the arrows into and out of each box, from its top to its foot."""
    into: dict[str, list[int]] = {code: [] for code in row}
    out_of: dict[str, list[int]] = {code: [] for code in row}
    for at, (source, target) in enumerate(pairs):
        into[target].append(at)
        out_of[source].append(at)
    for code in row:
        into[code].sort(key=lambda at: (row[pairs[at][0]], column[pairs[at][0]], at))
        out_of[code].sort(key=lambda at: (row[pairs[at][1]], column[pairs[at][1]], at))
    return into, out_of


def _anchor(box: Box, arrows: Sequence[int], at: int, shift: int) -> int:
    """Return where on a side of the box the arrow begins or ends."""
    first = box.y + (box.height - ANCHOR * (len(arrows) - 1)) // 2
    return first + ANCHOR * arrows.index(at) + shift


def _lanes(
    rows: Sequence[tuple[str, list[str]]], top: Sequence[int], height: int, width: int
) -> dict[str, Box]:
    """Return the band of each lane, from half a gap above it to the next."""
    found: dict[str, Box] = {}
    starts = [
        (lane, top[at] - ROW_GAP // 2)
        for at, (lane, _) in enumerate(rows)
        if at == 0 or rows[at - 1][0] != lane
    ]
    for at, (lane, start) in enumerate(starts):
        end = starts[at + 1][1] if at + 1 < len(starts) else height
        found[lane] = Box(0, start, width, end - start)
    return found


def _phases(
    steps: Sequence[Step],
    column: Mapping[str, int],
    left: Sequence[int],
    wide: Mapping[int, int],
) -> dict[str, Box]:
    """Return the band above the columns of each phase."""
    found: dict[str, Box] = {}
    for phase, run in groupby(steps, key=lambda step: step.phase):
        here = [column[step.code] for step in run]
        x, last = left[min(here)], max(here)
        found[phase] = Box(x, 0, left[last] + wide[last] - x, HEAD)
    return found

"""Where each node of a picture lies: from a fixed seed, the same every time.

The box is `WIDTH` by `HEIGHT`; x grows to the right, y downwards. What hangs together
is laid out by itself, then all of it is put side by side.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module

import networkx as nx

from graphs.cooperation import SEED

Point = tuple[float, float]
Positions = dict[str, Point]
Box = tuple[float, float, float, float]
WIDTH, HEIGHT = 760, 536
ASIDE, ABOVE = 60, 36
DIGITS = 1
# Small parts are laid out by the lengths of ways, which is clearer.
CAREFUL_UP_TO = 300
ROUNDS, ROUNDS_OF_MANY, MANY = 500, 150, 1500


def digest(graph: "nx.Graph[str]") -> str:
    """Return what tells two graphs apart that are not laid out alike.

    >>> digest(nx.Graph([("a", "b")])) == digest(nx.Graph([("b", "a")]))
    True
    """
    ties = sorted((min(tie), max(tie)) for tie in graph.edges())
    return hashlib.sha256(repr((sorted(graph), ties)).encode()).hexdigest()


def positions(
    graph: "nx.Graph[str]", width: float = WIDTH, height: float = HEIGHT
) -> Positions:
    """Return a point in the box for each node, rounded; the same for the same graph.

    >>> positions(nx.empty_graph(["a"]))
    {'a': (380.0, 268.0)}
    """
    if not len(graph):
        return {}
    parts = [
        graph.subgraph(sorted(part))
        for part in sorted(
            nx.connected_components(graph), key=lambda part: (-len(part), min(part))
        )
    ]
    aspect = (width - 2 * ASIDE) / (height - 2 * ABOVE)
    placed = _packed([_laid_out(part, aspect) for part in parts], aspect)
    return _fitted(placed, width, height)


def _laid_out(part: "nx.Graph[str]", aspect: float) -> Positions:
    """Return the part's points, its nodes about one apart, around nought."""
    nodes = sorted(part)
    size = len(nodes)
    if size == 1:
        return {nodes[0]: (0.0, 0.0)}
    number = {one: at for at, one in enumerate(nodes)}
    ties = sorted(
        (min(number[one], number[other]), max(number[one], number[other]))
        for one, other in part.edges()
    )
    # Loaded when something is drawn: igraph takes its time at every start else.
    drawing = import_module("graphs.backend")
    rounds = ROUNDS_OF_MANY if size > MANY else ROUNDS
    points: list[Point] = (
        drawing.by_ways(size, ties)
        if size <= CAREFUL_UP_TO
        else drawing.by_force(size, ties, rounds, SEED)
    )
    side = math.sqrt(size) * 1.4
    return {
        one: (x * side * math.sqrt(aspect), y * side / math.sqrt(aspect))
        for one, (x, y) in zip(nodes, _unit(points), strict=True)
    }


def _unit(points: Sequence[Point]) -> Iterator[Point]:
    """Yield the points spread over the square from nought to one, ranks mixed in.

    Force draws the many together and throws a few far out: half of each coordinate is
    its rank, so that neither is lost.
    """
    for_each = [_spread([point[axis] for point in points]) for axis in (0, 1)]
    return zip(*for_each, strict=True)


def _spread(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    if high - low < 1e-9:
        return [0.5] * len(values)
    order = sorted(range(len(values)), key=lambda at: (round(values[at], 6), at))
    rank = {at: place / (len(values) - 1) for place, at in enumerate(order)}
    share = 0.5 if len(values) > CAREFUL_UP_TO else 0.25
    return [
        (1 - share) * (value - low) / (high - low) + share * rank[at]
        for at, value in enumerate(values)
    ]


def _packed(parts: Sequence[Positions], aspect: float) -> Positions:
    """Return the parts side by side: the largest on top, the rest in rows below it."""
    boxes = [_box(part) for part in parts]
    area = sum((box[2] - box[0] + 1) * (box[3] - box[1] + 1) for box in boxes)
    wide = max(boxes[0][2] - boxes[0][0] + 1, math.sqrt(area * aspect))
    placed: Positions = {}
    x = y = row = 0.0
    for part, (left, top, right, bottom) in zip(parts, boxes, strict=True):
        if x and x + right - left + 1 > wide:
            x, y, row = 0.0, y + row, 0.0
        for one, (at, down) in part.items():
            placed[one] = (x + at - left, y + down - top)
        x += right - left + 1
        row = max(row, bottom - top + 1)
    return placed


def _box(points: Mapping[str, Point]) -> Box:
    xs, ys = zip(*points.values(), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _fitted(points: Positions, width: float, height: float) -> Positions:
    left, top, right, bottom = _box(points)

    def at(value: float, low: float, high: float, size: float, margin: float) -> float:
        share = (value - low) / (high - low) if high - low > 1e-9 else 0.5
        return round(margin + share * (size - 2 * margin), DIGITS)

    return {
        one: (at(x, left, right, width, ASIDE), at(y, top, bottom, height, ABOVE))
        for one, (x, y) in sorted(points.items())
    }

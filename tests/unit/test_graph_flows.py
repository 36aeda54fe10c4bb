"""The process as a flow: nothing lies on anything else, and the same is drawn alike."""

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.flows import (
    ENTRY,
    LANE_WIDE,
    LINE,
    PADDING,
    WIDE,
    Step,
    columns,
    cut,
    drawn,
)

CODES = [f"s{n:02}" for n in range(14)]


@st.composite
def processes(draw):
    """Return steps in the order of their phases, and arrows between them."""
    many = draw(st.integers(0, len(CODES)))
    phases = sorted(draw(st.lists(st.integers(1, 4), min_size=many, max_size=many)))
    lanes = draw(
        st.lists(st.sampled_from("abcd"), min_size=many, max_size=many),
    )
    lines = draw(st.lists(st.integers(1, 4), min_size=many, max_size=many))
    rooms = draw(
        st.lists(st.floats(0, WIDE - 2 * PADDING), min_size=many, max_size=many)
    )
    steps = [
        Step(code, lane, str(phase), count, room)
        for code, lane, phase, count, room in zip(
            CODES[:many], lanes, phases, lines, rooms, strict=True
        )
    ]
    ends = st.sampled_from(CODES[: many + 1])
    arrows = draw(st.lists(st.tuples(ends, ends), max_size=24, unique=True))
    return steps, arrows


def within(inner, outer):
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def meet(one, other):
    """Whether two boxes have a point in common."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def crosses(box, start, end):
    """Whether a level or upright line goes through the inside of a box."""
    (x1, x2), (y1, y2) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return (
        x1 < box.x + box.width and box.x < x2 and y1 < box.y + box.height and box.y < y2
    )


@settings(deadline=None, database=None)
@given(processes())
def test_no_two_boxes_meet_and_each_stands_in_its_lane_and_below_its_phase(process):
    steps, arrows = process

    found = drawn(steps, arrows, {"a": 4, "b": 1})

    assert "a" not in found.lanes or found.lanes["a"].height >= 4 * LINE + PADDING
    assert set(found.boxes) == {step.code for step in steps}
    for one, other in combinations(found.boxes.values(), 2):
        assert not meet(one, other)
    for one, other in combinations(found.lanes.values(), 2):
        assert not meet(one, other)
    for step in steps:
        box, phase = found.boxes[step.code], found.phases[step.phase]
        assert step.room + 2 * PADDING <= box.width
        assert step.lines * LINE + 2 * PADDING <= box.height
        assert within(box, found.lanes[step.lane])
        assert phase.x <= box.x
        assert box.x + box.width <= phase.x + phase.width
        assert box.x + box.width <= found.width
        assert box.y + box.height <= found.height


@settings(deadline=None, database=None)
@given(processes())
def test_an_arrow_goes_from_its_box_to_its_box_and_through_none(process):
    steps, arrows = process

    found = drawn(steps, arrows)

    for (source, target), route in zip(arrows, found.routes, strict=True):
        is_drawn = source in found.boxes and target in found.boxes and source != target
        assert bool(route) == is_drawn
        if not is_drawn:
            continue
        giver, taker = found.boxes[source], found.boxes[target]
        assert route[0][0] == giver.x + giver.width
        assert giver.y < route[0][1] < giver.y + giver.height
        assert route[-1][0] == taker.x
        assert taker.y < route[-1][1] < taker.y + taker.height
        for start, end in pairwise(route):
            assert start[0] == end[0] or start[1] == end[1]
            assert not any(crosses(box, start, end) for box in found.boxes.values())
            assert 0 < end[0] < found.width
            assert 0 < end[1] < found.height


@settings(deadline=None, database=None)
@given(processes())
def test_no_two_arrows_lie_on_each_other_where_they_run_up_down_or_along(process):
    steps, arrows = process

    routes = [route for route in drawn(steps, arrows).routes if route]

    for one, other in combinations(routes, 2):
        # The stubs at the boxes apart.
        for start, end in pairwise(one[1:-1]):
            for its_start, its_end in pairwise(other[1:-1]):
                for axis in (0, 1):
                    level = {start[axis], end[axis], its_start[axis], its_end[axis]}
                    if len(level) > 1:
                        continue
                    along = 1 - axis
                    low, high = sorted((start[along], end[along]))
                    its_low, its_high = sorted((its_start[along], its_end[along]))
                    assert high < its_low or its_high < low


@settings(deadline=None, database=None)
@given(processes())
def test_what_takes_over_stands_further_on_and_the_same_is_drawn_alike(process):
    steps, arrows = process
    order = [step.code for step in steps]
    known = [pair for pair in arrows if set(pair) <= set(order)]

    found = columns(steps, known)

    for source, target in known:
        if order.index(source) < order.index(target):
            assert found[source] < found[target]
    for one, other in combinations(steps, 2):
        if one.phase < other.phase:
            assert found[one.code] < found[other.code]
    assert drawn(steps, arrows) == drawn(list(steps), list(arrows))


def test_nothing_is_drawn_of_no_steps():
    found = drawn([], [("a", "b")])

    assert (found.boxes, found.lanes, found.phases) == ({}, {}, {})
    assert found.routes == [[]]


@settings(deadline=None, database=None)
@given(processes(), st.integers(100, 2000))
def test_what_is_cut_into_parts_is_there_once_and_no_box_or_head_is_cut(process, room):
    found = drawn(*process)

    parts = cut(found, room)

    assert [parts[0][0], parts[-1][1]] == [LANE_WIDE, found.width]
    assert all(one[1] == other[0] for one, other in pairwise(parts))
    assert all(start < end for start, end in parts)
    columns_of = []
    for start, end in parts:
        inside = {box.x for box in found.boxes.values() if start <= box.x - ENTRY < end}
        columns_of.append(inside)
        assert end - start <= room or len(inside) < 2
    for box in found.boxes.values():
        holding = [
            (start, end)
            for start, end in parts
            if start <= box.x - ENTRY and box.x + box.width <= end
        ]
        assert len(holding) == 1
    assert sum(map(len, columns_of)) == len({box.x for box in found.boxes.values()})

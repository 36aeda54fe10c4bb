"""Line charts: ticks, labels and marks, from any numbers."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import lettering
from views import charts
from views.charts import Chart, Line

VALUES = st.one_of(st.none(), st.integers(0, 100_000))


def a_chart(*series, **changed):
    days = tuple(date(2026, 1, 31) + timedelta(31 * n) for n in range(len(series[0])))
    lines = tuple(Line(f"l{n}", f"L{n}", tuple(one)) for n, one in enumerate(series))
    return Chart(**{"code": "c", "title": "T", "days": days, "lines": lines} | changed)


def labels(chart):
    return [("sept.", str(day.year)) for day in chart.days[:-1]] + [("i dag", "")]


@st.composite
def series(draw):
    length = draw(st.integers(1, 25))
    one = st.lists(VALUES, min_size=length, max_size=length)
    return draw(st.lists(one, min_size=1, max_size=6))


@settings(deadline=None, database=None)
@given(series())
def test_everything_is_in_the_box_and_no_labels_touch(drawn):
    chart = a_chart(*drawn)
    for size in (charts.WIDE, charts.NARROW):
        found = charts.drawn(chart, labels(chart), size)
        dots = [
            tuple(map(float, dot.split(",")))
            for stroke in found.strokes
            for run in stroke.runs
            for dot in run.split()
        ]
        assert len(dots) == sum(v is not None for one in drawn for v in one)
        assert all(found.left <= x <= found.right for x, _y in dots)
        assert all(0 < y <= found.bottom for _x, y in dots)
        assert found.days[-1].words == "i dag"
        width = lettering.width("i dag", charts.TEXT)
        for before, after in itertools.pairwise(found.days):
            assert after.x - before.x > width
        for before, after in itertools.pairwise(found.ticks):
            assert before.y - after.y > charts.TEXT


@settings(deadline=None, database=None)
@given(st.integers(0, 10**9))
def test_ticks_are_few_and_even_whole_numbers_that_hold_the_most(most):
    ticks = charts.nice_ticks(most)

    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= charts.MOST_TICKS + 1
    assert {after - before for before, after in itertools.pairwise(ticks)} == {ticks[1]}


def test_more_is_higher_and_later_is_farther_right():
    found = charts.drawn(a_chart([1, 5, 5]), labels(a_chart([1, 5, 5])), charts.WIDE)
    (run,) = found.strokes[0].runs
    (x1, y1), (x2, y2), (x3, y3) = (map(float, dot.split(",")) for dot in run.split())

    assert x1 < x2 < x3
    assert y1 > y2 == y3


def test_where_nothing_was_measured_the_line_is_broken_and_not_at_nought():
    chart = a_chart([None, 3, None, 4, 5])

    found = charts.drawn(chart, labels(chart), charts.WIDE)

    assert [len(run.split()) for run in found.strokes[0].runs] == [1, 2]
    assert found.strokes[0].marks.count("M") == 3


def test_each_line_has_its_own_mark():
    assert len({charts.mark(style, 0, 0) for style in range(6)}) == 6


def test_a_year_is_said_where_it_begins():
    chart = a_chart(range(14))

    found = charts.drawn(chart, labels(chart), (900, 200))

    assert [day.below for day in found.days if day.below] == ["2026", "2027"]


def test_rows_are_the_lines_day_by_day_the_newest_first():
    chart = a_chart([1, 2], [None, 4])

    assert [values for _day, values in chart.rows] == [(2, 4), (1, None)]


@pytest.mark.parametrize("top", [None, 100])
def test_percents_always_go_to_a_hundred(top):
    chart = a_chart([3, 4], top=top, unit=" %")

    ticks = charts.drawn(chart, labels(chart), charts.WIDE).ticks

    assert ticks[-1].words == ("100 %" if top else "4 %")

"""docs/calendar.md lists every point, each with tests that carry its number."""

import re

import pytest

from views.config import ROOT

POINTS = 68
NOT_YET = {65, 66, 67}
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
ROWS = {
    int(number): (promise, where)
    for number, promise, where in ROW.findall(
        (ROOT / "docs/calendar.md").read_text(encoding="utf-8")
    )
}


def test_every_point_is_listed_once():
    text = (ROOT / "docs/calendar.md").read_text(encoding="utf-8")
    numbers = [int(number) for number, _, _ in ROW.findall(text)]

    assert numbers == list(range(1, POINTS + 1))


@pytest.mark.parametrize("point", sorted(set(range(1, POINTS + 1)) - NOT_YET))
def test_a_point_has_a_test_that_carries_its_number_in_each_place_named(point):
    promise, where = ROWS[point]
    files = re.findall(r"`([^`]+\.py)`", where)

    assert promise
    assert files
    for name in files:
        tests = (ROOT / "tests" / name).read_text(encoding="utf-8")
        assert re.search(rf"def test_points?_(\d\d_)*{point:02d}_", tests), name


@pytest.mark.parametrize("point", sorted(NOT_YET))
def test_a_point_that_waits_says_what_for(point):
    promise, why = ROWS[point]

    assert promise == "Not yet."
    assert "later" in why or "come with" in why

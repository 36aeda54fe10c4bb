"""Coverage by area, on a network that one can draw by hand."""

from datetime import date

from graphs import grain
from graphs.cells import Cell, Party
from graphs.coverage_by_area import Area, by_area, covered

DAY = date(2026, 11, 25)
HERE = grain.standing(
    [
        grain.Place("NO", "country"),
        grain.Place("03", "county", ("NO",)),
        grain.Place("50", "county", ("NO",)),
        grain.Place("56", "county", ("NO",)),
        grain.Place("0301", "municipality", ("03",)),
        grain.Place("030101", "city_district", ("0301",)),
        grain.Place("030102", "city_district", ("0301",)),
        grain.Place("5001", "municipality", ("50",)),
        grain.Place("5006", "municipality", ("50",)),
    ],
    DAY,
)
OSLO, TRONDHEIM, STEINKJER = ("030101", "030102"), ("5001",), ("5006",)


def a_cell(places, *parties, track="adult"):
    return Cell("settle", track, frozenset(places), bool(parties), parties)


def test_the_least_covered_area_is_first_and_one_without_places_is_left_out():
    cells = [
        a_cell(OSLO, Party("nav")),
        a_cell(TRONDHEIM, Party("tk")),
        a_cell(STEINKJER),
    ]

    found = by_area(cells, HERE, ["03", "50", "56"])

    assert found == [Area("50", 1, 2), Area("03", 2, 2)]
    assert [(one.extent, one.missing) for one in found] == [("some", 1), ("all", 0)]


def test_one_without_a_line_answers_for_nothing_and_one_with_a_line_is_enough():
    silent = Party("tk", has_line=False)

    assert not covered([a_cell(TRONDHEIM, silent)], HERE)
    assert covered([a_cell(TRONDHEIM, silent, Party("nav"))], HERE)


def test_the_one_who_asks_is_always_there():
    assert covered([a_cell(TRONDHEIM, Party(None))], HERE) == HERE.masks["5001"]


def test_who_is_responsible_but_not_accountable_does_not_cover():
    cell = Cell("settle", "adult", frozenset(TRONDHEIM), False, (), (Party("nav"),))

    assert not covered([cell], HERE)


def test_a_place_is_covered_when_it_is_for_every_track():
    adult = a_cell((*TRONDHEIM, *STEINKJER), Party("nav"))
    minor = a_cell(TRONDHEIM, Party("bv"), track="minor")

    assert covered([adult, minor], HERE) == HERE.masks["5001"]
    assert by_area([], HERE, ["50"]) == [Area("50", 0, 2)]

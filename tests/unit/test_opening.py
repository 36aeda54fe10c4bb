"""Opening hours: Oslo's clock, and Norwegian holidays."""

from datetime import UTC, datetime

import pytest
from opening_hours import ParserError

from coordinator.opening import OSLO, hands_over, is_open, parse
from tests.factories import NOON, OFFICE_HOURS

CHRISTMAS_DAY = datetime(2026, 12, 25, 10, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [((7, 59), False), ((8, 0), True), ((15, 29), True), ((15, 30), False)],
)
def test_a_door_is_open_from_its_first_minute_until_its_last(clock, expected):
    at = NOON.replace(hour=clock[0], minute=clock[1])

    assert is_open(OFFICE_HOURS, at) is expected


def test_a_door_is_closed_on_days_that_its_hours_do_not_name():
    saturday = datetime(2026, 11, 28, 12, tzinfo=OSLO)

    assert is_open(OFFICE_HOURS, saturday) is False


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 23, 7, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 14, 45, tzinfo=UTC), False),
        (datetime(2026, 6, 23, 6, 30, tzinfo=UTC), True),
        (datetime(2026, 6, 23, 13, 45, tzinfo=UTC), False),
    ],
)
def test_hours_are_read_on_oslos_clock_summer_and_winter(at, expected):
    assert is_open(OFFICE_HOURS, at) is expected


@pytest.mark.parametrize("day", [(2026, 4, 6), (2026, 5, 14), (2027, 5, 17)])
def test_hours_that_do_not_mention_holidays_are_off_on_them(day):
    holiday = datetime(*day, 10, tzinfo=OSLO)

    assert is_open(OFFICE_HOURS, holiday) is False


def test_hours_round_the_clock_are_open_on_holidays_too():
    assert is_open("24/7", CHRISTMAS_DAY) is True
    assert is_open(" 24/7 ", CHRISTMAS_DAY) is True


def test_hours_that_mention_holidays_are_read_as_they_are():
    assert is_open("Mo-Fr 08:00-15:30; PH 09:00-11:00", CHRISTMAS_DAY) is True
    assert is_open("Mo-Fr 08:00-15:30; PH off", CHRISTMAS_DAY) is False


def test_whether_a_door_without_hours_is_open_is_not_known():
    assert is_open("", NOON) is None
    assert is_open("  ", NOON) is None


def test_without_a_moment_no_door_is_known_to_be_open():
    assert is_open("24/7", None) is None


def test_hours_that_are_no_hours_are_refused():
    with pytest.raises(ParserError):
        parse("when we are there")


def test_hours_that_say_unknown_or_only_comment_are_not_known():
    at = datetime(2026, 11, 23, 10, tzinfo=OSLO)

    assert is_open("24/7 unknown", at) is None
    assert is_open('"etter avtale"', at) is None


DAY_HOURS = "Mo-Fr 08:00-15:30"
NIGHT_HOURS = "Mo-Fr 00:00-08:00,15:30-24:00; Sa,Su 00:00-24:00"


@pytest.mark.parametrize(
    ("hours", "then", "expected"),
    [
        (DAY_HOURS, NIGHT_HOURS, ("15.30", True)),
        (DAY_HOURS, "Mo-Fr 15:30-22:00", ("15.30", False)),
        ("Mo-Sa 08:00-15:30", NIGHT_HOURS, ("15.30", False)),
        (DAY_HOURS, "24/7", None),
        (DAY_HOURS, "Mo-Fr 18:00-22:00", None),
        (DAY_HOURS, "", None),
        ("24/7", NIGHT_HOURS, None),
        ("Mo-Fr 08:00-12:00", DAY_HOURS, None),
    ],
)
def test_one_door_hands_over_to_another_where_it_closes(hours, then, expected):
    found = hands_over(hours, then, datetime(2026, 11, 23, 13, 10, tzinfo=OSLO))

    assert (found and (f"{found.at:%H.%M}", found.at_weekends)) == expected

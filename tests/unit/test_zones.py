from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coordinator import zones
from tests.calendar_readers import moment, read_with_ical_js

CHANGING = ("Europe/Oslo", "America/New_York", "Australia/Sydney")
# Whose yearly rule falls outside of the day, goes backwards, or is no yearly rule.
ODD = (
    "Africa/Cairo", "Africa/Casablanca", "America/Nuuk", "America/Santiago",
    "Asia/Gaza", "Asia/Jerusalem", "Asia/Kolkata", "Australia/Lord_Howe",
    "Europe/Dublin", "Antarctica/Troll", "America/Sao_Paulo", "Pacific/Chatham",
)  # fmt: skip
HOUR = timedelta(hours=1)


def hours_around_changes(tzid, first, last):
    """Return each hour of the days around a change, and noon of all other days."""
    zone = ZoneInfo(tzid)
    day = datetime(first, 1, 2, 12, tzinfo=UTC)
    while day.year <= last:
        near = (day - 2 * timedelta(days=1), day + 2 * timedelta(days=1))
        ends = {at.astimezone(zone).utcoffset() for at in near}
        yield from (day + HOUR * hour for hour in (range(24) if len(ends) > 1 else [0]))
        day += timedelta(days=1)


def calendar_of(tzid, moments, first, last):
    zone = ZoneInfo(tzid)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    lines += zones.vtimezone(tzid, date(first, 1, 1), date(last, 12, 31))
    for at in moments:
        local = at.astimezone(zone)
        start = f"DTSTART;TZID={tzid}:{local:%Y%m%dT%H%M%S}"
        lines += ["BEGIN:VEVENT", f"UID:{at:%s}", start, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def is_shown_twice(at, tzid):
    local = at.astimezone(ZoneInfo(tzid)).replace(tzinfo=None, fold=0)
    return zones.instant(local, tzid)[1] == "fold"


def test_point_15_ical_js_reads_every_hour_as_zoneinfo_does():
    asked = {zone: list(hours_around_changes(zone, 2027, 2028)) for zone in CHANGING}
    asked |= {zone: list(hours_around_changes(zone, 2027, 2028)) for zone in ODD}

    read = read_with_ical_js(
        calendar_of(zone, at, 2027, 2028) for zone, at in asked.items()
    )

    for (zone, hours), events in zip(asked.items(), read, strict=True):
        # Of an hour that clocks show twice ical.js takes the second, the RFC the first.
        wrong = [
            at
            for at, event in zip(hours, events, strict=True)
            if moment(event["starts"]) != at and not is_shown_twice(at, zone)
        ]
        assert wrong == [], zone


def test_point_15_a_zone_is_read_right_before_and_after_its_rule_changed():
    # Oslo's summer began and ended elsewhere before 1996; Kazakhstan moved in 2024.
    spans = {"Europe/Oslo": (1994, 1997), "Asia/Almaty": (2023, 2025)}
    for zone, (first, last) in spans.items():
        hours = list(hours_around_changes(zone, first, last))

        (events,) = read_with_ical_js([calendar_of(zone, hours, first, last)])

        wrong = [
            at
            for at, event in zip(hours, events, strict=True)
            if moment(event["starts"]) != at and not is_shown_twice(at, zone)
        ]
        assert wrong == [], zone


@pytest.mark.parametrize("zone", CHANGING)
def test_point_15_a_zone_has_a_yearly_standard_and_daylight(zone):
    lines = zones.vtimezone(zone, date(2027, 1, 1))

    assert lines.count("BEGIN:STANDARD") == lines.count("BEGIN:DAYLIGHT") == 1
    assert sum(line.startswith("RRULE:FREQ=YEARLY;") for line in lines) == 2
    assert not [line for line in lines if line.startswith(("COMMENT", "RDATE"))]


def test_every_zone_has_a_standard_part():
    for zone in zones.names():
        assert "BEGIN:STANDARD" in zones.vtimezone(zone, date(2027, 1, 1)), zone


def test_a_zone_that_does_not_change_has_one_part():
    lines = zones.vtimezone("Asia/Kolkata", date(2027, 1, 1))

    assert [line for line in lines if line.startswith("BEGIN")] == [
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD",
    ]


def test_a_zone_says_the_same_of_every_meeting_of_today():
    said = {
        tuple(zones.vtimezone("Europe/Oslo", date(year, 5, 1), date(year + 5, 5, 1)))
        for year in range(2024, 2034)
    }

    assert len(said) == 1


def test_dublin_has_its_daylight_in_summer():
    lines = zones.vtimezone("Europe/Dublin", date(2027, 1, 1))

    summer = lines[lines.index("BEGIN:DAYLIGHT") :]
    assert "TZOFFSETTO:+0100" in summer
    assert "TZOFFSETFROM:+0000" in summer


def test_point_17_a_time_that_clocks_skip_moves_on_by_the_gap():
    at, certainty = zones.instant(datetime(2027, 3, 28, 2, 30), "Europe/Oslo")

    assert (at, certainty) == (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "gap")
    assert zones.wall(at, "Europe/Oslo") == datetime(2027, 3, 28, 3, 30)


def test_point_17_a_time_that_clocks_show_twice_is_the_first():
    at, certainty = zones.instant(datetime(2027, 10, 31, 2, 30), "Europe/Oslo")

    assert (at, certainty) == (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "fold")


def test_a_common_time_is_exact():
    at, certainty = zones.instant(datetime(2027, 7, 1, 9), "Europe/Oslo")

    assert (at, certainty) == (datetime(2027, 7, 1, 7, tzinfo=UTC), "exact")


def test_a_moment_is_no_wall_time():
    with pytest.raises(ValueError, match="zone"):
        zones.instant(datetime(2027, 7, 1, 9, tzinfo=UTC), "Europe/Oslo")


@pytest.mark.parametrize("name", ["Europe/Oslo", "America/Argentina/Ushuaia", "UTC"])
def test_point_14_a_meeting_may_be_in_an_iana_zone(name):
    assert zones.known(name)


@pytest.mark.parametrize(
    "name",
    ["US/Eastern", "localtime", "CET", "EST5EDT", "Etc/GMT+1",
     "CET-1CEST,M3.5.0,M10.5.0", "", "../etc/passwd", "Europe/Oslo\n",
     "W. Europe Standard Time"],
)  # fmt: skip
def test_point_14_a_meeting_may_be_in_no_other(name):
    assert not zones.known(name)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ('"Romance Standard Time"', "Europe/Paris"),
        ("/example.org/Europe/Oslo", "Europe/Oslo"),
        ("/example.org/Tzfile/America/Indiana/Knox", "America/Indiana/Knox"),
        ("US/Eastern", "US/Eastern"),
        ("Customized Time Zone", None),
    ],
)  # fmt: skip
def test_point_53_zones_are_known_as_other_programs_write_them(written, zone):
    assert zones.iana(written) == zone

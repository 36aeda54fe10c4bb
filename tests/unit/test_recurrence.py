from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events

from coordinator import recurrence, zones
from coordinator.recurrence import BadRule, Override, Series
from tests.calendar_readers import moment, read_with_ical_js
from tests.unit import random_rules

OSLO = "Europe/Oslo"
MONDAY = datetime(2027, 1, 4, 9)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def series(text, starts=MONDAY, timezone=OSLO, overrides=None):
    rule = recurrence.read(text, starts, timezone)
    return Series(starts, starts + HOUR, timezone, rule, overrides or {})


def starts(of, **span):
    return [occurrence.starts for occurrence in recurrence.occurrences(of, **span)]


def calendar_of(of):
    zone = zones.vtimezone(of.timezone, of.starts, of.originals[-1])
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", *zone,
        "BEGIN:VEVENT", "UID:one", "DTSTAMP:20270101T000000Z",
        f"DTSTART;TZID={of.timezone}:{of.starts:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={of.timezone}:{of.ends:%Y%m%dT%H%M%S}",
        f"RRULE:{of.rule_text}", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def test_point_26_500_random_rules_are_read_alike_by_other_calendars():
    made = random_rules.series(500, seed=26)
    calendars = [calendar_of(of) for of in made]
    for of, raw, read in zip(
        made, calendars, read_with_ical_js(calendars), strict=True
    ):
        found = list(recurrence.occurrences(of))
        ours = [occurrence.starts_at for occurrence in found]
        twice = {
            at
            for at, occurrence in zip(ours, found, strict=True)
            if zones.instant(occurrence.original, of.timezone)[1] != "exact"
        }
        python = recurring_ical_events.of(icalendar.Calendar.from_ical(raw))
        ends = of.originals[-1] + 40 * WEEK
        theirs = [event.start for event in python.between(of.starts - WEEK, ends)]
        assert sorted(at.astimezone(UTC) for at in theirs) == ours, of
        # ical.js takes another moment of a time that clocks skip or show twice.
        differing = [
            at
            for at, event in zip(ours, read, strict=True)
            if moment(event["starts"]) != at and at not in twice
        ]
        assert differing == [], of


@pytest.mark.parametrize("zone", random_rules.ZONES)
def test_point_16_a_weekly_meeting_keeps_its_hour_over_the_changes_of_clocks(zone):
    of = series("FREQ=WEEKLY;COUNT=53", timezone=zone)

    found = list(recurrence.occurrences(of))

    assert {occurrence.starts.time() for occurrence in found} == {MONDAY.time()}
    assert len({occurrence.starts_at.time() for occurrence in found}) == 2


def test_point_16_in_odd_weeks_new_york_sees_oslo_move():
    of = series("FREQ=WEEKLY;COUNT=53")

    seen = [
        zones.wall(occurrence.starts_at, "America/New_York").hour
        for occurrence in recurrence.occurrences(of)
    ]

    assert seen.count(4) == 3  # two weeks in March, one in autumn
    assert seen.count(3) == 50


def test_point_17_an_occurrence_that_clocks_skip_moves_on_whole():
    of = series("FREQ=DAILY;COUNT=3", datetime(2027, 3, 27, 2, 30))

    skipped = list(recurrence.occurrences(of))[1]

    assert skipped.original == datetime(2027, 3, 28, 2, 30)
    assert skipped.starts == datetime(2027, 3, 28, 3, 30)
    assert skipped.ends_at - skipped.starts_at == HOUR


def test_point_19_a_meeting_is_kept_as_wall_time():
    (occurrence,) = recurrence.occurrences(Series(MONDAY, MONDAY + HOUR, OSLO))

    assert (occurrence.starts, occurrence.starts.tzinfo) == (MONDAY, None)
    assert occurrence.starts_at == datetime(2027, 1, 4, 8, tzinfo=UTC)


def test_point_21_until_is_the_moment_of_the_last_start():
    of = series("FREQ=WEEKLY;UNTIL=20270611")

    assert of.rule_text == "FREQ=WEEKLY;UNTIL=20270607T070000Z"
    assert of.rule.text() == "FREQ=WEEKLY;UNTIL=20270611"


def test_point_21_a_rule_has_one_end():
    with pytest.raises(BadRule) as refused:
        series("FREQ=WEEKLY;COUNT=3;UNTIL=20270611")

    assert refused.value.code == "two_ends"


@pytest.mark.parametrize("until", ["20270201", "20270201T080000Z", "20270201T090000"])
def test_until_is_read_as_a_day_or_as_a_moment(until):
    assert len(series(f"FREQ=WEEKLY;UNTIL={until}").originals) == 5


@pytest.mark.parametrize("until", ["20270131", "20270201T075959Z", "20270201T085959"])
def test_until_before_the_start_of_its_day_leaves_that_day_out(until):
    assert len(series(f"FREQ=WEEKLY;UNTIL={until}").originals) == 4


def test_a_canonical_rule_is_read_back():
    for of in random_rules.series(100, seed=1):
        for text in (of.rule.text(), of.rule_text):
            read = recurrence.read(text, of.starts, of.timezone)
            assert read.starts(of.starts) == of.originals


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("FREQ=SECONDLY;COUNT=2", "not_allowed", "FREQ"),
        ("FREQ=MINUTELY", "not_allowed", "FREQ"),
        ("FREQ=HOURLY;COUNT=9", "not_allowed", "FREQ"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=3", "out_of_range", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=1000;COUNT=3", "out_of_range", "INTERVAL"),
        ("FREQ=DAILY;COUNT=501", "out_of_range", "COUNT"),
        ("FREQ=DAILY;COUNT=99999999999", "malformed", "COUNT"),
        ("FREQ=DAILY;COUNT=-1", "out_of_range", "COUNT"),
        ("FREQ=DAILY;COUNT=3,4", "malformed", "COUNT"),
        ("FREQ=DAILY;COUNT=٣", "malformed", "COUNT"),
        ("FREQ=DAILY;UNTIL=20310101", "too_many", "UNTIL"),
        ("FREQ=WEEKLY;UNTIL=20321231", "too_long", "UNTIL"),
        ("FREQ=YEARLY;COUNT=30", "too_long", "COUNT"),
        ("FREQ=YEARLY;INTERVAL=999;COUNT=3", "too_long", "COUNT"),
        ("FREQ=WEEKLY", "endless", ""),
        ("FREQ=WEEKLY;UNTIL=20270230", "malformed", "UNTIL"),
        ("FREQ=WEEKLY;UNTIL=00010101T000000Z", "out_of_range", "UNTIL"),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", "out_of_range", "UNTIL"),
        ("FREQ=WEEKLY;UNTIL=20260101", "ends_before_start", "UNTIL"),
        ("FREQ=DAILY;BYHOUR=9,10;COUNT=3", "unknown_part", "BYHOUR"),
        ("FREQ=DAILY;BYSECOND=1;COUNT=3", "unknown_part", "BYSECOND"),
        ("FREQ=YEARLY;BYYEARDAY=4;COUNT=3", "unknown_part", "BYYEARDAY"),
        ("FREQ=YEARLY;BYWEEKNO=1;COUNT=3", "unknown_part", "BYWEEKNO"),
        ("FREQ=WEEKLY;FREQ=DAILY;COUNT=3", "twice", "FREQ"),
        ("FREQ=WEEKLY;BYDAY=1MO;COUNT=3", "not_allowed", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", "malformed", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=9MO;COUNT=3", "out_of_range", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=1MO,TU;COUNT=3", "not_allowed", "BYDAY"),
        ("FREQ=YEARLY;BYDAY=1MO;COUNT=3", "not_allowed", "BYDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=4;COUNT=3", "not_allowed", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTHDAY=4;COUNT=3", "not_allowed", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=4;BYDAY=MO;COUNT=3", "not_allowed", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3", "out_of_range", "BYMONTHDAY"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTH=1;COUNT=3", "not_allowed", "BYMONTH"),
        ("FREQ=WEEKLY;BYMONTH=13;COUNT=3", "out_of_range", "BYMONTH"),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1;COUNT=3", "not_allowed", "BYSETPOS"),
        ("FREQ=WEEKLY;WKST=XX;COUNT=3", "malformed", "WKST"),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=3", "start_not_in_rule", ""),
        ("INTERVAL=2;COUNT=3", "malformed", "FREQ"),
        ("FREQ=WEEKLY;COUNT=3\r\nATTENDEE:mailto:x@example.org", "malformed", "COUNT"),
        ("", "malformed", ""),
        ("FREQ", "malformed", "FREQ"),
    ],
)
def test_a_rule_that_calendars_might_not_share_is_refused(text, code, part):
    with pytest.raises(BadRule) as refused:
        series(text)

    assert (refused.value.code, refused.value.part) == (code, part)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=YEARLY;BYMONTH=2;BYDAY=5MO;COUNT=500",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=366;COUNT=2",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=500",
        "FREQ=DAILY;INTERVAL=364;BYMONTH=1;COUNT=500",
        "FREQ=YEARLY;" + "BYMONTH=1;" * 40 + "COUNT=2",
        "FREQ=YEARLY;BYMONTHDAY=" + ",".join(map(str, range(1, 32))) + ";COUNT=500",
    ],
)
def test_a_rule_that_would_be_sought_for_ever_is_refused(text):
    with pytest.raises(BadRule):
        series(text)


def test_every_month_but_july_is_said_so_that_all_calendars_read_it():
    months = "1,2,3,4,5,6,8,9,10,11,12"
    of = series(f"FREQ=MONTHLY;BYMONTH={months};BYDAY=1MO;COUNT=12")

    assert of.rule.frequency == "YEARLY"
    assert [at.month for at in of.originals] == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 1]


def test_point_22_a_moved_occurrence_keeps_its_original_start():
    moved = Override(MONDAY + WEEK + 30 * HOUR, MONDAY + WEEK + 32 * HOUR)
    of = series("FREQ=WEEKLY;COUNT=3", overrides={MONDAY + WEEK: moved})

    found = list(recurrence.occurrences(of))

    assert [occurrence.starts for occurrence in found] == [
        MONDAY,
        moved.starts,
        MONDAY + 2 * WEEK,
    ]
    assert found[1].original == MONDAY + WEEK
    assert found[1].ends == moved.ends


def test_occurrences_come_in_the_order_in_which_they_are_held():
    moved = Override(MONDAY + 3 * WEEK, MONDAY + 3 * WEEK + HOUR)
    of = series("FREQ=WEEKLY;COUNT=3", overrides={MONDAY: moved})

    assert starts(of) == [MONDAY + WEEK, MONDAY + 2 * WEEK, MONDAY + 3 * WEEK]


def test_point_23_a_cancelled_occurrence_is_told_and_the_others_stay():
    cancelled = Override(MONDAY + WEEK, MONDAY + WEEK + HOUR, is_cancelled=True)
    of = series("FREQ=WEEKLY;COUNT=3", overrides={MONDAY + WEEK: cancelled})

    found = list(recurrence.occurrences(of))

    assert [occurrence.is_cancelled for occurrence in found] == [False, True, False]


def test_a_span_has_the_occurrences_that_are_held_within_it():
    of = series("FREQ=WEEKLY;COUNT=5")

    within = starts(of, after=MONDAY + WEEK + HOUR, before=MONDAY + 3 * WEEK)

    assert within == [MONDAY + 2 * WEEK]


@pytest.mark.parametrize("seed", range(5))
def test_point_24_a_split_makes_the_same_meetings_as_before(seed):
    for of in random_rules.series(40, seed):
        for at in of.originals[1 :: max(1, len(of.originals) // 4)]:
            moved = {key: Override(key + HOUR, key + 2 * HOUR) for key in of.originals}
            whole = Series(of.starts, of.ends, of.timezone, of.rule, moved)

            first, rest = recurrence.split(whole, at)

            assert first.originals + rest.originals == of.originals
            assert starts(first) + starts(rest) == starts(whole)
            assert max(first.overrides) < at == min(rest.overrides)
            assert rest.starts == at
            assert recurrence.read(rest.rule.text(), at, of.timezone) == rest.rule


def test_point_24_a_series_is_not_split_before_its_first_meeting():
    with pytest.raises(BadRule) as refused:
        recurrence.split(series("FREQ=WEEKLY;COUNT=3"), MONDAY)

    assert refused.value.code == "nothing_before"


def test_point_25_overrides_that_a_new_rule_does_not_make_are_named():
    moved = Override(MONDAY + 30 * HOUR, MONDAY + 31 * HOUR)
    kept = {MONDAY: moved, MONDAY + WEEK: moved}
    of = series("FREQ=WEEKLY;INTERVAL=2;COUNT=3", overrides=kept)

    assert recurrence.unmatched(of) == [MONDAY + WEEK]
    assert len(starts(of)) == 3

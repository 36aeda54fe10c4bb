"""How a meeting repeats: plain choices and rules; and times as people write them."""

from datetime import datetime

import pytest

from coordinator import recurrence
from views.meetings import fields, repetition

WEDNESDAY = datetime(2026, 12, 9, 10)


def made(choice, starts=WEDNESDAY, **ends):
    text, findings = repetition.rule_of({"repeats": choice, **ends}, starts, None)
    assert findings == []
    return recurrence.read(text, starts, "Europe/Oslo")


@pytest.mark.parametrize("choice", [one for one in repetition.CHOICES if one])
@pytest.mark.parametrize(
    "starts", [datetime(2026, 12, 30, 10), datetime(2027, 3, 31, 9, 30)]
)
def test_a_choice_makes_a_rule_that_is_shown_as_that_choice_again(choice, starts):
    rule = made(choice, starts, count="4")

    assert len(rule.starts(starts)) == 4
    shown = repetition.cells_of(rule, starts)
    again = made(shown["repeats"], starts, count=shown["count"])
    assert again == rule
    assert shown["until"] == ""


def test_the_second_wednesday_stays_the_second_wednesday():
    rule = made("monthly", until="2027-03-31")

    days = [one.date().isoformat() for one in rule.starts(WEDNESDAY)]
    assert days == ["2026-12-09", "2027-01-13", "2027-02-10", "2027-03-10"]


def test_a_rule_that_no_choice_makes_is_kept_as_it_is():
    rule = recurrence.read("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=9", WEDNESDAY, "Europe/Oslo")
    shown = repetition.cells_of(rule, WEDNESDAY)
    assert shown["repeats"] == repetition.KEPT

    text, findings = repetition.rule_of(shown | {"count": "3"}, WEDNESDAY, rule)

    assert (text, findings) == ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3", [])


@pytest.mark.parametrize(
    "cells",
    [
        {"repeats": "FREQ=SECONDLY"},
        {"repeats": repetition.KEPT},
        {"repeats": "weekly", "count": "²"},
        {"repeats": "weekly", "count": "99999999"},
        {"repeats": "weekly", "until": "i mai"},
    ],
)
def test_what_is_no_choice_makes_no_rule(cells):
    _text, findings = repetition.rule_of(cells, WEDNESDAY, None)

    assert len(findings) == 1


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-12-09T10:00", "2026-12-09T10:00"),
        (" 2026-12-09 9.30 ", "2026-12-09T09:30"),
        ("9.12.2026 kl. 10.00", "2026-12-09T10:00"),
        ("09. 12. 2026, 10:00", "2026-12-09T10:00"),
        ("31.2.2026 10.00", "2026-02-31T10:00"),
        ("i morgen", "i morgen"),
        ("9.12.2026 10.00 osv", "9.12.2026 10.00 osv"),
    ],
)
def test_a_time_is_read_as_people_write_it(typed, read):
    assert fields.moment(typed) == read

"""Opening hours: read in Europe/Oslo, with Norwegian public holidays."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

OSLO = ZoneInfo("Europe/Oslo")
HORIZON = timedelta(days=366)
SATURDAY = 5

_SPEAKS_OF_HOLIDAYS = re.compile(r"\bPH\b")
# A comment alone says neither open nor closed (OpenStreetMap's specification).
_IS_COMMENT = re.compile(r'\s*"[^"]*"\s*')


@lru_cache(maxsize=4096)
def parse(hours: str) -> OpeningHours:
    """Read an expression in OpenStreetMap's `opening_hours` notation.

    One that does not speak of public holidays (PH) is closed on them, except `24/7`.
    Raise opening_hours.ParserError when it is not one.
    """
    expression = hours.strip()
    if expression != "24/7" and not _SPEAKS_OF_HOLIDAYS.search(expression):
        expression += "; PH off"
    return OpeningHours(expression, country="NO", timezone=OSLO)


def changes_at(hours: str, at: datetime | None) -> datetime | None:
    """Return when it opens or closes next, in Oslo; None when it never does.

    None too where is_open knows nothing, and where what comes is not known either.

    >>> at = datetime(2026, 11, 23, 13, 10, tzinfo=OSLO)
    >>> changes_at("Mo-Fr 08:00-15:30", at).isoformat()
    '2026-11-23T15:30:00+01:00'
    >>> changes_at("24/7", at) is None
    True
    """
    known = is_open(hours, at)
    if at is None or known is None:
        return None
    opening, when = parse(hours), at.astimezone(OSLO)
    while (found := opening.next_change(when)) is not None:
        when = found.astimezone(OSLO)
        if when - at > HORIZON:
            return None
        # A change of comment is no change of the door.
        if is_open(hours, when) is not known:
            return when
    return None


class HandOver(NamedTuple):
    """When one door closes and another opens, in Oslo; and whether all weekend too."""

    at: datetime
    at_weekends: bool


def hands_over(hours: str, then: str, at: datetime | None) -> HandOver | None:
    """Return when the first closes and the other takes over; None when it does not.

    It takes over when it is closed while the first is open and opens by then. At
    weekends when the first is closed all the coming Saturday and Sunday, the other not.

    >>> monday = datetime(2026, 11, 23, 13, 10, tzinfo=OSLO)
    >>> day, night = "Mo-Fr 08:00-15:30", "Mo-Fr 15:30-24:00; Sa,Su 00:00-24:00"
    >>> found = hands_over(day, night, monday)
    >>> f"{found.at:%H.%M}", found.at_weekends
    ('15.30', True)
    >>> hands_over(day, "24/7", monday) is None
    True
    """
    closes = changes_at(hours, at)
    if at is None or closes is None or not is_open(hours, at) or is_open(then, at):
        return None
    if not is_open(then, closes):
        return None
    here = at.astimezone(OSLO).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [here + timedelta(days=n) for n in range(1, 8)]
    weekend = [day for day in days if day.weekday() >= SATURDAY]
    return HandOver(
        closes,
        not any(_opens_on(hours, day) for day in weekend)
        and all(_opens_on(then, day) for day in weekend),
    )


def _opens_on(hours: str, day: datetime) -> bool:
    if not is_open(hours, day):
        changes = changes_at(hours, day)
        return changes is not None and changes < day + timedelta(days=1)
    return True


def is_open(hours: str, at: datetime | None) -> bool | None:
    """Return whether it is open at that moment; None when that is not known.

    >>> at = datetime(2026, 12, 25, 10, tzinfo=OSLO)
    >>> is_open("Mo-Fr 08:00-15:30", at), is_open("24/7", at), is_open("", at)
    (False, True, None)
    """
    if at is None or not hours.strip() or _IS_COMMENT.fullmatch(hours):
        return None
    opening, here = parse(hours), at.astimezone(OSLO)
    return None if opening.is_unknown(here) else bool(opening.is_open(here))


# A week without public holidays, and a holiday on each day of the week, Monday first.
_PLAIN_MONDAY = datetime(2026, 11, 2, tzinfo=OSLO)
_HOLIDAYS = tuple(
    datetime(year, month, day, tzinfo=OSLO)
    for year, month, day in (
        (2026, 4, 6),
        (2029, 12, 25),
        (2028, 5, 17),
        (2026, 1, 1),
        (2026, 12, 25),
        (2026, 12, 26),
        (2026, 5, 17),
    )
)
_DAY = timedelta(days=1)
_EVERY_WEEK = re.compile(
    r"24/7|(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|off|closed|\d\d?:\d\d|[\s,;-])+"
)

Spans = tuple[tuple[int, int], ...]


def is_weekly(hours: str) -> bool:
    """Whether the hours are the same every week, holidays apart.

    >>> is_weekly("Mo-Fr 08:00-15:30; PH off"), is_weekly("Jun-Aug Mo 09:00-12:00")
    (True, False)
    >>> is_weekly("24/7"), is_weekly("2026 Mo 09:00-12:00")
    (True, False)
    """
    return _EVERY_WEEK.fullmatch(hours) is not None


@lru_cache(maxsize=4096)
def week(hours: str) -> tuple[Spans, ...]:
    """Return when it is open on each day of a week, Monday first, in minutes.

    >>> week("Mo-Fr 08:00-15:30")[4:]
    (((480, 930),), (), ())
    """
    return tuple(_spans(hours, _PLAIN_MONDAY + n * _DAY) for n in range(7))


@lru_cache(maxsize=4096)
def on_holidays(hours: str) -> Spans:
    """Return when it is open on a public holiday in the week, in minutes.

    >>> on_holidays("Mo-Fr 08:00-15:30"), on_holidays("24/7")
    ((), ((0, 1440),))
    """
    return _spans(hours, _HOLIDAYS[4])


@lru_cache(maxsize=4096)
def holidays(hours: str) -> tuple[Spans, ...]:
    """Return the same for a public holiday on each day of the week, Monday first.

    >>> holidays("PH,Sa 10:00-12:00; Su off")[4:]
    (((600, 720),), ((600, 720),), ())
    """
    return tuple(_spans(hours, day) for day in _HOLIDAYS)


def _spans(hours: str, day: datetime) -> Spans:
    found, at, end = [], day, day + _DAY
    while at < end:
        until = min(changes_at(hours, at) or end, end)
        if is_open(hours, at):
            found.append(
                (
                    (at - day) // timedelta(minutes=1),
                    (until - day) // timedelta(minutes=1),
                )
            )
        at = until
    return tuple(found)


def working_noon(on: date) -> datetime:
    """Return noon of the day, or of the next one on which people are at work.

    >>> working_noon(date(2026, 12, 25)).isoformat()
    '2026-12-28T12:00:00+01:00'
    """
    noon = datetime.combine(on, time(12), OSLO)
    while not is_open("Mo-Fr 12:00-13:00", noon):
        noon += _DAY
    return noon

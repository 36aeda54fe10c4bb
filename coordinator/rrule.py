"""Rules that a series may repeat by: read by an allow list, written for all to read.

A rule is read so that every calendar reads it alike and none takes long: it ends, by
its count or its last day, and makes at most 500 (RFC 5545 §3.3.10).
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import rrule as dateutil_rrule

from coordinator.errors import Refused

LONGEST_TEXT = 200
MOST = 500
MOST_INTERVAL = 999
# A rule of many years is refused: who is responsible is not known so far ahead.
LONGEST = timedelta(days=5 * 366)
# What a count may reach: as far as 500 weeks.
FARTHEST = timedelta(days=10 * 366)
LAST_IN_EVERY_MONTH = 28
DAY = timedelta(days=1)

FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "DAILY": dateutil_rrule.DAILY,
    "WEEKLY": dateutil_rrule.WEEKLY,
    "MONTHLY": dateutil_rrule.MONTHLY,
    "YEARLY": dateutil_rrule.YEARLY,
}
PARTS = (
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY",
    "BYSETPOS", "WKST",
)  # fmt: skip
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)
_DAY = re.compile(r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,4}", re.ASCII)


@dataclass(unsafe_hash=True)
class BadRule(Refused):
    """A rule that a series may not have: why, which part of it, and what it says.

    `code` is malformed, unknown_part, twice, not_allowed, out_of_range, endless,
    two_ends, too_long, too_many, ends_before_start, start_not_in_rule or, of a split,
    nothing_before.
    """

    code: str
    part: str = ""
    value: str = ""


@dataclass(frozen=True)
class Rule:
    """How a meeting repeats. `until` is the last day, in the meeting's zone.

    `days` are (which of the period or 0, weekday from Monday as 0).
    """

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def text(self, until: datetime | None = None) -> str:
        """Return it as RRULE says it; UNTIL as that moment, else as its day.

        >>> Rule("WEEKLY", until=date(2027, 5, 3), days=((0, 0),)).text()
        'FREQ=WEEKLY;UNTIL=20270503;BYDAY=MO'
        """
        said = {
            "FREQ": self.frequency,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "COUNT": str(self.count or ""),
            "UNTIL": self._until(until),
            "BYMONTH": ",".join(map(str, self.months)),
            "BYMONTHDAY": ",".join(map(str, self.month_days)),
            "BYDAY": ",".join(f"{n or ''}{WEEKDAYS[day]}" for n, day in self.days),
            "BYSETPOS": ",".join(map(str, self.positions)),
            "WKST": WEEKDAYS[self.week_start] if self.week_start else "",
        }
        return ";".join(f"{part}={value}" for part, value in said.items() if value)

    def _until(self, moment: datetime | None) -> str:
        if self.until is None:
            return ""
        if moment is None:
            return f"{self.until:%Y%m%d}"
        return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def starts(self, first: datetime) -> tuple[datetime, ...]:
        """Return every start that it makes from the first on, at most 501."""
        return _starts(self, first)


def read(text: str, starts: datetime, timezone: str) -> Rule:
    """Return the rule that the text says of a meeting that first starts then.

    Raises BadRule for every rule that a series may not have.

    >>> read("FREQ=WEEKLY;COUNT=8", datetime(2027, 1, 4, 9), "Europe/Oslo").count
    8
    """
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise BadRule("not_allowed" if frequency else "malformed", "FREQ", frequency)
    rule = Rule(
        frequency,
        interval=_number(parts, "INTERVAL", MOST_INTERVAL) or 1,
        count=_number(parts, "COUNT", MOST),
        until=_until(parts["UNTIL"], starts, timezone) if "UNTIL" in parts else None,
        months=_numbers(parts, "BYMONTH", 12),
        month_days=_numbers(parts, "BYMONTHDAY", 31, signed=True),
        days=_days(parts),
        positions=_numbers(parts, "BYSETPOS", 366, signed=True),
        week_start=_week_start(parts),
    )
    rule = _as_all_read_it(rule)
    _check_parts(rule)
    if rule.months and not rule.days and _is_odd_of_year(rule, (starts.day,)):
        raise BadRule("not_allowed", "BYMONTH", str(starts.day))
    _check_end(rule, starts)
    return rule


def _parts(text: str) -> dict[str, str]:
    if len(text) > LONGEST_TEXT:
        raise BadRule("malformed", value=f"{text[:20]}…")
    parts: dict[str, str] = {}
    for said in text.strip().removeprefix("RRULE:").upper().split(";"):
        part, equals, value = said.partition("=")
        if not equals or not value:
            raise BadRule("malformed", part, value)
        if part not in PARTS:
            raise BadRule("unknown_part", part, value)
        if part in parts:
            raise BadRule("twice", part, value)
        parts[part] = value
    return parts


def _number(parts: Mapping[str, str], part: str, most: int) -> int | None:
    if part not in parts:
        return None
    (number,) = _numbers(parts, part, most, single=True)
    return number


def _numbers(
    parts: Mapping[str, str],
    part: str,
    most: int,
    *,
    signed: bool = False,
    single: bool = False,
) -> tuple[int, ...]:
    value = parts.get(part)
    if value is None:
        return ()
    said = [value] if single else value.split(",")
    if not all(_NUMBER.fullmatch(number) for number in said):
        raise BadRule("malformed", part, value)
    numbers = {int(number) for number in said}
    least = -most if signed else 1
    if 0 in numbers or min(numbers) < least or max(numbers) > most:
        raise BadRule("out_of_range", part, value)
    return tuple(sorted(numbers))


def _days(parts: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
    value = parts.get("BYDAY")
    if value is None:
        return ()
    found = [_DAY.fullmatch(day) for day in value.split(",")]
    days = {(int(day[1] or 0), WEEKDAYS.index(day[2])) for day in found if day}
    if None in found:
        raise BadRule("malformed", "BYDAY", value)
    return tuple(sorted(days))


def _week_start(parts: Mapping[str, str]) -> int:
    value = parts.get("WKST", "MO")
    if value not in WEEKDAYS:
        raise BadRule("malformed", "WKST", value)
    return WEEKDAYS.index(value)


def _until(value: str, starts: datetime, timezone: str) -> date:
    """Return the last day that may have a start, in the meeting's zone."""
    found = _UNTIL.fullmatch(value)
    if not found:
        raise BadRule("malformed", "UNTIL", value)
    clock = found[2] or "235959"
    try:
        last = datetime.strptime(found[1] + clock, "%Y%m%d%H%M%S")
    except ValueError as error:
        raise BadRule("malformed", "UNTIL", value) from error
    if abs(last - starts) > 10 * FARTHEST:
        raise BadRule("out_of_range", "UNTIL", value)
    if found[3]:
        last = last.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone))
    return last.date() - (DAY if last.time() < starts.time() else timedelta())


def _check_parts(rule: Rule) -> None:
    """Refuse parts that do not go together, or that calendars read differently."""
    by_month = rule.frequency in ("MONTHLY", "YEARLY")
    numbered = [f"{n}{WEEKDAYS[day]}" for n, day in rule.days if n]
    if any(abs(n) > 5 for n, _ in rule.days):
        raise BadRule("out_of_range", "BYDAY", ",".join(numbered))
    refused = {
        # RFC 5545 §3.3.10 knows neither in a day or a week.
        "BYDAY": bool(numbered) and not by_month,
        "BYMONTHDAY": bool(rule.month_days)
        # Readers differ on whether both must hold; ical.js leaves out all but the
        # first month of a year, and makes a 31st of June the 1st of July.
        and (not by_month or bool(rule.days) or _is_odd_of_year(rule, rule.month_days)),
        "BYSETPOS": bool(rule.positions)
        and (rule.frequency != "MONTHLY" or not rule.days or bool(numbered)),
        "BYMONTH": rule.frequency == "MONTHLY" and bool(rule.months),
    }
    for part, is_refused in refused.items():
        if is_refused:
            raise BadRule("not_allowed", part, rule.frequency)
    # dateutil asks both of a day where some weekdays are numbered and some are not.
    if numbered and (_names_no_month(rule) or len(numbered) < len(rule.days)):
        raise BadRule("not_allowed", "BYDAY", rule.frequency)


def _is_odd_of_year(rule: Rule, days: tuple[int, ...]) -> bool:
    """Return whether they are days of a year's months that readers take differently."""
    if rule.frequency != "YEARLY":
        return False
    return not rule.months or min(days) < 1 or max(days) > LAST_IN_EVERY_MONTH


def _names_no_month(rule: Rule) -> bool:
    return rule.frequency == "YEARLY" and not rule.months


def _as_all_read_it(rule: Rule) -> Rule:
    """Return the same rule in the words that ical.js understands too.

    It reads a month twice in FREQ=MONTHLY with BYMONTH; a year's months it reads right.
    """
    is_monthly = rule.frequency == "MONTHLY" and rule.interval == 1
    if is_monthly and rule.months and not rule.positions:
        return replace(rule, frequency="YEARLY")
    return rule


def _makes(rule: Rule, day: date) -> bool:
    """Return whether the rule's parts allow that day: dateutil seeks it for ever."""
    length = monthrange(day.year, day.month)[1]
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and not {day.day, day.day - length - 1} & {*rule.month_days}:
        return False
    if rule.days and not _is_named(rule, day, length):
        return False
    if not rule.positions:
        return True
    month = [day.replace(day=number) for number in range(1, length + 1)]
    named = [other for other in month if _is_named(rule, other, length)]
    at = named.index(day)
    return bool({at + 1, at - len(named)} & {*rule.positions})


def _is_named(rule: Rule, day: date, length: int) -> bool:
    which = {0, (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)}
    return any(day.weekday() == weekday and n in which for n, weekday in rule.days)


def _check_end(rule: Rule, starts: datetime) -> None:
    if rule.count and rule.until:
        raise BadRule("two_ends", "UNTIL", str(rule.until))
    if not rule.count and not rule.until:
        raise BadRule("endless")
    if rule.until and rule.until > starts.date() + LONGEST:
        raise BadRule("too_long", "UNTIL", str(rule.until))
    if not _makes(rule, starts.date()):
        raise BadRule("start_not_in_rule", value=starts.isoformat())
    made = rule.starts(starts)
    if rule.until and rule.until < starts.date():
        raise BadRule("ends_before_start", "UNTIL", str(rule.until))
    if len(made) > MOST:
        raise BadRule("too_many", "UNTIL", str(rule.until))
    if rule.count and len(made) < rule.count:
        raise BadRule("too_long", "COUNT", str(rule.count))


@lru_cache(maxsize=4096)
def _starts(rule: Rule, first: datetime) -> tuple[datetime, ...]:
    farthest = first + FARTHEST
    last = min(farthest, datetime.combine(rule.until or date.max, time.max))
    made = dateutil_rrule.rrule(
        FREQUENCIES[rule.frequency],
        dtstart=first,
        interval=rule.interval,
        # With a count and an end dateutil stops at what comes first.
        until=last,
        wkst=rule.week_start,
        bymonth=rule.months or None,
        bymonthday=rule.month_days or None,
        byweekday=[dateutil_rrule.weekday(day, n or None) for n, day in rule.days]
        or None,
        bysetpos=rule.positions or None,
    )
    return tuple(islice(made, min(rule.count or MOST + 1, MOST + 1)))

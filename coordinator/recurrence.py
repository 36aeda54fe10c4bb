"""Series: the rules that a meeting may repeat by, and what they make.

Everything is wall time in the meeting's zone, as a calendar keeps it (RFC 5545
§3.3.10). A rule is read by an allow list, so that every calendar reads it alike and
none takes long: it ends, by its count or its last day, and makes at most 500.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import rrule as dateutil_rrule

from coordinator import zones
from coordinator.errors import Refused

LONGEST_TEXT = 200
MOST = 500
MOST_INTERVAL = 999
# A rule of many years is refused: who is responsible is not known so far ahead.
LONGEST = timedelta(days=5 * 366)
# What a count may reach: as far as 500 weeks.
FARTHEST = timedelta(days=10 * 366)
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
    two_ends, too_long, too_many or start_not_in_rule.
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


@dataclass(frozen=True)
class Override:
    """An occurrence that is not as the rule has it."""

    starts: datetime
    ends: datetime
    is_cancelled: bool = False


@dataclass(frozen=True)
class Series:
    """A meeting, with its rule if it repeats; overrides by their original start."""

    starts: datetime
    ends: datetime
    timezone: str
    rule: Rule | None = None
    overrides: Mapping[datetime, Override] = field(default_factory=dict)

    @property
    def originals(self) -> tuple[datetime, ...]:
        """Every start that the rule makes, as wall time."""
        return self.rule.starts(self.starts) if self.rule else (self.starts,)

    @property
    def last_start(self) -> datetime:
        """The moment of the last start that the rule makes: UNTIL of RFC 5545."""
        return zones.instant(self.originals[-1], self.timezone)[0]

    @property
    def rule_text(self) -> str:
        """The rule as a calendar is given it, with UNTIL in UTC."""
        return self.rule.text(self.last_start) if self.rule else ""


@dataclass(frozen=True)
class Occurrence:
    """One meeting of a series: wall times, as clocks in its zone show them.

    `original` is the start that the rule has, which never changes.
    """

    original: datetime
    starts: datetime
    ends: datetime
    is_cancelled: bool
    timezone: str

    @property
    def starts_at(self) -> datetime:
        """When it starts, in UTC."""
        return zones.instant(self.starts, self.timezone)[0]

    @property
    def ends_at(self) -> datetime:
        """When it ends, in UTC."""
        return zones.instant(self.ends, self.timezone)[0]


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
    _check_parts(rule)
    _check_end(rule, starts)
    return rule


def occurrences(
    series: Series, after: datetime | None = None, before: datetime | None = None
) -> Iterator[Occurrence]:
    """Yield the occurrences by start, of those that end after and start before.

    Both are wall times. Overrides that the rule no longer makes are left out.
    """
    found = [_occurrence(series, original) for original in series.originals[:MOST]]
    for occurrence in sorted(found, key=lambda found: (found.starts, found.original)):
        if after is not None and occurrence.ends <= after:
            continue
        if before is not None and occurrence.starts >= before:
            continue
        yield occurrence


def split(series: Series, at: datetime) -> tuple[Series, Series]:
    """Return the series before that original start, and that from it on.

    The first ends the day before, or after as many as it made; the rest has what is
    left. Each keeps the overrides of its side.
    """
    originals = series.originals
    if series.rule is None or at not in originals:
        raise BadRule("start_not_in_rule", value=at.isoformat())
    made = originals.index(at)
    if not made:
        raise BadRule("nothing_before", value=at.isoformat())
    if series.rule.count is None:
        before = replace(series.rule, until=at.date() - DAY)
        rest = series.rule
    else:
        before = replace(series.rule, count=made)
        rest = replace(series.rule, count=series.rule.count - made)
    earlier = {key: kept for key, kept in series.overrides.items() if key < at}
    later = {key: kept for key, kept in series.overrides.items() if key >= at}
    ends = at + (series.ends - series.starts)
    return (
        replace(series, rule=before, overrides=earlier),
        replace(series, starts=at, ends=ends, rule=rest, overrides=later),
    )


def unmatched(series: Series) -> list[datetime]:
    """Return the original starts of overrides that the rule no longer makes."""
    return sorted(set(series.overrides) - set(series.originals))


def _occurrence(series: Series, original: datetime) -> Occurrence:
    kept = series.overrides.get(original)
    if kept is not None:
        starts, ends, is_cancelled = kept.starts, kept.ends, kept.is_cancelled
    else:
        starts, is_cancelled = original, False
        ends = original + (series.ends - series.starts)
    moment, certainty = zones.instant(starts, series.timezone)
    if certainty == "gap":
        # It moves on by the gap as a whole: else it might end before it begins.
        moved = zones.wall(moment, series.timezone)
        starts, ends = moved, moved + (ends - starts)
    return Occurrence(original, starts, ends, is_cancelled, series.timezone)


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
    if found[3] and DAY < last - datetime.min < datetime.max - datetime.min - DAY:
        last = last.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone))
    return last.date() - (DAY if last.time() < starts.time() else timedelta())


def _check_parts(rule: Rule) -> None:
    """Refuse parts that do not go together, or that calendars read differently."""
    said = [f"{n}{WEEKDAYS[day]}" for n, day in rule.days if n]
    numbered = ",".join(said)
    months = rule.frequency in ("MONTHLY", "YEARLY")
    if numbered and not months:
        raise BadRule("not_allowed", "BYDAY", numbered)
    if any(abs(n) > 5 for n, _ in rule.days):
        raise BadRule("out_of_range", "BYDAY", numbered)
    if rule.month_days and not months:
        raise BadRule("not_allowed", "BYMONTHDAY", rule.frequency)
    if rule.positions and not (rule.days or rule.month_days or rule.months):
        raise BadRule("not_allowed", "BYSETPOS", "")


def _check_end(rule: Rule, starts: datetime) -> None:
    if rule.count and rule.until:
        raise BadRule("two_ends", "UNTIL", str(rule.until))
    if not rule.count and not rule.until:
        raise BadRule("endless")
    if rule.until and rule.until > starts.date() + LONGEST:
        raise BadRule("too_long", "UNTIL", str(rule.until))
    made = rule.starts(starts)
    if not made or made[0] != starts:
        raise BadRule("start_not_in_rule", value=starts.isoformat())
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

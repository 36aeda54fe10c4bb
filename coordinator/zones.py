"""Time zones: which there are, when a wall time is, and a zone as VTIMEZONE.

VTIMEZONE is written from the zone's own yearly rule, the last line of its TZif file
(RFC 9636 §3.3): STANDARD and DAYLIGHT with an RRULE, as Outlook reads it. What such a
rule cannot say is written change by change for the years asked about.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal
from zoneinfo import TZPATH, ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

Certainty = Literal["exact", "gap", "fold"]

AREAS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/",
    "Australia/", "Europe/", "Indian/", "Pacific/",
)  # fmt: skip
# Wall times of a yearly rule are said from here on, the same for every meeting.
EPOCH = 1970
DAY = timedelta(days=1)
_NAME = r"<[^>]+>|[A-Za-z]+"
_OFFSET = r"[-+]?\d+(?::\d+){0,2}"
_FOOTER = re.compile(rf"({_NAME})({_OFFSET})(?:({_NAME})({_OFFSET})?,([^,]+),([^,]+))?")
_YEARLY = re.compile(rf"M(\d+)\.(\d)\.(\d)(?:/({_OFFSET}))?")
_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")


@cache
def names() -> frozenset[str]:
    """Return the zones that a meeting may be in: area and place, and UTC."""
    places = (name for name in available_timezones() if name.startswith(AREAS))
    return frozenset((*places, "UTC"))


def known(tzid: str) -> bool:
    """Return whether a meeting may be in that zone.

    >>> known("Europe/Oslo"), known("US/Eastern"), known("localtime"), known("CET")
    (True, False, False, False)
    """
    return tzid in names()


def iana(tzid: str) -> str | None:
    """Return the IANA name of a zone as a calendar program wrote it, if there is one.

    >>> iana("W. Europe Standard Time"), iana("/mozilla.org/20070129_1/Europe/Oslo")
    ('Europe/Berlin', 'Europe/Oslo')
    >>> iana("Customized Time Zone")
    """
    name = tzid.strip().strip('"').strip()
    if name in WINDOWS_TO_OLSON:
        return WINDOWS_TO_OLSON[name]
    parts = name.strip("/").split("/")
    endings = ("/".join(parts[at:]) for at in range(len(parts)))
    return next((ending for ending in endings if ending in available()), None)


@cache
def available() -> frozenset[str]:
    """Return every zone name that may be read, old names and aliases among them."""
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


def instant(local: datetime, tzid: str) -> tuple[datetime, Certainty]:
    """Return when a wall time is, and whether clocks show it once, never or twice.

    One that clocks skip is read with the offset before the gap, so that it moves on by
    the gap; one that they show twice is the first (RFC 5545 §3.3.5).

    >>> instant(datetime(2027, 3, 28, 2, 30), "Europe/Oslo")
    (datetime.datetime(2027, 3, 28, 1, 30, tzinfo=datetime.timezone.utc), 'gap')
    """
    if local.tzinfo is not None:
        raise ValueError("a wall time carries no time zone")
    zone = ZoneInfo(tzid)
    first = local.replace(tzinfo=zone, fold=0)
    moment = first.astimezone(UTC)
    if first.utcoffset() == local.replace(tzinfo=zone, fold=1).utcoffset():
        return moment, "exact"
    is_shown = moment.astimezone(zone).replace(tzinfo=None, fold=0) == local
    return moment, "fold" if is_shown else "gap"


def wall(moment: datetime, tzid: str) -> datetime:
    """Return what clocks in the zone show at that moment.

    >>> wall(datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "Europe/Oslo")
    datetime.datetime(2027, 3, 28, 3, 30)
    """
    return moment.astimezone(ZoneInfo(tzid)).replace(tzinfo=None, fold=0)


def vtimezone(tzid: str, first: date, last: date | None = None) -> list[str]:
    """Return the zone's VTIMEZONE as unfolded lines, right from first to last.

    >>> print(*vtimezone("Europe/Oslo", date(2027, 1, 1)), sep=chr(10))
    BEGIN:VTIMEZONE
    TZID:Europe/Oslo
    BEGIN:STANDARD
    DTSTART:19701025T030000
    TZOFFSETFROM:+0200
    TZOFFSETTO:+0100
    TZNAME:CET
    RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:19700329T020000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0200
    TZNAME:CEST
    RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
    END:DAYLIGHT
    END:VTIMEZONE
    """
    end = max(first.year, (last or first).year)
    return list(_vtimezone(tzid, first.year, end))


@dataclass(frozen=True)
class _Onset:
    """A change of the clocks that comes every year: POSIX Mm.w.d/time, 0 is Sunday."""

    month: int
    week: int
    weekday: int
    time: timedelta
    before: timedelta
    after: timedelta
    name: str

    def wall(self, year: int) -> datetime:
        """Return when it comes that year, as clocks before it show it."""
        first, length = monthrange(year, self.month)
        day = 1 + (self.weekday - (first + 1)) % 7 + 7 * (self.week - 1)
        day -= 7 * (day > length)
        return datetime(year, self.month, day) + self.time

    def moment(self, year: int) -> datetime:
        """Return when it comes that year, in UTC."""
        return self.wall(year) - self.before

    @property
    def rrule(self) -> str | None:
        """The RRULE that says it, if one can.

        A time outside of the day falls on a neighbouring day, which is the weekday in
        a week of its own: the Friday after the fourth Thursday is that of 23–29.
        """
        shift = self.time // DAY
        weekday = _WEEKDAYS[(self.weekday + shift) % 7]
        head = f"RRULE:FREQ=YEARLY;BYMONTH={self.month}"
        if not shift:
            week = -1 if self.week == 5 else self.week
            return f"{head};BYDAY={week}{weekday}"
        length = monthrange(2027, self.month)[1]
        end = (length if self.week == 5 else 7 * self.week) + shift
        if not 7 <= end <= length or (self.month == 2 and self.week == 5):
            return None
        days = ",".join(str(day) for day in range(end - 6, end + 1))
        return f"{head};BYDAY={weekday};BYMONTHDAY={days}"


@dataclass(frozen=True)
class _Footer:
    """What holds from the zone's last change on: an offset, and two yearly onsets."""

    offset: timedelta
    name: str
    onsets: tuple[_Onset, ...] = ()

    def changes(self, first: int, last: int) -> "list[_Change]":
        """Return the changes that it makes in those years, in order."""
        return sorted(
            (
                _Change(onset.moment(year), onset.before, onset.after, onset.name)
                for year in range(first, last + 1)
                for onset in self.onsets
            ),
            key=lambda change: change.moment,
        )


@dataclass(frozen=True)
class _Change:
    """One change of the clocks, in naive UTC; its observance has that name."""

    moment: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def is_summer(self) -> bool:
        # Not the file's flag: Dublin's and Casablanca's say that winter is the saving.
        return self.after > self.before

    def lines(self, kind: str, rrule: str | None = None) -> list[str]:
        """Return it as an observance that starts at the wall time before it."""
        return [
            f"BEGIN:{kind}",
            f"DTSTART:{self.moment + self.before:%Y%m%dT%H%M%S}",
            f"TZOFFSETFROM:{_offset(self.before)}",
            f"TZOFFSETTO:{_offset(self.after)}",
            f"TZNAME:{self.name}",
            *([rrule] if rrule else []),
            f"END:{kind}",
        ]


@lru_cache(maxsize=512)
def _vtimezone(tzid: str, first: int, last: int) -> tuple[str, ...]:
    # A year more: so a zone whose rule is about to change is not told by the old one.
    footer, real = _footer(tzid), _changes(tzid, first - 1, last + 1)
    start = datetime(first, 1, 1)
    past = [change for change in real if change.moment <= start][-1:]
    coming = [change for change in real if change.moment > start]
    body = _by_rule(tzid, footer, start, coming)
    if body is None:
        body = _change_by_change(tzid, start, past, coming)
    return ("BEGIN:VTIMEZONE", f"TZID:{tzid}", *body, "END:VTIMEZONE")


def _by_rule(
    tzid: str, footer: _Footer | None, start: datetime, coming: "list[_Change]"
) -> list[str] | None:
    """Return the observances by the yearly rule, if it says all that is asked about."""
    if footer is None or any(onset.rrule is None for onset in footer.onsets):
        return None
    if not footer.onsets:
        if coming or _offset_at(tzid, start) != footer.offset:
            return None
        begin = datetime(EPOCH, 1, 1) - footer.offset
        only = _Change(begin, footer.offset, footer.offset, footer.name)
        return only.lines("STANDARD")
    last = start.year + 1 + len(coming)
    said = footer.changes(start.year - 1, last)
    before = [change for change in said if change.moment <= start][-1]
    after = [change for change in said if change.moment > start][: len(coming)]
    if before.after != _offset_at(tzid, start) or _bare(after) != _bare(coming):
        return None
    if not coming:
        return None
    lines = []
    for onset in sorted(footer.onsets, key=lambda onset: onset.after > onset.before):
        change = _Change(onset.moment(EPOCH), onset.before, onset.after, onset.name)
        kind = "DAYLIGHT" if change.is_summer else "STANDARD"
        lines += change.lines(kind, onset.rrule)
    return lines


def _bare(changes: "list[_Change]") -> list[tuple[datetime, timedelta, timedelta]]:
    return [(change.moment, change.before, change.after) for change in changes]


def _change_by_change(
    tzid: str, start: datetime, past: "list[_Change]", coming: "list[_Change]"
) -> list[str]:
    """Return an observance for each change, after the one that holds at the start."""
    offset = _offset_at(tzid, start)
    if not past:
        past = [_Change(start - DAY, offset, offset, _name_at(tzid, start))]
    changes = past + coming
    lines = [] if any(not change.is_summer for change in changes) else _standing(past)
    for change in changes:
        lines += change.lines("DAYLIGHT" if change.is_summer else "STANDARD")
    return lines


def _standing(past: "list[_Change]") -> list[str]:
    """Return the standard time before the first change: readers look for one."""
    change = past[0]
    begin = change.moment - 365 * DAY
    name = _offset(change.before)
    return _Change(begin, change.before, change.before, name).lines("STANDARD")


def _changes(tzid: str, first: int, last: int) -> "list[_Change]":
    """Return the zone's changes in those years, as its whole file has them."""
    return list(_walk(tzid, datetime(first, 1, 1), datetime(last + 1, 1, 1)))


def _walk(tzid: str, at: datetime, end: datetime) -> "Iterator[_Change]":
    before = _offset_at(tzid, at)
    while at < end:
        at += DAY
        after = _offset_at(tzid, at)
        if after == before:
            continue
        low, high = at - DAY, at
        while high - low > timedelta(seconds=1):
            middle = (low + (high - low) / 2).replace(microsecond=0)
            same = _offset_at(tzid, middle) == before
            low, high = (middle, high) if same else (low, middle)
        yield _Change(high, before, after, _name_at(tzid, high))
        before = after


def _offset_at(tzid: str, moment: datetime) -> timedelta:
    there = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tzid))
    return there.utcoffset() or timedelta()


def _name_at(tzid: str, moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tzid)).tzname() or tzid


@cache
def _footer(tzid: str) -> _Footer | None:
    """Return the yearly rule of a zone, if it is one that names weekdays of months."""
    found = _FOOTER.fullmatch(_file(tzid).rstrip(b"\n").rpartition(b"\n")[2].decode())
    if not found:
        return None
    name, west, summer, summer_west, begins, ends = found.groups()
    offset = -_time(west)
    if not summer:
        return _Footer(offset, name.strip("<>"))
    summer_offset = -_time(summer_west) if summer_west else offset + timedelta(hours=1)
    starts, stops = _YEARLY.fullmatch(begins), _YEARLY.fullmatch(ends)
    if not starts or not stops:
        return None
    onsets = (
        _onset(starts, offset, summer_offset, summer.strip("<>")),
        _onset(stops, summer_offset, offset, name.strip("<>")),
    )
    return _Footer(offset, name.strip("<>"), onsets)


def _onset(
    said: re.Match[str], before: timedelta, after: timedelta, name: str
) -> _Onset:
    month, week, weekday = (int(said[group]) for group in (1, 2, 3))
    return _Onset(month, week, weekday, _time(said[4] or "2"), before, after, name)


def _time(text: str) -> timedelta:
    hours, minutes, seconds = (*text.lstrip("+-").split(":"), "0", "0")[:3]
    size = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -size if text.startswith("-") else size


def _offset(offset: timedelta) -> str:
    sign, size = ("-", -offset) if offset < timedelta() else ("+", offset)
    minutes, seconds = divmod(int(size.total_seconds()), 60)
    tail = f"{seconds:02}" if seconds else ""
    return f"{sign}{minutes // 60:02}{minutes % 60:02}{tail}"


def _file(tzid: str) -> bytes:
    """Return the file that zoneinfo reads: the machine's, else that of tzdata."""
    places = (Path(folder, *tzid.split("/")) for folder in TZPATH)
    found = next((place for place in places if place.is_file()), None)
    if found is not None:
        return found.read_bytes()
    return files("tzdata").joinpath("zoneinfo", *tzid.split("/")).read_bytes()

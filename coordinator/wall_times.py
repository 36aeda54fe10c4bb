"""When a meeting is, as people write it: wall times, and the zone they are read in."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from coordinator import zones
from coordinator.values import Unreadable

LONGEST_MEETING = timedelta(days=14)
FIRST_YEAR, LAST_YEAR = 1990, 2199
_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:00(\.0+)?)?", re.ASCII)


class Fault(NamedTuple):
    """What is wrong with the times of a meeting: which one, and a code for why."""

    column: str
    code: str
    details: dict[str, str]


def read(text: str) -> datetime:
    """Read a wall time as ISO 8601 writes it, to the minute and without a zone.

    >>> read("2026-12-09T10:00")
    datetime.datetime(2026, 12, 9, 10, 0)
    """
    if not _LOCAL.fullmatch(text):
        raise Unreadable("bad_local_time")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("bad_local_time") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable("bad_date")
    return found


def iso(moment: datetime) -> str:
    """Return a wall time as `read` reads it.

    >>> iso(datetime(2026, 12, 9, 10))
    '2026-12-09T10:00'
    """
    return moment.isoformat(timespec="minutes")


def read_zone(text: str) -> str:
    """Read the name of a time zone, such as Europe/Oslo."""
    if not zones.known(text):
        raise Unreadable("unknown_timezone", value=text)
    return text


def faults(starts: datetime, ends: datetime, timezone: str) -> Iterator[Fault]:
    """Yield what is wrong with when a meeting is.

    A time that the zone skips or has twice is: nobody would know when to come.
    """
    for column, moment in (("starts", starts), ("ends", ends)):
        yield from clock_faults(column, moment, timezone)
    if ends <= starts:
        yield Fault("ends", "ends_before_start", {})
    elif ends - starts > LONGEST_MEETING:
        yield Fault("ends", "lasts_too_long", {})


def clock_faults(column: str, moment: datetime, timezone: str) -> Iterator[Fault]:
    """Yield that the zone's clock skips the time, or shows it twice, that night."""
    how = zones.instant(moment, timezone)[1]
    if how != "exact":
        code = "no_such_time" if how == "gap" else "time_comes_twice"
        details = {"time": f"{moment:%H:%M}", "timezone": timezone}
        yield Fault(column, code, details)

"""Calendars that come by mail: what they say of our meetings, and nothing more.

What comes is hostile until read. Its size is bounded first; then only the lines asked
for are handed on, so that no rule of others is ever expanded and no time zone of others
ever learned. Only status, delegation, comment and a proposed time are read.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from coordinator import zones
from coordinator.content_lines import clean
from coordinator.errors import Refused

LARGEST = 1_000_000
MOST_LINES = 50_000
MOST_KEPT = 5_000
MOST_COMPONENTS = 500
MOST_ATTENDEES = 1_000
LONGEST_LINE = 2_000
LONGEST_COMMENT_LINE = 8_000
LONGEST_COMMENT = 2_000
LONGEST_ADDRESS = 320
LONGEST_UID = 1_000
LARGEST_SEQUENCE = 2**31 - 1
READ = frozenset((
    "BEGIN", "END", "METHOD", "UID", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP", "ATTENDEE",
    "ORGANIZER", "COMMENT", "REQUEST-STATUS", "DTSTART", "DTEND", "DURATION",
))  # fmt: skip
UNREADABLE = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError,
)  # fmt: skip
TIMES = frozenset(("RECURRENCE-ID", "DTSTAMP", "DTSTART", "DTEND"))
_LINE_END = re.compile(r"\r\n|\n|\r")
_ZONE = re.compile(r';TZID=("[^"]*"|[^":;,]*)', re.IGNORECASE)
_BYTE_ORDERS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(unsafe_hash=True)
class Malformed(Refused):
    """It is no calendar that says something of a meeting; `reason` is a code.

    too_large, too_many_lines, too_many_components, too_many_attendees, not_a_calendar,
    no_event, no_uid or unreadable.
    """

    reason: str


@dataclass(frozen=True)
class Attendee:
    """Someone that a message names, and what it says they answered.

    Addresses are in lower case; `partstat` too.
    """

    address: str
    partstat: str = "needs-action"
    delegated_to: str = ""
    delegated_from: str = ""
    sent_by: str = ""


@dataclass(frozen=True)
class Scheduling:
    """What one component of a message says of a meeting, or of one occurrence.

    `recurrence_id`, `starts` and `ends` are moments in UTC; wall times without a zone
    where the message says no zone, or one that nobody but its sender knows. Of an
    occurrence and all later ones (RANGE=THISANDFUTURE) `is_of_all_later` is true.
    """

    method: str
    uid: str
    recurrence_id: datetime | None
    sequence: int
    dtstamp: datetime | None
    attendees: tuple[Attendee, ...]
    comment: str
    organizer: str | None
    starts: datetime | None
    ends: datetime | None
    request_status: tuple[str, ...] = ()
    is_of_all_later: bool = False


def parse(raw: bytes) -> list[Scheduling]:
    """Return what each event of a text/calendar part says.

    Raises Malformed for what is no calendar, or is larger than any reply.
    """
    if len(raw) > LARGEST:
        raise Malformed("too_large")
    lines = _bounded(list(_unfolded(_decoded(raw))))
    kept = [line for said in lines if (line := _kept(said))]
    if len(kept) > MOST_KEPT:
        raise Malformed("too_many_lines")
    try:
        calendars = Calendar.from_ical("\r\n".join(kept), multiple=True)
        found = [
            _scheduling(calendar, event)
            for calendar in calendars
            if calendar.name == "VCALENDAR"
            for event in calendar.walk("VEVENT")
        ]
    except UNREADABLE as error:
        raise Malformed("unreadable") from error
    if not found:
        raise Malformed("no_event")
    return found


def _decoded(raw: bytes) -> str:
    for mark, encoding in _BYTE_ORDERS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace")
    for sample, encoding in ((b"B\0E\0", "utf-16-le"), (b"\0B\0E", "utf-16-be")):
        if raw.startswith(sample):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _unfolded(text: str) -> Iterator[str]:
    if text[:15].strip().upper() != "BEGIN:VCALENDAR":
        raise Malformed("not_a_calendar")
    parts: list[str] = []
    for count, line in enumerate(_LINE_END.split(text)):
        if count > MOST_LINES:
            raise Malformed("too_many_lines")
        if line[:1] in (" ", "\t"):
            parts.append(line[1:])
            continue
        if parts:
            yield "".join(parts)
        parts = [line]
    yield "".join(parts)


def _bounded(lines: list[str]) -> list[str]:
    starts = [line[:9].upper() for line in lines]
    if sum(start.startswith("BEGIN:") for start in starts) > MOST_COMPONENTS:
        raise Malformed("too_many_components")
    if sum(start.startswith("ATTENDEE") for start in starts) > MOST_ATTENDEES:
        raise Malformed("too_many_attendees")
    return lines


def _kept(line: str) -> str:
    """Return the line if it is asked for, its zone by the name that zoneinfo has."""
    name = re.split("[:;]", line, maxsplit=1)[0].strip().upper()
    most = LONGEST_COMMENT_LINE if name == "COMMENT" else LONGEST_LINE
    if name not in READ:
        return ""
    if len(line) > most or ":" not in line:
        if name == "RECURRENCE-ID":  # without it all occurrences would be meant
            raise Malformed("unreadable")
        return ""
    line = name + clean(line[len(name) :]).replace("\n", "")
    if name in TIMES:
        # A zone that only its sender knows leaves a wall time.
        return _ZONE.sub(_zone, line, count=1)
    return line


def _zone(said: re.Match[str]) -> str:
    name = zones.iana(said[1])
    return f";TZID={name}" if name else ""


def _scheduling(calendar: Component, event: Component) -> Scheduling:
    uid = str(_first(event, "UID") or "").strip()
    if not 0 < len(uid) <= LONGEST_UID:
        raise Malformed("no_uid")
    organizer = _first(event, "ORGANIZER")
    starts, original = _perhaps(event, "DTSTART"), _time(event, "RECURRENCE-ID")
    if original is None and "RECURRENCE-ID" in _named(event):
        raise Malformed("unreadable")
    comments = "\n".join(clean(str(said)) for said in _all(event, "COMMENT"))
    stamp = _time(event, "DTSTAMP")
    return Scheduling(
        method=str(_first(calendar, "METHOD") or "").strip().upper(),
        uid=uid,
        recurrence_id=original,
        sequence=_sequence(event),
        dtstamp=stamp.replace(tzinfo=UTC) if stamp else None,
        attendees=tuple(_attendees(event)),
        comment=comments.strip()[:LONGEST_COMMENT],
        organizer=_address(organizer) if organizer else None,
        starts=starts,
        ends=_perhaps(event, "DTEND") or _after(starts, event),
        request_status=tuple(str(said) for said in _all(event, "REQUEST-STATUS")),
        is_of_all_later=_is_of_all_later(event),
    )


def _all(component: Component, name: str) -> list[Any]:
    said = component.get(name)
    if said is None:
        return []
    return said if isinstance(said, list) else [said]


def _first(component: Component, name: str) -> Any:
    return next(iter(_all(component, name)), None)


def _sequence(event: Component) -> int:
    said = str(_first(event, "SEQUENCE") or "0").strip()
    if not said.isascii() or not said.isdigit():
        return 0
    return min(int(said[:10]), LARGEST_SEQUENCE)


def _time(event: Component, name: str) -> datetime | None:
    said = getattr(_first(event, name), "dt", None)
    if not isinstance(said, date):
        return None
    if not isinstance(said, datetime):
        return datetime(said.year, said.month, said.day)
    if said.tzinfo is None:
        return said
    if isinstance(said.tzinfo, ZoneInfo):
        return zones.instant(said.replace(tzinfo=None), said.tzinfo.key)[0]
    return said.astimezone(UTC)


def _is_of_all_later(event: Component) -> bool:
    parameters = getattr(_first(event, "RECURRENCE-ID"), "params", {})
    return str(parameters.get("RANGE", "")).upper() == "THISANDFUTURE"


def _named(event: Component) -> set[str]:
    """Return the properties that the event has, those that could not be read too."""
    return {str(name).upper() for name in (*event, *(name for name, _ in event.errors))}


def _perhaps(event: Component, name: str) -> datetime | None:
    """Return the time, or nothing where it cannot be read: replies do without it."""
    try:
        return _time(event, name)
    except UNREADABLE:
        return None


def _after(starts: datetime | None, event: Component) -> datetime | None:
    try:
        said = getattr(_first(event, "DURATION"), "dt", None)
        if starts is None or not isinstance(said, timedelta):
            return None
        return starts + said
    except UNREADABLE:
        return None


def _attendees(event: Component) -> Iterator[Attendee]:
    for said in _all(event, "ATTENDEE"):
        address = _address(said)
        if not address:
            continue
        named = {
            name: _address(said.params.get(name, ""))
            for name in ("DELEGATED-TO", "DELEGATED-FROM", "SENT-BY")
        }
        partstat = str(said.params.get("PARTSTAT", "NEEDS-ACTION"))
        yield Attendee(
            address,
            partstat.strip().lower(),
            named["DELEGATED-TO"],
            named["DELEGATED-FROM"],
            named["SENT-BY"],
        )


def _address(said: Any) -> str:
    """Return the bare address in lower case, or nothing if it is none."""
    first = next(iter(said), "") if isinstance(said, list | tuple) else said
    text = str(first).strip().strip('"').strip()
    if text[:7].lower() == "mailto:":
        text = unquote(text[7:]).partition("?")[0].strip()
    is_plain = text.isprintable() and not re.search(r'[\s<>",;]', text)
    if not is_plain or "@" not in text or len(text) > LONGEST_ADDRESS:
        return ""
    return text.lower()

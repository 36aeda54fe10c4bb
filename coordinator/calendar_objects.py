"""Meetings as bytes that calendars read: RFC 5545, 5546 by method, 7986 for feeds.

Nothing here is random or of this moment: the same views give the same bytes. An
event's bytes can be kept and joined, which is what makes large feeds quick.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from coordinator import zones
from coordinator.content_lines import escape, folded, local, mailto, quoted, uri, utc
from coordinator.recurrence import Rule, Series

Method = Literal[
    "REQUEST", "CANCEL", "PUBLISH", "REPLY", "DECLINECOUNTER", "REFRESH", "COUNTER"
]
PRODUCT = "-//Coordinator//Coordinator//NB"
LONGEST_UID = 255
ROLES = {
    "chair": "CHAIR",
    "required": "REQ-PARTICIPANT",
    "optional": "OPT-PARTICIPANT",
    "informed": "NON-PARTICIPANT",
}
# What a message of each method says beyond UID, DTSTAMP and the occurrence it is of
# (RFC 5546 §3.2): n is SEQUENCE, t what and when, a attendees, s STATUS, d details.
_SAYS: dict[Method | None, str] = {
    "REQUEST": "ntasd",
    "COUNTER": "nta",
    "CANCEL": "nta",
    "REPLY": "nta",
    "PUBLISH": "ntsd",
    None: "ntsd",
    "REFRESH": "a",
    "DECLINECOUNTER": "",
}


@dataclass(frozen=True)
class AttendeeView:
    """Someone asked to a meeting, as one reader may see them.

    `role` is chair, required, optional or informed; `answer` a PARTSTAT in lower case.
    """

    address: str
    name: str = ""
    role: str = "required"
    answer: str = "needs-action"
    rsvp: bool = False
    kind: Literal["individual", "group", "room"] = "individual"
    delegated_to: str = ""
    delegated_from: str = ""


@dataclass(frozen=True)
class EventView:
    """A meeting, a series or one occurrence, as one reader may see it.

    `starts` and `ends` are wall times in `timezone`; `stamp`, `created` and `revised`
    are moments. An occurrence that is not as the rule has it is a view of its own with
    the series' `uid` and its original start as `recurrence_id`, and has no rule.
    `alarms` are minutes before. `related_to` is the series that this one goes on from.
    """

    uid: str
    stamp: datetime
    starts: datetime
    ends: datetime
    timezone: str
    summary: str
    sequence: int = 0
    description: str = ""
    location: str = ""
    link: str = ""
    url: str = ""
    organizer: str = ""
    organizer_name: str = ""
    attendees: tuple[AttendeeView, ...] = ()
    status: Literal["confirmed", "cancelled", "tentative"] = "confirmed"
    rule: Rule | None = None
    exdates: tuple[datetime, ...] = ()
    recurrence_id: datetime | None = None
    created: datetime | None = None
    revised: datetime | None = None
    alarms: tuple[int, ...] = ()
    related_to: str = ""
    class_: Literal["", "public", "private", "confidential"] = ""
    comment: str = ""

    @property
    def series(self) -> Series:
        """The meetings that its rule makes."""
        return Series(self.starts, self.ends, self.timezone, self.rule)


@dataclass(frozen=True)
class FeedHead:
    """What a feed says of itself (RFC 7986).

    No UID of its own: vdirsyncer takes that for the UID of each event, and keeps one.
    """

    name: str
    description: str = ""
    revised: datetime | None = None
    url: str = ""
    source: str = ""
    color: str = ""
    refresh: timedelta = timedelta(hours=1)


def calendar(
    views: Sequence[EventView],
    *,
    method: Method | None,
    feed: FeedHead | None = None,
) -> bytes:
    """Return a whole calendar of these events, with the zones that they use.

    Raises ValueError for an address, link or zone that cannot stand in a calendar.
    """
    events = [event_bytes(view, method) for view in views]
    spans = (span for view in views if (span := zone_span(view, method)))
    return joined(head_bytes(method, feed), zone_bytes(spans), events)


def joined(head: bytes, zones: bytes, events: Iterable[bytes]) -> bytes:
    """Return a calendar of parts that were kept."""
    return b"".join((head, zones, *events, b"END:VCALENDAR\r\n"))


def head_bytes(method: Method | None, feed: FeedHead | None = None) -> bytes:
    """Return how a calendar begins."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
    ]
    if method:
        lines.append(f"METHOD:{method}")
    if feed:
        lines += _feed(feed)
    return folded(lines)


def zone_span(
    view: EventView, method: Method | None = None
) -> tuple[str, int, int] | None:
    """Return the zone that the event's bytes name, and the years; None for none."""
    if view.timezone == "UTC":
        return None
    if "t" not in _SAYS[method]:
        original = view.recurrence_id
        return (view.timezone, original.year, original.year) if original else None
    named = [view.starts, view.ends, *view.exdates, *view.series.originals[-1:]]
    if view.recurrence_id:
        named.append(view.recurrence_id)
    return view.timezone, min(named).year, max(named).year


def zone_bytes(spans: Iterable[tuple[str, int, int]]) -> bytes:
    """Return the VTIMEZONE of each zone that is named, right for all of its years."""
    years: dict[str, tuple[int, int]] = {}
    for tzid, first, last in spans:
        known = years.get(tzid, (first, last))
        years[tzid] = min(first, known[0]), max(last, known[1])
    return b"".join(
        folded(zones.vtimezone(tzid, datetime(first, 1, 1), datetime(last, 12, 31)))
        for tzid, (first, last) in sorted(years.items())
    )


def event_bytes(view: EventView, method: Method | None = None) -> bytes:
    """Return one VEVENT, as a message of that method or a feed says it."""
    if not zones.known(view.timezone):
        raise ValueError("not a zone that calendars know")
    if not 0 < len(escape(view.uid).encode()) <= LONGEST_UID:
        raise ValueError("a UID has 1 to 255 octets")
    return folded(_event(view, method))


def _event(view: EventView, method: Method | None) -> Iterator[str]:
    says = _SAYS[method]
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(view.uid)}"
    yield f"DTSTAMP:{utc(view.stamp)}"
    if "n" in says:
        yield f"SEQUENCE:{view.sequence:d}"
    if view.recurrence_id:
        yield _time("RECURRENCE-ID", view.recurrence_id, view.timezone)
    if "t" in says:
        yield from _what_and_when(view)
    if view.organizer:
        name = _named(view.organizer_name)
        yield f"ORGANIZER{name}:{mailto(view.organizer)}"
    if "a" in says:
        yield from map(_attendee, view.attendees)
    # Who is alone no longer asked learns no status of a meeting that goes on.
    if "s" in says or (method == "CANCEL" and view.status == "cancelled"):
        yield f"STATUS:{_token(view.status)}"
    if view.comment:
        yield f"COMMENT:{escape(view.comment)}"
    if "d" in says:
        yield from _details(view)
    yield "END:VEVENT"


def _what_and_when(view: EventView) -> Iterator[str]:
    starts, ends = view.starts, view.ends
    if view.rule is None:
        starts, ends = _held(view)
    yield _time("DTSTART", starts, view.timezone)
    yield _time("DTEND", ends, view.timezone)
    if view.rule and not view.recurrence_id:
        yield f"RRULE:{view.series.rule_text}"
    for original in sorted(view.exdates):
        yield _time("EXDATE", original, view.timezone)
    yield f"SUMMARY:{escape(view.summary)}"
    if view.description:
        yield f"DESCRIPTION:{escape(view.description)}"
    if view.location:
        yield f"LOCATION:{escape(view.location)}"


def _held(view: EventView) -> tuple[datetime, datetime]:
    """Return when it is held: readers do not agree on a time that clocks skip."""
    moment, certainty = zones.instant(view.starts, view.timezone)
    starts, ends = view.starts, view.ends
    if certainty == "gap":
        starts = zones.wall(moment, view.timezone)
        ends = starts + (view.ends - view.starts)
    moment, certainty = zones.instant(ends, view.timezone)
    return starts, zones.wall(moment, view.timezone) if certainty == "gap" else ends


def _details(view: EventView) -> Iterator[str]:
    is_held = view.status != "cancelled"
    yield f"TRANSP:{'OPAQUE' if is_held else 'TRANSPARENT'}"
    if view.url or view.link:
        yield f"URL:{uri(view.url or view.link)}"
    if view.link:
        yield f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:{uri(view.link)}"
    if view.class_:
        yield f"CLASS:{_token(view.class_)}"
    if view.created:
        yield f"CREATED:{utc(view.created)}"
    if view.revised:
        yield f"LAST-MODIFIED:{utc(view.revised)}"
    if view.related_to:
        yield f"RELATED-TO;RELTYPE=SIBLING:{escape(view.related_to)}"
    for minutes in view.alarms if is_held else ():
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{escape(view.summary)}"
        yield f"TRIGGER:-PT{minutes:d}M"
        yield "END:VALARM"


def _time(name: str, wall: datetime, timezone: str) -> str:
    if wall.tzinfo is not None:
        raise ValueError("a wall time carries no time zone")
    if timezone == "UTC":
        return f"{name}:{local(wall)}Z"
    return f"{name};TZID={timezone}:{local(wall)}"


def _named(name: str) -> str:
    said = quoted(name) if name else '""'
    return f";CN={said}" if said != '""' else ""


def _attendee(attendee: AttendeeView) -> str:
    rsvp = ";RSVP=TRUE" if attendee.rsvp else ""
    delegated = ""
    if attendee.delegated_to:
        delegated += f';DELEGATED-TO="{mailto(attendee.delegated_to)}"'
    if attendee.delegated_from:
        delegated += f';DELEGATED-FROM="{mailto(attendee.delegated_from)}"'
    return (
        f"ATTENDEE;CUTYPE={_token(attendee.kind)};ROLE={ROLES[attendee.role]}"
        f";PARTSTAT={_token(attendee.answer)}{rsvp}{delegated}"
        f"{_named(attendee.name)}:{mailto(attendee.address)}"
    )


@lru_cache(maxsize=256)
def _token(word: str) -> str:
    if not word.isascii() or not word.replace("-", "").isalnum():
        raise ValueError("not a word of a calendar")
    return word.upper()


def _feed(feed: FeedHead) -> Iterator[str]:
    name = escape(feed.name)
    yield f"NAME:{name}"
    yield f"X-WR-CALNAME:{name}"
    if feed.description:
        yield f"DESCRIPTION:{escape(feed.description)}"
        yield f"X-WR-CALDESC:{escape(feed.description)}"
    if feed.revised:
        yield f"LAST-MODIFIED:{utc(feed.revised)}"
    if feed.url:
        yield f"URL:{uri(feed.url)}"
    if feed.source:
        yield f"SOURCE;VALUE=URI:{uri(feed.source)}"
    if feed.color:
        yield f"COLOR:{_token(feed.color).lower()}"
    minutes = max(1, int(feed.refresh.total_seconds() // 60))
    again = f"{minutes}M" if minutes % 60 else f"{minutes // 60}H"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:PT{again}"
    yield f"X-PUBLISHED-TTL:PT{again}"

"""What we are about to send, read again: it holds what was planned and nothing else.

The last line of defence against a text that became a property of its own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from icalendar import Calendar, Component

from coordinator import zones
from coordinator.calendar_objects import EventView, Method

ZONES = frozenset({"VTIMEZONE", "STANDARD", "DAYLIGHT"})
HEAD = frozenset({"VERSION", "PRODID", "CALSCALE"})


class BadCalendar(ValueError):
    """What was made is not what was planned."""


def check(raw: bytes, views: Sequence[EventView], method: Method | None) -> None:
    """Raise BadCalendar unless the bytes hold these events, and only what they say."""
    try:
        found = Calendar.from_ical(raw)
    except ValueError as problem:
        raise BadCalendar("cannot be read") from problem
    parts = list(found.walk())
    if any(part.errors for part in parts):
        raise BadCalendar("has properties that cannot be read")
    head = Counter(HEAD) + Counter(["METHOD"] if method else [])
    if _names(found) != head:
        raise BadCalendar("says more of itself than planned")
    events = [part for part in parts if part.name == "VEVENT"]
    kinds = Counter(part.name for part in parts if part.name not in ZONES)
    alarms = sum(len(view.alarms) for view in views if view.status != "cancelled")
    planned = Counter({"VCALENDAR": 1, "VEVENT": len(views), "VALARM": alarms})
    if +kinds != +planned:
        raise BadCalendar("holds other parts than planned")
    for event, view in zip(events, views, strict=True):
        _check_event(event, view, method)


def _check_event(event: Component, view: EventView, method: Method | None) -> None:
    if _names(event) != Counter(_planned(view, method)):
        raise BadCalendar("has other properties than planned")
    if str(event["UID"]) != view.uid:
        raise BadCalendar("is of another event")
    if "DTSTART" in event and _moment(event, "DTSTART") != _begins(view):
        raise BadCalendar("begins at another time")


def _names(component: Component) -> Counter[str]:
    items = component.property_items(recursive=False)
    return Counter(name for name, _value in items if name not in ("BEGIN", "END"))


def _planned(view: EventView, method: Method | None) -> Iterator[str]:
    """Yield the properties of an event by method, as RFC 5546 §3.2 has them."""
    yield from ("UID", "DTSTAMP")
    yield from _if("RECURRENCE-ID", view.recurrence_id)
    yield from _if("ORGANIZER", view.organizer)
    yield from _if("COMMENT", view.comment)
    if method in ("DECLINECOUNTER", "REFRESH"):
        if method == "REFRESH":
            yield from ("ATTENDEE" for _one in view.attendees)
        return
    yield from ("SEQUENCE", "DTSTART", "DTEND", "SUMMARY")
    yield from _if("DESCRIPTION", view.description)
    yield from _if("LOCATION", view.location)
    yield from _if("RRULE", view.rule and not view.recurrence_id)
    yield from ("EXDATE" for _one in view.exdates)
    if method not in ("PUBLISH", None):
        yield from ("ATTENDEE" for _one in view.attendees)
    if method in ("REQUEST", "PUBLISH", None):
        yield from ("STATUS", "TRANSP")
        yield from _if("URL", view.url or view.link)
        yield from _if("CONFERENCE", view.link)
        yield from _if("CLASS", view.class_)
        yield from _if("CREATED", view.created)
        yield from _if("LAST-MODIFIED", view.revised)
        yield from _if("RELATED-TO", view.related_to)
    elif method == "CANCEL":
        yield from _if("STATUS", view.status == "cancelled")


def _if(name: str, said: object) -> Iterator[str]:
    if said:
        yield name


def _begins(view: EventView) -> datetime:
    return zones.instant(view.starts, view.timezone)[0]


def _moment(event: Component, name: str) -> datetime:
    found = event.decoded(name)
    if not isinstance(found, datetime):
        raise BadCalendar("begins on a day, not at a time")
    return found.astimezone(UTC)

"""Feeds: how soon events become bytes, beside icalendar's own serialisation."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from icalendar import Alarm, Calendar, Event, vCalAddress

from bench.checks import Wrong
from bench.measures import Bench
from bench.report import Figure, at_least, at_most
from coordinator import calendar_objects
from coordinator.calendar_objects import AttendeeView, EventView, FeedHead

COLD = {1_000: at_most(100), 10_000: at_most(1_000)}
JOINED = {1_000: at_most(10), 10_000: at_most(100)}
TIMES_FASTER = at_least(10)
ATTENDEES = 5
COMPARED = 100
HOUR = timedelta(hours=1)
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
FIRST = datetime(2027, 1, 4, 9)
HEAD = FeedHead("Møter", revised=NOW)
NOTE = (
    "Milliseconds of one core for events of about 1.3 kB with five attendees and an "
    "alarm, as a REQUEST has them. The control serialises the same events, built "
    "before, by icalendar; a hundred of both are read back and must say the same."
)
Made = TypeVar("Made")


def calendars(bench: Bench) -> list[Figure]:
    """Measure feeds of 1,000 and 10,000 events, cold and joined of kept bytes."""
    bench.report.note(NOTE)
    return [figure for count in COLD for figure in _feeds(bench, count)]


def _feeds(bench: Bench, count: int) -> Iterator[Figure]:
    views = [_view(number) for number in range(count)]
    plain = _plain(views)
    _compare(views[:COMPARED])  # zones are known from here on: only events are cold
    cold, joined, control, times = [], [], [], []
    for _ in range(bench.size.rounds):
        took, raw = _timed(lambda: calendar_objects.calendar(views, method="REQUEST"))
        cold.append(took)
        theirs, _ = _timed(plain.to_ical)
        control.append(theirs)
        times.append(theirs / took)
        kept = [calendar_objects.event_bytes(view) for view in views]
        zones = calendar_objects.zone_bytes(
            span for view in views if (span := calendar_objects.zone_span(view))
        )
        head = calendar_objects.head_bytes(None, HEAD)
        took, _ = _timed(
            lambda parts=(head, zones, kept): calendar_objects.joined(*parts)  # type: ignore[misc]
        )
        joined.append(took)
    size = f"{len(raw) / 1000:,.0f} kB"
    yield Figure(f"feed of {count:,} events, cold", "ms", cold, COLD[count], size)
    yield Figure("the same joined of kept bytes", "ms", joined, JOINED[count])
    yield Figure("icalendar's serialisation of the same events", "ms", control)
    yield Figure("icalendar takes so many times as long", "×", times, TIMES_FASTER)


def _timed(make: Callable[[], Made]) -> tuple[float, Made]:
    start = time.process_time()
    made = make()
    return (time.process_time() - start) * 1000, made


def _view(number: int) -> EventView:
    starts = FIRST + timedelta(days=number % 500, hours=number % 6)
    return EventView(
        uid=f"{number:032x}@example.org",
        sequence=number % 4,
        stamp=NOW,
        starts=starts,
        ends=starts + HOUR,
        timezone="Europe/Oslo",
        summary=f"Samordning {number}; bolig, helse og økonomi",
        description="Saker til møtet:\n" + "Botilbud for dem som trenger det. " * 4,
        location="Møterom 3, Storgata 1",
        organizer="svar@example.org",
        organizer_name="Koordineringsenheten",
        attendees=tuple(
            AttendeeView(f"person{number % 97}-{at}@example.org", f"Person {at}")
            for at in range(ATTENDEES)
        ),
        created=NOW,
        revised=NOW,
        alarms=(15,),
    )


def _plain(views: list[EventView]) -> Calendar:
    """Return the same events as icalendar's components."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", calendar_objects.PRODUCT)
    calendar.add("method", "REQUEST")
    for view in views:
        calendar.add_component(_component(view))
    return calendar


def _component(view: EventView) -> Event:
    event = Event()
    zone = {"TZID": view.timezone}
    event.add("uid", view.uid)
    event.add("sequence", view.sequence)
    event.add("dtstamp", view.stamp)
    event.add("dtstart", view.starts, parameters=zone)
    event.add("dtend", view.ends, parameters=zone)
    event.add("summary", view.summary)
    event.add("description", view.description)
    event.add("location", view.location)
    event.add("organizer", _address(view.organizer, CN=view.organizer_name))
    for one in view.attendees:
        role = calendar_objects.ROLES[one.role]
        said = {"CUTYPE": "INDIVIDUAL", "ROLE": role, "PARTSTAT": one.answer.upper()}
        event.add("attendee", _address(one.address, **said, CN=one.name))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("created", view.created)
    event.add("last-modified", view.revised)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", view.summary)
    alarm.add("trigger", -timedelta(minutes=view.alarms[0]))
    event.add_component(alarm)
    return event


def _address(address: str, **parameters: str) -> vCalAddress:
    said = vCalAddress(f"mailto:{address}")
    for name, value in parameters.items():
        said.params[name] = value
    return said


def _compare(views: list[EventView]) -> None:
    """Raise Wrong if they do not say the same, however it is written."""
    ours = calendar_objects.calendar(views, method="REQUEST")
    read = [
        [
            sorted(str(item) for item in event.property_items())
            for event in Calendar.from_ical(raw).walk("VEVENT")
        ]
        for raw in (ours, _plain(views).to_ical())
    ]
    if read[0] != read[1]:
        raise Wrong("icalendar and we say different things of the same meetings")

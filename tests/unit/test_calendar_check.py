"""What we send is read again: it holds what was planned, and a line more is seen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator import calendar_objects, rrule
from coordinator.calendar_check import BadCalendar, check
from coordinator.calendar_objects import AttendeeView, EventView

STARTS, ENDS = datetime(2026, 12, 9, 10), datetime(2026, 12, 9, 11, 30)
EVENT = EventView(
    uid="6f1c",
    stamp=datetime(2026, 11, 26, tzinfo=UTC),
    starts=STARTS,
    ends=ENDS,
    timezone="Europe/Oslo",
    summary="Barn i Trondheim",
    organizer="enheten@example.org",
    attendees=(AttendeeView("kari@bv.example", "Kari"),),
    link="https://video.example/rom",
    rule=rrule.read("FREQ=WEEKLY;COUNT=5", STARTS, "Europe/Oslo"),
    exdates=(datetime(2026, 12, 16, 10),),
    revised=datetime(2026, 11, 26, tzinfo=UTC),
)
METHODS = ("REQUEST", "CANCEL", "PUBLISH", "DECLINECOUNTER", "REFRESH")
ANYTHING = st.text() | st.sampled_from(
    [
        "a\r\nATTENDEE:mailto:x@example.org",
        "\u2028END:VEVENT",
        '";X=1:',
        "\\n\\",
        "x" * 10**4,
    ]
)


@pytest.mark.parametrize("method", METHODS)
@given(summary=ANYTHING, place=ANYTHING, text=ANYTHING, name=ANYTHING)
def test_t17_no_text_adds_a_property(method, summary, place, text, name):
    view = replace(
        EVENT,
        summary=summary,
        location=place,
        description=text,
        comment=text,
        organizer_name=name,
        attendees=(AttendeeView("kari@bv.example", name),),
    )

    check(calendar_objects.calendar([view], method=method), [view], method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"END:VEVENT", b"ATTENDEE:mailto:x@example.org\r\nEND:VEVENT"),
        (b"END:VEVENT", b"X-EVIL:1\r\nEND:VEVENT"),
        (b"END:VEVENT", b"END:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT"),
        (b"END:VEVENT", b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT"),
        (b"CALSCALE", b"X-WR-CALNAME:x\r\nCALSCALE"),
        (b"METHOD:", b"METHOD:REPLY\r\nMETHOD:"),
        (b"UID:6f1c", b"UID:6f1d"),
        (b"DTSTAMP:2", b"DTSTAMP:x"),
        (b"END:VCALENDAR", b""),
    ],
)
def test_t17_anything_else_than_planned_is_seen(method, old, new):
    raw = calendar_objects.calendar([EVENT], method=method)
    assert old in raw

    with pytest.raises(BadCalendar):
        check(raw.replace(old, new), [EVENT], method)


def test_t17_another_time_is_seen():
    raw = calendar_objects.calendar([EVENT], method="REQUEST")

    with pytest.raises(BadCalendar):
        check(raw, [replace(EVENT, starts=datetime(2026, 12, 9, 9))], "REQUEST")

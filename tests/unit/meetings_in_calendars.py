"""A meeting, and each kind of message that is sent of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from coordinator import recurrence
from coordinator.calendar_objects import AttendeeView, EventView, FeedHead

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MONDAY = datetime(2027, 1, 4, 9)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)

CHAIR = AttendeeView("leder@example.org", "Leder", role="chair", answer="accepted")
KARI = AttendeeView("kari@example.org", "Kari Nordmann", rsvp=True)
OLA = AttendeeView(
    "ola@example.org", "Ola Nordmann", role="optional", answer="declined"
)
ROOM = AttendeeView("rom@example.org", "Møterom", kind="room", answer="accepted")

MEETING = EventView(
    uid="5f0c@example.org",
    sequence=2,
    stamp=NOW,
    starts=MONDAY,
    ends=MONDAY + HOUR,
    timezone="Europe/Oslo",
    summary="Samordning, første kvartal; plan",
    description="Saker:\n1. Bolig\n2. Helse",
    location="Oslo, Møllergata 1",
    link="https://video.example.org/møte?a=1;b=2",
    url="https://example.org/meetings/1",
    organizer="svar@example.org",
    organizer_name="Koordineringsenheten",
    attendees=(KARI,),
    created=NOW,
    revised=NOW,
    alarms=(15,),
)
SERIES = replace(
    MEETING,
    rule=recurrence.read("FREQ=WEEKLY;UNTIL=20271231", MONDAY, "Europe/Oslo"),
    exdates=(MONDAY + 2 * WEEK,),
)
MOVED = replace(
    MEETING,
    starts=MONDAY + WEEK + 5 * HOUR,
    ends=MONDAY + WEEK + 6 * HOUR,
    recurrence_id=MONDAY + WEEK,
)
FEED = FeedHead(
    name="Møter i Oslo",
    description="Mine møter",
    revised=NOW,
    url="https://example.org/meetings",
    source="https://example.org/feeds/abc.ics",
    color="teal",
)

# Each kind of message: its method, and the views that it is of.
MESSAGES = {
    "invitation": ("REQUEST", (MEETING,)),
    "invitation to a series": ("REQUEST", (SERIES,)),
    "moved occurrence": ("REQUEST", (MOVED,)),
    "series that goes on": ("REQUEST", (replace(SERIES, related_to="4e@example.org"),)),
    "cancellation": ("CANCEL", (replace(MEETING, status="cancelled", comment="Syk"),)),
    "cancelled series": ("CANCEL", (replace(SERIES, status="cancelled"),)),
    "cancelled occurrence": ("CANCEL", (replace(MOVED, status="cancelled"),)),
    "no longer asked": ("CANCEL", (MEETING,)),
    "publication": ("PUBLISH", (SERIES, MOVED)),
    "answer": (
        "REPLY",
        (replace(MEETING, attendees=(replace(KARI, answer="tentative"),)),),
    ),
    "answer to an occurrence": ("REPLY", (MOVED,)),
    "question for the newest": ("REFRESH", (MEETING,)),
    "another time": ("COUNTER", (MEETING,)),
    "another time refused": ("DECLINECOUNTER", (replace(MEETING, comment="Nei"),)),
    "another time of one refused": ("DECLINECOUNTER", (MOVED,)),
}

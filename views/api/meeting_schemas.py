"""The shapes of meetings: what programs send of them, and what they are answered."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from coordinator.meeting_values import LONGEST_LINK, LONGEST_LOCATION
from models.meeting import LONGEST_TITLE
from views.api.schemas import Shape


def _told(**schema: Any) -> Any:
    """Say more of a text in the document: the rules themselves are meeting_values'."""
    return Field(json_schema_extra=schema)


_MOMENT = {"pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$"}
Title = Annotated[str, _told(minLength=1, maxLength=LONGEST_TITLE)]
LocalTime = Annotated[str, _told(**_MOMENT, examples=["2026-12-09T10:00"])]
Zone = Annotated[str, _told(maxLength=64, examples=["Europe/Oslo"])]
Rule = Annotated[str, _told(maxLength=200, examples=["FREQ=WEEKLY;COUNT=4"])]
Line = Annotated[str, _told(maxLength=LONGEST_LOCATION)]
Link = Annotated[str, _told(maxLength=LONGEST_LINK, format="uri")]
Code = Annotated[str, _told(maxLength=96)]
Audience = Annotated[str, _told(enum=["network", "unit"])]
Day = Annotated[str, _told(format="date")]


class Written(BaseModel):
    """A shape that programs send: no field that we do not know."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ItemWritten(Written):
    """An item of the agenda; no place is the whole country, no track every track."""

    title: Title
    minutes: int | None = None
    steps: list[Code] = []
    place: Code | None = None
    track: Code | None = None
    clarifications: list[Code] = []
    organisations: list[Code] = []
    owner: Code | None = None


class OccurrenceWritten(Written):
    """One occurrence, by its original start: at another time or place, or cancelled.

    `cancelled` false lets it be as the series has it again.
    """

    original: LocalTime
    starts: LocalTime | None = None
    ends: LocalTime | None = None
    location: Line | None = None
    cancelled: bool | None = None
    reason: Line | None = None


class MeetingChanged(Written):
    """Fields of a meeting; those that are left out stay as they are.

    Times are wall times in `timezone`. `occurrences` go without other fields.
    """

    title: Title | None = None
    starts: LocalTime | None = None
    ends: LocalTime | None = None
    timezone: Zone | None = None
    network: Code | None = None
    rrule: Rule | None = None
    location: Line | None = None
    link: Link | None = None
    audience: Audience | None = None
    shows_attendees: bool | None = None
    answer_by: Day | None = None
    agenda: list[ItemWritten] | None = None
    occurrences: list[OccurrenceWritten] | None = None


class MeetingWritten(Written):
    """A meeting to be; times are wall times in `timezone`."""

    title: Title
    starts: LocalTime
    ends: LocalTime
    timezone: Zone | None = None
    network: Code | None = None
    rrule: Rule | None = None
    location: Line | None = None
    link: Link | None = None
    audience: Audience | None = None
    shows_attendees: bool | None = None
    answer_by: Day | None = None
    agenda: list[ItemWritten] = []


class CancelWritten(Written):
    """Why a meeting is cancelled; those who were asked are told."""

    reason: Line | None = None


class Item(Shape):
    """An item of the agenda."""

    title: str
    minutes: int | None
    steps: list[str]
    place: str | None
    track: str | None
    clarifications: list[str]
    organisations: list[str]
    owner: str | None


class Occurrence(Shape):
    """An occurrence that was moved or cancelled, by its original start."""

    original: str
    starts: str
    ends: str
    location: str
    cancelled: bool
    reason: str
    sequence: int


class Invitee(Shape):
    """Someone who is asked or told, why, and the answer; see `PARTSTAT`.

    `email` is for organizers alone, else empty; `only` is the one occurrence that
    someone is asked to.
    """

    holder: str | None
    name: str
    email: str
    role: Literal["required", "optional", "informed"]
    reasons: list[str]
    answer: Literal["needs-action", "accepted", "tentative", "declined", "delegated"]
    only: str | None


class Gap(Shape):
    """Somebody who should be there and cannot be asked; for organizers alone."""

    reason: Literal["nobody", "no_accountable", "no_address", "gone"]
    item: int | None
    step: str | None
    role: str
    holder: str | None
    name: str


class Meeting(Shape):
    """A meeting, its agenda, who is asked, and whom nobody can ask.

    `id` is its key, `uid` and `sequence` are those of every calendar.
    """

    id: str
    uid: str
    sequence: int
    status: Literal["confirmed", "cancelled"]
    reason: str
    title: str
    starts: str
    ends: str
    timezone: str
    network: str | None
    rrule: str
    location: str
    link: str
    audience: Literal["network", "unit"]
    shows_attendees: bool
    answer_by: str | None
    agenda: list[Item]
    occurrences: list[Occurrence]
    invitees: list[Invitee]
    gaps: list[Gap]


class Queued(Shape):
    """A mail that was queued: to whom, and what it tells."""

    email: str
    what: Literal[
        "invited",
        "invited_again",
        "updated",
        "moved",
        "cancelled",
        "uninvited",
        "occurrence_moved",
        "occurrence_cancelled",
        "occurrence_back",
    ]


class MeetingSent(Meeting):
    """A meeting, and the mails that were queued."""

    queued: int
    messages: list[Queued]

"""What people write of a meeting and its agenda, read and checked as one.

Everything that is wrong is told at once: which field, and a code for why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table

from coordinator import recurrence, values, wall_times, zones
from coordinator.access import select_to_write
from coordinator.catalogue import Catalogue
from coordinator.editing import Invalid
from coordinator.errors import SeveralSuccessors
from coordinator.exchange import Finding
from coordinator.recurrence import BadRule, Rule
from coordinator.values import Unreadable
from models import Network, Organisation, Post, db
from models.meeting import LONGEST_TITLE

LONGEST_LOCATION = 300
LONGEST_LINK = 1000
LONGEST_ITEM = 24 * 60
MOST_ITEMS = 60
MOST_NAMED = 200
AUDIENCES_OF_MEETINGS = ("network", "unit")


@dataclass(frozen=True)
class ItemWanted:
    """An agenda item as someone wants it; see `models.AgendaItem`."""

    title: str
    minutes: int | None = None
    steps: tuple[str, ...] = ()
    clarifications: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    place: str | None = None
    track: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class MeetingWanted:
    """A meeting as someone wants it; see `models.Meeting`. Times are wall times."""

    title: str
    starts: datetime
    ends: datetime
    timezone: str = "Europe/Oslo"
    network: str | None = None
    rule: Rule | None = None
    location: str = ""
    link: str = ""
    audience: str = "network"
    shows_attendees: bool = False
    answer_by: date | None = None
    agenda: tuple[ItemWanted, ...] = field(default=())


@dataclass
class _Reading:
    """Reads fields one by one and gathers what is wrong."""

    cells: Mapping[str, Any]
    prefix: str = ""
    findings: list[Finding] = field(default_factory=list)

    def tell(self, name: str, code: str, **details: str) -> None:
        self.findings.append(Finding(2, f"{self.prefix}{name}", code, details))

    def text(self, name: str, longest: int, *, required: bool = False) -> str:
        given = self.cells.get(name)
        text = str(given).strip() if given is not None else ""
        if not text and required:
            self.tell(name, "required")
        elif values.has_controls(text):
            self.tell(name, "control_characters")
        elif len(text) > longest:
            self.tell(name, "too_long", longest=str(longest))
        else:
            return text
        return ""

    def moment(self, name: str) -> datetime | None:
        text = self.text(name, 40, required=True)
        try:
            return wall_times.read(text) if text else None
        except Unreadable as problem:
            self.tell(name, problem.code)
            return None

    def times(self, timezone: str) -> tuple[datetime | None, datetime | None]:
        starts, ends = self.moment("starts"), self.moment("ends")
        if starts and ends:
            for fault in wall_times.faults(starts, ends, timezone):
                self.tell(fault.column, fault.code, **fault.details)
            return starts, ends
        for name, moment in (("starts", starts), ("ends", ends)):
            if moment is not None:
                for fault in wall_times.clock_faults(name, moment, timezone):
                    self.tell(name, fault.code, **fault.details)
        return starts, ends

    def codes(self, name: str) -> tuple[str, ...]:
        given = self.cells.get(name) or ()
        parts = given.split("|") if isinstance(given, str) else given
        found = tuple(dict.fromkeys(str(one).strip() for one in parts if str(one)))
        if len(found) > MOST_NAMED:
            self.tell(name, "too_many", most=str(MOST_NAMED))
            return ()
        for one in found:
            if values.has_controls(one) or len(one) > values.LONGEST_KEY:
                self.tell(name, "bad_key")
                return ()
        return found


def read_meeting(cells: Mapping[str, Any], known: Catalogue) -> MeetingWanted:
    """Return the meeting that the cells say; raise Invalid with all that is wrong.

    `starts` and `ends` are wall times in `timezone` (ISO 8601 without an offset). One
    that the zone skips or has twice is refused: nobody would know when to come.
    `agenda` is a list of items.
    """
    reading = _Reading(cells)
    title = reading.text("title", LONGEST_TITLE, required=True)
    timezone = reading.text("timezone", 64) or "Europe/Oslo"
    if not zones.known(timezone):
        reading.tell("timezone", "unknown_timezone", value=timezone)
        timezone = "Europe/Oslo"
    starts, ends = reading.times(timezone)
    found = MeetingWanted(
        title=title,
        starts=starts or datetime.min,
        ends=ends or datetime.max,
        timezone=timezone,
        network=_one_of(reading, "network", Network.__table__),
        rule=_rule(reading, starts, timezone),
        location=reading.text("location", LONGEST_LOCATION),
        link=_link(reading),
        audience=_audience(reading),
        shows_attendees=_flag(reading, "shows_attendees"),
        answer_by=_day(reading, "answer_by"),
        agenda=_agenda(reading, known),
    )
    if reading.findings:
        raise Invalid(reading.findings)
    return found


def read_item(cells: Mapping[str, Any], known: Catalogue) -> ItemWanted:
    """Return the agenda item that the cells say; raise Invalid."""
    reading = _Reading(cells)
    found = _item(reading, known)
    if reading.findings:
        raise Invalid(reading.findings)
    return found


def read_times(cells: Mapping[str, Any], timezone: str) -> tuple[datetime, datetime]:
    """Return when one occurrence starts and ends instead; raise Invalid."""
    reading = _Reading(cells)
    starts, ends = reading.times(timezone)
    if reading.findings or starts is None or ends is None:
        raise Invalid(reading.findings)
    return starts, ends


def read_reason(text: str) -> str:
    """Return why something is cancelled: a line of text; raise Invalid."""
    return _read_line("reason", text)


def read_location(text: str) -> str:
    """Return where something is: a line of text; raise Invalid."""
    return _read_line("location", text)


def _read_line(name: str, text: str) -> str:
    reading = _Reading({name: text})
    found = reading.text(name, LONGEST_LOCATION)
    if reading.findings:
        raise Invalid(reading.findings)
    return found


def _rule(reading: _Reading, starts: datetime | None, timezone: str) -> Rule | None:
    text = reading.text("rrule", 200)
    if not text or starts is None:
        return None
    try:
        return recurrence.read(text, starts, timezone)
    except BadRule as problem:
        value = problem.value or problem.part or text
        reading.tell("rrule", f"rule_{problem.code}", part=problem.part, value=value)
        return None


def _link(reading: _Reading) -> str:
    text = reading.text("link", LONGEST_LINK)
    if not text:
        return ""
    try:
        values.read_web(text[: values.LONGEST_ADDRESS])
    except Unreadable as problem:
        reading.tell("link", problem.code, **problem.details)
        return ""
    return text


def _audience(reading: _Reading) -> str:
    text = reading.text("audience", 10) or AUDIENCES_OF_MEETINGS[0]
    if text not in AUDIENCES_OF_MEETINGS:
        reading.tell("audience", "bad_choice", choices=", ".join(AUDIENCES_OF_MEETINGS))
    return text


def _flag(reading: _Reading, name: str) -> bool:
    given = reading.cells.get(name)
    if isinstance(given, bool):
        return given
    try:
        return values.read_boolean(reading.text(name, 10))
    except Unreadable as problem:
        reading.tell(name, problem.code)
        return False


def _day(reading: _Reading, name: str) -> date | None:
    given = reading.cells.get(name)
    if isinstance(given, date):
        return given
    text = reading.text(name, 10)
    try:
        return values.read_date(text) if text else None
    except Unreadable as problem:
        reading.tell(name, problem.code)
        return None


def _agenda(reading: _Reading, known: Catalogue) -> tuple[ItemWanted, ...]:
    given = reading.cells.get("agenda") or ()
    if len(given) > MOST_ITEMS:
        reading.tell("agenda", "too_many", most=str(MOST_ITEMS))
        return ()
    found = []
    for number, cells in enumerate(given):
        of_item = _Reading(cells, f"agenda.{number}.", reading.findings)
        found.append(_item(of_item, known))
    return tuple(found)


def _item(reading: _Reading, known: Catalogue) -> ItemWanted:
    steps, place, track = (
        reading.codes("steps"),
        reading.text("place", 64) or None,
        reading.text("track", 64) or None,
    )
    for step in steps:
        if step not in known.steps:
            reading.tell("steps", "unknown_step", value=step)
    if track is not None and track not in known.tracks:
        reading.tell("track", "unknown_track", value=track)
    if place is not None:
        _check_place(reading, place, known)
    organisations = reading.codes("organisations")
    _check_keys(reading, "organisations", organisations, Organisation.__table__)
    owner = reading.text("owner", values.LONGEST_KEY) or None
    if owner:
        _check_keys(reading, "owner", (owner,), Organisation.__table__, Post.__table__)
    return ItemWanted(
        title=reading.text("title", LONGEST_TITLE, required=True),
        minutes=_minutes(reading),
        steps=steps,
        clarifications=reading.codes("clarifications"),
        organisations=organisations,
        place=place,
        track=track,
        owner=owner,
    )


def _check_place(reading: _Reading, place: str, known: Catalogue) -> None:
    try:
        found = known.places.get(place)
        if found is None:
            reading.tell("place", "unknown_place", value=place)
        else:
            known.standing_place(place, date.max)
    except SeveralSuccessors as several:
        divided = ", ".join(several.successors)
        reading.tell("place", "divided_place", successors=divided)


def _minutes(reading: _Reading) -> int | None:
    text = reading.text("minutes", 6)
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) <= LONGEST_ITEM:
        reading.tell("minutes", "bad_minutes", most=str(LONGEST_ITEM))
        return None
    return int(text)


def _one_of(reading: _Reading, name: str, table: Table) -> str | None:
    key = reading.text(name, 96) or None
    if key:
        _check_keys(reading, name, (key,), table)
    return key


def _check_keys(
    reading: _Reading, name: str, keys: Sequence[str], *tables: Table
) -> None:
    """Refuse keys of records that are not there; the organizer sees them all."""
    missing = set(keys)
    for table in tables:
        (own,) = table.primary_key.columns
        if missing:
            found = select_to_write(own).where(own.in_(sorted(missing)))
            missing -= set(db.session.scalars(found))
    for key in sorted(missing):
        singular = {"organisations": "organisation"}.get(name, name)
        reading.tell(name, f"unknown_{singular}", value=key)

"""Meetings of an exchange file: what a row may change, and what follows from it.

A file says when a meeting is and what it is about, and sends nothing. What only its own
page knows stays there: the rule of a series, and the steps of an agenda.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Connection

from coordinator import wall_times
from coordinator.access import select_to_write
from coordinator.wall_times import Fault
from models import AgendaItem, Meeting

MEETING = Meeting.__table__
TIMES = ("starts", "ends", "timezone")
_USUAL_ZONE = "Europe/Oslo"


class Known(NamedTuple):
    """A meeting as it is kept, and whether it has an agenda."""

    network: str | None
    title: str
    starts: datetime
    ends: datetime
    timezone: str
    steps: tuple[str, ...]
    rrule: str
    status: str
    sequence: int
    first_sent_at: datetime | None
    has_agenda: bool = False

    def differs(self, values: Mapping[str, Any], *names: str) -> bool:
        """Return whether the values say otherwise, in these columns or in any."""
        said = {name: values[name] for name in names or _OF_FILES if name in values}
        return any(getattr(self, name) != value for name, value in said.items())


_OF_FILES = ("network", "title", *TIMES, "steps")


def known(connection: Connection, keys: Collection[str]) -> dict[str, Known]:
    """Return those of these meetings that there are, by key."""
    columns = (MEETING.c[name] for name in Known._fields[:-1])
    statement = select_to_write(MEETING.c.key, *columns)
    item = AgendaItem.__table__.c
    about = select_to_write(item.meeting).where(item.meeting.in_(keys))
    with_agenda = set(connection.scalars(about))
    return {
        key: Known(*row)._replace(has_agenda=key in with_agenda)
        for key, *row in connection.execute(statement.where(MEETING.c.key.in_(keys)))
    }


def faults(values: Mapping[str, Any], before: Known | None) -> Iterator[Fault]:
    """Yield what is wrong with a row, together with what the file leaves out."""
    if before is not None:
        if before.status == "cancelled" and before.differs(values):
            yield Fault("key", "meeting_is_cancelled", {})
            return
        if before.rrule and before.differs(values, *TIMES):
            yield Fault("starts", "series_by_file", {})
            return
        if not before.differs(values, *TIMES):
            return  # a zone's rules may have changed since; it stands as it is
    starts, ends, timezone = (
        values.get(name, getattr(before, name, _USUAL_ZONE)) for name in TIMES
    )
    for fault in wall_times.faults(starts, ends, timezone):
        is_early = fault.code == "ends_before_start"
        yield fault._replace(code="ends_too_early") if is_early else fault


def passes_over_steps(values: Mapping[str, Any], before: Known | None) -> bool:
    """Return whether the row's steps do not count: those of the agenda do."""
    if before is None or not before.has_agenda:
        return False
    return before.differs(values, "steps")


def completed(values: Mapping[str, Any], before: Known | None) -> dict[str, Any]:
    """Return the row with what follows from it, for a meeting without faults.

    A new meeting gets its UID. SEQUENCE rises where a meeting that was sent is moved
    (RFC 5546 §2.1.4).
    """
    found = dict(values)
    now = datetime.now(UTC)
    if before is None:
        ends = found["ends"]
        return found | {"uid": str(uuid4()), "revised_at": now, "last_day": ends.date()}
    if before.has_agenda:
        found.pop("steps", None)
    if not before.differs(found):
        return found
    found["revised_at"] = now
    if before.differs(found, *TIMES):
        found["last_day"] = found.get("ends", before.ends).date()
        rises = before.first_sent_at is not None
        found["sequence"] = before.sequence + int(rises)
    return found

"""What was done to meetings: which changes are of one, and which cannot be called back.

A mail that has left stays sent: of a meeting that somebody has in a calendar nothing is
undone. It is changed again instead, and they are told.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, false, or_

from coordinator.access import Viewer, select_to_write, select_visible
from models import (
    AgendaItem,
    Attendance,
    Change,
    Invitation,
    Meeting,
    Occurrence,
    OccurrenceAnswer,
    db,
)

MEETING = Meeting.__table__
INVITATION = Invitation.__table__
# Tables whose rows name the meeting that they are of.
PARTS = {
    model.__tablename__: model.__table__
    for model in (Occurrence, AgendaItem, Invitation, Attendance)
}
ANSWERS = OccurrenceAnswer.__tablename__
# What a mail has told of, or answers one. Who was there is no mail's word.
TOLD = frozenset({MEETING.name, ANSWERS, *PARTS} - {Attendance.__tablename__})

Fields = Mapping[str, Any] | None
Touched = tuple[str, str, Fields, Fields]


def of_meeting(key: str, viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition of a change of the meeting, or of what is part of it."""
    seen = select_visible(MEETING.c.key, viewer=viewer).where(MEETING.c.key == key)
    if db.session.scalars(seen).first() is None:
        return false()
    change, asked = Change.__table__.c, select_to_write(INVITATION.c.key)
    invited = asked.where(INVITATION.c.meeting == key)
    answer = OccurrenceAnswer.__table__.c
    answers = select_to_write(answer.key).where(answer.invitation.in_(invited))
    return or_(
        and_(change.kind == MEETING.name, change.key == key),
        *(
            and_(change.kind == name, _begins(change.key, key))
            for name in (Occurrence.__tablename__, Attendance.__tablename__)
        ),
        *(
            and_(change.kind == table.name, _is_of(table, key))
            for table in (AgendaItem.__table__, INVITATION)
        ),
        and_(change.kind == ANSWERS, change.key.in_(answers)),
    )


def _begins(key: ColumnElement[str], meeting: str) -> ColumnElement[bool]:
    return and_(key >= f"{meeting}|", key < f"{meeting}}}")


def _is_of(table: Table, meeting: str) -> ColumnElement[bool]:
    """Return that the change is of a row of the meeting, or of one that it had."""
    change = Change.__table__.c
    own = next(iter(table.primary_key.columns))
    now = select_to_write(own).where(table.c.meeting == meeting)
    was = (one["meeting"].as_string() for one in (change.before, change.after))
    return or_(change.key.in_(now), *(one == meeting for one in was))


def sent_among(touched: Iterable[Touched]) -> Sequence[str]:
    """Return the keys of the meetings that these changes are of and that were sent."""
    meetings: set[str] = set()
    asked: dict[str, set[str]] = {name: set() for name in PARTS}
    for kind, key, before, after in touched:
        if kind not in TOLD:
            continue
        if kind == MEETING.name:
            meetings.add(key)
            continue
        if kind == ANSWERS:
            kind, key = INVITATION.name, key.partition("|")[0]
        asked[kind].add(key)
        named = ((fields or {}).get("meeting") for fields in (before, after))
        meetings |= {one for one in named if one}
    for name, keys in asked.items():
        if keys:
            table = PARTS[name]
            own = next(iter(table.primary_key.columns))
            of = select_to_write(table.c.meeting).where(own.in_(sorted(keys)))
            meetings |= {one for one in db.session.scalars(of) if one}
    was_sent = select_to_write(MEETING.c.key).where(
        MEETING.c.key.in_(sorted(meetings)), MEETING.c.first_sent_at.is_not(None)
    )
    return sorted(db.session.scalars(was_sent))

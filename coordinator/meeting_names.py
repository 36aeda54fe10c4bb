"""What meetings are called in lists: title and first day, for many have one title."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from coordinator.access import Viewer, select_visible
from models import AgendaItem, Invitation, Meeting, db, fold

MEETING = Meeting.__table__.c
ITEM, INVITATION = AgendaItem.__table__.c, Invitation.__table__.c


class Titled(NamedTuple):
    """A meeting by its title and its first day."""

    title: str
    day: date


class Guest(NamedTuple):
    """Who is asked: a person, an organisation or a post, or a deputy who is neither."""

    person: str | None
    holder: str | None


def titles(keys: Collection[str], viewer: Viewer) -> dict[str, Titled]:
    """Return those of these meetings that the viewer sees, by key."""
    statement = select_visible(
        MEETING.key, MEETING.title, MEETING.starts, viewer=viewer
    )
    rows = db.session.execute(statement.where(MEETING.key.in_(sorted(keys))))
    return {key: Titled(title, starts.date()) for key, title, starts in rows}


def called(text: str, viewer: Viewer, limit: int = 20) -> dict[str, Titled]:
    """Return the meetings whose titles hold the words, or those called exactly so."""
    statement = select_visible(
        MEETING.key, MEETING.title, MEETING.starts, viewer=viewer
    )
    words = fold(text).split()
    if not words:
        return {}
    named = statement.where(
        *(MEETING.folded.contains(word, autoescape=True) for word in words)
    )
    rows = db.session.execute(named.order_by(MEETING.key).limit(limit))
    found = {key: Titled(title, starts.date()) for key, title, starts in rows}
    exactly = {k: one for k, one in found.items() if fold(one.title) == fold(text)}
    return exactly or found


def offered(viewer: Viewer, limit: int) -> Mapping[str, Titled]:
    """Return the newest meetings, at most so many, the latest first."""
    statement = select_visible(
        MEETING.key, MEETING.title, MEETING.starts, viewer=viewer
    )
    newest = statement.order_by(MEETING.starts.desc(), MEETING.key).limit(limit)
    return {
        key: Titled(title, starts.date())
        for key, title, starts in db.session.execute(newest)
    }


def items(keys: Collection[str], viewer: Viewer) -> dict[str, str]:
    """Return the titles of these agenda items, those that the viewer sees."""
    statement = select_visible(ITEM.key, ITEM.title, viewer=viewer)
    rows = db.session.execute(statement.where(ITEM.key.in_(sorted(keys))))
    return dict(map(tuple, rows))


def guests(keys: Collection[str], viewer: Viewer) -> dict[str, Guest]:
    """Return who is asked by these invitations, those that the viewer sees."""
    columns = INVITATION.key, INVITATION.person, INVITATION.holder
    statement = select_visible(*columns, viewer=viewer)
    rows = db.session.execute(statement.where(INVITATION.key.in_(sorted(keys))))
    return {key: Guest(person, holder) for key, person, holder in rows}

"""The outbox: mails written in the transaction they tell of, delivered afterwards.

The row is the truth. Who delivers claims it for a while; what is not reported sent by
then is due again, so that a mail may come twice but is never lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, func, insert, or_

from coordinator.access import Viewer, select_to_write, select_visible
from coordinator.errors import NotFound
from models import Message, db, one_write

LEASE = timedelta(minutes=5)
# How long to wait after each attempt that failed for now; after the last it has failed.
WAITS = tuple(timedelta(minutes=n) for n in (1, 5, 30, 120, 480, 1440))
PAGE = 50
LONGEST_FAULT = 200


class Delivery(NamedTuple):
    """A mail to deliver now: what it tells, to whom, in which language."""

    key: str
    kind: str
    recipient: str
    language: str
    told: Mapping[str, Any]
    written_at: datetime


def write(
    kind: str,
    recipient: str,
    told: Mapping[str, Any],
    *,
    language: str = "nb",
    user: str | None = None,
) -> Message:
    """Write a mail in the caller's transaction: it leaves if and when that commits."""
    now = _now()
    message = Message(
        key=uuid4().hex,
        kind=kind,
        recipient=recipient,
        user=user,
        language=language,
        told=dict(told),
        written_at=now,
        due_at=now,
    )
    db.session.add(message)
    db.session.flush()
    return message


class Letter(NamedTuple):
    """A mail to be written: its key, kind, recipient, and what it tells."""

    key: str
    kind: str
    recipient: str
    told: Mapping[str, Any]
    language: str = "nb"
    user: str | None = None


def write_all(letters: Iterable[Letter], written_at: datetime) -> None:
    """Write many mails in the caller's transaction, in one statement."""
    rows = [
        {
            **letter._asdict(),
            "state": "waiting",
            "written_at": written_at,
            "due_at": written_at,
            "attempts": 0,
            "fault": "",
        }
        for letter in letters
    ]
    if rows:
        db.session.connection().execute(insert(Message), rows)


@one_write
def claim(limit: int = 1) -> list[Delivery]:
    """Return mails that are due, for the caller alone to deliver in the next minutes.

    One, unless told otherwise: a slow server may take minutes for each, and those that
    wait behind it must not become another's. Those written first come first. Writers
    wait for each other, so no two get the same.
    """
    now = _now()
    statement = (
        select_to_write(Message)
        .where(*_due(now))
        .order_by(Message.due_at, Message.written_at, Message.key)
        .limit(limit)
    )
    found = []
    for message in db.session.scalars(statement):
        message.leased_until = now + LEASE
        message.attempts += 1
        found.append(
            Delivery(
                message.key,
                message.kind,
                message.recipient,
                message.language,
                message.told or {},
                message.written_at,
            )
        )
    return found


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(Message.leased_until.is_(None), Message.leased_until <= now)
    return Message.state == "waiting", Message.due_at <= now, free


def under_way() -> int:
    """Return how many mails are due or being delivered by someone right now."""
    now = _now()
    due = Message.state == "waiting", Message.due_at <= now
    count = select_to_write(func.count(Message.key)).where(*due)
    found = db.session.scalars(count).one()
    db.session.rollback()
    return int(found)


@one_write
def sent(key: str) -> None:
    """Note that the mail has left; what it told, with any secret, is forgotten."""
    message = _message(key)
    message.state, message.sent_at, message.told = "sent", _now(), None
    message.leased_until, message.fault = None, ""


@one_write
def failed(key: str, fault: str, *, for_good: bool) -> None:
    """Note that the mail did not leave, and when to try again, if at all."""
    message = _message(key)
    message.fault = fault[:LONGEST_FAULT]
    message.leased_until = None
    if for_good or message.attempts > len(WAITS):
        message.state = "failed"
    else:
        # None, where the unit began anew while this attempt was under way.
        message.due_at = _now() + WAITS[max(message.attempts, 1) - 1]


@one_write
def retry(key: str) -> None:
    """Let a mail that failed or waits be tried at once; raise NotFound for no such."""
    message = _message(key)
    if message.state not in ("failed", "waiting"):
        raise NotFound("message", key)
    message.state, message.due_at = "waiting", _now()
    message.attempts = 0


@one_write
def drop(key: str) -> None:
    """Withdraw a mail that would tell what is no longer so."""
    message = _message(key)
    message.state, message.told, message.leased_until = "withdrawn", None, None


def withdraw(user: str) -> None:
    """Withdraw what has not left yet to the user, in the caller's transaction."""
    statement = select_to_write(Message).where(
        Message.user == user, Message.state.in_(("waiting", "failed"))
    )
    for message in db.session.scalars(statement):
        message.state, message.told = "withdrawn", None
    db.session.flush()


def listed(
    viewer: Viewer, *, state: str = "", text: str = "", skip: int = 0
) -> tuple[Sequence[Any], int]:
    """Return a page of the mails that the viewer may see, and how many there are."""
    message = Message.__table__.c
    conditions = []
    if state:
        conditions.append(message.state == state)
    if text:
        folded = text.casefold()
        conditions.append(message.recipient.contains(folded, autoescape=True))
    columns = (
        message.key,
        message.kind,
        message.recipient,
        message.state,
        message.written_at,
        message.due_at,
        message.sent_at,
        message.attempts,
        message.fault,
    )
    statement = select_visible(*columns, viewer=viewer).where(*conditions)
    statement = statement.order_by(message.written_at.desc(), message.key)
    count = select_visible(func.count(message.key), viewer=viewer).where(*conditions)
    page = list(db.session.execute(statement.offset(skip).limit(PAGE)))
    return page, int(db.session.scalars(count).one())


def _message(key: str) -> Message:
    statement = select_to_write(Message).where(Message.key == key)
    message: Message | None = db.session.scalars(statement).first()
    if message is None:
        raise NotFound("message", key)
    return message


def _now() -> datetime:
    return datetime.now(UTC)

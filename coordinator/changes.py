"""What has changed: the counter by which caches know that they are current."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ScalarSelect, Select

from coordinator import own_connection
from coordinator.access import select_to_write
from models import Change, ChangeCounter, db

COUNTER = "SELECT value FROM change_counter WHERE id = 1"


def counter() -> int:
    """Return the seq of the newest change that is committed, in any process."""
    return own_connection.number(COUNTER)


def counter_in_session() -> int:
    """Return the counter as this session's transaction sees it.

    What is kept of what the session read is kept by this one: where its transaction
    began before a change was committed, `counter` is ahead of what it reads.
    """
    found: int = db.session.scalars(select_to_write(ChangeCounter.value)).one()
    return found


def newest(kinds: tuple[str, ...]) -> int:
    """Return the seq of the newest change of these kinds of records, or 0."""
    seeks = db.session.connection().execute(_newest_of_each(kinds)).one()
    return max(seq or 0 for seq in seeks)


@lru_cache(maxsize=16)
def _newest_of_each(kinds: tuple[str, ...]) -> Select[Any]:
    """Return the statement, built once: building it took longer than running it."""
    # Only the number leaves, so the gate has nothing to hide here.
    return select_to_write(*map(_newest_of, kinds))


def _newest_of(kind: str) -> ScalarSelect[Any]:
    """Return a seek for the newest change of a kind, one step in one index.

    Nothing but the index of kind and seq gives this order. For a plain maximum,
    PostgreSQL walked back through the changes of every other kind (measured).
    """
    at_or_before = (
        select_to_write(Change.kind, Change.seq)
        .where(Change.kind <= kind)
        .order_by(Change.kind.desc(), Change.seq.desc())
        .limit(1)
        .subquery()
    )
    of_kind = at_or_before.c.kind == kind
    return select_to_write(at_or_before.c.seq).where(of_kind).scalar_subquery()

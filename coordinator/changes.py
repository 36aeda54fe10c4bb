"""What has changed: the counter by which caches know that they are current."""

import threading
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, ScalarSelect, Select
from sqlalchemy.exc import OperationalError

from coordinator.access import select_to_write
from models import Change, db

COUNTER = "SELECT value FROM change_counter WHERE id = 1"


class _Threads(threading.local):
    """The driver connections of one thread, one for each database."""

    def __init__(self) -> None:
        self.connections: WeakKeyDictionary[Engine, Any] = WeakKeyDictionary()


_threads = _Threads()


def counter() -> int:
    """Return the seq of the newest change that is committed, in any process.

    It is read on this thread's own driver connection: asked on every request, it would
    cost half the request's time through a session (measured).
    """
    engine = db.engine
    connection = _threads.connections.get(engine)
    if connection is not None:
        try:
            return _counter_on(connection)
        except engine.dialect.loaded_dbapi.Error:  # the server restarted: begin anew
            connection.close()
    try:
        return _counter_on(_connect(engine))
    except engine.dialect.loaded_dbapi.Error as error:  # not migrated, or gone again
        raise OperationalError(COUNTER, None, error) from error


def _connect(engine: Engine) -> Any:
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    if engine.dialect.name == "postgresql":
        connection.autocommit = True
    _threads.connections[engine] = connection
    return connection


def _counter_on(connection: Any) -> int:
    row = connection.execute(COUNTER).fetchone()
    return int(row[0])


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


def disconnect() -> None:
    """Close this thread's own driver connections; the next question opens anew."""
    for connection in _threads.connections.values():
        connection.close()
    _threads.connections.clear()

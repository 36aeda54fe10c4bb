"""A connection of each thread, for the little that every request asks.

Through a session, each such question would cost as much as all else of a kept answer
(measured). It commits by itself, so it holds no transaction open between questions and
sees what other processes have committed. It is not of the pool, and never written on.
"""

import threading
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Row, Select
from sqlalchemy.exc import DBAPIError, OperationalError

from models import db


class _Threads(threading.local):
    """The connections of one thread, one for each database."""

    def __init__(self) -> None:
        self.connections: WeakKeyDictionary[Engine, Connection] = WeakKeyDictionary()


_threads = _Threads()


def first(
    statement: Select[*tuple[Any, ...]], **values: Any
) -> Row[*tuple[Any, ...]] | None:
    """Return the first row of a statement; on a connection that was cut, anew."""
    try:
        return _connection().execute(statement, values).first()
    except DBAPIError:  # the server restarted: begin anew
        disconnect()
        return _connection().execute(statement, values).first()


def number(sql: str) -> int:
    """Return the number that the driver finds by this text: the quickest question.

    Raise OperationalError where it cannot be asked.
    """
    found = values(sql)
    return int(found[0]) if found else 0


def values(sql: str, *parameters: str) -> tuple[Any, ...] | None:
    """Return the first row that the driver finds by this text, as the driver has it.

    Each `?` is a parameter. Raise OperationalError where it cannot be asked.
    """
    error_of_driver = db.engine.dialect.loaded_dbapi.Error
    try:
        try:
            return _values(sql, parameters)
        except error_of_driver:
            disconnect()
            return _values(sql, parameters)
    except error_of_driver as error:  # not migrated, or gone again
        raise OperationalError(sql, None, error) from error


def _values(sql: str, parameters: tuple[str, ...]) -> tuple[Any, ...] | None:
    connection = _connection()
    driver: Any = connection.connection.dbapi_connection
    if not parameters:
        return _row(driver.execute(sql))
    if connection.dialect.paramstyle != "qmark":
        sql = sql.replace("?", "%s")
    return _row(driver.execute(sql, parameters))


def _row(cursor: Any) -> tuple[Any, ...] | None:
    found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def _connection() -> Connection:
    engine = db.engine
    found = _threads.connections.get(engine)
    if found is None:
        found = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        found.detach()
        _threads.connections[engine] = found
    return found


def disconnect() -> None:
    """Close this thread's own connections; the next question opens anew."""
    for connection in _threads.connections.values():
        connection.close()
    _threads.connections.clear()

"""Change rows: what changed in every record, when and by whom; and their counter.

Caches, history, undo, as-of and the graph's catching up all read these rows. They are
written by the session hook below, and by bulk imports through `append`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from sqlalchemy import BigInteger, Index, String, event, insert, inspect, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import (
    Mapped,
    QueryableAttribute,
    Session,
    SessionTransaction,
    UOWTransaction,
    mapped_column,
)

from models.base import JSON_VALUE, LONG_KEY, Base, Searchable, Unrecorded, db, fold
from models.organisation import Entry

P = ParamSpec("P")
R = TypeVar("R")

# Derived from other columns: kept by code, never edited, so no change of a record.
DERIVED = frozenset({"folded", "entry_kind"})


class Change(Base):
    """One change of one record: seq without gaps, in the order of commits.

    `kind` is the table, `key` the record's key (parts joined by `|`). `before` is null
    for a new record and `after` for a deleted one; else both hold the fields changed.
    `act` is the seq of the first change of the transaction: what was done at one time,
    and is undone together. `audience` is the class of whom the change may be told: a
    line that was protected then stays so in its history.
    """

    __tablename__ = "change"
    __table_args__ = (Index(None, "kind", "key", "seq"), Index(None, "kind", "seq"))

    seq: Mapped[int] = mapped_column(
        BigInteger(), primary_key=True, autoincrement=False
    )
    act: Mapped[int] = mapped_column(BigInteger())
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(LONG_KEY)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON_VALUE)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON_VALUE)
    audience: Mapped[str] = mapped_column(String(10))


class ChangeCounter(Base):
    """The seq of the newest change; its one row makes writers wait for each other.

    A database sequence would not do: a lower number could commit after a higher one,
    and a reader that catches up by seq would miss it for ever.
    """

    __tablename__ = "change_counter"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigInteger(), default=0)


class Entered(NamedTuple):
    """A change not yet written: table, key, and the fields before and after."""

    kind: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    audience: str = "unit"


def audience_of_change(*states: Mapping[str, Any] | None) -> str:
    """Return who may be told of a change between these whole states of a record.

    The unit; nobody below "protected" where the record has a class of its own and was
    or became protected.
    """
    classes = [state["audience"] for state in states if state and "audience" in state]
    return "protected" if {None, "protected"} & set(classes) else "unit"


followers: list[Callable[[Connection, Sequence[Entered]], None]] = []
"""What is kept in step with the records: called with changes that were just written,
in their transaction."""


def append(connection: Connection, who: str, changes: Iterable[Entered]) -> int:
    """Write the changes in this transaction and return the new counter.

    The records themselves are written before, so that followers can read them.
    """
    rows = list(changes)
    value = connection.execute(
        update(ChangeCounter)
        .values(value=ChangeCounter.value + len(rows))
        .returning(ChangeCounter.value)
    ).scalar_one()
    if rows:
        first = value - len(rows) + 1
        same = {"act": _act(connection, first), "at": datetime.now(UTC), "who": who}
        connection.execute(
            insert(Change),
            [
                {"seq": seq, **same, **row._asdict()}
                for seq, row in enumerate(rows, start=first)
            ],
        )
        for follow in followers:
            follow(connection, rows)
    return value


def _act(connection: Connection, first: int) -> int:
    """Return the seq of the transaction's first change, which is `first` if none is."""
    transaction = connection.get_transaction()
    began, act = connection.info.get("act", (None, first))
    if began is not transaction:
        act = first
        connection.info["act"] = transaction, act
    return int(act)


def begin_write() -> None:
    """Open the session's transaction as a write, before anything is read in it.

    Writers wait for each other from here on, so that what one of them reads stays true
    until it commits: on SQLite by BEGIN IMMEDIATE, on PostgreSQL by the counter's row.
    A write stays one. Raise RuntimeError where something was read before.
    """
    session = db.session()
    if session.in_transaction():
        if session.connection().get_execution_options().get("writes"):
            return
        raise RuntimeError("something was read before the write began")
    connection = db.session.connection(execution_options={"writes": True})
    if connection.dialect.name == "postgresql":
        connection.execute(select(ChangeCounter.value).with_for_update())


def one_write(verb: Callable[P, R]) -> Callable[P, R]:
    """Let a verb be one write: committed when it returns, undone when it raises."""

    @wraps(verb)
    def written(*arguments: P.args, **options: P.kwargs) -> R:
        begin_write()
        try:
            result = verb(*arguments, **options)
        except BaseException:
            db.session.rollback()
            raise
        db.session.commit()
        return result

    return written


def is_writing() -> bool:
    """Return whether the session's transaction is a write, or has unsaved records."""
    session = db.session()
    options = session.connection().get_execution_options()
    return bool(options.get("writes") or session.info.get("changed"))


def jsonable(value: Any) -> Any:
    """Return a column's value as JSON keeps it: dates as ISO 8601, lists as lists."""
    if isinstance(value, date):  # or a datetime, which is one
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _key(record: Base) -> str:
    return "|".join(map(str, inspect(record).mapper.primary_key_from_instance(record)))


def _fields(record: Base) -> list[str]:
    derived = DERIVED | {"audience"} if isinstance(record, Entry) else DERIVED
    return [a.key for a in inspect(record).mapper.column_attrs if a.key not in derived]


def _edited(record: Base) -> Entered | None:
    """Return the fields that really differ, or None when nothing does."""
    before, after = {}, {}
    for name in _fields(record):
        history = inspect(record).attrs[name].load_history()
        if history.added and history.deleted and history.added != history.deleted:
            before[name] = jsonable(history.deleted[0])
            after[name] = jsonable(history.added[0])
    if not after:
        return None
    whole = _whole(record)
    audience = audience_of_change(whole | before, whole)
    return Entered(record.__tablename__, _key(record), before, after, audience)


def _made_or_gone(record: Base, *, is_new: bool) -> Entered:
    whole = _whole(record)
    before, after = (None, whole) if is_new else (whole, None)
    audience = audience_of_change(whole)
    return Entered(record.__tablename__, _key(record), before, after, audience)


def _whole(record: Base) -> dict[str, Any]:
    return {name: jsonable(getattr(record, name)) for name in _fields(record)}


def _is_tracked(record: object) -> bool:
    return isinstance(record, Base) and not isinstance(
        record, Change | ChangeCounter | Unrecorded
    )


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _remember_old_values(
    _class: type[Base], _name: str, attribute: QueryableAttribute[Any]
) -> None:
    """Load a column's old value before it is set.

    An expired attribute that is set without being read would otherwise have no
    history, and its change would be lost.
    """
    if hasattr(attribute.property, "columns"):
        event.listen(attribute, "set", _keep_value, active_history=True)


def _keep_value(_record: Base, _value: Any, _old: Any, _initiator: Any) -> None:
    """Change nothing: listening is what makes SQLAlchemy load the old value."""


@event.listens_for(db.session, "before_flush")
def _keep_folded(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    for record in session.new | session.dirty:
        if isinstance(record, Base) and isinstance(record, Searchable):
            fields = SEARCHED[record.__tablename__]
            values = {field: getattr(record, field) for field in fields}
            record.folded = folded(record.__tablename__, values)


@event.listens_for(db.session, "after_flush")
def _record_changes(session: Session, _context: UOWTransaction) -> None:
    who = session.info.get("who", "system")
    changes = [
        _made_or_gone(record, is_new=True)
        for record in session.new
        if _is_tracked(record)
    ]
    changes += filter(None, map(_edited, filter(_is_tracked, session.dirty)))
    changes += [
        _made_or_gone(record, is_new=False)
        for record in session.deleted
        if _is_tracked(record)
    ]
    if changes:
        session.info["changed"] = True
        append(session.connection(), who, changes)


@event.listens_for(db.session, "after_transaction_end")
def _forget_changed(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop("changed", None)


# The fields a record is found by. A hidden field is never one: a search must not find
# by what it does not show.
SEARCHED: dict[str, tuple[str, ...]] = {
    "place": ("code", "name", "other_names"),
    "organisation": ("key", "name", "orgnr"),
    "post": ("key", "title"),
    "person": ("key", "name"),
    "contact_point": ("owner", "value", "note"),
    "network": ("key", "name", "mandate"),
    "meeting": ("key", "title"),
    "synonym": ("subject", "phrase"),
}


def folded(kind: str, values: Mapping[str, Any]) -> str:
    """Return every name that a record of the kind is found by, folded.

    >>> folded("place", {"code": "5628", "name": "Tana", "other_names": ("Deatnu",)})
    '5628 tana deatnu'
    """
    names: list[str] = []
    for field in SEARCHED[kind]:
        value = values[field] or ""
        names += value if isinstance(value, tuple) else (value,)
    return fold(*names)

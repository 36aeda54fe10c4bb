"""History: what was done to the records, act by act, and how to take it back.

An act is what one transaction changed. All of it is read from the Change rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Date, Table, func

from coordinator import meeting_history, synonyms, upsert
from coordinator.access import Viewer, reclassify, select_to_write, select_visible
from coordinator.accounts import Account
from coordinator.columns import EDITED, RecordKind
from coordinator.editing import (
    NotAllowed,
    act_of_this_write,
    may_edit,
    of_record,
    row_of,
)
from coordinator.errors import NotFound, Refused
from coordinator.exchange import exposing
from coordinator.opening import OSLO
from models import Base, Change, Entry, Synonym, begin_write, db, one_write
from models.base import CodeList, UtcDateTime
from models.meeting import LocalDateTime

UNDONE_WITHIN = timedelta(days=30)
MOST_UNDONE = 2000
PAGE = 30
# Of an act that changed more, such as an import, the rest is counted.
MOST_SHOWN = 20
MOST_DIFFERING = 300
MOST_REWOUND = 20_000

# The class of an entry that comes back, where it is not derived from others.
_AUDIENCES = {"person": "network"}


class Row(NamedTuple):
    """One record's part of an act: null before for a new one, null after for none."""

    seq: int
    kind: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Act(NamedTuple):
    """What was done at one time, by whom; `rows` are the first of `size` records."""

    act: int
    at: datetime
    who: str
    size: int
    rows: tuple[Row, ...]


class CannotUndo(Refused):
    """The act stands: a code says why, `records` which kinds and keys are in the way.

    too_old, too_large, already_sent, changed_since, in_use, missing or would_expose.
    """

    def __init__(self, code: str, records: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(code)
        self.code, self.records = code, tuple(records)


def of(kind: RecordKind, key: str, viewer: Viewer, *, limit: int = PAGE) -> list[Act]:
    """Return the newest acts that touched the record, also under earlier keys."""
    conditions, passed = [of_record(kind, key)], {key}
    while earlier := _key_before(kind, key):
        if earlier in passed:
            break
        passed.add(earlier)
        conditions.append(of_record(kind, earlier))
        key = earlier
    change = Change.__table__.c
    rows: list[Any] = []
    for condition in conditions:
        statement = _changes(viewer).where(condition)
        newest = statement.order_by(change.seq.desc()).limit(limit * MOST_SHOWN)
        rows += db.session.execute(newest)
    return _as_acts(sorted(rows, key=lambda row: -row.seq))[:limit]


def _key_before(kind: RecordKind, key: str) -> str | None:
    """Return the key that the record had before an edit gave it this one."""
    if "key" not in kind.table.c or kind.entry_kind:
        return None
    change = Change.__table__.c
    own = change.kind == kind.table.name
    made = (
        select_to_write(change.act)
        .where(own, change.key == key, change.before.is_(None))
        .order_by(change.seq.desc())
        .limit(1)
    )
    act = db.session.scalars(made).first()
    if act is None:
        return None
    gone = [
        row.key
        for row in _rows_of(act, MOST_SHOWN)
        if row.kind == kind.table.name and row.after is None
    ]
    return gone[0] if len(gone) == 1 else None


def of_meeting(key: str, viewer: Viewer, *, limit: int = PAGE) -> list[Act]:
    """Return the newest acts that touched the meeting, its agenda, guests or answers.

    Nothing to a viewer who does not see the meeting.
    """
    change = Change.__table__.c
    own = meeting_history.of_meeting(key, viewer)
    newest = _changes(viewer).where(own).order_by(change.seq.desc())
    return _as_acts(db.session.execute(newest.limit(limit * MOST_SHOWN)))[:limit]


def acts(
    viewer: Viewer,
    *,
    since: date | None = None,
    until: date | None = None,
    who: str = "",
    kind: str = "",
    deletions: bool = False,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Act]:
    """Return the newest acts, those before an act where one is given.

    Days are inclusive, in Europe/Oslo. `kind` is a table's name; `deletions` are acts
    that deleted something of it.
    """
    change = Change.__table__.c
    statement = select_visible(change.act, viewer=viewer).distinct()
    if since:
        statement = statement.where(change.at >= _begin(since))
    if until:
        statement = statement.where(change.at < moment_after(until))
    if who:
        statement = statement.where(change.who == who)
    if kind:
        statement = statement.where(change.kind == kind)
    if deletions:
        statement = statement.where(change.after.is_(None))
    if before is not None:
        statement = statement.where(change.act < before, change.seq < before)
    numbers = db.session.scalars(statement.order_by(change.act.desc()).limit(limit))
    return [one(number, viewer) for number in list(numbers)]


def _begin(day: date) -> datetime:
    """Return when the day begins in Oslo; what no clock can say, as near as it can."""
    day = min(max(day, _FIRST_DAY), _LAST_DAY)
    return datetime(day.year, day.month, day.day, tzinfo=OSLO)


def moment_after(day: date) -> datetime:
    """Return when the day is over in Oslo."""
    return _begin(min(day, _LAST_DAY) + timedelta(days=1))


_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)


def one(act: int, viewer: Viewer, *, most: int = MOST_SHOWN) -> Act:
    """Return the act; raise NotFound when the viewer sees none."""
    change = Change.__table__.c
    statement = _changes(viewer).where(change.seq >= act, change.act == act)
    rows = list(db.session.execute(statement.order_by(change.seq).limit(most)))
    if not rows:
        raise NotFound("change", str(act))
    (found,) = _as_acts(rows)
    if len(rows) < most:
        return found
    count = select_visible(func.count(change.seq), viewer=viewer).where(
        change.seq >= act, change.act == act
    )
    return found._replace(size=db.session.scalars(count).one())


def is_told(act: int, viewer: Viewer) -> bool:
    """Return whether the viewer sees any of the act."""
    change = Change.__table__.c
    statement = select_visible(change.seq, viewer=viewer).where(
        change.seq >= act, change.act == act
    )
    return db.session.scalars(statement.limit(1)).first() is not None


def _changes(viewer: Viewer) -> Any:
    change = Change.__table__.c
    return select_visible(
        change.seq,
        change.act,
        change.at,
        change.who,
        change.kind,
        change.key,
        change.before,
        change.after,
        viewer=viewer,
    )


def _as_acts(rows: Iterable[Any]) -> list[Act]:
    found: dict[int, Act] = {}
    for row in rows:
        known = found.get(row.act) or Act(row.act, row.at, row.who, 0, ())
        part = Row(row.seq, row.kind, row.key, row.before, row.after)
        found[row.act] = known._replace(size=known.size + 1, rows=(*known.rows, part))
    return list(found.values())


def _rows_of(act: int, most: int) -> list[Row]:
    change = Change.__table__.c
    statement = select_to_write(
        change.seq, change.kind, change.key, change.before, change.after
    ).where(change.seq >= act, change.act == act)
    rows = db.session.execute(statement.order_by(change.seq).limit(most))
    return [Row(*row) for row in rows]


# Taking back


def why_not_undo(act: int) -> CannotUndo | None:
    """Return why the act cannot be taken back; None where it seems that it can."""
    rows = _rows_of(act, MOST_UNDONE + 1)
    if not rows:
        return CannotUndo("missing")
    if len(rows) > MOST_UNDONE:
        return CannotUndo("too_large")
    change = Change.__table__.c
    at = db.session.scalars(select_to_write(change.at).where(change.seq == act)).one()
    if at < datetime.now(UTC) - UNDONE_WITHIN:
        return CannotUndo("too_old")
    touched = ((row.kind, row.key, row.before, row.after) for row in rows)
    if sent := meeting_history.sent_among(touched):
        return CannotUndo("already_sent", [("meeting", key) for key in sent])
    newer = [(row.kind, row.key) for row in rows if _is_changed_since(row, act)]
    return CannotUndo("changed_since", newer) if newer else None


def _is_changed_since(row: Row, act: int) -> bool:
    """Return whether a later act changed what this row of the act changed."""
    change = Change.__table__.c
    later = select_to_write(change.before, change.after).where(
        change.kind == row.kind,
        change.key == row.key,
        change.seq > row.seq,
        change.act > act,
    )
    for before, after in db.session.execute(later):
        if None in (before, after, row.before, row.after):
            return True
        if before.keys() & (row.after or {}).keys():
            return True
    return False


def may_undo(act: int, account: Account) -> bool:
    """Return whether the account may take the act back: the unit any, others theirs."""
    return account.role == "unit" or who_did(act) == account.key


def who_did(act: int) -> str | None:
    """Return the key of who did it; None where there is no such act."""
    change = Change.__table__.c
    statement = select_to_write(change.who).where(change.seq == act)
    return db.session.scalars(statement).first()


@one_write
def undo(act: int, account: Account) -> int | None:
    """Take back all that the act changed, and return the act that does.

    Within thirty days, and while nothing newer stands in the way. Raise CannotUndo,
    or NotAllowed where an agency's record is no longer its own; then nothing has
    changed.
    """
    if refusal := why_not_undo(act):
        raise refusal
    connection = db.session.connection()
    rows = _rows_of(act, MOST_UNDONE)
    _refuse_strangers(rows, account)
    for row in reversed(rows):
        _take_back(connection, row, account.key)
    _refuse_strangers(rows, account)
    reclassify(connection)
    if lines := list(exposing(connection)):
        owners = [("organisation", line["owner"]) for line in lines]
        raise CannotUndo("would_expose", owners)
    return act_of_this_write()


def _refuse_strangers(rows: Iterable[Row], account: Account) -> None:
    """Refuse an agency what is another's now, though it was its own."""
    if account.role == "unit":
        return
    for row in rows:
        kind = _KIND_OF.get(row.kind)
        if kind is None:
            raise NotAllowed
        is_there = row_of(kind.table, row.key) is not None
        if is_there and not may_edit(kind, row.key, account):
            raise NotAllowed


_KIND_OF = {kind.table.name: kind for kind in EDITED.values()}


def _take_back(connection: Connection, row: Row, who: str) -> None:
    """Take one change back, where nothing stands in the way; raise CannotUndo."""
    table = Base.metadata.tables[row.kind]
    if row.before is None:
        if leans := _leaning_on(connection, table, _parts(row)[0]):
            raise CannotUndo("in_use", leans)
    else:
        if row.after is None and table.name in upsert.ENTRIES:
            entry = Entry.__table__.c
            taken = select_to_write(entry.key).where(entry.key == row.key)
            if connection.execute(taken).first():
                raise CannotUndo("changed_since", [(row.kind, row.key)])
        if missing := _missing(connection, table, _values_before(row)):
            raise CannotUndo("missing", missing)
    _reverse(connection, row, who)


def _reverse(connection: Connection, row: Row, who: str) -> None:
    """Make the record what it was before the change."""
    table = Base.metadata.tables[row.kind]
    if row.before is None:
        upsert.remove(connection, who, table, [_parts(row)])
        return
    if row.after is None and table.name in upsert.ENTRIES:
        audience = _AUDIENCES.get(table.name)
        upsert.add_entries(connection, table.name, [row.key], audience)
    upsert.write(connection, who, table, [_values_before(row)])


def _parts(row: Row) -> tuple[str, ...]:
    width = len(Base.metadata.tables[row.kind].primary_key.columns)
    return tuple(row.key.split("|", width - 1))


def _values_before(row: Row) -> dict[str, Any]:
    table = Base.metadata.tables[row.kind]
    names = [column.key for column in table.primary_key.columns]
    return dict(zip(names, _parts(row), strict=True)) | {
        name: value_of(table.c[name], value)
        for name, value in (row.before or {}).items()
        if name in table.c
    }


def value_of(column: Column[Any], kept: Any) -> Any:
    """Return a column's value from what a change keeps of it; undoes `jsonable`."""
    if kept is None:
        return None
    if isinstance(column.type, CodeList):
        return tuple(kept)
    if isinstance(column.type, Date):
        return date.fromisoformat(kept)
    if isinstance(column.type, UtcDateTime | LocalDateTime):
        return datetime.fromisoformat(kept)
    return kept


def _leaning_on(
    connection: Connection, table: Table, key: str
) -> list[tuple[str, str]]:
    """Return the rows that lead to this one, or to the entry that goes with it."""
    targets = {table.name} | ({"entry"} if table.name in upsert.ENTRIES else set())
    found = [("synonym", one) for one in synonyms.keys_of(table, key)[:5]]
    for other in Base.metadata.sorted_tables:
        for foreign in other.foreign_keys:
            is_own_entry = other is table and foreign.column.table.name == "entry"
            if foreign.column.table.name not in targets or is_own_entry:
                continue
            if foreign.ondelete == "CASCADE" and other.name not in Base.metadata.tables:
                continue
            own = list(other.primary_key.columns)
            statement = select_to_write(*own).where(foreign.parent == key).limit(5)
            found += [
                (other.name, "|".join(map(str, row)))
                for row in connection.execute(statement)
            ]
    return found


def _missing(
    connection: Connection, table: Table, values: dict[str, Any]
) -> list[tuple[str, str]]:
    """Return what the row would lead to and is not there."""
    found = []
    for foreign in table.foreign_keys:
        wanted, target = values.get(foreign.parent.key), foreign.column
        comes_along = table.name in upsert.ENTRIES and foreign.parent.primary_key
        if wanted is None or comes_along:
            continue
        statement = select_to_write(target).where(target == wanted)
        if connection.execute(statement).first() is None:
            found.append((target.table.name, str(wanted)))
    if table is Synonym.__table__ and not synonyms.is_there(values["subject"]):
        prefix, _colon, code = values["subject"].partition(":")
        found.append((synonyms.SUBJECTS[prefix].name, code))
    return found


# As of a day


class TooLongAgo(Refused):
    """Nothing was kept yet that day, or too much has changed since to take back."""


def end_of(day: date) -> int:
    """Return the seq of the newest change by the end of the day in Oslo, 0 for none.

    Found by halving: `at` has no index, and does not decrease with seq.
    """
    moment = moment_after(day)
    change = Change.__table__.c
    low = 0
    high = db.session.scalars(select_to_write(func.max(change.seq))).one() or 0
    while low < high:
        middle = (low + high + 1) // 2
        at = select_to_write(change.at).where(change.seq <= middle)
        newest = db.session.scalars(at.order_by(change.seq.desc()).limit(1)).first()
        if newest is not None and newest < moment:
            low = middle
        else:
            high = middle - 1
    return low


@contextmanager
def as_of(day: date) -> Iterator[None]:
    """Let everything read in this context be as it was kept at the end of the day.

    What changed since is taken back in a write that is never committed: the rules and
    the gate are the ordinary ones, and writers wait meanwhile. Raise TooLongAgo.
    """
    db.session.rollback()
    begin_write()
    try:
        newest = end_of(day)
        if not newest:
            raise TooLongAgo
        change = Change.__table__.c
        since = select_to_write(
            change.seq, change.kind, change.key, change.before, change.after
        ).where(change.seq > newest)
        latest_first = since.order_by(change.seq.desc()).limit(MOST_REWOUND + 1)
        rows = [Row(*row) for row in db.session.execute(latest_first)]
        if len(rows) > MOST_REWOUND:
            raise TooLongAgo
        connection = db.session.connection()
        for row in rows:
            _reverse(connection, row, "history")
        reclassify(connection)
        yield
    finally:
        db.session.rollback()


def difference(first: date, second: date, viewer: Viewer) -> tuple[list[Row], int]:
    """Return what differs between the ends of two days, and how many records do.

    Net: what came and went in between is not there. The first records of many.
    """
    low, high = sorted((end_of(first), end_of(second)))
    change = Change.__table__.c
    statement = _changes(viewer).where(change.seq > low, change.seq <= high)
    found: dict[tuple[str, str], Row] = {}
    for row in db.session.execute(statement.order_by(change.seq)):
        known = found.get((row.kind, row.key))
        new = Row(row.seq, row.kind, row.key, row.before, row.after)
        found[row.kind, row.key] = _joined(known, new) if known else new
    differing = [net for row in found.values() if (net := _net(row))]
    return differing[:MOST_DIFFERING], len(differing)


def _joined(first: Row, then: Row) -> Row:
    """Return two changes of a record as one."""
    before = first.before
    if before is not None and first.after is not None and then.before is not None:
        # Fields that only the second touched are as it found them.
        before = {**then.before, **before}
    after = then.after
    if after is not None and then.before is not None and first.after is not None:
        after = {**first.after, **after}
    return Row(then.seq, first.kind, first.key, before, after)


def _net(row: Row) -> Row | None:
    """Return only what differs in the end; None where nothing does."""
    if row.before is None or row.after is None:
        return None if row.before is row.after else row
    names = [name for name in row.after if row.after[name] != row.before.get(name)]
    if not names:
        return None
    before, after = (
        {n: side.get(n) for n in names} for side in (row.before, row.after)
    )
    return row._replace(before=before, after=after)

"""Rows written in bulk, in one transaction, with their changes.

What differs is written, what is the same is left alone, and every difference becomes
a Change row: the same promise as the session hook's, for files and reference data.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    tuple_,
    update,
)

from coordinator.access import select_to_write
from models import Entry
from models.base import CodeList
from models.change import (
    DERIVED,
    SEARCHED,
    Entered,
    append,
    audience_of_change,
    folded,
    jsonable,
)

Row = Mapping[str, Any]
ENTRIES = ("organisation", "post", "person")
_entry = Entry.__table__
Key = tuple[Any, ...]


class Written(NamedTuple):
    """The keys of the rows that were new, and of those that changed."""

    created: set[str]
    updated: set[str]


def _blank(table: Table) -> dict[str, Any]:
    """Return what a new row holds where nothing is said."""
    return {column.key: _default(column) for column in table.columns}


def _default(column: Any) -> Any:
    if column.default is not None and column.default.is_scalar:
        return column.default.arg
    return () if isinstance(column.type, CodeList) else None


def _key(table: Table, row: Row) -> Key:
    return tuple(row[name] for name in _key_names(table))


@cache
def _key_names(table: Table) -> tuple[str, ...]:
    return tuple(column.key for column in table.primary_key.columns)


def _fields(row: Row) -> dict[str, Any]:
    return {name: jsonable(value) for name, value in row.items() if name not in DERIVED}


def existing(
    connection: Connection, table: Table, keys: Collection[Key]
) -> dict[Key, dict[str, Any]]:
    """Return the rows of these keys as they are."""
    if not keys:
        return {}
    columns = list(table.primary_key.columns)
    if len(columns) == 1:
        condition = columns[0].in_([key[0] for key in keys])
    else:
        condition = tuple_(*columns).in_(list(keys))
    statement = select_to_write(*table.columns).where(condition)
    found = [dict(row._mapping) for row in connection.execute(statement)]
    return {_key(table, row): row for row in found}


def write(
    connection: Connection,
    who: str,
    table: Table,
    rows: Sequence[Row],
    defaults: Row | None = None,
) -> Written:
    """Write the rows: new ones whole, known ones where they differ.

    Each row names its key columns; a column that it leaves out keeps its value, or
    gets its default in a new row. Each key comes once.
    """
    known = existing(connection, table, [_key(table, row) for row in rows])
    blank = _blank(table) | dict(defaults or {})
    written = Written(set(), set())
    created, updated, changes = [], [], []
    for row in rows:
        key = _key(table, row)
        before = known.get(key)
        after = {**(before or blank), **row}
        if table.name in SEARCHED:
            after["folded"] = folded(table.name, after)
        name = "|".join(map(str, key))
        if before is None:
            created.append(after)
            written.created.add(name)
            audience = audience_of_change(after)
            changes.append(Entered(table.name, name, None, _fields(after), audience))
        elif differing := [column for column in row if before[column] != after[column]]:
            updated.append(after)
            written.updated.add(name)
            old, new = (
                {column: jsonable(values[column]) for column in differing}
                for values in (before, after)
            )
            audience = audience_of_change(before, after)
            changes.append(Entered(table.name, name, old, new, audience))
    if created:
        connection.execute(insert(table), created)
    if updated:
        _update(connection, table, updated)
    if changes:
        append(connection, who, changes)
    return written


def add_entries(
    connection: Connection, kind: str, keys: Collection[str], audience: str | None
) -> None:
    """Take the keys in the directory's one namespace, before their records come."""
    rows = [{"key": key, "entry_kind": kind, "audience": audience} for key in keys]
    if rows:
        connection.execute(insert(_entry), rows)


def remove(
    connection: Connection, who: str, table: Table, keys: Collection[Key]
) -> int:
    """Remove the rows of these keys, each with its change; return how many.

    What has a key of the directory gives it back.
    """
    found = existing(connection, table, keys)
    for key in found:
        own = zip(table.primary_key.columns, key, strict=True)
        connection.execute(delete(table).where(*(one == value for one, value in own)))
        if table.name in ENTRIES:
            connection.execute(delete(_entry).where(_entry.c.key == key[0]))
    changes = [
        Entered(
            table.name,
            "|".join(map(str, key)),
            _fields(row),
            None,
            audience_of_change(row),
        )
        for key, row in found.items()
    ]
    if changes:
        append(connection, who, changes)
    return len(changes)


def _update(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    keys = list(table.primary_key.columns)
    others = [column for column in table.columns if not column.primary_key]
    statement = (
        update(table)
        .where(and_(*(column == bindparam(f"key_{column.key}") for column in keys)))
        .values({column: bindparam(f"new_{column.key}") for column in others})
    )
    connection.execute(
        statement,
        [
            {f"key_{column.key}": row[column.key] for column in keys}
            | {f"new_{column.key}": row[column.key] for column in others}
            for row in rows
        ],
    )


def write_links(
    connection: Connection,
    who: str,
    table: Table,
    wanted: Mapping[str, Iterable[str]],
) -> set[str]:
    """Make the links of each owner exactly those wanted; return whose changed.

    The table's key is (owner, linked), in that order.
    """
    owner, linked = table.primary_key.columns
    statement = select_to_write(owner, linked).where(owner.in_(list(wanted)))
    have = {tuple(row) for row in connection.execute(statement)}
    want = {(one, other) for one, others in wanted.items() for other in others}
    new, gone = sorted(want - have), sorted(have - want)
    changes = []
    if gone:
        connection.execute(delete(table).where(tuple_(owner, linked).in_(gone)))
        changes += [
            Entered(table.name, "|".join(pair), _pair(table, pair), None)
            for pair in gone
        ]
    if new:
        connection.execute(
            insert(table), [{**_blank(table), **_pair(table, pair)} for pair in new]
        )
        changes += [
            Entered(table.name, "|".join(pair), None, _pair(table, pair))
            for pair in new
        ]
    if changes:
        append(connection, who, changes)
    return {pair[0] for pair in (*new, *gone)}


def _pair(table: Table, pair: Sequence[str]) -> dict[str, str]:
    columns = [column.key for column in table.primary_key.columns]
    return dict(zip(columns, pair, strict=True))

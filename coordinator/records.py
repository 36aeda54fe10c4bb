"""Records as rows of values, page by page, read through the gate."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, or_

from coordinator import catalogue, synonyms
from coordinator.access import Viewer, count_hidden, select_visible
from coordinator.columns import RecordKind
from models import (
    Attendance,
    LocalisedText,
    Meeting,
    Membership,
    Network,
    Organisation,
    Post,
    Responsibility,
    Synonym,
    db,
    fold,
)
from models.change import SEARCHED

Values = Mapping[str, Any]
LONGEST_PAGE = 1000


class Page(NamedTuple):
    """Rows in the order of their keys, and the key after which the next page begins."""

    rows: Sequence[Values]
    next: str | None


def page(
    kind: RecordKind,
    viewer: Viewer,
    *,
    query: str = "",
    after: str = "",
    limit: int = LONGEST_PAGE,
) -> Page:
    """Return up to `limit` records after a key, those that hold the query's text."""
    key = next(iter(kind.table.primary_key.columns))
    statement = select_visible(*kind.table.columns, viewer=viewer)
    statement = _matching(statement, kind, query, viewer)
    if after:
        statement = statement.where(key > after)
    found = list(db.session.execute(statement.order_by(key).limit(limit + 1)))
    shown = [dict(row._mapping) for row in found[:limit]]
    rows = as_values(kind, shown, viewer)
    return Page(rows, shown[-1][key.key] if len(found) > limit else None)


def as_values(
    kind: RecordKind, rows: list[dict[str, Any]], viewer: Viewer
) -> list[Values]:
    """Return rows of the table as values of the kind's columns, links included."""
    key = next(iter(kind.table.primary_key.columns)).key
    links = _links(kind, [row[key] for row in rows], viewer)
    return [
        {
            column.name: _value(kind, row, column.name, links, row[key])
            for column in kind.columns
        }
        for row in rows
    ]


def one(kind: RecordKind, viewer: Viewer, key: str) -> Values | None:
    """Return the record of that key; None where the viewer sees none."""
    own = next(iter(kind.table.primary_key.columns))
    statement = select_visible(*kind.table.columns, viewer=viewer)
    found = db.session.execute(statement.where(own == key)).first()
    return as_values(kind, [dict(found._mapping)], viewer)[0] if found else None


def of_keys(
    kind: RecordKind, viewer: Viewer, keys: Collection[str]
) -> dict[str, Values]:
    """Return the records of these keys that the viewer sees, by key."""
    own = next(iter(kind.table.primary_key.columns))
    statement = select_visible(*kind.table.columns, viewer=viewer)
    found = db.session.execute(statement.where(own.in_(keys)))
    rows = [dict(row._mapping) for row in found]
    values = as_values(kind, rows, viewer)
    return {row[own.key]: one for row, one in zip(rows, values, strict=True)}


def every(kind: RecordKind, viewer: Viewer) -> Iterator[Values]:
    """Yield every record that the viewer may see, in the order of keys."""
    after: str | None = ""
    while after is not None:
        rows, after = page(kind, viewer, after=after)
        yield from rows


def hidden(kind: RecordKind, viewer: Viewer) -> int:
    """Return how many records of the kind the viewer may not see."""
    return count_hidden(kind.table, viewer)


def keys_named(model: Any, word: str, viewer: Viewer) -> Select[Any]:
    """Return the select of the keys of this model whose names hold the folded word."""
    (own,) = model.__table__.primary_key.columns
    statement = select_visible(own, viewer=viewer)
    return statement.where(model.__table__.c.folded.contains(word, autoescape=True))


def membership_named(word: str, viewer: Viewer) -> ColumnElement[bool]:
    """Return that a membership's network or holder has the folded word in a name."""
    table = Membership.__table__.c
    return or_(
        table.network.in_(keys_named(Network, word, viewer)),
        *(
            table.holder.in_(keys_named(one, word, viewer))
            for one in (Organisation, Post)
        ),
    )


def attendance_named(word: str, viewer: Viewer) -> ColumnElement[bool]:
    """Return that an attendance's meeting or holder has the folded word in a name."""
    table = Attendance.__table__.c
    return or_(
        table.meeting.in_(keys_named(Meeting, word, viewer)),
        *(
            table.holder.in_(keys_named(one, word, viewer))
            for one in (Organisation, Post)
        ),
    )


def synonym_named(word: str, viewer: Viewer) -> ColumnElement[bool]:
    """Return that a synonym, or what it stands for, has the folded word in it."""
    table = Synonym.__table__.c
    named = called(word, synonyms.subjects(catalogue.current(viewer)))
    return or_(table.folded.contains(word, autoescape=True), table.subject.in_(named))


def called(word: str, texts: Mapping[str, LocalisedText]) -> list[str]:
    """Return the codes whose words in some language hold the folded word."""
    return [code for code, text in texts.items() if word in fold(*text.values())]


def _matching(
    statement: Select[Any], kind: RecordKind, query: str, viewer: Viewer
) -> Select[Any]:
    words = fold(query).split()
    table: Table = kind.table
    if kind.table is Membership.__table__:
        return statement.where(*(membership_named(word, viewer) for word in words))
    if kind.table is Attendance.__table__:
        return statement.where(*(attendance_named(word, viewer) for word in words))
    if kind.table is Synonym.__table__:
        return statement.where(*(synonym_named(word, viewer) for word in words))
    if kind.table is Responsibility.__table__:
        texts = table.c.key
    elif kind.table.name in SEARCHED:
        texts = table.c.folded
    else:
        return statement
    return statement.where(*(texts.contains(word, autoescape=True) for word in words))


def _links(
    kind: RecordKind, keys: list[str], viewer: Viewer
) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, table in kind.links.items():
        owner, linked = table.primary_key.columns
        statement = select_visible(owner, linked, viewer=viewer)
        links: dict[str, tuple[str, ...]] = {}
        for one, other in db.session.execute(
            statement.where(owner.in_(keys)).order_by(owner, linked)
        ):
            links[one] = (*links.get(one, ()), other)
        found[name] = links
    return found


def _value(
    kind: RecordKind,
    row: dict[str, Any],
    name: str,
    links: dict[str, dict[str, tuple[str, ...]]],
    key: str,
) -> Any:
    if name in kind.links:
        return links[name].get(key, ())
    if part := kind.text_of(name):
        return (row[part[0]] or {}).get(part[1])
    if name == "holder" and "holder_kind" in row:
        return row["holder_key"] or f"kind:{row['holder_kind']}"
    return row[name]

"""The columns of each kind of record, as exchange files and the API name them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Table

from coordinator import values
from models import (
    AUDIENCES,
    CHANNELS,
    PLACE_KINDS,
    ROLES,
    STATUSES,
    ContactPoint,
    Holding,
    Organisation,
    Person,
    Place,
    PlaceParent,
    PlaceSuccessor,
    Post,
    Responsibility,
    ServiceArea,
)

Reader = Callable[[str], Any]


def _read_anything(text: str) -> str:
    return text


@dataclass(frozen=True)
class Column:
    """One column: how a cell is read, and where its value is kept.

    `empty` is what an empty cell, or a new row without the column, means; a `required`
    one may not be empty. A list's cells are parted by `|`; a set's order says nothing,
    so that it is kept sorted.
    """

    name: str
    read: Reader
    empty: Any = None
    required: bool = False
    is_list: bool = False
    is_set: bool = False

    def value(self, cell: str) -> Any:
        """Return the value of a cell; raise values.Unreadable."""
        if cell == "":
            if self.required:
                raise values.Unreadable("required")
            return self.empty
        if self.is_list:
            parts = [part.strip() for part in cell.split("|")]
            found = tuple(self.read(part) for part in parts if part)
            return tuple(sorted(set(found)) if self.is_set else dict.fromkeys(found))
        return self.read(cell)

    def cell(self, value: Any) -> str:
        """Return what `value` reads back as the same value."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, tuple):
            return "|".join(value)
        return value.isoformat() if isinstance(value, date) else str(value)


def _key(name: str, *, required: bool = True) -> Column:
    return Column(name, values.read_key, required=required)


def _keys(name: str, reader: Reader = values.read_key) -> Column:
    return Column(name, reader, empty=(), is_list=True)


def _key_set(name: str) -> Column:
    return Column(name, values.read_key, empty=(), is_list=True, is_set=True)


def _day(name: str) -> Column:
    return Column(name, values.read_date)


def _choice(
    name: str, choices: tuple[str, ...], empty: Any = None, *, required: bool = False
) -> Column:
    return Column(
        name, partial(values.read_choice, choices=choices), empty, required=required
    )


def _text(name: str, reader: Reader = values.read_text, empty: Any = "") -> Column:
    return Column(name, reader, empty)


def _required_text(name: str) -> Column:
    return Column(name, values.read_text, required=True)


def _flag(name: str) -> Column:
    return Column(name, values.read_boolean, empty=False)


def _read_holder(text: str) -> str:
    """Read a key of an organisation or a post, or `kind:` and a kind."""
    prefix, colon, kind = text.partition(":")
    if colon and prefix == "kind":
        return f"kind:{values.read_key(kind)}"
    return values.read_key(text)


DATES = (_day("valid_from"), _day("valid_to"))


@dataclass(frozen=True)
class RecordKind:
    """A kind of record: its table, its columns, and what it is known by.

    `known_by` are the columns that make its key, joined by `|`. `links` are columns
    that live in a table of (owner, linked) pairs.
    """

    name: str
    table: Table
    columns: tuple[Column, ...]
    known_by: tuple[str, ...]
    links: Mapping[str, Table] = field(default_factory=dict)
    entry_kind: str | None = None
    audience: str | None = None

    def column(self, name: str) -> Column | None:
        """Return the column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)

    @cached_property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns that make its key, in the order of the columns."""
        return tuple(one for one in self.columns if one.name in self.known_by)

    def key(self, row: Mapping[str, Any]) -> str:
        """Return the key that the row is known by."""
        return "|".join(column.cell(row[column.name]) for column in self.key_columns)


KINDS = {
    kind.name: kind
    for kind in (
        RecordKind(
            "places",
            Place.__table__,
            (
                _key("code"),
                _choice("kind", PLACE_KINDS, required=True),
                _required_text("name"),
                _key_set("parents"),
                _keys("other_names", values.read_text),
                *DATES,
                _key_set("successor"),
            ),
            ("code",),
            {
                "parents": PlaceParent.__table__,
                "successor": PlaceSuccessor.__table__,
            },
            audience="public",
        ),
        RecordKind(
            "organisations",
            Organisation.__table__,
            (
                _key("key"),
                _required_text("name"),
                _key("kind"),
                _key("parent", required=False),
                Column("orgnr", values.read_orgnr),
                _key_set("serves"),
                # Empty says nothing: then the kind tells.
                Column("protected", values.read_boolean),
                Column("web", values.read_web),
                _keys("languages"),
                *DATES,
            ),
            ("key",),
            {"serves": ServiceArea.__table__},
            entry_kind="organisation",
        ),
        RecordKind(
            "posts",
            Post.__table__,
            (_key("key"), _key("organisation"), _required_text("title"), *DATES),
            ("key",),
            entry_kind="post",
        ),
        RecordKind(
            "persons",
            Person.__table__,
            (_key("key"), _required_text("name"), _keys("languages")),
            ("key",),
            entry_kind="person",
            audience="network",
        ),
        RecordKind(
            "holdings",
            Holding.__table__,
            (_key("person"), _key("post"), _flag("deputy"), *DATES),
            ("person", "post", "valid_from"),
            audience="network",
        ),
        RecordKind(
            "contact-points",
            ContactPoint.__table__,
            (
                _key("owner"),
                _choice("channel", CHANNELS, required=True),
                Column("value", _read_anything, required=True),
                _choice("audience", AUDIENCES, empty="protected"),
                _text("hours", values.read_hours),
                Column("order", values.read_order, empty=0),
                _text("note", values.read_note),
            ),
            ("owner", "channel", "value"),
        ),
        RecordKind(
            "responsibilities",
            Responsibility.__table__,
            (
                _key("step"),
                _choice("role", ROLES, required=True),
                Column("holder", _read_holder, required=True),
                _key("place"),
                _key_set("tracks"),
                _choice("status", STATUSES, empty="proposed"),
                *DATES,
                _keys("sources"),
                Column("order", values.read_order, empty=0),
            ),
            ("step", "role", "holder", "place", "tracks", "valid_from"),
            audience="public",
        ),
    )
}

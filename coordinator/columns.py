"""The columns of each kind of record: one table for exchange files, API and forms.

`KINDS` are the kinds of exchange files, whose columns are a public contract. Process
kinds are edited in forms alone; a text in three languages is three columns of theirs.
`EDITED` are those that forms of registers edit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Table

from coordinator import values, wall_times
from coordinator.tracks import TRACKS
from models import (
    ANSWERS,
    AUDIENCES,
    CHANNELS,
    INDICATOR_FORMS,
    LANGUAGES,
    MEMBER_ROLES,
    PLACE_KINDS,
    ROLES,
    STATUSES,
    Attendance,
    Chapter,
    ContactPoint,
    Handover,
    Holding,
    Indicator,
    Meeting,
    Membership,
    Network,
    Organisation,
    Person,
    Place,
    PlaceParent,
    PlaceSuccessor,
    Post,
    Responsibility,
    Right,
    ServiceArea,
    Source,
    Step,
    Synonym,
)
from models.meeting import LONGEST_TITLE

Reader = Callable[[str], Any]


def _read_anything(text: str) -> str:
    return text


@dataclass(frozen=True)
class Column:
    """One column: how a cell is read, and where its value is kept.

    `empty` is what an empty cell, or a new row without the column, means; a `required`
    one may not be empty. A list's cells are parted by `|`; a set's order says nothing,
    so that it is kept sorted. `names` says whose codes it holds.
    """

    name: str
    read: Reader
    empty: Any = None
    required: bool = False
    is_list: bool = False
    is_set: bool = False
    names: str = ""

    @property
    def has_lines(self) -> bool:
        """Whether it holds a text of several lines, kept as they are."""
        return self.read is values.read_chapter

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
        if isinstance(value, datetime):  # which is a date, too
            return wall_times.iso(value)
        return value.isoformat() if isinstance(value, date) else str(value)


def _key(name: str, names: str = "", *, required: bool = True) -> Column:
    return Column(name, values.read_key, required=required, names=names)


def _keys(name: str, reader: Reader = values.read_key, names: str = "") -> Column:
    return Column(name, reader, empty=(), is_list=True, names=names)


def _key_set(name: str, names: str) -> Column:
    return Column(
        name, values.read_key, empty=(), is_list=True, is_set=True, names=names
    )


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


def _wall_time(name: str) -> Column:
    return Column(name, wall_times.read, required=True)


def _flag(name: str) -> Column:
    return Column(name, values.read_boolean, empty=False)


def _read_holder(text: str) -> str:
    """Read a key of an organisation or a post, or `kind:` and a kind."""
    prefix, colon, kind = text.partition(":")
    if colon and prefix == "kind":
        return f"kind:{values.read_key(kind)}"
    return values.read_key(text)


def _read_subject(text: str) -> str:
    """Read what a synonym stands for: what it is, and its code."""
    prefix, colon, code = text.partition(":")
    if not colon:
        raise values.Unreadable("unknown_subject", value=text)
    return f"{values.read_key(prefix)}:{values.read_key(code)}"


DATES = (_day("valid_from"), _day("valid_to"))


@dataclass(frozen=True)
class RecordKind:
    """A kind of record: its table, its columns, and what it is known by.

    `known_by` are the columns that make its key, joined by `|`. `links` are columns
    that live in a table of (owner, linked) pairs, `texts` those of the table that hold
    a text in each language, or a code for each track.
    """

    name: str
    table: Table
    columns: tuple[Column, ...]
    known_by: tuple[str, ...]
    links: Mapping[str, Table] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    entry_kind: str | None = None
    audience: str | None = None

    def column(self, name: str) -> Column | None:
        """Return the column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)

    def text_of(self, name: str) -> tuple[str, str] | None:
        """Return the table's column and the part of it that this column is, if one.

        >>> PROCESS_KINDS["steps"].text_of("title_nn")
        ('title', 'nn')
        """
        for text in self.texts:
            if name.startswith(f"{text}_"):
                return text, name[len(text) + 1 :]
        return None

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
                _key_set("parents", "places"),
                _keys("other_names", values.read_text),
                *DATES,
                _key_set("successor", "places"),
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
                _key("kind", "kinds"),
                _key("parent", "organisations", required=False),
                Column("orgnr", values.read_orgnr),
                _key_set("serves", "places"),
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
            (
                _key("key"),
                _key("organisation", "organisations"),
                _required_text("title"),
                *DATES,
            ),
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
            (_key("person", "persons"), _key("post", "posts"), _flag("deputy"), *DATES),
            ("person", "post", "valid_from"),
            audience="network",
        ),
        RecordKind(
            "contact-points",
            ContactPoint.__table__,
            (
                _key("owner", "owners"),
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
                _key("step", "steps"),
                _choice("role", ROLES, required=True),
                Column("holder", _read_holder, required=True, names="holders"),
                _key("place", "places"),
                _key_set("tracks", "tracks"),
                _choice("status", STATUSES, empty="proposed"),
                *DATES,
                _keys("sources", names="sources"),
                Column("order", values.read_order, empty=0),
            ),
            ("step", "role", "holder", "place", "tracks", "valid_from"),
            audience="public",
        ),
        RecordKind(
            "networks",
            Network.__table__,
            (
                _key("key"),
                _required_text("name"),
                _text("mandate", values.read_mandate),
                *DATES,
            ),
            ("key",),
            audience="network",
        ),
        RecordKind(
            "memberships",
            Membership.__table__,
            (
                _key("network", "networks"),
                _key("holder", "members"),
                _choice("role", MEMBER_ROLES, required=True),
                *DATES,
            ),
            ("network", "holder", "role", "valid_from"),
            audience="network",
        ),
        RecordKind(
            "meetings",
            Meeting.__table__,
            (
                _key("key"),
                _key("network", "networks", required=False),
                Column(
                    "title",
                    partial(values.read_text, longest=LONGEST_TITLE),
                    required=True,
                ),
                _wall_time("starts"),
                _wall_time("ends"),
                Column("timezone", wall_times.read_zone, "Europe/Oslo"),
                _keys("steps", names="steps"),
            ),
            ("key",),
            audience="network",
        ),
        RecordKind(
            "attendances",
            Attendance.__table__,
            (
                _key("meeting", "meetings"),
                _key("holder", "members"),
                _choice("answer", ANSWERS),
                # Empty says nothing: nobody noted whether it came.
                Column("attended", values.read_boolean),
            ),
            ("meeting", "holder"),
            audience="network",
        ),
        RecordKind(
            "synonyms",
            Synonym.__table__,
            (
                Column("subject", _read_subject, required=True, names="subjects"),
                _choice("language", LANGUAGES, required=True),
                Column("phrase", values.read_phrase, required=True),
            ),
            ("subject", "language", "phrase"),
            audience="public",
        ),
    )
}


def _codes(name: str, names: str) -> Column:
    return Column(name, values.read_key, (), is_list=True, names=names)


def _code_of(name: str, names: str, *, required: bool = False) -> Column:
    return Column(name, values.read_key, required=required, names=names)


def _texts(
    name: str, reader: Reader = values.read_note, *, required: bool = False
) -> tuple[Column, ...]:
    """Return a column for each language; bokmål, the one others fall back to, first."""
    return tuple(
        Column(
            f"{name}_{language}",
            reader,
            required=required and language == LANGUAGES[0],
        )
        for language in LANGUAGES
    )


_ORDER = Column("order", values.read_order, empty=0)

PROCESS_KINDS = {
    kind.name: kind
    for kind in (
        RecordKind(
            "steps",
            Step.__table__,
            (
                _key("code"),
                *_texts("title", required=True),
                *_texts("summary"),
                _code_of("process", "processes", required=True),
                _code_of("phase", "phases"),
                _code_of("pillar", "pillars"),
                _ORDER,
                _codes("tracks", "tracks"),
                *_texts("deadline"),
                *_texts("condition"),
                *_texts("note"),
                _code_of("source", "sources"),
                _codes("law", "sources"),
                _codes("duty", "sources"),
                _codes("fallback", "kinds"),
                _codes("appeal", "kinds"),
                _codes("rights", "rights"),
                _codes("rights_minor", "rights"),
                *(_code_of(f"shares_{track}", "sharing_rules") for track in TRACKS),
            ),
            ("code",),
            audience="public",
            texts=("title", "summary", "deadline", "condition", "note", "shares"),
        ),
        RecordKind(
            "handovers",
            Handover.__table__,
            (
                _code_of("from_step", "steps", required=True),
                _code_of("to_step", "steps", required=True),
                _key_set("tracks", "tracks"),
                _code_of("share", "sharing_rules"),
                *_texts("note"),
                _code_of("becomes", "tracks"),
                _flag("known_gap"),
                _ORDER,
            ),
            ("from_step", "to_step", "tracks"),
            audience="public",
            texts=("note",),
        ),
        RecordKind(
            "rights",
            Right.__table__,
            (
                _key("code"),
                *_texts("label", required=True),
                _codes("steps", "steps"),
                _ORDER,
            ),
            ("code",),
            audience="public",
            texts=("label",),
        ),
        RecordKind(
            "indicators",
            Indicator.__table__,
            (
                _key("code"),
                _choice("form", INDICATOR_FORMS, required=True),
                *_texts("text", required=True),
                _code_of("source", "sources"),
                _ORDER,
            ),
            ("code",),
            audience="public",
            texts=("text",),
        ),
        RecordKind(
            "sources",
            Source.__table__,
            (
                _key("key"),
                *_texts("title", required=True),
                *_texts("note"),
                Column("web", values.read_web),
                _day("checked_on"),
                _day("next_check_on"),
            ),
            ("key",),
            audience="public",
            texts=("title", "note"),
        ),
        RecordKind(
            "chapters",
            Chapter.__table__,
            (
                _key("code"),
                *_texts("title", required=True),
                *_texts("text", values.read_chapter, required=True),
                _codes("sources", "sources"),
                _ORDER,
            ),
            ("code",),
            audience="public",
            texts=("title", "text"),
        ),
    )
}
# What has a register. Meetings have pages of their own, which know what was sent.
EDITED = {
    name: kind
    for name, kind in (KINDS | PROCESS_KINDS).items()
    if kind.table is not Meeting.__table__
}

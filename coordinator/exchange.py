"""Exchange files: what comes in is checked whole before any of it stays.

A file is one transaction. Rows are read, checked and written in batches; the first
bad row stops the writing but not the checking, so that every bad row is named.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select

from coordinator import (
    catalogue,
    meeting_rows,
    records,
    spreadsheets,
    synonyms,
    upsert,
)
from coordinator.access import (
    OPERATOR,
    UNIT,
    Viewer,
    reclassify,
    select_to_write,
)
from coordinator.columns import KINDS, Column, RecordKind
from coordinator.resolution import WITHOUT_ORGANISATION
from coordinator.values import VALUE_READERS, Unreadable, has_controls, tells_location
from graphs import places as place_graph
from models import (
    ContactPoint,
    Entry,
    Holding,
    Network,
    Organisation,
    PlaceParent,
    PlaceSuccessor,
    Post,
    begin_write,
    db,
)

BATCH = 2000
IMPORTED_BY = "import"


@dataclass(frozen=True)
class Finding:
    """What is wrong, or worth a warning, with a row: a code and its details."""

    row: int
    column: str | None
    code: str
    details: dict[str, str] = field(default_factory=dict)


@dataclass
class Report:
    """What an import did; `bad` is the number of errors, none of them written."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: int = 0
    warnings: int = 0


@dataclass
class Row:
    """A row on its way in: its number, its cells' values, its key."""

    number: int
    values: dict[str, Any]
    key: str = ""


Hear = Callable[[Finding], None]
HearWritten = Callable[[Set[str], Set[str]], None]
"""Hears the keys of the records that were new, and of those that changed."""
HearEdited = Callable[[str, records.Values, records.Values], None]
"""Hears the key of a record that changed, how it was, and how it is now."""


def import_file(
    kind_name: str,
    path: Path,
    *,
    hear_error: Hear,
    hear_warning: Hear,
    hear_bytes: Callable[[int], None],
    dry_run: bool = False,
) -> Report:
    """Bring a file's rows into the network: all of them, or none if one is bad.

    Errors and warnings are told as they are found, in the order of rows where they
    can be. A dry run checks and counts, and changes nothing.
    """
    begin_write()
    report = Report()

    def hear(finding: Finding) -> None:
        report.bad += 1
        hear_error(finding)

    def warn(finding: Finding) -> None:
        report.warnings += 1
        hear_warning(finding)

    try:
        sheet = spreadsheets.read(path, hear_bytes)
        importer = Importer(KINDS[kind_name], db.session.connection(), hear, warn)
        importer.take(sheet, report)
    except spreadsheets.Broken as broken:
        hear(Finding(broken.row, None, broken.code, broken.details))
    if report.bad or dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return report


class Importer:
    """Takes the rows of one file into one open transaction."""

    def __init__(
        self,
        kind: RecordKind,
        connection: Connection,
        hear: Hear,
        warn: Hear,
        who: str = IMPORTED_BY,
        hear_written: HearWritten = lambda _created, _updated: None,
        hear_edited: HearEdited | None = None,
        viewer: Viewer = UNIT,
    ) -> None:
        """Take rows of the kind; `hear_edited` hears of what the viewer sees alone."""
        self.hear_edited = hear_edited
        self.viewer = viewer
        self.who = who
        self.hear_written = hear_written
        self.kind = kind
        self.connection = connection
        self.hear = hear
        self.warn = warn
        self.known = catalogue.current(UNIT)
        self.columns: list[Column] = []
        self.seen: dict[str, tuple[int, bytes]] = {}
        self.awaited: list[tuple[int, str, str]] = []
        self.entries: dict[str, tuple[str, str | None]] = {}
        self.networks: set[str] = set()
        self.meetings: dict[str, meeting_rows.Known] = {}
        self.left_out: dict[str, dict[str, Any]] = {}

    @cached_property
    def subjects(self) -> Set[str]:
        """What synonyms can stand for."""
        return synonyms.subjects(self.known).keys()

    def take_one(self, cells: Mapping[str, str], report: Report) -> None:
        """Check and write a single row, as a form sends it; it is row 2."""
        sheet = spreadsheets.Sheet(list(cells), iter([(2, list(cells.values()))]))
        self.take(sheet, report)

    def take(self, sheet: spreadsheets.Sheet, report: Report) -> None:
        """Check and write every row, then what only shows once all are in."""
        if not self._read_header(sheet.header):
            return
        for batch in _batched(sheet.rows, BATCH):
            report.rows += len(batch)
            rows = [row for row in map(self._read_row, batch) if row]
            rows = self._check_references(self._first_of_each(rows))
            if not report.bad:
                self._write(rows, report)
        self._check_awaited()
        if not report.bad:
            self._check_cycles()
        if not report.bad:
            reclassify(self.connection)
            self._check_exposed()

    # Reading

    def _read_header(self, header: list[str]) -> bool:
        known = {column.name for column in self.kind.columns}
        wrong = False
        for name in dict.fromkeys(header):
            if name not in known:
                code = "not_utf8" if "\ufffd" in name else "unknown_column"
                columns = ", ".join(column.name for column in self.kind.columns)
                shown = name if not has_controls(name) else ascii(name)
                self.hear(Finding(1, shown, code, {"columns": columns}))
                wrong = True
            elif header.count(name) > 1:
                self.hear(Finding(1, name, "repeated_column"))
                wrong = True
        for needed in self.kind.columns:
            is_key = needed.name in self.kind.known_by
            if is_key and needed.required and needed.name not in header:
                self.hear(Finding(1, needed.name, "missing_column"))
                wrong = True
        if self.kind.column("audience") and "audience" not in header:
            self.warn(Finding(1, "audience", "audience_missing"))
        if not wrong:
            self.columns = [
                column for name in header if (column := self.kind.column(name))
            ]
        return not wrong

    def _read_row(self, numbered: tuple[int, list[str] | None]) -> Row | None:
        number, cells = numbered
        if cells is None:
            self.hear(Finding(number, None, "broken_row"))
            return None
        if len(cells) != len(self.columns):
            counts = {"expected": str(len(self.columns)), "found": str(len(cells))}
            self.hear(Finding(number, None, "wrong_cell_count", counts))
            return None
        row, is_bad = Row(number, {}), False
        is_suspect = has_controls("".join(cells))
        for column, cell in zip(self.columns, cells, strict=True):
            try:
                line = cell.replace("\n", "") if column.has_lines else cell
                if is_suspect and has_controls(line):
                    broken = "\ufffd" in cell
                    raise Unreadable("not_utf8" if broken else "control_character")
                row.values[column.name] = column.value(cell)
                if column.name == "audience" and not cell:
                    self.warn(Finding(number, "audience", "audience_missing"))
            except Unreadable as problem:
                self.hear(Finding(number, column.name, problem.code, problem.details))
                is_bad = True
        if is_bad or not self._read_together(row):
            return None
        for column in self.kind.key_columns:
            row.values.setdefault(column.name, column.empty)
        row.key = self.kind.key(row.values)
        return row

    def _read_together(self, row: Row) -> bool:
        """Read what depends on more than one cell."""
        values, problem = row.values, None
        if self.kind.name == "contact-points":
            try:
                values["value"] = VALUE_READERS[values["channel"]](values["value"])
            except Unreadable as unreadable:
                problem = Finding(
                    row.number, "value", unreadable.code, unreadable.details
                )
        if problem:
            self.hear(problem)
        return problem is None

    def _first_of_each(self, rows: list[Row]) -> list[Row]:
        """Return each record once; two rows that contradict each other are bad."""
        found = []
        for row in rows:
            # In the header's order in each row; a mere hash takes -1 for -2.
            sense = blake2b(repr(row.values).encode(), digest_size=16).digest()
            first = self.seen.setdefault(row.key, (row.number, sense))
            if first[0] == row.number:
                found.append(row)
            elif first[1] != sense:
                details = {"key": row.key, "row": str(first[0])}
                self.hear(Finding(row.number, None, "contradicts_row", details))
        return found

    # Checking against what is known

    def _check_references(self, rows: list[Row]) -> list[Row]:
        """Return the rows whose references exist and whose values go together."""
        self.entries = self._entries_named(rows)
        self.networks = self._networks_named(rows)
        self.meetings = self._meetings_named(rows)
        self.left_out = self._dates_left_out(rows)
        check = {
            "places": self._check_place,
            "organisations": self._check_organisation,
            "posts": self._check_post,
            "persons": self._check_person,
            "holdings": self._check_holding,
            "contact-points": self._check_contact_point,
            "responsibilities": self._check_responsibility,
            "networks": self._check_network,
            "memberships": self._check_membership,
            "meetings": self._check_meeting,
            "attendances": self._check_attendance,
            "synonyms": self._check_synonym,
        }.get(self.kind.name, self._check_codes)
        good = []
        for row in rows:
            problems = [*check(row), *self._check_dates(row)]
            for problem in problems:
                self.hear(problem)
            if not problems:
                good.append(row)
        return good

    def _entries_named(self, rows: list[Row]) -> dict[str, tuple[str, str | None]]:
        """Return kind and class of the directory's entries that the rows name."""
        columns = ("key", "parent", "organisation", "person", "post", "owner", "holder")
        keys = {row.values.get(column) for row in rows for column in columns}
        entry = Entry.__table__.c
        statement = select_to_write(entry.key, entry.entry_kind, entry.audience)
        found = self.connection.execute(statement.where(entry.key.in_(keys - {None})))
        return {row.key: (row.entry_kind, row.audience) for row in found}

    def _networks_named(self, rows: list[Row]) -> set[str]:
        """Return those of the networks that the rows name that are known."""
        column = "key" if self.kind.name == "networks" else "network"
        if self.kind.column(column) is None:
            return set()
        key = Network.__table__.c.key
        named = {row.values.get(column) for row in rows} - {None}
        return set(self.connection.scalars(select_to_write(key).where(key.in_(named))))

    def _meetings_named(self, rows: list[Row]) -> dict[str, meeting_rows.Known]:
        """Return those of the meetings that the rows name that are known."""
        column = {"meetings": "key", "attendances": "meeting"}.get(self.kind.name)
        if column is None:
            return {}
        named = {row.values[column] for row in rows}
        return meeting_rows.known(self.connection, named)

    def _dates_left_out(self, rows: list[Row]) -> dict[str, dict[str, Any]]:
        """Return what known records hold where the file has no column for it."""
        if self.kind.name == "places":
            known = (self.known.places.get(row.key) for row in rows)
            return {
                place.code: {**place._asdict(), "successor": place.successors}
                for place in known
                if place
            }
        dates = {"valid_from", "valid_to"} - set(self.kind.known_by)
        if len(dates & {column.name for column in self.columns}) != 1:
            return {}
        table = self.kind.table.c
        statement = select_to_write(table.key, table.valid_from, table.valid_to)
        found = statement.where(table.key.in_([row.key for row in rows]))
        return {row.key: dict(row._mapping) for row in self.connection.execute(found)}

    def _check_dates(self, row: Row) -> Iterator[Finding]:
        """Check the record as it will be: what the file leaves out stays."""
        values = self.left_out.get(row.key, {}) | row.values
        start, end = values.get("valid_from"), values.get("valid_to")
        if start and end and end < start:
            yield Finding(row.number, "valid_to", "ends_before_start")
        if values.get("successor") and not end:
            yield Finding(row.number, "successor", "successor_without_end")

    def _check_place(self, row: Row) -> Iterator[Finding]:
        yield from self._required_if_new(row, row.key not in self.known.places)
        for column in ("parents", "successor"):
            for code in row.values.get(column, ()):
                if code == row.key:
                    yield Finding(row.number, column, "names_itself")
                elif code not in self.known.places:
                    self.awaited.append((row.number, column, code))

    def _check_organisation(self, row: Row) -> Iterator[Finding]:
        values = row.values
        yield from self._check_entry(row, "organisation")
        kind = self.known.kinds.get(values.get("kind", ""))
        if "kind" in values and kind is None:
            yield self._unknown(row, "kind")
        elif kind and kind.code in WITHOUT_ORGANISATION:
            yield Finding(row.number, "kind", "kind_without_organisations")
        yield from self._check_places(row, "serves")
        parent = values.get("parent")
        if parent == row.key:
            yield Finding(row.number, "parent", "names_itself")
        elif parent and self.entries.get(parent, ("",))[0] != "organisation":
            self.awaited.append((row.number, "parent", parent))
        if values.get("protected") is False and self._is_of_protected_kind(row):
            yield Finding(row.number, "protected", "kind_is_protected")
        if values.get("protected") or (kind and kind.protected):
            for column in ("name", "web"):
                if tells_location(values.get(column) or ""):
                    yield Finding(row.number, column, "protected_address")

    def _check_post(self, row: Row) -> Iterator[Finding]:
        yield from self._check_entry(row, "post")
        yield from self._check_kind_of_entry(row, "organisation", "organisation")

    def _check_person(self, row: Row) -> Iterator[Finding]:
        yield from self._check_entry(row, "person")

    def _check_holding(self, row: Row) -> Iterator[Finding]:
        yield from self._check_kind_of_entry(row, "person", "person")
        yield from self._check_kind_of_entry(row, "post", "post")

    def _check_contact_point(self, row: Row) -> Iterator[Finding]:
        values = row.values
        if values["owner"] not in self.entries:
            yield self._unknown(row, "owner")
            return
        owner_kind, audience = self.entries[values["owner"]]
        if owner_kind == "person" or audience == "public":
            return
        for column in _columns_that_tell(values):
            yield Finding(row.number, column, "protected_address")

    def _check_responsibility(self, row: Row) -> Iterator[Finding]:
        values = row.values
        step = self.known.steps.get(values["step"])
        if step is None:
            yield self._unknown(row, "step")
        yield from self._check_places(row, "place")
        holder = values["holder"]
        if holder.startswith("kind:"):
            if holder[5:] not in self.known.kinds:
                yield self._unknown(row, "holder")
        elif self.entries.get(holder, ("",))[0] not in ("organisation", "post"):
            yield self._unknown(row, "holder")
        for column, codes in (
            ("tracks", self.known.tracks),
            ("sources", self.known.sources),
        ):
            for code in values.get(column, ()):
                if code not in codes:
                    yield self._unknown(row, column, code)
                elif column == "tracks" and step and not step.is_for(code):
                    details = {"step": step.code, "track": code}
                    self.warn(
                        Finding(row.number, column, "step_not_for_track", details)
                    )

    def _check_network(self, row: Row) -> Iterator[Finding]:
        yield from self._required_if_new(row, row.key not in self.networks)

    def _check_membership(self, row: Row) -> Iterator[Finding]:
        if row.values["network"] not in self.networks:
            yield self._unknown(row, "network")
        yield from self._check_member(row, "person_as_member")

    def _check_member(self, row: Row, of_person: str) -> Iterator[Finding]:
        holder = self.entries.get(row.values["holder"], ("",))[0]
        if holder == "person":
            yield Finding(row.number, "holder", of_person)
        elif holder not in ("organisation", "post"):
            yield self._unknown(row, "holder")

    def _check_meeting(self, row: Row) -> Iterator[Finding]:
        values, before = row.values, self.meetings.get(row.key)
        needed = list(self._required_if_new(row, before is None))
        yield from needed
        network = values.get("network")
        if network is not None and network not in self.networks:
            yield self._unknown(row, "network")
        for code in values.get("steps", ()):
            if code not in self.known.steps:
                yield self._unknown(row, "steps", code)
        if not needed:
            for fault in meeting_rows.faults(values, before):
                yield Finding(row.number, *fault)
        if meeting_rows.passes_over_steps(values, before):
            self.warn(Finding(row.number, "steps", "steps_of_agenda"))

    def _check_attendance(self, row: Row) -> Iterator[Finding]:
        if row.values["meeting"] not in self.meetings:
            yield self._unknown(row, "meeting")
        yield from self._check_member(row, "person_at_meeting")

    def _check_synonym(self, row: Row) -> Iterator[Finding]:
        if row.values["subject"] not in self.subjects:
            yield self._unknown(row, "subject")

    def _check_codes(self, row: Row) -> Iterator[Finding]:
        """Check a process record, whose columns say whose codes they hold."""
        for column in self.kind.columns:
            value = row.values.get(column.name) if column.names else None
            codes = (value,) if isinstance(value, str) else value or ()
            for code in codes:
                if code not in getattr(self.known, column.names):
                    yield self._unknown(row, column.name, code)

    def _check_entry(self, row: Row, entry_kind: str) -> Iterator[Finding]:
        known = self.entries.get(row.key)
        if known and known[0] != entry_kind:
            details = {"key": row.key, "kind": known[0]}
            yield Finding(row.number, "key", "key_taken", details)
        yield from self._required_if_new(row, known is None)

    def _required_if_new(self, row: Row, is_new: bool) -> Iterator[Finding]:
        for column in self.kind.columns if is_new else ():
            if column.required and column.name not in row.values:
                yield Finding(row.number, column.name, "required")

    def _check_kind_of_entry(
        self, row: Row, column: str, entry_kind: str
    ) -> Iterator[Finding]:
        key = row.values.get(column)
        if key is not None and self.entries.get(key, ("",))[0] != entry_kind:
            yield self._unknown(row, column)

    def _check_places(self, row: Row, column: str) -> Iterator[Finding]:
        codes = row.values.get(column, ())
        for code in (codes,) if isinstance(codes, str) else codes:
            if code not in self.known.places:
                yield self._unknown(row, column, code)

    def _unknown(self, row: Row, column: str, value: str | None = None) -> Finding:
        details = {"value": value or str(row.values[column])}
        return Finding(row.number, column, f"unknown_{column}", details)

    # Writing

    def _write(self, rows: list[Row], report: Report) -> None:
        kind, connection = self.kind, self.connection
        before = self._as_they_are([row.key for row in rows])
        if kind.entry_kind:
            self._write_entries(rows)
        written = upsert.write(
            connection,
            self.who,
            kind.table,
            [self._table_row(row) for row in rows],
            self._defaults(),
        )
        touched = written.created | written.updated
        for column, table in kind.links.items():
            wanted = {
                row.key: row.values[column] for row in rows if column in row.values
            }
            if wanted:
                touched |= upsert.write_links(connection, self.who, table, wanted)
        changed = touched - written.created
        self.hear_written(written.created, changed)
        if self.hear_edited:
            for key, now in self._as_they_are(sorted(changed & before.keys())).items():
                self.hear_edited(key, before[key], now)
        report.created += len(written.created)
        report.updated += len(changed)
        report.unchanged += len(rows) - len(touched)

    def _as_they_are(self, keys: list[str]) -> dict[str, records.Values]:
        """Return the records of these keys, where someone hears how they change."""
        if not (self.hear_edited and keys):
            return {}
        return records.of_keys(self.kind, self.viewer, keys)

    def _write_entries(self, rows: list[Row]) -> None:
        new = [row.key for row in rows if row.key not in self.entries]
        entry_kind = self.kind.entry_kind or ""
        upsert.add_entries(self.connection, entry_kind, new, self.kind.audience)

    def _defaults(self) -> dict[str, Any]:
        table = self.kind.table
        found = {
            column.name: column.empty
            for column in self.kind.columns
            if column.name in table.c and column.name != "protected"
        }
        if self.kind.audience and "audience" in table.c:
            found["audience"] = self.kind.audience
        return found

    def _table_row(self, row: Row) -> dict[str, Any]:
        values = {
            name: value
            for name, value in row.values.items()
            if name not in self.kind.links
        }
        for text in self.kind.texts:
            values[text] = self._text(values, text)
        if "key" in self.kind.table.c:
            values["key"] = row.key
        if "holder_kind" in self.kind.table.c:
            holder = values.pop("holder")
            is_kind = holder.startswith("kind:")
            values["holder_kind"] = holder[5:] if is_kind else None
            values["holder_key"] = None if is_kind else holder
        if self.kind.name == "meetings":
            return meeting_rows.completed(values, self.meetings.get(row.key))
        if self.kind.name == "organisations" and values.get("protected") is None:
            self._protect_as_kind(values, is_new=row.key not in self.entries)
        return values

    def _text(self, values: dict[str, Any], text: str) -> dict[str, str] | None:
        """Take the columns of a text out of the values, and put them together."""
        found = {}
        for column in self.kind.columns:
            part = self.kind.text_of(column.name)
            if part and part[0] == text and (said := values.pop(column.name, None)):
                found[part[1]] = said
        may_lack = self.kind.table.c[text].nullable
        return None if may_lack and not found else found

    def _protect_as_kind(self, values: dict[str, Any], *, is_new: bool) -> None:
        """Where the file says nothing, the kind tells whether it is protected."""
        if "protected" in values or is_new:
            kind = values.get("kind") or self._kind_of(values["key"])
            values["protected"] = self.known.kinds[kind].protected

    def _is_of_protected_kind(self, row: Row) -> bool:
        """Whether the row's kind, or the known record's where it has none, protects."""
        code = row.values.get("kind")
        if code is None and self.entries.get(row.key, ("",))[0] == "organisation":
            code = self._kind_of(row.key)
        kind = self.known.kinds.get(code or "")
        return kind is not None and kind.protected

    def _kind_of(self, organisation: str) -> str:
        table = Organisation.__table__.c
        statement = select_to_write(table.kind).where(table.key == organisation)
        return str(self.connection.scalars(statement).one())

    # What shows once all rows are in

    def _check_awaited(self) -> None:
        for number, column, key in self.awaited:
            if key not in self.seen:
                self.hear(Finding(number, column, f"unknown_{column}", {"value": key}))

    def _check_cycles(self) -> None:
        looked_at = {
            "organisations": [("parent", Organisation.__table__, "key", "parent")],
            "places": [
                ("parents", PlaceParent.__table__, "place", "parent"),
                ("successor", PlaceSuccessor.__table__, "place", "successor"),
            ],
        }
        for column, table, lower, upper in looked_at.get(self.kind.name, ()):
            statement = select_to_write(table.c[lower], table.c[upper])
            statement = statement.where(table.c[upper].is_not(None))
            graph = place_graph.build(
                (), map(tuple, self.connection.execute(statement))
            )
            if found := place_graph.cycle(graph):
                number = min(self.seen[key][0] for key in found if key in self.seen)
                details = {"keys": " → ".join([*found, found[0]])}
                self.hear(Finding(number, column, "goes_in_circles", details))

    def _check_exposed(self) -> None:
        """Refuse what would leave a protected organisation with an address."""
        entry = Entry.__table__.c
        statement = select_to_write(entry.key).where(
            entry.audience == "unit", entry.entry_kind.in_(("organisation", "post"))
        )
        hidden = set(self.connection.scalars(statement))
        for values in exposing(self.connection):
            if number := self._row_of_point(values, hidden):
                details = {"owner": values["owner"]}
                self.hear(Finding(number, None, "would_expose", details))
        for column in (
            Organisation.__table__.c.name,
            Organisation.__table__.c.web,
            Post.__table__.c.title,
        ):
            self._check_named(column, statement)

    def _check_named(self, column: Any, hidden: Select[Any]) -> None:
        """Refuse a name of an organisation or post that tells where it is."""
        if self.kind.name not in ("organisations", "posts"):
            return
        key = column.table.c.key
        statement = select_to_write(key, column).where(key.in_(hidden))
        for owner, text in self.connection.execute(statement.order_by(key)):
            number = self._row_of(owner) if tells_location(text or "") else None
            if number:
                self.hear(Finding(number, column.name, "protected_address"))

    def _row_of_point(self, values: dict[str, str], hidden: set[str]) -> int | None:
        """Return the row of this file that brings the point to what is hidden."""
        if self.kind.name == "contact-points":
            found = self.seen.get(self.kind.key(values))
            return found[0] if found else None
        if self.kind.name == "holdings":
            keys = (key.split("|") for key in self.seen)
            rows = [
                self.seen["|".join(key)][0]
                for key in keys
                if key[0] == values["owner"] and key[1] in hidden
            ]
            return min(rows, default=None)
        return self._row_of(values["owner"])

    def _row_of(self, owner: str) -> int | None:
        """Return the row of this file about the owner, or about what is above it."""
        keys, passed = [owner], set[str]()
        for key in keys:
            if key in self.seen:
                return self.seen[key][0]
            passed.add(key)
            keys += [above for above in self._above(key) if above not in passed]
        return None

    def _above(self, key: str) -> list[str]:
        """Return a person's posts, a post's organisation, an organisation's parent."""
        held, post = Holding.__table__.c, Post.__table__.c
        organisation = Organisation.__table__.c
        statements = (
            select_to_write(held.post).where(held.person == key),
            select_to_write(post.organisation).where(post.key == key),
            select_to_write(organisation.parent).where(organisation.key == key),
        )
        return [
            str(above)
            for statement in statements
            for above in self.connection.scalars(statement)
            if above
        ]


def exposing(connection: Connection) -> Iterator[dict[str, str]]:
    """Yield the lines that tell where someone protected is; there must be none."""
    entry, held = Entry.__table__.c, Holding.__table__.c
    hidden = select_to_write(entry.key).where(
        entry.audience == "unit", entry.entry_kind.in_(("organisation", "post"))
    )
    persons = select_to_write(held.person).where(held.post.in_(hidden))
    point = ContactPoint.__table__.c
    statement = select_to_write(
        point.owner, point.channel, point.value, point.hours, point.note
    ).where(point.owner.in_(hidden.union(persons)))
    for row in connection.execute(statement.order_by(point.owner)):
        if any(_columns_that_tell(dict(row._mapping))):
            yield dict(row._mapping)


def _columns_that_tell(values: dict[str, Any]) -> Iterator[str]:
    """Yield the columns of a contact point that tell where someone is."""
    if values["channel"] == "visit":
        yield "channel"
    else:
        for column in ("value", "hours", "note"):
            if tells_location(values.get(column) or ""):
                yield column


def _batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def export_rows(kind: RecordKind) -> Iterator[list[str]]:
    """Yield every row of the kind as cells, but nothing of protected organisations."""
    for values in records.every(kind, OPERATOR):
        yield [column.cell(values[column.name]) for column in kind.columns]


def count_omitted(kind: RecordKind) -> int:
    """Return how many rows an export leaves out because they are protected."""
    return records.hidden(kind, OPERATOR)

"""Editing: a record is saved by someone who may, and never over another's work.

What a form sends is checked by the same rules as a file's rows, and written in one
transaction with its changes. A record's version is the number of its newest change.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Table, func, or_

from coordinator import records, upsert
from coordinator.access import own_entries, select_to_write, select_visible
from coordinator.accounts import Account, viewer_of
from coordinator.columns import Column, RecordKind
from coordinator.errors import Refused
from coordinator.exchange import Finding, Importer, Report
from coordinator.values import LONGEST_KEY, VALUE_READERS, Unreadable
from models import Change, Entry, Holding, Person, db, fold, one_write

Cells = Mapping[str, str]

# What an agency keeps true of its own. Where an organisation belongs, what kind it is
# and where it serves decide whom others are sent to: that is for the unit.
BY_AGENCIES: dict[str, frozenset[str] | None] = {
    "organisations": frozenset({"key", "name", "web", "languages"}),
    "posts": None,
    "persons": None,
    "holdings": None,
    "contact-points": None,
}
NEW_BY_AGENCIES = BY_AGENCIES.keys() - {"organisations"}


class Gone(Refused):
    """The record is not there, or not for this viewer to see."""


class NotAllowed(Refused):
    """The record is another's to edit."""


class Invalid(Refused):
    """What was sent is not right: `findings` say which column, and why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__()
        self.findings = findings


class Collision(Refused):
    """Someone else saved the record since it was read.

    `saved` are the cells as they are now, `read` as they were when they were read,
    `version` the newest change, by `who`.
    """

    def __init__(self, saved: Cells, read: Cells, version: int, who: str) -> None:
        super().__init__()
        self.saved, self.read, self.version, self.who = saved, read, version, who


class Saved(NamedTuple):
    """The key that a record has now, the act of saving it, and what is worth a look."""

    key: str
    act: int | None
    warnings: list[Finding]


class Form(NamedTuple):
    """A record as a form shows it: cells by column, and the version they are of."""

    key: str
    cells: dict[str, str]
    version: int


def may_create(kind: RecordKind, account: Account) -> bool:
    """Return whether the account may make new records of the kind."""
    if account.role == "agency":
        return kind.name in NEW_BY_AGENCIES
    return account.role == "unit"


def may_edit(kind: RecordKind, key: str, account: Account) -> bool:
    """Return whether the account may change this record, which it can see."""
    if account.role == "unit":
        return True
    if account.role != "agency" or kind.name not in BY_AGENCIES:
        return False
    row = row_of(kind.table, key)
    return row is not None and _is_own(kind, key, row, account)


def columns_for(kind: RecordKind, account: Account) -> tuple[Column, ...]:
    """Return the columns that the account may set."""
    allowed = BY_AGENCIES.get(kind.name) if account.role == "agency" else None
    return tuple(one for one in kind.columns if allowed is None or one.name in allowed)


def read(kind: RecordKind, key: str, account: Account) -> Form:
    """Return the record as the account may see it; raise Gone."""
    row = records.one(kind, viewer_of(account), key)
    if row is None:
        raise Gone
    cells = {column.name: column.cell(row[column.name]) for column in kind.columns}
    return Form(key, cells, version(kind, key))


@one_write
def save(
    kind: RecordKind,
    cells: Cells,
    account: Account,
    *,
    key: str | None = None,
    read_version: int = 0,
) -> Saved:
    """Save what a form sent: a new record without `key`, else a change of that one.

    Cells of columns that the account may not set are passed over; those that are not
    sent stay as they are. Raise Gone, NotAllowed, Collision or Invalid; then nothing
    has changed.
    """
    allowed = {column.name for column in columns_for(kind, account)}
    cells = {name: cell for name, cell in cells.items() if name in allowed}
    refuse_strangers(kind, cells, key, account)
    if key is not None:
        refuse_collision(kind, key, account, read_version)
        if len(kind.known_by) == 1:  # a key stays what it is
            cells = {**cells, kind.known_by[0]: key}
    elif not may_create(kind, account):
        raise NotAllowed
    else:
        cells = _with_key(kind, cells, account)
    if kind.name == "responsibilities":
        _refuse_claims(kind, cells, key)
    wanted = _key_of(kind, cells)
    is_moved = wanted is not None and wanted != key
    if is_moved and row_of(kind.table, wanted or "") is not None:
        raise Invalid([Finding(2, kind.key_columns[0].name, "exists")])
    if key is not None and is_moved:
        upsert.remove(db.session.connection(), account.key, kind.table, [(key,)])
    warnings = _write(kind, cells, account)
    saved = wanted or key or ""
    if account.role == "agency" and not may_edit(kind, saved, account):
        raise NotAllowed
    return Saved(saved, act_of_this_write(), warnings)


def _write(kind: RecordKind, cells: Cells, account: Account) -> list[Finding]:
    errors: list[Finding] = []
    warnings: list[Finding] = []
    importer = Importer(
        kind, db.session.connection(), errors.append, warnings.append, account.key
    )
    report = Report()

    def hear(finding: Finding) -> None:
        report.bad += 1
        errors.append(finding)

    importer.hear = hear
    importer.take_one(cells, report)
    if errors:
        raise Invalid(errors)
    return warnings


def act_of_this_write() -> int | None:
    """Return the act that this transaction's changes belong to, if it made any."""
    connection = db.session.connection()
    began, act = connection.info.get("act", (None, None))
    return act if began is connection.get_transaction() else None


def _with_key(kind: RecordKind, cells: Cells, account: Account) -> Cells:
    """Give a new entry a key where nobody chose one; an agency never chooses."""
    (first, *_more) = kind.known_by
    has_own = len(kind.known_by) == 1
    if not has_own or (cells.get(first) and account.role == "unit"):
        return cells
    name = next((cells[one] for one in _NAMED_BY if cells.get(one)), "")
    stem = re.sub(r"[^\w]+", "-", fold(name)).strip("-_")[: LONGEST_KEY - 8] or "ny"
    if account.role == "unit" and not _is_taken(kind, stem):
        return {**cells, first: stem}
    # Drawn: a number in a row would tell how many others there are.
    return {**cells, first: f"{stem}-{secrets.token_hex(3)}"}


_NAMED_BY = ("name", "title", "title_nb", "label_nb", "text_nb")


def _is_taken(kind: RecordKind, key: str) -> bool:
    table = Entry.__table__ if kind.entry_kind else kind.table
    return row_of(table, key) is not None


def _key_of(kind: RecordKind, cells: Cells) -> str | None:
    """Return the key that the cells make; None where they cannot be read."""
    try:
        values = {
            column.name: column.value(cells.get(column.name, ""))
            for column in kind.key_columns
        }
        if kind.name == "contact-points":
            values["value"] = VALUE_READERS[values["channel"]](values["value"])
    except Unreadable:
        return None
    return kind.key(values)


def _refuse_claims(kind: RecordKind, cells: Cells, key: str | None) -> None:
    """Refuse a status that is not the editor's to say.

    The holder itself agrees; and what the law says, it says somewhere.
    """
    before = row_of(kind.table, key) if key else None
    status = cells.get("status")
    if status == "agreed" and not (before and before["status"] == "agreed"):
        raise Invalid([Finding(2, "status", "agreed_by_hand")])
    if status == "statutory" and not cells.get("sources"):
        raise Invalid([Finding(2, "status", "needs_source")])


# Who may


def _is_own(kind: RecordKind, key: str, row: RowMapping, account: Account) -> bool:
    """Return whether the record is of the agency's own organisation or below it."""
    match kind.name:
        case "organisations":
            return _is_of_own(key, account)
        case "posts":
            return _is_of_own(row["organisation"], account)
        case "holdings":
            return _is_of_own(row["post"], account)
        case "persons":
            return _is_own_person(key, account)
    owner = row["owner"]
    is_person = row_of(Person.__table__, owner) is not None
    return _is_own_person(owner, account) if is_person else _is_of_own(owner, account)


def _is_of_own(key: str, account: Account) -> bool:
    own = own_entries(viewer_of(account)).subquery()
    found = select_to_write(own.c[0]).where(own.c[0] == key)
    return db.session.execute(found).first() is not None


def _is_own_person(key: str, account: Account) -> bool:
    """Return whether all her posts are own; of none, whether an own user entered her.

    Else an agency could make another's person its own by giving her a post.
    """
    held = Holding.__table__.c
    posts = list(
        db.session.scalars(select_to_write(held.post).where(held.person == key))
    )
    if posts:
        return all(_is_of_own(post, account) for post in posts)
    change = Change.__table__.c
    made = select_to_write(change.who).where(
        change.kind == "person", change.key == key, change.before.is_(None)
    )
    who = db.session.scalars(made.order_by(change.seq.desc()).limit(1)).first()
    return who == account.key


def refuse_strangers(
    kind: RecordKind, cells: Cells, key: str | None, account: Account
) -> None:
    """Refuse an agency's change of another's record, or one that leads to another's.

    What it cannot see it does not learn of: that is unknown, like what is not there.
    """
    if key is not None:
        if records.one(kind, viewer_of(account), key) is None:
            raise Gone
        if not may_edit(kind, key, account):
            raise NotAllowed
    if account.role != "agency":
        return
    for column in kind.columns:
        named = cells.get(column.name) if column.names in _ENTRIES else None
        if not named:
            continue
        entry = Entry.__table__.c
        seen = select_visible(entry.entry_kind, viewer=viewer_of(account))
        found = db.session.scalars(seen.where(entry.key == named)).first()
        if found is None:
            details = {"value": named}
            finding = Finding(2, column.name, f"unknown_{column.name}", details)
            raise Invalid([finding])
        is_own = _is_own_person if found == "person" else _is_of_own
        if not is_own(named, account):
            raise NotAllowed


_ENTRIES = ("organisations", "posts", "persons", "owners")


# Versions


def version(kind: RecordKind, key: str) -> int:
    """Return the number of the record's newest change, its links' included; else 0."""
    change = Change.__table__.c
    statement = select_to_write(func.max(change.seq)).where(of_record(kind, key))
    return db.session.scalars(statement).first() or 0


def of_record(kind: RecordKind, key: str) -> ColumnElement[bool]:
    """Return the condition of a change of the record or of its links."""
    change = Change.__table__.c
    own = (change.kind == kind.table.name) & (change.key == key)
    links = [
        (change.kind == table.name)
        & (change.key >= f"{key}|")
        & (change.key < f"{key}}}")
        for table in kind.links.values()
    ]
    return or_(own, *links)


def refuse_collision(
    kind: RecordKind, key: str, account: Account, read_version: int
) -> None:
    """Raise Collision where the record was saved by someone since that version."""
    now = read(kind, key, account)
    if now.version == read_version:
        return
    change = Change.__table__.c
    statement = (
        select_to_write(change.kind, change.before, change.after, change.who)
        .where(of_record(kind, key), change.seq > read_version)
        .order_by(change.seq.desc())
    )
    newer = list(db.session.execute(statement))
    before = _as_read(kind, now.cells, newer)
    raise Collision(now.cells, before, now.version, newer[0].who if newer else "")


def _as_read(kind: RecordKind, cells: Cells, newer: list[Any]) -> dict[str, str]:
    """Return the cells with what changed since taken back, the newest first."""
    found = dict(cells)
    for change in newer:
        for name, value in (change.before or {}).items():
            if change.kind == kind.table.name:
                found.update(_cells_of(kind, name, value))
    return found


def _cells_of(kind: RecordKind, name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the cells that a column of the table makes, of its value in a change."""
    for column in kind.columns:
        part = kind.text_of(column.name)
        if part and part[0] == name:
            yield column.name, (value or {}).get(part[1]) or ""
        elif column.name == name:
            plain = tuple(value) if isinstance(value, list) else value
            yield name, column.cell(plain)
        elif column.name == "holder" and name.startswith("holder_") and value:
            yield "holder", f"kind:{value}" if name == "holder_kind" else value


def row_of(table: Table, key: str) -> RowMapping | None:
    """Return the row of a table by its key, whatever its class; None for no row."""
    own = next(iter(table.primary_key.columns))
    statement = select_to_write(*table.columns).where(own == key)
    row = db.session.execute(statement).first()
    return row._mapping if row else None

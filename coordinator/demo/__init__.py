"""A fictional network to look around in: organisations, posts, persons, their lines.

Everything in it is invented but the names of public functions. The rows are exchange
files, and come in as any import does. What must stay near the day of loading is written
as days from it (`+30`, `-400T10:00`), never in a column that a row is known by: so that
another day moves it and makes no new row.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from coordinator import spreadsheets, upsert
from coordinator.access import select_to_write
from coordinator.columns import KINDS, RecordKind
from coordinator.errors import Refused
from coordinator.exchange import Finding, Importer, Report
from coordinator.spreadsheets import Sheet
from coordinator.values import read_date
from models import Change, Entry, Source, begin_write, db

WHO = "demo"
SOURCE = "demo"
BATCH = 500
FOLDER = Path(__file__).parent

# What names an entry of the directory, in any kind of row.
_NAMES_ENTRY = frozenset(
    {"parent", "organisation", "person", "post", "owner", "holder"}
)
_DAYS = re.compile(r"([+-]\d{1,5})(T\d\d:\d\d)?")
_FRIDAY = 4

Cells = dict[str, str]


class NotLoaded(Refused):
    """The demo network does not fit into this database: each row that does not."""

    def __init__(self, findings: Iterable[tuple[str, Finding]]) -> None:
        super().__init__("demo")
        self.findings = tuple(findings)


def load(today: date) -> int:
    """Bring the demo network in, all of it or nothing; return how many rows were news.

    Loading again adds nothing. On a later day the dates that are counted from the day
    of loading move with it. What anyone else has changed or removed stays as it is.
    Raise NotLoaded when a row does not fit.
    """
    begin_write()
    try:
        changed = _load_source()
        left_alone: set[str] = set()
        confirmable: dict[str, set[str]] = {}
        for kind in KINDS.values():
            sheet = _without(read(kind, today), kind, left_alone)
            confirmable[kind.name] = {key for _, key, _ in sheet}
            changed += _load_rows(kind, sheet)
        changed += _load_confirmations(today, confirmable)
    except Exception:
        db.session.rollback()
        raise
    db.session.commit()
    return changed


Row = tuple[int, str, Cells]


def read(kind: RecordKind, today: date) -> list[Row]:
    """Return the rows of a kind on that day: number, key and cells of each.

    The files hold values as an export writes them, so that a row's cells are its key.
    """
    fixed = kind.known_by
    moving = {"valid_from", "valid_to", "starts", "ends"}.difference(fixed)
    names = [column.name for column in kind.key_columns]
    rows = []
    for number, cells in _cells(f"{kind.name}.csv"):
        for column in moving & cells.keys():
            cells[column] = _day(cells[column], today)
        rows.append((number, "|".join(cells.get(name, "") for name in names), cells))
    return rows


def read_confirmations(today: date) -> Iterator[tuple[str, str, date, str | None]]:
    """Yield what was confirmed: kind and key of the record, the day, and by whom."""
    for _, cells in _cells("confirmations.csv"):
        day = read_date(_day(cells["confirmed_on"], today))
        yield cells["kind"], cells["key"], day, cells["confirmed_by"] or None


def _cells(name: str) -> Iterator[tuple[int, Cells]]:
    sheet = spreadsheets.read(FOLDER / name, lambda _count: None)
    for number, cells in sheet.rows:
        yield number, dict(zip(sheet.header, cells or (), strict=True))


def _day(cell: str, today: date) -> str:
    """Return the day or time that a cell means, as exchange files write it.

    Nobody meets on a Saturday or a Sunday: what has an hour is on the Monday after.

    >>> _day("-1", date(2026, 3, 1)), _day("2020-01-01", date(2026, 3, 1))
    ('2026-02-28', '2020-01-01')
    >>> _day("-1T10:00", date(2026, 3, 1))
    '2026-03-02T10:00'
    """
    found = _DAYS.fullmatch(cell)
    if found is None:
        return cell
    day = today + timedelta(days=int(found[1]))
    if found[2] is None:
        return day.isoformat()
    if day.weekday() > _FRIDAY:
        day += timedelta(days=7 - day.weekday())
    return f"{day.isoformat()}{found[2]}"


def _load_source() -> int:
    if _changed_by_others(Source.__table__, [SOURCE]):
        return 0
    row = {
        "key": SOURCE,
        "title": {
            "nb": "Oppdiktet demonettverk",
            "nn": "Oppdikta demonettverk",
            "en": "Invented demo network",
        },
        "note": {
            "nb": "Alt i det er oppdiktet: personer, numre, adresser, åpningstider og "
            "avtaler. Ikke bruk det i virkelige saker.",
            "nn": "Alt i det er oppdikta: personar, nummer, adresser, opningstider og "
            "avtalar. Ikkje bruk det i verkelege saker.",
            "en": "Everything in it is invented: persons, numbers, addresses, opening "
            "hours and agreements. Do not use it in real cases.",
        },
    }
    return _write(Source.__table__, [row], {"audience": "public"})


def _load_rows(kind: RecordKind, rows: list[Row]) -> int:
    """Write the rows as an import would; raise NotLoaded naming those it refuses."""
    findings: list[tuple[str, Finding]] = []
    report = Report()

    def hear(finding: Finding) -> None:
        report.bad += 1
        findings.append((f"{kind.name}.csv", finding))

    header = [column.name for column in kind.columns]
    table = ((number, [cells.get(n, "") for n in header]) for number, _, cells in rows)
    importer = Importer(
        kind, db.session.connection(), hear, lambda _warning: None, who=WHO
    )
    importer.take(Sheet(header, iter(table)), report)
    if findings:
        raise NotLoaded(findings)
    return report.created + report.updated


def _load_confirmations(today: date, confirmable: dict[str, set[str]]) -> int:
    rows: dict[str, list[dict[str, Any]]] = {}
    for kind, key, day, by in read_confirmations(today):
        if key in confirmable[kind]:
            row = {"key": key, "confirmed_on": day}
            if "confirmed_by" in KINDS[kind].table.c:
                row["confirmed_by"] = by
            rows.setdefault(kind, []).append(row)
    return sum(_write(KINDS[kind].table, found) for kind, found in rows.items())


def _write(
    table: Table, rows: list[dict[str, Any]], defaults: dict[str, Any] | None = None
) -> int:
    written = upsert.write(db.session.connection(), WHO, table, rows, defaults)
    return len(written.created) + len(written.updated)


def _without(rows: list[Row], kind: RecordKind, gone: set[str]) -> list[Row]:
    """Leave out what anyone else has changed, and what leads to an entry they removed.

    `gone` holds the removed entries; those of this kind are added to it.
    """
    theirs = _changed_by_others(kind.table, [key for _, key, _ in rows])
    for links in kind.links.values():
        theirs |= {key.partition("|")[0] for key in _changed_by_others(links)}
    if kind.entry_kind:
        entry = Entry.__table__.c.key
        named = theirs.intersection(key for _, key, _ in rows)
        statement = select_to_write(entry).where(entry.in_(named))
        gone |= named.difference(db.session.scalars(statement))
    kept = []
    for row in rows:
        _, key, cells = row
        leads_nowhere = any(cells.get(column) in gone for column in _NAMES_ENTRY)
        if leads_nowhere and kind.entry_kind:
            gone.add(key)
        if not leads_nowhere and key not in theirs:
            kept.append(row)
    return kept


def _changed_by_others(table: Table, keys: Iterable[str] | None = None) -> set[str]:
    """Return the keys, of these or of all, whose record anyone else has changed."""
    statement = select_to_write(Change.key).where(
        Change.kind == table.name, Change.who != WHO
    )
    if keys is None:
        return set(db.session.scalars(statement))
    found: set[str] = set()
    waiting = sorted(keys)
    for start in range(0, len(waiting), BATCH):
        batch = Change.key.in_(waiting[start : start + BATCH])
        found.update(db.session.scalars(statement.where(batch)))
    return found

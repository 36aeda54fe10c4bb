"""Exchange files brought in and taken out by tests, and all that is stored."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from sqlalchemy import Table, text

from coordinator import exchange, spreadsheets
from coordinator.access import select_to_write
from coordinator.columns import KINDS
from coordinator.exchange import Finding, Report
from models import Base, Change, db


class Outcome(NamedTuple):
    """What an import did, and what it said."""

    report: Report
    errors: list[Finding]
    warnings: list[Finding]

    @property
    def named(self) -> list[tuple[int, str | None, str]]:
        """Where each error stands, and its code."""
        return [(one.row, one.column, one.code) for one in self.errors]

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many records were created, updated and left as they were."""
        return self.report.created, self.report.updated, self.report.unchanged


def bring(
    kind: str, content: str | bytes, *, name: str = "file.csv", dry_run: bool = False
) -> Outcome:
    """Import what would stand in a file."""
    db.session.rollback()  # a client's requests leave theirs open in tests
    errors: list[Finding] = []
    warnings: list[Finding] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        report = exchange.import_file(
            kind,
            path,
            hear_error=errors.append,
            hear_warning=warnings.append,
            hear_bytes=lambda _count: None,
            dry_run=dry_run,
        )
    return Outcome(report, errors, warnings)


def bring_all(files: dict[str, str]) -> None:
    """Import one file of each kind; none may be refused."""
    for kind in KINDS:
        if kind in files:
            outcome = bring(kind, files[kind])
            assert outcome.errors == [], kind


def taken_out(kind: str) -> str:
    """Return what an export writes."""
    file = io.StringIO()
    header = [column.name for column in KINDS[kind].columns]
    spreadsheets.write(file, header, exchange.export_rows(KINDS[kind]))
    db.session.rollback()
    return file.getvalue()


def all_taken_out() -> dict[str, str]:
    """Return an export of each kind."""
    return {kind: taken_out(kind) for kind in KINDS}


def counted() -> int:
    """Return the change counter."""
    value = db.session.execute(text("SELECT value FROM change_counter")).scalar_one()
    db.session.rollback()
    return int(value)


def stored(*tables: str) -> dict[str, list[Any]]:
    """Return every row of the tables, of all tables when none is named.

    What is derived for searches has numbers that say nothing; they are left out. Of all
    tables the rows are as the driver has them: they are there to be compared, and to
    read each value takes most of the time.
    """
    connection = db.session.connection()
    found = {
        table.name: sorted(
            map(tuple, connection.exec_driver_sql(_selecting(table)).all())
            if not tables
            else map(tuple, db.session.execute(select_to_write(*_telling(table)))),
            key=repr,
        )
        for table in Base.metadata.sorted_tables
        if not tables or table.name in tables
    }
    db.session.rollback()
    return found


def _selecting(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in _telling(table))
    return f'SELECT {names} FROM "{table.name}"'


def _telling(table: Table) -> list[Any]:
    is_derived = table.name in ("search_entry", "search_word")
    return [one for one in table.c if not (is_derived and one.key == "id")]


def changes_since(seq: int) -> list[Any]:
    """Return the changes after that one: who, kind, key, before and after."""
    columns = (Change.who, Change.kind, Change.key, Change.before, Change.after)
    statement = select_to_write(*columns).where(Change.seq > seq)
    found = list(map(tuple, db.session.execute(statement.order_by(Change.seq))))
    db.session.rollback()
    return found

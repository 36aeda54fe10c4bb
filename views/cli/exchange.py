"""`flask import KIND FILE` and `flask export KIND [FILE]`: exchange files."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from coordinator import exchange, spreadsheets
from coordinator.columns import KINDS
from coordinator.exchange import Finding
from models import LANGUAGES
from views.cli.counts import tell_counts, tell_omitted, tell_refusal
from views.cli.database import needs_database
from views.cli.lines import tell
from views.cli.whole_file import written_whole
from views.wording import problem

KIND = click.Choice(list(KINDS))
LANGUAGE = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="nb", show_default=True
)


@click.command("import")
@click.argument("kind", type=KIND)
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Check and count, but change nothing.")
@LANGUAGE
@needs_database
def import_(kind: str, file: Path, *, dry_run: bool, lang: str) -> None:
    """Bring the rows of FILE (CSV or XLSX) in: all of them, or none if one is bad."""
    with current_app.test_request_context(), force_locale(lang):
        with click.progressbar(
            length=file.stat().st_size,
            label=file.name,
            file=sys.stderr,
            update_min_steps=65536,
        ) as bar:
            report = exchange.import_file(
                kind,
                file,
                hear_error=_tell,
                hear_warning=_tell_warning,
                hear_bytes=bar.update,
                dry_run=dry_run,
            )
        if report.bad:
            tell_refusal(report.bad)
            sys.exit(1)
        rows = ngettext("%(num)s rad", "%(num)s rader", report.rows)
        counts = report.created, report.updated, report.unchanged
        tell_counts(rows, *counts, dry_run=dry_run)


def _tell(finding: Finding) -> None:
    tell(_sentence(finding), err=True)


def _tell_warning(finding: Finding) -> None:
    tell(_("Advarsel: %(what)s", what=_sentence(finding)), err=True)


def _sentence(finding: Finding) -> str:
    where = _("rad %(row)s", row=finding.row)
    if finding.column:
        where += f", {finding.column}"
    return f"{where}: {problem(finding.code, finding.details)}"


@click.command("export")
@click.argument("kind", type=KIND)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@LANGUAGE
@needs_database
def export(kind: str, file: Path | None, lang: str) -> None:
    """Write the records of a KIND to FILE (CSV or XLSX), or as CSV to standard output.

    Rows of protected organisations are left out, and how many is said.
    """
    record_kind = KINDS[kind]
    header = [column.name for column in record_kind.columns]
    rows = exchange.export_rows(record_kind)
    if file is None:
        spreadsheets.write(sys.stdout, header, rows)
    else:
        _write_file(file, header, rows)
    with current_app.test_request_context(), force_locale(lang):
        tell_omitted(exchange.count_omitted(record_kind))


def _write_file(file: Path, header: list[str], rows: Iterator[list[str]]) -> None:
    with written_whole(file) as unfinished:
        if file.suffix.lower() == ".xlsx":
            spreadsheets.write_workbook(unfinished, header, rows)
        else:
            with unfinished.open("w", encoding="utf-8", newline="") as text:
                spreadsheets.write(text, header, rows)

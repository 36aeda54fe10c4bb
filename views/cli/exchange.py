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
from coordinator.exchange import Finding, Report
from models import LANGUAGES
from views.cli.database import needs_database
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
            _tell_refusal(report)
            sys.exit(1)
        _tell_result(report, dry_run=dry_run)


def _tell(finding: Finding) -> None:
    click.echo(_sentence(finding), err=True)


def _tell_warning(finding: Finding) -> None:
    click.echo(_("Advarsel: %(what)s", what=_sentence(finding)), err=True)


def _sentence(finding: Finding) -> str:
    where = _("rad %(row)s", row=finding.row)
    if finding.column:
        where += f", {finding.column}"
    return f"{where}: {problem(finding.code, finding.details)}"


def _tell_refusal(report: Report) -> None:
    sentence = ngettext(
        "%(num)s feil. Ingenting er endret.",
        "%(num)s feil. Ingenting er endret.",
        report.bad,
    )
    click.echo(sentence, err=True)


def _tell_result(report: Report, *, dry_run: bool) -> None:
    counts = _(
        "%(rows)s rader: %(created)s nye, %(updated)s endret, %(unchanged)s uendret",
        rows=report.rows,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
    )
    if dry_run:
        counts = _("%(counts)s (prøve, ingenting er endret)", counts=counts)
    click.echo(counts)


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
    omitted = exchange.count_omitted(record_kind)
    if omitted:
        with current_app.test_request_context(), force_locale(lang):
            sentence = ngettext(
                "%(num)s skjermet rad er utelatt.",
                "%(num)s skjermede rader er utelatt.",
                omitted,
            )
            click.echo(sentence, err=True)


def _write_file(file: Path, header: list[str], rows: Iterator[list[str]]) -> None:
    """Write beside the file and put it in place when whole: never half a file."""
    unfinished = file.with_name(f".{file.name}.part")
    try:
        if file.suffix.lower() == ".xlsx":
            spreadsheets.write_workbook(unfinished, header, rows)
        else:
            with unfinished.open("w", encoding="utf-8", newline="") as text:
                spreadsheets.write(text, header, rows)
        unfinished.replace(file)
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from None
    finally:
        unfinished.unlink(missing_ok=True)

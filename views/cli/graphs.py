"""`flask export-graph FORM [FILE]`, `flask import-graph FILE`: the network as files."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from coordinator import graph_files, graph_imports
from coordinator.access import OPERATOR
from coordinator.graph_imports import Proposal
from graphs.formats import Loss
from graphs.soundness import Unreadable
from views.cli.counts import tell_counts, tell_omitted, tell_refusal
from views.cli.database import needs_database
from views.cli.exchange import LANGUAGE
from views.cli.lines import tell
from views.cli.whole_file import written_whole
from views.network.file_words import told, told_fault, told_losses, told_refusal
from views.wording import KINDS

MOST_TOLD = 20


@click.command("export-graph")
@click.argument("form", type=click.Choice(graph_files.FORMS))
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@LANGUAGE
@needs_database
def export_graph(form: str, file: Path | None, lang: str) -> None:
    """Write the network as a graph file, to FILE or to standard output.

    Nothing protected is in it, and how much is left out is said; so is what the form
    cannot hold as it was.
    """
    data, losses = graph_files.written(form)
    omitted = graph_files.omitted()
    if file is None:
        click.echo(data, nl=False)
    else:
        with written_whole(file) as unfinished:
            unfinished.write_bytes(data)
    with current_app.test_request_context(), force_locale(lang):
        _tell_losses(losses)
        tell_omitted(omitted)


def _tell_losses(losses: list[Loss]) -> None:
    for what in told_losses(losses[:MOST_TOLD]):
        tell(_("Kan ikke stå i filen som det var: %(what)s", what=what), err=True)
    if len(losses) > MOST_TOLD:
        more = len(losses) - MOST_TOLD
        tell(ngettext("og %(num)s til", "og %(num)s til", more), err=True)


@click.command("import-graph")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Check and count, but change nothing.")
@LANGUAGE
@needs_database
def import_graph(file: Path, *, dry_run: bool, lang: str) -> None:
    """Bring a graph, or a sheet of elements, in as organisations and memberships."""
    with current_app.test_request_context(), force_locale(lang):
        try:
            graph = graph_imports.read(file, file.name)
        except Unreadable as unreadable:
            why = told_refusal(unreadable.code, unreadable.where, file.name)
            tell(why, err=True)
            sys.exit(1)
        found = graph_imports.bring(graph, viewer=OPERATOR, dry_run=dry_run)
        for fault in found.faults:
            tell(told_fault(fault), err=True)
        if more := found.bad - len(found.faults):
            tell(ngettext("og %(num)s til", "og %(num)s til", more), err=True)
        if found.bad:
            tell_refusal(found.bad)
            sys.exit(1)
        _tell(found, lang, dry_run=dry_run)


def _tell(found: Proposal, language: str, *, dry_run: bool) -> None:
    for kind, taken in found.taken.items():
        counts = map(len, (taken.created, taken.updated, taken.unchanged))
        tell_counts(str(KINDS[kind][0]), *counts, dry_run=dry_run)
    words = told(found, OPERATOR, language)
    if dry_run:
        for line in [*words["shown"], *words["rest"]]:
            tell(line.words)
            for label, was, now in line.fields:
                tell(f"  {label}: {was or _('tomt')} → {now or _('tomt')}")
        if words["more"]:
            more = ngettext("og %(num)s til", "og %(num)s til", words["more"])
            tell(more)
    for line in words["left_out"]:
        tell(_("Ikke tatt med: %(what)s", what=line), err=True)
    if words["unread"]:
        names = ", ".join(words["unread"])
        tell(_("Leses ikke: %(names)s.", names=names), err=True)

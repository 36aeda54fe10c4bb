"""`flask search`: what fits some words, in a terminal or for programs."""

import json

import click
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from coordinator import search as searching
from coordinator.access import OPERATOR
from models import LANGUAGES
from views import wording
from views.asked import LONGEST_QUERY
from views.cli.database import needs_database


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table")
@needs_database
def search(words: tuple[str, ...], limit: int, lang: str, form: str) -> None:
    """Find steps, rights, places, organisations and more by WORDS, best first.

    Exits with 1 where nothing is found. What was searched is kept nowhere.
    """
    text = " ".join(words)[:LONGEST_QUERY]
    with current_app.test_request_context(), force_locale(lang):
        hits = searching.find(text, OPERATOR, lang)[:limit]
        if form == "json":
            rows = [
                {"kind": hit.kind, "key": hit.key, "title": hit.title} for hit in hits
            ]
            click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        else:
            kinds = [str(wording.FOUND_KINDS[hit.kind]) for hit in hits]
            widths = [
                max(map(len, column), default=0)
                for column in (kinds, [hit.key for hit in hits])
            ]
            for kind, hit in zip(kinds, hits, strict=True):
                click.echo(f"{kind:{widths[0]}}  {hit.key:{widths[1]}}  {hit.title}")
        if not hits:
            click.echo(_("Fant ingenting."), err=True)
            raise SystemExit(1)

"""Sources: what claims rest on, how fresh they are, and what rests on them."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import Response, render_template

from coordinator import catalogue
from coordinator.opening import OSLO
from coordinator.places import alphabetical
from models import text_in
from views import asked, kept
from views.cards import checked, urgent
from views.viewing import viewer

bp = APIBlueprint("sources", __name__, enable_openapi=False)


@bp.get("/sources")
def index() -> Response:
    """List every source, with when it was last checked."""
    return kept.page(_render_list)


def _render_list() -> bytes:
    known, language = catalogue.current(viewer()), asked.language()
    today = datetime.now(OSLO).date()
    return render_template(
        "sources/index.html",
        sources=[
            (
                source.key,
                text_in(source.title, language),
                checked(source.checked_on, source.next_check_on, today),
            )
            for source in sorted(
                known.sources.values(),
                key=lambda source: alphabetical(text_in(source.title, language)),
            )
        ],
        urgent=urgent(known),
    ).encode()


@bp.get("/sources/<key>")
def show(key: str) -> Response:
    """Show a source and the steps that rest on it."""
    return kept.page(_render)


def _render() -> bytes:
    known, language = catalogue.current(viewer()), asked.language()
    source = known.source(asked.part("key"))
    return render_template(
        "sources/show.html",
        title=text_in(source.title, language),
        key=source.key,
        note=text_in(source.note, language),
        web=source.web,
        freshness=checked(
            source.checked_on, source.next_check_on, datetime.now(OSLO).date()
        ),
        steps=[
            (step.code, text_in(step.title, language))
            for step in known.steps.values()
            if source.key in (*step.law, *step.duty, step.source)
        ],
        urgent=urgent(known),
    ).encode()

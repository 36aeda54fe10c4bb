"""What the unit does, how to leave no traces, what is accessible, and easy words."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import Response, render_template

from coordinator import catalogue, guide
from coordinator.opening import OSLO
from coordinator.reference import WHOLE_COUNTRY
from models import text_in
from views import asked, kept
from views.cards import line_to, unit, urgent
from views.viewing import viewer

bp = APIBlueprint("about", __name__, enable_openapi=False)


@bp.get("/unit")
def the_unit() -> Response:
    """Say what the unit does, what it does not, and how to reach it."""
    return kept.page(_render_unit)


def _render_unit() -> bytes:
    known, language = catalogue.current(viewer()), asked.language()

    def told(kind: str) -> list[tuple[str, str]]:
        return [
            (text_in(process.title, language), text_in(process.note, language))
            for process in known.processes.values()
            if process.kind == kind
        ]

    return render_template(
        "about/unit.html",
        unit=unit(),
        work=told("unit"),
        duties=[
            (step.code, text_in(step.title, language), text_in(step.summary, language))
            for step in known.steps.values()
            if known.processes[step.process].kind == "system"
        ],
        urgent=urgent(known),
    ).encode()


@bp.get("/traces")
def traces() -> Response:
    """Tell how to clear one's traces, and switch the leaving key off or on."""
    return kept.page(_render_traces)


def _render_traces() -> bytes:
    return render_template(
        "about/traces.html", urgent=urgent(catalogue.current(viewer()))
    ).encode()


@bp.get("/accessibility")
def accessibility() -> Response:
    """State what is accessible, what is not, and where to complain."""
    return kept.page(_render_accessibility)


def _render_accessibility() -> bytes:
    return render_template(
        "about/accessibility.html",
        unit=unit(),
        urgent=urgent(catalogue.current(viewer())),
    ).encode()


@bp.get("/easy")
def easy() -> Response:
    """Tell a person this is about, in easy words, what help there is."""
    return kept.page(_render_easy)


# The steps whose first line a person in need can call, for adults and for children.
FOR_ADULTS, FOR_CHILDREN = "advice", "report_child"


def _render_easy() -> bytes:
    known, now = catalogue.current(viewer()), datetime.now(OSLO)
    calls = []
    for step, track in ((FOR_ADULTS, "adult"), (FOR_CHILDREN, "minor")):
        found = guide.who_acts(
            step, WHOLE_COUNTRY, track, viewer=viewer(), now=now, known=known
        )
        top = found.on_top
        calls.append(
            (top.organisation.name, line_to(top, now))
            if top and top.organisation and top.line
            else None
        )
    return render_template(
        "about/easy.html", adult=calls[0], child=calls[1], urgent=urgent(known)
    ).encode()

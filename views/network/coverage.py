"""Coverage of a step: the counties on the state's page, and the places of one county.

Each is a picture beside a table; both are made of the same areas.
"""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from coordinator import catalogue, coverage, shapes
from coordinator.catalogue import Catalogue
from coordinator.coverage import Answering
from coordinator.errors import NotFound
from coordinator.needs import NEEDS
from coordinator.places import alphabetical
from graphs.coverage_by_area import Area
from models import text_in
from views import asked
from views.language import chosen_language
from views.network import outlines
from views.network.blueprint import bp
from views.network.telling import named
from views.network.words import EXTENTS, REACHED
from views.viewing import viewer


def of_counties(known: Catalogue, language: str) -> dict[str, Any]:
    """Return what is shown of the counties, those that miss most first."""
    step, track = _chosen(known)
    areas = coverage.by_county(step, track, viewer()) if track else []
    areas.sort(
        key=lambda one: (
            one.covered / one.places,
            alphabetical(known.places[one.place].name),
        )
    )
    return {
        **_filters(known, language, step, track),
        **_pictured([_county(one, known, step, track) for one in areas]),
        "extents": [
            ("all", _("Alle kommuner"), EXTENTS["all"][1]),
            *((code, *EXTENTS[code]) for code in ("some", "none")),
        ],
    }


def _pictured(areas: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the areas, the picture of those with an outline, and the others' tiles."""
    found = shapes.of_places({one["code"] for one in areas})
    return {
        "areas": areas,
        "picture": outlines.drawn(areas, found),
        "tiles": sorted(
            (one for one in areas if one["code"] not in found),
            key=lambda one: alphabetical(one["name"]),
        ),
    }


def _filters(
    known: Catalogue, language: str, step: str, track: str | None
) -> dict[str, Any]:
    """Return what the fields for step and track offer and hold."""
    return {
        "steps": [(s.code, text_in(s.title, language)) for s in known.steps.values()],
        "step": step,
        "step_title": text_in(known.steps[step].title, language) if step else "",
        "tracks": [(t.code, text_in(t.label, language)) for t in known.tracks.values()],
        "track": track or "",
    }


def _chosen(known: Catalogue) -> tuple[str, str | None]:
    """Return step and track of the address, else the first that people ask for."""
    usual = [code for code in NEEDS["safe_place"] if code in known.steps]
    code = asked.text("step") or next(iter((*usual, *known.steps)), "")
    if not code:
        return "", None
    step = known.step(code)
    meant = [one for one in known.tracks if step.is_for(one)]
    track = asked.text("track")
    return code, known.track(track).code if track else next(iter(meant), None)


def _county(
    area: Area, known: Catalogue, step: str, track: str | None
) -> dict[str, Any]:
    words, icon = EXTENTS[area.extent]
    return {
        "code": area.place,
        "name": known.places[area.place].name,
        "extent": area.extent,
        "words": words,
        "icon": icon,
        "covered": area.covered,
        "places": area.places,
        "share": f"{area.covered}/{area.places}",
        "missing": area.missing,
        "href": url_for("network.county", code=area.place, step=step, track=track),
    }


@bp.get("/counties/<code>")
def county(code: str) -> str:
    """Show the places of a county, and who answers in each or does not."""
    known, language = catalogue.current(viewer()), chosen_language()
    code = asked.part("code")
    step, track = _chosen(known)
    if not step:
        raise NotFound("step", "")
    found = coverage.in_county(code, step, track, viewer())
    names = named((key for one in found for key in one.organisations), viewer())
    areas = [_place(one, known, names, step, track) for one in found]
    return render_template(
        "network/county.html",
        code=code,
        county=known.places[code].name,
        covered=sum(one.is_covered for one in found),
        **_pictured(areas),
        has_districts=any(known.places[a.place].kind != "municipality" for a in found),
        extents=[(code, *REACHED[code]) for code in ("all", "none")],
        back=url_for("network.index", step=step, track=track, _anchor="coverage"),
        **_filters(known, language, step, track),
    )


def _place(
    one: Answering,
    known: Catalogue,
    names: dict[str, str],
    step: str,
    track: str | None,
) -> dict[str, Any]:
    extent = "all" if one.is_covered else "none"
    words, icon = REACHED[extent]
    return {
        "code": one.place,
        "name": known.places[one.place].name,
        "extent": extent,
        "words": words,
        "icon": icon,
        "share": "",
        "organisations": [(key, names.get(key, key)) for key in one.organisations],
        "href": url_for("guide.answer", step=step, place=one.place, track=track),
    }

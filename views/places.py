"""Places on pages: how they are named, found by name, and who matters in each."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from apiflask import APIBlueprint
from flask import Flask, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue, guide, places
from coordinator.catalogue import Catalogue, PlaceRow
from coordinator.errors import NotFound
from coordinator.opening import OSLO
from models import ROLES, text_in
from views import asked, errors, kept, offline, wording
from views.asked import BadParameter
from views.cards import kind_label, lines_to, urgent
from views.language import chosen_language
from views.network import around
from views.viewing import viewer

LONGEST_LIST = 30

bp = APIBlueprint("places", __name__, enable_openapi=False)


class SeveralPlaces(Exception):
    """A name that several places have, or begin with."""

    def __init__(self, found: list[PlaceRow]) -> None:
        self.found = found


@bp.get("/places/<code>")
def show(code: str) -> Response:
    """Show everyone who matters in the place; one that ended leads to its successor."""
    return kept.page(_render)


def _render() -> bytes:
    code = asked.part("code")
    known, now = catalogue.current(viewer()), datetime.now(OSLO)
    language, place = chosen_language(), known.place(code)
    standing = known.standing_place(code, now.date())
    answers = guide.who_acts_on_each(
        list(known.steps.values()), code, viewer=viewer(), now=now, known=known
    )
    kinds: dict[str, dict[str, dict[str, Any]]] = {}
    for found in answers:
        for role in ROLES:
            for actor in found.roles[role]:
                if actor.organisation is None:
                    continue
                here = kinds.setdefault(actor.organisation.kind, {})
                entry = here.setdefault(
                    actor.organisation.key,
                    {
                        "key": actor.organisation.key,
                        "name": actor.organisation.name,
                        "kind": kind_label(actor.organisation.kind, known, language),
                        "lines": lines_to(actor, now),
                        "steps": {},
                    },
                )
                title = text_in(found.step.title, language)
                roles = entry["steps"].setdefault((found.step.code, title), [])
                if str(wording.ROLES[role]) not in roles:
                    roles.append(str(wording.ROLES[role]))
    missing = {
        holder: None
        for found in answers
        for role, holder in found.unresolved
        if role in "RA"
    }
    return render_template(
        "places/show.html",
        place=where(known, standing),
        code=standing.code,
        merged=(place.name, standing.name) if standing != place else None,
        lies_in=[known.places[up].name for up in standing.parents],
        organisations=[
            one for kind in known.kinds if kind in kinds for one in kinds[kind].values()
        ],
        missing=[kind_label(h.partition(":")[2], known, language) for h in missing],
        keep=offline.cards(standing.code, None, known),
        urgent=urgent(known),
        around=around.of_place(standing.code, standing.name),
    ).encode()


def code_of(text: str, known: Catalogue) -> str:
    """Return the code of the place that the text names.

    Raise BadParameter for no text, NotFound for no such place, and SeveralPlaces.
    """
    if not text:
        raise BadParameter("place", "required")
    found = code_by_name(text, known)
    if not found:
        raise NotFound("place", text)
    return found


def code_by_name(text: str, known: Catalogue) -> str | None:
    """Return the code of the place that the text names; None where it is a code.

    None too where nothing is called so. Raise SeveralPlaces.
    """
    found = places.named(text[: asked.LONGEST_QUERY], known, _today())
    if len(found) > 1:
        raise SeveralPlaces(found)
    return found[0].code if found else None


def find_by_name(fault: errors.Fault, known: Catalogue) -> BaseResponse | None:
    """Lead on to this page for the place that was asked by its name, or to a choice.

    None where the fault is another, or no place is called so.
    """
    name = request.args.get("place", "").strip()
    if fault.parameter != "place" or fault.successors or not name:
        return None
    try:
        found = code_by_name(name, known)
    except SeveralPlaces as several:
        # Flask asks no other handler: this already runs in one.
        return choose(several)
    return redirect(same_page(found)) if found and found != name else None


def same_page(place: str) -> str:
    """Return the address of this page for that place."""
    given = [(name, value) for name, value in request.args.items() if name != "place"]
    return f"{quote(request.path)}?{urlencode([*given, ('place', place)])}"


def choose(several: SeveralPlaces) -> Response:
    """Let the reader choose which of the places is meant."""
    known = catalogue.current(viewer())
    page = render_template(
        "places/choose.html",
        choices=[
            (*_to_choose(known, place), same_page(place.code))
            for place in several.found[:LONGEST_LIST]
        ],
        more=max(0, len(several.found) - LONGEST_LIST),
        urgent=urgent(known),
    )
    return Response(page, 409, mimetype="text/html")


def _to_choose(known: Catalogue, place: PlaceRow) -> tuple[str, str]:
    if more := _told_apart(known, place):
        return place.name, more
    return where(known, place), ""


def where(known: Catalogue, place: PlaceRow) -> str:
    """Return a name that no other place has: Herøy (Nordland), Oslo: Frogner."""
    wider = places.lies_in(place, known)
    if wider is None:
        return place.name
    if place.kind == "city_district":
        return f"{wider.name}: {place.name}"
    return f"{place.name} ({wider.name})" if _has_namesake(known, place) else place.name


def _has_namesake(known: Catalogue, place: PlaceRow) -> bool:
    return _names(known).get(place.name, 0) > 1


@lru_cache(maxsize=4)
def _names(known: Catalogue) -> dict[str, int]:
    found: dict[str, int] = {}
    for place in known.places.values():
        if place.kind in places.ASKED_KINDS:
            found[place.name] = found.get(place.name, 0) + 1
    return found


def offered(known: Catalogue) -> tuple[tuple[str, str], ...]:
    """Return every name of every place as forms take it, and what tells it apart."""
    return _offered(known, _today(), chosen_language())


@lru_cache(maxsize=8)
def _offered(
    known: Catalogue, today: date, _language: str
) -> tuple[tuple[str, str], ...]:
    found = []
    for place in places.to_ask_for(known, today):
        name = where(known, place)
        found.append((name, _told_apart(known, place)))
        found += [(other, name) for other in place.other_names]
    return tuple(found)


def _told_apart(known: Catalogue, place: PlaceRow) -> str:
    """Return where the place lies, or what it has become."""
    if place.valid_to and place.valid_to < _today():
        names = ", ".join(known.places[code].name for code in place.successors)
        return str(_("nå en del av %(place)s", place=names))
    wider = places.lies_in(place, known)
    return wider.name if wider and place.kind == "municipality" else ""


def _today() -> date:
    return datetime.now(OSLO).date()


def not_found(error: NotFound) -> BaseResponse:
    """Lead on to a place that was asked for by its name; else say it is unknown."""
    if request.blueprint == "api":
        return errors.asked_wrongly(error)
    found = find_by_name(errors.word(error), catalogue.current(viewer()))
    return found or errors.asked_wrongly(error)


def init_app(app: Flask) -> None:
    """Let every page ask back when a name means several places."""
    app.register_error_handler(SeveralPlaces, choose)
    app.register_error_handler(NotFound, not_found)

"""The check list: signs to think with, which stores, sends and counts nothing.

Its boxes have no name and stand in no form: a browser has nothing to send.
"""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue
from coordinator.catalogue import Catalogue
from coordinator.errors import NotFound, SeveralSuccessors
from coordinator.opening import OSLO
from coordinator.reference import WHOLE_COUNTRY
from models import text_in
from views import asked, chapter_parts, errors, kept, places
from views.asked import BadParameter
from views.cards import urgent
from views.language import chosen_language
from views.viewing import viewer

ADULT, CHILD = "adult", "minor"
TRACKS = {ADULT: ("adult", "asylum_adult"), CHILD: ("minor", "asylum_minor")}
# What comes next, for each age: the first is the one to do.
NEXT = {
    ADULT: ("advice", "acute_housing", "report_police"),
    CHILD: ("report_child", "advice_child"),
}

bp = APIBlueprint("checklist", __name__, enable_openapi=False)


@bp.get("/checklist")
def index() -> Response:
    """Show the signs as boxes, and at the end whom to ask in the place chosen."""
    return kept.page(_render)


@bp.errorhandler(BadParameter)
@bp.errorhandler(NotFound)
@bp.errorhandler(SeveralSuccessors)
def ask_again(error: errors.AskedWrongly) -> BaseResponse | tuple[str, int]:
    """Say what is wrong, above the form with what was chosen in it.

    A place that was asked for by its name is found by it.
    """
    fault, known = errors.word(error), catalogue.current(viewer())
    if found := places.find_by_name(fault, known):
        return found
    choices = [
        (places.where(known, known.places[code]), places.same_page(code))
        for code in fault.successors
    ]
    page = render_template(
        "checklist/again.html", fault=fault, choices=choices, **_filters(known)
    )
    return page, fault.status


def _filters(known: Catalogue) -> dict[str, Any]:
    place = known.places.get(request.args.get("place", ""))
    return {
        "places": places.offered(known),
        "typed": places.where(known, place) if place else request.args.get("place", ""),
        "tracks": [
            (track.code, text_in(track.label, chosen_language()))
            for track in known.tracks.values()
        ],
        "chosen": request.args.get("track", ""),
        "urgent": urgent(known),
    }


def _render() -> bytes:
    known, language = catalogue.current(viewer()), asked.language()
    code, track = asked.text("place") or WHOLE_COUNTRY, asked.text("track") or None
    if track:
        known.track(track)
    standing = known.standing_place(code, datetime.now(OSLO).date())
    signs = chapter_parts.signs(known, language)
    if track in TRACKS[CHILD]:  # what is about children first
        signs.sort(key=lambda one: one.form != "child")
    ages = {ADULT: _("18 år eller eldre"), CHILD: _("Under 18 år, eller du er i tvil")}
    return render_template(
        "checklist/index.html",
        forms=signs,
        following=[
            (title, _calls(known, code, age, track, language))
            for age, title in ages.items()
            if track is None or track in TRACKS[age]
        ],
        where=places.where(known, standing),
        place=standing.code if code != WHOLE_COUNTRY else None,
        track=track,
        **_filters(known),
    ).encode()


def _calls(
    known: Catalogue, place: str, age: str, track: str | None, language: str
) -> list[chapter_parts.Need]:
    """Return whom to ask: as the answers for the steps that come next have it."""
    own = track or age
    steps = [
        known.steps[code]
        for code in NEXT[age]
        if code in known.steps and known.steps[code].is_for(own)
    ]
    return chapter_parts.calls(steps, place, own, known, datetime.now(OSLO), language)

"""The check list: signs to think with, which stores, sends and counts nothing.

Its boxes have no name and stand in no form: a browser has nothing to send.
"""

from datetime import datetime

from apiflask import APIBlueprint
from flask import Response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue
from coordinator.catalogue import Catalogue
from coordinator.opening import OSLO
from views import asked, by_place, chapter_parts, errors, kept, places
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


def ask_again(error: errors.AskedWrongly) -> BaseResponse | tuple[str, int]:
    """Say what is wrong, above the filters with what was chosen in them."""
    return by_place.ask_again(
        error, "checklist.index", str(_("Sjekkliste: tegn på menneskehandel"))
    )


for _fault in by_place.FAULTS:
    bp.errorhandler(_fault)(ask_again)


def _render() -> bytes:
    known, language = catalogue.current(viewer()), asked.language()
    code, standing, place, track = by_place.here(known)
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
        place=place,
        track=track,
        printed_on=datetime.now(OSLO).date(),
        **by_place.filters(known),
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

"""Pages about a place and a group: their two filters, and the way back from a fault."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import render_template, request
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue
from coordinator.catalogue import Catalogue, PlaceRow
from coordinator.errors import NotFound, SeveralSuccessors
from coordinator.opening import OSLO
from coordinator.reference import WHOLE_COUNTRY
from models import text_in
from views import asked, errors, places
from views.asked import BadParameter
from views.cards import urgent
from views.language import chosen_language
from views.viewing import viewer


class Here(NamedTuple):
    """Where and for whom a page is: what was asked for, and what the place is now.

    `place` is the code of the place now; None for the whole country.
    """

    asked: str
    standing: PlaceRow
    place: str | None
    track: str | None


def here(known: Catalogue) -> Here:
    """Return where and for whom this page is; the whole country and all, unless asked.

    Raise BadParameter, NotFound for an unknown place or track, SeveralSuccessors.
    """
    code, track = asked.text("place") or WHOLE_COUNTRY, asked.text("track") or None
    if track:
        known.track(track)
    standing = known.standing_place(code, datetime.now(OSLO).date())
    place = standing.code if code != WHOLE_COUNTRY else None
    return Here(code, standing, place, track)


OF_THE_FORM = ("place", "track", "lang")
FAULTS = (BadParameter, NotFound, SeveralSuccessors)
"""What a page of this sort asks again after."""


def filters(known: Catalogue) -> dict[str, Any]:
    """Return what the filters offer, and what was chosen or typed in them."""
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


def ask_again(
    error: errors.AskedWrongly, endpoint: str, title: str
) -> BaseResponse | tuple[str, int]:
    """Say what is wrong, above the filters with what was chosen in them.

    A place that was asked for by its name is found by it. `endpoint` is the page that
    the filters lead to, `title` what it is called. What else was asked is kept.
    """
    fault, known = errors.word(error), catalogue.current(viewer())
    if found := places.find_by_name(fault, known):
        return found
    page = render_template(
        "places/again.html",
        fault=fault,
        choices=choices(fault, known),
        endpoint=endpoint,
        title=title,
        others=[
            (name, value)
            for name, value in request.args.items(multi=True)
            if name not in OF_THE_FORM
        ],
        **filters(known),
    )
    return page, fault.status


def choices(fault: errors.Fault, known: Catalogue) -> list[tuple[str, str]]:
    """Return the parts of a divided place: name, and the address of this page there."""
    return [
        (places.where(known, known.places[code]), places.same_page(code))
        for code in fault.successors
    ]

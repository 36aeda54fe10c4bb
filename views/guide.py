"""The guide's pages: `/` asks three questions, `/answer` answers them."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from apiflask import APIBlueprint
from flask import Response, render_template

from coordinator import catalogue, guide
from coordinator.access import PUBLIC
from coordinator.catalogue import Catalogue
from coordinator.errors import NotFound, SeveralSuccessors
from coordinator.opening import OSLO
from models import text_in
from views import asked, errors, kept, wording
from views.asked import BadParameter
from views.language import chosen_language
from views.presenting import kind_label, present

QUESTION = ("step", "place", "track", "lang")

bp = APIBlueprint("guide", __name__, enable_openapi=False)


@bp.get("/")
def ask() -> Response:
    """Ask where, for whom and what."""
    return Response(kept.body(_render_question), mimetype="text/html")


@bp.get("/answer")
def answer() -> Response:
    """Answer, from memory while nothing has changed."""
    return Response(kept.body(_render_answer), mimetype="text/html")


def _render_question() -> bytes:
    known = catalogue.current(PUBLIC)
    return render_template(
        "guide/ask.html", **_choices(known, asked.given(*QUESTION))
    ).encode()


def _render_answer() -> bytes:
    question = asked.question()
    known = catalogue.current(PUBLIC)
    found = guide.who_acts(
        question.step, question.place, question.track, question.on, known=known
    )
    track = known.tracks.get(question.track or "")
    page = render_template(
        "guide/answer.html",
        answer=present(found, known, question.language),
        first=found.first,
        track_label=text_in(track.label, question.language) if track else None,
        kind_label=lambda code: kind_label(code, known, question.language),
        wording=wording,
        asked=asked.given(*QUESTION),
    )
    return page.encode()


@bp.errorhandler(BadParameter)
@bp.errorhandler(NotFound)
@bp.errorhandler(SeveralSuccessors)
def ask_again(error: errors.AskedWrongly) -> tuple[str, int]:
    """Say what is wrong, above the form with what was chosen in it."""
    fault, known = errors.word(error), catalogue.current(PUBLIC)
    parts = [(code, _full_name(known, code)) for code in fault.successors]
    page = render_template(
        "guide/ask.html",
        fault=fault,
        parts=parts,
        passed_on=asked.given("step", "track", "on", "lang"),
        **_choices(known, asked.given(*QUESTION)),
    )
    return page, fault.status


def _choices(known: Catalogue, chosen: dict[str, str]) -> dict[str, Any]:
    """Return what the form offers, and what was chosen in it."""
    language = chosen_language()
    return {
        "counties": _places_by_county(known, datetime.now(OSLO).date()),
        "tracks": [
            (track.code, text_in(track.label, language))
            for track in known.tracks.values()
        ],
        "phases": [
            (
                text_in(title, language),
                [
                    (step.code, text_in(step.title, language))
                    for step in known.steps.values()
                    if step.phase == phase
                ],
            )
            for phase, title in known.phases.items()
        ],
        "chosen": chosen,
    }


@lru_cache(maxsize=4)
def _places_by_county(
    known: Catalogue, today: date
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each county with its municipalities, and city districts below theirs."""
    below: dict[str, list[str]] = {}
    for place in known.places.values():
        if place.valid_to is None or place.valid_to >= today:
            for parent in place.parents:
                below.setdefault(parent, []).append(place.code)
    return [
        (
            county.name,
            [
                (code, _full_name(known, code))
                for municipality in _by_name(known, below.get(county.code, []))
                for code in (
                    municipality,
                    *_by_name(known, below.get(municipality, [])),
                )
            ],
        )
        for county in sorted(
            (p for p in known.places.values() if p.kind == "county"),
            key=lambda place: _alphabetical(place.name),
        )
    ]


def _full_name(known: Catalogue, code: str) -> str:
    place = known.places[code]
    names = " / ".join((place.name, *place.other_names))
    if place.kind != "city_district":
        return names
    lies_in = ", ".join(known.places[parent].name for parent in place.parents)
    return f"{lies_in}: {names}"


def _by_name(known: Catalogue, codes: list[str]) -> list[str]:
    return sorted(codes, key=lambda code: _alphabetical(known.places[code].name))


# Norwegian order: æ, ø and å stand last. SQLite has no such collation.
_NORWEGIAN = str.maketrans("æøå", "{|}")


def _alphabetical(name: str) -> str:
    return name.casefold().translate(_NORWEGIAN)

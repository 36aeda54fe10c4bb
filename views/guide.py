"""The guide's pages: `/` asks three questions, `/answer` answers them."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, render_template

from coordinator import catalogue, guide
from coordinator.access import PUBLIC
from coordinator.catalogue import Catalogue
from models import text_in
from views import asked, kept, wording
from views.language import chosen_language
from views.presenting import kind_label, present

bp = APIBlueprint("guide", __name__, enable_openapi=False)


@bp.get("/")
def ask() -> str:
    """Ask where, for whom and what."""
    return render_template("guide/ask.html", **_choices(catalogue.current(PUBLIC)))


@bp.get("/answer")
def answer() -> Response:
    """Answer, from memory while nothing has changed."""
    return Response(kept.body(_render), mimetype="text/html")


def _render() -> bytes:
    question = asked.question()
    found = guide.who_acts(question.step, question.place, question.track, question.on)
    known = catalogue.current(PUBLIC)
    track = known.tracks.get(question.track or "")
    page = render_template(
        "guide/answer.html",
        answer=present(found, known, question.language),
        first=found.first,
        track_label=text_in(track.label, question.language) if track else None,
        kind_label=lambda code: kind_label(code, known, question.language),
        wording=wording,
        **_choices(known, question),
    )
    return page.encode()


def _choices(known: Catalogue, question: asked.Asked | None = None) -> dict[str, Any]:
    """Return what the form offers, and what was chosen in it."""
    language = chosen_language()
    return {
        "counties": _places_by_county(known),
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
        "chosen": question,
    }


def _places_by_county(known: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each county with its municipalities, and city districts below theirs."""
    below: dict[str, list[str]] = {}
    for place in known.places.values():
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
    return f"{known.places[place.parents[0]].name}: {names}"


def _by_name(known: Catalogue, codes: list[str]) -> list[str]:
    return sorted(codes, key=lambda code: _alphabetical(known.places[code].name))


# Norwegian order: æ, ø and å stand last. SQLite has no such collation.
_NORWEGIAN = str.maketrans("æøå", "{|}")


def _alphabetical(name: str) -> str:
    return name.casefold().translate(_NORWEGIAN)

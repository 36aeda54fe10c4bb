"""Report an error or a gap: a form for anyone, kept for the unit."""

from typing import Any

from apiflask import APIBlueprint
from flask import Flask, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue, organisations, suggestions
from coordinator.access import PUBLIC, UNIT
from coordinator.errors import IdentityNumber
from models import SUGGESTION_KINDS, text_in
from views import askers, places
from views.cards import urgent
from views.language import chosen_language

ABOUT = ("step", "place", "track", "organisation")
LONGEST_KEY = 96

bp = APIBlueprint("suggestions", __name__, enable_openapi=False)
MOST = parse("20/hour")


def init_app(app: Flask) -> None:
    """Limit how much one address can send.

    By the limits library itself: Flask-Limiter's hook on every request took a third of
    the time of a kept answer (measured).
    """
    app.extensions["suggestions"] = MovingWindowRateLimiter(MemoryStorage())


@bp.get("/suggestions")
def index() -> str:
    """Show the unit what people have told, newest first."""
    return render_template(
        "suggestions/index.html", suggestions=suggestions.newest(UNIT)
    )


@bp.get("/suggestions/new")
def new() -> str:
    """Ask what is wrong or missing."""
    return _form(request.args, [])


@bp.post("/suggestions")
def create() -> BaseResponse | tuple[str, int]:
    """Keep it for the unit, and say thanks; say what is wrong with it otherwise."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(403)
    if not current_app.extensions["suggestions"].hit(MOST, askers.network()):
        abort(429)
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    faults = []
    if not text:
        faults.append(_("Skriv hva som er feil eller mangler."))
    if len(text) > suggestions.LONGEST:
        longest = suggestions.LONGEST
        faults.append(
            _(
                "Skriv kortere: høyst %(longest)s tegn, du har %(found)s.",
                longest=longest,
                found=len(text),
            )
        )
    if suggestions.has_unseen_signs(text):
        faults.append(_("Teksten har tegn som ikke kan brukes (styretegn)."))
    if not faults:
        try:
            suggestions.keep(_kind(request.form), text, **_about(request.form))
        except IdentityNumber:
            faults.append(
                _(
                    "Teksten har et tall som ligner et fødselsnummer eller DUF-nummer. "
                    "Ta det bort. Skriv aldri om personer her."
                )
            )
    if faults:
        return _form(request.form, faults), 422
    return redirect(url_for("suggestions.thanks"), 303)


@bp.get("/suggestions/thanks")
def thanks() -> str:
    """Say that it was kept, and for whom."""
    return render_template(
        "suggestions/thanks.html", urgent=urgent(catalogue.current(PUBLIC))
    )


def _kind(given: Any) -> str:
    kind = given.get("kind", "")
    return kind if kind in SUGGESTION_KINDS else SUGGESTION_KINDS[0]


def _about(given: Any) -> dict[str, str | None]:
    """Return what it is about; anything that is no key of ours is left out."""
    known = catalogue.current(PUBLIC)
    ours: dict[str, Any] = {
        "step": known.steps,
        "place": known.places,
        "track": known.tracks,
    }
    found: dict[str, str | None] = {
        name: code if (code := given.get(name, "")) in codes else None
        for name, codes in ours.items()
    }
    key = given.get("organisation", "")
    is_key = key and len(key) <= LONGEST_KEY and key.isprintable()
    found["organisation"] = key if is_key and organisations.name(key, PUBLIC) else None
    return found


def _form(given: Any, faults: list[str]) -> str:
    known, language = catalogue.current(PUBLIC), chosen_language()
    about = _about(given)
    step = known.steps.get(about["step"] or "")
    place = known.places.get(about["place"] or "")
    track = known.tracks.get(about["track"] or "")
    told = [
        text_in(step.title, language) if step else "",
        places.where(known, place) if place else "",
        text_in(track.label, language) if track else "",
        organisations.name(about["organisation"] or "", PUBLIC),
    ]
    return render_template(
        "suggestions/new.html",
        faults=faults,
        kind=_kind(given),
        kinds=[("wrong", _("Noe er feil")), ("gap", _("Noe eller noen mangler"))],
        text=given.get("text", "") if faults else "",
        longest=suggestions.LONGEST,
        about={name: value for name, value in about.items() if value},
        told=", ".join(filter(None, told)),
        urgent=urgent(known),
    )

"""Pocket cards: whom to call in a place for a track, as a page and on one sheet.

A card is for handing on and hanging up: whoever asks, it holds what anyone may see.
"""

import io
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import segno
from apiflask import APIBlueprint
from flask import Flask, Response, abort, current_app, render_template, url_for
from flask_babel import gettext as _
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue, changes, pocket_cards
from coordinator.access import PUBLIC
from coordinator.catalogue import Catalogue
from coordinator.opening import OSLO, changes_at, is_open
from coordinator.pocket_cards import Entry, Line, PocketCard
from coordinator.reference import WHOLE_COUNTRY
from models import text_in
from views import (
    addresses,
    asked,
    askers,
    by_place,
    errors,
    guide,
    kept,
    offline,
    places,
)
from views.asked import BadParameter
from views.cards import card as how_shown
from views.cards import lines, unit
from views.filters import day, is_demo
from views.language import chosen_language, in_address
from views.typesetting import pdf

KEPT_SHEETS = 256
SHEET = "pocket_cards/card.typ"
# A sheet takes a processor a seventh of a second. Those that are kept are not counted.
OFTEN = parse("60/minute")
DOUBTED = frozenset({"never", "overdue"})

bp = APIBlueprint("pocket_cards", __name__, enable_openapi=False)


def init_app(app: Flask) -> None:
    """Give the application a memory for the sheets of the day, and limit new ones."""
    app.extensions["sheets"] = lru_cache(maxsize=KEPT_SHEETS)(_sheet)
    app.extensions["new-sheets"] = MovingWindowRateLimiter(MemoryStorage())


@bp.get("/card")
def show() -> Response:
    """Show the card of a place for a track; without a track, let one be chosen."""
    return kept.page(_render)


@bp.get("/card.pdf")
def sheet() -> Response:
    """Return the card on one A4 sheet, to be folded twice."""
    place, track = _asked()
    if not track:
        raise BadParameter("track", "required")
    make: Callable[..., bytes] = current_app.extensions["sheets"]
    today = datetime.now(OSLO).date()
    made = make(changes.counter(), place, track, asked.language(), today)
    answer = Response(made, mimetype="application/pdf")
    name = f"{place}-{track}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def ask_again(error: errors.AskedWrongly) -> BaseResponse | tuple[str, int]:
    """Say what is wrong, above the filters with what was chosen in them."""
    return by_place.ask_again(error, "pocket_cards.show", str(_("Lommekort")))


for _fault in by_place.FAULTS:
    bp.errorhandler(_fault)(ask_again)


def _asked() -> tuple[str, str | None]:
    """Return the codes of the place, the whole country when not given, and track."""
    return asked.text("place") or WHOLE_COUNTRY, asked.text("track") or None


def _render() -> bytes:
    place, track = _asked()
    known, now = catalogue.current(PUBLIC), datetime.now(OSLO)
    language = asked.language()
    if not track:
        known.standing_place(place, now.date())
        filters = by_place.filters(known)
        return render_template("pocket_cards/choose.html", **filters).encode()
    card = pocket_cards.compose(place, track, now)
    told = worded(card, known, now, language)
    return render_template(
        "pocket_cards/show.html",
        **told,
        qr=_qr(card.place.code, track).svg_data_uri(light="#fff", scale=4),
        pdf=url_for("pocket_cards.sheet", place=place, track=track),
        asked={"place": card.place.code, "track": track},
        keep=offline.cards(card.place.code, track, known),
        offline=_(
            "Nettet svarer ikke. Kortet er lagret %(day)s. Numre kan ha endret seg.",
            day=day(now.date()),
        ),
        other=_(
            "Siden du ba om, er ikke lagret. Dette er kortet for %(where)s, %(whom)s.",
            where=told["where"],
            whom=told["whom"],
        ),
        **by_place.filters(known),
    ).encode()


def _sheet(_counter: int, place: str, track: str, language: str, on: date) -> bytes:
    """Return the card as PDF; kept as long as nothing changed, for the day."""
    if not current_app.extensions["new-sheets"].hit(OFTEN, askers.network()):
        abort(429, retry_after=60)
    known, now = catalogue.current(PUBLIC), datetime.now(OSLO)
    card = pocket_cards.compose(place, track, now)
    drawn = io.BytesIO()
    _qr(card.place.code, track).save(drawn, kind="svg", light="#fff", border=2)
    values = worded(card, known, now, language) | {
        "language": language,
        "address": _address(card.place.code, track),
        "qr": drawn.getvalue().decode(),
    }
    return pdf(SHEET, values)


def _address(place: str, track: str) -> str:
    language = in_address(chosen_language())
    return addresses.absolute("pocket_cards.show", place=place, track=track, **language)


def _qr(place: str, track: str) -> segno.QRCode:
    return segno.make(_address(place, track), error="m", micro=False)


def worded(
    card: PocketCard, known: Catalogue, now: datetime, language: str
) -> dict[str, Any]:
    """Return what stands on the card, in words: the same for page and paper."""
    where, whom = places.where(known, card.place), text_in(card.track.label, language)
    before = {code: text_in(text, language) for code, text in card.overrides.items()}
    name, reached = unit()
    return {
        "document": _("Hvem du ringer: %(where)s, %(whom)s", where=where, whom=whom),
        "where": where,
        "whom": whom,
        "notice": (
            _("Dette er et oppdiktet nettverk til å prøve seg på. Ikke ring numrene.")
            if is_demo()
            else ""
        ),
        "danger": before.pop("danger", ""),
        "first": list(before.values()),
        "merged": (
            _(
                "Du spurte om %(old)s. Svaret gjelder %(new)s.",
                old=card.asked.name,
                new=card.place.name,
            )
            if card.asked != card.place
            else ""
        ),
        "calls": _("Hvem du ringer"),
        "entries": [_entry(entry, known, now, language) for entry in card.entries],
        "nobody": _("Vi har ikke noe nummer for dette her."),
        "mention": _("Rettigheter å nevne"),
        "rights": [
            text_in(known.rights[code].label, language)
            for code in card.rights
            if code in known.rights
        ],
        "sharing": _("Dette kan du dele"),
        "shares": [
            {
                "steps": ", ".join(text_in(step.title, language) for step in one.steps),
                "text": text_in(one.text, language),
            }
            for one in card.shares
        ],
        "system": _("Spørsmål om systemet"),
        "unit": {"name": name, "lines": [words for _href, words in reached]},
        "made": _("Laget %(day)s. Numre kan endre seg.", day=day(now.date())),
        "online": _("Mer på nettsiden"),
        "qr_says": _("QR-kode til kortet på nettsiden"),
    }


def _entry(
    entry: Entry, known: Catalogue, now: datetime, language: str
) -> dict[str, Any]:
    step = entry.answer.step
    return {
        "code": step.code,
        "title": text_in(step.title, language),
        "why": guide.why_stand_in(entry.answer, known, language),
        "lines": [
            _line(line, entry.lines[0], known, now, language) for line in entry.lines
        ],
        "more": "" if entry.is_whole else _("Til andre tider: se nettsiden."),
    }


def _line(
    line: Line, top: Line, known: Catalogue, now: datetime, language: str
) -> dict[str, Any]:
    shown = how_shown(line.actor, known, language, now.date(), now)
    point = line.point._replace(
        open_now=is_open(line.point.hours, now),
        changes_at=changes_at(line.point.hours, now),
    )
    kind = line.actor.organisation.kind if line.actor.organisation else ""
    [to_call] = lines([point], now, kind)
    when = _("Når det er stengt") if top.point.hours else _("Får du ikke svar")
    fresh = to_call.freshness
    return {
        "when": "" if line is top else when,
        "name": shown.name,
        "detail": shown.detail,
        "text": to_call.text,
        "href": to_call.href,
        "is_call": to_call.is_call,
        "hours": to_call.hours,
        "note": point.note,
        "doubt": fresh.words if fresh and fresh.state in DOUBTED else "",
        "opening": to_call.opening,
    }

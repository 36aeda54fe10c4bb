"""Without a net: the service worker, which keeps the card of the last-seen place.

It keeps public pages alone, fetched without cookies, and only where a page asks for it:
those of a place, of readers who are not signed in.
"""

import json
from typing import Any

from apiflask import APIBlueprint
from flask import Response, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from coordinator.access import PUBLIC
from coordinator.catalogue import Catalogue
from coordinator.reference import WHOLE_COUNTRY
from models import LANGUAGES
from views import assets
from views.viewing import viewer

# What a card's page needs to be read, and to be left in a hurry.
NEEDED = (
    "site.css",
    "inter-latin.woff2",
    "inter-latin-ext.woff2",
    "icons.svg",
    "icon.svg",
    "keeping.js",
    "site.js",
    "exit-this-page.js",
)

bp = APIBlueprint("offline", __name__, enable_openapi=False)


@bp.get("/service-worker.js")
def worker() -> Response:
    """Return the worker; browsers ask each time whether it has changed."""
    begins = {
        "ASSETS": [assets.address(name) for name in NEEDED],
        "NOTHING_KEPT": render_template("pocket_cards/offline.html", told=_told()),
    }
    lines = [f"const {name} = {json.dumps(value)};" for name, value in begins.items()]
    script = (assets.OWN / "service-worker.js").read_text(encoding="utf-8")
    answer = Response("\n".join([*lines, script]), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _told() -> list[tuple[str, str, str, str]]:
    """Return language, heading, call and remark, in each language."""
    found = []
    for language in LANGUAGES:
        with force_locale(language):
            found.append(
                (
                    language,
                    _("Du er uten nett"),
                    _("Er noen i fare nå, ring 112."),
                    _("Ingen kort er lagret her. Prøv igjen når du har dekning."),
                )
            )
    return found


def cards(place: str, track: str | None, known: Catalogue) -> str:
    """Return the addresses of the place's cards, the track's first, parted by blanks.

    Empty for the whole country, and for one who is signed in: nothing is kept then.
    """
    if place == WHOLE_COUNTRY or viewer() != PUBLIC:
        return ""
    tracks = sorted(known.tracks, key=lambda code: code != track)
    return " ".join(_card(place, code) for code in tracks)


def _card(place: str, track: Any) -> str:
    return url_for("pocket_cards.show", place=place, track=track)

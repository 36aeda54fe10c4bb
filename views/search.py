"""Search: a page that needs no scripts, suggestions while one types, and OpenSearch.

What was searched is kept nowhere: no page of it is kept, and nothing of it is logged.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    jsonify,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from coordinator import catalogue, organisations, search
from coordinator import places as place_rules
from coordinator.catalogue import Catalogue
from coordinator.errors import NotFound
from coordinator.opening import OSLO
from coordinator.resolution import LINES
from coordinator.search import Hit
from coordinator.tracks import AGES, ASYLUM, track_of
from models import text_in
from views import addresses, asked, askers, places, wording
from views.asked import LONGEST_QUERY
from views.cards import Line, kind_label, lines, urgent
from views.language import chosen_language, in_address
from views.viewing import viewer

FIRST, MOST = 6, 60
MOST_SUGGESTED = 8
LONGEST_DETAIL = 160

bp = APIBlueprint("search", __name__, enable_openapi=False)
OFTEN = parse("600/minute")


def init_app(app: Flask) -> None:
    """Limit how often one address can search."""
    app.extensions["search"] = MovingWindowRateLimiter(MemoryStorage())


def count() -> None:
    """Count one more search of this asker; 429 where there were too many."""
    if not current_app.extensions["search"].hit(OFTEN, askers.network()):
        abort(429)


@bp.get("/search")
def index() -> str:
    """Show what fits what was typed, in groups; a form alone where nothing was."""
    count()
    text = _typed("q")
    known, language = catalogue.current(viewer()), chosen_language()
    place, track = _place(known), _track(known)
    kind = _typed("kind") if _typed("kind") in wording.FOUND_KINDS else ""
    hits = search.find(text, viewer(), language, track=track)
    shown = [hit for hit in hits if kind in ("", hit.kind)]
    skip = min(asked.count("skip"), len(shown)) if kind else 0
    groups = _groups(shown[skip:], MOST if kind else FIRST)
    every = [hit for group in groups.values() for hit in group]
    rows, to_call = told(every, known, language), _to_call(every, known)
    passed_on = _passed_on(place, track)
    return render_template(
        "search/index.html",
        text=text,
        was_cut=len(request.args.get("q", "").strip()) > LONGEST_QUERY,
        groups=[
            {
                "kind": one,
                "name": wording.FOUND_KINDS[one],
                "rows": [
                    rows[hit]
                    | {
                        "href": address(hit, rows[hit], passed_on),
                        "line": to_call.get(hit.key),
                    }
                    for hit in group
                ],
                "more": sum(hit.kind == one for hit in shown[skip:]) - len(group),
            }
            for one, group in groups.items()
        ],
        found=len(shown),
        first=skip + 1,
        last=skip + len(every),
        following=skip + MOST if kind and len(shown) > MOST else 0,
        kind=wording.FOUND_KINDS.get(kind, ""),
        passed_on=passed_on,
        where=places.where(known, known.places[place]) if place else "",
        everywhere=url_for("search.index", q=text, track=track),
        urgent=urgent(known),
    )


@bp.get("/search/suggestions")
def suggestions() -> Response:
    """Suggest what may be meant, as browsers read it: OpenSearch Suggestions 1.1."""
    count()
    text = _typed("q")
    known, language = catalogue.current(viewer()), chosen_language()
    track = _track(known)
    hits = search.find(text, viewer(), language, track=track)[:MOST_SUGGESTED]
    rows = told(hits, known, language)
    passed_on = _passed_on(_place(known), track)
    return jsonify(
        [
            text,
            [hit.title for hit in hits],
            [str(wording.FOUND_KINDS[hit.kind]) for hit in hits],
            [address(hit, rows[hit], passed_on) for hit in hits],
        ]
    )


@bp.get("/opensearch.xml")
def description() -> Response:
    """Describe how browsers search here (OpenSearch Description 1.1)."""
    own = in_address(chosen_language())
    page = render_template(
        "search/description.xml",
        page=addresses.absolute("search.index", **own),
        suggestions=addresses.absolute("search.suggestions", **own),
        own=addresses.absolute("search.description", **own),
    )
    return Response(page, mimetype="application/opensearchdescription+xml")


def _typed(name: str) -> str:
    """Return what was typed, the beginning of it where it is long; never a fault."""
    return request.args.get(name, "").strip()[:LONGEST_QUERY]


def _place(known: Catalogue) -> str | None:
    """Return the code of the place that was chosen; None for none that is clear."""
    text = _typed("place")
    if text in known.places:
        return text
    try:
        return places.code_of(text, known) if text else None
    except (NotFound, places.SeveralPlaces):
        return None


def _track(known: Catalogue) -> str | None:
    age, asylum = _typed("age"), _typed("asylum")
    if age in AGES and asylum in ("", *ASYLUM):
        return track_of(age, asylum)
    return track if (track := _typed("track")) in known.tracks else None


def _passed_on(place: str | None, track: str | None) -> dict[str, str]:
    found = {"place": place, "track": track}
    return {name: value for name, value in found.items() if value}


def _groups(hits: list[Hit], most: int) -> dict[str, list[Hit]]:
    """Return the first hits of each kind, the kind of the best hit first."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        group = groups.setdefault(hit.kind, [])
        if len(group) < most:
            group.append(hit)
    return groups


def told(hits: list[Hit], known: Catalogue, language: str) -> dict[Hit, dict[str, Any]]:
    """Return what stands beside each title, and the organisation that a post is of."""
    parents = search.organisations_of(hits, viewer())
    kinds = search.kinds_of(hits, viewer())
    today = datetime.now(OSLO).date()
    rows = {}
    for hit in hits:
        detail = ""
        if hit.kind == "step":
            step = known.steps.get(hit.key)
            detail = text_in(step.summary, language) if step else ""
            if hit.place in known.places:
                detail = f"{places.where(known, known.places[hit.place])}: {detail}"
        elif hit.kind == "place" and hit.key in known.places:
            place = known.places[hit.key]
            up = place_rules.lies_in(place, known)
            ended = place.valid_to is not None and place.valid_to < today
            kind = str(wording.PLACE_KINDS[place.kind])
            parts = [kind, up.name if up else "", _ended(is_so=ended)]
            detail = ", ".join(filter(None, parts))
        elif of_kind := kinds.get(hit.key) if hit.kind == "organisation" else None:
            ended = of_kind.valid_to is not None and of_kind.valid_to < today
            parts = [kind_label(of_kind.kind, known, language), _ended(is_so=ended)]
            detail = ", ".join(filter(None, parts))
        rows[hit] = {
            "title": hit.title,
            "detail": _shortened(detail),
            "organisation": parents.get(hit.key),
        }
    return rows


def _ended(*, is_so: bool) -> str:
    return str(_("opphørt")) if is_so else ""


def _to_call(hits: Collection[Hit], known: Catalogue) -> dict[str, Line]:
    """Return the first line to call or write to of each organisation among the hits."""
    keys = [hit.key for hit in hits if hit.kind == "organisation"]
    if not keys:
        return {}
    now = datetime.now(OSLO)
    of_kind = search.kinds_of(hits, viewer())
    found = {}
    for key, points in organisations.points_of(keys, viewer(), known, now).items():
        usable = [point for point in points if point.channel in LINES]
        kind = of_kind[key].kind if key in of_kind else ""
        for line in lines(usable[:1], now, kind):
            found[key] = line
    return found


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_DETAIL:
        return text
    return text[:LONGEST_DETAIL].rsplit(" ", 1)[0] + " …"


# Kind → the endpoint of its page, and what its key is called there.
_PAGES = {
    "step": ("steps.show", "code"),
    "right": ("rights.show", "code"),
    "organisation": ("organisations.show", "key"),
    "person": ("records.show", "address"),
    "network": ("networks.show", "key"),
    "meeting": ("meetings.show", "key"),
    "place": ("places.show", "code"),
    "source": ("sources.show", "key"),
}


def address(hit: Hit, row: dict[str, Any], passed_on: dict[str, str]) -> str:
    """Return where a hit leads: a step, with a place chosen, to its answer there."""
    given: dict[str, Any] = {}
    if hit.kind in ("step", "right"):
        given = {"place": hit.place} if hit.place else {}
        given |= passed_on
    if hit.kind == "step" and "place" in given:
        return url_for("guide.answer", step=hit.key, **given)
    if hit.kind == "guide":
        return url_for("chapters.show", code=hit.key)
    if hit.kind == "post":
        return url_for("organisations.show", key=row["organisation"])
    endpoint, name = _PAGES[hit.kind]
    if hit.kind == "person":
        given["register"] = "persons"
    given[name] = hit.key
    return url_for(endpoint, **given)

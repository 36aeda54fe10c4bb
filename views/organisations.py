"""Organisations: a list that can be searched, and a page for each."""

from datetime import datetime
from itertools import groupby
from typing import Any

from apiflask import APIBlueprint
from babel import Locale
from flask import Response, render_template, request, url_for

from coordinator import catalogue, organisations, questions
from coordinator.catalogue import Catalogue
from coordinator.opening import OSLO
from coordinator.organisations import Profile
from models import text_in
from views import asked, kept, places, wording
from views import networks as network_pages
from views.cards import kind_label, lines, urgent
from views.network import around
from views.network import state as state_of_network
from views.viewing import viewer

bp = APIBlueprint("organisations", __name__, enable_openapi=False)


@bp.get("/organisations")
def index() -> Response:
    """List organisations by name; `q`, `kind` and `place` in the address narrow it."""
    return kept.page(_render_list)


def _render_list() -> bytes:
    known, language = catalogue.current(viewer()), asked.language()
    query, kind, place = asked.text("q"), asked.text("kind"), asked.text("place")
    skip = asked.count("skip")
    found, more = organisations.listed(
        viewer(), known, query=query, kind=kind, place=place, skip=skip
    )
    given = asked.given("q", "kind", "place")
    step = organisations.PAGE
    return render_template(
        "organisations/index.html",
        organisations=[
            (
                one.key,
                one.name,
                kind_label(one.kind, known, language),
                [known.places[code].name for code in one.serves[:4]],
                max(0, len(one.serves) - 4),
            )
            for one in found
        ],
        query=query,
        kind=kind,
        typed=places.where(known, known.places[place]) if place else "",
        kinds=[
            (row.code, text_in(row.label, language))
            for row in known.kinds.values()
            if not row.protected and row.code not in ("any", "self")
        ],
        places=places.offered(known),
        previous=(_page(given, max(0, skip - step)) if skip else ""),
        next=(_page(given, skip + step) if more else ""),
        first=skip + 1,
        last=skip + len(found),
        is_narrowed=bool(request.args.keys() - {"lang", "skip"}),
        urgent=urgent(known),
    ).encode()


def _page(given: dict[str, str], skip: int) -> str:
    return url_for("organisations.index", **given, skip=skip or None)  # type: ignore[arg-type]


@bp.get("/organisations/<key>")
def show(key: str) -> Response:
    """Show an organisation: its lines, posts, and what it answers for."""
    return kept.page(_render)


def _render() -> bytes:
    known, now = catalogue.current(viewer()), datetime.now(OSLO)
    language = asked.language()
    found = organisations.profile(asked.part("key"), viewer(), known, now)
    page = render_template(
        "organisations/show.html",
        **shown(found, known, now, language) | {"around": around.around(found.key)},
    )
    return page.encode()


def shown(
    found: Profile, known: Catalogue, now: datetime, language: str
) -> dict[str, Any]:
    """Return what the page of an organisation shows."""
    return {
        "organisation": found,
        "kind": kind_label(found.kind, known, language),
        "lines": lines(found.points, now, found.kind),
        "posts": [
            (
                post.title,
                lines(post.points, now, found.kind),
                [
                    (
                        holder.person.name,
                        holder.deputy,
                        [
                            _language_name(code, language)
                            for code in holder.person.languages
                        ],
                        lines(holder.points, now, found.kind),
                    )
                    for holder in post.holders
                ],
            )
            for post in found.posts
        ],
        "serves": [
            (code, places.where(known, known.places[code])) for code in found.serves
        ],
        "speaks": [_language_name(code, language) for code in found.languages],
        "duties": [
            {
                "step": step,
                "title": text_in(known.steps[step].title, language),
                "parts": [
                    {
                        "role": wording.ROLES[duty.role],
                        "status": (
                            (duty.status, wording.STATUSES[duty.status])
                            if duty.status
                            else None
                        ),
                        "places": [
                            (code, known.places[code].name) for code in duty.places
                        ],
                    }
                    for duty in duties
                ],
            }
            for step, duties in groupby(found.duties, key=lambda duty: duty.step)
        ],
        "networks": network_pages.belonging(found.networks),
        "weak_spots": _own_weak_spots(found, known, language),
        "urgent": urgent(known),
        "around": None,  # of today: not beside what was kept another day
    }


def _own_weak_spots(
    found: Profile, known: Catalogue, language: str
) -> list[dict[str, Any]]:
    """Return what is found about an organisation of the agency that reads its page."""
    own = questions.own_keys(viewer())
    if found.key not in own:
        return []
    about = frozenset({found.key, *(post.key for post in found.posts)})
    return state_of_network.own_findings(known, language, about)


def _language_name(code: str, language: str) -> str:
    """Return what a language is called; its code where nobody has named it."""
    name = Locale.parse(language).languages.get(code.replace("-", "_"))
    return name or code

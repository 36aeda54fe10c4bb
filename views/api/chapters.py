"""GET /api/v1/guide: the identification guide, as structured text."""

import json
from datetime import datetime
from typing import Any

from flask import Response, url_for

from coordinator import catalogue
from coordinator.catalogue import Catalogue, ChapterRow
from coordinator.opening import OSLO
from coordinator.reference import WHOLE_COUNTRY
from models import text_in
from views import asked, chapter_parts, kept
from views.api.blueprint import bp
from views.api.schemas import Guide
from views.presenting import named, points_of
from views.viewing import viewer
from views.wording import GENERATED


@bp.get("/guide")
@bp.output(Guide)
@bp.doc(operation_id="guide", summary="The identification guide, as structured text")
def guide() -> Response:
    """Return every chapter: its text in Markdown, and what is made of the records."""
    return Response(kept.body(_render), mimetype="application/json")


def _render() -> bytes:
    language, track = asked.language(), asked.code("track")
    place = asked.code("place") or WHOLE_COUNTRY
    known, now = catalogue.current(viewer()), datetime.now(OSLO)
    if track:
        known.track(track)
    known.standing_place(place, now.date())
    chapters = [
        {
            "code": one.code,
            "number": number,
            "title": text_in(one.title, language),
            "text": text_in(one.text, language),
            "url": url_for("chapters.show", code=one.code),
            "sources": _sources(one, known, language),
            "sections": _sections(one, place, track, known, now, language),
        }
        for number, one in enumerate(known.chapters.values(), start=1)
    ]
    found = {"language": language, "chapters": chapters}
    return json.dumps(found, ensure_ascii=False).encode()


def _sources(
    one: ChapterRow, known: Catalogue, language: str
) -> list[dict[str, str | None]]:
    return [
        {
            "key": source.key,
            "title": text_in(source.title, language),
            "checked": source.checked_on.isoformat() if source.checked_on else None,
        }
        for key in one.sources
        if (source := known.sources.get(key))
    ]


def _sections(
    one: ChapterRow,
    place: str,
    track: str | None,
    known: Catalogue,
    now: datetime,
    language: str,
) -> list[dict[str, Any]]:
    """Return what stands beside the text of the chapter."""
    rights = [
        _item(words)
        for _code, words in chapter_parts.identified_rights(known, language)
    ]
    given = _section(str(GENERATED["rights"]), rights)
    match one.code:
        case "audience":
            found = chapter_parts.identifiers(known, language)
            return [_section(str(GENERATED["identifiers"]), [_item(w) for w in found])]
        case "purpose":
            return [given]
        case "system":
            phases = [
                _section(
                    phase.title,
                    [
                        _item(f"{step.title}: {step.who}".rstrip(": "), step.code)
                        for step in phase.steps
                    ],
                )
                for phase in chapter_parts.system(known, now, language)
            ]
            verifications = [
                _section(
                    one.title,
                    [_item(one.who, one.code), *(_item(w) for _c, w in one.rights)],
                )
                for one in chapter_parts.verifications(known, now, language)
            ]
            return [*phases, given, *verifications]
        case "indicators":
            return [
                _section(form.title, [_item(words) for _code, words in form.signs])
                for form in chapter_parts.signs(known, language)
            ]
        case "referral":
            needs = chapter_parts.needs(place, track, known, now, language)
            return [_section(str(GENERATED["needs"]), [_called(one) for one in needs])]
    return []


def _section(title: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "items": items}


def _item(text: str, step: str | None = None) -> dict[str, Any]:
    return {"text": text, "step": step, "organisation": None, "contact_points": []}


def _called(need: chapter_parts.Need) -> dict[str, Any]:
    return _item(need.title, need.code) | {
        "organisation": named(need.top.organisation) if need.top else None,
        "contact_points": points_of(need.top.contact_points) if need.top else [],
    }

"""The identification guide: all of it on one page, and a page for each chapter.

What the unit writes is one thing; who may identify, the process and whom to call are
made anew from the records, so that no edit of a text can lose them.
"""

from collections.abc import Set
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue
from coordinator.access import UNIT
from coordinator.catalogue import Catalogue, ChapterRow
from coordinator.chapters import TRAINING
from coordinator.opening import OSLO
from models import text_in
from views import asked, by_place, chapter_parts, errors, kept, places, wording
from views.cards import checked, urgent
from views.language import chosen_language
from views.prose import markup
from views.viewing import viewer

# Steps that a chapter speaks of, in the order in which it does.
STEPS = {
    "audience": (TRAINING,),
    "indicators": ("observe",),
    "how": (
        *("concern", "observe", "talk", "talk_child", "inform", "advice"),
        *("advice_child", "refer", "report_child"),
    ),
}

bp = APIBlueprint("chapters", __name__, enable_openapi=False)


@bp.get("/guide")
def index() -> Response:
    """Show the contents and every chapter, to read or print as a whole."""
    return kept.page(_render_whole)


@bp.get("/guide/<code>")
def show(code: str) -> Response:
    """Show one chapter, and lead to the one before and the one after."""
    return kept.page(_render_chapter)


def ask_again(error: errors.AskedWrongly) -> BaseResponse | tuple[str, int]:
    """Say what is wrong, above the filters with what was chosen in them."""
    return by_place.ask_again(error, "chapters.index", str(_("Veileder")))


for _fault in by_place.FAULTS:
    bp.errorhandler(_fault)(ask_again)


def _render_whole() -> bytes:
    known = catalogue.current(viewer())
    return _page("chapters/index.html", list(known.chapters.values()), known)


def _render_chapter() -> bytes:
    known = catalogue.current(viewer())
    one, chapters = known.chapter(asked.part("code")), list(known.chapters.values())
    at, language = chapters.index(one), asked.language()

    def beside(index: int) -> tuple[str, str] | None:
        if not 0 <= index < len(chapters):
            return None
        return chapters[index].code, text_in(chapters[index].title, language)

    return _page(
        "chapters/show.html",
        [one],
        known,
        previous=beside(at - 1),
        next=beside(at + 1),
    )


def _page(
    template: str, chapters: list[ChapterRow], known: Catalogue, **more: Any
) -> bytes:
    language, now = asked.language(), datetime.now(OSLO)
    here = by_place.here(known)
    numbers = {code: number for number, code in enumerate(known.chapters, start=1)}
    return render_template(
        template,
        chapters=[_chapter(one, numbers[one.code], known, now) for one in chapters],
        made=_made({one.code for one in chapters}, here, known, now, language),
        place=here.place,
        track=here.track,
        printed_on=now.date(),
        urgent=urgent(known),
        **more,
    ).encode()


def _made(
    codes: Set[str], here: by_place.Here, known: Catalogue, now: datetime, language: str
) -> dict[str, Any]:
    """Return what is made of the records for the chapters of these codes."""
    asked_for, standing, place, track = here
    has_system, has_needs = "system" in codes, "referral" in codes
    return {
        **by_place.filters(known),
        "words": wording.GENERATED,
        "identifiers": chapter_parts.identifiers(known, language),
        "signs": chapter_parts.signs(known, language) if "indicators" in codes else [],
        "rights": chapter_parts.identified_rights(known, language),
        "phases": chapter_parts.system(known, now, language) if has_system else [],
        "verifications": (
            chapter_parts.verifications(known, now, language) if has_system else []
        ),
        "needs": (
            chapter_parts.needs(asked_for, track, known, now, language)
            if has_needs
            else []
        ),
        "place": place,
        "place_name": places.where(known, standing),
        "merged": known.places[asked_for].name if standing.code != asked_for else "",
        "track": track,
        "track_label": text_in(known.tracks[track].label, language) if track else "",
        "may_edit": viewer() == UNIT,
    }


def _chapter(
    one: ChapterRow, number: int, known: Catalogue, now: datetime
) -> dict[str, Any]:
    language = chosen_language()
    return {
        "code": one.code,
        "number": number,
        "title": text_in(one.title, language),
        "text": markup(text_in(one.text, language)),
        "steps": [
            (code, text_in(known.steps[code].title, language))
            for code in STEPS.get(one.code, ())
            if code in known.steps
        ],
        "sources": [
            (
                source.key,
                text_in(source.title, language),
                checked(source.checked_on, source.next_check_on, now.date()),
            )
            for key in one.sources
            if (source := known.sources.get(key))
        ],
    }

"""The identification guide: all of it on one page, and a page for each chapter.

What the unit writes is one thing; who may identify, the process and whom to call are
made anew from the records, so that no edit of a text can lose them.
"""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue
from coordinator.catalogue import Catalogue, ChapterRow
from coordinator.chapters import IDENTIFIED, TRAINING
from coordinator.errors import NotFound, SeveralSuccessors
from coordinator.opening import OSLO
from coordinator.reference import WHOLE_COUNTRY
from models import text_in
from views import asked, chapter_parts, errors, kept, places, wording
from views.asked import BadParameter
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


@bp.errorhandler(BadParameter)
@bp.errorhandler(NotFound)
@bp.errorhandler(SeveralSuccessors)
def ask_again(error: errors.AskedWrongly) -> BaseResponse | tuple[str, int]:
    """Say what is wrong, above the form with what was chosen in it.

    A place that was asked for by its name is found by it.
    """
    fault, known = errors.word(error), catalogue.current(viewer())
    if found := places.find_by_name(fault, known):
        return found
    choices = [
        (places.where(known, known.places[code]), places.same_page(code))
        for code in fault.successors
    ]
    page = render_template(
        "chapters/again.html", fault=fault, choices=choices, **_filters(known)
    )
    return page, fault.status


def _filters(known: Catalogue) -> dict[str, Any]:
    language = chosen_language()
    place = known.places.get(request.args.get("place", ""))
    return {
        "places": places.offered(known),
        "typed": places.where(known, place) if place else request.args.get("place", ""),
        "tracks": [
            (track.code, text_in(track.label, language))
            for track in known.tracks.values()
        ],
        "chosen": request.args.get("track", ""),
        "urgent": urgent(known),
    }


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
    code, track = asked.text("place") or WHOLE_COUNTRY, asked.text("track") or None
    if track:
        known.track(track)
    standing = known.standing_place(code, now.date())
    numbers = {code: number for number, code in enumerate(known.chapters, start=1)}
    codes = {one.code for one in chapters}
    return render_template(
        template,
        chapters=[_chapter(one, numbers[one.code], known, now) for one in chapters],
        identifiers=chapter_parts.identifiers(known, language),
        identified=IDENTIFIED if IDENTIFIED in known.steps else "",
        words=wording.GENERATED,
        signs=chapter_parts.signs(known, language) if "indicators" in codes else [],
        rights=chapter_parts.identified_rights(known, language),
        phases=chapter_parts.system(known, now, language) if "system" in codes else [],
        verifications=chapter_parts.verifications(known, now, language)
        if "system" in codes
        else [],
        needs=chapter_parts.needs(code, track, known, now, language)
        if "referral" in codes
        else [],
        place=standing.code if code != WHOLE_COUNTRY else None,
        place_name=places.where(known, standing),
        merged=known.places[code].name if standing.code != code else "",
        track=track,
        track_label=text_in(known.tracks[track].label, language) if track else "",
        printed_on=now.date(),
        may_edit=viewer().name == "unit",
        **_filters(known),
        **more,
    ).encode()


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

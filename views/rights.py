"""Rights: what a possible victim has a right to, and who sees to it."""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, render_template

from coordinator import catalogue, guide, rights
from coordinator.catalogue import Catalogue, StepRow
from coordinator.opening import OSLO
from coordinator.reference import WHOLE_COUNTRY
from models import text_in
from views import asked, kept, places, wording
from views.cards import line_to, urgent
from views.guide import takes_calls, who
from views.viewing import viewer

bp = APIBlueprint("rights", __name__, enable_openapi=False)


@bp.get("/rights")
def index() -> Response:
    """List the rights, residence as a ladder."""
    return kept.page(_render_list)


def _render_list() -> bytes:
    known, language = catalogue.current(viewer()), asked.language()
    return render_template(
        "rights/index.html",
        ladder=_ladder(known, language),
        rights=[
            (right.code, text_in(right.label, language))
            for right in known.rights.values()
            if right.code not in {rung.right for rung in rights.RESIDENCE}
        ],
        urgent=urgent(known),
    ).encode()


def _ladder(known: Catalogue, language: str) -> list[dict[str, Any]]:
    rungs = []
    for rung in rights.RESIDENCE:
        step = known.steps.get(rung.step)
        if step is None:
            continue
        rungs.append(
            {
                "code": rung.right,
                "title": wording.PERMITS[rung.code],
                "step": step.code,
                "step_title": text_in(step.title, language),
                "deadline": text_in(step.deadline, language),
                "condition": text_in(step.condition, language),
            }
        )
    return rungs


@bp.get("/rights/<code>")
def show(code: str) -> Response:
    """Show a right: the steps that give it, who delivers it here, from when to when."""
    return kept.page(_render)


def _render() -> bytes:
    known, now = catalogue.current(viewer()), datetime.now(OSLO)
    language, right = asked.language(), known.right(asked.part("code"))
    place, track = asked.text("place") or WHOLE_COUNTRY, asked.text("track") or None
    if track:
        known.track(track)
    standing = known.standing_place(place, now.date())

    def told(steps: list[StepRow]) -> list[dict[str, Any]]:
        meant = [step for step in steps if step.is_for(track)]
        answers = guide.who_acts_on_each(
            meant, place, track, viewer=viewer(), now=now, known=known
        )
        return [
            {
                "code": found.step.code,
                "title": text_in(found.step.title, language),
                "tracks": [
                    text_in(known.tracks[code].label, language)
                    for code in found.step.tracks
                ],
                "who": who(found, known, language),
                "takes_calls": takes_calls(found),
                "line": line_to(found.on_top, now) if found.on_top else None,
                "status": (found.status, wording.STATUSES[found.status]),
                "deadline": text_in(found.step.deadline, language),
                "condition": text_in(found.step.condition, language),
            }
            for found in answers
        ]

    is_residence = right.code in {rung.right for rung in rights.RESIDENCE}
    return render_template(
        "rights/show.html",
        code=right.code,
        title=text_in(right.label, language),
        given=told(rights.delivered_by(right, known)),
        mentioned=[
            (step.code, text_in(step.title, language))
            for step in rights.told_in(right, known)
            if step.is_for(track)
        ],
        ladder=_ladder(known, language) if is_residence else [],
        place=standing.code if place != WHOLE_COUNTRY else None,
        place_name=places.where(known, standing),
        typed="" if place == WHOLE_COUNTRY else places.where(known, standing),
        track=track,
        tracks=[
            (one.code, text_in(one.label, language)) for one in known.tracks.values()
        ],
        places=places.offered(known),
        urgent=urgent(known),
    ).encode()

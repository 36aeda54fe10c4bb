"""The journey: every step in order, by place and track; and a page for each step."""

from datetime import datetime
from itertools import groupby
from typing import Any

from apiflask import APIBlueprint
from flask import Response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue, guide, questions
from coordinator.catalogue import Catalogue
from coordinator.chapters import JOURNEY
from coordinator.flows import WHENEVER
from coordinator.guide import Answer
from coordinator.opening import OSLO
from coordinator.picture_grounds import STEP
from coordinator.reference import WHOLE_COUNTRY
from models import text_in
from views import asked, by_place, errors, kept, offline, places, wording
from views.cards import checked, kind_label, line_to, urgent
from views.guide import ROLES_AS_TOLD, holder, takes_calls, who
from views.network import around
from views.presenting import share_text
from views.viewing import viewer

bp = APIBlueprint("steps", __name__, enable_openapi=False)


@bp.get("/steps")
def journey() -> Response:
    """Show the whole process, for a place and a track where they are given."""
    return kept.page(_render_journey)


def ask_again(error: errors.AskedWrongly) -> BaseResponse | tuple[str, int]:
    """Say what is wrong, above the filters with what was chosen in them."""
    return by_place.ask_again(error, "steps.journey", str(_("Forløpet, steg for steg")))


for _fault in by_place.FAULTS:
    bp.errorhandler(_fault)(ask_again)


def _render_journey() -> bytes:
    known, now = catalogue.current(viewer()), datetime.now(OSLO)
    language = asked.language()
    code, track = asked.text("place") or WHOLE_COUNTRY, asked.text("track") or None
    label = text_in(known.track(track).label, language) if track else ""
    steps = [
        step
        for step in known.steps.values()
        if step.process == JOURNEY and step.is_for(track)
    ]
    answers = guide.who_acts_on_each(
        steps, code, track, viewer=viewer(), now=now, known=known
    )
    items = [_item(found, known, now, language) for found in answers]
    standing = known.standing_place(code, now.date())
    return render_template(
        "steps/journey.html",
        place=standing.code if code != WHOLE_COUNTRY else None,
        place_name=places.where(known, standing),
        merged=known.places[code].name if standing.code != code else "",
        track=track,
        track_label=label,
        phases=_by_phase(items, known, language),
        whenever=[item for item in items if item["parallel"] == WHENEVER],
        keep=offline.cards(standing.code, track, known),
        may_ask=questions.may_ask(viewer()),
        **by_place.filters(known),
    ).encode()


def _by_phase(
    items: list[dict[str, Any]], known: Catalogue, language: str
) -> list[dict[str, Any]]:
    """Return each phase with its steps, numbered; steps side by side share a number."""
    ordered = [item for item in items if item["parallel"] != WHENEVER]
    number, phases = 0, []
    for phase, title in known.phases.items():
        groups, first = [], number + 1
        here = [item for item in ordered if item["phase"] == phase]
        for parallel, run in groupby(here, key=lambda item: item["parallel"]):
            for group in [list(run)] if parallel else [[item] for item in run]:
                number += 1
                groups.append({"number": number, "steps": group})
        if groups:
            phases.append(
                {
                    "code": phase,
                    "title": text_in(title, language),
                    "first": first,
                    "last": number,
                    "groups": groups,
                }
            )
    return phases


ICONS = {
    "advice": "advice",
    "health": "health",
    "report_police": "shield",
    "safe_return": "return",
}


def _item(
    found: Answer, known: Catalogue, now: datetime, language: str
) -> dict[str, Any]:
    step, top = found.step, found.on_top
    return {
        "code": step.code,
        "phase": step.phase,
        "parallel": step.parallel,
        "icon": ICONS.get(step.code, "advice"),
        "title": text_in(step.title, language),
        "who": who(found, known, language),
        "takes_calls": takes_calls(found),
        "status": (found.status, wording.STATUSES[found.status]),
        "line": line_to(top, now) if top else None,
        "summary": text_in(step.summary, language),
        "deadline": text_in(step.deadline, language),
        "share": share_text(found, known, language),
        "sources": [(one.key, text_in(one.title, language)) for one in found.sources],
        "has_nobody": not top and not any(found.roles[role] for role in "RA"),
    }


@bp.get("/steps/<code>")
def show(code: str) -> Response:
    """Show one step: what it is, who does it in general, and what it rests on."""
    return kept.page(_render_step)


def _render_step() -> bytes:
    code = asked.part("code")
    known, now = catalogue.current(viewer()), datetime.now(OSLO)
    language, step = asked.language(), known.step(code)
    found = guide.who_acts(code, WHOLE_COUNTRY, viewer=viewer(), now=now, known=known)

    def text(value: Any) -> str:
        return text_in(value, language)

    roles = [
        (
            wording.LETTERS[role],
            role,
            wording.ROLES[role],
            list(
                dict.fromkeys(
                    [
                        actor.organisation.name
                        if actor.organisation
                        else kind_label(actor.via.partition(":")[2], known, language)
                        for actor in found.roles[role]
                        if not actor.fallback
                    ]
                    + [
                        holder(one.holder, known, language)
                        for one in found.unresolved
                        if one.role == role
                    ]
                )
            ),
        )
        for role in ROLES_AS_TOLD
    ]
    return render_template(
        "steps/show.html",
        step=step,
        title=text(step.title),
        status=(found.status, wording.STATUSES[found.status]),
        summary=text(step.summary),
        note=text(step.note),
        deadline=text(step.deadline),
        condition=text(step.condition),
        share=share_text(found, known, language),
        tracks=[
            (track.code, text(track.label))
            for track in known.tracks.values()
            if step.is_for(track.code)
        ],
        phase=text(known.phases.get(step.phase or "")),
        pillar=text(known.pillars.get(step.pillar or "")),
        process=text(known.processes[step.process].title),
        is_journey=step.process == JOURNEY,
        roles=roles,
        fallback=[kind_label(kind, known, language) for kind in step.fallback],
        appeal=[kind_label(kind, known, language) for kind in step.appeal],
        rights=[
            (right.code, text(right.label))
            for right in known.rights.values()
            if right.code in (*step.rights, *step.rights_minor) or code in right.steps
        ],
        next=[
            (one.to_step, text(known.steps[one.to_step].title), text(one.note))
            for one in known.handovers
            if one.from_step == code
        ],
        before=[
            (one.from_step, text(known.steps[one.from_step].title))
            for one in known.handovers
            if one.to_step == code
        ],
        sources=[
            (
                source.key,
                text(source.title),
                checked(source.checked_on, source.next_check_on, now.date()),
            )
            for source in found.sources
        ],
        places=places.offered(known),
        urgent=urgent(known),
        all_tracks=_("Alle grupper"),
        around=around.around(f"{STEP}{code}"),
    ).encode()

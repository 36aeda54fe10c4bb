"""The guide's pages: `/` asks three questions, `/answer` answers them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue, guide, needs
from coordinator.access import UNIT
from coordinator.catalogue import Catalogue
from coordinator.errors import NotFound, SeveralSuccessors
from coordinator.guide import Answer
from coordinator.opening import OSLO, hands_over
from coordinator.resolution import Actor
from coordinator.tracks import AGES, ASYLUM, age_and_asylum, track_of
from models import ROLES, text_in
from views import asked, errors, kept, offline, places, wording
from views.asked import BadParameter
from views.cards import Card, card, checked, kind_label, lines, unit, urgent
from views.filters import clock
from views.language import chosen_language
from views.presenting import share_text
from views.viewing import viewer

QUESTION = ("step", "place", "track", "on", "lang")
# What the form asks, and turns into a step, a place and a track.
IN_OWN_WORDS = frozenset({"need", "age", "asylum", "q"})

bp = APIBlueprint("guide", __name__, enable_openapi=False)


@bp.get("/")
def ask() -> Response:
    """Ask where, for whom and what."""
    return kept.page(_render_question)


@bp.get("/answer")
def answer() -> BaseResponse:
    """Answer, from memory while nothing has changed."""
    if IN_OWN_WORDS.isdisjoint(request.args):
        return kept.page(_render_answer)
    return redirect(_answer_to_own_words())


def _answer_to_own_words() -> str:
    """Return the address of the answer: one that can be sent to a colleague."""
    known = catalogue.current(viewer())
    age = asked.choice("age", AGES)
    asylum = asked.choice("asylum", ASYLUM)
    track = track_of(age, asylum) if age else asked.text("track") or None
    need, typed = asked.text("need"), asked.text("place")
    if (words := asked.text("q")) and not need and not asked.text("step"):
        # A search needs no place, and no age.
        place = places.code_of(typed, known) if typed else None
        return url_for("search.index", q=words, place=place, track=track)
    place = places.code_of(typed, known)
    step = needs.step_for(need, track, known) if need else asked.text("step")
    if not step:
        raise BadParameter("step", "required")
    rest = asked.given("on")
    return _address(step=step, place=place, track=track, **rest)


def _address(**question: str | None) -> str:
    return url_for("guide.answer", **question)  # type: ignore[arg-type]


def _render_question() -> bytes:
    known = catalogue.current(viewer())
    return render_template("guide/ask.html", **_form(known)).encode()


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
    passed_on = asked.given("step", "track", "on")
    page = render_template(
        "guide/ask.html",
        fault=fault,
        parts=[
            (
                places.where(known, known.places[code]),
                _address(**passed_on, place=code),
            )
            for code in fault.successors
        ],
        **_form(known),
    )
    return page, fault.status


def _form(known: Catalogue) -> dict[str, Any]:
    """Return what the form offers, and what was chosen in it."""
    language = chosen_language()
    chosen = asked.given(*QUESTION, *IN_OWN_WORDS)
    age, asylum = age_and_asylum(chosen.get("track", ""))
    place = known.places.get(chosen.get("place", ""))
    step = known.steps.get(chosen.get("step", ""))
    return {
        "places": places.offered(known),
        "place": places.where(known, place) if place else chosen.get("place", ""),
        "age": chosen.get("age", age),
        "asylum": chosen.get("asylum", asylum) or "unknown",
        "step": (step.code, text_in(step.title, language)) if step else None,
        "needs": [(need, *wording.NEEDS[need]) for need in needs.NEEDS],
        "on": chosen.get("on", ""),
        "words": chosen.get("q", ""),
        "chosen": chosen,
        "urgent": urgent(known),
        "journey_of": asked.given("track") | ({"place": place.code} if place else {}),
    }


def _render_answer() -> bytes:
    question = asked.question()
    known, now = catalogue.current(viewer()), datetime.now(OSLO)
    found = guide.who_acts(
        question.step,
        question.place,
        question.track,
        question.on,
        viewer(),
        now=now,
        known=known,
    )
    page = render_template(
        "guide/answer.html", **shown(found, known, now, question.language)
    )
    return page.encode()


def shown(
    found: Answer, known: Catalogue, now: datetime, language: str
) -> dict[str, Any]:
    """Return all that the answer's page shows, in words; the template places it."""

    def text(value: Any) -> str:
        return text_in(value, language)

    def show(actor: Actor) -> Card:
        return card(actor, known, language, found.on, now)

    step, place = found.step, known.places[found.place]
    on_top = found.on_top
    is_meant = "not_for_track" not in found.flags
    track = known.tracks.get(found.track or "")
    asked_for = {
        "step": step.code,
        "place": place.code,
        "track": found.track,
        "on": found.on.isoformat() if found.on != now.date() else None,
    }
    return {
        "title": text(step.title),
        "place": places.where(known, place),
        "chips": [
            ("step", text(step.title)),
            ("place", places.where(known, place)),
            ("age", text(track.label) if track else _("Alle grupper")),
        ],
        "asked": asked_for,
        "looks_back": viewer() == UNIT,
        "on": None if found.on == now.date() else found.on,
        "urgent": urgent(known),
        "minor": text(known.overrides["minor"]) if "minor" in found.overrides else "",
        "is_report": is_meant and step.code == "report_child",
        "track": text(track.label) if track else "",
        "on_top": show(on_top) if on_top else None,
        "why_stand_in": why_stand_in(found, known, language) if on_top else "",
        "beside": [] if not is_meant else _beside(found, show, now),
        "status": (found.status, wording.STATUSES[found.status]),
        "is_meant": is_meant,
        "flags": [
            wording.FLAGS[flag]
            for flag in found.flags
            if flag not in ("not_for_track", "merged_place", "no_accountable")
        ],
        "no_accountable": "no_accountable" in found.flags,
        "merged": (
            (known.places[found.asked_place].name, place.name)
            if found.asked_place != found.place
            else None
        ),
        "summary": text(step.summary) if is_meant else "",
        "note": text(step.note) if is_meant else "",
        "share": share_text(found, known, language),
        "deadline": text(step.deadline) if is_meant else "",
        "condition": text(step.condition) if is_meant else "",
        "rights": [
            (code, text(known.rights[code].label))
            for code in found.rights
            if code in known.rights
        ],
        "roles": [
            {
                "letter": wording.LETTERS[role],
                "code": role,
                "name": wording.ROLES[role],
                "actors": [
                    show(actor) for actor in found.roles[role] if not actor.fallback
                ],
                "missing": [
                    holder(one.holder, known, language)
                    for one in found.unresolved
                    if one.role == role
                ],
            }
            for role in ROLES_AS_TOLD
        ],
        "pending": [show(actor) for actor in found.pending],
        "others": [show(actor) for actor in found.others],
        "appeal": [
            (
                kind_label(appeal.kind, known, language),
                [
                    (who, lines(points, now, who.kind))
                    for who, points in appeal.organisations
                ],
            )
            for appeal in found.appeal
        ],
        "next": _next(found, known, now, language),
        "trail": _trail(found, known, language),
        "reasons": _reasons(found, known, language),
        "sources": [
            (
                source.key,
                text(source.title),
                text(source.note),
                checked(source.checked_on, source.next_check_on, found.on),
            )
            for source in found.sources
        ],
        "unit": unit(),
        "keep": offline.cards(place.code, found.track, known),
    }


ROLES_AS_TOLD = sorted(ROLES, key="RACI".index)


def holder(holder: str, known: Catalogue, language: str) -> str:
    """Return what a holder is called: a kind by its label, all else by its key."""
    prefix, _colon, kind = holder.partition(":")
    return kind_label(kind, known, language) if prefix == "kind" else holder


def why_stand_in(found: Answer, known: Catalogue, language: str) -> str:
    """Say for whom the one on top stands in; empty where it stands in for nobody."""
    match guide.why_stands_in(found):
        case None:
            return ""
        case ("closed", name):
            return str(_("Tar imot når %(name)s er stengt.", name=name))
        case ("missing", whom):
            name = holder(whom, known, language)
            return str(_("Tar imot fordi vi ikke fant dette: %(name)s.", name=name))
    return str(_("Tar imot når ingen andre er funnet."))


def _beside(found: Answer, show: Any, now: datetime) -> list[dict[str, Any]]:
    """Return the rows below the one on top: who answers for it, whom to try next."""
    top, told = found.on_top, set[tuple[str, ...]]()
    rows = []
    for actor in found.roles["A"]:
        if actor.fallback or not (actor.organisation or actor.via == "kind:any"):
            continue
        shown = show(actor)
        is_closed = shown.line is not None and shown.line.opening.state == "closed"
        is_top = top is not None and actor.identity == top.identity
        label = _("Svarer for dette")
        if is_closed and not is_top:
            label = _("Svarer for dette, men er stengt")
        rows.append({"label": label, "card": shown, "status": True, "call": not is_top})
        told.add(actor.identity)
    if top:
        told.add(top.identity)
    for actor in found.fallbacks:
        if actor.identity in told:
            continue
        told.add(actor.identity)
        label = _when_to_use(actor, top, now)
        card = show(actor)
        rows.append({"label": label, "card": card, "status": False, "call": True})
    return rows


def _when_to_use(actor: Actor, top: Actor | None, now: datetime) -> str:
    """Return when to call the one who stands in: by the doors of the one on top."""
    until = None
    if top and top.line and actor.line:
        until = hands_over(top.line.hours, actor.line.hours, now)
    if until is None:
        return str(_("Får du ikke svar"))
    time = clock(until.at)
    if until.at_weekends:
        return str(_("Etter %(time)s og i helgen", time=time))
    return str(_("Etter %(time)s", time=time))


def _next(
    found: Answer, known: Catalogue, now: datetime, language: str
) -> list[dict[str, Any]]:
    """Return the steps that follow, each with who does it."""
    steps = [known.steps[one.step] for one in found.next]
    here = guide.who_acts_on_each(
        steps,
        found.place,
        found.track,
        viewer(),
        on=found.on,
        now=now,
        known=known,
    )
    shares, told = [], list(found.share)
    for one in found.next:
        # The same words under every step would hide those that differ.
        shares.append("" if one.share in told else text_in(one.share, language))
        told += [one.share] if one.share else []
    return [
        {
            "step": one.step,
            "track": one.track or found.track,
            "title": text_in(known.steps[one.step].title, language),
            "who": who(answers, known, language),
            "note": text_in(one.note, language),
            "share": share,
            "known_gap": one.known_gap,
        }
        for one, answers, share in zip(found.next, here, shares, strict=True)
    ]


def who(found: Answer, known: Catalogue, language: str) -> str:
    """Return in a few words who acts on a step here: organisations before "you"."""
    named = [a for role in "RA" for a in found.roles[role] if not a.fallback]
    for role in "RA":
        names = [
            actor.organisation.name
            for actor in named
            if actor.role == role and actor.organisation
        ] or [
            holder(one.holder, known, language)
            for one in found.unresolved
            if one.role == role
        ]
        if names:
            return ", ".join(list(dict.fromkeys(names))[:2])
    labels = [kind_label(a.via.partition(":")[2], known, language) for a in named]
    return ", ".join(list(dict.fromkeys(labels))[:2])


def takes_calls(found: Answer) -> str:
    """Return whose line is the one to call; empty where there is none."""
    top = found.on_top
    return top.organisation.name if top and top.organisation and top.line else ""


def _trail(
    found: Answer, known: Catalogue, language: str
) -> list[tuple[str, str, bool]]:
    """Return the steps of the same phase: code, title, and whether it is this one."""
    return [
        (step.code, text_in(step.title, language), step.code == found.step.code)
        for step in known.steps.values()
        if step.phase and step.phase == found.step.phase and step.is_for(found.track)
    ]


def _reasons(found: Answer, known: Catalogue, language: str) -> list[str]:
    """Return why this is the answer, a sentence each."""
    told: list[str] = []
    actors: Iterable[Actor] = [a for role in "AR" for a in found.roles[role]]
    for actor in actors:
        if actor.via == "kind:any":
            name = kind_label("any", known, language)
        elif actor.organisation:
            name = actor.organisation.name
        else:
            name = actor.via
        told += [f"{name}: {wording.REASONS[reason]}" for reason in actor.reasons]
    for one in found.unresolved:
        name = holder(one.holder, known, language)
        told.append(_("%(name)s er ikke funnet her.", name=name))
    return list(dict.fromkeys(told))

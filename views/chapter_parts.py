"""The parts of the identification guide that are made of the process and directory."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _

from coordinator import chapters, guide
from coordinator.catalogue import Catalogue, StepRow
from coordinator.guide import Answer
from coordinator.reference import WHOLE_COUNTRY
from coordinator.resolution import Actor
from models import LocalisedText, text_in
from views import wording
from views.cards import Line, kind_label, line_to
from views.guide import holder, takes_calls
from views.viewing import viewer


class StepLine(NamedTuple):
    """A step of the process, and who answers for it, by kind; empty for nobody."""

    code: str
    title: str
    who: str


class Phase(NamedTuple):
    """A phase of the process with its steps."""

    code: str
    title: str
    steps: list[StepLine]


class Verification(NamedTuple):
    """A verification: by whom, under which law, and what it gives a right to."""

    code: str
    title: str
    who: str
    law: list[tuple[str, str]]
    rights: list[tuple[str, str]]
    note: str


class Need(NamedTuple):
    """A need, the step that meets it, and the line to call as its answer has it."""

    code: str
    title: str
    who: str
    line: Line | None
    top: Actor | None


def identifiers(known: Catalogue, language: str) -> list[str]:
    """Return who may identify, by kind, the person first; last everyone else."""
    found = [kind_label(kind, known, language) for kind in chapters.may_identify(known)]
    return [*found, _("Alle andre som møter personen")]


def identified_rights(known: Catalogue, language: str) -> list[tuple[str, str]]:
    """Return the rights that follow from being identified, before verification."""
    step = known.steps.get(chapters.IDENTIFIED)
    return _rights(step.rights, known, language) if step else []


def system(known: Catalogue, now: datetime, language: str) -> list[Phase]:
    """Return the process by phase, and who in general answers for each step."""
    phases = chapters.by_phase(known)
    steps = [step for steps in phases.values() for step in steps]
    who = _accountable(steps, known, now, language)
    return [
        Phase(
            code,
            text_in(known.phases[code], language),
            [
                StepLine(step.code, text_in(step.title, language), who[step.code])
                for step in steps
            ],
        )
        for code, steps in phases.items()
    ]


def verifications(known: Catalogue, now: datetime, language: str) -> list[Verification]:
    """Return the verifications side by side, none of which waits for another."""
    steps = chapters.verifications(known)
    who = _accountable(steps, known, now, language)
    return [
        Verification(
            step.code,
            text_in(step.title, language),
            who[step.code],
            [
                (key, text_in(known.sources[key].title, language))
                for key in step.law
                if key in known.sources
            ],
            _rights((*step.rights, *step.rights_minor), known, language),
            text_in(step.note, language),
        )
        for step in steps
    ]


def needs(
    place: str, track: str | None, known: Catalogue, now: datetime, language: str
) -> list[Need]:
    """Return whom to call for each need here, as the answers themselves say it."""
    steps = chapters.steps_for_needs(track, known)
    return calls(steps, place, track, known, now, language)


def calls(
    steps: list[StepRow],
    place: str,
    track: str | None,
    known: Catalogue,
    now: datetime,
    language: str,
) -> list[Need]:
    """Return whom to call for each of the steps here, as their answers say it."""
    answers = guide.who_acts_on_each(
        steps,
        place,
        track,
        viewer=viewer(),
        now=now,
        known=known,
    )
    return [
        Need(
            found.step.code,
            text_in(found.step.title, language),
            takes_calls(found),
            line_to(found.on_top, now) if found.on_top else None,
            found.on_top,
        )
        for found in answers
    ]


class Signs(NamedTuple):
    """The signs of one form of exploitation: code and words of each."""

    form: str
    title: str
    signs: list[tuple[str, str]]


def signs(known: Catalogue, language: str) -> list[Signs]:
    """Return the signs by form of exploitation, those forms that have any."""
    found = [
        Signs(
            form,
            str(words),
            [
                (sign.code, text_in(sign.text, language))
                for sign in known.indicators.values()
                if sign.form == form
            ],
        )
        for form, words in wording.INDICATOR_FORMS.items()
    ]
    return [one for one in found if one.signs]


def _rights(
    codes: tuple[str, ...], known: Catalogue, language: str
) -> list[tuple[str, str]]:
    labels: dict[str, LocalisedText] = {
        code: known.rights[code].label
        for code in dict.fromkeys(codes)
        if code in known.rights
    }
    return [(code, text_in(label, language)) for code, label in labels.items()]


def _accountable(
    steps: list[StepRow], known: Catalogue, now: datetime, language: str
) -> dict[str, str]:
    """Return who answers for each step in the whole country, in words."""
    answers = guide.who_acts_on_each(
        steps, WHOLE_COUNTRY, viewer=viewer(), now=now, known=known
    )
    return {found.step.code: _by_kind(found, known, language) for found in answers}


def _by_kind(found: Answer, known: Catalogue, language: str) -> str:
    named = [
        kind_label(actor.via.partition(":")[2], known, language)
        if actor.via.startswith("kind:") or not actor.organisation
        else actor.organisation.name
        for actor in found.roles["A"]
        if not actor.fallback
    ]
    named += [
        holder(one.holder, known, language)
        for one in found.unresolved
        if one.role == "A"
    ]
    return ", ".join(dict.fromkeys(named))

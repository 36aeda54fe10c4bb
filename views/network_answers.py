"""What the network's questions answer, as programs read it: the API, the command line.

Keys and codes, dates as ISO 8601, texts in the language asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from coordinator import narrowing, questions, state
from coordinator.acceptances import Accepted
from coordinator.access import Viewer
from coordinator.errors import NotFound
from graphs.findings import Finding
from models import text_in

Values = dict[str, Any]


@dataclass(frozen=True)
class Asking:
    """Who asks, of which day (today when None), in which language, and how narrowly."""

    viewer: Viewer
    on: date | None = None
    language: str = "nb"
    step: str | None = None
    place: str | None = None
    track: str | None = None

    @property
    def day(self) -> date:
        """The day that is asked of."""
        return self.on or questions.today()

    def among(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are wanted; raise NotFound, SeveralSuccessors."""
        wish = narrowing.wanted(
            self.step, self.place, self.track, self.viewer, self.day
        )
        return narrowing.among(findings, wish, self.viewer)


def answer(question: str, asking: Asking) -> Values:
    """Return what a question finds; raise NotFound, NotAllowed, SeveralSuccessors."""
    if question not in questions.QUESTIONS:
        raise NotFound("question", question)
    found = state.answer(question, asking.viewer, asking.on)
    asked = found.asked
    findings = asking.among(asked.findings)
    return {
        **_heading(question, asked.on),
        "estimated": asked.estimated,
        "seed": asked.seed,
        "sources": asked.sources,
        # Told where it is kept: a moment of its own would make each answer another.
        "reckoned_at": None if found.is_current else _minute(found.reckoned_at),
        "current": found.is_current,
        "findings": [_values(one, asked.accepted, asking) for one in findings],
    }


def way_in(source: str, target: str, asking: Asking) -> Values:
    """Return who leads from one to the other: `path` in order, one finding, if any do.

    Raise NotFound, naming `from` or `to`, and NotAllowed.
    """
    path = questions.way_in(source, target, asking.viewer, asking.on)
    ways = [questions.way_as_finding(path, asking.viewer)] if path else []
    return {
        **_heading("way-in", asking.day),
        "from": source,
        "to": target,
        "path": path,
        "findings": [_values(one, {}, asking) for one in ways],
    }


def what_if(without: list[str], asking: Asking) -> Values:
    """Return what comes and goes when these are taken out.

    Raise NotFound, naming `without`, NotAllowed and SeveralSuccessors.
    """
    found = questions.what_if(without, asking.viewer, asking.on)
    return {
        **_heading("what-if", asking.day),
        "without": without,
        "findings": _changes(found, asking),
    }


def as_of(compare: date | None, asking: Asking) -> Values:
    """Return what comes and goes from the day asked of to the one compared with.

    Raise NotFound, NotAllowed and SeveralSuccessors.
    """
    compare = compare or questions.today()
    found = questions.as_of(asking.day, compare, asking.viewer)
    return {
        **_heading("as-of", asking.day),
        "compare": compare.isoformat(),
        "findings": _changes(found, asking),
    }


def _minute(moment: datetime) -> str:
    return moment.replace(second=0, microsecond=0).isoformat()


def _heading(question: str, on: date) -> Values:
    """Return what every answer says.

    Never how much was changed: that tells of lines that nobody may see.
    """
    return {
        "question": question,
        "on": on.isoformat(),
        "estimated": False,
        "seed": None,
        "sources": None,
        "reckoned_at": None,
        "current": True,
    }


def _changes(found: list[questions.Changed], asking: Asking) -> list[Values]:
    findings = [one.finding for one in found]
    wanted = set(asking.among(findings))
    accepted = questions.accepted_among(findings, asking.viewer, asking.day)
    return [
        {
            **_values(one.finding, accepted, asking),
            "question": one.finding.question,
            "change": one.change,
        }
        for one in found
        if one.finding in wanted
    ]


def _values(
    finding: Finding, accepted: Mapping[str, Accepted], asking: Asking
) -> Values:
    return {
        "key": finding.key,
        "step": finding.step,
        "place": finding.place,
        "track": finding.track,
        "organisations": list(finding.organisations),
        "posts": list(finding.posts),
        "persons": list(finding.persons),
        "reason": finding.reason,
        "accepted": _acceptance(accepted.get(finding.key), asking.language),
        "to_step": finding.to_step,
        "networks": list(finding.networks),
        "meetings": list(finding.meetings),
        "holder": finding.holder,
        "source": finding.source,
        "score": finding.score,
    }


def _acceptance(accepted: Accepted | None, language: str) -> Values | None:
    if accepted is None:
        return None
    reason = text_in(accepted.reason, language)
    return {"until": accepted.until.isoformat(), "reason": reason}

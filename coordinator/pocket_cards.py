"""A pocket card: whom to call in a place for a track, as it stands on paper.

Composed of the answers of the guide. Paper does not know what time it is: each need has
the line of a working day, then those that take over while the ones before are closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from coordinator import catalogue, chapters, guide
from coordinator.access import PUBLIC
from coordinator.catalogue import PlaceRow, StepRow, TrackRow
from coordinator.guide import Answer
from coordinator.opening import OSLO, week, working_noon
from coordinator.resolution import LINES, Actor, Point
from models import LocalisedText

MOST_LINES = 4
MINUTES = 24 * 60


class Line(NamedTuple):
    """A line on the card, and whose it is."""

    actor: Actor
    point: Point


class Entry(NamedTuple):
    """A step that meets a need, and the lines to try, in their order; none: nobody."""

    answer: Answer
    lines: tuple[Line, ...]


class Share(NamedTuple):
    """What may be shared on the way into these steps."""

    text: LocalisedText
    steps: tuple[StepRow, ...]


@dataclass(frozen=True)
class PocketCard:
    """What stands on the card. Codes and editable texts, no wording.

    `asked` is the place asked for, `place` the one that stands there on the day.
    """

    asked: PlaceRow
    place: PlaceRow
    track: TrackRow
    overrides: dict[str, LocalisedText]
    entries: tuple[Entry, ...]
    rights: tuple[str, ...]
    shares: tuple[Share, ...]


def compose(place: str, track: str, now: datetime) -> PocketCard:
    """Return the card of the place for the track on this day, as anyone may see it.

    A card is handed on and hung up: it holds what is public, whoever makes it. Raise
    NotFound for an unknown place or track, SeveralSuccessors for a divided place.
    """
    known, on = catalogue.current(PUBLIC), now.astimezone(OSLO).date()
    whom, here = known.track(track), known.standing_place(place, on)
    answers = guide.who_acts_on_each(
        chapters.steps_for_needs(track, known),
        place,
        track,
        now=now,
        doors=working_noon(on),
        known=known,
    )
    return PocketCard(
        known.place(place),
        here,
        whom,
        {
            code: text
            for code, text in known.overrides.items()
            if code != "minor" or whom.child
        },
        tuple(Entry(answer, _lines(answer)) for answer in answers),
        tuple(dict.fromkeys(code for answer in answers for code in answer.rights)),
        _shares(answers),
    )


def _lines(answer: Answer) -> tuple[Line, ...]:
    """Return the line of a working day, and those open when none before them is."""
    top = answer.on_top
    if top is None or top.line is None:
        return ()
    found, covered = [Line(top, top.line)], _open(top.line)
    for line in _in_order(answer, top):
        opened = _open(line.point)
        if len(found) == MOST_LINES:
            break
        if opened & ~covered:
            found.append(line)
            covered |= opened
    return tuple(found)


def _in_order(answer: Answer, top: Actor) -> Iterator[Line]:
    """Yield the lines that the answer comes to: its role's, then who stands in."""
    role = answer.roles[answer.first.role] if answer.first else ()
    named = [actor for actor in role if not actor.fallback]
    stand_ins = [actor for actor in role if actor.fallback]
    for actor in dict.fromkeys([top, *named, *stand_ins, *answer.fallbacks]):
        if actor.organisation is None:
            continue
        for point in actor.contact_points:
            if point.channel in LINES:
                yield Line(actor, point)


def _open(point: Point) -> int:
    """Return the minutes of a week in which it is open, a bit each; 0 for unknown."""
    return sum(
        ((1 << (end - start)) - 1) << (day * MINUTES + start)
        for day, spans in enumerate(week(point.hours))
        for start, end in spans
    )


def _shares(answers: list[Answer]) -> tuple[Share, ...]:
    found: list[tuple[LocalisedText, list[StepRow]]] = []
    for answer in answers:
        for text in answer.share:
            steps = next((steps for told, steps in found if told == text), None)
            if steps is None:
                found.append((text, [answer.step]))
            else:
                steps.append(answer.step)
    return tuple(Share(text, tuple(steps)) for text, steps in found)

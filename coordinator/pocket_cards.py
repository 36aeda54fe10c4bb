"""A pocket card: whom to call in a place for a track, as it stands on paper.

Composed of the answers of the guide. Paper does not know what time it is: each need has
the line of a working day, then those that take over while the ones before are closed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from coordinator import catalogue, chapters, guide
from coordinator.access import PUBLIC
from coordinator.catalogue import PlaceRow, StepRow, TrackRow
from coordinator.guide import Answer
from coordinator.opening import (
    OSLO,
    holidays,
    is_weekly,
    week,
    working_noon,
)
from coordinator.resolution import LINES, Actor, Point
from models import LocalisedText

MOST_LINES = 4
MINUTES = 24 * 60


class Line(NamedTuple):
    """A line on the card, and whose it is."""

    actor: Actor
    point: Point


class Entry(NamedTuple):
    """A step that meets a need, and the lines to try, in their order; none: nobody.

    `is_whole` is false where others are open at times when none of these is.
    """

    answer: Answer
    lines: tuple[Line, ...]
    is_whole: bool


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
        tuple(Entry(answer, *_lines(answer)) for answer in answers),
        tuple(dict.fromkeys(code for answer in answers for code in answer.rights)),
        _shares(answers),
    )


def _lines(answer: Answer) -> tuple[tuple[Line, ...], bool]:
    """Return the line of a working day, those that take over, and if it is whole."""
    top = answer.on_top
    if top is None or top.line is None:
        return (), True
    lines = [Line(top, top.line), *_in_order(answer, top)]
    chosen, is_whole = take_over([line.point.hours for line in lines])
    return tuple(lines[at] for at in chosen), is_whole


def take_over(hours: Sequence[str], most: int = MOST_LINES) -> tuple[list[int], bool]:
    """Return which lines to print, by place, and whether they are open when any is.

    `hours` are those of the lines in their order; the first is always printed. Others
    are, in their order, when they are open while those before are closed; the last
    place goes to the one that is open the longest while the rest are closed.

    >>> take_over(["Mo-Fr 08:00-15:30", "Mo-Fr 09:00-12:00", "24/7"])
    ([0, 2], True)
    """
    chosen, covered = [0], _surely(hours[0])
    left = [(at, _perhaps(one)) for at, one in enumerate(hours) if at]
    while left := [(at, opened) for at, opened in left if opened & ~covered]:
        if len(chosen) == most:
            return chosen, False
        at, _opened = left[0]
        if len(chosen) == most - 1:
            at, _opened = max(left, key=lambda one: (one[1] & ~covered).bit_count())
        chosen.append(at)
        covered |= _surely(hours[at])
        left = [one for one in left if one[0] != at]
    return chosen, True


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


# A bit for each minute of a week, and of one in which every day is a holiday.
_ALWAYS = (1 << 14 * MINUTES) - 1


@lru_cache(maxsize=4096)
def _perhaps(hours: str) -> int:
    """Return when it may be open: always, where that differs from week to week."""
    return _bits(hours) if not hours or is_weekly(hours) else _ALWAYS


@lru_cache(maxsize=4096)
def _surely(hours: str) -> int:
    """Return when it is open every week; never, where that differs."""
    return _bits(hours) if hours and is_weekly(hours) else 0


def _bits(hours: str) -> int:
    if not hours:
        return 0
    return sum(
        ((1 << (end - start)) - 1) << (day * MINUTES + start)
        for day, spans in enumerate((*week(hours), *holidays(hours)))
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

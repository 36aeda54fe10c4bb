"""The process as a flow: who stands for each step, and how each handover stands.

The states are those of the network's question about broken handovers, told for all
handovers: sound, unclear, broken, or the asker's own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from coordinator import questions
from coordinator.access import Viewer
from coordinator.catalogue import Catalogue, StepRow
from coordinator.chapters import JOURNEY
from coordinator.opening import OSLO
from coordinator.questions import Reading
from graphs import handovers
from graphs.cells import Cell, Party
from graphs.handovers import STATES, Passing
from models import LocalisedText

WHENEVER = "whenever_needed"
ASKER = "any"


class Doing(NamedTuple):
    """A step, the kind that acts in it in most places (empty: nobody), and if whenever.

    `kind` is that of the Responsible, else of the Accountable; `any` is who asks.
    """

    step: StepRow
    kind: str
    is_whenever: bool


class HandingOver(NamedTuple):
    """A handover: its gravest state here, in how many places, and between whom there.

    `is_known_gap` says that the reference knows it as weak. `shares` are the codes of
    what may be shared, `notes` what is said of it.
    """

    from_step: str
    to_step: str
    state: str
    places: int
    all_places: int
    givers: tuple[str, ...]
    takers: tuple[str, ...]
    shares: tuple[str, ...]
    notes: tuple[LocalisedText, ...]
    is_known_gap: bool


@dataclass(frozen=True)
class Flow:
    """The process in a place for a track: what stands on the page, and in its picture.

    `place` is the one that stands there on the day; None for the whole country.
    """

    on: date
    steps: tuple[Doing, ...]
    handovers: tuple[HandingOver, ...]

    def count(self, state: str) -> int:
        """Return how many handovers are in that state."""
        return sum(one.state == state for one in self.handovers)


def compose(
    place: str, track: str | None, viewer: Viewer, on: date | None = None
) -> Flow:
    """Return the flow of the place, for one track or for all.

    Raise NotFound for an unknown place or track, SeveralSuccessors for a divided place,
    NotAllowed for one to whom the network's questions are not answered.
    """
    day = on or datetime.now(OSLO).date()
    with questions.reading(viewer, day) as (_kept, found):
        known = found.known
        if track is not None:
            known.track(track)
        here = found.places.masks.get(known.standing_place(place, day).code, 0)
        steps = [
            step
            for step in known.steps.values()
            if step.process == JOURNEY and step.is_for(track)
        ]
        codes = {step.code for step in steps}
        passings = [
            one
            for one in handovers.each(
                found.cells, found.handovers(), found.forums(), found.places
            )
            if {one.handover.from_step, one.handover.to_step} <= codes
            and track in (None, one.track)
        ]
        return Flow(
            day,
            tuple(
                Doing(step, _kind(step, track, here, found), step.parallel == WHENEVER)
                for step in steps
            ),
            tuple(_handing_over(passings, track, here, known)),
        )


def _kind(step: StepRow, track: str | None, here: int, found: Reading) -> str:
    """Return the kind that acts in most places; of as many, the first by its code."""
    counted: Counter[str] = Counter()
    for cell in found.cells_of(step.code):
        places = (found.places.mask(cell.places) & here).bit_count()
        if places and track in (None, cell.track):
            counted[_kind_in(cell, found)] += places
    return min(counted, key=lambda kind: (-counted[kind], kind), default="")


def _kind_in(cell: Cell, found: Reading) -> str:
    """Return the kind of who does it; where nobody does, the kind that ought to."""
    for parties in (cell.responsible, cell.accountable):
        for party in parties:
            return _kind_of(party, found)
    for role in "RA":
        for its_role, holder in cell.unresolved:
            if its_role == role and holder.startswith("kind:"):
                return holder.removeprefix("kind:")
    return ""


def _kind_of(party: Party, found: Reading) -> str:
    if party.organisation is None:
        return ASKER
    return str(found.directory.rows["organisation"][party.organisation].kind)


def _handing_over(
    passings: Iterable[Passing], track: str | None, here: int, known: Catalogue
) -> Iterator[HandingOver]:
    """Yield each handover once, in the order of the reference."""
    by_ends: dict[tuple[str, str], list[Passing]] = {}
    for one in passings:
        if one.leaves & here:
            ends = one.handover.from_step, one.handover.to_step
            by_ends.setdefault(ends, []).append(one)
    for ends, group in by_ends.items():
        rows = [
            row
            for row in known.handovers
            if (row.from_step, row.to_step) == ends
            and (track is None or not row.tracks or track in row.tracks)
        ]
        is_known_gap = any(row.known_gap for row in rows)
        masks = {
            state: reduce(or_, (one.leaves for one in group if one.state == state), 0)
            & here
            for state in STATES
        }
        state = next(state for state in STATES if masks[state])
        gravest = [one for one in group if one.state == state and one.leaves & here]
        if state == "sound" and is_known_gap:
            state = "unclear"
        yield HandingOver(
            *ends,
            state,
            reduce(or_, (one.leaves & here for one in gravest)).bit_count(),
            reduce(or_, masks.values()).bit_count(),
            tuple(sorted(set[str]().union(*(one.giver for one in gravest)))),
            tuple(sorted(set[str]().union(*(one.taker for one in gravest)))),
            tuple(dict.fromkeys(row.share for row in rows if row.share)),
            tuple(row.note for row in rows if row.note),
            is_known_gap,
        )

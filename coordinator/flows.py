"""The process as a flow: who stands for each step, and how each handover stands.

The states are those of the network's question about broken handovers, told for all
handovers: sound, unclear, broken, or the asker's own. An agency is told those of its
own handovers alone, as the questions tell it what is about itself.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
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
from coordinator.reference import WHOLE_COUNTRY
from graphs import handovers
from graphs.cells import Cell, Party
from graphs.handovers import STATES, Passing, Side
from models import LocalisedText

WHENEVER = "whenever_needed"
ASKER = "any"
# The reason of a handover that the reference itself knows as weak.
KNOWN_GAP = "known_gap"
CONTESTED = "contested"
# The state of a handover between others, for an agency.
UNTOLD = "untold"
SHOWN = (*STATES, UNTOLD)


class Doing(NamedTuple):
    """A step, and the kind that acts in it in most places (empty: nobody).

    `kind` is that of the Responsible, else of the Accountable; `any` is who asks.
    """

    step: StepRow
    kind: str

    @property
    def is_whenever(self) -> bool:
        """Whether it may be needed at any time, not only where it stands."""
        return self.step.parallel == WHENEVER


class Extent(NamedTuple):
    """In how many of how many places, or counties, something holds."""

    some: int
    of_all: int


class HandingOver(NamedTuple):
    """A handover: its gravest state here, how far it is so, and between whom there.

    `reasons` say why it is no better, as codes. `counties` is None but in the whole
    country; it counts those with a place where it is so. A side is the organisations
    and whether it is whoever asks. `shares` are the codes of what may be shared,
    `notes` what is said of it. Where the state is `untold`, the sides are those of
    everywhere, and nothing is counted; else an agency's are of where it is a side.
    """

    from_step: str
    to_step: str
    state: str
    reasons: tuple[str, ...]
    places: Extent | None
    counties: Extent | None
    givers: tuple[str, ...]
    takers: tuple[str, ...]
    asker_gives: bool
    asker_takes: bool
    shares: tuple[str, ...]
    notes: tuple[LocalisedText, ...]


@dataclass(frozen=True)
class Flow:
    """The process in a place for a track: what stands on the page, and in its picture.

    The steps are in the order of the process. `places` are the kinds of the places that
    are looked at, and how many there are: more than one where the place is an area.
    """

    on: date
    places: Counter[str]
    steps: tuple[Doing, ...]
    handovers: tuple[HandingOver, ...]

    def count(self, state: str) -> int:
        """Return how many handovers are in that state."""
        return sum(one.state == state for one in self.handovers)

    @property
    def judged(self) -> int:
        """How many handovers have a state that the viewer is told."""
        return len(self.handovers) - self.count(UNTOLD)


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
        standing = known.standing_place(place, day).code
        here = found.places.masks.get(standing, 0)
        doing = [
            Doing(step, _kind(step, track, here, found))
            for step in known.steps.values()
            if step.process == JOURNEY and step.is_for(track)
        ]
        codes = {one.step.code for one in doing}
        standing_here = (
            one._replace(leaves=one.leaves & here)
            for one in handovers.each(
                found.cells, found.handovers(), found.forums(), found.places
            )
            if {one.handover.from_step, one.handover.to_step} <= codes
            and track in (None, one.track)
            and one.leaves & here
        )
        passings = [*_told(standing_here, viewer, found)]
        counties = _counties(found) if standing == WHOLE_COUNTRY else ()
        return Flow(
            day,
            Counter(
                known.places[leaf].kind
                for leaf in found.places.leaves
                if found.places.masks[leaf] & here
            ),
            tuple(doing),
            tuple(_handing_over(passings, track, counties, known)),
        )


def _told(
    passings: Iterable[Passing], viewer: Viewer, found: Reading
) -> Iterator[Passing]:
    """Yield the passings with what the viewer is told of them.

    An agency hears of its own what the questions tell it: that it never meets the
    other side, and that its own responsibility is contested. What the other side lacks
    is left out as if it were not so: else one could tell by what is missing.
    """
    if viewer.own is None:
        yield from passings
        return
    own = questions.own_keys(viewer)
    contested = _contested(viewer, found)
    for one in passings:
        if own.isdisjoint(one.giver.organisations | one.taker.organisations):
            yield one._replace(state=UNTOLD, reason="")
        elif one.state != "unclear":
            yield one
        else:
            here = _contested_leaves(one, contested)
            if here:
                yield one._replace(reason=CONTESTED, leaves=here)
            if elsewhere := one.leaves & ~here:
                is_own = one.giver.is_asker or one.taker.is_asker
                state = "own" if is_own else "sound"
                yield one._replace(state=state, reason="", leaves=elsewhere)


def _contested_leaves(one: Passing, contested: Mapping[tuple[str, str], int]) -> int:
    handover, after = one.handover, one.handover.becomes or one.track
    ends = (
        (one.giver, (handover.from_step, one.track)),
        (one.taker, (handover.to_step, after)),
    )
    told = (contested.get(at, 0) for side, at in ends if side.lacks == CONTESTED)
    return one.leaves & reduce(or_, told, 0)


def _contested(viewer: Viewer, found: Reading) -> dict[tuple[str, str], int]:
    """Return where the viewer is told that a step is contested, by step and track."""
    where: dict[tuple[str, str], int] = {}
    for one in questions.seen(found.ask(CONTESTED).findings, viewer):
        step, place = one.step or "", one.place or ""
        for track in (one.track,) if one.track else found.known.tracks:
            known = where.get((step, track), 0)
            where[step, track] = known | found.places.masks.get(place, 0)
    return where


def _counties(found: Reading) -> tuple[int, ...]:
    """Return the places of each county, as the bits of a number."""
    return tuple(
        found.places.masks[place.code]
        for place in found.known.places.values()
        if place.kind == "county" and found.places.masks.get(place.code)
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
    passings: Iterable[Passing],
    track: str | None,
    counties: Collection[int],
    known: Catalogue,
) -> Iterator[HandingOver]:
    """Yield each handover once, in the order of the reference."""
    by_ends: dict[tuple[str, str], list[Passing]] = {}
    for one in passings:
        ends = one.handover.from_step, one.handover.to_step
        by_ends.setdefault(ends, []).append(one)
    for ends, group in by_ends.items():
        rows = [
            row
            for row in known.handovers
            if (row.from_step, row.to_step) == ends
            and (track is None or not row.tracks or track in row.tracks)
        ]
        # An agency is judged where it is a side, by nothing that is so elsewhere.
        group = [one for one in group if one.state != UNTOLD] or group
        state = min((one.state for one in group), key=SHOWN.index)
        is_told = state != UNTOLD
        gravest = [one for one in group if one.state == state]
        reasons = {one.reason for one in gravest if one.reason}
        if is_told and any(row.known_gap for row in rows):
            reasons.add(KNOWN_GAP)
            state = "unclear" if state == "sound" else state
        where, everywhere = _leaves(gravest), _leaves(group)
        yield HandingOver(
            *ends,
            state,
            tuple(sorted(reasons)),
            Extent(where.bit_count(), everywhere.bit_count()) if is_told else None,
            Extent(_touched(where, counties), _touched(everywhere, counties))
            if counties and is_told
            else None,
            _named(one.giver for one in gravest),
            _named(one.taker for one in gravest),
            any(one.giver.is_asker for one in gravest),
            any(one.taker.is_asker for one in gravest),
            tuple(dict.fromkeys(row.share for row in rows if row.share)),
            tuple(row.note for row in rows if row.note),
        )


def _leaves(passings: Iterable[Passing]) -> int:
    return reduce(or_, (one.leaves for one in passings), 0)


def _touched(leaves: int, areas: Iterable[int]) -> int:
    return sum(bool(leaves & area) for area in areas)


def _named(sides: Iterable[Side]) -> tuple[str, ...]:
    found: set[str] = set()
    return tuple(sorted(found.union(*(side.organisations for side in sides))))

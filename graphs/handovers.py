"""Handovers: sound where the two sides meet somewhere, broken where they never do."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from graphs import grain
from graphs.cells import Cell, Party
from graphs.findings import Finding
from graphs.grain import Observation, Places

Side = frozenset[str]
Sides = dict[tuple[str, str], dict[str, Side]]


class Handover(NamedTuple):
    """From one step to another; `becomes` is the track of the person from then on."""

    from_step: str
    to_step: str
    tracks: tuple[str, ...] = ()
    becomes: str | None = None


class Passing(NamedTuple):
    """A handover for a track, in the leaves where the same two sides stand.

    `state` is one of STATES. A side is the organisations that are Responsible, else
    those Accountable; it is empty where nobody is, or where it is the one who asks.
    """

    handover: Handover
    track: str
    giver: Side
    taker: Side
    state: str
    leaves: int


# The gravest first. `unclear`: one side is nobody. `own`: one side is whoever asks.
STATES = ("broken", "unclear", "own", "sound")


def each(
    cells: Iterable[Cell],
    handovers: Iterable[Handover],
    forums: Mapping[str, frozenset[str]],
    places: Places,
) -> Iterator[Passing]:
    """Yield how each handover stands, for each of its tracks.

    `forums` are those where each organisation meets others.

    >>> from datetime import date
    >>> here = grain.standing([grain.Place("1", "municipality")], date(2026, 11, 25))
    >>> spot = frozenset(["1"])
    >>> one = Cell("find", "adult", spot, True, responsible=(Party("police"),))
    >>> two = Cell("house", "adult", spot, True, responsible=(Party("shelter"),))
    >>> given = [Handover("find", "house", ("adult",))]
    >>> [found.state for found in each([one, two], given, {}, here)]
    ['broken']
    """
    sides = _sides(cells)

    @cache
    def met(side: Side) -> frozenset[str]:
        return frozenset().union(*(forums.get(one, frozenset()) for one in side))

    @cache
    def state(giver: Side, taker: Side) -> str:
        if _ASKER in giver or _ASKER in taker:
            return "own"
        if not giver or not taker:
            return "unclear"
        return "sound" if giver & taker or met(giver) & met(taker) else "broken"

    for handover in handovers:
        for track in handover.tracks or places.tracks.get(handover.from_step, ()):
            for (giver, taker), leaves in _pairs(handover, track, sides, places):
                yield Passing(
                    handover,
                    track,
                    giver - {_ASKER},
                    taker - {_ASKER},
                    state(giver, taker),
                    leaves,
                )


def broken(
    cells: Iterable[Cell],
    handovers: Iterable[Handover],
    forums: Mapping[str, frozenset[str]],
    places: Places,
) -> list[Finding]:
    """Return where a step is handed to someone with whom the giver shares no forum.

    A side of nobody, or only of the one who asks, is not looked at.

    >>> from datetime import date
    >>> here = grain.standing([grain.Place("1", "municipality")], date(2026, 11, 25))
    >>> spot = frozenset(["1"])
    >>> one = Cell("find", "adult", spot, True, responsible=(Party("police"),))
    >>> two = Cell("house", "adult", spot, True, responsible=(Party("shelter"),))
    >>> found = broken([one, two], [Handover("find", "house", ("adult",))], {}, here)
    >>> [finding.organisations for finding in found]
    [('police', 'shelter')]
    """
    return grain.state(
        (
            Observation(
                _finding(one.handover, one.giver | one.taker), one.track, one.leaves
            )
            for one in each(cells, handovers, forums, places)
            if one.state == "broken"
        ),
        places,
    )


# Stands for the one who asks among organisations: no key is empty.
_ASKER = ""


def _sides(cells: Iterable[Cell]) -> Sides:
    """Return who acts at each leaf, by step and track; nobody is an empty side."""
    found: Sides = {}
    for cell in cells:
        side = _organisations(cell.responsible) or _organisations(cell.accountable)
        if not side and (cell.responsible or cell.accountable):
            side = frozenset([_ASKER])
        at = found.setdefault((cell.step, cell.track), {})
        for place in cell.places:
            if side or place not in at:
                at[place] = side
    return found


def _organisations(parties: Iterable[Party]) -> Side:
    return frozenset(one.organisation for one in parties if one.organisation)


def _pairs(
    handover: Handover, track: str, sides: Sides, places: Places
) -> Iterable[tuple[tuple[Side, Side], int]]:
    """Return who hands over to whom, and in which leaves."""
    givers = sides.get((handover.from_step, track), {})
    takers = sides.get((handover.to_step, handover.becomes or track), {})
    found: dict[tuple[Side, Side], int] = {}
    for leaf, giver in givers.items():
        taker = takers.get(leaf)
        if taker is not None:
            pair = giver, taker
            found[pair] = found.get(pair, 0) | places.masks[leaf]
    return found.items()


def _finding(handover: Handover, organisations: Side) -> Finding:
    return Finding(
        "broken-handovers",
        "no_shared_network",
        handover.from_step,
        organisations=tuple(sorted(organisations)),
        to_step=handover.to_step,
    )

"""Handovers between those who never meet: broken where the two sides share no forum."""

from collections.abc import Iterable, Mapping
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


def broken(
    cells: Iterable[Cell],
    handovers: Iterable[Handover],
    forums: Mapping[str, frozenset[str]],
    places: Places,
) -> list[Finding]:
    """Return where a step is handed to someone with whom the giver shares no forum.

    A side is the organisations that are Responsible, else those Accountable. A side of
    nobody, or only of the one who asks, is not looked at. `forums` are those where each
    organisation meets others.

    >>> from datetime import date
    >>> here = grain.standing([grain.Place("1", "municipality")], date(2026, 11, 25))
    >>> spot = frozenset(["1"])
    >>> one = Cell("find", "adult", spot, True, responsible=(Party("police"),))
    >>> two = Cell("house", "adult", spot, True, responsible=(Party("shelter"),))
    >>> found = broken([one, two], [Handover("find", "house", ("adult",))], {}, here)
    >>> [finding.organisations for finding in found]
    [('police', 'shelter')]
    """
    sides = _sides(cells)

    @cache
    def met(side: Side) -> frozenset[str]:
        return frozenset().union(*(forums.get(one, frozenset()) for one in side))

    @cache
    def share(giver: Side, taker: Side) -> bool:
        return bool(giver & taker or met(giver) & met(taker))

    return grain.state(
        (
            Observation(_finding(handover, giver | taker), track, leaves)
            for handover in handovers
            for track in handover.tracks or places.tracks.get(handover.from_step, ())
            for (giver, taker), leaves in _pairs(handover, track, sides, places)
            if not share(giver, taker)
        ),
        places,
    )


def _sides(cells: Iterable[Cell]) -> Sides:
    """Return who acts at each leaf, by step and track."""
    found: Sides = {}
    for cell in cells:
        side = _organisations(cell.responsible) or _organisations(cell.accountable)
        if side:
            at = found.setdefault((cell.step, cell.track), {})
            at.update(dict.fromkeys(cell.places, side))
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
        if taker:
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

"""Handovers: sound where the two sides meet somewhere, broken where they never do."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from graphs import grain
from graphs.cells import Cell, Party
from graphs.findings import Finding
from graphs.grain import Observation, Places


class Side(NamedTuple):
    """Who acts on one side of a handover: the Responsible, else the Accountable.

    `is_asker` where that is whoever asks. `lacks` says what keeps it from being
    settled: `nobody`, `contested`, `no_accountable`, or nothing.
    """

    organisations: frozenset[str]
    is_asker: bool = False
    lacks: str = ""


Sides = dict[tuple[str, str], dict[str, Side]]


class Handover(NamedTuple):
    """From one step to another; `becomes` is the track of the person from then on."""

    from_step: str
    to_step: str
    tracks: tuple[str, ...] = ()
    becomes: str | None = None


class Passing(NamedTuple):
    """A handover for a track, in the leaves where the same two sides stand.

    `state` is one of STATES, `reason` says why: `no_shared_network`, or what one of the
    sides lacks; empty where nothing is amiss.
    """

    handover: Handover
    track: str
    giver: Side
    taker: Side
    state: str
    reason: str
    leaves: int


# The gravest first. `unclear`: a side is nobody, contested, or without an Accountable.
# `own`: a side is whoever asks, who needs no forum to reach the other.
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
    def met(side: frozenset[str]) -> frozenset[str]:
        return frozenset().union(*(forums.get(one, frozenset()) for one in side))

    @cache
    def state(giver: Side, taker: Side) -> tuple[str, str]:
        one, other = giver.organisations, taker.organisations
        if one and other and not (one & other or met(one) & met(other)):
            return "broken", "no_shared_network"
        if lacks := giver.lacks or taker.lacks:
            return "unclear", lacks
        return ("own" if giver.is_asker or taker.is_asker else "sound"), ""

    for handover in handovers:
        for track in handover.tracks or places.tracks.get(handover.from_step, ()):
            for (giver, taker), leaves in _pairs(handover, track, sides, places):
                yield Passing(
                    handover, track, giver, taker, *state(giver, taker), leaves
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
                _finding(one.handover, one.giver, one.taker), one.track, one.leaves
            )
            for one in each(cells, handovers, forums, places)
            if one.state == "broken"
        ),
        places,
    )


def _sides(cells: Iterable[Cell]) -> Sides:
    """Return who acts at each leaf, by step and track."""
    found: Sides = {}
    for cell in cells:
        at = found.setdefault((cell.step, cell.track), {})
        at.update(dict.fromkeys(cell.places, _side(cell)))
    return found


def _side(cell: Cell) -> Side:
    organisations = _organisations(cell.responsible) or _organisations(cell.accountable)
    is_asker = not organisations and bool(cell.responsible or cell.accountable)
    if not organisations and not is_asker:
        lacks = "nobody"
    elif cell.is_contested:
        lacks = "contested"
    else:
        lacks = "" if cell.has_accountable or is_asker else "no_accountable"
    return Side(organisations, is_asker, lacks)


def _organisations(parties: Iterable[Party]) -> frozenset[str]:
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


def _finding(handover: Handover, giver: Side, taker: Side) -> Finding:
    return Finding(
        "broken-handovers",
        "no_shared_network",
        handover.from_step,
        organisations=tuple(sorted(giver.organisations | taker.organisations)),
        to_step=handover.to_step,
    )

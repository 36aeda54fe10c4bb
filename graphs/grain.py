"""The grain of a finding: the widest place and all the groups for which it holds.

Questions observe at leaves, the places where a person can be said to be, and for one
track; here what they observed is told once, as high up as it is true of all below.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import NamedTuple

import networkx as nx

from graphs import places as place_graph
from graphs.findings import Finding

LEAF_KINDS = ("municipality", "city_district")
# Of two places that hold the same leaves, the one that people name first.
KINDS = ("country", "county", "municipality", "city_district", "police_district")
RANKS = {kind: rank for rank, kind in enumerate(KINDS)}


class Place(NamedTuple):
    """A place as exchange files have it."""

    code: str
    kind: str
    parents: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


class Observation(NamedTuple):
    """A finding that names no place and no track yet, seen for one track in leaves.

    The leaves are a mask of `Places`; no track: the step's tracks are not known.
    """

    finding: Finding
    track: str | None
    leaves: int


@dataclass(frozen=True, eq=False)
class Places:
    """The places that stand on a day, and whom each step is meant for.

    Sets of leaves are kept as the bits of a number, one a leaf: there are many of them,
    and they are joined and compared for every cell.
    """

    graph: "nx.DiGraph[str]"
    leaves: tuple[str, ...]
    tracks: Mapping[str, tuple[str, ...]]
    widest_first: tuple[str, ...]
    masks: Mapping[str, int]
    above: Mapping[str, frozenset[str]]
    _known: dict[frozenset[str], int] = field(default_factory=dict)
    _told: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def mask(self, leaves: frozenset[str]) -> int:
        """Return the leaves as bits; raise KeyError for what does not stand."""
        found = self._known.get(leaves)
        if found is None:
            found = reduce(or_, (self.masks[one] for one in leaves), 0)
            self._known[leaves] = found
        return found

    def widest(self, mask: int) -> tuple[str, ...]:
        """Return the widest places that lie wholly in these leaves, the widest first.

        One whose leaves all lie in those before it is left out.
        """
        found = self._told.get(mask)
        if found is None:
            found = self._told[mask] = tuple(self._widest(mask))
        return found

    def _widest(self, mask: int) -> Iterable[str]:
        inside = [one for one in self.widest_first if not self.masks[one] & ~mask]
        whole, covered = frozenset(inside), 0
        for one in inside:
            if self.masks[one] & ~covered and self.above[one].isdisjoint(whole):
                covered |= self.masks[one]
                yield one
            if covered == mask:
                return


def standing(
    places: Iterable[Place],
    on: date,
    *,
    tracks: Iterable[str] = (),
    steps: Mapping[str, Collection[str]] | None = None,
) -> Places:
    """Return the places of that day; a step without tracks is meant for all of them.

    >>> rows = [Place("NO", "country"), Place("50", "county", ("NO",))]
    >>> rows += [Place("5001", "municipality", ("50",)), Place("9", "county", ("NO",))]
    >>> standing(rows, date(2026, 11, 25)).leaves
    ('5001',)
    """
    kinds = {one.code: one for one in places if _stands(one, on)}
    links = (
        (one.code, parent)
        for one in kinds.values()
        for parent in one.parents
        if parent in kinds and parent != one.code
    )
    graph = place_graph.build(kinds, links)
    below = {one: nx.ancestors(graph, one) for one in graph}
    above = {one: nx.descendants(graph, one) for one in graph}
    leaves = sorted(
        code
        for code, one in kinds.items()
        # Places in a circle are each above the other, and none is below.
        if one.kind in LEAF_KINDS and below[code] <= above[code]
    )
    bits = {code: 1 << number for number, code in enumerate(leaves)}
    masks = {
        # Of places in a circle each speaks for itself.
        code: bits.get(code)
        or reduce(or_, (bits.get(one, 0) for one in below[code]), 0)
        for code in graph
    }
    every = tuple(tracks)
    return Places(
        graph=graph,
        leaves=tuple(leaves),
        tracks={one: tuple(meant) or every for one, meant in (steps or {}).items()},
        widest_first=tuple(
            sorted(
                (code for code, mask in masks.items() if mask),
                key=lambda code: (
                    -masks[code].bit_count(),
                    RANKS.get(kinds[code].kind, len(RANKS)),
                    code,
                ),
            )
        ),
        masks=masks,
        above={code: frozenset(above[code] - below[code]) for code in graph},
    )


def _stands(place: Place, on: date) -> bool:
    starts, ends = place.valid_from, place.valid_to
    return (starts is None or starts <= on) and (ends is None or on <= ends)


def widest(places: Places, holds: Iterable[str]) -> list[str]:
    """Return the widest places whose every leaf is among those given, widest first.

    >>> rows = [Place("50", "county"), Place("5001", "municipality", ("50",))]
    >>> rows += [Place("5006", "municipality", ("50",))]
    >>> country = standing(rows, date(2026, 11, 25))
    >>> widest(country, ["5001"]), widest(country, ["5001", "5006"])
    (['5001'], ['50'])
    """
    return list(places.widest(places.mask(frozenset(holds))))


def state(observations: Iterable[Observation], places: Places) -> list[Finding]:
    """Return what was observed, each at its widest places, for all tracks or for some.

    >>> rows = [Place("50", "county"), Place("5001", "municipality", ("50",))]
    >>> country = standing(rows, date(2026, 11, 25), steps={"settle": ("adult",)})
    >>> gap = Finding("gaps", "no_accountable", "settle")
    >>> state([Observation(gap, "adult", country.masks["5001"])], country)[0][3:5]
    ('50', None)
    """
    seen: dict[Finding, dict[str | None, int]] = {}
    for finding, track, leaves in observations:
        masks = seen.setdefault(finding, {})
        masks[track] = masks.get(track, 0) | leaves
    found = [
        finding._replace(place=place, track=track)
        for finding, masks in seen.items()
        for track, mask in _by_tracks(masks, places.tracks.get(finding.step or "", ()))
        for place in places.widest(mask)
    ]
    return in_order(found)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, each once, in the order of their keys.

    >>> twice = [Finding("gaps", "b"), Finding("gaps", "a"), Finding("gaps", "a")]
    >>> [finding.reason for finding in in_order(twice)]
    ['a', 'b']
    """
    found = {finding.key: finding for finding in findings}
    return [found[key] for key in sorted(found)]


def _by_tracks(
    masks: Mapping[str | None, int], meant: Collection[str]
) -> Iterable[tuple[str | None, int]]:
    """Yield the leaves of all tracks together, then what each track has besides."""
    common = reduce(and_, (masks.get(track, 0) for track in meant)) if meant else 0
    yield None, common
    for track, mask in masks.items():
        yield track, mask & ~common

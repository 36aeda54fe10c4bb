"""The difference between two sets of findings, told at the places that changed."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from graphs import grain
from graphs.findings import Finding
from graphs.grain import Observation, Places

Spot = tuple[str, str]
Spots = dict[Finding, set[Spot]]


class Difference(NamedTuple):
    """What is found only after, and what was found only before."""

    appears: list[Finding]
    disappears: list[Finding]


def between(
    before: Iterable[Finding],
    after: Iterable[Finding],
    places_before: Places,
    places_after: Places,
) -> Difference:
    """Return what differs, each at the widest place and tracks where it differs.

    A finding that only grew is told where it grew: that nobody answers in one more
    town says nothing new of the county around it.

    >>> from datetime import date
    >>> rows = [grain.Place("50", "county")]
    >>> rows += [grain.Place(town, "municipality", ("50",)) for town in ("1", "2")]
    >>> here = grain.standing(rows, date(2026, 11, 25), steps={"s": ("adult",)})
    >>> one, both = (Finding("gaps", "no_line", "s", place) for place in ("1", "50"))
    >>> [found.place for found in between([one], [both], here, here).appears]
    ['2']
    """
    was, scattered_before = _spots(before, places_before)
    is_now, scattered_after = _spots(after, places_after)
    return Difference(
        _told(is_now, was, places_after, scattered_after - scattered_before),
        _told(was, is_now, places_before, scattered_before - scattered_after),
    )


def _spots(findings: Iterable[Finding], places: Places) -> tuple[Spots, set[Finding]]:
    """Return where each finding holds, leaf by leaf and track by track.

    Beside it, those that speak of no leaf: they are compared whole, their score aside.
    """
    spots: Spots = {}
    whole: set[Finding] = set()
    for finding in findings:
        leaves = _leaves(finding, places)
        if not leaves:
            whole.add(finding._replace(score=None))
            continue
        tracks = (
            (finding.track,)
            if finding.track
            else places.tracks.get(finding.step or "", ("",)) or ("",)
        )
        told = finding._replace(place=None, track=None, score=None)
        spots.setdefault(told, set()).update(
            (leaf, track) for leaf in leaves for track in tracks
        )
    return spots, whole


def _leaves(finding: Finding, places: Places) -> list[str]:
    mask = places.masks.get(finding.place or "", 0)
    return [leaf for leaf in places.leaves if places.masks[leaf] & mask]


def _told(
    these: Spots, others: Spots, places: Places, whole: set[Finding]
) -> list[Finding]:
    return grain.in_order([*grain.state(_only(these, others, places), places), *whole])


def _only(these: Spots, others: Spots, places: Places) -> Iterator[Observation]:
    for finding, spots in these.items():
        for leaf, track in sorted(spots - others.get(finding, set())):
            yield Observation(finding, track, places.masks[leaf])

"""What differs between two readings of the network: two days, or with and without."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from graphs import grain
from graphs.findings import Finding
from graphs.grain import Observation, Places


class Difference(NamedTuple):
    """What is found afterwards and was not before, and the other way round."""

    appeared: list[Finding]
    disappeared: list[Finding]


def difference(
    before: Iterable[Finding], after: Iterable[Finding], places: Places
) -> Difference:
    """Return what appeared and disappeared, at the places and tracks that changed.

    A gap that was one county's and is now the whole country's appeared in the others.

    >>> from datetime import date
    >>> rows = [grain.Place(code, "county") for code in ("03", "50")]
    >>> rows += [grain.Place("0301", "municipality", ("03",))]
    >>> rows += [grain.Place("5001", "municipality", ("50",))]
    >>> here = grain.standing(rows, date(2026, 11, 25))
    >>> gap = Finding("gaps", "no_accountable", "settle", "03", "adult")
    >>> found = difference([gap], [gap, gap._replace(place="50")], here)
    >>> [one.place for one in found.appeared], found.disappeared
    (['50'], [])
    """
    was, now = _by_subject(before), _by_subject(after)
    return Difference(_beyond(now, was, places), _beyond(was, now, places))


def _by_subject(findings: Iterable[Finding]) -> dict[Finding, list[Finding]]:
    """Return the findings by all they say but where, for whom and how much."""
    found: dict[Finding, list[Finding]] = {}
    for finding in findings:
        subject = finding._replace(place=None, track=None, score=None)
        found.setdefault(subject, []).append(finding)
    return found


def _beyond(
    those: Mapping[Finding, list[Finding]],
    others: Mapping[Finding, list[Finding]],
    places: Places,
) -> list[Finding]:
    found: list[Finding] = []
    for subject, findings in those.items():
        if subject in others:
            found += _left(subject, findings, others[subject], places)
        else:
            found += findings
    return grain.in_order(found)


def _left(
    subject: Finding, those: list[Finding], others: list[Finding], places: Places
) -> Iterator[Finding]:
    """Yield what is left of findings about one thing without the others."""
    known = {finding.key for finding in others}
    yield from (
        finding
        for finding in those
        if not _mask(finding, places) and finding.key not in known
    )
    taken = _masks(others, places)
    yield from grain.state(
        (
            Observation(subject, track, mask & ~taken.get(track, 0))
            for track, mask in _masks(those, places).items()
        ),
        places,
    )


def _masks(findings: Iterable[Finding], places: Places) -> dict[str | None, int]:
    """Return the leaves that the findings speak of, by track."""
    found: dict[str | None, int] = {}
    for finding in findings:
        every = places.tracks.get(finding.step or "", ()) or (None,)
        for track in (finding.track,) if finding.track else every:
            found[track] = found.get(track, 0) | _mask(finding, places)
    return found


def _mask(finding: Finding, places: Places) -> int:
    return places.masks.get(finding.place or "", 0)

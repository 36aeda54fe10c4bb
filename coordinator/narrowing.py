"""Narrowing: of what the questions found, what concerns a step, a place or a track."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from coordinator import catalogue
from coordinator.access import Viewer, select_visible
from coordinator.catalogue import Catalogue
from graphs.findings import Finding
from models import ServiceArea, db

BATCH = 500


@dataclass(frozen=True)
class Wanted:
    """Which findings are wanted; None where that does not matter."""

    step: str | None = None
    place: str | None = None
    track: str | None = None


ALL = Wanted()


def wanted(
    step: str | None, place: str | None, track: str | None, viewer: Viewer, on: date
) -> Wanted:
    """Return what is wanted that day.

    A place that was merged is what it became. Raise NotFound for a code that is not
    there, SeveralSuccessors for a place that was divided.
    """
    known = catalogue.current(viewer)
    return Wanted(
        known.step(step).code if step else None,
        known.standing_place(place, on).code if place else None,
        known.track(track).code if track else None,
    )


def among(findings: Iterable[Finding], wish: Wanted, viewer: Viewer) -> list[Finding]:
    """Return the findings that concern what is wanted, in their order.

    One stated of a wider place or of every track holds for those within too. One that
    says no place concerns the places that its organisations serve.
    """
    if wish == ALL:
        return list(findings)
    known = catalogue.current(viewer)
    found = [
        one
        for one in findings
        if wish.step in (None, one.step, one.to_step)
        and (wish.track is None or _is_for(one, wish.track, known))
    ]
    if wish.place is None:
        return found
    near = _near(wish.place, known)
    named = {key for one in found if not one.place for key in one.organisations}
    serving = _serving(named, near, viewer)
    return [
        one
        for one in found
        if one.place in near or (not one.place and serving & set(one.organisations))
    ]


def _is_for(finding: Finding, track: str, known: Catalogue) -> bool:
    step = known.steps.get(finding.step or "")
    return finding.track == track or (
        finding.track is None and step is not None and step.is_for(track)
    )


def _near(place: str, known: Catalogue) -> frozenset[str]:
    """Return the place, what it lies in, and what lies in it."""
    below = (code for code in known.places if place in known.at_or_above(code))
    return known.at_or_above(place).union(below)


def _serving(
    organisations: Collection[str], near: Collection[str], viewer: Viewer
) -> set[str]:
    area = ServiceArea.__table__.c
    keys, found = sorted(organisations), set[str]()
    statement = select_visible(area.organisation, viewer=viewer)
    for start in range(0, len(keys), BATCH):
        some = area.organisation.in_(keys[start : start + BATCH])
        there = statement.where(some, area.place.in_(near))
        found.update(db.session.scalars(there))
    return found

"""Coverage: where someone answers for a step and can be reached, county by county."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from coordinator import questions
from coordinator.access import Viewer
from coordinator.catalogue import Catalogue, PlaceRow
from coordinator.errors import NotFound
from coordinator.places import alphabetical
from coordinator.questions import Reading
from graphs import coverage_by_area
from graphs.cells import Cell
from graphs.coverage_by_area import Area

AREA_KIND = "county"


class Answering(NamedTuple):
    """A place, whether someone answers there, and who does, reached or not."""

    place: str
    is_covered: bool
    organisations: tuple[str, ...]


def by_county(
    step: str, track: str | None, viewer: Viewer, on: date | None = None
) -> list[Area]:
    """Return every county and in how many of its places someone answers, worst first.

    No track: for every track of the step. Nothing where the step is not meant for the
    track; raise NotFound for an unknown step or track.
    """
    with questions.reading(viewer, on) as (_kept, found):
        counties = [one.code for one in _counties(found.known)]
        cells = _cells(step, track, found)
        areas = coverage_by_area.by_area(cells, found.places, counties)
        return areas if cells else []


def in_county(
    county: str, step: str, track: str | None, viewer: Viewer, on: date | None = None
) -> list[Answering]:
    """Return the places of a county, those where nobody answers first.

    Raise NotFound for an unknown step or track, and for what is no county.
    """
    with questions.reading(viewer, on) as (_kept, found):
        if county not in {one.code for one in _counties(found.known)}:
            raise NotFound("place", county)
        cells = _cells(step, track, found)
        mask = coverage_by_area.covered(cells, found.places)
        inside = found.places.masks.get(county, 0)
        answering = [
            Answering(
                leaf,
                bool(found.places.masks[leaf] & mask),
                _accountable(leaf, cells),
            )
            for leaf in (found.places.leaves if cells else ())
            if found.places.masks[leaf] & inside
        ]
        known = found.known.places
        return sorted(
            answering,
            key=lambda one: (one.is_covered, alphabetical(known[one.place].name)),
        )


def _counties(known: Catalogue) -> Iterable[PlaceRow]:
    return (one for one in known.places.values() if one.kind == AREA_KIND)


def _cells(step: str, track: str | None, found: Reading) -> list[Cell]:
    """Return the cells of the step, those of the track where one is given."""
    code = found.known.step(step).code
    if track is not None:
        found.known.track(track)
    return [one for one in found.cells_of(code) if track in (None, one.track)]


def _accountable(leaf: str, cells: Iterable[Cell]) -> tuple[str, ...]:
    """Return who answers there for any of the tracks, in the order of the engine."""
    return tuple(
        dict.fromkeys(
            party.organisation
            for cell in cells
            if leaf in cell.places
            for party in cell.accountable
            if party.organisation
        )
    )

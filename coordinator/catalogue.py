"""The process and the places as they are now: small, read often, seldom changed.

Kept in memory and read again only when one of its own records changed.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import networkx as nx
from sqlalchemy import Engine

from coordinator import changes
from coordinator.access import Viewer, select_visible
from coordinator.errors import NotFound, SeveralSuccessors
from graphs import places as place_graph
from models import (
    Chapter,
    Handover,
    Indicator,
    LocalisedText,
    OrganisationKind,
    Override,
    Phase,
    Pillar,
    Place,
    PlaceParent,
    PlaceSuccessor,
    Process,
    Right,
    SharingRule,
    Source,
    Step,
    Track,
    db,
    is_writing,
)

KEPT_KINDS = (
    "place",
    "place_parent",
    "place_successor",
    "chapter",
    "indicator",
    "organisation_kind",
    "override",
    "phase",
    "pillar",
    "process",
    "right",
    "sharing_rule",
    "source",
    "step",
    "track",
    "handover",
)


class PlaceRow(NamedTuple):
    """A place with its links; `other_names` includes Sámi and Kven names."""

    code: str
    kind: str
    name: str
    other_names: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    parents: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()


class StepRow(NamedTuple):
    """A step as answers need it; see `models.Step`."""

    code: str
    process: str
    order: int
    phase: str | None
    pillar: str | None
    tracks: tuple[str, ...]
    title: LocalisedText
    summary: LocalisedText | None
    deadline: LocalisedText | None
    condition: LocalisedText | None
    note: LocalisedText | None
    parallel: str | None
    source: str | None
    law: tuple[str, ...]
    duty: tuple[str, ...]
    fallback: tuple[str, ...]
    appeal: tuple[str, ...]
    rights: tuple[str, ...]
    rights_minor: tuple[str, ...]
    shares: dict[str, str]
    may_identify: tuple[str, ...] = ()

    def is_for(self, track: str | None) -> bool:
        """Return whether the step is meant for the track; no track: for any."""
        return track is None or not self.tracks or track in self.tracks


class HandoverRow(NamedTuple):
    """From one step to another; see `models.Handover`."""

    from_step: str
    to_step: str
    tracks: tuple[str, ...]
    share: str | None
    note: LocalisedText | None
    becomes: str | None
    known_gap: bool


class TrackRow(NamedTuple):
    """For whom; see `models.Track`."""

    code: str
    child: bool
    label: LocalisedText


class KindRow(NamedTuple):
    """A kind of organisation; see `models.OrganisationKind`."""

    code: str
    label: LocalisedText
    scope: str
    protected: bool


class RightRow(NamedTuple):
    """A right and the steps that deliver it; see `models.Right`."""

    code: str
    label: LocalisedText
    steps: tuple[str, ...]


class ProcessRow(NamedTuple):
    """A process, and whose it is: journey, system or unit; see `models.Process`."""

    code: str
    kind: str
    title: LocalisedText
    note: LocalisedText | None


class ChapterRow(NamedTuple):
    """A chapter of the identification guide; see `models.Chapter`."""

    code: str
    title: LocalisedText
    text: LocalisedText | None
    sources: tuple[str, ...]


class SourceRow(NamedTuple):
    """What a claim rests on; see `models.Source`."""

    key: str
    title: LocalisedText
    note: LocalisedText | None
    web: str | None
    checked_on: date | None
    next_check_on: date | None


class IndicatorRow(NamedTuple):
    """A sign that someone may be exploited; see `models.Indicator`."""

    code: str
    form: str
    text: LocalisedText
    source: str | None


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything but the network itself, by code and in the order of the reference."""

    places: dict[str, PlaceRow]
    graph: "nx.DiGraph[str]"
    processes: dict[str, ProcessRow]
    phases: dict[str, LocalisedText]
    pillars: dict[str, LocalisedText]
    tracks: dict[str, TrackRow]
    kinds: dict[str, KindRow]
    steps: dict[str, StepRow]
    handovers: tuple[HandoverRow, ...]
    rights: dict[str, RightRow]
    sharing_rules: dict[str, LocalisedText]
    overrides: dict[str, LocalisedText]
    sources: dict[str, SourceRow]
    chapters: dict[str, ChapterRow] = field(default_factory=dict)
    indicators: dict[str, IndicatorRow] = field(default_factory=dict)

    def step(self, code: str) -> StepRow:
        """Return the step; raise NotFound when there is none."""
        try:
            return self.steps[code]
        except KeyError:
            raise NotFound("step", code) from None

    def track(self, code: str) -> TrackRow:
        """Return the track; raise NotFound when there is none."""
        try:
            return self.tracks[code]
        except KeyError:
            raise NotFound("track", code) from None

    def right(self, code: str) -> RightRow:
        """Return the right; raise NotFound when there is none."""
        try:
            return self.rights[code]
        except KeyError:
            raise NotFound("right", code) from None

    def source(self, key: str) -> SourceRow:
        """Return the source; raise NotFound when there is none."""
        try:
            return self.sources[key]
        except KeyError:
            raise NotFound("source", key) from None

    def chapter(self, code: str) -> ChapterRow:
        """Return the chapter of the guide; raise NotFound when there is none."""
        try:
            return self.chapters[code]
        except KeyError:
            raise NotFound("chapter", code) from None

    def place(self, code: str) -> PlaceRow:
        """Return the place, ended or not; raise NotFound when there is none."""
        try:
            return self.places[code]
        except KeyError:
            raise NotFound("place", code) from None

    def standing_place(self, code: str, on: date) -> PlaceRow:
        """Return the place, or what it had become by that day.

        Raise NotFound for an unknown place, SeveralSuccessors for a divided one.
        """
        place, passed = self.place(code), set[str]()
        while place.valid_to and place.valid_to < on and place.successors:
            if len(place.successors) > 1:
                raise SeveralSuccessors(place.code, place.successors)
            passed.add(place.code)
            if place.successors[0] in passed:
                break
            place = self.places[place.successors[0]]
        return place

    def at_or_above(self, code: str) -> frozenset[str]:
        """Return the place and every place that it lies in."""
        return place_graph.at_or_above(self.graph, code)

    def below(self, code: str) -> frozenset[str]:
        """Return every place that lies in the place."""
        return place_graph.below(self.graph, code)


# By class: what an agency has of its own is not in the catalogue. The counter at which
# it was seen to be current, the seq of the newest change in it, and itself.
_kept: WeakKeyDictionary[Engine, dict[str, tuple[int, int, Catalogue]]] = (
    WeakKeyDictionary()
)


def current(viewer: Viewer) -> Catalogue:
    """Return the catalogue as the viewer may see it, no older than this call."""
    kept = _kept.setdefault(db.engine, {})
    known = kept.get(viewer.records)
    if known and not is_writing() and known[0] == changes.counter():
        return known[2]
    counter, seq = changes.counter_in_session(), changes.newest(KEPT_KINDS)
    found = known[2] if known and known[1] == seq else _read(viewer)
    # What a write has changed may yet be rolled back, and its seq given to another
    # change; what was committed before it may be kept.
    is_committed = not is_writing() or counter <= changes.counter()
    if is_committed and (known is None or known[0] < counter):
        kept[viewer.records] = counter, seq, found
    return found


def _rows(viewer: Viewer, *columns: Any, order: Any) -> list[Any]:
    statement = select_visible(*columns, viewer=viewer).order_by(*order)
    return list(db.session.execute(statement))


def _texts(viewer: Viewer, code: Any, text: Any, *order: Any) -> dict[str, Any]:
    return {row[0]: row[1] for row in _rows(viewer, code, text, order=(*order, code))}


def _linked(viewer: Viewer, child: Any, linked: Any) -> dict[str, tuple[str, ...]]:
    links: dict[str, tuple[str, ...]] = {}
    for one, other in _rows(viewer, child, linked, order=(child, linked)):
        links[one] = (*links.get(one, ()), other)
    return links


def _columns(model: Any, row: Any) -> list[Any]:
    return [getattr(model, name) for name in row._fields if hasattr(model, name)]


def _read_places(viewer: Viewer) -> dict[str, PlaceRow]:
    parents = _linked(viewer, PlaceParent.place, PlaceParent.parent)
    successors = _linked(viewer, PlaceSuccessor.place, PlaceSuccessor.successor)
    columns = _columns(Place, PlaceRow)
    places = (PlaceRow(*row) for row in _rows(viewer, *columns, order=(Place.code,)))
    return {
        place.code: place._replace(
            parents=parents.get(place.code, ()),
            successors=successors.get(place.code, ()),
        )
        for place in places
    }


def _read(viewer: Viewer) -> Catalogue:
    places = _read_places(viewer)
    links = [(place.code, up) for place in places.values() for up in place.parents]
    handovers = _rows(
        viewer, *_columns(Handover, HandoverRow), order=(Handover.order, Handover.key)
    )

    def read(model: Any, row: Any, *order: Any) -> dict[str, Any]:
        columns = _columns(model, row)
        found = _rows(viewer, *columns, order=(*order, columns[0]))
        return {values[0]: row(*values) for values in found}

    return Catalogue(
        places=places,
        graph=place_graph.build(places, links),
        processes=read(Process, ProcessRow, Process.order),
        phases=_texts(viewer, Phase.code, Phase.title, Phase.order),
        pillars=_texts(viewer, Pillar.code, Pillar.title),
        tracks=read(Track, TrackRow, Track.order),
        kinds=read(OrganisationKind, KindRow, OrganisationKind.order),
        steps=read(Step, StepRow, Step.order),
        handovers=tuple(HandoverRow(*row) for row in handovers),
        rights=read(Right, RightRow, Right.order),
        sharing_rules=_texts(viewer, SharingRule.code, SharingRule.text),
        overrides=_texts(viewer, Override.code, Override.text, Override.order),
        sources=read(Source, SourceRow),
        chapters=read(Chapter, ChapterRow, Chapter.order),
        indicators=read(Indicator, IndicatorRow, Indicator.order),
    )

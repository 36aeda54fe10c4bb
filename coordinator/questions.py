"""The network's questions: where it is weak, asked as a viewer, of a day.

Worked out on the directory that is kept current, and kept with it until it changes.
The public and readers see no findings, an agency those about itself, the unit all.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, NamedTuple

import networkx as nx

from coordinator import acceptances, catalogue, catching_up, cells
from coordinator.acceptances import Accepted
from coordinator.access import Viewer, own_entries, select_visible
from coordinator.catalogue import Catalogue
from coordinator.catching_up import Invalidated, Kept
from coordinator.directory import Directory
from coordinator.editing import NotAllowed
from coordinator.errors import NotFound
from coordinator.facts import Rule, is_valid
from coordinator.opening import OSLO
from graphs import (
    accountability,
    cooperation,
    differences,
    expiry,
    grain,
    handovers,
    network,
    single_points,
    vacancies,
)
from graphs.cells import Cell
from graphs.claims import Claim
from graphs.cooperation import Estimate
from graphs.findings import Finding
from graphs.grain import Places
from graphs.handovers import Handover
from models import Entry, db

QUESTIONS = (
    "gaps",
    "overlaps",
    "contested",
    "vacant",
    "stale",
    "single-points",
    "broken-handovers",
    "coverage",
    "silos",
    "brokers",
)
# What is worked out anew where something is taken out, or on another day.
COMPARED = (
    "gaps",
    "overlaps",
    "contested",
    "vacant",
    "single-points",
    "broken-handovers",
    "coverage",
)
COMPARED_OVER_TIME = (*COMPARED, "stale")


@dataclass(frozen=True)
class Asked:
    """What a question found on a day; `accepted` are the acceptances, by finding.

    `seq` is the newest change that it knows of. `seed` and `sources` say what an
    estimate was drawn from.
    """

    question: str
    on: date
    findings: tuple[Finding, ...]
    seq: int
    estimated: bool = False
    seed: int | None = None
    sources: int | None = None
    accepted: Mapping[str, Accepted] = field(default_factory=dict)

    @cached_property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody has accepted."""
        if not self.accepted:
            return self.findings
        return tuple(one for one in self.findings if one.key not in self.accepted)


class Changed(NamedTuple):
    """A finding that comes with a change, or goes with it."""

    change: str
    finding: Finding


# What stands where, and above what


class Ground(NamedTuple):
    """Where the questions stand: the places of a day, and what lies above each."""

    places: Places
    above: Mapping[str, frozenset[str]]


@lru_cache(maxsize=24)
def ground(known: Catalogue, on: date) -> Ground:
    """Return the places of a day, worked out once for a catalogue.

    Of any day that one may ask for, but not of all of them: a megabyte each.
    """
    rows = (
        grain.Place(
            place.code, place.kind, place.parents, place.valid_from, place.valid_to
        )
        for place in known.places.values()
    )
    steps = {code: step.tracks for code, step in known.steps.items()}
    return Ground(
        grain.standing(rows, on, tracks=known.tracks, steps=steps),
        {code: known.at_or_above(code) for code in known.places},
    )


class Reading:
    """One directory read on one day: each question is worked out once.

    `cells` may hold steps worked out before; those missing are added to it. `beside`
    is for what others work out of the day: it goes when the day goes.
    """

    def __init__(
        self,
        directory: Directory,
        on: date,
        cells_known: dict[str, tuple[Cell, ...]] | None = None,
    ) -> None:
        self.directory = directory
        self.on = on
        self.known = directory.known
        self.places, self.above = ground(self.known, on)
        self.cells_known = {} if cells_known is None else cells_known
        self._found: dict[str, Estimate] = {}
        # What was told of it, and what is accepted that day, once they were asked for.
        self.told: dict[str, Asked] = {}
        self.accepted: list[Accepted] | None = None
        self.beside: dict[str, Any] = {}

    def ask(self, question: str) -> Estimate:
        """Return what the question finds, and whether that is an estimate."""
        if question not in self._found:
            found = _ASKED[question](self)
            if not isinstance(found, Estimate):
                found = Estimate(found, False)
            self._found[question] = found
        return self._found[question]

    @property
    def cells(self) -> list[Cell]:
        """Who stands for each step everywhere, in the order of the steps."""
        return [cell for code in self.known.steps for cell in self.cells_of(code)]

    def cells_of(self, step: str) -> tuple[Cell, ...]:
        """Who stands for one step everywhere."""
        if step not in self.cells_known:
            self.cells_known[step] = cells.of_step(
                self.known.steps[step],
                self.directory.ground(step),
                self.known,
                self.above,
                self.places.leaves,
                self.on,
            )
        return self.cells_known[step]

    @property
    def cooperation(self) -> "nx.Graph[str]":
        """Who works with whom that day."""
        return network.cooperation(self.directory.graph, self.on)

    def claims(self) -> Iterator[Claim]:
        """Yield every responsibility as it is written, whatever its day."""
        posts = self.directory.rows["post"]
        rule: Rule
        for rule in self.directory.rows["responsibility"].values():
            post = posts.get(rule.holder)
            organisation = post.organisation if post else rule.holder
            yield Claim(
                rule.key,
                rule.step,
                rule.role,
                rule.holder,
                rule.place,
                rule.tracks,
                rule.status,
                rule.valid_from,
                rule.valid_to,
                rule.confirmed_on,
                None if rule.kind else organisation,
                rule.holder if post else None,
            )

    def handovers(self) -> Iterator[Handover]:
        """Yield the handovers between steps that there are."""
        steps = self.known.steps
        for one in self.known.handovers:
            if one.from_step in steps and one.to_step in steps:
                yield Handover(one.from_step, one.to_step, one.tracks, one.becomes)

    def forums(self) -> dict[str, frozenset[str]]:
        """Return where each organisation meets others, by itself or by a post.

        The networks it is in that day, and the meetings of the twelve months before
        where it was; the key of a meeting stands behind `meeting:`.
        """
        rows = self.directory.rows
        found: dict[str, set[str]] = {}
        for seat in rows["attendance"].values():
            held = rows["meeting"].get(seat.meeting)
            if (
                held
                and held.status != "cancelled"
                and is_valid(held, self.on)
                and seat.was_there
            ):
                # What it knows of others its organisation knows, also once it is gone.
                post = rows["post"].get(seat.holder)
                who = post.organisation if post else seat.holder
                found.setdefault(who, set()).add(f"meeting:{seat.meeting}")
        for row in rows["membership"].values():
            forum = rows["network"].get(row.network)
            if forum and is_valid(forum, self.on) and is_valid(row, self.on):
                post = rows["post"].get(row.holder)
                if post is not None and not is_valid(post, self.on):
                    continue
                who = post.organisation if post else row.holder
                found.setdefault(who, set()).add(row.network)
        return {who: frozenset(networks) for who, networks in found.items()}


def _stale(reading: Reading) -> list[Finding]:
    return expiry.stale(
        expiry.Dated(
            claims=list(reading.claims()),
            lines=list(_lines(reading)),
            sources=[
                expiry.CheckedSource(source.key, source.next_check_on)
                for source in reading.known.sources.values()
            ],
            mandates=[
                expiry.Mandate(*row)
                for row in reading.directory.rows["network"].values()
            ],
            seats=list(_seats(reading)),
            tenures=list(_tenures(reading)),
            tracks=reading.places.tracks,
        ),
        reading.on,
    )


def _lines(reading: Reading) -> Iterator[expiry.Line]:
    """Yield the oldest confirmed line of each owner that stands that day."""
    rows = reading.directory.rows
    oldest: dict[str, date] = {}
    for point in rows["contact_point"].values():
        if point.confirmed_on is not None:
            known = oldest.get(point.owner, point.confirmed_on)
            oldest[point.owner] = min(known, point.confirmed_on)
    for owner, confirmed_on in oldest.items():
        post = rows["post"].get(owner)
        organisation = rows["organisation"].get(post.organisation if post else owner)
        stands = [row for row in (post, organisation) if row is not None]
        if all(is_valid(row, reading.on) for row in stands):
            yield expiry.Line(
                owner,
                confirmed_on,
                organisation.key if organisation else None,
                owner if post else None,
                owner if owner in rows["person"] else None,
            )


def _seats(reading: Reading) -> Iterator[expiry.Seat]:
    rows = reading.directory.rows
    for row in rows["membership"].values():
        forum = rows["network"].get(row.network)
        if forum is None or not is_valid(forum, reading.on):
            continue
        post = rows["post"].get(row.holder)
        yield expiry.Seat(
            row.network,
            row.holder,
            row.valid_from,
            row.valid_to,
            post.organisation if post else row.holder,
            row.holder if post else None,
        )


def _tenures(reading: Reading) -> Iterator[expiry.Tenure]:
    posts = reading.directory.rows["post"]
    for row in reading.directory.rows["holding"].values():
        post = posts.get(row.post)
        if post is not None and is_valid(post, reading.on):
            yield expiry.Tenure(
                row.post,
                row.person,
                row.deputy,
                row.valid_from,
                row.valid_to,
                post.organisation,
            )


def _single_points(reading: Reading) -> list[Finding]:
    return grain.in_order(
        (
            *single_points.only_person(reading.cells, reading.places),
            *single_points.cut_points(reading.cooperation),
        )
    )


def _broken_handovers(reading: Reading) -> list[Finding]:
    return handovers.broken(
        reading.cells, reading.handovers(), reading.forums(), reading.places
    )


_ASKED: dict[str, Callable[[Reading], list[Finding] | Estimate]] = {
    "gaps": lambda reading: accountability.gaps(reading.cells, reading.places),
    "overlaps": lambda reading: accountability.overlaps(reading.cells, reading.places),
    "contested": lambda reading: accountability.contested(
        reading.claims(), reading.places, reading.on
    ),
    "stale": _stale,
    "vacant": lambda reading: vacancies.vacant(reading.directory.graph, reading.on),
    "single-points": _single_points,
    "broken-handovers": _broken_handovers,
    "coverage": lambda reading: accountability.coverage(reading.cells, reading.places),
    "silos": lambda reading: cooperation.silos(reading.cooperation),
    "brokers": lambda reading: cooperation.brokers(reading.cooperation),
}


# Asking


def ask(question: str, viewer: Viewer, on: date | None = None) -> Asked:
    """Return what the question finds on a day in Oslo, today when None.

    The unit is told all, an agency what is about itself. Raise NotFound for an unknown
    question and NotAllowed for anyone else.
    """
    if question not in QUESTIONS:
        raise NotFound("question", question)
    with reading(viewer, on) as (kept, found):
        return _told(question, kept, found)


def ask_each(
    viewer: Viewer, on: date | None = None, only: Collection[str] = QUESTIONS
) -> dict[str, Asked]:
    """Return what each of the questions finds, all of the same moment."""
    with reading(viewer, on) as (kept, found):
        return {question: _told(question, kept, found) for question in only}


def size(viewer: Viewer) -> int:
    """Return how many rows the directory has, as the viewer sees it."""
    with catching_up.current(viewer) as kept:
        return kept.current.size


@contextmanager
def reading(viewer: Viewer, on: date | None = None) -> Iterator[tuple[Kept, Reading]]:
    """Let the directory be read on a day, no older than this call.

    Raise NotAllowed for a viewer to whom the questions are not answered.
    """
    if not may_ask(viewer):
        raise NotAllowed
    day = on or today()
    with catching_up.current(viewer) as kept:
        yield kept, of_day(kept, day)


def may_ask(viewer: Viewer) -> bool:
    """Return whether the questions are answered: to the unit, agencies, the operator.

    Each is told only what follows from the rows that it sees.
    """
    return "unit" in viewer.field_classes or viewer.own is not None


def today() -> date:
    """Return the day it is in Oslo."""
    return datetime.now(OSLO).date()


# As-of asks for many days; what is found on each is kept, with its cells.
MOST_DAYS = 8


def of_day(kept: Kept, on: date) -> Reading:
    """Return what was kept of the day, or a reading to fill."""
    days = kept.cells
    # The day least lately asked of stands first.
    days[on] = days.pop(on, {})
    while len(days) > MOST_DAYS:
        gone = next(iter(days))
        del days[gone]
        kept.answers.pop(gone, None)
    found = kept.answers.get(on)
    if found is None:
        found = kept.answers[on] = Reading(kept.current, on, days[on])
    return found


def _told(question: str, kept: Kept, found: Reading) -> Asked:
    """Return the answer, kept until anything changes, an acceptance too."""
    told = found.told.get(question)
    if told is None:
        told = found.told[question] = _tell(question, kept, found)
    return told


def _tell(question: str, kept: Kept, found: Reading) -> Asked:
    estimate = found.ask(question)
    findings = seen(estimate.findings, kept.viewer)
    if found.accepted is None:
        found.accepted = acceptances.standing(kept.viewer, found.on)
    return Asked(
        question,
        found.on,
        tuple(findings),
        kept.seq,
        estimate.estimated,
        estimate.seed,
        estimate.sources,
        accepted_among(findings, kept.viewer, found.on, found.above, found.accepted),
    )


def accepted_among(
    findings: Iterable[Finding],
    viewer: Viewer,
    on: date,
    above: Mapping[str, frozenset[str]] | None = None,
    accepted: Iterable[Accepted] | None = None,
) -> dict[str, Accepted]:
    """Return what covers each finding that is accepted that day, by its key.

    `accepted` is all that is accepted that day, where it was read before.
    """
    if above is None:
        above = ground(catalogue.current(viewer), on).above
    by_weakness: dict[tuple[str, str], list[Accepted]] = {}
    if accepted is None:
        accepted = acceptances.standing(viewer, on)
    for one in accepted:
        by_weakness.setdefault((one.question, one.weakness), []).append(one)
    return {
        one.key: acceptance
        for one in findings
        if (alike := by_weakness.get((one.question, one.reason)))
        and (acceptance := acceptances.covering(one, alike, above))
    }


def seen(findings: Iterable[Finding], viewer: Viewer) -> list[Finding]:
    """Return the findings that the viewer may be told: of an agency, its own."""
    if viewer.own is None:
        return list(findings)
    own = own_keys(viewer)
    return [
        one
        for one in findings
        if own.intersection((*one.organisations, *one.posts, *one.persons))
    ]


def own_keys(viewer: Viewer) -> frozenset[str]:
    """Return the keys of all that is the viewer's own."""
    if viewer.own is None:
        return frozenset()
    entry = Entry.__table__.c
    statement = select_visible(entry.key, viewer=viewer)
    own = statement.where(entry.key.in_(own_entries(viewer)))
    return frozenset(db.session.scalars(own))


# A way in


def way_in(
    source: str, target: str, viewer: Viewer, on: date | None = None
) -> list[str]:
    """Return the nodes of the shortest way by people who know each other, both ends in.

    Nodes are as in `graphs.network`. Nothing where there is no way; raise NotFound,
    naming the parameter `from` or `to`, for a key that is not there that day.
    """
    with reading(viewer, on) as (_kept, found):
        graph = found.directory.graph
        for parameter, key in (("from", source), ("to", target)):
            if graph.nodes.get(key, {}).get("kind") not in ENTRIES:
                raise NotFound(parameter, key)
        try:
            return cooperation.way_in(graph, found.on, source, target)
        except nx.NodeNotFound:
            return []


ENTRIES = ("organisation", "post", "person")


def way_as_finding(path: Collection[str], viewer: Viewer) -> Finding:
    """Return who is on the way as one finding, in the order of the way."""
    entry = Entry.__table__.c
    statement = select_visible(entry.key, entry.entry_kind, viewer=viewer)
    kinds = dict(
        map(tuple, db.session.execute(statement.where(entry.key.in_(list(path)))))
    )

    def those(kind: str) -> tuple[str, ...]:
        return tuple(one for one in path if kinds.get(one) == kind)

    return Finding(
        "way-in",
        "shortest_path",
        organisations=those("organisation"),
        posts=those("post"),
        persons=those("person"),
        networks=_behind("network:", path),
        meetings=_behind("meeting:", path),
    )


def _behind(prefix: str, path: Collection[str]) -> tuple[str, ...]:
    return tuple(one.removeprefix(prefix) for one in path if one.startswith(prefix))


# What if, and as of


def what_if(
    without: Collection[str], viewer: Viewer, on: date | None = None
) -> list[Changed]:
    """Return what comes and what goes when these are taken out, all at once.

    Each is the key of a person, a post, an organisation, a membership or a holding, or
    `network:` and the key of a network, which goes with its meetings, or `meeting:` and
    that of a meeting. Raise NotFound, naming the parameter `without`, for any other.
    """
    with reading(viewer, on) as (_kept, before):
        after = taken_out(without, before)
        for question in COMPARED:
            before.ask(question)
    # What is left has a directory of its own: others need not wait for its answers.
    return _compared(before, after, COMPARED, viewer)


def taken_out(without: Collection[str], before: Reading) -> Reading:
    """Return the reading without these; raise NotFound as `what_if` does."""
    # All of them are known before anything is copied, which takes its time.
    going = [_going(key, before.directory) for key in without]
    for key, rows in zip(without, going, strict=True):
        if not rows:
            raise NotFound("without", key)
    directory = before.directory.copy()
    touched = Invalidated(directory)
    for name, row_key in chain.from_iterable(going):
        touched.note(name, directory.rows[name].get(row_key))
        directory.put(name, row_key, None)
    _ = before.cells
    gone = touched.of(before.cells_known)
    staying = {
        step: found for step, found in before.cells_known.items() if step not in gone
    }
    return Reading(directory, before.on, staying)


def _going(key: str, directory: Directory) -> list[tuple[str, str]]:
    """Return what goes with the key; a word before it may say what it is of."""
    prefix, _colon, own = key.partition(":")
    if prefix not in ("network", "meeting"):
        return list(_goes_with(key, directory))
    if own not in directory.rows[prefix]:
        return []
    if prefix == "meeting":
        return _meeting(own, directory)
    members = directory.of("membership", "network", own)
    held = directory.of("meeting", "network", own)
    return [
        *(("membership", row.key) for row in members),
        *chain.from_iterable(_meeting(row.key, directory) for row in held),
        ("network", own),
    ]


def _meeting(key: str, directory: Directory) -> list[tuple[str, str]]:
    """Return the meeting with those who were there, itself the last."""
    seats = directory.of("attendance", "meeting", key)
    return [*(("attendance", row.key) for row in seats), ("meeting", key)]


def _goes_with(key: str, directory: Directory) -> Iterator[tuple[str, str]]:
    """Yield table and key of the rows that go when this one does, itself the last."""
    rows = directory.rows
    if key in rows["organisation"]:
        for post in directory.of("post", "organisation", key):
            yield from _goes_with(post.key, directory)
    for name, column in _LEADING:
        for row in directory.of(name, column, key):
            yield name, row.key
    for name in _TAKEN_OUT:
        if key in rows[name]:
            yield name, key


# What leads to a record, and is nothing without it. Keys of networks are their own.
_LEADING = (
    ("service_area", "organisation"),
    ("responsibility", "holder"),
    ("membership", "holder"),
    ("attendance", "holder"),
    ("holding", "post"),
    ("holding", "person"),
)
_TAKEN_OUT = ("organisation", "post", "person", "membership", "holding")


def as_of(on: date, compare: date | None, viewer: Viewer) -> list[Changed]:
    """Return what is found on the one day and not on the other, and the reverse.

    `compare` is today when None. Both days read what is known now: what was valid, or
    will be. A finding that comes is there on `compare` and was not on `on`.
    """
    with reading(viewer, on) as (kept, before):
        after = of_day(kept, compare or today())
        return _compared(before, after, COMPARED_OVER_TIME, viewer)


def _compared(
    before: Reading, after: Reading, questions: Iterable[str], viewer: Viewer
) -> list[Changed]:
    found: list[Changed] = []
    for question in questions:
        differing = differences.difference(
            seen(before.ask(question).findings, viewer),
            seen(after.ask(question).findings, viewer),
            after.places,
        )
        found += [Changed("appears", one) for one in differing.appeared]
        found += [Changed("disappears", one) for one in differing.disappeared]
    return found

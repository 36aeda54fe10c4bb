"""Cells: who stands for a step in every place, worked out once where places are alike.

The answer engine's own rules, without its doors: what applies, what wins, who that is.
Two places are alike for a step when the same rules and organisations reach them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from coordinator import precedence
from coordinator.catalogue import Catalogue, StepRow
from coordinator.facts import (
    Facts,
    HoldingFact,
    OrganisationFact,
    PointFact,
    PostFact,
    Rule,
    is_valid,
)
from coordinator.precedence import Verdict
from coordinator.resolution import WITHOUT_LINES, Actor, Resolver
from graphs.cells import Cell, Party

ROLES_ASKED = ("A", "R")
CONTESTED = "contested"
Above = Mapping[str, frozenset[str]]


class Ground(NamedTuple):
    """What the cells of one step stand on, all of it of the day or not.

    `organisations` are those that its rules lead to: by kind, by name, by a post.
    `holdings` are by post; `has_line` holds the owners that a number or an e-mail
    address leads to.
    """

    rules: tuple[Rule, ...]
    organisations: Mapping[str, OrganisationFact]
    posts: Mapping[str, PostFact]
    holdings: Mapping[str, tuple[HoldingFact, ...]]
    has_line: frozenset[str]


def of_step(
    step: StepRow,
    ground: Ground,
    known: Catalogue,
    above: Above,
    leaves: Iterable[str],
    on: date,
) -> tuple[Cell, ...]:
    """Return the cells of the step that day, for each of its tracks.

    `above` holds every place at or above a place; `leaves` are the places to speak of.
    """
    rules = [
        rule for rule in ground.rules if rule.role in ROLES_ASKED and is_valid(rule, on)
    ]
    serving = _by_place(ground, {rule.kind for rule in rules if rule.kind}, on)
    telling = {rule.place for rule in rules} | serving.keys()
    alike: dict[frozenset[str], set[str]] = {}
    for leaf in leaves:
        alike.setdefault(above[leaf] & telling, set()).add(leaf)
    tracks = [track for track in known.tracks if step.is_for(track)]
    return tuple(
        cell
        for within, places in alike.items()
        for cell in _of_places(
            _Place(ground, serving, known, above, within, on),
            [rule for rule in rules if rule.place in within],
            step.code,
            frozenset(places),
            tracks,
        )
    )


def _by_place(
    ground: Ground, kinds: set[str], on: date
) -> dict[str, list[OrganisationFact]]:
    found: dict[str, list[OrganisationFact]] = {}
    for organisation in ground.organisations.values():
        if organisation.kind in kinds and is_valid(organisation, on):
            for place in organisation.serves:
                found.setdefault(place, []).append(organisation)
    return found


class _Place(NamedTuple):
    """The places alike: what reaches them, and from where."""

    ground: Ground
    serving: Mapping[str, list[OrganisationFact]]
    known: Catalogue
    above: Above
    within: frozenset[str]
    on: date

    def lies_below(self, lower: str, upper: str) -> bool:
        return lower != upper and upper in self.above[lower]

    def resolver(self, rules: Iterable[Rule]) -> Resolver:
        """Return who resolves here, on only what these rules can lead to."""
        ground = self.ground
        organisations = {
            one.key: one
            for place in self.within & self.serving.keys()
            for one in self.serving[place]
        }
        posts: dict[str, PostFact] = {}
        holdings: list[HoldingFact] = []
        for holder in {rule.holder for rule in rules if rule.kind is None}:
            if post := ground.posts.get(holder):
                posts[holder] = post
                holdings += ground.holdings.get(holder, ())
                holder = post.organisation
            if organisation := ground.organisations.get(holder):
                organisations[holder] = organisation
        owners = {
            *organisations,
            *posts,
            *(holding.person.key for holding in holdings),
        }
        points = {
            owner: (PointFact(owner, "phone", ""),)
            for owner in owners & ground.has_line
        }
        facts = Facts((), organisations, posts, tuple(holdings), points)
        graph = self.known.graph
        return Resolver(facts, graph, "", self.within, self.on, None)


def _of_places(
    place: _Place,
    rules: list[Rule],
    step: str,
    places: frozenset[str],
    tracks: Iterable[str],
) -> Iterator[Cell]:
    resolver = place.resolver(rules)
    kept: dict[tuple[tuple[str, bool], ...], Cell] = {}
    for track in tracks:
        applying = [rule for rule in rules if not rule.tracks or track in rule.tracks]
        # All that the track decides: which rules apply, and which of them name it.
        same = tuple((rule.key, bool(rule.tracks)) for rule in applying)
        if same not in kept:
            verdict = precedence.weigh(
                applying, lies_below=place.lies_below, track=track
            )
            kept[same] = _cell(verdict, resolver, place, step, places)
        yield kept[same]._replace(track=track)


def _cell(
    verdict: Verdict,
    resolver: Resolver,
    place: _Place,
    step: str,
    places: frozenset[str],
) -> Cell:
    parties: dict[str, tuple[Party, ...]] = {}
    unresolved: dict[tuple[str, str], None] = {}
    for role in ROLES_ASKED:
        actors: list[Actor] = []
        for weighed in verdict.standing[role]:
            found = resolver.resolve(weighed)
            actors += found
            if not found:
                unresolved[role, weighed.rule.holder] = None
        parties[role] = tuple(_parties(actors, place))
    return Cell(
        step=step,
        track="",
        places=places,
        has_accountable=bool(verdict.standing["A"]),
        accountable=parties["A"],
        responsible=parties["R"],
        unresolved=tuple(unresolved),
        is_contested=any(
            weighed.rule.status == CONTESTED
            for weighed in (
                *verdict.pending,
                *(one for role in ROLES_ASKED for one in verdict.standing[role]),
            )
        ),
    )


def _parties(actors: Iterable[Actor], place: _Place) -> Iterator[Party]:
    """Yield each organisation, post and asker once, in the order of the engine."""
    lines: dict[tuple[str | None, str | None], bool] = {}
    for actor in actors:
        organisation = actor.organisation
        who = (
            organisation.key if organisation else None,
            actor.post.key if actor.post else None,
        )
        has_line = (
            organisation is None
            or organisation.kind == WITHOUT_LINES
            or actor.is_reachable
        )
        lines[who] = lines.get(who, False) or has_line
    for (key, post), has_line in lines.items():
        yield Party(key, post, _persons(post, place), has_line)


def _persons(post: str | None, place: _Place) -> tuple[str, ...]:
    held = place.ground.holdings.get(post or "", ())
    return tuple(sorted({one.person.key for one in held if is_valid(one, place.on)}))

"""From a holder to who acts: organisations, posts, persons, and their lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

import networkx as nx

from coordinator.facts import (
    Facts,
    OrganisationFact,
    PersonFact,
    PointFact,
    PostFact,
    Rule,
    is_valid,
)
from coordinator.opening import changes_at, is_open
from coordinator.precedence import Weighed
from graphs import places as place_graph
from models import CHANNELS

# Nobody's organisation: the one who asks, and the person it is about.
WITHOUT_ORGANISATION = frozenset({"any", "self"})
# The unit answers questions about the system: its line is never put in a role.
WITHOUT_LINES = "coordination_unit"
LINES = frozenset({"phone", "email"})


class Point(NamedTuple):
    """A contact point, and whether it is open now (None: not known).

    `changes_at` is when that changes next, in Oslo; None when not known, or never.
    """

    channel: str
    value: str
    open_now: bool | None
    audience: str
    hours: str
    order: int
    note: str
    changes_at: datetime | None = None
    confirmed: date | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts in a role: an organisation, perhaps a post and a person, by which rule.

    `place` is the rule's place, `serves_place` the one through which the organisation
    was found. `via` is `kind:…`, `organisation:…` or `post:…`.
    """

    role: str
    via: str
    place: str
    status: str
    confirmed: date | None
    reasons: tuple[str, ...]
    organisation: OrganisationFact | None = None
    post: PostFact | None = None
    person: PersonFact | None = None
    serves_place: str | None = None
    fallback: bool = False
    contact_points: tuple[Point, ...] = ()

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two actors the same one, shown once."""
        named = (self.organisation, self.post, self.person)
        return tuple(one.key if one else "" for one in named) + (
            () if self.organisation else (self.via,)
        )

    @property
    def line(self) -> Point | None:
        """The line to call: the first that is open, else the first number or e-mail."""
        lines = [point for point in self.contact_points if point.channel in LINES]
        still_open = [point for point in lines if point.open_now]
        return next(iter([*still_open, *lines]), None)

    @property
    def is_open(self) -> bool:
        """Whether one of its points is open now."""
        return any(point.open_now for point in self.contact_points)

    @property
    def is_reachable(self) -> bool:
        """Whether it is an organisation or post with a line: a number or e-mail."""
        return self.organisation is not None and any(
            point.channel in LINES for point in self.contact_points
        )

    @property
    def is_open_line(self) -> bool:
        """Whether one of its lines, a number or an e-mail, is open now."""
        return self.organisation is not None and any(
            point.open_now for point in self.contact_points if point.channel in LINES
        )


@dataclass(frozen=True)
class Resolver:
    """Resolves holders for one place, day and moment.

    `within` is the place asked for and every place above it; `at` is the moment at
    which doors are tried, None when the day asked for is not today.
    """

    facts: Facts
    graph: "nx.DiGraph[str]"
    place: str
    within: frozenset[str]
    on: date
    at: datetime | None

    def resolve(self, weighed: Weighed) -> list[Actor]:
        """Return who acts by this rule; nobody when its holder resolves to nothing."""
        rule, reasons = weighed
        if rule.kind in WITHOUT_ORGANISATION:
            return [self._actor(rule, rule.holder, (*reasons, "everyone"))]
        if rule.kind:
            return list(self._of_kind(rule, rule.kind, reasons, fallback=False))
        if rule.holder in self.facts.posts:
            return list(self._of_post(rule, self.facts.posts[rule.holder], reasons))
        organisation = self._standing(rule.holder)
        if organisation is None:
            return []
        via = f"organisation:{rule.holder}"
        reasons = (*reasons, "function_line")
        return [self._actor(rule, via, reasons, organisation=organisation)]

    def fall_back(self, rule: Rule, kinds: Iterable[str]) -> list[Actor]:
        """Return who stands in for the rule's holder, in the order of the kinds."""
        return [
            actor
            for kind in kinds
            for actor in self._of_kind(rule, kind, ("fallback_kind",), fallback=True)
        ]

    def serving(self, kind: str) -> list[tuple[OrganisationFact, str]]:
        """Return the organisations of the kind that serve the nearest place.

        With each, the place through which it was found. Several nearest places stand
        side by side, a county and a police district for one.
        """
        candidates = [
            (organisation, self.within.intersection(organisation.serves))
            for organisation in self.facts.organisations.values()
            if organisation.kind == kind and is_valid(organisation, self.on)
        ]
        best = place_graph.nearest(
            self.graph, {place for _, places in candidates for place in places}
        )
        return sorted(
            (organisation, min(places.intersection(best)))
            for organisation, places in candidates
            if places.intersection(best)
        )

    def _standing(self, key: str) -> OrganisationFact | None:
        organisation = self.facts.organisations.get(key)
        if organisation is None or not is_valid(organisation, self.on):
            return None
        return organisation

    def _of_kind(
        self, rule: Rule, kind: str, reasons: tuple[str, ...], *, fallback: bool
    ) -> Iterator[Actor]:
        for organisation, place in self.serving(kind):
            found = "kind_serves_place"
            if place != self.place:
                found = "kind_serves_wider_place"
            actor = self._actor(
                rule, f"kind:{kind}", (*reasons, found), organisation=organisation
            )
            yield replace(actor, serves_place=place, fallback=fallback)

    def _of_post(
        self, rule: Rule, post: PostFact, reasons: tuple[str, ...]
    ) -> Iterator[Actor]:
        organisation = self._standing(post.organisation)
        if organisation is None or not is_valid(post, self.on):
            return
        via = f"post:{post.key}"
        held = [
            holding
            for holding in self.facts.held.get(post.key, ())
            if is_valid(holding, self.on)
        ]
        holders = [holding for holding in held if not holding.deputy]
        # Two spells may overlap: the person is still one.
        persons = {one.person.key: one.person for one in holders or held}
        how = "post_holder" if holders else "deputy"
        for _, person in sorted(persons.items()):
            yield self._actor(rule, via, (*reasons, how), organisation, post, person)
        if not held:
            # Whether it is vacant is not for everyone to know.
            how = "vacant_post" if self.facts.shows_holders else "function_line"
            yield self._actor(rule, via, (*reasons, how), organisation, post)

    def _actor(
        self,
        rule: Rule,
        via: str,
        reasons: tuple[str, ...],
        organisation: OrganisationFact | None = None,
        post: PostFact | None = None,
        person: PersonFact | None = None,
    ) -> Actor:
        return Actor(
            role=rule.role,
            via=via,
            place=rule.place,
            status=rule.status,
            confirmed=rule.confirmed_on,
            reasons=reasons,
            organisation=organisation,
            post=post,
            person=person,
            contact_points=(
                ()
                if organisation and organisation.kind == WITHOUT_LINES
                else self.points(person, post, organisation)
            ),
        )

    def points(
        self, *owners: PersonFact | PostFact | OrganisationFact | None
    ) -> tuple[Point, ...]:
        """Return the owners' points in the order to try them.

        By owner, then by `order`, then open, unknown, closed; then phones first.
        """
        found = [
            (rank, self._point(fact))
            for rank, owner in enumerate(owners)
            if owner
            for fact in self.facts.points.get(owner.key, ())
        ]
        return tuple(point for _, point in sorted(found, key=_in_order))

    def _point(self, fact: PointFact) -> Point:
        open_now = is_open(fact.hours, self.at)
        return Point(
            fact.channel,
            fact.value,
            open_now,
            fact.audience,
            fact.hours,
            fact.order,
            fact.note,
            changes_at(fact.hours, self.at),
            fact.confirmed_on,
        )


OPENNESS = (True, None, False)


def _in_order(ranked: tuple[int, Point]) -> tuple[int, int, int, int, str]:
    rank, point = ranked
    return (
        rank,
        point.order,
        OPENNESS.index(point.open_now),
        CHANNELS.index(point.channel),
        point.value,
    )

"""The plain rows an answer is made from, read through the gate.

A fixed number of statements, whatever the network's size.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Executable, bindparam, null, or_, union_all

from coordinator.access import Viewer, select_visible
from models import (
    ContactPoint,
    Holding,
    Organisation,
    Person,
    Post,
    Responsibility,
    ServiceArea,
    db,
)


def is_valid(row: Any, on: date) -> bool:
    """Return whether valid_from ≤ day ≤ valid_to; an empty end is open."""
    return (row.valid_from is None or row.valid_from <= on) and (
        row.valid_to is None or on <= row.valid_to
    )


class Rule(NamedTuple):
    """A responsibility as the rules weigh it; the holder as exchange files write it."""

    key: str
    step: str
    role: str
    holder: str
    place: str
    tracks: tuple[str, ...] = ()
    status: str = "proposed"
    valid_from: date | None = None
    valid_to: date | None = None
    sources: tuple[str, ...] = ()
    order: int = 0
    confirmed_on: date | None = None

    @property
    def kind(self) -> str | None:
        """The kind of organisation that holds it, when no single one does."""
        return self.holder[5:] if self.holder.startswith("kind:") else None


class OrganisationFact(NamedTuple):
    """An organisation and the places it serves."""

    key: str
    name: str
    kind: str
    valid_from: date | None = None
    valid_to: date | None = None
    serves: tuple[str, ...] = ()


class PostFact(NamedTuple):
    """A post and its organisation."""

    key: str
    title: str
    organisation: str
    valid_from: date | None = None
    valid_to: date | None = None


class PersonFact(NamedTuple):
    """A person who holds a post."""

    key: str
    name: str
    languages: tuple[str, ...] = ()


class HoldingFact(NamedTuple):
    """Who holds which post, as holder or deputy."""

    post: str
    person: PersonFact
    deputy: bool = False
    valid_from: date | None = None
    valid_to: date | None = None


class PointFact(NamedTuple):
    """One line of an owner."""

    owner: str
    channel: str
    value: str
    audience: str = "public"
    hours: str = ""
    order: int = 0
    note: str = ""
    confirmed_on: date | None = None


@dataclass(frozen=True)
class Facts:
    """What an answer needs of the network; more than it needs does no harm.

    `shows_holders` is false for a viewer who may not see who holds a post: then a
    held post and a vacant one must look the same.
    """

    rules: tuple[Rule, ...] = ()
    organisations: Mapping[str, OrganisationFact] = field(default_factory=dict)
    posts: Mapping[str, PostFact] = field(default_factory=dict)
    holdings: tuple[HoldingFact, ...] = ()
    points: Mapping[str, tuple[PointFact, ...]] = field(default_factory=dict)
    shows_holders: bool = True

    @cached_property
    def held(self) -> Mapping[str, tuple[HoldingFact, ...]]:
        """The holdings of each post."""
        found: dict[str, list[HoldingFact]] = {}
        for holding in self.holdings:
            found.setdefault(holding.post, []).append(holding)
        return {post: tuple(few) for post, few in found.items()}


def gather(
    steps: Collection[str],
    places: Collection[str],
    kinds: Iterable[str],
    viewer: Viewer,
) -> Facts:
    """Read what answers about the steps need, at these places.

    `kinds` are looked up besides those that the responsibilities name: fallbacks, where
    to appeal, and the last resort.
    """
    rules = _rules(steps, places, viewer)
    holders = {rule.holder for rule in rules if rule.kind is None}
    posts = _posts(holders, viewer)
    organisations = _organisations(
        holders | {post.organisation for post in posts.values()},
        {rule.kind for rule in rules if rule.kind} | set(kinds),
        places,
        viewer,
    )
    held = holdings(posts, viewer)
    owners = organisations.keys() | posts.keys() | {one.person.key for one in held}
    return Facts(
        rules,
        organisations,
        posts,
        held,
        _points(owners, viewer),
        shows_holders=viewer.sees_network,
    )


def of_holders(holders: Collection[str], viewer: Viewer) -> Facts:
    """Read these organisations and posts, who holds the posts, and all their lines."""
    posts = _posts(holders, viewer)
    keys = {*holders, *(post.organisation for post in posts.values())}
    organisations = _organisations(keys, (), (), viewer)
    held = holdings(posts, viewer)
    owners = organisations.keys() | posts.keys() | {one.person.key for one in held}
    return Facts(
        (),
        organisations,
        posts,
        held,
        _points(owners, viewer),
        shows_holders=viewer.sees_network,
    )


def _rows(statement: Executable, **parameters: Any) -> Iterable[Any]:
    return db.session.connection().execute(statement, parameters)


def _any_of(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


# Each statement is built once for a viewer: building it takes longer than running it.


@lru_cache
def _rules_read(viewer: Viewer) -> Executable:
    table = Responsibility.__table__.c
    return select_visible(
        table.key,
        table.step,
        table.role,
        table.holder_kind,
        table.holder_key,
        table.place,
        table.tracks,
        table.status,
        table.valid_from,
        table.valid_to,
        table.sources,
        table.order,
        table.confirmed_on,
        viewer=viewer,
    ).where(table.step.in_(_any_of("steps")), table.place.in_(_any_of("places")))


def _rules(
    steps: Collection[str], places: Collection[str], viewer: Viewer
) -> tuple[Rule, ...]:
    rows = _rows(_rules_read(viewer), steps=list(steps), places=list(places))
    return tuple(
        Rule(key, step, role, holder or f"kind:{kind}", *rest)
        for key, step, role, kind, holder, *rest in rows
    )


@lru_cache
def _posts_read(viewer: Viewer) -> Executable:
    table = Post.__table__.c
    return select_visible(
        table.key,
        table.title,
        table.organisation,
        table.valid_from,
        table.valid_to,
        viewer=viewer,
    ).where(table.key.in_(_any_of("keys")))


def _posts(keys: Collection[str], viewer: Viewer) -> dict[str, PostFact]:
    if not keys:
        return {}
    rows = _rows(_posts_read(viewer), keys=list(keys))
    return {row.key: PostFact(*row) for row in rows}


@lru_cache
def _organisations_read(viewer: Viewer) -> Executable:
    """Return two halves in one statement, each led by an index of its own.

    The second begins at the places, so that it does not grow with the number of
    organisations of a kind. The kind stands in an expression, which no index serves: a
    planner without statistics began at the kind instead (250 times slower at 100,000
    organisations).
    """
    table, area = Organisation.__table__.c, ServiceArea.__table__.c
    columns = table.key, table.name, table.kind, table.valid_from, table.valid_to
    by_key = select_visible(*columns, null().label("place"), viewer=viewer).where(
        table.key.in_(_any_of("keys"))
    )
    by_kind = select_visible(*columns, area.place, viewer=viewer).where(
        area.place.in_(_any_of("places")),
        table.key == area.organisation,
        table.kind.concat("").in_(_any_of("kinds")),
    )
    return union_all(by_key, by_kind).execution_options(
        **by_kind.get_execution_options()
    )


def _organisations(
    keys: Collection[str],
    kinds: Collection[str],
    places: Collection[str],
    viewer: Viewer,
) -> dict[str, OrganisationFact]:
    """Read organisations by key, and those of the kinds that serve one of the places.

    A row for each served place among those asked for.
    """
    rows = _rows(
        _organisations_read(viewer),
        keys=list(keys),
        kinds=list(kinds),
        places=list(places),
    )
    found: dict[str, OrganisationFact] = {}
    for *values, place in sorted(rows, key=lambda row: row.place or ""):
        known = found.get(values[0]) or OrganisationFact(*values)
        serves = (*known.serves, place) if place else known.serves
        found[known.key] = known._replace(serves=serves)
    return found


def kinds_serving(
    kinds: Collection[str], places: Collection[str], on: date, viewer: Viewer
) -> frozenset[str]:
    """Return those of the kinds of which an organisation serves one of the places."""
    if not kinds or not places:
        return frozenset()
    table, area = Organisation.__table__.c, ServiceArea.__table__.c
    statement = (
        select_visible(table.kind, area.place, viewer=viewer)
        .where(
            table.kind.in_(kinds),
            table.key == area.organisation,
            area.place.in_(places),
            or_(table.valid_from.is_(None), table.valid_from <= on),
            or_(table.valid_to.is_(None), table.valid_to >= on),
        )
        .distinct()
    )
    return frozenset(db.session.scalars(statement))


@lru_cache
def _holdings_read(viewer: Viewer) -> Executable:
    held, person = Holding.__table__.c, Person.__table__.c
    return (
        select_visible(
            held.post,
            held.deputy,
            held.valid_from,
            held.valid_to,
            person.key,
            person.name,
            person.languages,
            viewer=viewer,
        )
        .where(held.post.in_(_any_of("posts")), person.key == held.person)
        .order_by(held.key)
    )


def holdings(posts: Collection[str], viewer: Viewer) -> tuple[HoldingFact, ...]:
    """Return who holds or held the posts; nothing where that is not for the viewer."""
    if not posts or not viewer.sees_network:
        return ()
    return tuple(
        HoldingFact(post, PersonFact(*who), deputy, start, end)
        for post, deputy, start, end, *who in _rows(
            _holdings_read(viewer), posts=list(posts)
        )
    )


@lru_cache
def _points_read(viewer: Viewer) -> Executable:
    table = ContactPoint.__table__.c
    return (
        select_visible(
            table.owner,
            table.channel,
            table.value,
            table.audience,
            table.hours,
            table.order,
            table.note,
            table.confirmed_on,
            viewer=viewer,
        )
        .where(table.owner.in_(_any_of("owners")))
        .order_by(table.key)
    )


def _points(
    owners: Collection[str], viewer: Viewer
) -> dict[str, tuple[PointFact, ...]]:
    if not owners:
        return {}
    found: dict[str, tuple[PointFact, ...]] = {}
    for row in _rows(_points_read(viewer), owners=list(owners)):
        found[row.owner] = (*found.get(row.owner, ()), PointFact(*row))
    return found

"""The plain rows an answer is made from, read through the gate.

A fixed number of statements, whatever the network's size.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import null, union_all

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


def gather(
    step: str, places: Collection[str], kinds: Iterable[str], viewer: Viewer
) -> Facts:
    """Read what an answer about the step needs, at these places.

    `kinds` are looked up besides those that the responsibilities name: fallbacks, where
    to appeal, and the last resort.
    """
    rules = _rules(step, places, viewer)
    holders = {rule.holder for rule in rules if rule.kind is None}
    posts = _posts(holders, viewer)
    organisations = _organisations(
        holders | {post.organisation for post in posts.values()},
        {rule.kind for rule in rules if rule.kind} | set(kinds),
        places,
        viewer,
    )
    holdings = _holdings(posts, viewer)
    owners = (
        organisations.keys() | posts.keys() | {held.person.key for held in holdings}
    )
    return Facts(
        rules,
        organisations,
        posts,
        holdings,
        _points(owners, viewer),
        shows_holders=viewer.sees_network,
    )


def _rows(statement: Any) -> Iterable[Any]:
    return db.session.execute(statement)


def _rules(step: str, places: Collection[str], viewer: Viewer) -> tuple[Rule, ...]:
    table = Responsibility
    statement = select_visible(
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
    ).where(table.step == step, table.place.in_(places))
    return tuple(
        Rule(key, step, role, holder or f"kind:{kind}", *rest)
        for key, step, role, kind, holder, *rest in _rows(statement)
    )


def _posts(keys: Collection[str], viewer: Viewer) -> dict[str, PostFact]:
    if not keys:
        return {}
    # Core columns: the ORM would join the entry to each row once more.
    table = Post.__table__.c
    statement = select_visible(
        table.key,
        table.title,
        table.organisation,
        table.valid_from,
        table.valid_to,
        viewer=viewer,
    ).where(table.key.in_(keys))
    return {row.key: PostFact(*row) for row in _rows(statement)}


def _organisations(
    keys: Collection[str],
    kinds: Collection[str],
    places: Collection[str],
    viewer: Viewer,
) -> dict[str, OrganisationFact]:
    """Read organisations by key, and those of the kinds that serve one of the places.

    One statement of two halves, each led by an index of its own: the second begins at
    the places, so that it does not grow with the number of organisations of a kind.
    """
    table, area = Organisation.__table__.c, ServiceArea.__table__.c
    columns = table.key, table.name, table.kind, table.valid_from, table.valid_to
    by_key = select_visible(*columns, null().label("place"), viewer=viewer).where(
        table.key.in_(keys)
    )
    by_kind = select_visible(*columns, area.place, viewer=viewer).where(
        area.place.in_(places),
        table.key == area.organisation,
        table.kind.in_(kinds),
    )
    statement = union_all(by_key, by_kind).execution_options(
        **by_kind.get_execution_options()
    )
    found: dict[str, OrganisationFact] = {}
    for *values, place in sorted(_rows(statement), key=lambda row: row.place or ""):
        known = found.get(values[0]) or OrganisationFact(*values)
        serves = (*known.serves, place) if place else known.serves
        found[known.key] = known._replace(serves=serves)
    return found


def _holdings(posts: Collection[str], viewer: Viewer) -> tuple[HoldingFact, ...]:
    if not posts or not viewer.sees_network:
        return ()
    person = Person.__table__.c
    statement = (
        select_visible(
            Holding.post,
            Holding.deputy,
            Holding.valid_from,
            Holding.valid_to,
            person.key,
            person.name,
            person.languages,
            viewer=viewer,
        )
        .where(Holding.post.in_(posts), person.key == Holding.person)
        .order_by(Holding.key)
    )
    return tuple(
        HoldingFact(post, PersonFact(*who), deputy, start, end)
        for post, deputy, start, end, *who in _rows(statement)
    )


def _points(
    owners: Collection[str], viewer: Viewer
) -> dict[str, tuple[PointFact, ...]]:
    if not owners:
        return {}
    table = ContactPoint
    statement = select_visible(
        table.owner,
        table.channel,
        table.value,
        table.audience,
        table.hours,
        table.order,
        table.note,
        viewer=viewer,
    ).where(table.owner.in_(owners))
    found: dict[str, tuple[PointFact, ...]] = {}
    for row in _rows(statement.order_by(table.key)):
        found[row.owner] = (*found.get(row.owner, ()), PointFact(*row))
    return found

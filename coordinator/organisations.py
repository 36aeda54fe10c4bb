"""Organisations of the directory: found by name, kind and place, and shown whole."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement

from coordinator import guide, networks
from coordinator.access import Viewer, select_visible
from coordinator.catalogue import Catalogue
from coordinator.errors import NotFound
from coordinator.facts import (
    Facts,
    HoldingFact,
    OrganisationFact,
    PersonFact,
    PointFact,
    holdings,
    is_valid,
)
from coordinator.networks import Belonging
from coordinator.reference import WHOLE_COUNTRY
from coordinator.resolution import Point, Resolver
from models import (
    ContactPoint,
    Organisation,
    Post,
    Responsibility,
    ServiceArea,
    db,
    fold,
)

PAGE = 50
# An organisation that serves more places than this answers alike in all of them.
MOST_PLACES = 6


class Listed(NamedTuple):
    """An organisation in a list, and where it serves."""

    key: str
    name: str
    kind: str
    serves: tuple[str, ...]


class Duty(NamedTuple):
    """A role that an organisation has in a step, and where."""

    step: str
    role: str
    status: str
    places: tuple[str, ...]


class Holder(NamedTuple):
    """Who holds a post, and the lines of her own."""

    person: PersonFact
    deputy: bool
    points: tuple[Point, ...]


class PostProfile(NamedTuple):
    """A post with its lines, and who holds it, for those who may know."""

    key: str
    title: str
    points: tuple[Point, ...]
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class Profile:
    """An organisation with its posts, lines and what it does, as a viewer sees it."""

    key: str
    name: str
    kind: str
    orgnr: str | None
    web: str | None
    languages: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    parent: Listed | None
    below: tuple[Listed, ...]
    serves: tuple[str, ...]
    points: tuple[Point, ...]
    posts: tuple[PostProfile, ...]
    duties: tuple[Duty, ...]
    networks: tuple[Belonging, ...]


def listed(
    viewer: Viewer,
    known: Catalogue,
    *,
    query: str = "",
    kind: str = "",
    place: str = "",
    skip: int = 0,
) -> tuple[list[Listed], bool]:
    """Return a page of organisations by name, and whether more follow.

    `place` finds those that serve it, or a place above it. Raise NotFound for a place
    that is not known.
    """
    table = Organisation.__table__.c
    statement = select_visible(table.key, table.name, table.kind, viewer=viewer)
    for word in fold(query).split():
        statement = statement.where(table.folded.contains(word, autoescape=True))
    if kind:
        statement = statement.where(table.kind == kind)
    if place:
        known.place(place)
        statement = statement.where(_serves(known.at_or_above(place), viewer))
    statement = statement.order_by(table.name, table.key).offset(skip).limit(PAGE + 1)
    rows = list(db.session.execute(statement))
    serves = _served([row.key for row in rows], viewer)
    found = [
        Listed(row.key, row.name, row.kind, serves.get(row.key, ())) for row in rows
    ]
    return found[:PAGE], len(found) > PAGE


def _serves(places: Collection[str], viewer: Viewer) -> ColumnElement[bool]:
    area = ServiceArea.__table__.c
    serving = select_visible(area.organisation, viewer=viewer).where(
        area.place.in_(sorted(places))
    )
    return Organisation.__table__.c.key.in_(serving)


def _served(keys: list[str], viewer: Viewer) -> dict[str, tuple[str, ...]]:
    area = ServiceArea.__table__.c
    statement = select_visible(area.organisation, area.place, viewer=viewer)
    found: dict[str, tuple[str, ...]] = {}
    for key, place in db.session.execute(
        statement.where(area.organisation.in_(keys)).order_by(area.place)
    ):
        found[key] = (*found.get(key, ()), place)
    return found


def name(key: str, viewer: Viewer) -> str:
    """Return the organisation's name; empty when the viewer sees none."""
    table = Organisation.__table__.c
    statement = select_visible(table.name, viewer=viewer).where(table.key == key)
    return db.session.scalars(statement).first() or ""


def profile(key: str, viewer: Viewer, known: Catalogue, now: datetime) -> Profile:
    """Return the organisation; raise NotFound when the viewer sees none."""
    table = Organisation.__table__.c
    row = db.session.execute(
        select_visible(*table, viewer=viewer).where(table.key == key)
    ).first()
    if row is None:
        raise NotFound("organisation", key)
    post = Post.__table__.c
    today = now.date()
    posts = [
        found
        for found in db.session.execute(
            select_visible(
                post.key, post.title, post.valid_from, post.valid_to, viewer=viewer
            )
            .where(post.organisation == key)
            .order_by(post.title, post.key)
        )
        if is_valid(found, today)
    ]
    holders = _holders([found.key for found in posts], viewer, today)
    persons = [held.person.key for each in holders.values() for held in each]
    owners = [key, *(found.key for found in posts), *persons]
    points = points_of(owners, viewer, known, now)
    serves = _served([key], viewer).get(key, ())
    named = _named_in([key, *(found.key for found in posts)], viewer)
    # Where a rule names it comes first; where it serves, it may be found by its kind.
    places = tuple(dict.fromkeys((*named, *serves[:MOST_PLACES])))
    return Profile(
        key=row.key,
        name=row.name,
        kind=row.kind,
        orgnr=row.orgnr,
        web=row.web,
        languages=tuple(row.languages or ()),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        parent=next(_related(viewer, table.key == row.parent), None),
        below=tuple(_related(viewer, table.parent == key)),
        serves=serves,
        points=points.get(key, ()),
        posts=tuple(
            PostProfile(
                found.key,
                found.title,
                points.get(found.key, ()),
                tuple(
                    Holder(held.person, held.deputy, points.get(held.person.key, ()))
                    for held in holders.get(found.key, ())
                ),
            )
            for found in posts
        ),
        duties=tuple(_duties(key, places, viewer, known, now)),
        networks=networks.of_organisation(
            key, [found.key for found in posts], viewer, today
        ),
    )


def _holders(
    posts: list[str], viewer: Viewer, on: date
) -> dict[str, tuple[HoldingFact, ...]]:
    """Return who holds each post that day, the deputies last."""
    found: dict[str, tuple[HoldingFact, ...]] = {}
    for held in sorted(holdings(posts, viewer), key=lambda one: one.deputy):
        if is_valid(held, on):
            found[held.post] = (*found.get(held.post, ()), held)
    return found


def _related(viewer: Viewer, condition: ColumnElement[bool]) -> Iterator[Listed]:
    table = Organisation.__table__.c
    statement = select_visible(table.key, table.name, table.kind, viewer=viewer)
    for row in db.session.execute(statement.where(condition).order_by(table.name)):
        yield Listed(row.key, row.name, row.kind, ())


def points_of(
    owners: list[str], viewer: Viewer, known: Catalogue, now: datetime
) -> dict[str, tuple[Point, ...]]:
    """Return the contact points of each owner that has some, in the order to try."""
    from_table = ContactPoint.__table__.c
    columns: list[Any] = [from_table[name] for name in PointFact._fields]
    statement = select_visible(*columns, viewer=viewer)
    found: dict[str, tuple[PointFact, ...]] = {}
    for row in db.session.execute(statement.where(from_table.owner.in_(owners))):
        found[row.owner] = (*found.get(row.owner, ()), PointFact(*row))
    resolver = Resolver(
        Facts(points=found), known.graph, "", frozenset(), now.date(), now
    )
    return {owner: resolver.points(OrganisationFact(owner, "", "")) for owner in found}


def _named_in(holders: list[str], viewer: Viewer) -> list[str]:
    """Return the places of the rules that name one of the holders."""
    rule = Responsibility.__table__.c
    statement = select_visible(rule.place, viewer=viewer)
    wanted = statement.where(rule.holder_key.in_(holders)).distinct()
    return list(db.session.scalars(wanted.order_by(rule.place)))


def _duties(
    key: str,
    places: tuple[str, ...],
    viewer: Viewer,
    known: Catalogue,
    now: datetime,
) -> Iterator[Duty]:
    """Yield what the engine answers with this organisation, in these places."""
    steps = list(known.steps.values())
    found: dict[tuple[str, str, str], list[str]] = {}
    for place in places or (WHOLE_COUNTRY,):
        for answer in guide.who_acts_on_each(
            steps, place, viewer=viewer, now=now, known=known
        ):
            for role, actors in answer.roles.items():
                for actor in actors:
                    if actor.organisation and actor.organisation.key == key:
                        status = "" if actor.fallback else actor.status
                        where = found.setdefault((answer.step.code, role, status), [])
                        if place not in where:
                            where.append(place)
    for (step, role, status), where in found.items():
        yield Duty(step, role, status, tuple(where))

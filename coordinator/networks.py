"""Networks, the forums of the field: who is in, as what, from when and until when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import or_

from coordinator.access import Viewer, select_visible
from coordinator.errors import NotFound
from coordinator.facts import HoldingFact, holdings, is_valid
from coordinator.places import alphabetical
from models import MEMBER_ROLES, Membership, Network, Organisation, Post, db, fold

PAGE = 50
STATES = ("ended", "all")


class Member(NamedTuple):
    """An organisation or a post of one in a network, and who holds the post.

    `ended` is the day on which the organisation or the post itself was given up, where
    it was while the membership still stood.
    """

    holder: str
    organisation: str
    name: str
    kind: str
    title: str
    role: str
    valid_from: date | None
    valid_to: date | None
    ended: date | None = None
    held_by: tuple[HoldingFact, ...] = ()


class Listed(NamedTuple):
    """A network in a list, and how many are in it."""

    key: str
    name: str
    mandate: str
    valid_from: date | None
    valid_to: date | None
    members: int


@dataclass(frozen=True)
class Profile:
    """A network and its members, as a viewer sees them on the day `on`.

    That is the day asked, or the last day of one that has ended, or the first of one
    that is to come. `chairs` are among the members.
    """

    key: str
    name: str
    mandate: str
    valid_from: date | None
    valid_to: date | None
    on: date
    chairs: tuple[Member, ...]
    members: tuple[Member, ...]
    coming: tuple[Member, ...]
    former: tuple[Member, ...]


class Belonging(NamedTuple):
    """A network that an organisation is in, itself or by a post, and as what."""

    network: str
    name: str
    title: str
    role: str
    valid_to: date | None


def listed(
    viewer: Viewer, on: date, *, query: str = "", state: str = "", skip: int = 0
) -> tuple[list[Listed], bool]:
    """Return a page of networks by name, and whether more follow.

    `state` is `ended` for those that have, `all` for every one; else those that stand
    or are to come.
    """
    table = Network.__table__.c
    statement = select_visible(*table, viewer=viewer)
    for word in fold(query).split():
        statement = statement.where(table.folded.contains(word, autoescape=True))
    if state == "ended":
        statement = statement.where(table.valid_to < on)
    elif state != "all":
        statement = statement.where(or_(table.valid_to.is_(None), table.valid_to >= on))
    statement = statement.order_by(table.name, table.key).offset(skip).limit(PAGE + 1)
    rows = list(db.session.execute(statement))
    members = _members([row.key for row in rows[:PAGE]], viewer)
    found = [
        Listed(
            row.key,
            row.name,
            row.mandate,
            row.valid_from,
            row.valid_to,
            len(_current(members.get(row.key, ()), _day_of(row, on))),
        )
        for row in rows[:PAGE]
    ]
    return found, len(rows) > PAGE


def profile(key: str, viewer: Viewer, on: date) -> Profile:
    """Return the network; raise NotFound when the viewer sees none."""
    table = Network.__table__.c
    row = db.session.execute(
        select_visible(*table, viewer=viewer).where(table.key == key)
    ).first()
    if row is None:
        raise NotFound("network", key)
    on = _day_of(row, on)
    everyone = _members([key], viewer).get(key, ())
    members = _with_holders(_current(everyone, on), viewer, on)
    return Profile(
        key=row.key,
        name=row.name,
        mandate=row.mandate,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        on=on,
        chairs=tuple(one for one in members if one.role == "chair"),
        members=members,
        coming=tuple(one for one in everyone if one.valid_from and one.valid_from > on),
        former=tuple(
            sorted(
                (one for one in everyone if (end := _end_of(one)) and end < on),
                key=lambda one: _end_of(one) or on,
                reverse=True,
            )
        ),
    )


def members_on(key: str, viewer: Viewer, on: date) -> list[Member]:
    """Return who is in the network that day; raise NotFound where none is seen."""
    if key not in names([key], viewer):
        raise NotFound("network", key)
    return _current(_members([key], viewer).get(key, ()), on)


def of_organisation(
    key: str, posts: Iterable[str], viewer: Viewer, on: date
) -> tuple[Belonging, ...]:
    """Return the standing networks that it, or one of these posts, is in that day."""
    if not viewer.sees_network:
        return ()
    member, network = Membership.__table__.c, Network.__table__.c
    post = Post.__table__.c
    statement = select_visible(
        member.network,
        network.name,
        member.holder,
        member.role,
        member.valid_from,
        member.valid_to,
        network.valid_from.label("begins"),
        network.valid_to.label("ends"),
        viewer=viewer,
    ).where(network.key == member.network, member.holder.in_([key, *posts]))
    titles = select_visible(post.key, post.title, viewer=viewer)
    found = dict(map(tuple, db.session.execute(titles.where(post.organisation == key))))
    return tuple(
        Belonging(row.network, row.name, found.get(row.holder, ""), row.role, last)
        for row in db.session.execute(
            statement.order_by(network.name, network.key, member.key)
        )
        if is_valid(row, on) and is_valid(_Span(row.begins, row.ends), on)
        for last in (_earliest(row.valid_to, row.ends),)
    )


class _Span(NamedTuple):
    valid_from: date | None
    valid_to: date | None


def _earliest(*days: date | None) -> date | None:
    return min((one for one in days if one), default=None)


def _day_of(network: Any, on: date) -> date:
    """Return the day, within the time of the network."""
    if network.valid_to and network.valid_to < on:
        last: date = network.valid_to
        return last
    return max(on, network.valid_from or on)


def _end_of(member: Member) -> date | None:
    return _earliest(member.valid_to, member.ended)


def _current(members: Iterable[Member], on: date) -> list[Member]:
    return [one for one in members if is_valid(_Span(one.valid_from, _end_of(one)), on)]


def _members(
    networks: Sequence[str], viewer: Viewer
) -> Mapping[str, tuple[Member, ...]]:
    """Return all who are or were in these networks: chairs first, then by name."""
    table = Membership.__table__.c
    statement = select_visible(*table, viewer=viewer)
    rows = list(db.session.execute(statement.where(table.network.in_(networks))))
    holders = {row.holder for row in rows}
    posts = _posts(holders, viewer)
    organisations = _organisations(
        holders | {post.organisation for post in posts.values()}, viewer
    )
    found: dict[str, list[Member]] = {}
    for row in rows:
        post = posts.get(row.holder)
        own = organisations.get(post.organisation if post else row.holder)
        if own:
            found.setdefault(row.network, []).append(_member(row, post, own))
    return {key: tuple(sorted(few, key=_rank)) for key, few in found.items()}


def _member(row: Any, post: Any, organisation: Any) -> Member:
    return Member(
        row.holder,
        organisation.key,
        organisation.name,
        organisation.kind,
        post.title if post else "",
        row.role,
        row.valid_from,
        row.valid_to,
        _earliest(organisation.valid_to, post.valid_to if post else None),
    )


def _rank(member: Member) -> tuple[int, str, str]:
    role = MEMBER_ROLES.index(member.role)
    return role, alphabetical(member.name), alphabetical(member.title)


def _posts(keys: Collection[str], viewer: Viewer) -> dict[str, Any]:
    table = Post.__table__.c
    statement = select_visible(
        table.key, table.title, table.organisation, table.valid_to, viewer=viewer
    )
    rows = db.session.execute(statement.where(table.key.in_(sorted(keys))))
    return {row.key: row for row in rows}


def _organisations(keys: Collection[str], viewer: Viewer) -> dict[str, Any]:
    table = Organisation.__table__.c
    statement = select_visible(
        table.key, table.name, table.kind, table.valid_to, viewer=viewer
    )
    rows = db.session.execute(statement.where(table.key.in_(sorted(keys))))
    return {row.key: row for row in rows}


def _with_holders(
    members: Sequence[Member], viewer: Viewer, on: date
) -> tuple[Member, ...]:
    """Return the members with who holds each post that day, the deputies last."""
    posts = [one.holder for one in members if one.title]
    held = sorted(holdings(posts, viewer), key=lambda one: one.deputy)
    return tuple(
        one._replace(
            held_by=tuple(
                each for each in held if each.post == one.holder and is_valid(each, on)
            )
        )
        for one in members
    )


# Names


def names(keys: Iterable[str], viewer: Viewer) -> dict[str, str]:
    """Return what the networks of these keys are called, those that the viewer sees."""
    table = Network.__table__.c
    statement = select_visible(table.key, table.name, viewer=viewer)
    wanted = statement.where(table.key.in_(sorted(set(keys))))
    return dict(map(tuple, db.session.execute(wanted)))


def called(text: str, viewer: Viewer, limit: int = 20) -> dict[str, str]:
    """Return key and name of the networks whose name holds the words.

    Those that are called exactly so alone, where there are any.
    """
    words = fold(text).split()
    if not words:
        return {}
    table = Network.__table__.c
    statement = select_visible(table.key, table.name, viewer=viewer).where(
        *(table.folded.contains(word, autoescape=True) for word in words)
    )
    rows = db.session.execute(statement.order_by(table.key).limit(limit))
    found: dict[str, str] = dict(map(tuple, rows))
    exactly = {key: name for key, name in found.items() if fold(name) == fold(text)}
    return exactly or found


def offered(viewer: Viewer, limit: int) -> dict[str, str]:
    """Return key and name of every network by name; nothing where too many."""
    table = Network.__table__.c
    statement = select_visible(table.key, table.name, viewer=viewer).limit(limit + 1)
    found: dict[str, str] = dict(map(tuple, db.session.execute(statement)))
    if len(found) > limit:
        return {}
    return dict(sorted(found.items(), key=lambda one: alphabetical(one[1])))

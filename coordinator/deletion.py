"""Deleting: a record goes with what is nothing without it, and can come back whole."""

from typing import Any

from sqlalchemy import ColumnElement, Table, func

from coordinator import synonyms, upsert
from coordinator.access import GUARDED, Viewer, select_to_write, select_visible
from coordinator.accounts import Account
from coordinator.columns import RecordKind
from coordinator.editing import (
    NEW_BY_AGENCIES,
    NotAllowed,
    act_of_this_write,
    refuse_collision,
    refuse_strangers,
)
from coordinator.errors import Refused
from models import (
    AgendaItem,
    Attendance,
    Base,
    Chapter,
    ContactPoint,
    Holding,
    Invitation,
    Meeting,
    Membership,
    PlaceParent,
    PlaceSuccessor,
    Post,
    Responsibility,
    Right,
    ServiceArea,
    Step,
    Synonym,
    db,
    one_write,
)


class InUse(Refused):
    """Others lean on the record: `by` is how many rows of which table."""

    def __init__(self, by: dict[str, int]) -> None:
        super().__init__()
        self.by = by


@one_write
def remove(
    kind: RecordKind, key: str, account: Account, *, read_version: int
) -> int | None:
    """Delete the record with what is nothing without it, and return the act.

    An organisation takes its posts with it; all three their lines, who holds them and
    what they answer for; organisations, posts and networks their memberships; steps,
    rights and chapters their synonyms. Raise Gone, NotAllowed, Collision, or InUse
    where others lean on it; then nothing has changed.
    """
    refuse_strangers(kind, {}, key, account)
    if account.role == "agency" and kind.name not in NEW_BY_AGENCIES:
        raise NotAllowed
    refuse_collision(kind, key, account, read_version)
    with_it = what_goes_with(kind, key)
    if by := in_the_way(kind, key, account):
        raise InUse(by)
    for table, keys in with_it.items():
        for one in keys:
            _remove_row(table, one, account)
    _remove_row(kind.table, key, account)
    return act_of_this_write()


def what_goes_with(kind: RecordKind, key: str) -> dict[Table, list[str]]:
    """Return the rows that are deleted with the record, by table, in that order."""
    owners = [key]
    found: dict[Table, list[str]] = {}
    if kind.name == "organisations":
        owners += _keys(Post.organisation == key, Post.key)
    if kind.name in ("organisations", "posts"):
        found |= {
            Responsibility.__table__: _keys(
                Responsibility.holder_key.in_(owners), Responsibility.key
            ),
            Holding.__table__: _keys(Holding.post.in_(owners), Holding.key),
            Membership.__table__: _keys(Membership.holder.in_(owners), Membership.key),
        }
    if kind.name == "networks":
        found[Membership.__table__] = _keys(Membership.network == key, Membership.key)
    if kind.name == "persons":
        found[Holding.__table__] = _keys(Holding.person == key, Holding.key)
    if kind.entry_kind:
        found[ContactPoint.__table__] = _keys(
            ContactPoint.owner.in_(owners), ContactPoint.key
        )
    if kind.name == "organisations":
        found[Post.__table__] = owners[1:]
        areas = select_to_write(ServiceArea.place).where(
            ServiceArea.organisation == key
        )
        found[ServiceArea.__table__] = [
            f"{key}|{place}" for place in db.session.scalars(areas)
        ]
    if kind.name == "places":
        for model, linked in (
            (PlaceParent, PlaceParent.parent),
            (PlaceSuccessor, PlaceSuccessor.successor),
        ):
            links = select_to_write(linked).where(model.place == key)
            to = [f"{key}|{one}" for one in db.session.scalars(links)]
            found[model.__table__] = to
    found[Synonym.__table__] = synonyms.keys_of(kind.table, key)
    return {table: keys for table, keys in found.items() if keys}


def seen_of(going: dict[Table, list[str]], viewer: Viewer) -> dict[str, int]:
    """Return how many of these rows the viewer may see, by table, those of none not.

    What it may not see goes too, without being told of.
    """
    found = {}
    for table, keys in going.items():
        if table.name not in GUARDED or len(table.primary_key.columns) > 1:
            found[table.name] = len(keys)
            continue
        (key,) = table.primary_key.columns
        seen = select_visible(func.count(key), viewer=viewer).where(key.in_(keys))
        found[table.name] = db.session.scalars(seen).one()
    return {name: rows for name, rows in found.items() if rows}


def in_the_way(kind: RecordKind, key: str, account: Account) -> dict[str, int]:
    """Return how many rows of which table keep the account from deleting the record.

    Those that lean on it, and for an agency what its post answers for and where it is
    a member: neither is for one agency to take away.
    """
    found = leaning_on(kind, key)
    going = what_goes_with(kind, key) if account.role == "agency" else {}
    for table in (Responsibility.__table__, Membership.__table__):
        if held := going.get(table):
            found[table.name] = len(held)
    return found


def leaning_on(kind: RecordKind, key: str) -> dict[str, int]:
    """Return how many rows of other tables lead to the record, and stay without it."""
    going = what_goes_with(kind, key)
    links = kind.links.values()
    found: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        owner = next(iter(table.primary_key.columns))
        for foreign in table.foreign_keys:
            is_owner = table not in links or foreign.parent is owner
            goes_too = table in going and is_owner
            is_kept = foreign.ondelete == "CASCADE" or goes_too
            if foreign.column.table is kind.table and not is_kept:
                count = select_to_write(func.count()).select_from(table)
                rows = db.session.scalars(count.where(foreign.parent == key)).one()
                found[table.name] = found.get(table.name, 0) + rows
    for column in _OF_MEETINGS if kind.entry_kind else ():
        owners = [key, *(going.get(Post.__table__) or ())]
        count = select_to_write(func.count()).where(column.in_(owners))
        table = column.class_.__tablename__
        found[table] = found.get(table, 0) + db.session.scalars(count).one()
    for column in _LISTED_IN.get(kind.name, ()):
        lists = db.session.scalars(select_to_write(column))
        name = column.class_.__tablename__
        found[name] = found.get(name, 0) + sum(key in codes for codes in lists)
    return {name: rows for name, rows in found.items() if rows}


# Lists of codes, which no foreign key keeps.
_LISTED_IN: dict[str, tuple[Any, ...]] = {
    "sources": (Responsibility.sources, Step.law, Step.duty, Chapter.sources),
    "rights": (Step.rights, Step.rights_minor),
    "steps": (Right.steps, AgendaItem.steps, Meeting.steps),
    "organisations": (AgendaItem.organisations,),
}
# What a meeting remembers of an organisation, of its posts, or of a post.
_OF_MEETINGS: tuple[Any, ...] = (
    Invitation.holder,
    Attendance.holder,
    AgendaItem.owner,
)


def _keys(condition: ColumnElement[bool], key: Any) -> list[str]:
    return list(db.session.scalars(select_to_write(key).where(condition).order_by(key)))


def _remove_row(table: Table, key: str, account: Account) -> None:
    width = len(table.primary_key.columns)
    parts = tuple(key.split("|", width - 1))
    upsert.remove(db.session.connection(), account.key, table, [parts])

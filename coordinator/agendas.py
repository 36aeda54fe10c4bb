"""Agendas: what a meeting is about, item by item, and the backlog that waits.

An item without a meeting waits. What a meeting did not come to is carried over, and
says where from.
"""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import or_

from coordinator import meetings, upsert
from coordinator.access import UNIT, Viewer, select_visible
from coordinator.accounts import Account
from coordinator.errors import NotFound
from coordinator.meeting_values import ItemWanted
from coordinator.meetings import (
    ITEM,
    MEETING,
    ItemRow,
    Profile,
    item_row,
    refuse_others,
    to_change,
)
from models import db, one_write


def backlog(viewer: Viewer, *, network: str = "") -> list[ItemRow]:
    """Return the items that wait for a meeting, by title.

    With a network: its own, and those of no network.
    """
    columns = (ITEM.c[name] for name in ItemRow._fields)
    statement = select_visible(*columns, viewer=viewer).where(ITEM.c.meeting.is_(None))
    if network:
        own = or_(ITEM.c.network == network, ITEM.c.network.is_(None))
        statement = statement.where(own)
    rows = db.session.execute(statement.order_by(ITEM.c.title, ITEM.c.key))
    return [ItemRow(*row) for row in rows]


def item(key: str, viewer: Viewer) -> ItemRow:
    """Return the item; raise NotFound where the viewer sees none."""
    columns = (ITEM.c[name] for name in ItemRow._fields)
    statement = select_visible(*columns, viewer=viewer).where(ITEM.c.key == key)
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound("agenda_item", key)
    return ItemRow(*row)


@one_write
def add(meeting: str | None, wanted: ItemWanted, account: Account) -> str:
    """Add an item last on the meeting's agenda, or to the backlog; return its key."""
    refuse_others(account)
    order = 0
    if meeting is not None:
        found = to_change(meeting, account, None)
        order = _next_order(found.agenda)
    key = uuid4().hex
    row = item_row(wanted) | {"key": key, "meeting": meeting, "order": order}
    upsert.write(db.session.connection(), account.key, ITEM, [row])
    _keep_steps(meeting, account)
    return key


@one_write
def change(key: str, wanted: ItemWanted, account: Account) -> None:
    """Change an item, on an agenda or in the backlog."""
    found = _to_change(key, account)
    row = item_row(wanted) | {"key": key}
    upsert.write(db.session.connection(), account.key, ITEM, [row])
    _keep_steps(found.meeting, account)


@one_write
def remove(key: str, account: Account) -> None:
    """Delete an item."""
    found = _to_change(key, account)
    upsert.remove(db.session.connection(), account.key, ITEM, [(key,)])
    _keep_steps(found.meeting, account)


@one_write
def shift(key: str, by: int, account: Account) -> None:
    """Let an item come earlier (-1) or later (1) on its agenda."""
    found = _to_change(key, account)
    if found.meeting is None:
        return
    agenda = [one.key for one in meetings.agenda_of([found.meeting], UNIT)]
    place = agenda.index(key)
    agenda.insert(max(0, min(place + by, len(agenda) - 1)), agenda.pop(place))
    rows = [{"key": one, "order": order} for order, one in enumerate(agenda, start=1)]
    upsert.write(db.session.connection(), account.key, ITEM, rows)
    _keep_steps(found.meeting, account)


@one_write
def put_off(key: str, account: Account) -> None:
    """Take an item off its agenda, to wait in the backlog; it says where it was."""
    found = _to_change(key, account)
    if found.meeting is None:
        return
    meeting = meetings.profile(found.meeting, UNIT).meeting
    row = {
        "key": key,
        "meeting": None,
        "network": meeting.network,
        "carried_from": found.meeting,
        "order": 0,
    }
    upsert.write(db.session.connection(), account.key, ITEM, [row])
    _keep_steps(found.meeting, account)


@one_write
def take_up(keys: Sequence[str], meeting: str, account: Account) -> None:
    """Put items of the backlog on the meeting's agenda, last, in this order."""
    found = to_change(meeting, account, None)
    waiting = {one.key for one in backlog(UNIT)}
    first = _next_order(found.agenda)
    rows = []
    for order, key in enumerate(keys, start=first):
        if key not in waiting:
            raise NotFound("agenda_item", key)
        rows.append({"key": key, "meeting": meeting, "network": None, "order": order})
    if rows:
        upsert.write(db.session.connection(), account.key, ITEM, rows)
        _keep_steps(meeting, account)


@one_write
def carry_over(keys: Sequence[str], meeting: str, account: Account) -> None:
    """Move items of other agendas to this meeting, last; each says where it was.

    Also from a meeting that was cancelled: what it was to talk of still waits. Raise
    NotFound for an item that is on no agenda, or on this one already.
    """
    found = to_change(meeting, account, None)
    rows = []
    left: list[str] = []
    for order, key in enumerate(keys, start=_next_order(found.agenda)):
        one = item(key, UNIT)
        if one.meeting is None or one.meeting == meeting:
            raise NotFound("agenda_item", key)
        left.append(one.meeting)
        rows.append(
            {"key": key, "meeting": meeting, "carried_from": one.meeting}
            | {"order": order}
        )
    if rows:
        upsert.write(db.session.connection(), account.key, ITEM, rows)
        for each in dict.fromkeys([*left, meeting]):
            _keep_steps(each, account)


def _to_change(key: str, account: Account) -> ItemRow:
    refuse_others(account)
    found = item(key, UNIT)
    if found.meeting is not None:
        to_change(found.meeting, account, None)
    return found


def _next_order(agenda: Sequence[ItemRow]) -> int:
    return max((one.order for one in agenda), default=0) + 1


def _keep_steps(meeting: str | None, account: Account) -> None:
    """Keep what the meeting is about beside it: its agenda is what attendees see."""
    if meeting is None:
        return
    found: Profile = meetings.profile(meeting, UNIT)
    steps = tuple(dict.fromkeys(step for one in found.agenda for step in one.steps))
    row = meetings.revision(found.meeting, is_significant=False)
    row |= {"key": meeting, "steps": steps}
    upsert.write(db.session.connection(), account.key, MEETING, [row])

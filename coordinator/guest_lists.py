"""The guest list as its organizer edits it: who comes besides, and who does not."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from coordinator import guests, upsert
from coordinator.access import select_to_write
from coordinator.accounts import Account
from coordinator.editing import Invalid
from coordinator.errors import NotFound
from coordinator.exchange import Finding
from coordinator.guests import INVITATION, Guest, Guests
from coordinator.meetings import to_change
from coordinator.replies import refuse_unknown
from models import PARTS, Organisation, Post, db, one_write


@one_write
def add(
    key: str,
    holder: str,
    part: str,
    account: Account,
    *,
    only: datetime | None = None,
) -> None:
    """Add an organisation or a post to the guests, or to one occurrence alone.

    One who was taken off comes back. Recipients are of the directory alone, so that no
    slip of the pen sends the agenda to a stranger. Raise Invalid, NotFound, NotAllowed.
    """
    profile = to_change(key, account, None)
    if only is not None:
        refuse_unknown(profile, only)
    if part not in PARTS:
        raise Invalid([Finding(2, "part", "bad_choice", {"choices": ", ".join(PARTS)})])
    if not _is_holder(holder):
        raise Invalid([Finding(2, "holder", "unknown_holder", {"value": holder})])
    found = guests.of(key)
    row: dict[str, Any] = {"part": part, "is_removed": False}
    if only is None and (known := _of_holder(found, holder)):
        _keep(found, known, row | {"origin": "added"}, account)
        return
    row |= {
        "key": uuid4().hex,
        "meeting": key,
        "holder": holder,
        "origin": "added",
        "only": only,
    }
    upsert.write(db.session.connection(), account.key, INVITATION, [row])


@one_write
def remove(key: str, who: str, account: Account) -> None:
    """Take a guest off the list; who was sent the invitation gets a CANCEL next.

    `who` is the guest's own key (see `Invitee.who`), or that of the invitation.
    """
    to_change(key, account, None)
    found = guests.of(key)
    guest = _of_key(found, who)
    if guest.origin == "added" and guest.sent is None and guest.invitation:
        row = (guest.invitation,)
        upsert.remove(db.session.connection(), account.key, INVITATION, [row])
    else:
        _keep(found, guest, {"is_removed": True}, account)


@one_write
def set_part(key: str, who: str, part: str, account: Account) -> None:
    """Say how much a guest is needed, whatever was derived; raise Invalid, NotFound."""
    to_change(key, account, None)
    if part not in PARTS:
        raise Invalid([Finding(2, "part", "bad_choice", {"choices": ", ".join(PARTS)})])
    found = guests.of(key)
    _keep(found, _of_key(found, who), {"part": part, "is_removed": False}, account)


def _is_holder(key: str) -> bool:
    return any(
        db.session.execute(select_to_write(model.key).where(model.key == key)).first()
        for model in (Organisation, Post)
    )


def _of_holder(found: Guests, holder: str) -> Guest | None:
    """Return the guest who is asked as this holder, to the whole of the meeting."""
    return next(
        (
            guest
            for guest in found.guests
            if guest.only is None and guest.invitee.holder == holder
        ),
        None,
    )


def _of_key(found: Guests, who: str) -> Guest:
    for guest in found.guests:
        if who in (guest.invitation, guest.invitee.who):
            return guest
    raise NotFound("guest", who)


def _keep(
    found: Guests, guest: Guest, values: dict[str, Any], account: Account
) -> None:
    row = {"key": guest.invitation or uuid4().hex, **values}
    if guest.invitation is None:
        row |= {
            "meeting": found.profile.meeting.key,
            "holder": guest.invitee.holder,
            "person": guest.invitee.person,
            "origin": guest.origin,
        }
    upsert.write(db.session.connection(), account.key, INVITATION, [row])

"""My meetings: those one is asked to, oneself or for one's organisation, or organizes.

What is read is the asker's own, also where the list of who is asked is not open.
"""

from typing import Any

from sqlalchemy import Select, func

from coordinator import guests
from coordinator.access import UNIT, own_entries, select_visible
from coordinator.accounts import Account, viewer_of
from coordinator.guests import INVITATION, SENT, InvitationRow
from coordinator.meetings import MEETING
from models import db


def asked_of(account: Account, meeting: str = "") -> list[InvitationRow]:
    """Return the invitations that are this user's and were not taken back, by meeting.

    Sent to her address; of an agency's user also those of its organisation, of what
    lies below it and of their posts. Those of cancelled meetings are told of too.
    `meeting` narrows them to one.
    """
    viewer = viewer_of(account)
    columns = [
        *(INVITATION.c[name] for name in InvitationRow._fields),
        (MEETING.c.status == "cancelled").label("is_off"),
    ]
    of_meeting = MEETING.c.key == INVITATION.c.meeting
    to_her = (
        select_visible(*columns, SENT.c.address, viewer=UNIT)
        .where(of_meeting, SENT.c.invitation == INVITATION.c.key)
        .where(func.lower(SENT.c.address) == account.email)
        .with_only_columns(*columns)
    )
    found = _rows(to_her, meeting)
    if viewer.own is not None:
        of_own = INVITATION.c.holder.in_(own_entries(viewer))
        own = select_visible(*columns, viewer=viewer).where(of_meeting, of_own)
        found += _rows(own, meeting)
    sent = guests.sent_of([row.key for row in found])
    hers = {
        row.key: InvitationRow(*row[:-1])
        for row in found
        if (last := sent.get(row.key)) is not None
        and not row.is_removed
        and (last.is_standing or (last.told is not None and row.is_off))
    }
    return sorted(hers.values(), key=lambda one: (one.meeting, one.key))


def organized_by(account: Account) -> set[str]:
    """Return the keys of the meetings that the user made."""
    statement = select_visible(MEETING.c.key, viewer=viewer_of(account))
    made = statement.where(MEETING.c.organizer == account.key)
    return set(db.session.scalars(made))


def _rows(statement: Select[Any], meeting: str) -> list[Any]:
    if meeting:
        statement = statement.where(INVITATION.c.meeting == meeting)
    return list(db.session.execute(statement))

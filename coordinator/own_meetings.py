"""My meetings: those that one is asked to, by one's address or for one's organisation.

What is read is the asker's own, also where the list of who is asked is not open.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func

from coordinator import guests
from coordinator.access import UNIT, own_entries, select_visible
from coordinator.accounts import Account, viewer_of
from coordinator.guests import INVITATION, SENT, InvitationRow
from models import db


def asked_of(account: Account, meeting: str = "") -> list[InvitationRow]:
    """Return the invitations that stand and are this user's, by meeting.

    Sent to her address; of an agency's user also those of its organisation, of what
    lies below it and of their posts. `meeting` narrows them to one.
    """
    viewer = viewer_of(account)
    columns = [INVITATION.c[name] for name in InvitationRow._fields]
    to_her = select_visible(*columns, SENT.c.address, viewer=UNIT).where(
        SENT.c.invitation == INVITATION.c.key,
        func.lower(SENT.c.address) == account.email,
    )
    found = [InvitationRow(*row[:-1]) for row in _rows(to_her, meeting)]
    if viewer.own is not None:
        of_own = INVITATION.c.holder.in_(own_entries(viewer))
        own = select_visible(*columns, viewer=viewer).where(of_own)
        found += [InvitationRow(*row) for row in _rows(own, meeting)]
    sent = guests.sent_of([one.key for one in found])
    standing = {
        one.key: one
        for one in found
        if not one.is_removed and one.key in sent and sent[one.key].is_standing
    }
    return sorted(standing.values(), key=lambda one: (one.meeting, one.key))


def _rows(statement: Select[Any], meeting: str) -> Sequence[Any]:
    if meeting:
        statement = statement.where(INVITATION.c.meeting == meeting)
    return db.session.execute(statement).all()

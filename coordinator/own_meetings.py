"""My meetings: those that one is asked to, by one's address or for one's organisation.

What is read is the asker's own, also where the list of who is asked is not open.
"""

from sqlalchemy import func

from coordinator.access import UNIT, own_entries, select_visible
from coordinator.accounts import Account, viewer_of
from coordinator.guests import INVITATION, SENT, InvitationRow
from models import db


def asked_of(account: Account, meeting: str = "") -> list[InvitationRow]:
    """Return the invitations that stand and are this user's, by meeting.

    Sent to her address; of an agency's user also those of its organisation, of what
    lies below it and of their posts. `meeting` narrows them to one.
    """
    columns = [INVITATION.c[name] for name in InvitationRow._fields]
    statement = select_visible(*columns, SENT.c.address, viewer=UNIT).where(
        SENT.c.invitation == INVITATION.c.key,
        SENT.c.told.is_not(None),
        SENT.c.is_cancelled.is_(False),
        INVITATION.c.is_removed.is_(False),
    )
    if meeting:
        statement = statement.where(INVITATION.c.meeting == meeting)
    is_hers = func.lower(SENT.c.address) == account.email
    viewer = viewer_of(account)
    if viewer.own is not None:
        is_hers = is_hers | INVITATION.c.holder.in_(own_entries(viewer))
    rows = db.session.execute(
        statement.where(is_hers).order_by(INVITATION.c.meeting, INVITATION.c.key)
    )
    return [InvitationRow(*row[:-1]) for row in rows]

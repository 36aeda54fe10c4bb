"""Whom a message is about: the invitation, the occurrence, and what was said before."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func

from coordinator import meetings, verdicts, zones
from coordinator.access import UNIT, select_to_write
from coordinator.guests import INVITATION, SENT
from coordinator.incoming import Scheduling
from coordinator.meetings import MEETING, Profile, iso
from coordinator.replies import OCCURRENCE_ANSWER
from coordinator.verdicts import Arrived, Invited
from models import Received, db

RECEIVED = Received.__table__
BY = "mail"
DAY = timedelta(days=1)


class MeetingOf(NamedTuple):
    """What a message must know of the meeting that its UID names."""

    key: str
    uid: str
    timezone: str
    last_day: Any
    status: str


# Built once: they are asked for every mail.
_OF_MEETING = select_to_write(
    INVITATION.c.key,
    INVITATION.c.only,
    INVITATION.c.is_removed,
    INVITATION.c.answered_at,
    SENT.c.address,
    SENT.c.told.is_not(None).label("is_told"),
    SENT.c.is_cancelled,
    SENT.c.sequence,
    SENT.c.asked_sequence,
    SENT.c.reply_sequence,
    SENT.c.reply_stamped_at,
).where(
    INVITATION.c.meeting == bindparam("meeting"),
    SENT.c.invitation == INVITATION.c.key,
)
_BY_TOKEN = _OF_MEETING.where(INVITATION.c.key == bindparam("invitation"))
_BY_UID = select_to_write(*(MEETING.c[name] for name in MeetingOf._fields)).where(
    MEETING.c.uid == bindparam("uid")
)
_OF_SENDER = select_to_write(func.count(RECEIVED.c.digest)).where(
    RECEIVED.c.sender == bindparam("sender"),
    RECEIVED.c.received_at > bindparam("since"),
)
_APPLIED = select_to_write(func.count(RECEIVED.c.digest)).where(
    RECEIVED.c.invitation == bindparam("invitation"),
    RECEIVED.c.verdict.in_(("applied", "refreshed")),
    RECEIVED.c.received_at > bindparam("since"),
)


def find(
    mail: Arrived, said: Scheduling, meeting: MeetingOf, came: int
) -> Invited | None:
    """Return the invitation that a message is about.

    That of the token, unless its address is another's of the same meeting, who then has
    none; without a token that of the attendee's address, else of the sender's.
    """
    attendee = verdicts.replier(said, None)
    named = verdicts.same_form(attendee.address) if attendee else ""
    rows = _invitations_of(mail, meeting, named)
    ranked = sorted(rows, key=lambda row: _rank(row, mail, said, named))
    if not ranked:
        return None
    row = ranked[0]
    profile = meetings.profile(meeting.key, UNIT) if said.recurrence_id else None
    original, is_known = _original(said, row.only, profile)
    last, answered_at = _last_reply(row, said, original)
    return Invited(
        invitation=row.key,
        meeting=meeting.key,
        uid=meeting.uid,
        address=verdicts.same_form(row.address),
        has_token=row.key == mail.invitation,
        can_answer=row.is_told
        and not row.is_cancelled
        and not row.is_removed
        and meeting.status != "cancelled",
        is_over=_is_over(mail, meeting, original),
        sequence=row.sequence,
        asked_sequence=_asked(row, original, profile),
        reply=last,
        answered_at=answered_at,
        original=original,
        is_known=is_known,
        recent=_recent(row.key, mail),
        of_sender=came,
    )


def _invitations_of(mail: Arrived, meeting: MeetingOf, named: str) -> list[Any]:
    """Return the invitation of the token and those of the addresses, if of it.

    Where the token's own is named no other is looked for: there may be ten thousand.
    """
    own = []
    if mail.invitation:
        named_by = {"meeting": meeting.key, "invitation": mail.invitation}
        own = list(db.session.execute(_BY_TOKEN, named_by))
        if own and verdicts.same_form(own[0].address) == named:
            return own
    addresses = sorted({named, *mail.senders} - {""})
    by_address = _OF_MEETING.where(func.lower(SENT.c.address).in_(addresses))
    return [*own, *db.session.execute(by_address, {"meeting": meeting.key})]


def _rank(row: Any, mail: Arrived, said: Scheduling, named: str) -> tuple[Any, ...]:
    is_named = verdicts.same_form(row.address) == named
    has_token = row.key == mail.invitation
    return (
        not (is_named and has_token),
        not is_named,
        not has_token,
        row.is_cancelled or row.is_removed,
        (row.only is None) != (said.recurrence_id is None),
        row.key,
    )


def _original(
    said: Scheduling, only: datetime | None, profile: Profile | None
) -> tuple[datetime | None, bool]:
    """Return the occurrence that is meant, as the series has it, and if there is one.

    None where the whole of the invitation is meant. RECURRENCE-ID may be in any zone,
    or a day alone.
    """
    if said.recurrence_id is None or profile is None:
        return None, True
    meant, timezone = said.recurrence_id, profile.meeting.timezone
    wall = zones.wall(meant, timezone) if meant.tzinfo else meant
    wall = wall.replace(microsecond=0)
    originals = profile.series.originals
    found = [one for one in originals if one == wall]
    if not found and meant.tzinfo:
        near = (one for one in originals if abs(one - wall) <= DAY)
        found = [one for one in near if zones.instant(one, timezone)[0] == meant]
    elif not found and wall == wall.replace(hour=0, minute=0, second=0):
        found = [one for one in originals if one.date() == wall.date()]
    if len(found) != 1:
        return None, False
    if only is not None or not profile.meeting.rrule:
        return None, only in (None, found[0])
    return found[0], True


def _last_reply(
    row: Any, said: Scheduling, original: datetime | None
) -> tuple[tuple[int, datetime] | None, datetime | None]:
    """Return the newest reply by mail, and when the answer that stands was given."""
    if original is None:
        stamp = row.reply_stamped_at
        reply = None if stamp is None else (row.reply_sequence or 0, stamp)
        return reply, row.answered_at
    table = OCCURRENCE_ANSWER.c
    statement = select_to_write(table.answered_at, table.answered_by).where(
        table.key == f"{row.key}|{iso(original)}"
    )
    own = db.session.execute(statement).first()
    if own is None:
        return None, None
    sequence = min(said.sequence, row.sequence)
    return (sequence, own.answered_at) if own.answered_by == BY else None, (
        own.answered_at
    )


def _asked(row: Any, original: datetime | None, profile: Profile | None) -> int:
    """Return the least SEQUENCE that an answer must have.

    An occurrence that was moved has its own, once the invitee was told of it.
    """
    if original is not None and profile is not None:
        for one in profile.overrides:
            if one.original == original and one.sequence <= row.sequence:
                return one.sequence
    return int(row.asked_sequence)


def _is_over(mail: Arrived, meeting: MeetingOf, original: datetime | None) -> bool:
    today = mail.received_at.astimezone(ZoneInfo(meeting.timezone)).date()
    if original is not None:
        return original.date() < today - DAY
    return meeting.last_day is not None and meeting.last_day < today


def meeting_of(uid: str) -> MeetingOf | None:
    """Return the meeting that a calendar knows by this UID."""
    row = db.session.execute(_BY_UID, {"uid": uid}).first()
    return MeetingOf(*row) if row else None


def of_sender(mail: Arrived) -> int:
    """Return how many mails of this sender came in the last hour."""
    counted = {"sender": mail.sender, "since": mail.received_at - verdicts.LIMITED_FOR}
    return int(db.session.scalars(_OF_SENDER, counted).one())


def _recent(invitation: str, mail: Arrived) -> int:
    since = mail.received_at - verdicts.LIMITED_FOR
    counted = {"invitation": invitation, "since": since}
    return int(db.session.scalars(_APPLIED, counted).one())

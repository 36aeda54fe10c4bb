"""Reminders of meetings: a mail the day before each, to those asked who may come.

Once for each occurrence, whoever runs it and however often. A worker that was down
makes it late, until the meeting begins; then nobody is reminded any more.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import or_

from coordinator import guests, letters, meetings, outbox, recurrence, replies, zones
from coordinator.access import UNIT, select_to_write, select_visible
from coordinator.guests import INVITATION, SENT, Guest, Guests
from coordinator.letters import Post, Teller
from coordinator.meetings import MEETING
from coordinator.recurrence import Occurrence
from models import Sent, db, one_write

KIND = "meeting_reminder"
# On the clocks of the meeting's own zone, the day before.
AT = time(8)
DAY = timedelta(days=1)
ABSENT = frozenset({"declined", "delegated"})


class Due(NamedTuple):
    """An occurrence that its invitees are to be reminded of, and since when."""

    occurrence: Occurrence
    since: datetime


def remind(now: datetime | None = None) -> int:
    """Write the reminders that are due; return how many mails were written."""
    now = now or datetime.now(UTC)
    waiting = list(_waiting(now))
    db.session.rollback()
    return sum(_remind_of(key, now) for key in waiting)


def due(found: meetings.Profile, now: datetime) -> list[Due]:
    """Return the occurrences that one reminds of now: from the day before, until then.

    The earliest first.
    """
    if found.meeting.status == "cancelled":
        return []
    told = []
    for one in recurrence.occurrences(found.series):
        day_before = datetime.combine(one.starts.date() - DAY, AT)
        since = zones.instant(day_before, one.timezone)[0]
        if not one.is_cancelled and since <= now < one.starts_at:
            told.append(Due(one, since))
    return sorted(told, key=lambda one: one.occurrence.starts)


def _waiting(now: datetime) -> Iterator[str]:
    """Yield meetings whose invitees may have to be reminded, by key."""
    # By the days that a wall clock may show anywhere.
    first, last = now.date() - DAY, now.date() + 2 * DAY
    midnight = datetime.combine(last + DAY, time())
    keys = select_visible(MEETING.c.key, viewer=UNIT).where(
        MEETING.c.status != "cancelled",
        MEETING.c.first_sent_at.is_not(None),
        MEETING.c.last_day >= first,
        MEETING.c.starts < midnight,
    )
    for key in list(db.session.scalars(keys.order_by(MEETING.c.starts, MEETING.c.key))):
        told = due(meetings.profile(key, UNIT), now)
        if told and _may_remind(key, told[-1].occurrence.starts):
            yield key


def _may_remind(key: str, starts: datetime) -> bool:
    """Return whether anybody asked has not been reminded of it yet."""
    statement = select_visible(SENT.c.invitation, viewer=UNIT).where(
        SENT.c.invitation.in_(
            select_visible(INVITATION.c.key, viewer=UNIT).where(
                INVITATION.c.meeting == key
            )
        ),
        SENT.c.told.is_not(None),
        SENT.c.is_cancelled.is_(False),
        or_(SENT.c.reminded_for.is_(None), SENT.c.reminded_for < starts),
    )
    return db.session.execute(statement.limit(1)).first() is not None


@one_write
def _remind_of(key: str, now: datetime) -> int:
    """Remind whom it is time to remind of this meeting; what is kept of it with it."""
    found = guests.of(key)
    asked = [one for one in found.guests if one.is_asked and one.is_wanted]
    kept = _kept([one.invitation or "" for one in asked])
    answers = replies.answers_of(list(kept))
    teller, written = Teller(found), []
    readers = letters.readers(one.address for one in kept.values())
    for one in due(found.profile, now):
        starts, original = one.occurrence.starts, one.occurrence.original
        for guest in asked:
            sent = kept[guest.invitation or ""]
            if sent.reminded_for is not None and sent.reminded_for >= starts:
                continue
            if guest.only not in (None, original):
                continue
            answer = answers.get(sent.invitation, {}).get(original, guest.answer)
            sent.reminded_for = starts
            # Who was told since, knows; who does not come, need not.
            was_told = sent.stamped_at is not None and sent.stamped_at >= one.since
            if was_told or answer in ABSENT:
                continue
            reader = readers.get(sent.address.casefold())
            letter = teller.letter(
                _post(guest, found, original), sent.invitation, reader
            )
            told = {**letter.told, "method": "", "answer": answer}
            written.append(letter._replace(kind=KIND, told=told))
    outbox.write_all(written, now)
    return len(written)


def _kept(invitations: list[str]) -> dict[str, Sent]:
    found: dict[str, Sent] = {}
    for start in range(0, len(invitations), guests.AT_ONCE):
        part = invitations[start : start + guests.AT_ONCE]
        statement = select_to_write(Sent).where(Sent.invitation.in_(part))
        found |= {one.invitation: one for one in db.session.scalars(statement)}
    return found


def _post(guest: Guest, found: Guests, original: datetime) -> Post:
    is_series = bool(found.profile.meeting.rrule)
    address = guest.sent.address if guest.sent else ""
    return Post(
        guest, "reminder", "REQUEST", {}, original if is_series else None, address
    )

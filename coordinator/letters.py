"""Letters: what a mail of a meeting tells its reader, as plain values.

Nothing is left to be looked up when the mail is written out: whatever has happened
since, a second try says the same as the first. No wording; views write it out.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from coordinator import meetings, networks, outbox
from coordinator.access import UNIT, select_to_write
from coordinator.guests import AT_ONCE, Guest, Guests
from coordinator.meetings import iso
from models import User, db

# Kinds of mail in the outbox, by METHOD of RFC 5546 §1.4.
REQUEST, CANCEL = "meeting_request", "meeting_cancel"
DECLINE_COUNTER, RECEIPT = "meeting_declinecounter", "meeting_receipt"
# Told as a request is, with no method: it holds no calendar part.
REMINDER = "meeting_reminder"
WHEN_AND_WHERE = ("starts", "ends", "timezone", "rrule", "towns")
SIGNIFICANT = (*WHEN_AND_WHERE, "excepted")
# A list of so many is no list of people any more, and would be in each mail.
MOST_SHOWN = 200


def is_significant(before: Mapping[str, Any]) -> bool:
    """Return whether one of these old values says when, how often or in which town."""
    return not before.keys().isdisjoint(SIGNIFICANT)


class Post(NamedTuple):
    """One mail to be written: to whom, by which method, and what it tells.

    `what` is invited, invited_again, updated, moved, cancelled, uninvited,
    occurrence_moved, occurrence_cancelled or occurrence_back. `before` holds the old
    values of what differs. `original` is the occurrence it is about, if one.
    """

    guest: Guest
    what: str
    method: str
    before: dict[str, Any]
    original: datetime | None = None
    address: str = ""

    @property
    def asks_again(self) -> bool:
        """Whether an earlier answer to the whole does not count for what this tells."""
        return self.method == "REQUEST" and (
            self.what in ("invited", "invited_again")
            or not self.before.keys().isdisjoint(WHEN_AND_WHERE)
        )

    @property
    def asks_of_occurrence(self) -> bool:
        """Whether no earlier answer counts for this one occurrence."""
        return self.what in ("occurrence_moved", "occurrence_back")


class Reader(NamedTuple):
    """How the one behind an address reads: as her user chose, where there is one."""

    user: str | None
    language: str
    timezone: str


def readers(addresses: Iterable[str]) -> dict[str, Reader]:
    """Return the readers who are users, by address in lower case."""
    wanted = sorted({address.casefold() for address in addresses})
    found: dict[str, Reader] = {}
    for start in range(0, len(wanted), AT_ONCE):
        statement = select_to_write(User.email, User.key, User.language, User.timezone)
        part = statement.where(
            User.email.in_(wanted[start : start + AT_ONCE]), User.disabled_at.is_(None)
        )
        for email, *reader in db.session.execute(part):
            found[email] = Reader(*reader)
    return found


def attendees(found: Guests) -> list[list[str]]:
    """Return who comes, where the organizer opened the list: name, address and part."""
    meeting = found.profile.meeting
    if not meeting.shows_attendees or meeting.is_protected:
        return []
    shown = sorted(
        [one.invitee.name, one.invitee.email, one.invitee.part]
        for one in found.guests
        if one.is_wanted and one.invitee.email
    )
    return shown if len(shown) <= MOST_SHOWN else []


class Teller:
    """Tells each invitee of a meeting: what all of them hear is made once."""

    def __init__(self, found: Guests) -> None:
        self.found = found
        self.profile = found.profile
        meeting = self.profile.meeting
        self.network = ""
        if meeting.network:
            self.network = networks.names([meeting.network], UNIT).get(
                meeting.network, ""
            )
        split = meeting.split_from
        self.related = meetings.uid_of(split) if split else ""
        self.attendees = attendees(found)
        self.names = {
            one.invitation: one.invitee.name
            for one in found.guests
            if one.invitation is not None
        }
        self.addresses = {
            one.invitation: one.sent.address
            for one in found.guests
            if one.invitation is not None and one.sent is not None
        }
        self.rows = {one.original: one for one in self.profile.overrides}

    def letter(self, post: Post, key: str, reader: Reader | None) -> outbox.Letter:
        """Return the mail of this post, with all that is needed to write it out."""
        meeting, guest = self.profile.meeting, post.guest
        sent = guest.sent
        told = {
            "meeting": meeting.key,
            "invitation": key,
            "method": post.method,
            "what": post.what,
            "before": self._before(post),
            "events": self._events(post),
            "is_protected": meeting.is_protected,
            "attendees": self.attendees,
            "name": guest.invitee.name,
            "title_of_post": guest.invitee.title,
            "organisation": guest.invitee.organisation_name,
            "stands_in_for": self.names.get(guest.delegated_from or "", ""),
            "delegated_from": self.addresses.get(guest.delegated_from or "", ""),
            "others": [one.name for one in guest.invitee.others],
            "part": guest.invitee.part,
            "answer": "needs-action"
            if post.asks_again or post.asks_of_occurrence
            else guest.answer,
            "reasons": [reason._asdict() for reason in guest.invitee.reasons],
            "agenda": []
            if meeting.is_protected
            else [
                {"title": one.title, "minutes": one.minutes, "steps": one.steps}
                for one in self.profile.agenda
            ],
            "network": "" if meeting.is_protected else self.network,
            "reason": self._reason(post),
            "answer_by": meeting.answer_by.isoformat() if meeting.answer_by else "",
            "timezone": reader.timezone if reader else meeting.timezone,
            "references": sent.first if sent else "",
        }
        return outbox.Letter(
            uuid4().hex,
            CANCEL if post.method == "CANCEL" else REQUEST,
            post.address,
            told,
            reader.language if reader else "nb",
            reader.user if reader else None,
        )

    def _before(self, post: Post) -> dict[str, Any]:
        """Return the old values that may be told: of a protected meeting, only when."""
        if not self.profile.meeting.is_protected:
            return post.before
        before = {
            name: value
            for name, value in post.before.items()
            if name in ("starts", "ends", "timezone", "rrule", "excepted")
        }
        if post.original is not None and (had := post.before.get("overrides")):
            before["overrides"] = [*had[:2], ""]
        return before

    def _reason(self, post: Post) -> str:
        meeting = self.profile.meeting
        if post.what == "cancelled":
            return meeting.reason
        if post.what == "occurrence_cancelled" and post.original in self.rows:
            return self.rows[post.original].reason
        return ""

    def _events(self, post: Post) -> list[dict[str, Any]]:
        """Return the components of the message: RFC 5545 VEVENTs, as plain values."""
        meeting, overrides = self.profile.meeting, self.profile.overrides
        if post.original is not None:
            return [self._occurrence(post.original, post)]
        whole = self._event(post) | {
            "rrule": meeting.rrule,
            "excepted": [iso(one.original) for one in overrides if one.is_cancelled],
        }
        moved = (one for one in overrides if not one.is_cancelled)
        if post.method == "CANCEL":
            return [whole]
        return [whole, *(self._occurrence(one.original, post) for one in moved)]

    def _event(self, post: Post) -> dict[str, Any]:
        meeting = self.profile.meeting
        is_off = post.what in ("cancelled", "occurrence_cancelled")
        return {
            "uid": meeting.uid,
            "sequence": meeting.sequence,
            "starts": iso(meeting.starts),
            "ends": iso(meeting.ends),
            "timezone": meeting.timezone,
            "title": "" if meeting.is_protected else meeting.title,
            "location": "" if meeting.is_protected else meeting.location,
            "link": "" if meeting.is_protected else meeting.link,
            "rrule": "",
            "excepted": [],
            "recurrence_id": "",
            # Who is taken off learns that she is, not that the meeting is.
            "status": "cancelled"
            if is_off
            else "confirmed"
            if post.method == "REQUEST"
            else "",
            "revised": (meeting.revised_at or datetime.now(UTC)).isoformat(),
            "related_to": self.related,
        }

    def _occurrence(self, original: datetime, post: Post) -> dict[str, Any]:
        meeting, own = self.profile.meeting, self.rows.get(original)
        event = self._event(post) | {"recurrence_id": iso(original)}
        if own is None:
            ends = original + (meeting.ends - meeting.starts)
            return event | {"starts": iso(original), "ends": iso(ends)}
        event |= {
            "starts": iso(own.starts),
            "ends": iso(own.ends),
            "sequence": max(own.sequence, meeting.sequence)
            if post.what == "uninvited"
            else own.sequence,
        }
        if own.location and not meeting.is_protected:
            event["location"] = own.location
        return event

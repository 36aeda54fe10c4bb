"""Verdicts: what a mail about a meeting counts for, decided on plain values.

A mail may be anyone's. An answer counts only where everything fits: the token of the
invitation, its address as the one sender and the one attendee, the meeting's UID, and a
SEQUENCE and DTSTAMP that are not older than what was asked and answered (RFC 5546
§2.1.5). What does not fit waits for the organizer, or counts for nothing.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from coordinator.incoming import Attendee, Scheduling

# What may be said to an organizer; a mail that says anything else changes nothing.
METHODS = ("REPLY", "COUNTER", "REFRESH")
GIVEN = ("accepted", "tentative", "declined", "delegated")
# Clocks differ a little; a stamp further ahead would outlive every later answer.
FARTHEST_AHEAD = timedelta(minutes=10)
LONGEST_PROPOSAL = timedelta(days=14)
MOST_OF_INVITATION = 5
MOST_OF_SENDER = 50
LIMITED_FOR = timedelta(hours=1)

# A mail is kept with the foremost of what was made of its parts.
CODES = (
    "held",
    "proposal",
    "crasher",
    "written",
    "foreign",
    "unknown_meeting",
    "unreadable",
    "too_large",
    "poison",
    "applied",
    "refreshed",
    "bounced",
    "old",
    "repeated",
    "no_answer",
    "not_asked",
    "too_late",
    "too_many",
    "auto_reply",
    "list",
    "own",
)
WAITING = CODES[:9]
"""What the organizer has to look at."""


class Bounce(NamedTuple):
    """A report that a mail did not arrive: which (its outbox key), and the status."""

    message: str
    status: str


@dataclass(frozen=True)
class Arrived:
    """A mail as it came, as plain values; nothing of its body.

    `senders` are all addresses in From, `invitation` the one whose token stands in an
    address. `nature` says what the mail is where it is none of a person about a
    meeting: own, list, auto_reply, unreadable, too_large or poison. `dmarc` is whether
    our own server found that it passes; None where that is not asked for. No receipt
    goes to a mail that `is_automatic`.
    """

    digest: str
    received_at: datetime
    senders: tuple[str, ...] = ()
    invitation: str | None = None
    nature: str = ""
    is_automatic: bool = False
    dmarc: bool | None = None
    said: tuple[Scheduling, ...] = ()
    bounce: Bounce | None = None

    @property
    def sender(self) -> str:
        """The one sender; empty where there is none, or more than one."""
        return self.senders[0] if len(self.senders) == 1 else ""


@dataclass(frozen=True)
class Invited:
    """The invitation that a message is about, and what is known of its answers.

    `sequence` is that of the newest message, `asked_sequence` the least that an answer
    must have. `reply` are SEQUENCE and DTSTAMP of the newest reply, `answered_at` when
    the answer that stands was given. `original` is the one occurrence that the message
    is about; `is_known` is false where the series has none at that time. `recent` are
    the answers applied in the last hour, `of_sender` the mails of the sender.
    """

    invitation: str
    meeting: str
    uid: str
    address: str
    has_token: bool
    can_answer: bool = True
    is_over: bool = False
    sequence: int = 0
    asked_sequence: int = 0
    reply: tuple[int, datetime] | None = None
    answered_at: datetime | None = None
    original: datetime | None = None
    is_known: bool = True
    recent: int = 0
    of_sender: int = 0


class Verdict(NamedTuple):
    """What is made of one message: one of CODES, and why, where that is not plain."""

    code: str
    why: str = ""


def verdict(mail: Arrived, said: Scheduling, invited: Invited | None) -> Verdict:
    """Return what the message counts for.

    `invited` is whom it is about, None for an address that nobody of the meeting has.
    """
    if said.method not in METHODS:
        return Verdict("foreign", "method")
    attendee = replier(said, invited)
    if attendee is None:
        return Verdict("unreadable", "no_attendee")
    if invited is None:
        return Verdict("crasher")
    if closed := _closed(said, invited):
        return closed
    doubt = _doubt(mail, said, attendee, invited)
    if said.method == "REFRESH":
        return Verdict("held", doubt) if doubt else Verdict("refreshed")
    if said.sequence < invited.asked_sequence:
        return Verdict("old", "sequence")
    if said.method == "COUNTER":
        return _of_proposal(said, invited, doubt)
    return _of_reply(mail, said, attendee, invited, doubt)


def _closed(said: Scheduling, invited: Invited) -> Verdict | None:
    """Return why nothing that is said of this invitation counts any more, if so."""
    if invited.uid != said.uid:
        return Verdict("unknown_meeting")
    if not invited.can_answer:
        return Verdict("not_asked")
    if invited.is_over:
        return Verdict("too_late")
    if invited.of_sender >= MOST_OF_SENDER:
        return Verdict("too_many", "of_sender")
    return None


def _of_reply(
    mail: Arrived, said: Scheduling, attendee: Attendee, invited: Invited, doubt: str
) -> Verdict:
    if attendee.partstat not in GIVEN:
        return Verdict("no_answer")
    if said.dtstamp is not None:
        stamp = min(said.sequence, invited.sequence), said.dtstamp
        if invited.reply is not None and stamp == invited.reply:
            return Verdict("repeated")
        if invited.reply is not None and stamp < invited.reply:
            return Verdict("old", "stamp")
        # DTSTAMP knows no parts of a second.
        since = invited.answered_at and invited.answered_at.replace(microsecond=0)
        if since and said.dtstamp < since:
            return Verdict("old", "answered_since")
    if said.dtstamp is None:
        doubt = doubt or "no_stamp"
    elif said.dtstamp - mail.received_at > FARTHEST_AHEAD:
        doubt = doubt or "stamp_ahead"
    if attendee.partstat == "delegated" and not attendee.delegated_to:
        doubt = doubt or "no_delegate"
    elif attendee.partstat == "delegated" and invited.original is not None:
        doubt = doubt or "delegates_occurrence"
    return Verdict("held", doubt) if doubt else Verdict("applied")


def _of_proposal(said: Scheduling, invited: Invited, doubt: str) -> Verdict:
    """Return what a COUNTER counts for: it waits, and moves nothing."""
    if said.starts is None or said.ends is None:
        return Verdict("unreadable", "no_time")
    if (said.starts.tzinfo is None) != (said.ends.tzinfo is None):
        return Verdict("unreadable", "no_time")
    if not timedelta() < said.ends - said.starts <= LONGEST_PROPOSAL:
        return Verdict("unreadable", "no_time")
    if not invited.is_known:
        return Verdict("old", "unknown_occurrence")
    return Verdict("proposal", doubt)


def _doubt(
    mail: Arrived, said: Scheduling, attendee: Attendee, invited: Invited
) -> str:
    """Return why it may not be the invitee's own word; empty where it is."""
    address = same_form(attendee.address)
    reasons = (
        (mail.dmarc is False, "failed_dmarc"),
        (len(mail.senders) != 1, "several_senders"),
        (address != invited.address, "other_address"),
        (mail.sender != invited.address, "other_sender"),
        (len(repliers(said)) != 1, "several_attendees"),
        (not invited.has_token, "no_token"),
        (not invited.is_known, "unknown_occurrence"),
        (invited.recent >= MOST_OF_INVITATION, "too_many"),
    )
    return next((why for is_so, why in reasons if is_so), "")


def repliers(said: Scheduling) -> list[Attendee]:
    """Return who answers: each attendee but those to whom another one delegates."""
    to = {one.delegated_to for one in said.attendees if one.delegated_to}
    return [one for one in said.attendees if one.address not in to]


def replier(said: Scheduling, invited: Invited | None) -> Attendee | None:
    """Return who answers: of several, the invitee; None where nobody is named."""
    found = repliers(said)
    own = (
        one for one in found if invited and same_form(one.address) == invited.address
    )
    return next(own, found[0] if found else None)


def foremost(codes: Sequence[str]) -> str:
    """Return what a mail of several parts is kept as."""
    return min(codes, key=CODES.index)


def same_form(address: str) -> str:
    """Return the address in the form that addresses are compared in.

    Only A to Z are folded: other letters that look or fold alike are other letters.

    >>> same_form("Kari.Nord@BV.example"), same_form("\u212aari@bv.example")
    ('kari.nord@bv.example', '\u212aari@bv.example')
    """
    local, at, domain = address.strip().rpartition("@")
    local, domain = (
        "".join(one.lower() if one.isascii() else one for one in part)
        for part in (local, domain)
    )
    with suppress(UnicodeError):
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    return f"{local}{at}{domain}"

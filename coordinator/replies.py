"""Replies: what invitees answer, by link or by mail, and who comes in their place.

An answer is applied at once and stands in the history. The last one counts, whichever
way it came (RFC 5546 §2.1.5 by SEQUENCE and DTSTAMP for mails).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import insert

from coordinator import (
    accounts,
    guests,
    invitations,
    meetings,
    recurrence,
    upsert,
    values,
)
from coordinator.access import UNIT, select_to_write
from coordinator.editing import Invalid
from coordinator.errors import BadAddress, NotFound, Refused
from coordinator.exchange import Finding
from coordinator.guests import INVITATION, SENT, InvitationRow, SentRow
from coordinator.meetings import MEETING, Profile, iso
from models import Attendance, OccurrenceAnswer, Sent, db, one_write

ATTENDANCE = Attendance.__table__
OCCURRENCE_ANSWER = OccurrenceAnswer.__table__
GIVEN = ("accepted", "tentative", "declined")
LONGEST_COMMENT = 500
LONGEST_NAME = 200
# Who stands in for a delegate's delegate's delegate is asked by the organizer.
LONGEST_CHAIN = 3
WHO = "invitee"


class NotAsked(Refused):
    """The invitation was taken back, or the meeting is cancelled."""


class TooLate(Refused):
    """The meeting is over."""


class Asked(NamedTuple):
    """An invitation with its meeting, as the one who holds it answers it."""

    invitation: InvitationRow
    sent: SentRow
    profile: Profile
    answers: Mapping[datetime, str]

    @property
    def can_answer(self) -> bool:
        """Whether an answer would still mean something."""
        meeting = self.profile.meeting
        return (
            self.sent.is_standing
            and not self.invitation.is_removed
            and meeting.status != "cancelled"
        )


def asked(invitation: str) -> Asked:
    """Return what the holder of an invitation is asked; raise NotFound for none."""
    row = _invitation(invitation)
    sent = guests.sent_of([invitation]).get(invitation)
    if sent is None or sent.stamped_at is None:
        raise NotFound("invitation", invitation)
    profile = meetings.profile(row.meeting, UNIT)
    return Asked(row, sent, profile, answers_of([invitation]).get(invitation, {}))


def answers_of(invitations: list[str]) -> dict[str, dict[datetime, str]]:
    """Return the answers to single occurrences, by invitation and original time."""
    table = OCCURRENCE_ANSWER.c
    statement = select_to_write(table.invitation, table.original, table.answer)
    found: dict[str, dict[datetime, str]] = {}
    for row in db.session.execute(statement.where(table.invitation.in_(invitations))):
        found.setdefault(row.invitation, {})[row.original] = row.answer
    return found


@one_write
def answer(
    invitation: str,
    given: str,
    *,
    comment: str = "",
    original: datetime | None = None,
    by: str = "link",
) -> None:
    """Take down an answer: accepted, tentative or declined; to one occurrence if named.

    Raise Invalid, NotFound, or NotAsked.
    """
    apply(invitation, given, comment=comment, original=original, by=by)


@one_write
def send_deputy(
    invitation: str, name: str, email: str, *, comment: str = "", by: str = "link"
) -> str:
    """Let somebody come instead; return the deputy's invitation, which is mailed.

    The one who sends a deputy answers `delegated` (RFC 5546 §2.2.3, §3.2.2.3). Raise
    Invalid, NotFound, or NotAsked.
    """
    return delegate(invitation, name, email, comment=comment, by=by)


def apply(
    invitation: str,
    given: str,
    *,
    comment: str = "",
    original: datetime | None = None,
    by: str,
    at: datetime | None = None,
    who: str = WHO,
) -> None:
    """Take down an answer in the caller's transaction; see `answer`."""
    if given not in GIVEN:
        raise Invalid(
            [Finding(2, "answer", "bad_choice", {"choices": ", ".join(GIVEN)})]
        )
    comment = read_comment(comment)
    found = _invitation(invitation)
    _refuse_not_asked(found)
    at = at or datetime.now(UTC)
    said = {"answer": given, "answered_at": at, "answered_by": by, "comment": comment}
    connection = db.session.connection()
    if original is not None:
        refuse_unknown(meetings.profile(found.meeting, UNIT), original)
        row = said | {
            "key": f"{invitation}|{iso(original)}",
            "invitation": invitation,
            "original": original,
        }
        upsert.write(connection, who, OCCURRENCE_ANSWER, [row])
        return
    row = said | {"key": invitation, "deputy": ""}
    upsert.write(connection, who, INVITATION, [row])
    if found.answer == "delegated":
        _take_back_deputies(invitation, who)
    note_attendance(found, given, who)


def _refuse_not_asked(row: InvitationRow) -> None:
    """Raise NotFound or NotAsked as `asked` tells, for no more than it takes.

    A thousand answers in a row read no agenda.
    """
    columns = SENT.c.told.is_not(None), SENT.c.is_cancelled, MEETING.c.status
    statement = select_to_write(*columns).where(
        INVITATION.c.key == row.key,
        SENT.c.invitation == INVITATION.c.key,
        SENT.c.stamped_at.is_not(None),
        MEETING.c.key == INVITATION.c.meeting,
    )
    found = db.session.execute(statement).first()
    if found is None:
        raise NotFound("invitation", row.key)
    is_told, is_taken_back, status = found
    if not is_told or is_taken_back or row.is_removed or status == "cancelled":
        raise NotAsked


def delegate(
    invitation: str,
    name: str,
    email: str,
    *,
    comment: str = "",
    by: str,
    at: datetime | None = None,
    who: str = WHO,
) -> str:
    """Let somebody come instead, in the caller's transaction; see `send_deputy`."""
    found = asked(invitation)
    if not found.can_answer:
        raise NotAsked
    findings = []
    name = name.strip()
    if not name:
        findings.append(Finding(2, "name", "required"))
    elif values.has_controls(name):
        findings.append(Finding(2, "name", "control_characters"))
    elif len(name) > LONGEST_NAME:
        longest = {"longest": str(LONGEST_NAME)}
        findings.append(Finding(2, "name", "too_long", longest))
    try:
        address = accounts.address_of(email)
    except BadAddress:
        findings.append(Finding(2, "email", "bad_email"))
    if findings:
        raise Invalid(findings)
    _refuse_loop(found, address)
    connection = db.session.connection()
    said = {
        "key": invitation,
        "answer": "delegated",
        "answered_at": at or datetime.now(UTC),
        "answered_by": by,
        "comment": read_comment(comment),
        "deputy": name,
    }
    upsert.write(connection, who, INVITATION, [said])
    note_attendance(found.invitation, "delegated", who)
    return _invite_deputy(found, name, address, who)


def _take_back_deputies(invitation: str, who: str) -> None:
    """Who comes after all needs no deputy; whoever was asked gets a CANCEL next."""
    table = INVITATION.c
    deputies = select_to_write(table.key).where(table.delegated_from == invitation)
    rows = [
        {"key": key, "is_removed": True} for key in db.session.scalars(deputies).all()
    ]
    if rows:
        upsert.write(db.session.connection(), who, INVITATION, rows)


def _invite_deputy(found: Asked, name: str, address: str, who: str) -> str:
    """Keep the deputy's invitation, in place of an earlier deputy of the same one."""
    connection = db.session.connection()
    table = INVITATION.c
    earlier = select_to_write(table.key, Sent.address).where(
        table.delegated_from == found.invitation.key,
        Sent.invitation == table.key,
    )
    same = None
    for one in db.session.execute(earlier):
        if one.address.casefold() == address.casefold():
            same = one.key
        else:
            gone = {"key": one.key, "is_removed": True}
            upsert.write(connection, who, INVITATION, [gone])
    if same is not None:
        upsert.write(connection, who, INVITATION, [{"key": same, "is_removed": False}])
        invitations.send_to(str(same), who)
        return str(same)
    key = uuid4().hex
    row = {
        "key": key,
        "meeting": found.invitation.meeting,
        "holder": found.invitation.holder,
        "person": None,
        "only": found.invitation.only,
        "origin": "delegate",
        "part": found.invitation.part,
        "delegated_from": found.invitation.key,
    }
    upsert.write(connection, who, INVITATION, [row])
    blank = {
        "invitation": key,
        "address": address,
        "name": name,
        "is_cancelled": False,
        "sequence": 0,
        "asked_sequence": 0,
        "first": "",
        "message": "",
        "bounce": "",
    }
    connection.execute(insert(SENT), [blank])
    invitations.send_to(key, who)
    return key


def _refuse_loop(found: Asked, address: str) -> None:
    """Refuse a deputy who sent this one, and chains that nobody follows any more."""
    passed = {found.sent.address.casefold()}
    row = found.invitation
    for _ in range(LONGEST_CHAIN):
        if row.delegated_from is None:
            break
        row = _invitation(row.delegated_from)
        at = guests.sent_of([row.key]).get(row.key)
        passed |= {at.address.casefold()} if at else set()
    else:
        raise Invalid([Finding(2, "email", "too_many_deputies")])
    if address.casefold() in passed:
        raise Invalid([Finding(2, "email", "deputy_is_self")])


def note_attendance(invitation: InvitationRow, given: str | None, who: str) -> None:
    """Keep the answer as what the network remembers of the holder at the meeting."""
    if invitation.holder is None:
        return
    row = {
        "key": f"{invitation.meeting}|{invitation.holder}",
        "meeting": invitation.meeting,
        "holder": invitation.holder,
        "answer": given,
    }
    defaults = {"audience": "network"}
    upsert.write(db.session.connection(), who, ATTENDANCE, [row], defaults)


def refuse_unknown(profile: Profile, original: datetime) -> None:
    """Raise NotFound for a time that the series does not have."""
    times = (one.original for one in recurrence.occurrences(profile.series))
    if original not in times:
        raise NotFound("occurrence", iso(original))


def read_comment(text: str) -> str:
    """Return a comment as it is kept; raise Invalid for one that cannot be."""
    text = " ".join(text.split())
    if values.has_controls(text):
        raise Invalid([Finding(2, "comment", "control_characters")])
    if len(text) > LONGEST_COMMENT:
        longest = {"longest": str(LONGEST_COMMENT)}
        raise Invalid([Finding(2, "comment", "too_long", longest)])
    return text


def _invitation(key: str) -> InvitationRow:
    columns = (INVITATION.c[name] for name in InvitationRow._fields)
    statement = select_to_write(*columns).where(INVITATION.c.key == key)
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound("invitation", key)
    return InvitationRow(*row)

"""Invitations: who is asked to a meeting, what they answered, and what they last got.

What is recorded holds no address: change rows are kept for ever. Addresses are in
`Sent`, which has no history and goes when the meeting is long past.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE, JSON_VALUE, KEY, LONG_KEY, Base, Classified, Unrecorded
from models.meeting import LocalDateTime
from models.user import DIGEST

# PARTSTAT of RFC 5545 §3.2.12 for events, in lower case.
ANSWERS = ("needs-action", "accepted", "tentative", "declined", "delegated")
# How much someone is needed, from the most: ROLE of RFC 5545 §3.2.16.
PARTS = ("chair", "required", "optional", "informed")
INVITATION_ORIGINS = ("derived", "added", "network", "delegate")


class Invitation(Base):
    """Someone at a meeting: an organisation or a post, and the person who holds it.

    `part` is what the organizer chose, where it is not what was derived. `is_removed`
    keeps off the list whom the agenda would bring back. `only` is the one occurrence
    that someone is asked to. A delegate has the invitation it came from.
    """

    __tablename__ = "invitation"
    __table_args__ = (Index(None, "meeting", "holder"),)

    key: Mapped[str] = mapped_column(CODE, primary_key=True)
    meeting: Mapped[str] = mapped_column(
        ForeignKey("meeting.key", ondelete="RESTRICT"), index=True
    )
    holder: Mapped[str | None] = mapped_column(
        ForeignKey("entry.key", ondelete="RESTRICT"), index=True
    )
    person: Mapped[str | None] = mapped_column(
        ForeignKey("person.key", ondelete="RESTRICT"), index=True
    )
    only: Mapped[datetime | None] = mapped_column(LocalDateTime())
    origin: Mapped[str] = mapped_column(String(10), default="derived")
    part: Mapped[str | None] = mapped_column(String(10))
    is_removed: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(String(12), default="needs-action")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(10), default="")
    comment: Mapped[str] = mapped_column(String(500), default="")
    # Who comes instead, in words; the delegate's own invitation has `delegated_from`.
    deputy: Mapped[str] = mapped_column(String(200), default="")
    delegated_from: Mapped[str | None] = mapped_column(
        ForeignKey("invitation.key", ondelete="RESTRICT"), index=True
    )


class OccurrenceAnswer(Base):
    """An answer to one occurrence of a series, where it differs from that to all."""

    __tablename__ = "occurrence_answer"

    key: Mapped[str] = mapped_column(LONG_KEY, primary_key=True)
    invitation: Mapped[str] = mapped_column(
        ForeignKey("invitation.key", ondelete="RESTRICT"), index=True
    )
    original: Mapped[datetime] = mapped_column(LocalDateTime())
    answer: Mapped[str] = mapped_column(String(12))
    answered_at: Mapped[datetime]
    answered_by: Mapped[str] = mapped_column(String(10), default="")
    comment: Mapped[str] = mapped_column(String(500), default="")


class Attendance(Classified, Base):
    """What the network remembers of a holder at a meeting: its answer, if it came.

    Written when someone answers or is noted present, and read from files.
    """

    __tablename__ = "attendance"

    key: Mapped[str] = mapped_column(LONG_KEY, primary_key=True)
    meeting: Mapped[str] = mapped_column(
        ForeignKey("meeting.key", ondelete="RESTRICT"), index=True
    )
    holder: Mapped[str] = mapped_column(
        ForeignKey("entry.key", ondelete="RESTRICT"), index=True
    )
    answer: Mapped[str | None] = mapped_column(String(12))
    attended: Mapped[bool | None]


class Sent(Unrecorded, Base):
    """What an invitee last got, and where: what is sent next is the difference.

    `told` is what they saw (see coordinator/invitations.py), null before the first
    mail. `sequence` and `stamped_at` are of the newest message, `asked_sequence` that
    of the newest which asked for an answer: an older reply does not count.
    `last_reply` are SEQUENCE and DTSTAMP of the newest reply that was applied. `first`
    is the outbox key of the first mail, which later ones refer to.
    """

    __tablename__ = "sent"

    invitation: Mapped[str] = mapped_column(
        ForeignKey("invitation.key", ondelete="CASCADE"), primary_key=True
    )
    address: Mapped[str] = mapped_column(String(320), index=True)
    name: Mapped[str] = mapped_column(String(300), default="")
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON_VALUE)
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    asked_sequence: Mapped[int] = mapped_column(default=0)
    stamped_at: Mapped[datetime | None]
    reply_sequence: Mapped[int | None]
    reply_stamped_at: Mapped[datetime | None]
    first: Mapped[str] = mapped_column(CODE, default="")
    message: Mapped[str] = mapped_column(CODE, default="", index=True)
    bounced_at: Mapped[datetime | None]
    bounce: Mapped[str] = mapped_column(String(100), default="")
    reminded_for: Mapped[datetime | None] = mapped_column(LocalDateTime())


class Received(Unrecorded, Base):
    """A mail that came, kept once: what it said of a meeting, and what became of it.

    `digest` is the SHA-256 of the mail. Nothing of its body is kept. `verdict` is what
    was made of it; one that waits for the organizer has no `settled_at` yet.
    """

    __tablename__ = "received"
    __table_args__ = (
        Index(None, "meeting", "settled_at"),
        Index(None, "sender", "received_at"),
    )

    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    received_at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(String(320), default="")
    method: Mapped[str] = mapped_column(String(20), default="")
    verdict: Mapped[str] = mapped_column(String(30))
    meeting: Mapped[str | None] = mapped_column(
        ForeignKey("meeting.key", ondelete="CASCADE"), index=True
    )
    invitation: Mapped[str | None] = mapped_column(
        ForeignKey("invitation.key", ondelete="CASCADE"), index=True
    )
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON_VALUE)
    settled_at: Mapped[datetime | None]
    settled: Mapped[str] = mapped_column(String(12), default="")


class Feed(Unrecorded, Base):
    """A secret address where one device of a user reads meetings (RFC 7986).

    Of her own meetings where `scope` is `mine`, else of the network or organisation
    that `subject` names. The secret is kept as its digest alone.
    """

    __tablename__ = "feed"

    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    user: Mapped[str] = mapped_column(
        ForeignKey("user.key", ondelete="CASCADE"), index=True
    )
    scope: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(KEY, default="")
    label: Mapped[str] = mapped_column(String(100), default="")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

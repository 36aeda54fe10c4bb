"""Meetings: what is met about, when, and each occurrence that is not like the others.

Times are local: wall time and the zone it is read in. A zone's rules may change before
the day comes, and a meeting at nine stays at nine (RFC 5545 §3.3.5, form 3).
"""

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Dialect, ForeignKey, Index, String, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from models.base import CODE, KEY, LONG_KEY, Base, Classified, Searchable

MEETING_STATUSES = ("confirmed", "cancelled")
LONGEST_TITLE = 200


class LocalDateTime(TypeDecorator[datetime]):
    """A wall time, in the zone that its row names; refuses one that carries a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return it as it is."""
        if value is not None and value.tzinfo is not None:
            raise ValueError("a wall time carries no time zone")
        return value


def _uid() -> str:
    return str(uuid4())


class Meeting(Classified, Searchable, Base):
    """A meeting, or a series of them; `uid` is its name in every calendar, for life.

    `sequence` is SEQUENCE of RFC 5545: it rises when time, rule, town or status change
    after the meeting was first sent. `revised_at` is when anything an attendee sees
    changed. `steps` are those of its agenda, or what a file said of a meeting without
    one. `split_from` is the series that this one goes on from.
    """

    __tablename__ = "meeting"
    __table_args__ = (Index(None, "starts"),)

    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    uid: Mapped[str] = mapped_column(String(255), unique=True, default=_uid)
    network: Mapped[str | None] = mapped_column(
        ForeignKey("network.key", ondelete="RESTRICT"), index=True
    )
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    starts: Mapped[datetime] = mapped_column(LocalDateTime())
    ends: Mapped[datetime] = mapped_column(LocalDateTime())
    timezone: Mapped[str] = mapped_column(String(64), default="Europe/Oslo")
    rrule: Mapped[str] = mapped_column(String(200), default="")
    # The day of the last occurrence in its zone, so that a list need not expand rules.
    last_day: Mapped[date | None] = mapped_column(index=True)
    location: Mapped[str] = mapped_column(String(300), default="")
    link: Mapped[str] = mapped_column(String(1000), default="")
    steps: Mapped[tuple[str, ...]]
    status: Mapped[str] = mapped_column(String(10), default="confirmed")
    reason: Mapped[str] = mapped_column(String(300), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    revised_at: Mapped[datetime | None]
    first_sent_at: Mapped[datetime | None]
    organizer: Mapped[str] = mapped_column(CODE, default="")
    shows_attendees: Mapped[bool] = mapped_column(default=False)
    answer_by: Mapped[date | None]
    split_from: Mapped[str | None] = mapped_column(
        ForeignKey("meeting.key", ondelete="RESTRICT"), index=True
    )


class Occurrence(Base):
    """One occurrence of a series that was moved or cancelled.

    `original` is when the rule has it (RECURRENCE-ID). Where it is cancelled, `reason`
    says why. `sequence` is its own SEQUENCE.
    """

    __tablename__ = "occurrence"

    key: Mapped[str] = mapped_column(LONG_KEY, primary_key=True)
    meeting: Mapped[str] = mapped_column(
        ForeignKey("meeting.key", ondelete="RESTRICT"), index=True
    )
    original: Mapped[datetime] = mapped_column(LocalDateTime())
    starts: Mapped[datetime] = mapped_column(LocalDateTime())
    ends: Mapped[datetime] = mapped_column(LocalDateTime())
    location: Mapped[str] = mapped_column(String(300), default="")
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(300), default="")
    sequence: Mapped[int] = mapped_column(default=0)


class AgendaItem(Base):
    """What is to be talked of: it names steps, clarifications or organisations.

    Place and track say where and for whom; nothing said is the whole country and every
    track. An item without a meeting waits in the backlog, of a network where it names
    one. `carried_from` is the meeting that did not come to it.
    """

    __tablename__ = "agenda_item"

    key: Mapped[str] = mapped_column(CODE, primary_key=True)
    meeting: Mapped[str | None] = mapped_column(
        ForeignKey("meeting.key", ondelete="RESTRICT"), index=True
    )
    network: Mapped[str | None] = mapped_column(
        ForeignKey("network.key", ondelete="RESTRICT"), index=True
    )
    order: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    minutes: Mapped[int | None]
    steps: Mapped[tuple[str, ...]]
    clarifications: Mapped[tuple[str, ...]]
    organisations: Mapped[tuple[str, ...]]
    place: Mapped[str | None] = mapped_column(
        ForeignKey("place.code", ondelete="RESTRICT"), index=True
    )
    track: Mapped[str | None] = mapped_column(CODE)
    owner: Mapped[str | None] = mapped_column(
        ForeignKey("entry.key", ondelete="RESTRICT"), index=True
    )
    carried_from: Mapped[str | None] = mapped_column(
        ForeignKey("meeting.key", ondelete="RESTRICT"), index=True
    )

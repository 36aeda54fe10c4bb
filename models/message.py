"""The outbox: every mail that leaves, written in the transaction that it tells of."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE, JSON_VALUE, Base, Unrecorded

MESSAGE_STATES = ("waiting", "sent", "failed", "withdrawn")


class Message(Unrecorded, Base):
    """One mail to one recipient: what it tells, and how far it has come.

    `kind` names the template and `told` what it needs. `told` may hold a link that
    works once, so it is emptied when the mail has left. `leased_until` is set while
    someone delivers it; then it is nobody else's.
    """

    __tablename__ = "message"
    __table_args__ = (Index(None, "state", "due_at"),)

    key: Mapped[str] = mapped_column(CODE, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    recipient: Mapped[str] = mapped_column(String(320))
    user: Mapped[str | None] = mapped_column(
        ForeignKey("user.key", ondelete="CASCADE"), index=True
    )
    language: Mapped[str] = mapped_column(String(2), default="nb")
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON_VALUE)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(String(200), default="")

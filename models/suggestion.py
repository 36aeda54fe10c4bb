"""Suggestions: anyone says "this is wrong" or "here is nobody"."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE, KEY, Base, Classified

SUGGESTION_KINDS = ("wrong", "gap")


class Suggestion(Classified, Base):
    """What someone without an account told the unit, and of what; never of a person.

    Step, place, track and organisation are those of the page it was sent from: what
    was there then, not keys that must still lead somewhere.
    """

    __tablename__ = "suggestion"

    key: Mapped[str] = mapped_column(CODE, primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(10))
    step: Mapped[str | None] = mapped_column(CODE)
    place: Mapped[str | None] = mapped_column(CODE)
    track: Mapped[str | None] = mapped_column(CODE)
    organisation: Mapped[str | None] = mapped_column(KEY)
    text: Mapped[str] = mapped_column(String(2000))

"""Sources: the law, agreement or page that a claim rests on."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE, Base, Classified, LocalisedText


class Source(Classified, Base):
    """What a claim rests on, when it was last checked and when it must be again."""

    __tablename__ = "source"

    key: Mapped[str] = mapped_column(CODE, primary_key=True)
    title: Mapped[LocalisedText]
    note: Mapped[LocalisedText | None]
    web: Mapped[str | None] = mapped_column(String(2000))
    checked_on: Mapped[date | None]
    next_check_on: Mapped[date | None]

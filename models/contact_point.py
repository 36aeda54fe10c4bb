"""Contact points: how an organisation, a post or a person is reached."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import LONG_KEY, Base, Classified, Confirmable, Searchable

CHANNELS = ("phone", "email", "web", "visit")


class ContactPoint(Classified, Confirmable, Searchable, Base):
    """One line of one owner, with opening hours and an audience class of its own."""

    __tablename__ = "contact_point"

    key: Mapped[str] = mapped_column(LONG_KEY, primary_key=True)
    owner: Mapped[str] = mapped_column(
        ForeignKey("entry.key", ondelete="RESTRICT"), index=True
    )
    channel: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(500))
    hours: Mapped[str] = mapped_column(String(500), default="")
    order: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(1000), default="")

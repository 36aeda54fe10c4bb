"""Posts, and who holds them from when to when."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import LONG_KEY, Base, Classified, Searchable
from models.organisation import Entry


class Post(Searchable, Entry):
    """A function at an organisation (W3C ORG); exists while vacant."""

    __tablename__ = "post"

    key: Mapped[str] = mapped_column(
        ForeignKey(
            "entry.key", ondelete="CASCADE", deferrable=True, initially="DEFERRED"
        ),
        primary_key=True,
    )
    organisation: Mapped[str] = mapped_column(
        ForeignKey("organisation.key", ondelete="RESTRICT"), index=True
    )
    title: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    __mapper_args__ = {"polymorphic_identity": "post"}


class Holding(Classified, Base):
    """A person holds a post from–to; whether it is current is read from the dates."""

    __tablename__ = "holding"

    key: Mapped[str] = mapped_column(LONG_KEY, primary_key=True)
    person: Mapped[str] = mapped_column(
        ForeignKey("person.key", ondelete="RESTRICT"), index=True
    )
    post: Mapped[str] = mapped_column(
        ForeignKey("post.key", ondelete="RESTRICT"), index=True
    )
    deputy: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

"""Persons who hold posts. Optional everywhere: a post without a name is complete."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Searchable
from models.organisation import Entry


class Person(Searchable, Entry):
    """A helper by name and languages; never a victim, never a case."""

    __tablename__ = "person"

    key: Mapped[str] = mapped_column(
        ForeignKey(
            "entry.key", ondelete="CASCADE", deferrable=True, initially="DEFERRED"
        ),
        primary_key=True,
    )
    name: Mapped[str] = mapped_column(String(300))
    languages: Mapped[tuple[str, ...]]

    __mapper_args__ = {"polymorphic_identity": "person"}

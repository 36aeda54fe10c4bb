"""Responsibilities: who has which role in a step, where and for whom."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE, LONG_KEY, Base, Classified, Confirmable

ROLES = ("A", "R", "C", "I")
# From the most to the least settled.
STATUSES = ("statutory", "agreed", "proposed", "contested", "unclear")


class Responsibility(Classified, Confirmable, Base):
    """Step × role (RACI) × holder × place × tracks, valid from–to (both inclusive).

    The holder is an entry (an organisation or a post) or a kind of organisation, one
    of the two; never a person.
    """

    __tablename__ = "responsibility"
    __table_args__ = (
        CheckConstraint(
            "(holder_kind IS NULL) <> (holder_key IS NULL)", name="one_holder"
        ),
        Index(None, "step", "place"),
    )

    key: Mapped[str] = mapped_column(LONG_KEY, primary_key=True)
    step: Mapped[str] = mapped_column(ForeignKey("step.code", ondelete="RESTRICT"))
    role: Mapped[str] = mapped_column(String(1))
    holder_kind: Mapped[str | None] = mapped_column(
        ForeignKey("organisation_kind.code", ondelete="RESTRICT"), index=True
    )
    holder_key: Mapped[str | None] = mapped_column(
        ForeignKey("entry.key", ondelete="RESTRICT"), index=True
    )
    place: Mapped[str] = mapped_column(
        ForeignKey("place.code", ondelete="RESTRICT"), index=True
    )
    tracks: Mapped[tuple[str, ...]]
    status: Mapped[str] = mapped_column(String(12))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    sources: Mapped[tuple[str, ...]]
    order: Mapped[int] = mapped_column(default=0)
    confirmed_by: Mapped[str | None] = mapped_column(CODE)

    @property
    def holder(self) -> str:
        """The holder as exchange files write it: a key, or `kind:` and a kind."""
        return self.holder_key or f"kind:{self.holder_kind}"

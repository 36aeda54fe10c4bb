"""What is kept of the network's weak spots: accepted ones, seen ones, saved what-ifs.

The findings themselves are worked out, never edited; see `coordinator/questions.py`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import (
    CODE,
    JSON_VALUE,
    LONG_KEY,
    Base,
    Classified,
    LocalisedText,
    Unrecorded,
)
from models.user import DIGEST


class Acceptance(Classified, Base):
    """A weak spot that the unit lives with until a day, and why.

    It covers every finding of the question and weakness that says what is set here, at
    its place or below it; `about` are entries, networks or sources that the finding
    must name.
    """

    __tablename__ = "acceptance"

    key: Mapped[str] = mapped_column(LONG_KEY, primary_key=True)
    question: Mapped[str] = mapped_column(CODE)
    weakness: Mapped[str] = mapped_column(CODE)
    step: Mapped[str | None] = mapped_column(
        ForeignKey("step.code", ondelete="RESTRICT"), index=True
    )
    to_step: Mapped[str | None] = mapped_column(
        ForeignKey("step.code", ondelete="RESTRICT"), index=True
    )
    place: Mapped[str | None] = mapped_column(
        ForeignKey("place.code", ondelete="RESTRICT"), index=True
    )
    track: Mapped[str | None] = mapped_column(CODE)
    about: Mapped[tuple[str, ...]]
    reason: Mapped[LocalisedText]
    until: Mapped[date]


class Scenario(Classified, Unrecorded, Base):
    """A what-if that someone of the unit saved, to be opened again and shared."""

    __tablename__ = "scenario"

    key: Mapped[str] = mapped_column(CODE, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    without: Mapped[tuple[str, ...]]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(CODE)


class Sighting(Unrecorded, Base):
    """A finding was there from a day, and until one; null: it still is.

    `row` is where the state of the network counts it, `digest` the SHA-256 of its key.
    """

    __tablename__ = "sighting"

    row: Mapped[str] = mapped_column(CODE, primary_key=True)
    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    seen_from: Mapped[date] = mapped_column(primary_key=True)
    seen_to: Mapped[date | None]


class Analysis(Unrecorded, Base):
    """What a question found, kept with the seq of the newest change it knew of."""

    __tablename__ = "analysis"

    question: Mapped[str] = mapped_column(CODE, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger())
    on: Mapped[date]
    reckoned_at: Mapped[datetime]
    told: Mapped[dict[str, Any]] = mapped_column(JSON_VALUE)

"""The journey: processes with phases, steps, tracks, pillars, rights and handovers."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import (
    CODE,
    JSON_VALUE,
    LONG_KEY,
    Base,
    Classified,
    LocalisedText,
)


class Process(Classified, Base):
    """A process: the person's journey, duties of the system, or the unit's own work."""

    __tablename__ = "process"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[LocalisedText]
    note: Mapped[LocalisedText | None]
    states: Mapped[tuple[str, ...]]
    order: Mapped[int] = mapped_column(default=0)


class Phase(Classified, Base):
    """A stretch of the journey: identify, support, verify, after."""

    __tablename__ = "phase"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    title: Mapped[LocalisedText]
    order: Mapped[int] = mapped_column(default=0)


class Pillar(Classified, Base):
    """A pillar of the OSCE/ODIHR NRM Handbook, second edition."""

    __tablename__ = "pillar"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    title: Mapped[LocalisedText]


class Track(Classified, Base):
    """For whom: adult or child, asylum seeker or not. Doubt about age means child."""

    __tablename__ = "track"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    child: Mapped[bool]
    label: Mapped[LocalisedText]
    order: Mapped[int] = mapped_column(default=0)


class SharingRule(Classified, Base):
    """What may be shared when a step begins or is handed over."""

    __tablename__ = "sharing_rule"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    text: Mapped[LocalisedText]


class Override(Classified, Base):
    """What goes before every answer: immediate danger, and the child rule."""

    __tablename__ = "override"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    text: Mapped[LocalisedText]
    source: Mapped[str | None] = mapped_column(
        ForeignKey("source.key", ondelete="RESTRICT")
    )
    order: Mapped[int] = mapped_column(default=0)


class Right(Classified, Base):
    """A right of the possible victim, and the steps that deliver it."""

    __tablename__ = "right"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    label: Mapped[LocalisedText]
    steps: Mapped[tuple[str, ...]]
    order: Mapped[int] = mapped_column(default=0)


class Step(Classified, Base):
    """One step of a process, with what the law and the field say about it.

    `fallback` and `appeal` list kinds of organisations in the order to try them;
    `shares` maps each track to a sharing rule; `rights_minor` come on top of `rights`
    for children; `law` and `duty` list sources.
    """

    __tablename__ = "step"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    process: Mapped[str] = mapped_column(
        ForeignKey("process.code", ondelete="RESTRICT")
    )
    order: Mapped[int] = mapped_column(default=0)
    phase: Mapped[str | None] = mapped_column(
        ForeignKey("phase.code", ondelete="RESTRICT")
    )
    pillar: Mapped[str | None] = mapped_column(
        ForeignKey("pillar.code", ondelete="RESTRICT")
    )
    tracks: Mapped[tuple[str, ...]]
    title: Mapped[LocalisedText]
    summary: Mapped[LocalisedText | None]
    deadline: Mapped[LocalisedText | None]
    condition: Mapped[LocalisedText | None]
    note: Mapped[LocalisedText | None]
    parallel: Mapped[str | None] = mapped_column(String(20))
    certainty: Mapped[str | None] = mapped_column(String(1))
    source: Mapped[str | None] = mapped_column(
        ForeignKey("source.key", ondelete="RESTRICT")
    )
    law: Mapped[tuple[str, ...]]
    duty: Mapped[tuple[str, ...]]
    fallback: Mapped[tuple[str, ...]]
    appeal: Mapped[tuple[str, ...]]
    rights: Mapped[tuple[str, ...]]
    rights_minor: Mapped[tuple[str, ...]]
    may_identify: Mapped[tuple[str, ...]]
    shares: Mapped[dict[str, str]] = mapped_column(JSON_VALUE)


class Handover(Classified, Base):
    """One step hands over to another, for some tracks; a track may change with it."""

    __tablename__ = "handover"

    key: Mapped[str] = mapped_column(LONG_KEY, primary_key=True)
    from_step: Mapped[str] = mapped_column(
        ForeignKey("step.code", ondelete="RESTRICT"), index=True
    )
    to_step: Mapped[str] = mapped_column(
        ForeignKey("step.code", ondelete="RESTRICT"), index=True
    )
    tracks: Mapped[tuple[str, ...]]
    share: Mapped[str | None] = mapped_column(
        ForeignKey("sharing_rule.code", ondelete="RESTRICT")
    )
    note: Mapped[LocalisedText | None]
    becomes: Mapped[str | None] = mapped_column(
        ForeignKey("track.code", ondelete="RESTRICT")
    )
    known_gap: Mapped[bool] = mapped_column(default=False)
    order: Mapped[int] = mapped_column(default=0)

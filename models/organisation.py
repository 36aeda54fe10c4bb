"""Organisations, their kinds, and the namespace they share with posts and persons."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import (
    CODE,
    KEY,
    Base,
    Classified,
    Confirmable,
    LocalisedText,
    Searchable,
)


class Entry(Classified, Base):
    """A key of the directory: one namespace for organisations, posts and persons.

    `audience` is derived and kept by `coordinator.access.reclassify`: a protected
    organisation, all below it and its posts are `unit`. What owns a contact point or
    holds a responsibility is an entry.
    """

    __tablename__ = "entry"

    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    entry_kind: Mapped[str] = mapped_column(String(12))
    audience: Mapped[str | None] = mapped_column(String(10), index=True)

    __mapper_args__ = {"polymorphic_on": "entry_kind"}


class OrganisationKind(Classified, Base):
    """A function that steps name as their holder, and the area it usually serves."""

    __tablename__ = "organisation_kind"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    label: Mapped[LocalisedText]
    scope: Mapped[str] = mapped_column(String(20))
    protected: Mapped[bool] = mapped_column(default=False)
    order: Mapped[int] = mapped_column(default=0)


class Organisation(Confirmable, Searchable, Entry):
    """A body that serves places; protected ones are seen by the unit alone."""

    __tablename__ = "organisation"

    key: Mapped[str] = mapped_column(
        ForeignKey(
            "entry.key", ondelete="CASCADE", deferrable=True, initially="DEFERRED"
        ),
        primary_key=True,
    )
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(
        ForeignKey("organisation_kind.code", ondelete="RESTRICT"), index=True
    )
    parent: Mapped[str | None] = mapped_column(
        ForeignKey(
            "organisation.key",
            ondelete="RESTRICT",
            deferrable=True,
            initially="DEFERRED",
        ),
        index=True,
    )
    orgnr: Mapped[str | None] = mapped_column(String(9))
    protected: Mapped[bool] = mapped_column(default=False, index=True)
    web: Mapped[str | None] = mapped_column(String(2000))
    languages: Mapped[tuple[str, ...]]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    __mapper_args__ = {"polymorphic_identity": "organisation"}


class ServiceArea(Base):
    """An organisation serves a place, and with it every place below (HSDS)."""

    __tablename__ = "service_area"

    organisation: Mapped[str] = mapped_column(
        ForeignKey(
            "organisation.key",
            ondelete="RESTRICT",
            deferrable=True,
            initially="DEFERRED",
        ),
        primary_key=True,
    )
    place: Mapped[str] = mapped_column(
        ForeignKey("place.code", ondelete="RESTRICT"), primary_key=True, index=True
    )

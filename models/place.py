"""Places: country, counties, municipalities, city districts and police districts."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE, Base, Classified, Confirmable, Searchable

PLACE_KINDS = ("country", "county", "municipality", "city_district", "police_district")


class Place(Classified, Searchable, Base):
    """An area with an official number; places form a directed acyclic graph."""

    __tablename__ = "place"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(300))
    other_names: Mapped[tuple[str, ...]]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class PlaceParent(Confirmable, Base):
    """One area lies in another: a municipality in a county and a police district."""

    __tablename__ = "place_parent"

    place: Mapped[str] = mapped_column(
        ForeignKey(
            "place.code", ondelete="RESTRICT", deferrable=True, initially="DEFERRED"
        ),
        primary_key=True,
    )
    parent: Mapped[str] = mapped_column(
        ForeignKey(
            "place.code", ondelete="RESTRICT", deferrable=True, initially="DEFERRED"
        ),
        primary_key=True,
        index=True,
    )


class PlaceSuccessor(Base):
    """What a place became when it ended; several where it was divided."""

    __tablename__ = "place_successor"

    place: Mapped[str] = mapped_column(
        ForeignKey(
            "place.code", ondelete="RESTRICT", deferrable=True, initially="DEFERRED"
        ),
        primary_key=True,
    )
    successor: Mapped[str] = mapped_column(
        ForeignKey(
            "place.code", ondelete="RESTRICT", deferrable=True, initially="DEFERRED"
        ),
        primary_key=True,
        index=True,
    )

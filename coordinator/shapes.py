"""Shapes of places, as they are kept to be drawn."""

from collections.abc import Collection
from typing import NamedTuple

from coordinator.access import PUBLIC, select_visible
from models import Shape, db

MOST_CODES = 500


class Outline(NamedTuple):
    """How a place is bounded; see `models.Shape`."""

    place: str
    path: str
    left: int
    top: int
    right: int
    bottom: int
    x: int
    y: int
    room: int
    attribution: str


def of_places(codes: Collection[str]) -> dict[str, Outline]:
    """Return the outlines of those of the places that have one."""
    table = Shape.__table__.c
    columns = [table[name] for name in Outline._fields]
    statement = select_visible(*columns, viewer=PUBLIC)
    if len(codes) <= MOST_CODES:
        statement = statement.where(table.place.in_(sorted(codes)))
    rows = (Outline(*row) for row in db.session.execute(statement))
    return {row.place: row for row in rows if row.place in codes}

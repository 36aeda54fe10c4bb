"""Shapes: where a place lies and how it is bounded, simplified, to be drawn.

Public reference data that an operator imports; see `coordinator/shape_files.py`.
"""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE, Base, Unrecorded


class Shape(Unrecorded, Base):
    """The outline of a place in a flat map, in tens of metres, y growing southwards.

    `path` is SVG path data. `x`, `y` is the middle of the largest circle within, and
    `room` its radius. A derived shape is made of those of the places below. No foreign
    key: an outline says nothing of the network, so it keeps no place from being deleted
    or taken back in the history; one without its place is not drawn.
    """

    __tablename__ = "shape"

    place: Mapped[str] = mapped_column(CODE, primary_key=True)
    path: Mapped[str] = mapped_column(Text())
    left: Mapped[int]
    top: Mapped[int]
    right: Mapped[int]
    bottom: Mapped[int]
    x: Mapped[int]
    y: Mapped[int]
    room: Mapped[int]
    is_derived: Mapped[bool]
    attribution: Mapped[str] = mapped_column(String(300))

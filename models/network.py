"""Networks, the forums where organisations meet, and who is a member of them."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import KEY, LONG_KEY, Base, Classified, Searchable

# From the one who answers for the forum to the one who only listens.
MEMBER_ROLES = ("chair", "deputy", "member", "observer")


class Network(Classified, Searchable, Base):
    """A forum with a mandate, which ends when `valid_to` says so (inclusive)."""

    __tablename__ = "network"

    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    mandate: Mapped[str] = mapped_column(String(2000), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Membership(Classified, Base):
    """An organisation or a post is in a network, as what, from–to; never a person."""

    __tablename__ = "membership"

    key: Mapped[str] = mapped_column(LONG_KEY, primary_key=True)
    network: Mapped[str] = mapped_column(
        ForeignKey("network.key", ondelete="RESTRICT"), index=True
    )
    holder: Mapped[str] = mapped_column(
        ForeignKey("entry.key", ondelete="RESTRICT"), index=True
    )
    role: Mapped[str] = mapped_column(String(8))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

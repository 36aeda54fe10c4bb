"""Users and their sessions: who may sign in, and where they are signed in now."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE, KEY, Base, Unrecorded

USER_ROLES = ("unit", "agency", "reader")
LINK_PURPOSES = ("first", "invitation", "reset")
DIGEST = String(64)
"""A SHA-256 in hexadecimal: secrets are kept as nothing else."""


class User(Unrecorded, Base):
    """Someone who signs in with an e-mail address; an agency user has an organisation.

    No change rows: they would keep addresses and password hashes for ever.
    """

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint(
            "role <> 'agency' OR organisation IS NOT NULL", name="agency_has_one"
        ),
    )

    key: Mapped[str] = mapped_column(CODE, primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    organisation: Mapped[str | None] = mapped_column(
        KEY, ForeignKey("organisation.key", ondelete="RESTRICT"), index=True
    )
    language: Mapped[str] = mapped_column(String(2), default="nb")
    # Where she reads the clock: times in her mails are told so.
    timezone: Mapped[str] = mapped_column(String(64), default="Europe/Oslo")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class UserSession(Unrecorded, Base):
    """One device where a user is signed in; a session that ended has no row."""

    __tablename__ = "user_session"

    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    user: Mapped[str] = mapped_column(
        ForeignKey("user.key", ondelete="CASCADE"), index=True
    )
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(200))


class OneTimeLink(Unrecorded, Base):
    """A link by which a user sets a password, once; a used one has no row.

    The link for the first user of all has no user yet.
    """

    __tablename__ = "one_time_link"

    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    user: Mapped[str | None] = mapped_column(
        ForeignKey("user.key", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(12))
    expires_at: Mapped[datetime]


class Token(Unrecorded, Base):
    """A bearer token (RFC 6750) by which a program reads the API as its user."""

    __tablename__ = "token"

    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    user: Mapped[str] = mapped_column(
        ForeignKey("user.key", ondelete="CASCADE"), index=True
    )
    label: Mapped[str] = mapped_column(String(100), default="")
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

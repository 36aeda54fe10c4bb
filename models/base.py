"""The ground every table stands on: the database, column types and shared columns.

The only module that imports flask_sqlalchemy; models inherit `Base`, never `db.Model`.
"""

import sqlite3
import unicodedata
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    Table,
    TypeDecorator,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry

SCHEMA = "0011"
"""The newest migration; `/healthz` waits for it."""

LANGUAGES = ("nb", "nn", "en")
AUDIENCES = ("public", "network", "unit", "protected")

LocalisedText = dict[str, str]

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def key_type(length: int) -> String:
    """Return a string type that sorts by code point on both databases."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


CODE = key_type(64)
KEY = key_type(96)
LONG_KEY = key_type(600)
JSON_VALUE = JSON(none_as_null=True).with_variant(
    JSONB(none_as_null=True), "postgresql"
)


class CodeList(TypeDecorator[tuple[str, ...]]):
    """A list of codes or names in one column, parted by `|` as in exchange files.

    The order is kept: in fallbacks, appeals and roles it carries meaning.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Join the parts."""
        return "|".join(value or ())

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Part them again."""
        return tuple(value.split("|")) if value else ()


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; refuses a time that does not say its zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Take the zone off, in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must carry its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Put UTC on again."""
        utc: datetime | None = value.replace(tzinfo=UTC) if value else None
        return utc


class Base(DeclarativeBase):
    """What every table shares: one metadata with stable constraint names."""

    if TYPE_CHECKING:
        __table__: ClassVar[Table]

    # A registry of our own, not a type_annotation_map on the class: Flask-SQLAlchemy
    # copies the class body, and SQLAlchemy refuses a map beside a copied registry.
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            LocalisedText: JSON_VALUE,
            tuple[str, ...]: CodeList(),
            datetime: UtcDateTime(),
        },
    )


db = SQLAlchemy(model_class=Base)


class Classified:
    """A record with an audience class; nothing set means protected."""

    audience: Mapped[str | None] = mapped_column(String(10))


class Unrecorded:
    """A record of how the service is run, not of the network: it has no history."""


class Searchable:
    """A record whose `folded` column holds every name it can be found by."""

    folded: Mapped[str] = mapped_column(default="")


class Confirmable:
    """A claim that its owner can confirm; null is "not confirmed"."""

    confirmed_on: Mapped[date | None]


def fold(*names: str) -> str:
    """Return the names as searches compare them: case and form of letters ignored.

    >>> fold("Ålesund", "ÅRDAL")
    'ålesund årdal'
    """
    return unicodedata.normalize("NFKC", " ".join(filter(None, names))).casefold()


def text_in(text: LocalisedText | None, language: str) -> str:
    """Return the text in the language, else in bokmål, else empty.

    >>> text_in({"nb": "Bolig", "en": "Housing"}, "nn")
    'Bolig'
    """
    if not text:
        return ""
    return text.get(language) or text.get("nb") or ""


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Let SQLite keep its promises: durable, referentially whole, patient.

    isolation_level None leaves BEGIN to `_begin`; Python's own would begin too late.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=5000",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Begin a write with its lock in hand.

    A deferred transaction that reads first and writes later fails at once when another
    process wrote in between, whatever the busy timeout.
    """
    options = connection.get_execution_options()
    is_alone = options.get("isolation_level") == "AUTOCOMMIT"
    if connection.dialect.name == "sqlite" and not is_alone:
        writes = options.get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

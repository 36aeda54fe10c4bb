"""Upkeep of the database between people's visits."""

from sqlalchemy import text

from coordinator import accounts, arrivals
from models import db


def tidy() -> None:
    """Forget what has grown old, and keep look-ups fast by a fresh picture of tables.

    PostgreSQL's autovacuum does it unasked; SQLite must be told. `PRAGMA optimize`
    passes over tables that its own connection has not asked, before SQLite 3.46.
    """
    accounts.forget_old()
    arrivals.forget_old()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.execute(text("PRAGMA analysis_limit=400"))
            connection.execute(text("ANALYZE"))
            connection.commit()

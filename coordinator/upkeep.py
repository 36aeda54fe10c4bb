"""Upkeep of the database between people's visits."""

from sqlalchemy import text

from models import db


def tidy() -> None:
    """Keep the planner's picture of the tables fresh, so that look-ups stay fast.

    PostgreSQL's autovacuum does it unasked; SQLite must be told. `PRAGMA optimize`
    passes over tables that its own connection has not asked, before SQLite 3.46.
    """
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.execute(text("PRAGMA analysis_limit=400"))
            connection.execute(text("ANALYZE"))
            connection.commit()

"""Upkeep of the database between people's visits."""

from sqlalchemy import text

from models import db


def tidy() -> None:
    """Keep the planner's picture of the tables fresh, so that look-ups stay fast.

    PostgreSQL's autovacuum does it unasked; SQLite must be told.
    """
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.execute(text("PRAGMA optimize=0x10002"))
            connection.commit()

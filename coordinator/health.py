"""Whether the database is ready to be asked."""

from sqlalchemy import inspect, text

from coordinator.access import PUBLIC, select_visible
from models import SCHEMA, Step, db


def missing() -> list[str]:
    """Return what is not ready: `migrations`, `reference`; nothing when all is."""
    # Not the session's connection: a command that asks first may yet open a write.
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ["migrations", "reference"]
        versions = connection.scalars(text("SELECT version_num FROM alembic_version"))
        if set(versions) != {SCHEMA}:
            return ["migrations"]
        step = select_visible(Step.code, viewer=PUBLIC).limit(1)
        return [] if connection.execute(step).first() else ["reference"]

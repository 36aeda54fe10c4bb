"""Whether the database is ready to be asked."""

from sqlalchemy import inspect, text

from coordinator.access import PUBLIC, select_visible
from models import SCHEMA, Step, db


def missing() -> list[str]:
    """Return what is not ready: `migrations`, `reference`; nothing when all is."""
    connection = db.session.connection()
    if not inspect(connection).has_table("alembic_version"):
        return ["migrations", "reference"]
    versions = connection.scalars(text("SELECT version_num FROM alembic_version"))
    if set(versions) != {SCHEMA}:
        return ["migrations"]
    loaded = db.session.execute(select_visible(Step.code, viewer=PUBLIC).limit(1))
    return [] if loaded.first() else ["reference"]

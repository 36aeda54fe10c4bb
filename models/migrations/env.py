"""How migrations run: in one transaction, foreign keys checked after, not during."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

database = current_app.extensions["migrate"].db


def migrate(connection: Connection) -> None:
    """Run the migrations on the connection.

    On SQLite, batch mode drops and creates tables anew; with foreign keys on that
    would delete the children of cascading parents. The pragma works only outside a
    transaction.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    driver = connection.connection.driver_connection
    if is_sqlite:
        driver.execute("PRAGMA foreign_keys=OFF")
    options = current_app.extensions["migrate"].configure_args
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        transactional_ddl=True,
        **options,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"broken foreign keys: {broken[:5]}")
    finally:
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys=ON")


with database.engine.connect().execution_options(writes=True) as connection:
    migrate(connection)

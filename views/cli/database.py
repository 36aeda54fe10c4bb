"""What commands that use the database have in common: it must be ready."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from coordinator import health

NOT_READY = {
    "migrations": "The database is not migrated: run `flask db upgrade` first.",
    "reference": "The reference data is not loaded: run `flask load-reference` first.",
}


def _needs(*parts: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def checked(*arguments: Any, **options: Any) -> None:
            try:
                for missing in health.missing():
                    if missing in parts:
                        _give_up(NOT_READY[missing])
                command(*arguments, **options)
            except OperationalError as error:
                _give_up(f"The database does not answer: {error.orig}")

        return with_appcontext(checked)

    return decorate


# Run the command in the application's context, once the database can answer; else say
# in one line what is missing, and exit with 1.
needs_tables = _needs("migrations")
needs_database = _needs("migrations", "reference")


def _give_up(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)

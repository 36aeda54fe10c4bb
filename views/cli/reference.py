"""`flask load-reference`: the data the product starts with."""

import click
from flask.cli import with_appcontext

from coordinator import reference


@click.command("load-reference")
@with_appcontext
def load_reference() -> None:
    """Load places, the process and public lines; keep what others have changed."""
    changed = reference.load()
    click.echo(f"reference data: {changed} records new or changed", err=True)

"""`flask load-reference`: the data the product starts with."""

import click

from coordinator import reference
from views.cli.database import needs_tables


@click.command("load-reference")
@needs_tables
def load_reference() -> None:
    """Load places, the process and public lines; keep what others have changed."""
    changed = reference.load()
    click.echo(f"reference data: {changed} records new or changed", err=True)

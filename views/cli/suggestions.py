"""`flask suggestions`: what people have told the unit, newest first."""

import click

from coordinator import suggestions as kept
from coordinator.access import UNIT
from coordinator.opening import OSLO
from views.cli.database import needs_tables


@click.command("suggestions")
@click.option("--limit", default=100, show_default=True, help="How many, at most.")
@needs_tables
def suggestions(limit: int) -> None:
    """List errors and gaps that people have reported, newest first."""
    found = kept.newest(UNIT, limit)
    for one in found:
        about = (one.step, one.place, one.track, one.organisation)
        when = one.at.astimezone(OSLO).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{when}  {one.kind}  {' '.join(filter(None, about))}")
        click.echo("    " + one.text.replace("\n", "\n    "))
    click.echo(f"{len(found)} suggestions", err=True)

"""`flask analyse` and `flask remind`: what the worker does of the network, by hand."""

import click

from coordinator import meeting_reminders, pictures, reminders, state
from views.cli.database import needs_database


@click.command("analyse")
@needs_database
def analyse() -> None:
    """Work out the network's questions and keep them, unless they are kept already."""
    done = state.analyse()
    pictures.lay_out()
    found = state.of_network()
    what = "worked out" if done else "nothing to do, already worked out"
    click.echo(f"network: {what}; {found.open} open findings", err=True)


@click.command("remind")
@needs_database
def remind() -> None:
    """Write the mails that are due, weekly and of meetings; `deliver` sends them."""
    written = meeting_reminders.remind()
    state.analyse()
    written += reminders.remind()
    click.echo(f"{written} mails written", err=True)

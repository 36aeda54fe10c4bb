"""`flask deliver`: send the mails that are due."""

import sys
import time

import click

from coordinator import outbox
from views import mail
from views.cli.database import needs_tables

LOOKS_AGAIN_AFTER = 1


@click.command("deliver")
@needs_tables
def deliver() -> None:
    """Deliver every mail that is due; return when none is queued or being delivered."""
    left, stayed = mail.deliver_due()
    # Another process may hold some: what it leaves behind is ours when its time is up.
    while outbox.under_way():
        time.sleep(LOOKS_AGAIN_AFTER)
        more = mail.deliver_due()
        left, stayed = left + more[0], stayed + more[1]
    click.echo(f"{left} sent, {stayed} not sent")
    sys.exit(1 if stayed else 0)

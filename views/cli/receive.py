"""`flask receive`: take in the replies that came by mail."""

import sys
from pathlib import Path

import click
from flask import current_app

from views import mailbox
from views.cli.database import needs_tables
from views.imap import Unreachable


@click.command("receive")
@click.option(
    "--maildir",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Read this Maildir, not IMAP_URL.",
)
@needs_tables
def receive(maildir: Path | None) -> None:
    """Take in every mail of IMAP_URL, or of a Maildir, and put it away."""
    if maildir is None and current_app.config["SETTINGS"].imap is None:
        raise click.UsageError("IMAP_URL is not set; name a folder with --maildir")
    try:
        if maildir is None:
            found = mailbox.receive()
        else:
            found = mailbox.take_in(mailbox.Maildir(maildir))
    except Unreachable as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
    counts = "".join(f", {number} {code}" for code, number in sorted(found.items()))
    click.echo(f"{found.total()} taken in{counts}")

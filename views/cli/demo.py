"""`flask load-demo`: a fictional network to look around in."""

import sys
from datetime import datetime

import click
from flask import current_app
from flask_babel import force_locale

from coordinator import demo
from coordinator.opening import OSLO
from views.cli.database import needs_database
from views.wording import problem


@click.command("load-demo")
@needs_database
def load_demo() -> None:
    """Load a fictional network; keep what others have changed. See docs/demo.md."""
    try:
        changed = demo.load(datetime.now(OSLO).date())
    except demo.NotLoaded as refused:
        with current_app.test_request_context(), force_locale("en"):
            for file, finding in refused.findings:
                where = f"{file} row {finding.row}, {finding.column}"
                what = problem(finding.code, finding.details)
                click.echo(f"{where}: {what}", err=True)
        click.echo("The demo network was not loaded. Nothing has changed.", err=True)
        sys.exit(1)
    click.echo(f"demo network: {changed} records new or changed", err=True)

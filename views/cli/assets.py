"""`flask collect-assets`: styles, scripts, fonts and icons, ready to be served."""

import click

from views import assets
from views.config import ROOT


@click.command("collect-assets")
def collect_assets() -> None:
    """Make what pages are dressed in from our files and those npm installed."""
    try:
        count = assets.collect(ROOT / "node_modules")
    except FileNotFoundError as missing:
        raise click.ClickException(
            f"npm has not installed {missing.filename}: run `make run`"
        ) from None
    click.echo(f"assets: {count} files", err=True)

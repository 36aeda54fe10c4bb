"""`flask create-user` and `create-token`: who may sign in, and who may use the API."""

import sys

import click

from coordinator import accounts
from coordinator.errors import BadAddress, NotFound, Taken
from models import LANGUAGES, USER_ROLES
from views.addresses import absolute
from views.cli.database import needs_tables


@click.command("create-user")
@click.argument("email")
@click.option("--role", type=click.Choice(USER_ROLES), required=True)
@click.option("--organisation", help="Key of an agency user's organisation.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0])
@needs_tables
def create_user(email: str, role: str, organisation: str | None, language: str) -> None:
    """Create a user, and print the one-time link that sets the password."""
    try:
        secret = accounts.create(email, role, organisation, language)
    except BadAddress:
        _refuse("EMAIL is not an e-mail address.")
    except Taken:
        _refuse("EMAIL has a user already.")
    except NotFound as missing:
        _refuse(
            f"--organisation {missing.value!r}: an agency user has an organisation "
            "that exists, others have none."
        )
    else:
        click.echo(absolute("account.link", secret=secret))


@click.command("create-token")
@click.argument("email")
@click.option("--label", default="", help="What the token is for.")
@needs_tables
def create_token(email: str, label: str) -> None:
    """Print a new bearer token of the user with this address."""
    try:
        click.echo(accounts.issue_token(email, label))
    except NotFound:
        _refuse("EMAIL has no user who may sign in.")


def _refuse(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)

"""Lines on the operator's terminal."""

import click

from coordinator.values import harmless


def tell(words: object, *, err: bool = False) -> None:
    """Tell a line; what in it a terminal would act on is shown as `?`.

    It may come from a file of others, whose names are no commands to a terminal.
    """
    click.echo(harmless(str(words)), err=err)

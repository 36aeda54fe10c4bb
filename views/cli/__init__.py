"""The command line: `flask …`, found through wsgi.py.

A command's module is loaded when it is asked for: the web process needs none of them,
and starts in half the time.
"""

from importlib import import_module

import click
from apiflask import APIFlask
from flask.cli import AppGroup

COMMANDS = {
    "collect-assets": "views.cli.assets:collect_assets",
    "create-token": "views.cli.users:create_token",
    "create-user": "views.cli.users:create_user",
    "db": "views.cli.migrations:commands",
    "deliver": "views.cli.deliver:deliver",
    "export": "views.cli.exchange:export",
    "import": "views.cli.exchange:import_",
    "load-demo": "views.cli.demo:load_demo",
    "load-reference": "views.cli.reference:load_reference",
    "serve": "views.cli.serve:serve",
    "suggestions": "views.cli.suggestions:suggestions",
    "who": "views.cli.who:who",
    "worker": "views.cli.serve:worker",
}


class Commands(AppGroup):
    """The commands of COMMANDS beside those that libraries add."""

    def __init__(self, app: APIFlask) -> None:
        super().__init__(app.name)
        self.app = app

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command of that name, loaded now if it is one of ours."""
        if name not in COMMANDS:
            return super().get_command(ctx, name)
        path, _, function = COMMANDS[name].partition(":")
        module = import_module(path)
        if hasattr(module, "init_app"):
            module.init_app(self.app)
        command: click.Command = getattr(module, function)
        return command


def init_app(app: APIFlask) -> None:
    """Give the application its commands."""
    app.cli = Commands(app)

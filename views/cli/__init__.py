"""The command line: `flask …`, found through wsgi.py.

A command's module is loaded when it is asked for: the web process needs none of them,
and starts in half the time.
"""

from importlib import import_module

import click
from apiflask import APIFlask
from flask.cli import AppGroup

COMMANDS = {
    "analyse": "views.cli.analyse:analyse",
    "as-of": "views.cli.questions:as_of",
    "broken-handovers": "views.cli.questions:broken_handovers",
    "brokers": "views.cli.questions:brokers",
    "collect-assets": "views.cli.assets:collect_assets",
    "contested": "views.cli.questions:contested",
    "coverage": "views.cli.questions:coverage",
    "create-token": "views.cli.users:create_token",
    "create-user": "views.cli.users:create_user",
    "db": "views.cli.migrations:commands",
    "deliver": "views.cli.deliver:deliver",
    "export": "views.cli.exchange:export",
    "export-graph": "views.cli.graphs:export_graph",
    "gaps": "views.cli.questions:gaps",
    "import": "views.cli.exchange:import_",
    "import-graph": "views.cli.graphs:import_graph",
    "import-shapes": "views.cli.shapes:import_shapes",
    "load-demo": "views.cli.demo:load_demo",
    "load-reference": "views.cli.reference:load_reference",
    "overlaps": "views.cli.questions:overlaps",
    "receive": "views.cli.receive:receive",
    "remind": "views.cli.analyse:remind",
    "search": "views.cli.search:search",
    "serve": "views.cli.serve:serve",
    "silos": "views.cli.questions:silos",
    "single-points": "views.cli.questions:single_points",
    "stale": "views.cli.questions:stale",
    "suggestions": "views.cli.suggestions:suggestions",
    "vacant": "views.cli.questions:vacant",
    "way-in": "views.cli.questions:way_in",
    "what-if": "views.cli.questions:what_if",
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

"""`flask db …`: migrations, by Flask-Migrate; loaded only for this command."""

from flask import Flask
from flask_migrate import Migrate
from flask_migrate.cli import db as commands

from models import db
from views.config import ROOT

__all__ = ["commands", "init_app"]


def init_app(app: Flask) -> None:
    """Tell Flask-Migrate where migrations lie, and how SQLite changes a table."""
    folder = ROOT / "models" / "migrations"
    Migrate(app, db, directory=str(folder), render_as_batch=True)

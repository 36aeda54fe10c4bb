"""What holds the tree together, checked on the tree itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import coordinator
import graphs
import models
import views
from views.cli import COMMANDS

ROOT = Path(__file__).parent.parent
PACKAGES = {
    package.__name__: package for package in (coordinator, graphs, models, views)
}
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _of_sqlalchemy(path: Path) -> Iterator[str]:
    """Yield what a module takes from SQLAlchemy, and the queries of its session."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute) and node.attr in ("query", "get_or_404"):
            yield "select"


@pytest.mark.parametrize("name", PACKAGES)
def test_our_packages_are_ours_and_not_an_installed_namesake(name: str):
    assert Path(PACKAGES[name].__file__ or "").is_relative_to(ROOT / name)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_gate_selects(path: Path):
    around = {"select", "text"} & set(_of_sqlalchemy(path))

    if path.relative_to(ROOT).as_posix() in (
        "coordinator/access.py",  # the gate itself
        "coordinator/crossings.py",  # a tree of shapely's, and no database
        "coordinator/health.py",  # asks alembic's table, which holds no record
        "coordinator/upkeep.py",  # a pragma
        "models/change.py",  # the counter's row, to lock it
        "models/search.py",  # the condition of an index
    ):
        assert around
    else:
        assert not around


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_those_who_record_changes_write(path: Path):
    writes = {"insert", "update", "delete"} & set(_of_sqlalchemy(path))

    if path.relative_to(ROOT).as_posix() in (
        "models/change.py",  # the session hook and the change rows themselves
        "coordinator/upsert.py",  # the bulk writer
        "coordinator/access.py",  # the derived class of entries
        "coordinator/reference/__init__.py",  # the same
        "coordinator/state.py",  # what the worker found, which is no record
        "coordinator/shape_files.py",  # outlines of places, which are no record either
        "coordinator/search_index.py",  # what records are found by, with the records
        # Mails that leave and come, and what invitees got: `models.Unrecorded`.
        "coordinator/arrivals.py",
        "coordinator/invitations.py",
        "coordinator/outbox.py",
        "coordinator/replies.py",
    ):
        assert writes
    else:
        assert not writes


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_hides_in_a_function(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    hidden = [
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert not hidden


def test_every_module_says_what_belongs_in_it():
    silent = [
        path
        for path in SOURCES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert not silent


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(command: str):
    assert f"`{command}" in README


def test_every_setting_stands_in_the_readme():
    source = (ROOT / "views" / "config.py").read_text(encoding="utf-8")
    read = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.isupper()
        and node.value.replace("_", "").isalpha()
    }

    missing = {name for name in read if f"`{name}`" not in README}

    assert len(read) >= 7
    assert not missing

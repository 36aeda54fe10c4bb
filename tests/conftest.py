"""What tests share: both databases, migrated and loaded, and the application."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import Migrate, upgrade
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, Table, create_engine, event, make_url, text
from sqlalchemy.sql import ClauseElement, Select, visitors
from sqlalchemy.sql.selectable import Alias, CompoundSelect, Join
from werkzeug.routing import Rule

from coordinator import own_connection, passwords, reference
from coordinator.access import GATE_OPTION, GUARDED
from models import db
from tests import in_memory, postgresql
from views.app import create_app
from views.config import ROOT, Config, Unit

in_memory.use()
MIGRATIONS = str(ROOT / "models" / "migrations")

# How long an example takes is the machine's affair.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


def settings(instance: Path, database_url: str, **changed: Any) -> Config:
    """Return settings for tests."""
    values = {
        "instance": instance,
        "database_url": database_url,
        "port": 8000,
        "public_base_url": None,
        "secret_key": "not a secret: tests only",
        "unit": Unit("Enheten", "+4722000000", "enheten@example.no"),
    }
    return Config(**(values | changed))


class RememberedRule(Rule):
    """An address whose builder is compiled once, however often the application is made.

    Compiling them is nearly all that making it takes, and they come out alike.
    """

    _compiled: ClassVar[dict[Any, Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        defaults = tuple(sorted((self.defaults or {}).items()))
        known = (tuple(self._trace), defaults, append_unknown)
        if known not in self._compiled:
            self._compiled[known] = super()._compile_builder(append_unknown)
        return self._compiled[known]


APIFlask.url_rule_class = RememberedRule


class RememberedTemplates(BytecodeCache):
    """Templates compiled once, however often the application is made."""

    _compiled: ClassVar[dict[tuple[str, str], Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.code


def an_app(instance: Path, database_url: str) -> APIFlask:
    """Return the application on a database."""
    app = create_app(settings(instance, database_url))
    app.testing = True
    app.jinja_env.bytecode_cache = RememberedTemplates()
    app.test_client_class = Visitor
    app.test_cli_runner_class = CommandLine
    Migrate(app, db, directory=MIGRATIONS, render_as_batch=True)
    return app


def _write(instance: Path, database_url: str, *writes: Callable[[], object]) -> None:
    app = an_app(instance, database_url)
    with app.app_context():
        for write in writes:
            write()
        _close()


def _close() -> None:
    own_connection.disconnect()
    db.session.remove()
    db.engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Yield the URL of a server that tests may create databases on."""
    with ExitStack() as stack:
        if named := os.environ.get("TEST_DATABASE_URL"):
            url = make_url(named).set(database="{database}")
            yield (
                url.render_as_string(hide_password=False)
                .replace("%7B", "{")
                .replace("%7D", "}")
            )
        else:
            yield stack.enter_context(postgresql.cluster())


def _on_server(server: str, *statements: str) -> None:
    engine = create_engine(
        server.format(database="postgres"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _copying(template: str, name: str) -> str:
    # Page by page through the log, as it is done unless asked, costs twice as much.
    return f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with the reference data, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    _write(folder, f"sqlite:///{folder / 'filled.db'}", upgrade, reference.load)
    return folder / "filled.db"


@pytest.fixture(scope="session")
def filled_postgresql(
    postgresql_server: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Return the name of a PostgreSQL database with the reference data, a template."""
    name = f"filled_{uuid4().hex}"
    _on_server(postgresql_server, f"CREATE DATABASE {name} ENCODING 'UTF8'")
    url = postgresql_server.format(database=name)
    _write(tmp_path_factory.mktemp("filled"), url, upgrade, reference.load)
    return name


@pytest.fixture
def beforehand() -> Callable[[], object] | None:
    """Return what is written before each test; nothing, unless a module has its own.

    It is written once for a module and a kind of database, and copied for each test.
    """
    return None


@pytest.fixture(scope="session")
def written() -> dict[Any, Any]:
    """Return where what was written beforehand can be copied from."""
    return {}


def _what(request: pytest.FixtureRequest, write: Callable[[], object]) -> Any:
    # Rows bear the day of their writing, which some modules stop or move.
    return request.module.__name__, write, request.param, datetime.now(UTC).date()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    beforehand: Callable[[], object] | None,
    written: dict[Any, Any],
) -> Iterator[str]:
    """Yield a fresh database with the reference data, one test on each kind."""
    what = beforehand and _what(request, beforehand)
    if request.param == "sqlite":
        original = request.getfixturevalue("filled_sqlite")
        if beforehand:
            if what not in written:
                path = original.with_name(f"{uuid4().hex}.db")
                shutil.copy(original, path)
                _write(path.parent, f"sqlite:///{path}", beforehand)
                written[what] = path
            original = written[what]
        path = tmp_path / "coordinator.db"
        shutil.copy(original, path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("filled_postgresql")
    if beforehand:
        if what not in written:
            name = f"filled_{uuid4().hex}"
            _on_server(server, _copying(template, name))
            _write(tmp_path, server.format(database=name), beforehand)
            written[what] = name
        template = written[what]
    name = f"test_{uuid4().hex}"
    _on_server(server, _copying(template, name))
    yield server.format(database=name)
    _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield a database without tables, one test on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"empty_{uuid4().hex}"
    _on_server(server, f"CREATE DATABASE {name} ENCODING 'UTF8'")
    yield server.format(database=name)
    _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


class Visitor(FlaskClient):
    """A client whose every request has a context of its own, as on a server.

    Under the test's own context requests would share one session and one language.
    """

    def open(self, *args: Any, **options: Any) -> Any:
        return Context().run(super().open, *args, **options)


class CommandLine(FlaskCliRunner):
    """A command line whose every command has a context of its own, as in a shell."""

    def invoke(self, *args: Any, **options: Any) -> Any:
        return Context().run(super().invoke, *args, **options)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords with less memory: tests ask who gets in, not what it costs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", passwords.PasswordHasher(1, 8, 1))
        yield


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[APIFlask]:
    """Yield the application, its context pushed."""
    app = an_app(tmp_path, database_url)
    with app.app_context():
        yield app
        _close()


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    """Return someone without an account."""
    return app.test_client()


@pytest.fixture
def runner(app: APIFlask) -> FlaskCliRunner:
    """Return the command line."""
    return app.test_cli_runner()


def _passed(statement: Any) -> frozenset[str]:
    """Return the tables that the gate guards in a statement."""
    passed: frozenset[str] = statement.get_execution_options().get(
        GATE_OPTION, frozenset()
    )
    return passed


def _read_by(select: Select[Any]) -> set[str]:
    """Return the tables that a select reads itself, not those of selects within it."""
    found: set[str] = set()
    waiting: list[Any] = list(select.get_final_froms())
    for one in waiting:
        if isinstance(one, Table):
            found.add(one.name)
        elif isinstance(one, Join):
            waiting += [one.left, one.right]
        elif isinstance(one, Alias):
            waiting.append(one.element)
    return found


_read_by_shape: dict[Any, tuple[list[set[str]], frozenset[str]]] = {}


def _parts(statement: ClauseElement) -> list[Select[Any]]:
    return [one for one in visitors.iterate(statement) if isinstance(one, Select)]


def _each_read_by(statement: ClauseElement) -> tuple[list[set[str]], frozenset[str]]:
    """Return what each part reads, and all that they read that is guarded.

    It is worked out once for statements of the same shape.
    """
    shape = statement._generate_cache_key()
    key = shape and shape.key
    found = _read_by_shape.get(key)
    if found is None:
        each = [_read_by(part) for part in _parts(statement)]
        found = each, GUARDED.keys() & set[str]().union(*each)
        if key is not None:
            _read_by_shape[key] = found
    return found


@pytest.fixture(autouse=True)
def every_read_goes_through_the_gate() -> Iterator[None]:
    """Fail any test in which a guarded table is read around the gate."""

    def look(
        _connection: Any, statement: ClauseElement, *_more: Any, **_options: Any
    ) -> None:
        if isinstance(statement, Select | CompoundSelect):
            each, guarded = _each_read_by(statement)
            if guarded <= _passed(statement):
                return
            parts = _parts(statement)
            by_any = _passed(statement).union(*map(_passed, parts))
            for part, read in zip(parts, each, strict=True):
                # A select within another names the tables that it leans on.
                passed = _passed(part) if part is statement else by_any
                around = (read & GUARDED.keys()) - passed
                assert not around, f"{sorted(around)} around the gate: {statement}"

    event.listen(Engine, "before_execute", look)
    yield
    event.remove(Engine, "before_execute", look)

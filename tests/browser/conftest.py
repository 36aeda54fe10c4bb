"""What browser tests share: the demo network on a real server, and Chromium."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

import pytest
from apiflask import APIFlask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Cookie,
    Page,
    sync_playwright,
)
from werkzeug.serving import make_server

from coordinator import accounts, demo, own_connection, suggestions
from models import db
from tests.chromium import EXECUTABLE, FLAGS, PHONE
from tests.conftest import an_app
from tests.factories import MONDAY
from tests.organized import a_series
from tests.pasts import a_past

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


EMAIL, PASSWORD = "kari@example.no", "tolv ville vafler danser"


@pytest.fixture(scope="session")
def demo_sqlite(filled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with the demo network, to be copied."""
    path = tmp_path_factory.mktemp("demo") / "coordinator.db"
    shutil.copy(filled_sqlite, path)
    with on_file(path) as app, app.app_context():
        demo.load(MONDAY)
        a_series()
        a_past(MONDAY)
        own_connection.disconnect()
        db.session.remove()
    return path


@contextmanager
def on_file(path: Path) -> Iterator[APIFlask]:
    """Yield the application on a SQLite file."""
    app = an_app(path.parent, f"sqlite:///{path}")
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def demo_app(
    demo_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[APIFlask]:
    """Yield the application with the demo network that tests share and leave alone."""
    path = shutil.copy(demo_sqlite, tmp_path_factory.mktemp("site") / "coordinator.db")
    with on_file(path) as app:
        yield app


def whole(app: APIFlask) -> "WSGIApplication":
    """Return the application with each answer read and closed before it is sent.

    Werkzeug's server leaves a file open where the browser hangs up halfway.
    """

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        parts = app(environ, start)
        with closing(parts) if hasattr(parts, "close") else nullcontext():
            return [b"".join(parts)]

    return answer


@contextmanager
def served(app: APIFlask) -> Iterator[str]:
    """Yield the address of the application, served by threads."""
    server = make_server("localhost", 0, whole(app), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def site(demo_app: APIFlask) -> Iterator[str]:
    """Yield the address of the demo network that tests share and leave as it is."""
    with served(demo_app) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Yield a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        yield browser
        browser.close()


def first_user(app: APIFlask, site: str, chromium: Browser) -> Sequence[Cookie]:
    """Return the cookies of a user of the unit, who came by the first link."""
    with app.app_context():
        secret = accounts.first_link()
        own_connection.disconnect()
        db.session.remove()
    context = chromium.new_context(
        base_url=site, viewport=PHONE, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"/account/links/{secret}")
    page.get_by_label("E-postadresse").fill(EMAIL)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Lagre og logg inn").click()
    page.get_by_role("heading", name="Min konto").wait_for()
    cookies = context.cookies()
    context.close()
    return cookies


@pytest.fixture(scope="session")
def signed_in(demo_app: APIFlask, site: str, chromium: Browser) -> Sequence[Cookie]:
    """Return the cookies of a user of the unit, who has a report to read."""
    with demo_app.app_context():
        suggestions.keep("gap", "Ingen svarer her.", place="5001")
        own_connection.disconnect()
        db.session.remove()
    return first_user(demo_app, site, chromium)


@pytest.fixture(scope="session")
def signed_in_sqlite(
    demo_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> tuple[Path, Sequence[Cookie]]:
    """Return a SQLite file where a user of the unit is signed in, and her cookies."""
    folder = tmp_path_factory.mktemp("signed-in")
    path = shutil.copy(demo_sqlite, folder / "coordinator.db")
    with on_file(path) as app, served(app) as site:
        cookies = first_user(app, site, chromium)
    # Threads of the server may still hold what they wrote in a file beside it.
    whole = folder / "whole.db"
    with closing(sqlite3.connect(path)) as read, closing(sqlite3.connect(whole)) as new:
        read.backup(new)
    return whole, cookies


@pytest.fixture
def desk(
    signed_in_sqlite: tuple[Path, Sequence[Cookie]], tmp_path: Path, chromium: Browser
) -> Iterator[Callable[..., BrowserContext]]:
    """Yield what opens a browser of the unit, on a demo network to be changed."""
    original, cookies = signed_in_sqlite
    path = shutil.copy(original, tmp_path / "coordinator.db")
    with on_file(path) as app, served(app) as site, ExitStack() as stack:

        def opened(**options: Any) -> BrowserContext:
            context = chromium.new_context(base_url=site, **options)
            stack.callback(context.close)
            context.add_cookies(cast("Any", cookies))
            return context

        yield opened


@pytest.fixture
def phone(chromium: Browser, site: str) -> Iterator[Page]:
    """Yield a page on a phone; it fails the test when the console complains."""
    context = chromium.new_context(base_url=site, viewport=PHONE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def without_scripts(chromium: Browser, site: str) -> Iterator[Page]:
    """Yield a page on a phone that runs no scripts."""
    context = chromium.new_context(
        base_url=site, viewport=PHONE, java_script_enabled=False
    )
    yield context.new_page()
    context.close()

"""What browser tests share: the demo network on a real server, and Chromium."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from coordinator import changes, demo
from models import db
from tests.chromium import EXECUTABLE, FLAGS, PHONE
from tests.conftest import an_app
from tests.factories import MONDAY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@pytest.fixture(scope="session")
def demo_app(
    filled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[APIFlask]:
    """Yield the application with the demo network."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(filled_sqlite, folder / "coordinator.db")
    app = an_app(folder, f"sqlite:///{folder / 'coordinator.db'}")
    with app.app_context():
        demo.load(MONDAY)
        changes.disconnect()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def whole(app: APIFlask) -> "WSGIApplication":
    """Return the application with each answer read and closed before it is sent.

    Werkzeug's server leaves a file open where the browser hangs up halfway.
    """

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        parts = app(environ, start)
        with closing(parts) if hasattr(parts, "close") else nullcontext():
            return [b"".join(parts)]

    return answer


@pytest.fixture(scope="session")
def site(demo_app: APIFlask) -> Iterator[str]:
    """Yield the address of the site with the demo network, served by threads."""
    server = make_server("localhost", 0, whole(demo_app), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Yield a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        yield browser
        browser.close()


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

"""`make screenshots`: the pictures in docs/, of the demo network on a fixed moment."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread

import time_machine
from flask_migrate import upgrade
from playwright.sync_api import ViewportSize, sync_playwright
from werkzeug.serving import make_server

from coordinator import demo, own_connection, reference
from coordinator.opening import OSLO
from models import db
from tests.chromium import EXECUTABLE, FLAGS, PHONE
from tests.conftest import an_app
from views.config import ROOT

FOLDER = ROOT / "docs" / "screenshots"
MOMENT = datetime(2026, 11, 23, 13, 10, tzinfo=OSLO)
NIGHT = MOMENT.replace(hour=22)
DESKTOP = ViewportSize(width=1280, height=900)
PAPER = ViewportSize(width=794, height=1123)
ANSWER = "/answer?step=report_child&place=5001&track=minor"
JOURNEY = "/steps?place=5001&track=minor"
# Name of the picture, address, and the moment.
PICTURES = (
    ("start", "/", MOMENT),
    ("answer", ANSWER, MOMENT),
    ("answer-closed", ANSWER, NIGHT),
    ("journey", JOURNEY, MOMENT),
    ("place", "/places/5001", MOMENT),
    ("organisation", "/organisations/bv-trondheim", MOMENT),
    ("right", "/rights/reflection_period?place=5001&track=adult", MOMENT),
    ("easy", "/easy", MOMENT),
    ("report", "/suggestions/new?step=report_child&place=5001&track=minor", MOMENT),
)


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    app = an_app(folder, f"sqlite:///{folder / 'coordinator.db'}")
    with app.app_context():
        upgrade()
        reference.load()
        demo.load(MOMENT.date())
        own_connection.disconnect()
        db.session.remove()
    server = make_server("localhost", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


def main() -> None:
    """Take every picture: on a phone, on a desk and on paper."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        time_machine.travel(MOMENT, tick=True) as now,
        _site(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        for name, address, moment in PICTURES:
            now.move_to(moment)
            for screen, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
                page = browser.new_context(viewport=viewport).new_page()
                page.goto(site + address)
                page.wait_for_load_state("load")
                page.screenshot(path=FOLDER / f"{name}-{screen}.png", full_page=True)
                page.context.close()
            page = browser.new_context(viewport=DESKTOP).new_page()
            page.goto(site + address)
            page.wait_for_load_state("load")
            page.emulate_media(media="print")
            page.set_viewport_size(PAPER)
            page.screenshot(path=FOLDER / f"{name}-print.png", full_page=True)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()

"""`make screenshots`: the pictures in docs/, of the demo network on a fixed moment."""

import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread

import pypdfium2
import time_machine
from flask_migrate import upgrade
from playwright.sync_api import (
    Browser,
    StorageState,
    ViewportSize,
    sync_playwright,
)
from werkzeug.serving import make_server

from coordinator import accounts, demo, outbox, own_connection, reference
from coordinator.opening import OSLO
from models import db
from tests import meetings
from tests.chromium import EXECUTABLE, FLAGS, PHONE
from tests.conftest import an_app
from tests.organized import a_series
from tests.pasts import a_past
from views import mail, reply_tokens
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
    ("chapters", "/guide?place=5001&track=minor", MOMENT),
    ("search", "/search?q=et+sted+å+sove+i+natt&place=5001&track=adult", MOMENT),
    ("checklist", "/checklist?place=5001&track=minor", MOMENT),
    ("card", "/card?place=5001&track=minor", MOMENT),
    ("place", "/places/5001", MOMENT),
    ("organisation", "/organisations/bv-trondheim", MOMENT),
    ("right", "/rights/reflection_period?place=5001&track=adult", MOMENT),
    ("easy", "/easy", MOMENT),
    ("report", "/suggestions/new?step=report_child&place=5001&track=minor", MOMENT),
)
SHEET = "/card.pdf?place=5001&track=minor"
MATRIX = "/matrix?place=5001&track=minor"
AT_THE_DESK = (
    ("state", "/network"),
    ("findings", "/network/vacant"),
    ("broken-handovers", "/network/broken-handovers"),
    ("county", "/network/counties/18?step=acute_housing&track=adult"),
    ("trends", "/network/trends"),
    ("what-if", "/network/what-if?without=bv-trondheim"),
    ("network-map", "/network/map?place=50&selected=bv-trondheim"),
    ("network-around", "/network/map?around=bv-trondheim&selected=bv-trondheim"),
    ("network-node", "/network/nodes/bv-trondheim"),
    ("flow", "/network/flow"),
    ("flow-place", "/network/flow?place=5001&track=minor"),
    ("files", "/network/files"),
    ("networks", "/networks"),
    ("forum", "/networks/forum-nordland"),
    ("meetings", "/meetings"),
    ("month", "/meetings?view=month&month=2026-12"),
    ("meeting", "/meetings/samordning"),
    ("meeting-mails", "/meetings/samordning/mails"),
    ("meeting-form", "/meetings/samordning/edit"),
    ("network-as-of", "/network/as-of?on=2026-10-01&compare=2026-11-23"),
    ("register", "/records/organisations?kind=child_welfare&sort=-name"),
    ("record", "/records/organisations/bv-trondheim"),
    ("form", "/records/organisations/bv-trondheim/edit"),
    ("matrix", MATRIX),
    ("cell", "/matrix/cell?step=talk_child&holder=kind:police_district&place=5001"),
    ("changes", "/changes"),
    ("as-of", f"/changes{ANSWER}&as_of=2026-11-23"),
    ("users", "/users"),
    ("messages", "/messages"),
    ("account", "/account"),
)
# What is drawn is drawn without JavaScript too.
WITHOUT_SCRIPTS = (
    "state",
    "county",
    "flow",
    "network-map",
    "network-around",
    "network-as-of",
    "what-if",
)
MEETING = {
    "title": "Barn i Trondheim: fra melding til trygt sted",
    "network": "forum",
    "answer_by": "2026-12-02",
    "agenda": [
        {"title": "Hvem tar imot meldinger etter 15.30?", "minutes": "20"},
        {"title": "Akuttplassering i helgene", "minutes": "30"},
        meetings.ITEM | {"title": "Hvem følger barnet til avhør?"},
    ],
}
EMAIL, PASSWORD = "unit@example.no", "tolv ville vafler danser"


@contextmanager
def _site(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield where the demo network is served, and the first link to it."""
    app = an_app(folder, f"sqlite:///{folder / 'coordinator.db'}")
    with app.app_context():
        upgrade()
        reference.load()
        demo.load(MOMENT.date())
        a_series()
        a_past(MOMENT.date())
        link = accounts.first_link()
        own_connection.disconnect()
        db.session.remove()
    server = make_server("localhost", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    site = f"http://localhost:{server.server_port}"
    try:
        yield site, f"{site}/account/links/{link}"
    finally:
        server.shutdown()
        thread.join()


def main(only: Collection[str] = ()) -> None:
    """Take every picture, or those named: on a phone, on a desk and on paper."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        time_machine.travel(MOMENT, tick=True) as now,
        _site(Path(folder)) as (site, link),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        for name, address, moment in PICTURES:
            if not only or name in only:
                now.move_to(moment)
                _take(browser, name, site + address)
        now.move_to(MOMENT)
        _take_sheet(browser, site + SHEET)
        kept = _signed_in(browser, site, link)
        for name, address in AT_THE_DESK:
            if not only or name in only:
                _take(browser, name, site + address, kept)
        if not only:
            _take_invitation(browser, Path(folder) / "invitation")
        browser.close()


def _take_sheet(browser: Browser, address: str) -> None:
    """Take the pocket card as it leaves the printer."""
    context = browser.new_context()
    [sheet] = pypdfium2.PdfDocument(context.request.get(address).body())
    sheet.render(scale=1.5).to_pil().save(FOLDER / "card-sheet.png")
    context.close()


def _take_invitation(browser: Browser, folder: Path) -> None:
    """Take the mail that asks someone to a meeting, and the page that answers it."""
    folder.mkdir()
    with _invited(folder) as (html, address):
        _take(browser, "reply", f"{address}?answer=accepted")
        for screen, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
            context = browser.new_context(viewport=viewport)
            page = context.new_page()
            page.set_content(html)
            page.screenshot(path=FOLDER / f"mail-{screen}.png", full_page=True)
            context.close()


@contextmanager
def _invited(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the HTML of an invitation, and the whole address of its answer page."""
    app = an_app(folder, f"sqlite:///{folder / 'coordinator.db'}")
    with app.app_context():
        upgrade()
        reference.load()
        meetings.bring_network()
        unit = meetings.organizer()
        key = meetings.a_meeting(unit, **MEETING)
        meetings.send(key, unit)
        invitation = str(meetings.guest(key, "Kari").invitation)
        token = reply_tokens.token(invitation)
        (waiting,) = (
            one for one in outbox.claim(50) if one.told["invitation"] == invitation
        )
        part = mail.render(waiting).get_body(("html",))
        html = part.get_content() if part else ""
        own_connection.disconnect()
        db.session.remove()
    server = make_server("localhost", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield html, f"http://localhost:{server.server_port}/replies/{token}"
    finally:
        server.shutdown()
        thread.join()


def _take(
    browser: Browser, name: str, address: str, kept: StorageState | None = None
) -> None:
    screens = [("phone", PHONE), ("desktop", DESKTOP), ("print", PAPER)]
    if name in WITHOUT_SCRIPTS:
        screens.append(("no-scripts", DESKTOP))
    for screen, viewport in screens:
        context = browser.new_context(
            viewport=viewport,
            storage_state=kept,
            java_script_enabled=screen != "no-scripts",
        )
        page = context.new_page()
        if screen == "print":
            page.emulate_media(media="print")
        page.goto(address)
        page.wait_for_load_state("load")
        if screen == "desktop" and page.locator("figure[data-picture]").count():
            page.locator("figure.has-canvas").wait_for()
        page.screenshot(path=FOLDER / f"{name}-{screen}.png", full_page=True)
        context.close()


def _signed_in(browser: Browser, site: str, link: str) -> StorageState:
    """Sign in by the first link, and change what history then tells of."""
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(link)
    page.get_by_label("E-postadresse").fill(EMAIL)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Lagre og logg inn").click()
    page.goto(f"{site}/records/organisations/bv-trondheim/edit")
    page.get_by_label("Nettside").fill("https://barnevern.trondheim.example")
    page.get_by_role("button", name="Lagre").click()
    page.goto(f"{site}/users")
    page.get_by_label("E-postadresse").fill("agency@example.no")
    page.get_by_label("Etat", exact=True).check()
    page.get_by_label("Instansens nøkkel").fill("bv-trondheim")
    page.get_by_role("button", name="Lag bruker").click()
    page.get_by_text("Gi denne lenken til").wait_for()
    kept = context.storage_state()
    context.close()
    return kept


if __name__ == "__main__":
    main(sys.argv[1:])

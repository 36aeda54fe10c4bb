"""An agency from its first link to what everyone sees, with two servers at once."""

import re
import shutil
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from coordinator import own_connection
from models import Change, db
from tests.browser.conftest import EMAIL, PASSWORD, on_file
from tests.browser.test_site import visit
from tests.chromium import PHONE
from tests.machines import Machine, end, until

AGENCY, NUMBER, OWN, THEIRS = (
    "liv@example.no",
    "+47 73 11 22 33",
    "bv-trondheim",
    "trondheim-kommune",
)
DESK, QUESTION = "bv-trondheim-mottak", "step=report_child&place=5001&track=minor"
LINK = re.compile(r"/account/links/([\w-]+)")
DAYS_AGO = timedelta(days=3)


@pytest.fixture
def network(demo_sqlite, tmp_path):
    """Return a demo network that was loaded days ago."""
    path = shutil.copy(demo_sqlite, tmp_path / "coordinator.db")
    with on_file(path) as app, app.app_context():
        db.session.execute(update(Change).values(at=datetime.now(UTC) - DAYS_AGO))
        db.session.commit()
        own_connection.disconnect()
        db.session.remove()
    return path


@pytest.fixture
def machines(network, tmp_path):
    """Yield two servers on the network; the link of the one last started is good."""
    with ExitStack() as stack:
        found = [
            Machine(tmp_path / name, f"sqlite:///{network}") for name in ("a", "b")
        ]
        for machine in found:
            stack.callback(end, machine.start("serve"))
            until(lambda machine=machine: machine.get("/healthz"))
        yield found


@pytest.fixture
def browse(chromium, machines):
    """Yield what opens a page of someone new, without scripts, at a server."""
    with ExitStack() as stack:

        def opened(machine):
            context = chromium.new_context(
                base_url=f"http://localhost:{machine.port}",
                viewport=PHONE,
                java_script_enabled=False,
            )
            stack.callback(context.close)
            return context.new_page()

        yield opened


def choose_password(page, secret, email=None):
    visit(page, f"/account/links/{secret}")
    if email:
        page.get_by_label("E-postadresse").fill(email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Lagre og logg inn").click()
    page.get_by_role("heading", name="Min konto").wait_for()


def text_of(page, address):
    visit(page, address)
    return page.locator("main").inner_text()


def test_an_agency_keeps_its_own_true_and_all_see_it_at_once(machines, browse):
    other, one = machines
    unit, liv, anyone = browse(one), browse(one), browse(other)
    before = text_of(anyone, f"/answer?{QUESTION}")

    secret = until(lambda: LINK.findall(one.log.read_text(encoding="utf-8")))[-1]
    choose_password(unit, secret, EMAIL)
    visit(unit, "/users")
    unit.get_by_label("E-postadresse").fill(AGENCY)
    unit.get_by_label("Etat", exact=True).check()
    unit.get_by_label("Instansens nøkkel").fill(OWN)
    unit.get_by_role("button", name="Lag bruker").click()
    link = unit.get_by_role("status").locator("strong").inner_text()
    choose_password(liv, link.rpartition("/")[2])

    theirs = liv.goto(f"/records/organisations/{THEIRS}/edit")
    assert theirs is not None
    assert theirs.status == 403
    visit(liv, f"/records/contact-points?owner={DESK}&channel=phone")
    liv.locator("main tbody a").first.click()
    liv.get_by_role("link", name="Rett", exact=True).click()
    liv.get_by_label("Nummer").fill(NUMBER)
    liv.get_by_role("button", name="Lagre").click()
    liv.get_by_text("Lagret.").wait_for()

    assert NUMBER[4:] not in before
    assert NUMBER[4:] in text_of(anyone, f"/answer?{QUESTION}")
    assert AGENCY in text_of(unit, "/changes")
    assert NUMBER[4:] in text_of(unit, "/changes")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    past = text_of(unit, f"/changes/answer?{QUESTION}&as_of={yesterday}")
    assert "Trondheim" in past
    assert NUMBER[4:] not in past

"""The mails of meetings and the page that answers them, in a real browser."""

import itertools
import shutil
from datetime import UTC, datetime

import pytest
import time_machine

from coordinator import invitations, letters, outbox, own_connection
from models import db, one_write
from tests import meetings as there
from tests.browser.conftest import on_file, served
from tests.browser.test_read_aloud import LANDMARKS, UNNAMED, tree
from tests.browser.test_site import NONE, faults, faults_by_look, visit
from tests.functional.test_mail_meetings import a_told
from tests.meetings import a_meeting, change, guest, send
from views import mail, reply_tokens

NARROWEST = {"width": 320, "height": 640}
WEEKLY = {"rrule": "FREQ=WEEKLY;COUNT=5"}
LONG = "Menneskehandelskoordineringsenhetssamarbeidsmøte"


@pytest.fixture(scope="module")
def asked(filled_sqlite, tmp_path_factory):
    """Yield where a network is served that was just asked to meet, and its mails.

    By name: the addresses of the answer pages; and every mail to Kari as HTML.
    """
    path = tmp_path_factory.mktemp("asked") / "coordinator.db"
    shutil.copy(filled_sqlite, path)
    now = time_machine.travel(datetime(2026, 11, 26, tzinfo=UTC))
    with now, on_file(path) as app, served(app) as site:
        with app.app_context():
            there.bring_network()
            unit = there.organizer()
            keys = {
                "one": a_meeting(unit, answer_by="2026-12-02", shows_attendees=True),
                "series": a_meeting(unit, **WEEKLY, title=LONG, location=LONG),
                "protected": a_meeting(unit, audience="unit"),
                "cancelled": a_meeting(unit),
            }
            for key in keys.values():
                send(key, unit)
            change(keys["one"], unit, starts="2026-12-09T09:00")
            send(keys["one"], unit)
            invitations.cancel(keys["cancelled"], "For få kan komme", unit)
            _write_others()
            pages = {
                name: f"/replies/{reply_tokens.token(guest(key, 'Kari').invitation)}"
                for name, key in keys.items()
            }
            mails = _rendered()
            own_connection.disconnect()
            db.session.remove()
        yield site, pages, mails


@one_write
def _write_others():
    told = a_told() | {"what": "refreshed"}
    abroad = {"timezone": "America/New_York", "answer": "accepted"}
    outbox.write(letters.REQUEST, "kari@bv.example", told | abroad, language="en")
    outbox.write(letters.REMINDER, "kari@bv.example", told | {"method": ""})


def _rendered():
    found = []
    for delivery in outbox.claim(50):
        if delivery.recipient == "kari@bv.example":
            html = mail.render(delivery).get_body(("html",))
            found.append((f"{delivery.kind} {delivery.told['what']}", html))
    db.session.rollback()
    return [(name, html.get_content()) for name, html in found]


def test_every_mail_has_no_fault_fits_a_narrow_screen_and_fetches_nothing(
    asked, chromium
):
    _site, _pages, mails = asked
    context = chromium.new_context(viewport=NARROWEST)
    page = context.new_page()
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    found, wide = [], []
    for name, html in mails:
        page.set_content(html)
        found += [(name, fault) for fault in faults(page)]
        wide.append((name, page.evaluate("document.documentElement.scrollWidth")))
        assert "<script" not in html
        headings = [role for role, _n, _h in tree(page) if role.startswith("heading")]
        assert headings[0] == "heading 1"
    context.close()

    assert len(mails) == 8
    assert found == []
    assert [one for one in wide if one[1] > NARROWEST["width"]] == []
    assert fetched == []


def test_the_answer_page_has_no_fault_in_any_look_is_named_in_order_and_fits(
    asked, chromium
):
    site, pages, _mails = asked
    context = chromium.new_context(base_url=site, viewport=NARROWEST)
    page = context.new_page()
    for name, address in pages.items():
        visit(page, f"{address}?answer=accepted")
        everything = tree(page)
        can_focus = [one for one in everything if one[2].get("focusable")]
        roles = [role for role, _, _ in everything]
        levels = [int(role[-1]) for role in roles if role.startswith("heading")]

        assert faults_by_look(page) == NONE, name
        assert {role for role, said, _ in can_focus if not said} <= UNNAMED
        assert [roles.count(landmark) for landmark in LANDMARKS] == [1, 1, 1]
        assert levels[0] == levels.count(1) == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    context.close()


def test_point_68_without_scripts_and_by_keyboard_one_answers_and_sends_a_deputy(
    asked, chromium
):
    site, pages, _mails = asked
    context = chromium.new_context(
        base_url=site, viewport=NARROWEST, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{pages['series']}?answer=tentative")
    page.get_by_label("Kanskje").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Er på reise")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Takk. Enheten ser svaret nå.").wait_for()
    first = page.get_by_label("Hvilke møter gjelder svaret?").inner_text()

    page.get_by_text("Send en stedfortreder").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Navn på den som kommer").fill("Ane")
    page.get_by_label("E-postadressen til den som kommer").fill("kari@bv.example")
    page.get_by_role("button", name="Send stedfortreder").click()
    refused = page.get_by_role("alert").inner_text()
    page.get_by_label("E-postadressen til den som kommer").fill("ane@example.org")
    page.get_by_role("button", name="Send stedfortreder").click()
    page.get_by_text("Du har sendt Ane i stedet for deg.").wait_for()
    context.close()

    assert "kl. 10.00 (kommer ikke)" in first
    assert "velg en annen" in refused

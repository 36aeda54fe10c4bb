"""Signing in, in a real browser: the first link, the unit's pages, and out again."""

import pytest

from coordinator import accounts, changes, suggestions
from models import db
from tests.browser.test_site import LOOKS, faults, visit
from tests.chromium import PHONE

EMAIL, PASSWORD = "kari@example.no", "tolv ville vafler danser"


@pytest.fixture(scope="module")
def signed_in(demo_app, site, chromium):
    """Return the cookies of a user of the unit, who came by the first link."""
    with demo_app.app_context():
        secret = accounts.first_link()
        suggestions.keep("gap", "Ingen svarer her.", place="5001")
        changes.disconnect()
        db.session.remove()
    context = chromium.new_context(
        base_url=site, viewport=PHONE, java_script_enabled=False
    )
    page = context.new_page()
    visit(page, f"/account/links/{secret}")
    page.get_by_label("E-postadresse").fill(EMAIL)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Lagre og logg inn").click()
    page.get_by_role("heading", name="Min konto").wait_for()
    cookies = context.cookies()
    context.close()
    return cookies


@pytest.fixture
def unit(signed_in, site, chromium):
    """Yield a page on a phone where someone of the unit is signed in."""
    context = chromium.new_context(base_url=site, viewport=PHONE)
    context.add_cookies(signed_in)
    yield context.new_page()
    context.close()


STAFF = [
    "/account",
    "/users",
    "/suggestions",
    "/records",
    "/records/organisations?kind=child_welfare&sort=-name",
    "/records/organisations/bv-trondheim",
    "/records/organisations/bv-trondheim/edit",
    "/records/organisations/bv-trondheim/delete",
    "/records/steps/talk/edit",
    "/records/contact-points/new?owner=bv-trondheim",
    "/records/responsibilities/new",
    "/messages",
    "/changes",
    "/changes/1",
]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("address", [*STAFF, "/account/sign-in", "/account/reset"])
def test_a_page_for_staff_has_no_fault_and_fits(
    signed_in, chromium, site, address, look
):
    context = chromium.new_context(
        base_url=site, viewport={"width": 320, "height": 640}, **LOOKS[look]
    )
    if address in STAFF:
        context.add_cookies(signed_in)
    page = context.new_page()
    visit(page, address)

    found = faults(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert found == []
    assert wide <= 320


def test_the_unit_invites_someone_who_signs_in_and_is_refused(unit, chromium, site):
    visit(unit, "/users")
    unit.get_by_label("E-postadresse").fill("leser@example.no")
    unit.get_by_label("Leser").check()
    unit.get_by_role("button", name="Lag bruker").click()
    link = unit.get_by_role("status").locator("strong").inner_text()

    context = chromium.new_context(base_url=site, viewport=PHONE)
    page = context.new_page()
    visit(page, "/account/links/" + link.rpartition("/")[2])
    page.get_by_label("Passord").fill("passord123456")
    page.get_by_role("button", name="Lagre og logg inn").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Lagre og logg inn").click()
    page.get_by_role("heading", name="Min konto").wait_for()
    refused = page.goto("/users")
    assert refused is not None
    assert refused.status == 403
    visit(page, "/account")
    page.get_by_role("button", name="Logg ut Denne enheten").click()
    page.get_by_role("heading", name="Logg inn").wait_for()
    context.close()


def test_signing_in_leads_to_the_page_one_asked_for(chromium, site, signed_in):
    context = chromium.new_context(base_url=site, viewport=PHONE)
    page = context.new_page()
    visit(page, "/suggestions")
    page.get_by_label("E-postadresse").fill(EMAIL)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    page.get_by_role("heading", name="Meldinger om feil og mangler").wait_for()

    assert "Ingen svarer her." in page.locator("main").inner_text()
    context.close()

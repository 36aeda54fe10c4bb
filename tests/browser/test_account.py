"""Signing in, in a real browser: the first link, the unit's pages, and out again."""

import pytest

from tests.browser.conftest import EMAIL, PASSWORD
from tests.browser.test_site import NONE, faults_by_look, visit
from tests.chromium import PHONE


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
    "/matrix?place=5001&track=minor",
    "/matrix/cell?step=talk_child&holder=kind:police_district&place=5001",
    "/changes",
    "/changes/1",
    "/changes/difference?from=2020-01-01",
    "/network",
    "/network/gaps?accepted=all",
    "/network/vacant",
    "/network/broken-handovers",
    "/network/broken-handovers?by=each",
    "/network/silos",
    "/network/accepted",
    "/network/counties/18",
    "/network/files",
    "/network/flow",
    "/network/flow?place=5001&track=minor&lang=en",
    "/network/counties/03?step=acute_housing&track=adult",
    "/network/trends",
    "/network/trends?period=24&lang=en",
    "/network/what-if?without=bv-trondheim",
    "/network/as-of?on=2026-10-01",
    "/meetings/samordning",
    "/meetings?view=month&month=2026-12",
    "/network/way-in?from=bv-karasjok&to=nav-karasjok",
]


@pytest.mark.parametrize("address", ["/account/sign-in", "/account/reset"])
def test_a_page_for_signing_in_has_no_fault_in_any_look_and_fits(
    chromium, site, address
):
    context = chromium.new_context(
        base_url=site, viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    visit(page, address)

    assert faults_by_look(page) == NONE
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


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


def test_the_matrix_is_edited_by_keyboard(desk):
    page = desk(viewport={"width": 1280, "height": 900}).new_page()
    visit(page, "/matrix?place=5001&track=minor")
    cell = page.locator('a[data-step="talk_child"][data-holder="kind:police_district"]')
    left = page.locator('a[data-step="talk_child"]').first

    left.focus()
    assert page.locator('[data-matrix] a[tabindex="0"]').count() == 1
    for _n in range(40):
        if cell.evaluate("(cell) => cell === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("i")
    set_once = cell.inner_text(), cell.evaluate("(c) => c === document.activeElement")
    with page.expect_navigation():
        page.keyboard.press("Delete")
    cleared = cell.inner_text()

    assert "får vite om det" in set_once[0]
    assert set_once[1]
    assert "får vite om det" not in cleared


def test_the_matrix_prints_whole_with_a_key_to_its_columns(chromium, site, signed_in):
    # A4 on its side, without the margins.
    context = chromium.new_context(
        base_url=site, viewport={"width": 1009, "height": 680}
    )
    context.add_cookies(signed_in)
    page = context.new_page()
    visit(page, "/matrix?place=5001")
    page.emulate_media(media="print")
    wide = page.evaluate("document.documentElement.scrollWidth")
    key, heads = page.locator(".matrix-key li"), page.locator("th.holder")

    assert wide <= 1009
    assert key.count() == heads.count() > 30
    assert key.first.is_visible()
    assert (
        page.locator(".matrix").evaluate("(t) => getComputedStyle(t).breakInside")
        == "auto"
    )
    assert "Trondheim" in page.locator(".head").inner_text()
    context.close()


@pytest.mark.parametrize(
    "address", ["/records/steps/report_child", "/records/responsibilities/new"]
)
def test_what_a_record_says_has_room_and_boxes_can_be_hit(unit, address):
    visit(unit, address)
    boxes = unit.locator("input[type=checkbox]").evaluate_all(
        "(all) => all.map((one) => [one.offsetWidth, one.offsetHeight])"
    )
    narrow = unit.locator(".facts dd").evaluate_all(
        "(all) => all.filter((one) => one.offsetWidth < 100).length"
    )

    assert all(size == [24, 24] for size in boxes)
    assert narrow == 0


def test_two_editors_collide_and_a_delete_is_undone(desk):
    context = desk(viewport=PHONE, java_script_enabled=False)
    first, second = context.new_page(), context.new_page()
    address = "/records/organisations/bv-rana/edit"
    visit(first, address)
    visit(second, address)
    second.get_by_label("Nettside").fill("https://ny.example")
    second.get_by_role("button", name="Lagre").click()
    first.get_by_label("Navn").fill("Barnevernet i Rana")
    first.get_by_role("button", name="Lagre").click()
    first.get_by_role("heading", name="En annen har lagret i mellomtiden").wait_for()
    typed = first.get_by_role("textbox", name="Navn").input_value()
    assert typed == "Barnevernet i Rana"
    assert first.get_by_label("Behold det som er lagret Nettside").is_checked()
    first.get_by_role("button", name="Lagre").click()
    facts = first.locator(".facts").first
    assert "https://ny.example" in first.locator("main").inner_text()
    assert facts.is_visible()

    first.get_by_role("link", name="Slett", exact=True).click()
    first.get_by_role("button", name="Slett").click()
    first.get_by_role("button", name="Angre").click()
    back = first.goto("/records/organisations/bv-rana")
    assert back is not None
    assert back.status == 200

"""Ticking the check list: nothing leaves the browser, and nothing stays in it."""

import pytest

from tests.browser.test_site import visit

KEPT = """async () => ({
  local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
  caches: (await caches.keys()).length, address: location.href,
})"""


@pytest.mark.parametrize("scripts", [True, False])
def test_ticking_sends_nothing_and_keeps_nothing(chromium, site, scripts):
    context = chromium.new_context(base_url=site, java_script_enabled=scripts)
    page = context.new_page()
    visit(page, "/checklist?place=5001&track=minor")
    page.wait_for_load_state("networkidle")
    sent = []
    # The browser fetches the icon of the page when it pleases.
    page.on(
        "request",
        lambda asked: "/static/icon." in asked.url or sent.append(asked.url),
    )
    before = page.evaluate(KEPT) if scripts else None
    boxes = page.locator(".signs input")

    for number in range(boxes.count()):
        boxes.nth(number).check()
    assert boxes.count() > 40
    assert page.locator(".signs input:checked").count() == boxes.count()
    boxes.first.uncheck()
    if scripts:
        page.get_by_role("button", name="Fjern alle kryss").click()
        assert page.locator(".signs input:checked").count() == 0
        assert page.locator("#said").inner_text() == "Alle kryss er fjernet"
        boxes.first.check()

    assert sent == []
    if scripts:
        assert page.evaluate(KEPT) == before
        assert before["local"] == before["session"] == 0
        assert before["cookie"] == ""
    assert context.cookies() == []
    page.reload()
    assert page.locator(".signs input:checked").count() == 0
    context.close()


def test_on_paper_every_form_is_open_and_the_numbers_are_there(chromium, site):
    context = chromium.new_context(base_url=site)
    page = context.new_page()
    visit(page, "/checklist?place=5001&track=adult")
    page.locator("details.signs").evaluate_all(
        "folds => folds.forEach(fold => { fold.open = false; })"
    )
    page.emulate_media(media="print")

    assert page.locator(".signs label").first.is_visible()
    assert not page.locator(".filters").is_visible()
    assert page.locator(".following .needs-called").first.is_visible()
    context.close()

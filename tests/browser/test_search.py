"""The field that searches: what is typed stays, Enter sends it, arrows choose."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_site import visit

FIELDS = {"/search": "Søk", "/": "Finn"}


def typed(page, address, text):
    """Visit a page and type into its field; return the field."""
    visit(page, address)
    field = page.locator("#q")
    field.click()
    field.press_sequentially(text)
    return field


@pytest.mark.parametrize("address", FIELDS)
def test_enter_sends_what_was_typed(phone, address):
    field = typed(phone, address, "advokat")
    field.press("Enter")

    phone.wait_for_url("**/search?*")
    assert "q=advokat" in phone.url
    assert phone.locator("#q").input_value() == "advokat"
    assert phone.locator("main h2").first.inner_text() == "Steg: hvem som gjør hva"


@pytest.mark.parametrize("address", FIELDS)
def test_who_leaves_the_field_loses_nothing(phone, address):
    field = typed(phone, address, "advokat")
    expect(phone.locator("u-option")).not_to_have_count(0)

    field.press("Tab")
    expect(field).to_have_value("advokat")
    assert phone.evaluate("document.activeElement.tagName") == "BUTTON"
    phone.locator("h1").click()
    expect(field).to_have_value("advokat")

    phone.get_by_role("button", name=FIELDS[address], exact=True).click()
    phone.wait_for_url("**/search?*")
    assert "q=advokat" in phone.url


def test_escape_closes_the_suggestions_and_enter_still_sends(phone):
    field = typed(phone, "/search", "advokat")
    expect(phone.locator("u-option").first).to_be_visible()

    field.press("Escape")
    expect(phone.locator("u-option").first).not_to_be_visible()
    expect(field).to_have_value("advokat")
    field.press("Enter")

    phone.wait_for_url("**/search?q=advokat")


@pytest.mark.parametrize("way", ["keyboard", "pointer"])
def test_a_suggestion_leads_to_its_page(phone, way):
    field = typed(phone, "/search", "advokat")
    first = phone.locator("u-option").first
    expect(first).to_be_visible()
    leads_to = first.get_attribute("value")

    if way == "keyboard":
        field.press("ArrowDown")
        assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
        field.press("Enter")
    else:
        first.click()

    phone.wait_for_url(f"**{leads_to}")
    assert leads_to.startswith("/")


HEAR = """() => {
  window.heard = [];
  new MutationObserver((changes) => changes.forEach(({ target }) => {
    const words = target.ariaLive && target.textContent.trim();
    if (words) window.heard.push(words);
  })).observe(document.body, { childList: true, subtree: true });
}"""


def test_the_number_of_suggestions_is_told_and_that_there_are_none(phone):
    visit(phone, "/search")
    phone.evaluate(HEAR)
    field = phone.locator("#q")
    field.press_sequentially("advokat")
    phone.wait_for_function("() => heard.some((said) => /^\\d+ forslag/.test(said))")
    assert field.get_attribute("role") == "combobox"
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("enterkeyhint") == "search"

    field.fill("")
    field.press_sequentially("qzxw")
    expect(phone.locator("u-option")).to_have_text(["Ingen forslag"])
    phone.wait_for_function("() => heard.includes('Ingen forslag')")


@pytest.mark.parametrize("text", ["advokat", "et sted å sove"])
def test_without_scripts_enter_searches_from_the_first_page(chromium, site, text):
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    visit(page, "/")
    page.get_by_label("Skriv med egne ord").fill(text)
    page.get_by_label("Skriv med egne ord").press("Enter")

    page.wait_for_url("**/search?*")
    assert page.locator("#q").input_value() == text
    assert page.locator("main .rows li").count() > 0
    context.close()


def test_what_was_chosen_on_the_first_page_goes_along(phone):
    visit(phone, "/")
    phone.get_by_label("Hvor er personen nå?").fill("Trondheim")
    phone.get_by_label("Under 18 år, eller du er i tvil").check()
    field = phone.locator("#q")
    field.press_sequentially("et sted å sove i natt")
    field.press("Enter")

    phone.wait_for_url("**/search?*")
    first = phone.locator("main .rows a").first
    assert first.inner_text() == "Akuttplassering av barn"
    first.click()
    phone.wait_for_url("**/answer?*")
    assert "place=5001" in phone.url
    assert "track=minor" in phone.url

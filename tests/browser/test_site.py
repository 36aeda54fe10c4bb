"""The public site in a real browser: choices, accessibility, narrow screens, print."""

import itertools
from pathlib import Path

import pytest

from views.config import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHILD = "place=5001&track=minor"
PAGES = [
    "/",
    "/?lang=en",
    f"/answer?step=report_child&{CHILD}",
    f"/answer?step=report_child&{CHILD}&lang=nn",
    "/answer?step=acute_housing&place=0301&track=adult",
    "/answer?step=talk&place=5001&track=minor",
    "/answer?step=settle&place=5001&track=adult",
    "/answer?step=health&place=nowhere",
    "/answer?step=report_child&place=5001",
    "/steps?place=Her%C3%B8y",
    "/steps",
    f"/steps?{CHILD}",
    "/search",
    "/checklist",
    f"/checklist?{CHILD}&lang=nn",
    f"/search?q=et+sted+å+sove&{CHILD}",
    "/search?q=qzxw&lang=en",
    "/search?q=barnevern&kind=organisation&lang=nn",
    "/steps/report_child",
    "/places/5001",
    "/organisations",
    "/organisations?q=finnes-ikke",
    "/organisations/line-rosa",
    "/rights",
    f"/rights/safe_housing?{CHILD}",
    "/rights/reflection_period",
    "/sources",
    "/sources/bvl_13_2",
    "/guide",
    f"/guide?{CHILD}&lang=nn",
    "/guide/audience",
    "/guide/system?lang=en",
    f"/guide/referral?{CHILD}",
    "/guide?place=nowhere",
    f"/card?{CHILD}",
    "/card?place=0301&track=adult&lang=en",
    "/card",
    "/card?place=nowhere&lang=nn",
    "/unit",
    "/traces",
    "/accessibility",
    "/easy",
    "/suggestions/new?step=health&place=5001",
    "/suggestions/thanks",
    "/nothing-here",
]


def visit(page, address):
    page.goto(address)
    # Not the animation frames, but what the scripts make of the page.
    page.wait_for_load_state("load")


def faults(page, only=("tag", WCAG)):
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "([type, values]) =>"
        " axe.run({runOnly: {type, values}, resultTypes: ['violations']})",
        list(only),
    )
    return [
        (fault["id"], [node["html"] for node in fault["nodes"]])
        for fault in found["violations"]
    ]


def unfold(page):
    page.locator("details:not(.menu)").evaluate_all(
        "folds => folds.forEach(fold => { fold.open = true; })"
    )


LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "high contrast": {"forced_colors": "active"},
}


# What a look changes is colours: names, roles and order are asked of one look.
OF_COLOURS = ("rule", ["color-contrast", "link-in-text-block"])


def faults_by_look(page):
    """Return the faults of a page in each look; it was opened in the first."""
    found = {}
    for look, media in LOOKS.items():
        page.emulate_media(color_scheme="light", forced_colors="none")
        page.emulate_media(**media)
        found[look] = faults(page, *([] if look == "light" else [OF_COLOURS]))
    return found


NONE = {look: [] for look in LOOKS}


def widths(page, *wanted):
    """Return how wide a page is on screens of these widths, by the screen's."""
    found = {}
    for width in wanted:
        page.set_viewport_size({"width": width, "height": 640})
        found[width] = page.evaluate("document.documentElement.scrollWidth")
    return found


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_no_accessibility_fault_in_any_look(chromium, site, address):
    context = chromium.new_context(base_url=site)
    page = context.new_page()
    visit(page, address)
    unfold(page)

    assert faults_by_look(page) == NONE
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_name_and_headings_in_order(without_scripts, address):
    visit(without_scripts, address)

    levels = without_scripts.locator("h1, h2, h3, h4").evaluate_all(
        "headings => headings.map(heading => Number(heading.tagName[1]))"
    )

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


# The narrowest phone, and a window of 1280 at twice the size.
@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_the_narrowest_phone_and_twice_the_size(chromium, site, address):
    context = chromium.new_context(
        base_url=site, viewport={"width": 320, "height": 640}, device_scale_factor=2
    )
    page = context.new_page()
    visit(page, address)
    unfold(page)

    wide = widths(page, 320, 640)

    context.close()
    assert [width for width in wide if wide[width] > width] == []


# Across a sheet of A4 between its margins, in CSS pixels.
PAPER = {"width": 680, "height": 1010}
ONLY_ON_SCREEN = (
    "header nav",
    ".menu",
    ".leave",
    ".bottom",
    ".actions",
    ".filters",
    ".ds-skip-link",
)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_prints_only_what_it_says(chromium, site, address):
    context = chromium.new_context(base_url=site, viewport=PAPER)
    page = context.new_page()
    visit(page, address)
    page.emulate_media(media="print")

    shown = [
        part
        for part in ONLY_ON_SCREEN
        if page.locator(part).filter(visible=True).count()
    ]
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert page.locator("h1").is_visible()
    context.close()
    assert shown == []
    assert wide <= PAPER["width"]


def test_three_choices_lead_to_a_name_and_a_number(phone):
    visit(phone, "/")
    phone.locator("#place").fill("Trondheim")
    phone.get_by_label("Under 18 år, eller du er i tvil").check()
    phone.get_by_role("button", name="Melde fra til barnevernet").click()

    heading = phone.get_by_role("heading", level=1)
    assert "Barnevern" in heading.inner_text()
    assert "73 00 00" in heading.inner_text()
    assert "track=minor" in phone.url
    assert phone.locator(".answer .call").get_attribute("href").startswith("tel:+4773")


def test_three_choices_lead_there_without_scripts(without_scripts):
    page = without_scripts
    visit(page, "/")
    page.get_by_label("Hvor er personen nå?").fill("trondheim")
    page.get_by_label("18 år eller eldre").check()
    page.get_by_role("button", name="Helsehjelp").click()

    assert "step=health&place=5001&track=adult" in page.url
    assert any(letter.isdigit() for letter in page.locator("h1").inner_text())


def test_enter_in_the_place_field_chooses_nothing_that_was_not_chosen(without_scripts):
    page = without_scripts
    visit(page, "/")
    page.get_by_label("18 år eller eldre").check()
    page.get_by_label("Hvor er personen nå?").fill("Trondheim")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()

    assert "report_child" not in page.url
    assert page.get_by_label("18 år eller eldre").is_checked()
    assert page.get_by_label("Hvor er personen nå?").input_value() == "Trondheim"


def test_nothing_hides_the_way_out_before_something_is_typed(phone):
    visit(phone, "/")
    phone.locator("#place").click()

    assert phone.locator("u-option:visible").count() == 0
    phone.get_by_role("link", name="Ring 112").click(trial=True)


def test_a_copied_number_is_said_and_shown(chromium, site):
    context = chromium.new_context(base_url=site)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    visit(page, f"/answer?step=report_child&{CHILD}")
    number = page.locator("h1 .number").inner_text()
    page.get_by_role("button", name="Kopier nummeret").click()

    page.get_by_role("button", name="Kopiert.").wait_for()
    assert page.locator("#said").inner_text() == "Kopiert."
    assert page.evaluate("navigator.clipboard.readText()") == number
    context.close()


def test_typing_suggests_places_with_where_they_lie(phone):
    visit(phone, "/")
    field = phone.locator("#place")
    field.click()
    field.press_sequentially("Trond")
    option = phone.locator("u-option:visible", has_text="Trøndelag").first
    option.wait_for(state="visible")

    assert "Trøndelag" in option.inner_text()
    option.click()
    assert field.input_value() == "Trondheim"


def test_shift_three_times_leaves_the_page(phone):
    phone.route("https://www.yr.no/**", lambda route: route.fulfill(body="Ver"))
    visit(phone, "/easy")
    for _ in range(3):
        phone.keyboard.press("Shift")
    phone.wait_for_url("https://www.yr.no/")

    assert phone.locator("body").inner_text() == "Ver"


def test_the_leaving_key_can_be_switched_off(phone):
    visit(phone, "/traces")
    phone.get_by_label("Bruk Shift tre ganger til å forlate siden").uncheck()
    phone.wait_for_load_state("load")
    visit(phone, "/easy")
    for _ in range(3):
        phone.keyboard.press("Shift")

    assert phone.url.endswith("/easy")
    assert phone.locator(".govuk-exit-this-page__indicator").count() == 0


def test_a_page_asks_nobody_else_and_sets_no_cookie(phone, site):
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    for address in ("/", f"/answer?step=report_child&{CHILD}", "/steps"):
        visit(phone, address)

    assert asked
    assert [address for address in asked if not address.startswith(site)] == []
    assert phone.context.cookies() == []


def test_a_step_named_in_the_address_is_unfolded(phone):
    visit(phone, f"/steps?{CHILD}#report_child")

    assert phone.locator("details#report_child").get_attribute("open") is not None
    assert phone.locator("details#talk_child").get_attribute("open") is None


def test_the_keyboard_reaches_the_call_button_first_in_the_content(phone):
    visit(phone, f"/answer?step=report_child&{CHILD}")
    phone.locator("main").focus()
    seen = []
    for _ in range(8):
        phone.keyboard.press("Tab")
        seen.append(phone.evaluate("document.activeElement.className"))

    assert "call" in seen
    assert seen.index("call") <= 4


def test_an_answer_prints_on_its_own(chromium, site, tmp_path: Path):
    context = chromium.new_context(base_url=site)
    page = context.new_page()
    visit(page, f"/answer?step=report_child&{CHILD}")
    page.emulate_media(media="print")

    hidden = ("nav.from-wide", ".leave", ".actions button", ".trail-box")
    assert [part for part in hidden if page.locator(part).first.is_visible()] == []
    assert page.locator("h1 .number").is_visible()
    context.close()


def test_the_questions_read_well_aloud(phone):
    visit(phone, "/")
    tree = phone.locator("body").aria_snapshot()

    for heard in (
        '- region "Akutt fare"',
        '- link "Ring 112"',
        '- heading "Hvem skal jeg kontakte?" [level=1]',
        '- group "Alder"',
        '- radio "Under 18 år, eller du er i tvil"',
        '- group "Har personen søkt asyl?"',
        '- radio "Vet ikke" [checked]',
        '- button "Melde fra til barnevernet Gå til denne først',
        "- contentinfo",
    ):
        assert heard in tree
    assert "- img" not in tree


def test_the_menu_of_a_phone_opens(phone):
    visit(phone, "/")
    menu = phone.get_by_role("navigation", name="Hovedmeny")
    assert menu.count() == 0

    phone.locator(".menu summary").click()

    assert menu.get_by_role("link", name="Forløpet").is_visible()


def test_the_answer_reads_well_aloud(phone):
    visit(phone, f"/answer?step=report_child&{CHILD}")
    tree = phone.locator("body").aria_snapshot()

    for heard in (
        '- region "Under 18 år"',
        '- link "Ring 73 00 00',
        '- heading "Hvem gjør hva i dette steget" [level=2]',
        "Gjør det",
        "Svarer for det",
        "Kan gi råd",
        "Avtalt",
        '- navigation "Hvor du er i forløpet"',
    ):
        assert heard in tree
    heading = phone.get_by_role("heading", level=1)
    assert heading.get_attribute("class") is None
    assert f'- heading "{" ".join(heading.inner_text().split())}" [level=1]' in tree
    assert "- img" not in tree

"""The state of the network in a real browser: by keyboard, aloud, without scripts."""

import itertools

import pytest

from tests.browser.test_site import ONLY_ON_SCREEN, PAPER, visit
from tests.chromium import PHONE

PAGES = [
    "/network",
    "/network/vacant",
    "/network/broken-handovers",
    "/network/flow",
    "/network/accepted",
    "/network/counties/18",
    "/network/trends",
    "/network/what-if?without=bv-trondheim",
    "/network/as-of?on=2026-10-01",
    "/network/way-in?from=bv-karasjok&to=nav-karasjok",
]
WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def opened(signed_in, site, chromium):
    """Yield what opens a page where someone of the unit is signed in."""
    contexts = []

    def opened(**options):
        context = chromium.new_context(base_url=site, **options)
        contexts.append(context)
        context.add_cookies(signed_in)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("address", PAGES)
def test_headings_are_in_order_and_it_prints_only_what_it_says(opened, address):
    page = opened(viewport=PAPER, java_script_enabled=False)
    visit(page, address)
    levels = page.locator("h1, h2, h3, h4").evaluate_all(
        "headings => headings.map(heading => Number(heading.tagName[1]))"
    )
    page.emulate_media(media="print")

    shown = [
        part
        for part in (*ONLY_ON_SCREEN, ".mends", ".more", ".at-mend")
        if page.locator(part).filter(visible=True).count()
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert shown == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]


def test_the_state_is_heard_row_by_row(opened):
    page = opened(viewport=PHONE)
    visit(page, "/network")
    tree = page.locator("main").aria_snapshot()

    for heard in (
        '- heading "Tilstanden i nettverket" [level=1]',
        '- table "Funn i nettverket"',
        '- columnheader "Gjør dette"',
        '- cell "Haster"',
        '- rowheader "Steg uten ansvarlig',
        '- link "Steg uten ansvarlig"',
        '- heading "Dekning" [level=2]',
        '- combobox "Steg"',
        '- table "Dekning i hvert fylke, de som mangler mest først"',
    ):
        assert heard in tree
    assert "- img" not in tree
    # The picture says nothing that the table does not.
    assert tree.count("Finnmark") == tree.count('link "Finnmark"') * 3


def test_a_phone_shows_the_first_rows_and_then_the_rest_without_scripts(opened):
    page = opened(viewport=PHONE, java_script_enabled=False)
    visit(page, "/network")
    rows = page.locator(".state-table tbody tr")
    before = sum(row.is_visible() for row in rows.all())
    page.locator(".more a").click()

    assert before == 6
    assert all(row.is_visible() for row in rows.all())
    assert not page.locator(".more").is_visible()


def test_the_keyboard_goes_from_the_heading_through_finding_and_mend(opened):
    page = opened(viewport=WIDE)
    visit(page, "/network")
    page.locator("main").focus()
    heard = []
    for _n in range(6):
        page.keyboard.press("Tab")
        heard.append(page.evaluate("document.activeElement.innerText").strip())

    assert heard[:3] == ["Se en annen dato", "Hva om …", "Se utviklingen"]
    assert heard[3] == "Steg uten ansvarlig"
    assert heard[4].startswith("Legg inn nummer")


def test_the_menu_stays_on_one_line_on_a_desk(opened):
    page = opened(viewport=WIDE)
    visit(page, "/network")

    menu = page.locator("header nav.from-wide").first
    assert menu.bounding_box()["height"] < 60
    current = page.locator("nav.from-wide [aria-current]").first
    assert current.inner_text() == "Tilstand"


def test_sliding_chooses_a_day_and_asks(opened):
    page = opened(viewport=WIDE)
    visit(page, "/network/as-of")
    slider = page.get_by_label("Dra for å velge dag")
    box = slider.bounding_box()
    with page.expect_navigation():
        page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)

    assert "on=" in page.url
    assert page.get_by_label("Se nettverket").input_value() in page.url
    assert page.get_by_role("heading", level=2).first.inner_text().startswith("Fra")


def test_by_keys_one_slides_as_far_as_one_will_before_it_asks(opened):
    page = opened(viewport=WIDE)
    visit(page, "/network/as-of")
    page.get_by_label("Dra for å velge dag").focus()
    chosen = []
    for _step in range(3):
        page.keyboard.press("ArrowLeft")
        chosen.append(page.get_by_label("Se nettverket").input_value())
    assert "on=" not in page.url

    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert sorted(set(chosen), reverse=True) == chosen
    assert f"on={chosen[-1]}" in page.url


def test_a_finding_is_accepted_and_withdrawn_without_scripts(desk):
    page = desk(viewport=PHONE, java_script_enabled=False).new_page()
    visit(page, "/network/vacant?q=rana")
    page.get_by_role("link", name="Godta inntil").first.click()
    page.get_by_label("Hvorfor enheten lever").fill("Vi lyser ut til våren.")
    page.get_by_role("button", name="Godta").click()
    alert = page.get_by_role("alert")
    alert.get_by_role("link", name="Skriv hvilken dag").wait_for()
    typed = page.get_by_label("Hvorfor enheten lever").input_value()
    assert typed == "Vi lyser ut til våren."
    page.get_by_label("Godtas til og med").fill("2027-03-01")
    page.get_by_role("button", name="Godta").click()
    page.get_by_text("Lagret.").wait_for()

    visit(page, "/network/accepted")
    row = page.get_by_role("row").filter(has_text="Vi lyser ut til våren.")
    assert "1. mars 2027" in row.inner_text()
    row.get_by_role("button", name="Trekk tilbake").click()
    page.get_by_text("Funnene er åpne igjen.").wait_for()
    assert "Vi lyser ut" not in page.locator("main").inner_text()


def test_a_scenario_is_made_by_name_saved_and_opened_without_scripts(desk):
    page = desk(viewport=PHONE, java_script_enabled=False).new_page()
    visit(page, "/network/what-if")
    page.get_by_label("Person, funksjon").fill("barneverntjenesten i trondheim")
    page.get_by_role("button", name="Søk").click()
    page.get_by_role("heading", name="Da skjer dette").wait_for()
    assert "Trondheim" in page.locator(".told").first.inner_text()
    page.get_by_label("Tittel").fill("Uten barnevernet i Trondheim")
    page.get_by_role("button", name="Lagre").click()
    page.get_by_role("link", name="Uten barnevernet i Trondheim").click()

    assert "without=bv-trondheim" in page.url
    page.get_by_role("button", name="Fjern Uten barnevernet i Trondheim").click()
    page.get_by_text("Ingen er lagret ennå.").wait_for()


def test_the_map_of_a_county_is_for_the_eye_alone(opened):
    page = opened(viewport=WIDE)
    visit(page, "/network/counties/50?step=acute_housing&track=adult")
    heard = page.locator("main").aria_snapshot()
    tiles = page.locator(".map .area")

    assert tiles.count() == page.locator(".county-table tbody tr").count() > 30
    assert heard.count('rowheader "Trondheim"') == 1
    assert heard.count("Trondheim") == heard.count('link "Trondheim') * 3
    page.get_by_label("Gjelder").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    first = page.locator(".county-table tbody a").first
    assert first.evaluate("link => link === document.activeElement")
    tiles.first.click()
    page.wait_for_url("**/answer?**")


def test_a_long_name_of_two_tongues_breaks_within_its_tile(opened):
    page = opened(viewport={"width": 320, "height": 640})
    visit(page, "/network/counties/50?step=acute_housing&track=adult")
    page.locator(".map .area-name").first.evaluate(
        "name => { name.textContent = 'Porsanger – Porsáŋgu – Porsanki,"
        " Guovdageainnueanubargoortnet' }"
    )

    tile = page.locator(".map .area").first
    assert tile.evaluate("tile => tile.scrollWidth <= tile.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("shown", ["wide", "narrow", "print"])
def test_one_picture_of_each_chart_is_shown_with_letters_of_12_px(opened, shown):
    width = 320 if shown == "narrow" else 1280
    page = opened(viewport={"width": width, "height": 900}, java_script_enabled=False)
    visit(page, "/network/trends")
    if shown == "print":
        page.emulate_media(media="print")
    for figure in page.locator(".chart figure").all():
        (plot,) = [one for one in figure.locator("svg").all() if one.is_visible()]
        box, drawn = plot.bounding_box(), float(plot.get_attribute("width"))
        assert 12 * box["width"] / drawn >= 12
        expected = "narrow" if shown == "narrow" else "wide"
        assert f"plot-{expected}" in plot.get_attribute("class")
    tables = page.locator(".chart table")
    assert tables.count() == 4
    if shown == "print":
        assert all(table.is_visible() for table in tables.all())


def test_a_chart_is_heard_with_its_name_and_how_it_went(opened):
    page = opened(viewport=WIDE)
    visit(page, "/network/trends")
    picture = page.get_by_role("img").first

    assert "Det som haster" in picture.locator("title").text_content()
    told = picture.locator("desc").text_content()
    assert "Haster, til sammen: " in told
    assert told.rstrip().endswith("i dag.")
    assert page.get_by_role("link", name="12 måneder").get_attribute("aria-current")
    page.locator(".chart summary").first.click()
    assert page.get_by_role("table", name="Det som haster").is_visible()

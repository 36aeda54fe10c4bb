"""The picture of the network in a real browser: by keyboard, pointed at, without it."""

import pytest

from tests.browser.test_network import (
    WIDE,
    opened,  # noqa: F401
)
from tests.browser.test_site import PAPER, faults, visit
from tests.chromium import PHONE

MAP = "/network/map?place=50"
NARROWEST = {"width": 320, "height": 640}
CHOSEN = f"{MAP}&selected=bv-trondheim"
# What the picture knows of where a node lies, and of its neighbours.
AT = """id => {
  const {picture} = document.querySelector("[data-picture]");
  const {renderer, graph, data, ties} = picture;
  const {x, y} = graph.getNodeAttributes(id);
  const at = renderer.graphToViewport({x, y});
  const near = new Set(ties.get(id).flatMap(
    ([one, other]) => [data.nodes[one].id, data.nodes[other].id]));
  near.delete(id);
  const box = document.querySelector(".canvas").getBoundingClientRect();
  return [box.x + at.x, box.y + at.y, [...near]];
}"""
# How the layers below fade, and what is painted above them where a node lies.
SHOWN = """id => {
  const {graph, renderer} = document.querySelector("[data-picture]").picture;
  const {x, y} = graph.getNodeAttributes(id);
  const at = renderer.graphToViewport({x, y});
  const {nodes, labels} = renderer.getCanvases();
  const ratio = labels.width / labels.clientWidth;
  const paint = labels.getContext("2d").getImageData(at.x * ratio, at.y * ratio, 1, 1);
  return [Number(getComputedStyle(nodes).opacity), paint.data[3]];
}"""


@pytest.fixture
def drawn(opened):  # noqa: F811
    """Return what opens the network and waits until its picture is there."""

    def drawn(address, **options):
        page = opened(**({"viewport": WIDE} | options))
        visit(page, address)
        page.wait_for_selector("[data-ready]", state="attached")
        return page

    return drawn


def test_pointing_shows_the_neighbours_and_the_rest_fades_but_stays(drawn):
    page = drawn(MAP)
    ids = page.evaluate(
        "document.querySelector('[data-picture]').picture.graph.nodes()"
    )
    x, y, near = page.evaluate(AT, "network:forum-trondelag")
    far = next(one for one in ids if one not in {*near, "network:forum-trondelag"})
    assert page.evaluate(SHOWN, far)[0] == 1

    page.mouse.move(x, y)
    page.wait_for_selector("[data-pointed='network:forum-trondelag']")

    forum = "network:forum-trondelag"
    assert [page.evaluate(SHOWN, one)[1] for one in (forum, *near)] == [255] * (
        len(near) + 1
    )
    fade, alpha = page.evaluate(SHOWN, far)
    assert 0.2 < fade < 0.6
    assert alpha == 0
    page.mouse.move(x, y - 2000)
    page.wait_for_selector("[data-pointed='']")
    assert page.evaluate(SHOWN, forum) == [1, 0]


def test_a_click_chooses_and_the_address_the_table_and_the_panel_follow(drawn):
    page = drawn(MAP)
    x, y, _near = page.evaluate(AT, "network:forum-trondelag")

    page.mouse.move(x, y)
    page.wait_for_selector("[data-pointed='network:forum-trondelag']")
    page.mouse.click(x, y)
    panel = page.locator("#selected")
    panel.get_by_text("Nettverk, valgt").wait_for()

    assert "selected=network%3Aforum-trondelag" in page.url
    assert "place=50" in page.url
    row = page.locator("tr[data-node='network:forum-trondelag']")
    assert row.get_attribute("aria-current") == "true"
    assert page.locator("tr[aria-current]").count() == 1
    share = page.get_by_role("button", name="Del visningen")
    assert share.get_attribute("data-text") == page.url
    again = drawn(page.url)
    assert again.locator("[data-picture]").get_attribute("data-selected") == (
        "network:forum-trondelag"
    )
    assert faults(page) == []


def test_the_keyboard_goes_from_a_filter_by_the_table_to_the_page_of_a_node(drawn):
    page = drawn("/network/map")
    page.get_by_label("Sted").focus()
    page.keyboard.type("Trøndelag")
    page.get_by_role("button", name="Vis", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/network/map?place=*")
    page.wait_for_selector("[data-ready]", state="attached")
    name = page.locator("tr[data-node] th a").nth(1).inner_text()
    page.locator(".node-table thead a").last.focus()
    page.keyboard.press("Tab")
    first = page.locator("tr[data-node]").first.get_attribute("data-node")
    pointed = page.locator("[data-picture]").get_attribute("data-pointed")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/network/nodes/*")

    assert pointed == first
    assert page.get_by_role("heading", level=1).inner_text() == f"Knyttet til: {name}"
    page.locator(".tied a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/network/nodes/*")
    assert page.get_by_role("heading", level=1).inner_text() != f"Knyttet til: {name}"


def test_a_search_goes_to_the_node_without_any_motion(drawn):
    page = drawn(MAP, reduced_motion="reduce")
    page.evaluate(
        "() => { const {renderer} = document.querySelector('[data-picture]').picture;"
        "window.seen = []; renderer.getCamera().on('updated',"
        "(state) => window.seen.push(state.ratio)); }"
    )
    page.get_by_label("Finn i bildet").fill("barneverntjenesten i tr")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-selected='bv-trondheim']")

    assert page.evaluate("window.seen") == [0.35]
    assert page.evaluate("document.getAnimations().length") == 0
    page.get_by_role("button", name="Hele bildet").click()
    assert page.evaluate("window.seen") == [0.35, 1]
    page.get_by_label("Finn i bildet").fill("finnes ikke")
    page.keyboard.press("Enter")
    page.get_by_text("Ingen i bildet heter det.").wait_for()


def test_the_address_holds_where_one_looks_and_so_do_the_links_of_the_table(drawn):
    page = drawn(CHOSEN)
    page.get_by_role("button", name="Nærmere").click()
    page.get_by_role("button", name="Nærmere").click()
    look = "look=0.5000%2C0.5000%2C0.4444"
    page.wait_for_url(f"**{look}*")

    share = page.get_by_role("button", name="Del visningen")
    assert share.get_attribute("data-text") == page.url
    page.locator(".node-table thead a").first.click()
    page.wait_for_url("**sort=name*")
    page.wait_for_selector("[data-ready]", state="attached")
    assert look in page.url
    assert page.evaluate(
        "document.querySelector('[data-picture]').picture.camera.ratio"
    ) == pytest.approx(0.4444)
    page.get_by_role("button", name="Vis", exact=True).click()
    page.wait_for_url("**/network/map?place=*")
    assert "sort=name" in page.url
    assert "look=" not in page.url
    page.wait_for_selector("[data-ready]", state="attached")
    page.get_by_role("button", name="Nærmere").click()
    page.wait_for_url("**look=*")
    page.get_by_role("button", name="Hele bildet").click()
    page.wait_for_url(lambda address: "look=" not in address)


def test_what_is_chosen_is_said(drawn):
    page = drawn(MAP)
    page.locator("tr[data-node='network:forum-trondelag'] .pick").press("Enter")

    said = page.locator(".canvas-tools [role=status]")
    said.get_by_text("Nettverk, valgt: Samarbeidsforum mot").wait_for()
    assert said.count() == 1
    assert said.inner_text().endswith("Trøndelag")


def test_names_at_rest_lie_apart_in_the_drawing(opened):  # noqa: F811
    for address in (MAP, CHOSEN, "/network/map", "/network/map?around=bv-trondheim"):
        page = opened(viewport=WIDE, java_script_enabled=False)
        visit(page, address)
        boxes = page.locator(".picture-whole .label").evaluate_all(
            "all => all.map((one) => { const {x, y, width, height} = one.getBBox();"
            "return {x, y, width, height}; })"
        )

        assert len(boxes) > 5
        for at, one in enumerate(boxes):
            for other in boxes[at + 1 :]:
                aside = (
                    one["x"] + one["width"] <= other["x"] + 1
                    or other["x"] + other["width"] <= one["x"] + 1
                )
                apart = (
                    one["y"] + one["height"] <= other["y"] + 4
                    or other["y"] + other["height"] <= one["y"] + 4
                )
                assert aside or apart


def test_the_drawing_stands_in_without_scripts_and_on_paper(opened):  # noqa: F811
    page = opened(viewport=WIDE, java_script_enabled=False)
    visit(page, CHOSEN)
    assert page.locator(".picture-whole .drawing").is_visible()
    assert not page.get_by_role("button", name="Del visningen").is_visible()
    page.locator(".picture-whole .drawing a").first.click(force=True)
    assert "/network/nodes/" in page.url

    paper = opened(viewport=WIDE)
    visit(paper, CHOSEN)
    paper.wait_for_selector("[data-ready]", state="attached")
    paper.set_viewport_size(PAPER)
    paper.emulate_media(media="print")
    assert paper.locator(".picture-whole > .drawing").is_visible()
    assert not paper.locator(".canvas").is_visible()
    assert not paper.locator(".canvas-tools").is_visible()
    assert paper.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]


def test_a_phone_draws_the_neighbours_of_the_chosen_one_alone(opened):  # noqa: F811
    page = opened(viewport=PHONE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    visit(page, CHOSEN)

    assert page.locator(".picture-near .drawing").is_visible()
    assert not page.locator(".picture-whole").is_visible()
    assert not [url for url in asked if "map.json" in url]
    assert page.locator(".picture-near .node").count() <= 9
    assert page.get_by_text("Filter: Trøndelag").is_visible()
    page.set_viewport_size(NARROWEST)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_network_on_a_desk_has_no_fault(drawn, scheme):
    page = drawn(CHOSEN, color_scheme=scheme)

    assert faults(page) == []
    picture = page.get_by_role("img", name="Bilde av nettverket")
    assert picture.count() == 1
    background, node = page.evaluate(
        "() => [getComputedStyle(document.body).backgroundColor,"
        "document.querySelector('[data-picture]').picture.renderer"
        ".getNodeDisplayData('bv-trondheim').color]"
    )
    assert background != node

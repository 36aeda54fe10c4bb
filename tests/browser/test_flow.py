"""The process as a flow in a real browser: letters in boxes, paper, phones, keys."""

import pypdfium2
import pytest

from tests.browser.test_network import WIDE, opened  # noqa: F401
from tests.browser.test_site import visit
from tests.chromium import PHONE

FLOW = "/network/flow"
# What stands outside the box that it is in, of all that a picture writes in boxes.
OUTSIDE = """() => {
  const found = [];
  for (const step of document.querySelectorAll(".flow-step")) {
    const box = step.querySelector("rect").getBBox();
    for (const line of step.querySelectorAll("tspan")) {
      const at = step.querySelector("text").getBBox();
      const wide = line.getComputedTextLength();
      const foot = box.y + box.height;
      if (10 + wide > box.width || at.y < box.y || at.y + at.height > foot)
        found.push(line.textContent);
    }
  }
  return found;
}"""
OVERLAPPING = """() => {
  const boxes = [...document.querySelectorAll(
    ".whole .lane text, .whole .phase text, .flow-step rect, .mark")]
    .map(one => [one.textContent || one.parentNode.textContent, one.getBBox()]);
  return boxes.flatMap(([words, a], at) => boxes.slice(at + 1)
    .filter(([, b]) => a.x < b.x + b.width && b.x < a.x + a.width
      && a.y < b.y + b.height && b.y < a.y + a.height)
    .map(([others]) => [words.trim(), others.trim()]));
}"""


@pytest.mark.parametrize("query", ["", "?track=minor&place=5001&lang=en", "?lang=nn"])
def test_every_letter_stands_in_its_box_and_nothing_lies_on_anything(
    opened,  # noqa: F811
    query,
):
    page = opened(viewport=WIDE)
    visit(page, f"{FLOW}{query}")
    page.evaluate("document.fonts.ready")

    assert page.locator(".flow-step").count() > 10
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(OVERLAPPING) == []
    sizes = page.evaluate(
        "[...document.querySelectorAll('.flow-picture tspan, .flow-picture text')]"
        ".map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 12


def test_keys_move_the_picture_and_find_each_step_in_the_list(opened):  # noqa: F811
    page = opened(viewport=WIDE)
    visit(page, f"{FLOW}?track=adult")
    region = page.get_by_role("region", name="Flyten som bilde").last
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "document.querySelector('.flow-picture').scrollLeft > 0", timeout=5000
    )

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('.flow-table') !== null")
    tree = page.locator("main").aria_snapshot()
    assert '- heading "Stegene" [level=2]' in tree
    assert '- table "Overleveringene, de svakeste først"' in tree
    assert "- img" not in tree


def test_a_phone_shows_the_list_first_without_scripts(opened):  # noqa: F811
    page = opened(viewport=PHONE, java_script_enabled=False)
    visit(page, f"{FLOW}?track=adult")

    listed = page.locator(".flow-table").bounding_box()
    picture = page.locator(".flow-picture").bounding_box()

    assert listed["y"] + listed["height"] < picture["y"]
    assert picture["width"] <= PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_picture_is_printed_whole_on_one_sheet_lying_down(opened, tmp_path):  # noqa: F811
    page = opened(viewport=WIDE)
    visit(page, FLOW)
    file = tmp_path / "flow.pdf"
    page.pdf(path=file, prefer_css_page_size=True)

    paper = pypdfium2.PdfDocument(file)
    first = paper[0]
    words = first.get_textpage().get_text_range()
    wide, high = first.get_size()

    assert (round(wide), round(high)) == (842, 595)
    for written in ("Bekymring", "Vitnetillatelse", "Når som helst", "Brutt"):
        assert written in words
    assert "Overleveringene" not in words
    assert "Overleveringene" in paper[1].get_textpage().get_text_range()

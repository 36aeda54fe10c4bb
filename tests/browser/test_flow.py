"""The process as a flow in a real browser: letters in boxes, paper, phones, keys."""

import re

import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT

from tests.browser.test_network import WIDE, opened  # noqa: F401
from tests.browser.test_site import faults, visit
from tests.chromium import PHONE

FLOW = "/network/flow"
LANDMARKS = ["landmark-unique", "scrollable-region-focusable"]
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
    assert page.get_by_role("region", name="Flyten som bilde").count() == 1
    region = page.get_by_role("region", name="Bildet, kan rulles")
    assert faults(page, ("rule", LANDMARKS)) == []
    region.focus()
    page.keyboard.press("ArrowRight")
    # As a function: an expression is read anew at every try, which the page forbids.
    page.wait_for_function(
        "() => document.querySelector('.flow-picture').scrollLeft > 0"
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

    listed = page.locator(".flow-table").first.bounding_box()
    picture = page.locator(".flow-picture").bounding_box()

    assert listed["y"] + listed["height"] < picture["y"]
    assert picture["width"] <= PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_what_is_in_order_is_folded_on_the_screen_and_open_on_paper(
    opened,  # noqa: F811
):
    page = opened(viewport=WIDE, java_script_enabled=False)
    visit(page, FLOW)
    folded = page.locator("details .handover-sound")
    high = page.evaluate("document.documentElement.scrollHeight")

    assert folded.count() > 10
    assert not any(one.is_visible() for one in folded.all())
    page.emulate_media(media="print")
    assert all(one.is_visible() for one in folded.all())
    page.emulate_media(media="screen")
    page.locator("summary", has_text="som er i orden").click()
    assert all(one.is_visible() for one in folded.all())
    assert page.evaluate("document.documentElement.scrollHeight") > high


def test_the_picture_is_printed_on_one_sheet_and_then_large_enough_to_read(
    opened,  # noqa: F811
    tmp_path,
):
    page = opened(viewport=WIDE)
    visit(page, FLOW)
    steps = page.locator(".step-table th a").all_inner_texts()
    file = tmp_path / "flow.pdf"
    page.pdf(path=file, prefer_css_page_size=True)

    sheets = [
        (tuple(map(round, sheet.get_size())), sheet, sheet.get_textpage())
        for sheet in pypdfium2.PdfDocument(file)
    ]
    texts = [text.get_text_range() for _size, _sheet, text in sheets]
    upright = [at for at, (size, *_) in enumerate(sheets) if size == (595, 842)]

    assert sheets[0][0] == (842, 595)
    for written in ("Bekymring", "Vitnetillatelse", "Når som helst", "Brutt"):
        assert written in texts[0]
    assert upright == list(range(1, len(upright) + 1))
    assert len(upright) > 1
    for number, at in enumerate(upright, 1):
        assert f"Flyten, ark {number} av {len(upright)}" in texts[at]
        assert "Når som helst" in texts[at]
        sizes = {
            part.get_font_size() * part.get_matrix().a
            for part in sheets[at][1].get_objects(filter=[FPDF_PAGEOBJ_TEXT])
        }
        assert min(sizes) > 5.5
    # However words are broken and lines end.
    printed = re.sub(r"\W", "", "".join(texts[at] for at in upright))
    assert not [step for step in steps if re.sub(r"\W", "", step) not in printed]
    assert "Overleveringene" in texts[upright[-1] + 1]

"""Paper: each letter that we promise has a shape in our font."""

import io
import sys

import pikepdf
import pypdfium2

from tests.functional.test_pocket_cards import tagged
from views.typesetting import _SHOWN, NOT_SHOWN, pdf, shown

CARD = {
    "document": "Card",
    "language": "nb",
    "where": "Trondheim",
    "whom": "",
    "merged": "",
    "notice": "",
    "danger": "112",
    "first": [],
    "calls": "Calls",
    "entries": [],
    "nobody": "",
    "mention": "",
    "rights": [],
    "sharing": "",
    "shares": [],
    "system": "",
    "unit": {"name": "", "lines": []},
    "made": "",
    "online": "Online",
    "address": "https://coordinator.example/card",
    "qr": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "qr_says": "QR",
}


def test_every_letter_that_is_let_through_can_be_set():
    letters = [one for one in map(chr, range(sys.maxunicode)) if _SHOWN.fullmatch(one)]

    assert len(letters) > 800
    # PDF/UA forbids what has no glyph: setting one raises.
    made = pdf("pocket_cards/card.typ", {**CARD, "whom": " ".join(letters)})
    assert made.startswith(b"%PDF")


def test_what_cannot_be_shown_is_one_box_each_and_blanks_are_one():
    assert shown("a\tb \n c") == "a b c"
    assert shown("\u4e2d\U0001f600") == NOT_SHOWN * 2
    assert shown("e\u0301") == "é"
    assert shown("a\u202eb\u200bc\x00d") == "abcd"
    assert shown({"n": [1, None, True, ("\u4e2d",)]}) == {
        "n": [1, None, True, [NOT_SHOWN]]
    }


def test_the_same_values_make_the_same_sheet_and_others_another():
    first = pdf("pocket_cards/card.typ", CARD)
    other = pdf("pocket_cards/card.typ", {**CARD, "where": "Bodø"})

    told = pypdfium2.PdfDocument(other)[0].get_textpage().get_text_range()
    assert "Bodø" in told
    assert "Trondheim" not in told
    assert "Trondheim" in (
        pypdfium2.PdfDocument(first)[0].get_textpage().get_text_range()
    )


def test_a_sheet_without_a_line_of_the_unit_has_its_words_in_paragraphs_too():
    made = pdf("pocket_cards/card.typ", {**CARD, "made": "Made today."})

    paper = pikepdf.open(io.BytesIO(made))
    tags, _alternatives, loose = tagged(paper.Root.StructTreeRoot)
    assert tags.count("Link") == 1
    assert loose == []

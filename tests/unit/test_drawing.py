"""The drawing as a file: whatever the names are, every reader of XML reads it."""

from datetime import date
from urllib.parse import quote

from defusedxml import ElementTree
from hypothesis import example, given
from hypothesis import strategies as st

from coordinator.pictures import Shown, Tied, View, Wanted
from graphs.xml_letters import NOT_A_LETTER, only_letters
from views.network import drawing

SVG = "{http://www.w3.org/2000/svg}"
# Every letter there is, and what is none: halves of pairs and control characters too.
NAMES = st.text(st.characters(), min_size=1, max_size=30)
KEPT = "æøå «Ŋ» 🙂 <b>&amp;</b> \"'"


@given(NAMES, NAMES, NAMES)
@example("\x00\x0b\x1f", "\ufffe\uffff", "\ud800 \udfff")
@example(KEPT, "]]>", "</svg><script>alert(1)</script>")
def test_any_name_gives_a_drawing_that_is_read(one, other, title):
    nodes = (
        Shown("a", "organisation", 10, 10, 1, 1),
        Shown("b", "network", 90, 90, 1, 1),
    )
    ties = (Tied("a", "b", ("member",)),)
    view = View(Wanted(), date(2026, 11, 25), nodes, ties, 2, 1)
    names = {"a": one, "b": other}

    text = drawing.alone(
        drawing.prepared(view, names, "a"),
        names,
        lambda node: f"/network/nodes/{quote(names[node], errors='replace')}",
        title,
        one,
    )

    svg = ElementTree.fromstring(text.encode())
    titles = [told.text for told in svg.iter(f"{SVG}title")]
    assert titles == [_as_read(name) for name in (title, one, other)]
    assert not list(svg.iter(f"{SVG}script"))


def _as_read(name):
    """Return what is read of a name: each end of a line is a line feed."""
    return only_letters(name).replace("\r\n", "\n").replace("\r", "\n")


def test_only_what_is_no_letter_is_replaced():
    for code in range(0x11_0000):
        is_letter = (
            code in (0x9, 0xA, 0xD)
            or 0x20 <= code <= 0xD7FF
            or 0xE000 <= code <= 0xFFFD
            or code >= 0x1_0000
        )
        assert only_letters(chr(code)) == (chr(code) if is_letter else NOT_A_LETTER)

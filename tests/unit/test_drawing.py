"""The drawing: every reader of XML reads it, and it tells the heavy from the light."""

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


def a_view(nodes, ties=()):
    return View(
        Wanted(), date(2026, 11, 25), tuple(nodes), ties, len(nodes), len(ties), 0
    )


@given(NAMES, NAMES, NAMES)
@example("\x00\x0b\x1f", "\ufffe\uffff", "\ud800 \udfff")
@example(KEPT, "]]>", "</svg><script>alert(1)</script>")
def test_any_name_gives_a_drawing_that_is_read(one, other, title):
    nodes = (
        Shown("a", "organisation", 10, 10, 1, 1),
        Shown("b", "network", 90, 90, 1, 1),
    )
    ties = (Tied("a", "b", ("member",)),)
    view = a_view(nodes, ties)
    names = {"a": one, "b": other}

    text = drawing.alone(
        drawing.prepared(view, names, "a"),
        names,
        lambda node: f"/network/nodes/{quote(names[node], errors='replace')}",
        title,
        one,
        ("<g/>", 600),
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


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_palest_of_every_kind_stands_out_from_the_paper():
    for colour in drawing.PAINT.values():
        assert 1.05 / (luminance(drawing.painted(colour, 0)) + 0.05) >= 3


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_the_heavier_is_never_the_paler_nor_the_smaller(weights):
    view = a_view([Shown(str(at), "post", 0, 0, 1, w) for at, w in enumerate(weights)])
    shades, sizes = drawing.shades(view), drawing.sizes(view)

    by_weight = sorted(view.nodes, key=lambda one: one.weight)
    for told in (shades, sizes):
        drawn = [told[one.id] for one in by_weight]
        assert drawn == sorted(drawn)
    assert shades[by_weight[-1].id] == drawing.FULL

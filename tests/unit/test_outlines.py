"""Pictures of areas: everything in the box, no mark or name upon another."""

import itertools
from random import Random

from coordinator.shapes import Outline
from graphs import lettering
from views.network import outlines
from views.network.outlines import LINE, MARK, Box


def an_area(code, extent="all", name="", share=""):
    icon = {"all": "check", "some": "half", "none": "cross"}[extent]
    return {"code": code, "name": name or code, "extent": extent, "icon": icon,
            "share": share}  # fmt: skip


def an_outline(code, x=0, y=0, room=500, attribution=""):
    box = (x - room, y - room, x + room, y + room)
    return Outline(code, f"M{x} {y}l1 1z", *box, x, y, room, attribution)


def drawn_at_random(seed):
    random = Random(seed)
    areas, found = [], {}
    for number in range(random.randrange(1, 60)):
        code = f"{number:02}"
        name = "N" * random.randrange(1, 20)
        extent = random.choice(("all", "some", "none"))
        areas.append(an_area(code, extent, name, random.choice(("", "3/38"))))
        x, y = random.randrange(90_000), random.randrange(170_000)
        found[code] = an_outline(code, x, y, random.randrange(1, 9000))
    return areas, outlines.drawn(areas, found)


def test_no_mark_or_name_stands_upon_another_or_outside():
    for seed in range(60):
        areas, picture = drawn_at_random(seed)
        for layer in picture.layers:
            names = {one["name"] for one in areas}
            texts = [
                Box(
                    t.x,
                    t.y - LINE * layer.size / 4,
                    layer.size
                    * lettering.width(t.words if t.words in names else "", 12),
                    LINE * layer.size / 2,
                )
                for t in layer.texts
            ]
            side = MARK * layer.size
            marks = [Box(one.x, one.y, side, side) for one in layer.marks]
            for first, second in itertools.combinations(texts, 2):
                assert not first.touches(second), seed
            for first, second in itertools.combinations(marks, 2):
                assert not first.touches(second), seed
            for box in texts:
                assert box.width / 2 - 1 <= box.x <= picture.width - box.width / 2 + 1
                assert 0 <= box.y <= picture.height


def test_every_area_with_an_outline_is_drawn_what_is_missing_last():
    areas = [an_area("a", "none"), an_area("b", "all"), an_area("c", "some"),
             an_area("d")]  # fmt: skip
    found = {one: an_outline(one, number * 900) for number, one in enumerate("abc")}

    picture = outlines.drawn(areas, found)

    assert [one["code"] for one, _path in picture.areas] == ["b", "c", "a"]
    assert outlines.drawn(areas, {}) is None


def test_a_large_place_is_named_with_its_share_and_a_small_one_not():
    areas = [an_area("a", name="Trøndelag", share="3/38"), an_area("b", name="Øy")]
    found = {"a": an_outline("a"), "b": an_outline("b", 900, 0, 5)}

    for layer in outlines.drawn(areas, found).layers:
        assert [text.words for text in layer.texts] == ["Trøndelag", "3/38"]
        assert len(layer.marks) == 1


def test_letters_are_never_below_12_px_where_the_picture_is_as_wide_as_it_gets():
    for name, px in (("narrow", 12), ("wide", 9)):
        width = {"narrow": outlines.WIDTH, "wide": outlines.WIDE}[name]
        assert px * width / outlines.WIDTH >= 12
        assert outlines.LAYERS[name] >= px / 12


def test_each_source_is_named_once():
    areas = [an_area("a"), an_area("b"), an_area("c")]
    found = {c: an_outline(c, attribution=a) for c, a in zip("abc", "YXY", strict=True)}

    assert outlines.drawn(areas, found).attributions == ("X", "Y")

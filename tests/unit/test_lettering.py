"""Text in pictures: it stands within its room, and nothing but what is cut is lost."""

from hypothesis import example, given
from hypothesis import strategies as st

from graphs.lettering import lines, width

ROOM = 100


@example("Søknad om refleksjonsperiode", 3)
@example("x" * 20_000, 4)
@given(st.text(max_size=80), st.integers(1, 5))
def test_every_line_fits_its_room_and_there_are_no_more_than_asked(text, most):
    found = lines(text, ROOM, most)

    assert len(found) <= most
    assert all(width(line) <= ROOM for line in found)
    assert all(found) == bool(text.split() or not found)


@given(st.text(st.sampled_from("abæWi "), max_size=80))
def test_with_room_enough_all_of_the_text_is_there(text):
    found = lines(text, ROOM, 99)

    joined = "".join(
        line.removesuffix("-") if line.endswith("-") else f"{line} " for line in found
    )
    assert joined.split() == text.split()


def test_what_is_cut_says_so():
    assert lines("Vitnetillatelse og permanent opphold", ROOM, 1) == ["Vitnetillatel …"]
    assert lines("Kort", ROOM, 1) == ["Kort"]

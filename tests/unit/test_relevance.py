"""What is typed and what things are called: forms, compounds, slips, and order."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from coordinator.lexicon import Vocabulary
from coordinator.relevance import (
    LEAST,
    SAME,
    STOP_WORDS,
    Rarity,
    Weighing,
    asked,
    bare,
    fit,
    named,
    plain,
    slips,
    words,
)

LETTERS = "abdeghiklmnoprstuvyæøåáč"
A_WORD = st.text(LETTERS, min_size=1, max_size=14)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("vernstjen", "barnevernstjenesten"),
        ("barnevern", "barnevernstjenesten"),
        ("advokaten", "advokat"),
        ("boliger", "bolig"),
        ("tromso", "tromsø"),
        ("baerum", "bærum"),
        ("aalesund", "ålesund"),
        ("karasjohka", "kárášjohka"),
        ("bilet", "billett"),
        ("advokta", "advokat"),
        ("krisesenter", "krisesentrene"),
        ("threatened", "threatens"),
    ],
)
def test_a_word_fits_its_forms_compounds_spellings_and_slips(typed, word):
    assert fit(typed, word) >= 0.6


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("bo", "politi"),
        ("krises", "kristiansund"),
        ("112", "1210"),
        ("lege", "lov"),
    ],
)
def test_a_word_fits_no_other(typed, word):
    assert fit(typed, word) < 0.6


@given(A_WORD, A_WORD)
def test_nothing_fits_better_than_the_word_itself(typed, word):
    assert 0 <= fit(typed, word) <= fit(word, word) == SAME


@given(A_WORD, st.lists(A_WORD, max_size=12))
def test_the_vocabulary_finds_every_word_that_fits(typed, known):
    """Its short ways (stems, spellings, parts) leave out nothing but second slips."""
    found = Vocabulary(known).like(typed)

    for word in set(known):
        how_well = fit(typed, word)
        if word in found:
            assert found[word] == how_well
        elif how_well:
            # A word that is spelt just so is known: no other is taken for it.
            near = OSA.distance(bare(typed), bare(word)) <= slips(typed) + 2
            assert near


@example(["a"], [])
@given(st.lists(A_WORD, min_size=1, max_size=4), st.lists(A_WORD, max_size=6))
def test_what_is_called_just_so_answers_wholly_and_nothing_answers_more(name, other):
    # "Pass it on" is not wholly said by "pass", though that is all of it that tells.
    assume(len(name) == 1 or sum(word not in STOP_WORDS for word in name) != 1)
    called = [named([" ".join(name)], ""), named([" ".join(other)], "")]
    typed = asked(" ".join(name))
    of = Rarity(called)
    weights = {word: of.of(word) for word in typed}
    every = set().union(*(one.every() for one in called))
    fits = {word: {one: fit(word, one) for one in every} for word in typed}

    weighing = Weighing(weights, fits, of)
    own, others = map(weighing.score, called)

    assert own == pytest.approx(1.0)
    assert others <= own + 1e-9


def test_what_answers_to_no_word_is_below_the_least():
    of = Rarity([named(["advokat"], "")])

    weighing = Weighing({"bil": 1.0}, {"bil": {}}, of)
    assert weighing.score(named(["advokat"], "")) < LEAST


def test_a_number_in_groups_is_one_word_without_the_country():
    for number in ("22331160", "22 33 11 60", "+47 22 33 11 60", "0047 22331160"):
        assert words(number) == ["22331160"]


def test_what_says_nothing_is_left_out_unless_it_is_all_there_is():
    assert asked("hva er en advokat") == ["advokat"]
    assert asked("hva er det") == ["hva", "er", "det"]
    assert asked("") == asked("%*\"' ()") == []


@given(A_WORD)
def test_a_plain_word_has_letters_that_every_keyboard_has(word):
    assert plain(word).isascii()


def test_common_words_are_written_as_words_are_compared():
    assert all(words(word) == [word] for word in STOP_WORDS)

"""What is found in random networks is what a naive reading of the design finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import accountability, differences, grain, handovers, single_points
from tests.unit import brute_graph
from tests.unit.drawn_networks import TODAY, TRACKS
from tests.unit.random_cells import FORUMS, HANDOVERS, STEPS, cells, countries

QUESTIONS = (
    (accountability.gaps, brute_graph.gaps),
    (accountability.overlaps, brute_graph.overlaps),
    (accountability.coverage, brute_graph.coverage),
    (single_points.only_person, brute_graph.only_person),
)


def standing(places):
    return grain.standing(places, TODAY, tracks=TRACKS, steps=STEPS)


@settings(deadline=None, database=None)
@given(countries(), st.data())
def test_each_question_of_cells_finds_what_the_words_say(country, data):
    places, known = country
    found = data.draw(cells(known))

    for ask, read in QUESTIONS:
        assert ask(found, standing(places)) == known.state(set(read(found)))


@settings(deadline=None, database=None)
@given(countries(), st.data(), HANDOVERS, FORUMS)
def test_broken_handovers_are_those_that_the_words_say(country, data, given, forums):
    places, known = country
    found = data.draw(cells(known))

    expected = brute_graph.broken_handovers(found, given, forums, STEPS, TRACKS)

    assert handovers.broken(found, given, forums, standing(places)) == known.state(
        set(expected)
    )


@settings(deadline=None, database=None)
@given(countries(), st.data(), HANDOVERS, FORUMS)
def test_each_handover_stands_as_the_words_say_in_every_place(
    country, data, given, forums
):
    places, known = country
    found, there = data.draw(cells(known)), standing(places)

    told = {
        (one.handover, one.track, leaf, one.state)
        for one in handovers.each(found, given, forums, there)
        for leaf in there.leaves
        if there.masks[leaf] & one.leaves
    }

    assert told == set(brute_graph.states(found, given, forums, STEPS, TRACKS))


@settings(deadline=None, database=None)
@given(countries(), st.data())
def test_a_difference_is_what_only_one_of_the_two_finds(country, data):
    places, known = country
    found = standing(places)
    before, after = data.draw(cells(known)), data.draw(cells(known))

    told = differences.difference(
        accountability.gaps(before, found), accountability.gaps(after, found), found
    )

    was, now = set(brute_graph.gaps(before)), set(brute_graph.gaps(after))
    assert told.appeared == known.state(now - was)
    assert told.disappeared == known.state(was - now)

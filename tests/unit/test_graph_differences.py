"""What differs between two readings: where it changed, and nowhere else."""

from graphs import differences
from graphs.findings import Finding
from tests.unit.drawn_networks import NORWAY, told

GAP = Finding("gaps", "no_accountable", "report", "50", "adult")
VACANT = Finding("vacant", "vacant", posts=("lead",))


def difference(before, after):
    found = differences.difference(before, after, NORWAY)
    return told(found.appeared), told(found.disappeared)


def test_what_is_the_same_does_not_differ():
    assert difference([GAP, VACANT], [GAP, VACANT]) == ([], [])


def test_what_is_new_appeared_and_what_is_gone_disappeared():
    assert difference([], [GAP]) == ([("50", "adult")], [])
    assert difference([VACANT], []) == ([], [(None, None)])


def test_a_gap_that_spread_appeared_only_where_it_is_new():
    wide = GAP._replace(place="NO")

    assert difference([GAP], [wide]) == ([("03", "adult")], [])
    assert difference([wide], [GAP]) == ([], [("03", "adult")])


def test_a_gap_that_reached_the_other_track_appeared_for_that_track():
    assert difference([GAP], [GAP._replace(track=None)]) == ([("50", "minor")], [])


def test_a_gap_that_moved_did_both():
    moved = GAP._replace(place="pd-inn")

    assert difference([GAP], [moved]) == ([], [("pd-nidaros", "adult")])


def test_a_score_is_no_difference():
    broker = Finding("brokers", "betweenness", persons=("ann",), score=0.5)

    assert difference([broker], [broker._replace(score=0.4)]) == ([], [])


def test_a_place_that_is_gone_is_told_as_it_was():
    old = GAP._replace(place="16")

    assert difference([old, GAP], [GAP]) == ([], [("16", "adult")])

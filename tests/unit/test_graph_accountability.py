"""Gaps, overlaps, coverage and what is contested, as read off a drawn network."""

from datetime import timedelta

from graphs import accountability
from graphs.cells import Party
from graphs.claims import Claim
from tests.unit.drawn_networks import (
    ASKER,
    EVERYWHERE,
    NAV,
    NORWAY,
    OSLO,
    POLICE,
    TODAY,
    TRONDELAG,
    a_cell,
    told,
)

MUTE = Party("shelter", "desk", has_line=False)


def gaps(*cells):
    return accountability.gaps(cells, NORWAY)


def test_a_step_that_someone_answers_for_is_no_gap():
    assert gaps(a_cell()) == []


def test_a_step_that_nobody_answers_for_is_a_gap_of_the_whole_country():
    assert told(gaps(a_cell(has_accountable=False, accountable=()))) == [("NO", None)]


def test_a_gap_in_one_county_is_told_of_that_county():
    gap = a_cell(*TRONDELAG, has_accountable=False, accountable=())

    assert told(gaps(gap, a_cell(*OSLO))) == [("50", None)]


def test_an_accountable_who_leads_to_nobody_is_coverage_and_no_gap():
    unresolved = (("A", "kind:shelter"),)
    cell = a_cell(accountable=(), unresolved=unresolved)

    [found] = accountability.coverage([cell], NORWAY)

    assert gaps(cell) == []
    assert (found.reason, found.holder) == ("kind_not_served", "kind:shelter")


def test_an_accountable_without_a_line_is_a_gap_that_names_who():
    [found] = gaps(a_cell(accountable=(MUTE,)))

    assert found.reason == "no_line"
    assert (found.organisations, found.posts) == (("shelter",), ("desk",))


def test_one_line_is_enough():
    assert gaps(a_cell(accountable=(MUTE, NAV))) == []


def test_the_one_who_asks_needs_no_line():
    asker = ASKER._replace(has_line=False)

    assert gaps(a_cell(accountable=(asker,))) == []
    assert gaps(a_cell(accountable=(asker, MUTE))) == []


def overlaps(*accountable):
    return accountability.overlaps([a_cell(accountable=accountable)], NORWAY)


def test_two_organisations_that_answer_for_the_same_overlap():
    [found] = overlaps(POLICE, NAV)

    assert found.organisations == ("nav", "police")
    assert (found.reason, found.place) == ("two_accountable", "NO")


def test_two_posts_of_one_organisation_do_not_overlap():
    assert overlaps(POLICE, POLICE._replace(post="other")) == []


def test_the_one_who_asks_overlaps_with_nobody():
    assert overlaps(NAV, ASKER) == []


def test_a_holder_in_two_roles_is_uncovered_once():
    unresolved = (("A", "ended-desk"), ("R", "ended-desk"))

    [found] = accountability.coverage([a_cell(unresolved=unresolved)], NORWAY)

    assert (found.reason, found.holder) == ("holder_ended", "ended-desk")


def test_a_kind_is_uncovered_where_nobody_serves():
    here = a_cell(*OSLO, unresolved=(("R", "kind:shelter"),))

    found = accountability.coverage([here, a_cell(*TRONDELAG)], NORWAY)

    assert told(found) == [("03", None)]


def contested(**changed):
    claim = Claim("r", "report", "A", "nav", "50", organisation="nav")
    claim = claim._replace(status="contested")._replace(**changed)
    return accountability.contested([claim], NORWAY, TODAY)


def test_a_contested_row_is_told_where_it_is_set():
    [found] = contested()

    assert (found.place, found.track, found.organisations) == ("50", None, ("nav",))
    assert found.holder == "nav"


def test_a_contested_row_names_the_tracks_it_names():
    assert told(contested(tracks=("minor",))) == [("50", "minor")]
    assert told(contested(tracks=("minor", "adult"))) == [("50", None)]


def test_a_contested_row_of_a_step_for_others_names_its_tracks():
    found = contested(step="settle", tracks=("adult",))

    assert told(found) == [("50", None)]
    assert told(contested(step="unknown", tracks=("minor", "adult"))) == [
        ("50", "adult"),
        ("50", "minor"),
    ]


def test_only_what_is_contested_and_valid_today_is_told():
    assert contested(status="agreed") == []
    assert contested(valid_to=TODAY - timedelta(days=1)) == []
    assert contested(valid_from=TODAY + timedelta(days=1)) == []


def test_two_rows_that_say_the_same_are_told_once():
    claims = [
        Claim(role, "report", role, "lead", "50", status="contested", post="lead")
        for role in "AR"
    ]

    [found] = accountability.contested(claims, NORWAY, TODAY)

    assert (found.posts, found.organisations) == (("lead",), ())


def test_findings_come_in_the_order_of_their_keys():
    cells = [
        a_cell(leaf, has_accountable=False, accountable=(), step=step, track="minor")
        for leaf in ("5007", "030101")
        for step in ("report", "house")
    ]

    keys = [one.key for one in gaps(*cells)]

    assert keys == sorted(keys)
    assert len(keys) == 4
    assert set(EVERYWHERE) >= {one.place for one in gaps(*cells)}

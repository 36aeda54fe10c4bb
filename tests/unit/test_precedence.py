"""What applies, and what wins."""

from datetime import timedelta

import pytest

from coordinator import precedence
from graphs import places as place_graph
from tests.factories import MONDAY, a_catalogue, a_place, a_rule

DAY = timedelta(days=1)
KNOWN = a_catalogue(
    [
        a_place("NO"),
        a_place("region", "NO"),
        a_place("50", "region"),
        a_place("pd-trondelag", "NO"),
        a_place("5001", "50", "pd-trondelag"),
    ]
)
SETTLED = ("statutory", "agreed")
UNSETTLED = ("proposed", "contested", "unclear")


def applies(rule, track=None, place="5001", on=MONDAY):
    within = KNOWN.at_or_above(place)
    return precedence.applies(rule, within=within, track=track, on=on)


def weigh(*rules, track=None):
    def lies_below(lower, upper):
        return place_graph.lies_below(KNOWN.graph, lower, upper)

    return precedence.weigh(rules, lies_below=lies_below, track=track)


def standing(verdict, role="A"):
    return [weighed.rule for weighed in verdict.standing[role]]


def reasons(verdict, rule):
    everything = [*verdict.standing[rule.role], *verdict.pending, *verdict.others]
    return next(weighed.reasons for weighed in everything if weighed.rule == rule)


# 1. What applies.


def test_a_rule_applies_on_its_first_and_on_its_last_day():
    assert applies(a_rule(valid_from=MONDAY, valid_to=MONDAY))


def test_a_rule_applies_neither_before_its_first_day_nor_after_its_last():
    assert not applies(a_rule(valid_from=MONDAY + DAY))
    assert not applies(a_rule(valid_to=MONDAY - DAY))


def test_a_rule_whose_dates_are_empty_applies_on_any_day():
    assert applies(a_rule(valid_from=None, valid_to=None))


def test_a_rule_applies_where_it_stands_and_in_every_place_below():
    assert applies(a_rule(place="5001"))
    assert applies(a_rule(place="pd-trondelag"))
    assert applies(a_rule(place="NO"))


def test_a_rule_applies_neither_beside_its_place_nor_above_it():
    assert not applies(a_rule(place="pd-trondelag"), place="50")
    assert not applies(a_rule(place="5001"), place="NO")


def test_a_rule_without_tracks_applies_to_each_of_them():
    assert applies(a_rule(tracks=()), track="adult")


def test_a_rule_with_tracks_applies_to_those_alone():
    assert applies(a_rule(tracks=("adult", "minor")), track="minor")
    assert not applies(a_rule(tracks=("adult",)), track="minor")


def test_a_rule_applies_whatever_its_tracks_when_no_track_is_asked():
    assert applies(a_rule(tracks=("adult",)), track=None)


# 2. What wins: places.


@pytest.mark.parametrize("role", ["A", "R"])
def test_the_nearer_place_beats_the_wider_one(role):
    near, wide = a_rule(role=role, place="5001"), a_rule(role=role, place="50")

    verdict = weigh(near, wide)

    assert standing(verdict, role) == [near]
    assert reasons(verdict, near) == ("nearest_place",)


@pytest.mark.parametrize("role", ["A", "R"])
def test_what_is_beaten_stays_visible_with_its_reason(role):
    near, wide = a_rule(role=role, place="5001"), a_rule(role=role, place="NO")

    verdict = weigh(near, wide)

    assert [weighed.rule for weighed in verdict.others] == [wide]
    assert reasons(verdict, wide) == ("nearest_place",)


def test_what_beats_nothing_needs_no_reason():
    alone = a_rule(place="5001")

    assert reasons(weigh(alone), alone) == ()


def test_only_what_lies_below_what_was_beaten_is_told_to_be_nearer():
    county, district = a_rule(place="50"), a_rule(place="pd-trondelag")
    region = a_rule(place="region")

    verdict = weigh(county, district, region)

    assert standing(verdict) == [county, district]
    assert reasons(verdict, county) == ("nearest_place",)
    assert reasons(verdict, district) == ()


def test_what_fell_in_one_role_is_no_reason_in_another():
    rules = a_rule(place="5001"), a_rule(place="NO")
    alone = a_rule(role="R", place="5001")

    assert reasons(weigh(*rules, alone), alone) == ()


@pytest.mark.parametrize("role", ["C", "I"])
def test_everyone_consulted_or_informed_stands_however_wide(role):
    near, wide = a_rule(role=role, place="5001"), a_rule(role=role, place="NO")

    verdict = weigh(near, wide)

    assert set(standing(verdict, role)) == {near, wide}
    assert reasons(verdict, near) == ()
    assert not verdict.others


def test_a_county_and_a_police_district_stand_side_by_side():
    county, district = a_rule(place="50"), a_rule(place="pd-trondelag")

    verdict = weigh(county, district)

    assert standing(verdict) == [county, district]


def test_a_rule_beats_only_what_lies_above_it():
    county, district = a_rule(place="50"), a_rule(place="pd-trondelag")
    national = a_rule(place="NO", status="proposed")

    verdict = weigh(county, district, national)

    assert standing(verdict) == [county, district]
    assert [weighed.rule for weighed in verdict.others] == [national]


def test_rules_of_the_same_place_stand_together():
    one, other = a_rule("one", place="50"), a_rule("other", place="50")

    assert standing(weigh(one, other)) == [one, other]


def test_each_role_is_weighed_by_itself():
    near, wide = a_rule(role="R", place="5001"), a_rule(role="A", place="NO")

    verdict = weigh(near, wide)

    assert standing(verdict, "R") == [near]
    assert standing(verdict, "A") == [wide]


@pytest.mark.parametrize("status", UNSETTLED)
def test_a_nearer_rule_beats_an_agreed_one_whatever_its_status(status):
    near = a_rule(place="5001", status=status)
    wide = a_rule(place="NO", status="agreed")

    assert standing(weigh(near, wide)) == [near]


# 2. What wins: statutory rules.


@pytest.mark.parametrize("status", SETTLED)
@pytest.mark.parametrize("role", ["A", "R"])
def test_a_statutory_rule_is_beaten_by_a_nearer_statutory_or_agreed_one(role, status):
    near = a_rule(role=role, place="5001", status=status)
    law = a_rule(role=role, place="NO", status="statutory")

    verdict = weigh(near, law)

    assert standing(verdict, role) == [near]
    assert [weighed.rule for weighed in verdict.others] == [law]


@pytest.mark.parametrize("status", UNSETTLED)
@pytest.mark.parametrize("role", ["A", "R"])
def test_under_a_statutory_rule_what_is_not_settled_waits(role, status):
    near = a_rule(role=role, place="5001", status=status)
    law = a_rule(role=role, place="NO", status="statutory")

    verdict = weigh(near, law)

    assert standing(verdict, role) == [law]
    assert [weighed.rule for weighed in verdict.pending] == [near]
    assert reasons(verdict, near) == reasons(verdict, law) == ("statutory_stands",)


def test_what_waits_beats_nothing():
    near = a_rule(place="5001", status="proposed")
    agreed = a_rule(place="50", status="agreed")
    law = a_rule(place="NO", status="statutory")

    verdict = weigh(near, agreed, law)

    assert standing(verdict) == [agreed]


def test_a_proposal_waits_even_where_the_statutory_rule_above_it_is_beaten():
    near = a_rule(place="5001", status="proposed")
    agreed = a_rule(place="50", status="agreed")
    law = a_rule(place="NO", status="statutory")

    verdict = weigh(near, agreed, law)

    assert [weighed.rule for weighed in verdict.pending] == [near]
    assert [weighed.rule for weighed in verdict.others] == [law]
    assert reasons(verdict, agreed) == ("nearest_place",)


@pytest.mark.parametrize("place", ["50", "pd-trondelag"])
def test_a_proposal_beside_a_statutory_rule_does_not_wait(place):
    law = a_rule("law", place="50", status="statutory")
    proposal = a_rule("proposal", place=place, status="proposed")

    verdict = weigh(law, proposal)

    assert standing(verdict) == [law, proposal]
    assert reasons(verdict, law) == ()


def test_a_proposal_above_a_statutory_rule_is_beaten():
    law = a_rule(place="5001", status="statutory")
    proposal = a_rule(place="NO", status="proposed")

    verdict = weigh(law, proposal)

    assert [weighed.rule for weighed in verdict.others] == [proposal]
    assert not verdict.pending


def test_a_statutory_rule_of_another_role_lets_nothing_wait():
    law = a_rule(role="A", place="NO", status="statutory")
    proposal = a_rule(role="R", place="5001", status="proposed")

    verdict = weigh(law, proposal)

    assert standing(verdict, "R") == [proposal]
    assert reasons(verdict, law) == ()


def test_what_waits_in_one_role_is_no_reason_in_another():
    law = a_rule(role="A", place="NO", status="statutory")
    proposal = a_rule(role="A", place="5001", status="proposed")
    alone = a_rule(role="R", place="NO", status="statutory")

    verdict = weigh(law, proposal, alone)

    assert verdict.pending
    assert reasons(verdict, alone) == ()


@pytest.mark.parametrize("role", ["C", "I"])
def test_no_one_consulted_or_informed_waits(role):
    law = a_rule(role=role, place="NO", status="statutory")
    proposal = a_rule(role=role, place="5001", status="proposed")

    assert not weigh(law, proposal).pending


# 2. What wins: tracks.


def test_of_the_accountable_those_that_name_the_track_win():
    named, general = a_rule(tracks=("minor",)), a_rule()

    verdict = weigh(named, general, track="minor")

    assert standing(verdict) == [named]
    assert reasons(verdict, named) == ("names_track",)
    assert reasons(verdict, general) == ("names_track",)
    assert [weighed.rule for weighed in verdict.others] == [general]


@pytest.mark.parametrize("role", ["R", "C", "I"])
def test_in_other_roles_naming_the_track_wins_nothing(role):
    named, general = a_rule(role=role, tracks=("minor",)), a_rule(role=role)

    verdict = weigh(named, general, track="minor")

    assert set(standing(verdict, role)) == {named, general}
    assert reasons(verdict, named) == ()


def test_naming_a_track_wins_nothing_when_no_track_is_asked():
    named, general = a_rule(tracks=("minor",)), a_rule()

    assert set(standing(weigh(named, general, track=None))) == {named, general}


def test_where_no_rule_names_the_track_all_of_them_stand():
    one, other = a_rule("one"), a_rule("other")

    verdict = weigh(one, other, track="minor")

    assert standing(verdict) == [one, other]


def test_a_statutory_rule_stands_beside_one_that_names_the_track():
    named, law = a_rule("n", tracks=("minor",)), a_rule("s", status="statutory")

    verdict = weigh(named, law, track="minor")

    assert standing(verdict) == [named, law]
    assert reasons(verdict, named) == reasons(verdict, law) == ()


def test_a_statutory_rule_says_why_it_stands_where_others_fell():
    named, law = a_rule("n", tracks=("minor",)), a_rule("s", status="statutory")
    general = a_rule("g")

    verdict = weigh(named, law, general, track="minor")

    assert reasons(verdict, law) == ("statutory_stands",)
    assert [weighed.rule for weighed in verdict.others] == [general]


def test_a_statutory_rule_that_names_the_track_needs_no_other_reason():
    law = a_rule("s", tracks=("minor",), status="statutory")

    verdict = weigh(law, a_rule("g"), track="minor")

    assert reasons(verdict, law) == ("names_track",)


def test_place_is_decided_before_track():
    near, named = a_rule(place="5001"), a_rule(place="NO", tracks=("minor",))

    verdict = weigh(near, named, track="minor")

    assert standing(verdict) == [near]
    assert reasons(verdict, named) == ("nearest_place",)


def test_a_rule_that_waits_names_no_track_for_the_others():
    waiting = a_rule(place="5001", tracks=("minor",), status="proposed")
    law = a_rule("law", place="NO", status="statutory")
    general = a_rule("general", place="NO")

    verdict = weigh(waiting, law, general, track="minor")

    assert standing(verdict) == [general, law]


# The order, and how settled it is.


def test_rules_stand_in_the_order_of_the_reference_then_by_holder():
    last, second, first = a_rule("a", order=2), a_rule("c"), a_rule("b")

    assert standing(weigh(last, second, first)) == [first, second, last]


@pytest.mark.parametrize(
    ("settled", "less"),
    [
        ("statutory", "agreed"),
        ("agreed", "proposed"),
        ("proposed", "contested"),
        ("contested", "unclear"),
    ],
)
def test_rules_are_together_as_settled_as_the_least_of_them(settled, less):
    rules = [a_rule(status=less), a_rule(status=settled)]

    assert precedence.least_settled(rules) == less
    assert precedence.least_settled(rules[1:]) == settled


def test_without_a_rule_it_is_unclear():
    assert precedence.least_settled([]) == "unclear"

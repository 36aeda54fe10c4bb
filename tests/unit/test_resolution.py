"""From a holder to organisations, posts, persons and their lines."""

from datetime import timedelta

import pytest

from coordinator.precedence import Weighed
from coordinator.resolution import Resolver
from tests.factories import (
    MONDAY,
    NOON,
    OFFICE_HOURS,
    SATURDAYS,
    a_catalogue,
    a_holding,
    a_point,
    a_post,
    a_rule,
    an_organisation,
    some_facts,
)

DAY = timedelta(days=1)
ENDED = {"valid_to": MONDAY - DAY}
NOT_YET = {"valid_from": MONDAY + DAY}
THIS_DAY = {"valid_from": MONDAY, "valid_to": MONDAY}
KNOWN = a_catalogue()


def resolver(*rows, place="5001", at=NOON, shows_holders=True):
    facts = some_facts(*rows, shows_holders=shows_holders)
    within = KNOWN.at_or_above(place)
    return Resolver(facts, KNOWN.graph, place, within, MONDAY, at)


def resolve(holder, *rows, reasons=(), **given):
    return resolver(*rows, **given).resolve(Weighed(a_rule(holder), reasons))


def organisations(actors):
    return [actor.organisation.key for actor in actors]


# 3. Kinds.


def test_a_kind_is_the_organisations_of_that_kind_that_serve_the_place():
    here, there = an_organisation("bv"), an_organisation("bv2", serves=("5006",))
    police = an_organisation("police", kind="police_district")

    (found,) = resolve("kind:child_welfare", here, there, police)

    assert (found.organisation, found.post, found.person) == (here, None, None)
    assert found.via == "kind:child_welfare"
    assert (found.place, found.serves_place) == ("NO", "5001")
    assert found.reasons == ("kind_serves_place",)
    assert not found.fallback


def test_the_rules_own_reasons_go_before():
    (found,) = resolve(
        "kind:child_welfare", an_organisation(), reasons=("nearest_place",)
    )

    assert found.reasons == ("nearest_place", "kind_serves_place")


def test_an_organisation_that_serves_a_nearer_place_goes_before_wider_ones():
    near, wide = an_organisation("near"), an_organisation("wide", serves=("NO",))

    assert organisations(resolve("kind:child_welfare", near, wide)) == ["near"]


def test_where_none_serves_the_place_itself_a_wider_one_does():
    wide = an_organisation("wide", serves=("50", "NO"))

    (found,) = resolve("kind:child_welfare", wide)

    assert found.serves_place == "50"
    assert found.reasons == ("kind_serves_wider_place",)


def test_an_organisation_of_another_kind_does_not_hide_a_wider_one():
    police = an_organisation("police", kind="police_district", serves=("5001",))
    wide = an_organisation("wide", serves=("NO",))

    assert organisations(resolve("kind:child_welfare", police, wide)) == ["wide"]


def test_an_organisation_below_the_place_does_not_serve_it():
    assert resolve("kind:child_welfare", an_organisation(), place="50") == []


def test_several_that_serve_the_nearest_place_are_all_named_by_key():
    two = an_organisation("b"), an_organisation("a")

    assert organisations(resolve("kind:child_welfare", *two)) == ["a", "b"]


def test_a_county_and_a_police_district_are_equally_near():
    county = an_organisation("county", serves=("50",))
    district = an_organisation("district", serves=("pd-trondelag", "NO"))

    found = resolve("kind:child_welfare", county, district)

    assert [actor.serves_place for actor in found] == ["50", "pd-trondelag"]


def test_an_organisation_that_serves_two_nearest_places_is_found_once():
    both = an_organisation("both", serves=("pd-trondelag", "50"))

    (found,) = resolve("kind:child_welfare", both)

    assert found.serves_place == "50"


@pytest.mark.parametrize("dates", [ENDED, NOT_YET])
def test_an_organisation_that_is_not_valid_that_day_hides_no_wider_one(dates):
    gone = an_organisation("gone", **dates)
    wide = an_organisation("wide", serves=("NO",))

    assert organisations(resolve("kind:child_welfare", gone, wide)) == ["wide"]


def test_an_organisation_is_valid_on_its_first_and_last_day():
    one_day = an_organisation(**THIS_DAY)

    assert organisations(resolve("kind:child_welfare", one_day)) == ["bv"]


def test_a_kind_that_nobody_is_resolves_to_nobody():
    assert resolve("kind:child_house", an_organisation()) == []


@pytest.mark.parametrize("kind", ["kind:any", "kind:self"])
def test_the_one_who_asks_and_the_person_it_is_about_are_no_organisation(kind):
    (found,) = resolve(kind, an_organisation(kind=kind.removeprefix("kind:")))

    assert found.via == kind
    assert found.reasons == ("everyone",)
    assert found.organisation is None
    assert not found.is_reachable


# An organisation by name.


def test_an_organisation_by_name_acts_through_its_function_line():
    (found,) = resolve("bv", an_organisation(serves=()), a_point())

    assert found.organisation.key == "bv"
    assert (found.via, found.serves_place) == ("organisation:bv", None)
    assert found.reasons == ("function_line",)
    assert [point.value for point in found.contact_points] == ["+4711"]


@pytest.mark.parametrize("dates", [ENDED, NOT_YET])
def test_an_organisation_by_name_that_is_not_valid_that_day_is_nobody(dates):
    assert resolve("bv", an_organisation(**dates)) == []


def test_a_holder_that_is_not_there_or_not_for_this_viewer_is_nobody():
    assert resolve("bv") == []
    assert resolve("leader", a_post()) == []


# 4. Posts.


def test_a_post_gives_the_person_who_holds_it():
    (found,) = resolve("leader", an_organisation(), a_post(), a_holding())

    assert found.via == "post:leader"
    assert found.organisation.key == "bv"
    assert found.post.key == "leader"
    assert found.person.name == "Kari"
    assert found.reasons == ("post_holder",)


def test_a_post_gives_all_who_hold_it_by_key_and_no_deputy():
    holders = a_holding("ola"), a_holding("kari"), a_holding("anne", deputy=True)

    found = resolve("leader", an_organisation(), a_post(), *holders)

    assert [actor.person.key for actor in found] == ["kari", "ola"]


def test_a_person_who_holds_a_post_in_two_spells_acts_once():
    spells = a_holding(valid_to=MONDAY), a_holding(valid_from=MONDAY)

    (found,) = resolve("leader", an_organisation(), a_post(), *spells)

    assert found.person.key == "kari"


@pytest.mark.parametrize("dates", [ENDED, NOT_YET])
def test_a_post_without_a_current_holder_gives_its_deputies(dates):
    former, deputy = a_holding("ola", **dates), a_holding("anne", deputy=True)

    (found,) = resolve("leader", an_organisation(), a_post(), former, deputy)

    assert found.person.key == "anne"
    assert found.reasons == ("deputy",)


def test_a_post_is_held_on_the_first_and_the_last_day():
    holding = a_holding(**THIS_DAY)

    (found,) = resolve("leader", an_organisation(), a_post(), holding)

    assert found.person.key == "kari"


def test_a_vacant_post_still_acts_without_a_person():
    former, elsewhere = a_holding("ola", **ENDED), a_holding("anne", post="other")

    (found,) = resolve("leader", an_organisation(), a_post(), former, elsewhere)

    assert found.post.key == "leader"
    assert found.person is None
    assert found.reasons == ("vacant_post",)


def test_who_may_not_see_holders_is_not_told_whether_a_post_is_vacant():
    (found,) = resolve("leader", an_organisation(), a_post(), shows_holders=False)

    assert found.reasons == ("function_line",)


@pytest.mark.parametrize("dates", [ENDED, NOT_YET])
def test_a_post_that_is_not_valid_that_day_is_nobody(dates):
    assert resolve("leader", an_organisation(), a_post(**dates), a_holding()) == []


@pytest.mark.parametrize("dates", [ENDED, NOT_YET])
def test_a_post_at_an_organisation_that_is_not_valid_that_day_is_nobody(dates):
    gone = an_organisation(**dates)

    assert resolve("leader", gone, a_post(), a_holding()) == []


# Fallbacks.


def test_fallbacks_come_in_the_order_of_the_kinds_and_say_what_they_are():
    rosa = an_organisation("rosa", kind="rosa", serves=("NO",))
    nav = an_organisation("nav", kind="nav")

    found = resolver(nav, rosa).fall_back(a_rule(), ["rosa", "nav"])

    assert organisations(found) == ["rosa", "nav"]
    assert all(actor.fallback for actor in found)
    assert found[0].via == "kind:rosa"
    assert found[0].reasons == ("fallback_kind", "kind_serves_wider_place")


# 5. Contact points.


def values(*points, **given):
    rows = an_organisation(), a_post(), a_holding(), *points
    (found,) = resolve("leader", *rows, **given)
    return [point.value for point in found.contact_points]


def test_lines_are_the_persons_then_the_posts_then_the_organisations():
    points = [
        a_point("bv", "organisation", order=0, hours="24/7"),
        a_point("leader", "post", order=1),
        a_point("kari", "person", order=2, hours=SATURDAYS),
    ]

    assert values(*points) == ["person", "post", "organisation"]


def test_an_owners_lines_go_by_order_before_openness():
    points = [
        a_point("bv", "second", order=2, hours="24/7"),
        a_point("bv", "first", order=1, hours=SATURDAYS),
    ]

    assert values(*points) == ["first", "second"]


def test_lines_of_the_same_order_go_open_then_unknown_then_closed():
    points = [
        a_point("bv", "a closed one", hours=SATURDAYS),
        a_point("bv", "an unknown one"),
        a_point("bv", "the open one", hours=OFFICE_HOURS),
    ]

    assert values(*points) == ["the open one", "an unknown one", "a closed one"]


def test_lines_that_are_equally_open_go_by_channel_then_by_value():
    points = [
        a_point("bv", "1 visit", channel="visit"),
        a_point("bv", "2 web", channel="web"),
        a_point("bv", "3 email", channel="email"),
        a_point("bv", "5 phone"),
        a_point("bv", "4 phone"),
    ]

    assert values(*points) == ["4 phone", "5 phone", "3 email", "2 web", "1 visit"]


@pytest.mark.parametrize(
    ("hours", "expected"), [(OFFICE_HOURS, True), ("", None), (SATURDAYS, False)]
)
def test_a_line_tells_whether_it_is_open_now(hours, expected):
    (found,) = resolve("bv", an_organisation(), a_point(hours=hours))

    assert [point.open_now for point in found.contact_points] == [expected]


def test_without_a_moment_no_line_is_open_or_closed():
    points = a_point(hours="24/7"), a_point(value="+4712", hours=SATURDAYS)

    (found,) = resolve("bv", an_organisation(), *points, at=None)

    assert [point.open_now for point in found.contact_points] == [None, None]


@pytest.mark.parametrize(
    ("channel", "is_line"),
    [("phone", True), ("email", True), ("web", False), ("visit", False)],
)
def test_a_line_is_a_number_or_an_address_that_answers(channel, is_line):
    point = a_point(channel=channel, hours="24/7")

    (found,) = resolve("bv", an_organisation(), point)

    assert found.is_open
    assert (found.is_reachable, found.is_open_line) == (is_line, is_line)


@pytest.mark.parametrize("hours", ["", SATURDAYS])
def test_a_line_that_is_closed_or_not_known_to_be_open_can_be_reached_only(hours):
    (found,) = resolve("bv", an_organisation(), a_point(hours=hours))

    assert found.is_reachable
    assert not found.is_open
    assert not found.is_open_line

"""Who acts on a step, here, for this person: the rules of an answer, one by one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from coordinator import guide
from coordinator.errors import NotFound, SeveralSuccessors
from tests.factories import (
    MONDAY,
    NOON,
    NORWAY,
    OFFICE_HOURS,
    SATURDAYS,
    a_catalogue,
    a_handover,
    a_place,
    a_point,
    a_post,
    a_question,
    a_rule,
    a_source,
    a_step,
    an_organisation,
    some_facts,
)

DAY = timedelta(days=1)
ENDED = {"valid_to": MONDAY - DAY}
OPEN, CLOSED = "24/7", SATURDAYS


def decide(*rows, known=None, step=None, shows_holders=True, **asked):
    known = known or a_catalogue(steps=[step or a_step()])
    facts = some_facts(*rows, shows_holders=shows_holders)
    return guide.decide(a_question(**asked), facts, known)


def keys(actors):
    return [actor.organisation.key if actor.organisation else None for actor in actors]


def an_office(key, hours=OPEN, kind="child_welfare", **changed):
    """An organisation by that key, with a number of those hours."""
    return (
        an_organisation(key, kind=kind, **changed),
        a_point(key, f"+47 {key}", hours=hours),
    )


# 0. The place.


def test_a_place_that_stands_is_answered_for_itself():
    answer = decide()

    assert (answer.asked_place, answer.place) == ("5001", "5001")
    assert "merged_place" not in answer.flags


def test_a_place_that_ended_hands_over_to_its_successor():
    old = a_place("1601", "50", **ENDED, successors=("5001",))
    known = a_catalogue([*NORWAY, old])
    here, there = a_rule("bv", place="5001"), a_rule("bv", place="1601")

    answer = decide(here, there, an_organisation(), known=known, place="1601")

    assert (answer.asked_place, answer.place) == ("1601", "5001")
    assert answer.flags == ("merged_place",)
    assert [actor.place for actor in answer.roles["A"]] == ["5001"]


def test_a_place_hands_over_repeatedly():
    older = a_place("1000", **ENDED, successors=("1601",))
    old = a_place("1601", **ENDED, successors=("5001",))
    known = a_catalogue([*NORWAY, older, old])

    assert decide(known=known, place="1000").place == "5001"


def test_a_place_hands_over_only_after_its_last_day():
    old = a_place("1601", valid_to=MONDAY, successors=("5001",))
    known = a_catalogue([*NORWAY, old])

    assert decide(known=known, place="1601").place == "1601"
    assert decide(known=known, place="1601", on=MONDAY + DAY).place == "5001"


def test_a_divided_place_names_its_parts_and_answers_nothing():
    old = a_place("1507", **ENDED, successors=("1508", "1580"))
    known = a_catalogue([old, a_place("1508"), a_place("1580")])

    with pytest.raises(SeveralSuccessors) as refused:
        decide(known=known, place="1507")

    assert refused.value == SeveralSuccessors("1507", ("1508", "1580"))


def test_a_place_that_became_a_divided_one_names_the_parts_of_that():
    older = a_place("1000", **ENDED, successors=("1507",))
    old = a_place("1507", **ENDED, successors=("1508", "1580"))
    known = a_catalogue([older, old, a_place("1508"), a_place("1580")])

    with pytest.raises(SeveralSuccessors) as refused:
        decide(known=known, place="1000")

    assert refused.value.place == "1507"


def test_a_place_that_will_be_divided_stands_until_then():
    place = a_place("1507", valid_to=MONDAY, successors=("1508", "1580"))
    known = a_catalogue([place, a_place("1508"), a_place("1580")])

    assert decide(known=known, place="1507").place == "1507"


def test_a_place_that_ended_without_a_successor_is_answered_as_it_was():
    known = a_catalogue([*NORWAY, a_place("2111", "NO", **ENDED)])

    answer = decide(known=known, place="2111")

    assert answer.place == "2111"
    assert "merged_place" not in answer.flags


def test_places_that_became_each_other_do_not_go_round_for_ever():
    one = a_place("one", **ENDED, successors=("other",))
    other = a_place("other", **ENDED, successors=("one",))

    assert decide(known=a_catalogue([one, other]), place="one").place == "other"


@pytest.mark.parametrize(
    ("parameter", "value"), [("step", "no"), ("place", "no"), ("track", "no")]
)
def test_what_does_not_exist_is_not_found(parameter, value):
    question = a_question(**{parameter: value})

    with pytest.raises(NotFound) as refused:
        guide.decide(question, some_facts(), a_catalogue())

    assert refused.value == NotFound(parameter, value)


# 0. A step that is not meant for the track.


def not_for_adults(**asked):
    old = a_place("1601", **ENDED, successors=("5001",))
    steps = [
        a_step(tracks=("minor",), rights=("health",), law=("law",)),
        a_step("talk_adult", tracks=("adult",), shares={"adult": "consent"}),
        a_step("talk_all"),
        a_step("talk_child", tracks=("minor",)),
        a_step("later", phase="after"),
    ]
    known = a_catalogue(
        [*NORWAY, old],
        steps,
        [a_source("law", MONDAY - DAY)],
        sharing_rules={"consent": {"nb": "Med samtykke"}},
    )
    rows = a_rule("bv"), a_rule("kind:nobody", "R"), *an_office("bv")
    return decide(*rows, known=known, track="adult", **asked)


def test_a_step_that_is_not_meant_for_the_track_answers_without_roles():
    answer = not_for_adults()

    assert answer.roles == {"A": (), "R": (), "C": (), "I": ()}
    assert answer.first is None
    assert (answer.pending, answer.others, answer.unresolved) == ((), (), ())
    assert (answer.rights, answer.sources) == ((), ())
    assert answer.status == "unclear"
    assert answer.flags == ("not_for_track",)


def test_a_step_that_is_not_meant_for_the_track_names_those_of_its_phase_that_are():
    answer = not_for_adults()

    assert [(then.step, then.track) for then in answer.next] == [
        ("talk_adult", "adult"),
        ("talk_all", "adult"),
    ]
    assert answer.next[0].share == {"nb": "Med samtykke"}
    assert answer.next[1].share is None


def test_a_step_that_is_not_meant_for_the_track_still_tells_of_a_merged_place():
    answer = not_for_adults(place="1601")

    assert (answer.asked_place, answer.place) == ("1601", "5001")
    assert answer.flags == ("merged_place", "not_for_track")


def test_a_step_that_is_not_meant_for_the_track_still_says_112_first():
    assert not_for_adults().overrides == ("danger",)


@pytest.mark.parametrize("track", ["minor", None])
def test_a_step_is_answered_for_its_tracks_and_when_no_track_is_asked(track):
    step = a_step(tracks=("minor",))

    answer = decide(a_rule("bv"), an_organisation(), step=step, track=track)

    assert keys(answer.roles["A"]) == ["bv"]
    assert "not_for_track" not in answer.flags


# 1 and 2. What applies and what wins, from the question to the answer.


def test_only_rules_of_the_step_place_day_and_track_answer():
    rules = [
        a_rule("bv"),
        a_rule("bv", step="another", place="50"),
        a_rule("bv", place="pd-trondelag", **ENDED),
        a_rule("bv", place="50", tracks=("adult",)),
        a_rule("bv", place="elsewhere"),
    ]
    known = a_catalogue([*NORWAY, a_place("elsewhere")])

    answer = decide(*rules, an_organisation(), known=known, track="minor")

    assert [actor.place for actor in answer.roles["A"]] == ["NO"]
    assert answer.others == ()


def test_a_national_line_is_not_lost_behind_a_local_one():
    rules = a_rule("bv", place="5001"), a_rule("rosa", place="NO")

    answer = decide(*rules, *an_office("bv"), *an_office("rosa"))

    assert keys(answer.roles["A"]) == ["bv"]
    assert answer.roles["A"][0].reasons == ("nearest_place", "function_line")
    (beaten,) = answer.others
    assert (beaten.organisation.key, beaten.reasons) == ("rosa", ("nearest_place",))
    assert beaten.contact_points[0].open_now


def test_what_waits_is_listed_and_flagged():
    law = a_rule("bv", status="statutory")
    proposal = a_rule("rosa", place="5001", status="proposed")

    answer = decide(law, proposal, an_organisation("bv"), an_organisation("rosa"))

    assert keys(answer.roles["A"]) == ["bv"]
    assert keys(answer.pending) == ["rosa"]
    assert answer.pending[0].reasons == ("statutory_stands",)
    assert "pending" in answer.flags


def test_nothing_is_flagged_when_nothing_waits():
    assert "pending" not in decide(a_rule("bv"), an_organisation()).flags


def test_what_was_beaten_is_told_even_where_it_resolves_to_nobody():
    near, wide = a_rule("bv", place="5001"), a_rule("kind:nobody")

    answer = decide(near, wide, an_organisation())

    (beaten,) = answer.others
    assert (beaten.via, beaten.organisation) == ("kind:nobody", None)
    assert beaten.reasons == ("nearest_place",)
    assert answer.unresolved == ()


# 3. Kinds that resolve to nobody, and fallbacks.


def test_a_holder_that_resolves_to_nobody_is_unresolved():
    answer = decide(a_rule("kind:child_house", "R"))

    assert answer.unresolved == (guide.Unresolved("R", "kind:child_house"),)
    assert "unresolved" in answer.flags


def test_a_holder_that_resolves_to_nobody_is_listed_once_for_each_role():
    rules = a_rule(role="A"), a_rule(role="C"), a_rule(role="C", tracks=("minor",))

    assert [one.role for one in decide(*rules).unresolved] == ["A", "C"]


def test_nothing_is_unresolved_when_all_are_found():
    answer = decide(a_rule(), an_organisation())

    assert answer.unresolved == ()
    assert "unresolved" not in answer.flags


@pytest.mark.parametrize(
    ("holder", "rows"),
    [
        ("kind:child_house", []),
        ("bv", [an_organisation(**ENDED)]),
        ("leader", [an_organisation(), a_post(**ENDED)]),
        ("leader", [an_organisation(**ENDED), a_post()]),
    ],
)
@pytest.mark.parametrize("role", ["A", "R", "C", "I"])
def test_whoever_is_not_found_is_unresolved_and_stood_in_for(holder, rows, role):
    step = a_step(fallback=("rosa", "nav"))
    stand_ins = [
        an_organisation("nav", kind="nav"),
        an_organisation("rosa", kind="rosa", serves=("NO",)),
    ]

    answer = decide(a_rule(holder, role), *rows, *stand_ins, step=step)

    assert [one.holder for one in answer.unresolved] == [holder]
    assert keys(answer.roles[role]) == ["rosa", "nav"]
    assert all(actor.fallback for actor in answer.roles[role])
    assert answer.roles[role][0].reasons == ("fallback_kind", "kind_serves_wider_place")


def test_without_fallback_kinds_nobody_stands_in():
    answer = decide(a_rule(), an_organisation("rosa", kind="rosa"))

    assert answer.roles["A"] == ()


@pytest.mark.parametrize("kind", ["kind:any", "kind:self"])
def test_the_one_who_asks_is_never_unresolved_and_needs_no_stand_in(kind):
    step = a_step(fallback=("nav",))
    rows = a_rule(kind, "R"), *an_office("nav", kind="nav")

    answer = decide(*rows, step=step, track="adult")

    (asker,) = answer.roles["R"]
    assert (asker.via, asker.organisation, asker.reasons) == (kind, None, ("everyone",))
    assert answer.unresolved == ()


def test_a_stand_in_that_is_named_already_is_no_fallback():
    step = a_step(fallback=("rosa",))
    rules = a_rule("kind:nobody", order=1), a_rule("rosa", order=2)

    answer = decide(*rules, an_organisation("rosa", kind="rosa"), step=step)

    (actor,) = answer.roles["A"]
    assert not actor.fallback


# 4. Posts, once each, overlap.


def test_the_same_organisation_is_shown_once_for_the_first_rule_that_names_it():
    rules = a_rule("kind:child_welfare", order=1), a_rule("bv", order=2)

    (actor,) = decide(*rules, an_organisation()).roles["A"]

    assert actor.via == "kind:child_welfare"


def test_an_organisation_and_its_post_are_two_who_act():
    rules = a_rule("bv"), a_rule("leader")

    answer = decide(*rules, an_organisation(), a_post())

    assert [actor.via for actor in answer.roles["A"]] == [
        "organisation:bv",
        "post:leader",
    ]


def test_the_same_organisation_may_act_in_several_roles():
    answer = decide(a_rule("bv", "A"), a_rule("bv", "R"), an_organisation())

    assert keys(answer.roles["A"]) == keys(answer.roles["R"]) == ["bv"]


def test_two_accountable_organisations_overlap():
    rules = a_rule("bv"), a_rule("nav")
    two = an_organisation("bv"), an_organisation("nav")

    assert "overlap" in decide(*rules, *two, track="minor").flags


def test_organisations_of_one_kind_overlap_after_resolution():
    two = an_organisation("bv"), an_organisation("nav")

    assert "overlap" in decide(a_rule(), *two, track="minor").flags


def test_there_is_no_overlap_to_tell_when_no_track_is_asked():
    rules = a_rule("bv", tracks=("minor",)), a_rule("nav", tracks=("adult",))
    two = an_organisation("bv"), an_organisation("nav")

    assert "overlap" not in decide(*rules, *two, track=None).flags


def test_an_organisation_does_not_overlap_with_its_own_post():
    rules = a_rule("bv"), a_rule("leader")

    answer = decide(*rules, an_organisation(), a_post(), track="minor")

    assert "overlap" not in answer.flags


@pytest.mark.parametrize("role", ["R", "C", "I"])
def test_only_the_accountable_overlap(role):
    rules = a_rule("bv", role), a_rule("nav", role)
    two = an_organisation("bv"), an_organisation("nav")

    assert "overlap" not in decide(*rules, *two, track="minor").flags


def test_whoever_stands_in_does_not_overlap():
    step = a_step(fallback=("rosa",))
    rows = a_rule("bv"), *an_office("bv", CLOSED), *an_office("rosa", kind="rosa")

    answer = decide(*rows, step=step, track="minor")

    assert keys(answer.roles["A"]) == ["bv", "rosa"]
    assert "overlap" not in answer.flags


# 5. Closed now: who stands in.


@pytest.mark.parametrize("role", ["A", "R", "C", "I"])
@pytest.mark.parametrize("hours", [CLOSED, ""])
def test_whoever_has_no_open_line_is_stood_in_for_by_an_open_fallback(role, hours):
    step = a_step(fallback=("rosa", "nav"))
    rows = *an_office("bv", hours), *an_office("rosa", kind="rosa")
    closed_too = an_office("nav", CLOSED, kind="nav")

    answer = decide(a_rule("bv", role), *rows, *closed_too, step=step)

    found = answer.roles[role]
    assert keys(found) == ["bv", "rosa"]
    assert [actor.fallback for actor in found] == [False, True]
    assert answer.unresolved == ()


def test_whoever_has_an_open_line_needs_no_stand_in():
    step = a_step(fallback=("rosa",))
    rows = *an_office("bv", CLOSED), a_point("bv", "+4712", hours=OPEN)

    answer = decide(a_rule("bv"), *rows, *an_office("rosa", kind="rosa"), step=step)

    assert keys(answer.roles["A"]) == ["bv"]


def test_a_kind_is_not_stood_in_for_while_one_of_its_organisations_is_open():
    step = a_step(fallback=("rosa",))
    rows = *an_office("bv", OPEN), *an_office("bv2", CLOSED)

    answer = decide(a_rule(), *rows, *an_office("rosa", kind="rosa"), step=step)

    assert keys(answer.roles["A"]) == ["bv", "bv2"]


def test_the_units_own_line_is_never_put_in_a_role():
    rows = an_office("unit", OPEN, kind="coordination_unit")
    rule = a_rule(holder="kind:coordination_unit")

    answer = decide(rule, *rows)

    (unit,) = answer.roles["A"]
    assert unit.contact_points == ()


def test_on_another_day_no_door_is_tried_and_nobody_stands_in():
    step = a_step(fallback=("rosa",))
    rows = *an_office("bv", OFFICE_HOURS), *an_office("rosa", kind="rosa")

    answer = decide(a_rule("bv"), *rows, step=step, on=MONDAY + DAY)

    (actor,) = answer.roles["A"]
    assert [point.open_now for point in actor.contact_points] == [None]


def test_today_is_the_day_in_oslo():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    answer = decide(a_rule("bv"), *an_office("bv"), at=late)

    assert answer.roles["A"][0].is_open
    assert (
        not decide(a_rule("bv"), *an_office("bv"), at=late - DAY).roles["A"][0].is_open
    )


# 6. One on top.


def first(*rows, **given):
    """The role, the organisation's key and whether the one on top stands in."""
    answer = decide(*rows, **given)
    if answer.first is None:
        return None
    role, index = answer.first.role, answer.first.index
    assert answer.on_top is answer.roles[role][index]
    return role, answer.on_top.organisation.key, answer.on_top.fallback


FALLBACK = a_step(fallback=("nav",))


@pytest.mark.parametrize("role", ["R", "A"])
def test_on_top_is_the_first_one_that_is_open(role):
    rules = a_rule("a", role), a_rule("b", role), a_rule("c", role)
    rows = *an_office("a", CLOSED), *an_office("b"), *an_office("c")

    assert first(*rules, *rows) == (role, "b", False)


@pytest.mark.parametrize("role", ["R", "A"])
def test_an_open_one_that_is_named_goes_before_an_open_fallback(role):
    rules = a_rule("a", role), a_rule("b", role)
    rows = *an_office("a", CLOSED), *an_office("b"), *an_office("n", kind="nav")

    assert first(*rules, *rows, step=FALLBACK) == (role, "b", False)


@pytest.mark.parametrize("role", ["R", "A"])
def test_an_open_fallback_goes_before_one_that_is_closed(role):
    rows = *an_office("a", CLOSED), *an_office("n", kind="nav")

    assert first(a_rule("a", role), *rows, step=FALLBACK) == (role, "n", True)


@pytest.mark.parametrize("role", ["R", "A"])
@pytest.mark.parametrize("hours", [CLOSED, ""])
def test_where_none_is_open_the_first_that_can_be_reached_is_on_top(role, hours):
    rules = a_rule("a", role), a_rule("b", role), a_rule("c", role)
    rows = an_organisation("a"), *an_office("b", hours), *an_office("c", hours)

    assert first(*rules, *rows) == (role, "b", False)


def test_one_that_is_named_goes_before_a_fallback_that_is_closed_too():
    rules = a_rule("kind:nobody", "R", order=1), a_rule("a", "R", order=2)
    rows = *an_office("a", CLOSED), *an_office("n", CLOSED, kind="nav")

    assert first(*rules, *rows, step=FALLBACK) == ("R", "a", False)


def test_a_fallback_that_is_closed_is_better_than_no_one_of_its_role():
    rules = a_rule("kind:nobody", "R"), a_rule("a", "A")
    rows = *an_office("a"), *an_office("n", CLOSED, kind="nav")

    assert first(*rules, *rows, step=FALLBACK) == ("R", "n", True)


@pytest.mark.parametrize("channel", ["web", "visit"])
def test_a_page_or_a_door_is_no_line_to_have_on_top(channel):
    page = a_point("a", "there", channel=channel, hours=OPEN)
    rules = a_rule("a", "R"), a_rule("b", "R")

    assert first(*rules, an_organisation("a"), page, *an_office("b")) == (
        "R",
        "b",
        False,
    )


def test_an_open_page_does_not_make_a_closed_line_open():
    page = a_point("a", "there", channel="web", hours=OPEN)
    rules = a_rule("a", "R"), a_rule("b", "R")

    assert first(*rules, *an_office("a", CLOSED), page, *an_office("b")) == (
        "R",
        "b",
        False,
    )


def test_a_post_may_be_on_top():
    rows = an_organisation(), a_post(), a_point("leader", hours=OPEN)

    answer = decide(a_rule("leader", "R"), *rows)

    assert answer.on_top.post.key == "leader"


def test_the_responsible_goes_before_the_accountable_though_it_is_closed():
    rules = a_rule("a", "A"), a_rule("r", "R")

    assert first(*rules, *an_office("a"), *an_office("r", CLOSED)) == ("R", "r", False)


def test_where_no_responsible_can_be_reached_the_accountable_is_on_top():
    rules = a_rule("a", "A"), a_rule("r", "R")

    assert first(*rules, *an_office("a"), an_organisation("r")) == ("A", "a", False)


def test_where_everyone_acts_the_accountable_is_called_before_the_consulted():
    rules = a_rule("kind:any", "R"), a_rule("a", "A"), a_rule("c", "C")

    assert first(*rules, *an_office("a", CLOSED), *an_office("c")) == ("A", "a", False)


def test_where_everyone_acts_the_first_open_consulted_is_on_top():
    rules = a_rule("kind:any", "R"), a_rule("a", "C"), a_rule("b", "C")

    assert first(*rules, *an_office("a", CLOSED), *an_office("b")) == ("C", "b", False)


@pytest.mark.parametrize("holder", ["kind:self", "kind:nobody"])
def test_the_consulted_is_on_top_only_where_everyone_acts(holder):
    rules = a_rule(holder, "R"), a_rule("c", "C")
    rosa = an_office("rosa", kind="rosa")

    assert first(*rules, *an_office("c"), *rosa, track="adult") == ("R", "rosa", True)


def test_a_consulted_that_is_closed_gives_way_to_the_last_resort():
    rules = a_rule("kind:any", "R"), a_rule("c", "C")
    rosa = an_office("rosa", kind="rosa")

    answer = first(*rules, *an_office("c", CLOSED), *rosa, track="adult")

    assert answer == ("R", "rosa", True)


@pytest.mark.parametrize(
    ("tracks", "asked", "expected"),
    [
        ((), "adult", "rosa"),
        ((), "minor", "duty"),
        ((), None, "rosa"),
        (("minor", "asylum_minor"), None, "duty"),
        (("adult", "minor"), None, "rosa"),
        (("adult", "minor"), "minor", "duty"),
    ],
)
def test_the_last_resort_is_the_one_for_the_persons_age(tracks, asked, expected):
    rosa = an_office("rosa", kind="rosa")
    duty = an_office("duty", kind="child_welfare_duty")

    found = first(*rosa, *duty, step=a_step(tracks=tracks), track=asked)

    assert found == ("R", expected, True)


def test_the_last_resort_joins_the_responsible_and_says_that_it_stands_in():
    rosa = an_office("rosa", kind="rosa", serves=("NO",))

    answer = decide(a_rule("kind:any", "R"), *rosa)

    (asker, last_resort) = answer.roles["R"]
    assert asker.via == "kind:any"
    assert last_resort.fallback
    assert last_resort.reasons == ("fallback_kind", "kind_serves_wider_place")
    assert (last_resort.place, last_resort.serves_place) == ("NO", "NO")
    assert "unresolved" not in answer.flags


def test_of_the_last_resort_an_open_line_goes_before_a_closed_one():
    rosas = *an_office("a", CLOSED, kind="rosa"), *an_office("b", kind="rosa")

    assert first(*rosas) == ("R", "b", True)


def test_a_last_resort_that_is_closed_is_still_called():
    assert first(*an_office("rosa", CLOSED, kind="rosa")) == ("R", "rosa", True)


def test_a_last_resort_without_a_line_is_not_put_in_a_role():
    answer = decide(an_organisation("rosa", kind="rosa"))

    assert answer.first is None
    assert answer.on_top is None
    assert answer.roles["R"] == ()


def test_the_last_resort_stays_away_where_someone_else_is_on_top():
    rosa = an_office("rosa", kind="rosa")

    answer = decide(a_rule("a"), *an_office("a"), *rosa)

    assert answer.roles["R"] == ()


def test_first_is_the_order_of_the_reference_then_the_holder():
    rules = a_rule("a", "R", order=2), a_rule("c", "R"), a_rule("b", "R")
    rows = *an_office("a"), *an_office("b"), *an_office("c")

    answer = decide(*rules, *rows)

    assert keys(answer.roles["R"]) == ["b", "c", "a"]
    assert keys([answer.on_top]) == ["b"]


# 7. Overrides.


@pytest.mark.parametrize("track", ["minor", "asylum_minor", None])
def test_for_children_and_where_age_is_not_known_reporting_goes_before(track):
    assert decide(track=track).overrides == ("danger", "minor")


def test_for_adults_only_danger_goes_before():
    assert decide(track="adult").overrides == ("danger",)


# 8. Nobody, and how settled it is.


def test_where_nobody_answers_for_it_that_is_said_and_who_acts_still_shown():
    answer = decide(a_rule("bv", "R"), *an_office("bv"))

    assert "no_accountable" in answer.flags
    assert answer.status == "unclear"
    assert keys(answer.roles["R"]) == ["bv"]


def test_an_accountable_that_resolves_to_nobody_is_unresolved_not_missing():
    answer = decide(a_rule("kind:nobody", status="agreed"))

    assert answer.flags == ("unresolved",)
    assert answer.status == "agreed"


def test_the_status_is_that_of_the_least_settled_accountable_that_stands():
    rules = [
        a_rule("a", status="statutory"),
        a_rule("b", status="contested"),
        a_rule("c", status="agreed"),
        a_rule("d", "R", status="unclear"),
        a_rule("e", place="5001", status="unclear"),
    ]

    assert decide(*rules).status == "contested"


def test_each_who_acts_carries_the_status_and_confirmation_of_its_rule():
    confirmed = date(2026, 5, 1)
    rule = a_rule("bv", status="contested", confirmed_on=confirmed)

    (actor,) = decide(rule, an_organisation()).roles["A"]

    assert (actor.status, actor.confirmed) == ("contested", confirmed)


# What else the asker must know.


@pytest.mark.parametrize("role", ["A", "R"])
def test_an_old_confirmation_of_who_acts_or_answers_is_flagged(role):
    old = a_rule("bv", role, confirmed_on=MONDAY - timedelta(days=366))
    fresh = a_rule("bv", role, confirmed_on=MONDAY - timedelta(days=365))

    assert "stale" in decide(old, an_organisation()).flags
    assert "stale" not in decide(fresh, an_organisation()).flags


@pytest.mark.parametrize("role", ["C", "I"])
def test_an_old_confirmation_of_others_is_not_flagged(role):
    old = a_rule("bv", role, confirmed_on=date(2020, 1, 1))

    assert "stale" not in decide(old, an_organisation()).flags


def test_what_was_never_confirmed_is_not_stale():
    assert "stale" not in decide(a_rule("bv"), an_organisation()).flags


@pytest.mark.parametrize(
    ("next_check", "is_stale"), [(MONDAY - DAY, True), (MONDAY, False), (None, False)]
)
def test_a_source_that_should_have_been_checked_is_flagged(next_check, is_stale):
    known = a_catalogue(sources=[a_source("law", next_check)])
    rule = a_rule("bv", "C", sources=("law",))

    answer = decide(rule, an_organisation(), known=known)

    assert ("stale" in answer.flags) is is_stale


def test_the_answer_names_its_sources_once_and_not_those_of_what_was_beaten():
    step = a_step(law=("law", "shared"), duty=("duty",), source="handbook")
    keys = ("rule", "shared", "law", "duty", "handbook", "beaten")
    known = a_catalogue(steps=[step], sources=map(a_source, keys))
    near = a_rule("bv", place="5001", sources=("rule", "shared", "unknown"))
    wide = a_rule("bv", sources=("beaten",))

    answer = decide(near, wide, known=known)

    named = [source.key for source in answer.sources]
    assert named == ["rule", "shared", "law", "duty", "handbook"]


@pytest.mark.parametrize(
    ("track", "expected"),
    [
        ("adult", ("health", "lawyer")),
        ("minor", ("health", "lawyer", "guardian")),
        (None, ("health", "lawyer")),
    ],
)
def test_children_have_rights_on_top_of_the_others(track, expected):
    step = a_step(rights=("health", "lawyer"), rights_minor=("guardian", "health"))

    assert decide(step=step, track=track).rights == expected


CONSENT, DUTY, NOTHING = {"nb": "Med samtykke"}, {"nb": "Uten hinder"}, {"nb": "Ikke"}


def sharing(steps, handovers=()):
    rules = {"consent": CONSENT, "duty": DUTY, "nothing": NOTHING}
    return a_catalogue(steps=steps, sharing_rules=rules, handovers=handovers)


BY_AGE = {"adult": "consent", "minor": "duty", "asylum_minor": "duty"}


@pytest.mark.parametrize(
    ("track", "expected"),
    [("adult", (CONSENT,)), ("minor", (DUTY,)), (None, (CONSENT, DUTY))],
)
def test_what_may_be_shared_into_the_step_is_told_for_the_track(track, expected):
    known = sharing([a_step(shares=BY_AGE)])

    assert decide(known=known, track=track).share == expected


def test_where_nothing_is_said_of_sharing_nothing_is_told():
    assert decide(known=sharing([a_step()]), track="adult").share == ()


def following(handover, *, target=None, track="adult"):
    steps = a_step(), target or a_step("then"), a_step("other")
    return decide(known=sharing(steps, [handover]), track=track).next


def test_the_next_step_is_told_with_what_may_be_shared_on_the_way():
    note = {"nb": "Ring først"}
    handover = a_handover("report_child", "then", share="nothing", note=note)

    (then,) = following(handover, target=a_step("then", shares=BY_AGE))

    assert then == guide.Next("then", "adult", NOTHING, note, known_gap=False)


def test_a_handover_that_says_nothing_of_sharing_shares_as_its_step_does():
    then = a_step("then", shares=BY_AGE)

    (known,) = following(a_handover("report_child", "then"), target=then)
    (unknown,) = following(a_handover("report_child", "then"), target=then, track=None)

    assert known.share == CONSENT
    assert unknown.share is None


def test_a_handover_may_change_the_persons_track():
    handover = a_handover("report_child", "then", becomes="minor")
    target = a_step("then", tracks=("minor",), shares=BY_AGE)

    (then,) = following(handover, target=target)

    assert (then.track, then.share) == ("minor", DUTY)


def test_a_known_gap_in_a_handover_is_told():
    (then,) = following(a_handover("report_child", "then", known_gap=True))

    assert then.known_gap


@pytest.mark.parametrize("track", ["adult", None])
def test_a_handover_for_the_track_is_followed(track):
    handover = a_handover("report_child", "then", tracks=("adult",))

    assert [then.step for then in following(handover, track=track)] == ["then"]


@pytest.mark.parametrize(
    "handover",
    [
        a_handover("other", "then"),
        a_handover("report_child", "then", tracks=("minor",)),
        a_handover("report_child", "then", becomes="minor"),
        a_handover("report_child", "unknown"),
    ],
)
def test_only_handovers_from_this_step_for_this_person_are_followed(handover):
    target = a_step("then", tracks=("adult",))

    assert following(handover, target=target) == ()


def test_the_answer_says_where_to_appeal_here_with_the_lines():
    step = a_step(appeal=("governor", "nobody"))
    here = an_office("sf", kind="governor", serves=("50",))
    there = an_office("sf2", kind="governor", serves=("elsewhere",))

    governor, nobody = decide(*here, *there, step=step).appeal

    ((organisation, points),) = governor.organisations
    assert (governor.kind, organisation.key) == ("governor", "sf")
    assert [point.value for point in points] == ["+47 sf"]
    assert nobody == guide.Appeal("nobody", ())


def test_the_answer_repeats_what_was_asked():
    answer = decide(track="minor", on=MONDAY, at=NOON)

    assert (answer.step.code, answer.track, answer.on) == (
        "report_child",
        "minor",
        MONDAY,
    )

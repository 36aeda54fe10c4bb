"""Facts read by SQL: all that an answer needs, nothing the viewer may not see."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event

from coordinator import catalogue, facts, guide
from coordinator.access import PUBLIC, UNIT, Viewer
from coordinator.errors import NotFound
from models import (
    ContactPoint,
    Entry,
    Holding,
    Organisation,
    Person,
    Place,
    PlaceSuccessor,
    Post,
    Responsibility,
    ServiceArea,
    Step,
    db,
)
from tests.factories import (
    MONDAY,
    NOON,
    NORWAY,
    a_holding,
    a_point,
    a_post,
    a_question,
    a_rule,
    a_step,
    an_organisation,
    some_facts,
    store,
)
from tests.unit import random_networks
from tests.unit.brute_force import told

READER = Viewer("reader", "network")
STEP = a_step(
    "a_step", fallback=("nav_office",), appeal=("child_welfare",), rights=("health",)
)
# In the order in which they can be deleted.
NETWORK = (
    Responsibility,
    ContactPoint,
    Holding,
    ServiceArea,
    Post,
    Person,
    Organisation,
    Entry,
)
ENDED = {"valid_to": MONDAY - timedelta(days=1), "audience": "public"}
CODES = [place.code for place in NORWAY]


@pytest.fixture(autouse=True)
def an_empty_network(app):
    """The reference data without its organisations and responsibilities; one step."""
    for model in NETWORK:
        db.session.execute(delete(model.__table__))
    db.session.add(Step(**STEP._asdict(), audience="public"))
    db.session.commit()


def a_claim(holder, role="A", **changed):
    return a_rule(holder, role, step="a_step", **changed)


def ask(viewer=PUBLIC, **asked):
    question = a_question(step="a_step", **asked)
    *asked, on, at, _doors = question
    return guide.who_acts(*asked, on, viewer, now=at)


def keys(actors):
    return [actor.organisation.key for actor in actors]


# The same answer as from all facts.


@st.composite
def written_networks(draw):
    """Facts that a database takes, what is protected in them, and what is asked."""
    found = draw(random_networks.facts(MONDAY, CODES))
    rules = tuple(
        rule._replace(step="a_step")
        for rule in found.rules
        if rule.holder != "gone" and rule.step == "report_child"
    )
    keys = list(found.organisations)
    parents = {
        key: draw(st.sampled_from(keys[:n]))
        for n, key in enumerate(keys)
        if n and draw(st.booleans())
    }
    protected = draw(st.sets(st.sampled_from(keys), max_size=1))
    place = draw(st.sampled_from(["5001", "5001", "5001", "50", "NO"]))
    track = draw(st.sampled_from([None, "adult", "minor"]))
    return replace(found, rules=rules), protected, parents, place, track


def is_hidden(key, protected, parents):
    while key not in protected and key in parents:
        key = parents[key]
    return key in protected


def seen_by(viewer, facts, hidden):
    """Return the facts that the viewer may see, by the words of the design."""
    sees_network, sees_all = viewer in (READER, UNIT), viewer is UNIT
    hidden = set() if sees_all else hidden
    classes = ["public"] + ["network"] * sees_network + ["unit"] * sees_all
    posts = {
        key: post
        for key, post in facts.posts.items()
        if post.organisation not in hidden
    }
    hidden = hidden | (facts.posts.keys() - posts.keys())
    return replace(
        facts,
        rules=tuple(rule for rule in facts.rules if rule.holder not in hidden),
        organisations={
            key: one for key, one in facts.organisations.items() if key not in hidden
        },
        posts=posts,
        holdings=facts.holdings if sees_network else (),
        points={
            owner: tuple(point for point in points if point.audience in classes)
            for owner, points in facts.points.items()
        },
        shows_holders=sees_network,
    )


def whole(answer):
    appeal = [
        (kind, [(one.key, points) for one, points in found])
        for kind, found in answer.appeal
    ]
    return told(answer) | {"appeal": appeal, "rights": answer.rights}


@pytest.mark.parametrize("viewer", [PUBLIC, READER, UNIT], ids=lambda one: one.name)
def test_an_answer_from_the_database_is_the_one_that_all_facts_give(viewer):
    @settings(max_examples=50, deadline=None)
    @given(written_networks())
    def check(network):
        facts, protected, parents, place, track = network
        question = a_question(place, track, step="a_step")
        hidden = {
            key for key in facts.organisations if is_hidden(key, protected, parents)
        }
        store(facts, protected=protected, parents=parents)

        read = ask(viewer, place=place, track=track)
        db.session.rollback()

        known = catalogue.current(viewer)
        given = guide.decide(question, seen_by(viewer, facts, hidden), known)
        assert whole(read) == whole(given)

    check()


# What is protected.


def store_a_shelter(*rules):
    """A protected organisation, a post in it, and an organisation below it."""
    facts = some_facts(
        *rules,
        an_organisation("shelter", kind="crisis_centre"),
        an_organisation("house"),
        a_post("keeper", "shelter"),
        a_holding("kari", "keeper"),
        *(a_point(owner, f"+47 {owner}") for owner in ("shelter", "house", "keeper")),
    )
    store(facts, protected={"shelter"}, parents={"house": "shelter"})


def claims_on_a_shelter():
    """By name as accountable, by kind as responsible."""
    kinds = ("kind:crisis_centre", "kind:child_welfare")
    by_name = [a_claim(holder, "A") for holder in ("shelter", "house", "keeper")]
    return [*by_name, *(a_claim(kind, "R") for kind in kinds)]


@pytest.mark.parametrize("viewer", [PUBLIC, READER], ids=lambda one: one.name)
def test_what_is_protected_is_in_no_answer_but_the_units(viewer):
    store_a_shelter(*claims_on_a_shelter())

    answer = ask(viewer)

    assert answer.roles["A"] == answer.roles["R"] == ()
    assert not any(name in repr(answer) for name in ("shelter", "house", "keeper"))


def test_the_unit_finds_what_is_protected():
    store_a_shelter(*claims_on_a_shelter())

    answer = ask(UNIT)

    assert keys(answer.roles["A"]) == ["house", "shelter", "shelter"]
    assert keys(answer.roles["R"]) == ["house", "shelter"]
    assert all(actor.contact_points for actor in answer.roles["A"])


def test_an_organisation_of_a_protected_kind_is_protected():
    store(some_facts(a_claim("house"), an_organisation("house", kind="shelter_ngo")))

    assert ask(PUBLIC).roles["A"] == ()
    assert keys(ask(UNIT).roles["A"]) == ["house"]


def test_a_protected_organisation_is_missing_among_others_and_pending_ones():
    store_a_shelter(
        a_claim("kind:child_welfare", status="statutory", place="50"),
        a_claim("keeper", place="5001"),
        a_claim("shelter"),
        a_claim("kind:child_welfare", "R", status="statutory"),
        a_claim("house", "R", place="5001", status="proposed"),
    )

    public, unit = ask(PUBLIC), ask(UNIT)

    assert (public.pending, public.others) == ((), ())
    assert keys(unit.others) == ["house", "shelter"]
    assert keys(unit.pending) == ["house"]


def test_persons_are_named_to_those_who_may_see_the_network():
    facts = some_facts(a_claim("leader"), an_organisation(), a_post(), a_holding())
    store(facts)

    (public,), (reader,) = ask(PUBLIC).roles["A"], ask(READER).roles["A"]

    assert (public.person, public.reasons) == (None, ("function_line",))
    assert (reader.person.key, reader.reasons) == ("kari", ("post_holder",))


def test_a_held_and_a_vacant_post_look_the_same_to_the_public():
    store(some_facts(a_claim("leader"), an_organisation(), a_post()))

    (vacant,) = ask(PUBLIC).roles["A"]

    assert (vacant.person, vacant.reasons) == (None, ("function_line",))


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [(PUBLIC, ["public"]), (READER, ["public", "network"])],
    ids=["public", "reader"],
)
def test_lines_are_shown_to_those_of_their_class(viewer, expected):
    audiences = ("public", "network", "unit", None)
    points = [
        a_point(value=f"{n}", audience=audience) for n, audience in enumerate(audiences)
    ]
    store(some_facts(a_claim("bv"), an_organisation(), *points))

    (actor,) = ask(viewer).roles["A"]

    assert [point.audience for point in actor.contact_points] == expected


def test_a_persons_own_line_goes_first():
    rows = an_organisation(), a_post(), a_holding(), a_point("kari"), a_point("bv", "1")
    store(some_facts(a_claim("leader"), *rows))

    (actor,) = ask(READER).roles["A"]

    assert [point.value for point in actor.contact_points] == ["+4711", "1"]


def test_a_place_that_ended_is_answered_from_the_facts_of_its_successor():
    db.session.add(Place(code="1601", kind="municipality", name="1601", **ENDED))
    db.session.flush()
    db.session.add(PlaceSuccessor(place="1601", successor="5001"))
    store(some_facts(a_claim("kind:child_welfare", place="5001"), an_organisation()))

    answer = ask(place="1601")

    assert (answer.place, answer.flags) == ("5001", ("merged_place",))
    assert keys(answer.roles["A"]) == ["bv"]


# How it is asked.


def test_no_more_is_read_than_an_answer_needs():
    needed = some_facts(
        a_claim("leader"),
        a_claim("kind:child_welfare", "R"),
        an_organisation(),
        a_post(),
        a_holding(),
        a_point("bv"),
    )
    more = some_facts(
        a_rule("bv", step="report_child"),
        a_claim("bv", place="5006"),
        an_organisation("nav", kind="nav_office"),
        an_organisation("bv2", serves=("5006",)),
        a_post("other"),
        a_holding("ola", "other"),
        a_point("bv2"),
    )
    store(needed)
    store(more)

    places = catalogue.current(UNIT).at_or_above("5001")
    read = facts.gather(["a_step"], places, [], UNIT)

    assert {rule.key for rule in read.rules} == {rule.key for rule in needed.rules}
    assert read.organisations.keys() == {"bv"}
    assert read.posts.keys() == {"leader"}
    assert read.holdings == needed.holdings
    assert read.points == needed.points


def statements_of(viewer):
    """Return how many statements an answer takes once the catalogue is known."""
    catalogue.current(viewer)
    seen = []

    def count(_connection, _cursor, statement, *_more):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    ask(viewer)
    event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)


def a_network(size):
    """As many organisations, posts, persons, lines and claims."""
    for n in range(size):
        yield from (
            an_organisation(f"o{n}"),
            a_post(f"q{n}", f"o{n}"),
            a_holding(f"k{n}", f"q{n}"),
            a_point(f"o{n}"),
            a_claim(f"q{n}"),
            a_claim(f"o{n}", "R"),
        )


@pytest.mark.parametrize("viewer", [PUBLIC, UNIT], ids=lambda one: one.name)
def test_an_answer_takes_as_many_statements_in_a_large_network_as_in_a_small(viewer):
    store(some_facts(a_claim("kind:child_welfare"), *a_network(1)))
    small = statements_of(viewer)
    db.session.rollback()
    store(some_facts(a_claim("kind:child_welfare"), *a_network(60)))

    large = statements_of(viewer)

    assert large == small


def test_an_answer_is_for_today_in_oslo_unless_a_day_is_asked():
    late = datetime(2026, 6, 14, 22, 30, tzinfo=UTC)

    assert guide.who_acts("a_step", "5001", now=late).on == date(2026, 6, 15)


def test_without_a_moment_it_is_now():
    store(some_facts(a_claim("bv"), an_organisation(), a_point(hours="24/7")))

    (actor,) = guide.who_acts("a_step", "5001").roles["A"]

    assert actor.contact_points[0].open_now


def test_a_track_that_does_not_exist_is_not_found():
    with pytest.raises(NotFound) as refused:
        guide.who_acts("a_step", "5001", "no", now=NOON)

    assert refused.value == NotFound("track", "no")

"""The questions of a network drawn by hand: what is asked, by whom, of which day."""

from datetime import date

import pytest
import time_machine

from coordinator import catching_up, deletion, editing, questions
from coordinator.access import OPERATOR, PUBLIC, READER, UNIT, agency
from coordinator.columns import KINDS
from coordinator.editing import NotAllowed
from coordinator.errors import NotFound
from graphs import differences
from models import db
from tests.exchanging import bring, bring_all
from tests.unit.test_editing import an_account

MONDAY = date(2026, 11, 23)
# Trondheim: child welfare and the police share a forum, the crisis centre is in none.
# Kari leads child welfare and is on duty for the police; nobody leads the centre.
DRAWN = {
    "organisations": "key,name,kind,parent,serves,protected,valid_to\n"
    "tk,Trondheim kommune,municipality,,5001,,\n"
    "bv,Barnevernet,child_welfare,tk,5001,,\n"
    "politi,Politiet,police_district,,pd-trondelag,,2027-06-30\n"
    "senter,Krisesenteret,crisis_centre,,5001,,\n"
    "skjult,Skjult hus,crisis_centre,,,true,\n",
    "posts": "key,organisation,title\nbv-leder,bv,Leder\npoliti-vakt,politi,Vakt\n"
    "senter-leder,senter,Leder\nskjult-leder,skjult,Leder\n",
    "persons": "key,name\nkari,Kari\nola,Ola\n",
    "holdings": "person,post,deputy,valid_from,valid_to\n"
    "kari,bv-leder,,2020-01-01,\nkari,politi-vakt,,2020-01-01,2027-03-31\n"
    "ola,senter-leder,true,2020-01-01,\n",
    "contact-points": "owner,channel,value,audience\nbv,phone,72540000,public\n"
    "politi,phone,02800,public\nsenter,phone,72540002,public\n",
    "responsibilities": "step,role,holder,place,tracks,status\n"
    "acute_housing,A,tk,5001,,agreed\nacute_housing,R,bv-leder,5001,,agreed\n"
    "health,A,senter,5001,,contested\nhealth,R,skjult-leder,5001,,contested\n",
    "networks": "key,name,mandate,valid_from,valid_to\nforum,Forum,,2020-01-01,\n",
    "memberships": "network,holder,role,valid_from,valid_to\n"
    "forum,bv,member,2020-01-01,\nforum,politi-vakt,chair,2020-01-01,\n"
    "forum,senter,member,2020-01-01,2020-12-31\n",
}


@pytest.fixture(autouse=True)
def _drawn(app):
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        bring_all(DRAWN)
        yield
        db.session.rollback()


def ask(question, viewer=UNIT, on=None):
    found = questions.ask(question, viewer, on).findings
    db.session.rollback()
    return found


def said(findings, *fields):
    return [tuple(getattr(one, name) for name in fields) for one in findings]


def test_vacant_posts_and_those_with_a_deputy_alone():
    assert said(ask("vacant"), "reason", "posts", "persons") == [
        ("deputy_only", ("senter-leder",), ("ola",)),
        ("vacant", ("skjult-leder",), ()),
    ]
    later = said(ask("vacant", on=date(2027, 4, 1)), "posts")
    assert later == [(("senter-leder",),), (("politi-vakt",),), (("skjult-leder",),)]
    # Posts of an organisation that has ended are nobody's to fill.
    ended = said(ask("vacant", on=date(2027, 7, 1)), "posts")
    assert (("politi-vakt",),) not in ended


def test_who_answers_but_has_no_number_is_a_gap():
    here = [one for one in ask("gaps") if one.place == "5001"]

    assert ("no_line", "acute_housing", ("tk",)) in said(
        here, "reason", "step", "organisations"
    )


def test_the_only_person_of_a_step_and_who_ties_parts_together():
    found = [one for one in ask("single-points") if one.persons == ("kari",)]

    assert ("only_person", "acute_housing") in said(found, "reason", "step")


def test_an_unknown_question_is_named():
    for question in ("gap", "", "way-in", "GAPS"):
        with pytest.raises(NotFound) as refused:
            questions.ask(question, UNIT)
        assert refused.value == NotFound("question", question)


def test_the_public_and_readers_are_told_nothing():
    for viewer in (PUBLIC, READER):
        for asked in (
            lambda viewer: questions.ask("gaps", viewer),
            lambda viewer: questions.ask_each(viewer),
            lambda viewer: questions.way_in("bv", "politi", viewer),
            lambda viewer: questions.what_if(["kari"], viewer),
            lambda viewer: questions.as_of(MONDAY, None, viewer),
        ):
            with pytest.raises(NotAllowed):
                asked(viewer)


def test_an_agency_is_told_what_is_about_itself_below_it_and_its_persons():
    assert ask("vacant", agency("bv")) == ()
    assert said(ask("vacant", agency("senter")), "posts") == [(("senter-leder",),)]
    assert said(ask("vacant", agency("skjult")), "posts") == [(("skjult-leder",),)]
    assert said(ask("contested", agency("senter")), "holder") == [("senter",)]
    assert {one.persons for one in ask("single-points", agency("tk"))} >= {("kari",)}


def test_nothing_protected_is_named_to_the_operator_or_another_agency():
    for viewer in (OPERATOR, agency("bv"), agency("senter")):
        every = questions.ask_each(viewer)
        assert "skjult" not in str(every)
        db.session.rollback()
    assert "skjult-leder" in str(questions.ask_each(UNIT))


# A way in


def test_a_way_in_is_the_shortest_by_those_who_know_each_other():
    found = {
        ends: questions.way_in(*ends, UNIT)
        for ends in (("bv", "politi"), ("tk", "bv"), ("kari", "kari"))
    }

    assert found["bv", "politi"] in (
        ["bv", "bv-leder", "kari", "politi-vakt", "politi"],
        ["bv", "network:forum", "politi-vakt", "politi"],
    )
    assert len(found["bv", "politi"]) == 4
    assert found["tk", "bv"] == []
    assert found["kari", "kari"] == ["kari"]


def test_a_way_in_is_of_the_day():
    assert questions.way_in("ola", "kari", UNIT) == []
    assert questions.way_in("ola", "kari", UNIT, date(2020, 6, 1)) != []
    assert questions.way_in("bv", "politi", UNIT, date(2027, 7, 1)) == []


def test_a_way_in_names_the_end_that_is_not_there_or_not_to_be_seen():
    for viewer, source, target, parameter in (
        (UNIT, "nobody", "bv", "from"),
        (UNIT, "bv", "step:health", "to"),
        (UNIT, "bv", "BV", "to"),
        (UNIT, "forum", "bv", "from"),
        (OPERATOR, "skjult", "bv", "from"),
        (agency("bv"), "bv", "skjult-leder", "to"),
    ):
        with pytest.raises(NotFound) as refused:
            questions.way_in(source, target, viewer)
        assert refused.value.parameter == parameter


# What if


def changes(*without, viewer=UNIT):
    found = questions.what_if(without, viewer)
    db.session.rollback()
    return {(one.change, one.finding) for one in found}


def really(kind, key):
    """Take it out for good, and return what that changes, worked out the long way."""
    before = questions.ask_each(UNIT, only=questions.COMPARED)
    db.session.rollback()
    version = editing.version(KINDS[kind], key)
    db.session.rollback()
    deletion.remove(KINDS[kind], key, an_account(), read_version=version)
    after = questions.ask_each(UNIT, only=questions.COMPARED)
    with questions.reading(UNIT) as (_kept, found):
        places = found.places
    changed = set()
    for question in questions.COMPARED:
        differing = differences.difference(
            before[question].findings, after[question].findings, places
        )
        changed |= {("appears", one) for one in differing.appeared}
        changed |= {("disappears", one) for one in differing.disappeared}
    return changed


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("persons", "kari"),
        ("posts", "bv-leder"),
        ("organisations", "politi"),
        ("networks", "forum"),
        ("memberships", "forum|bv|member|2020-01-01"),
        ("holdings", "kari|bv-leder|2020-01-01"),
    ],
)
def test_what_breaks_without_it_is_what_breaks_when_it_is_deleted(kind, key):
    name = f"network:{key}" if kind == "networks" else key
    foretold = changes(name)

    assert foretold == really(kind, key)


def test_without_her_what_hung_on_her_alone_breaks():
    found = changes("kari")

    assert ("appears", ("vacant", ("bv-leder",))) in {
        (change, (one.reason, one.posts)) for change, one in found
    }
    assert ("disappears", ("only_person", ("kari",))) in {
        (change, (one.reason, one.persons)) for change, one in found
    }


def test_several_taken_out_at_once_are_not_the_sum_of_each():
    each = changes("kari") | changes("ola")

    assert changes("kari", "ola") >= {
        one for one in each if one[1].question == "vacant"
    }
    assert changes("kari", "kari") == changes("kari")
    # Her post goes with the organisation, so it is not vacant without them both.
    both = changes("kari", "bv")
    vacant = [one.posts for _change, one in both if one.question == "vacant"]
    assert vacant == [("politi-vakt",)]


def test_asking_what_if_changes_nothing():
    before = {question: ask(question) for question in questions.QUESTIONS}
    with catching_up.current(UNIT) as kept:
        sizes = {name: len(rows) for name, rows in kept.current.rows.items()}
        edges = kept.current.graph.number_of_edges()
    db.session.rollback()

    changes("politi", "kari", "network:forum")

    assert {question: ask(question) for question in questions.QUESTIONS} == before
    with catching_up.current(UNIT) as kept:
        assert {name: len(rows) for name, rows in kept.current.rows.items()} == sizes
        assert kept.current.graph.number_of_edges() == edges


def test_what_is_not_there_cannot_be_taken_out():
    bring("persons", "key,name\nborte,Borte\n")
    version = editing.version(KINDS["persons"], "borte")
    db.session.rollback()
    deletion.remove(KINDS["persons"], "borte", an_account(), read_version=version)
    for viewer, key in (
        (UNIT, "nobody"),
        (UNIT, "KARI"),
        (UNIT, "borte"),
        (UNIT, ""),
        (UNIT, "forum"),
        (UNIT, "network:"),
        (UNIT, "step:health"),
        (OPERATOR, "skjult"),
        (agency("bv"), "skjult-leder"),
    ):
        with pytest.raises(NotFound) as refused:
            questions.what_if(["kari", key], viewer)
        assert refused.value == NotFound("without", key)


def test_an_agency_is_told_what_becomes_of_itself_alone():
    found = changes("kari", viewer=agency("politi"))

    own = {"politi", "politi-vakt", "kari"}
    assert found
    assert all(
        own & {*one.organisations, *one.posts, *one.persons} for _change, one in found
    )


# As of


def test_as_of_is_the_difference_of_two_days():
    first, then = date(2026, 11, 23), date(2027, 4, 1)
    found = {(one.change, one.finding) for one in questions.as_of(first, then, UNIT)}
    back = {(one.change, one.finding) for one in questions.as_of(then, first, UNIT)}

    assert ("appears", ("politi-vakt",)) in {
        (change, one.posts) for change, one in found if one.question == "vacant"
    }
    other = {"appears": "disappears", "disappears": "appears"}
    assert back == {(other[change], one) for change, one in found}
    assert questions.as_of(first, first, UNIT) == []
    assert questions.as_of(first, None, UNIT) == []


def test_more_days_than_are_kept_are_answered_the_same():
    days = [date(2026, 1, day) for day in range(1, questions.MOST_DAYS + 4)]
    first = [ask("vacant", on=day) for day in days]

    assert [ask("vacant", on=day) for day in days] == first

"""The responsibility matrix: what stands in its cells, and the four checks."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator import accounts, catalogue, guide, matrix
from coordinator.access import UNIT
from coordinator.catalogue import Catalogue
from coordinator.editing import Invalid, NotAllowed
from coordinator.matrix import BY_KIND, BY_ORGANISATION, CellChanged
from models import db
from tests.exchanging import bring_all, counted

POINTS = "owner,channel,value,audience\n"
AGENCIES = (
    "key,name,kind,serves\n"
    "bv,Barnevernet,child_welfare,5001\n"
    "pd,Politiet her,police_district,5001\n"
    "kom,Kommunen,municipality,5001\n"
)
RULES = "step,role,holder,place,tracks,status\n"


def the_network():
    bring_all(
        {
            "organisations": AGENCIES,
            "contact-points": POINTS + "bv,phone,73540001,public\n"
            "pd,phone,73540002,public\n",
        }
    )


@pytest.fixture
def beforehand():
    return the_network


@pytest.fixture
def unit(app):
    accounts.create("kari@example.no", "unit")
    (found,) = accounts.users(UNIT)
    db.session.rollback()
    return accounts.Account(
        found.key, found.email, "unit", None, "nb", "", datetime.now(UTC)
    )


def known() -> Catalogue:
    return catalogue.current(UNIT)


def row(step, place="5001", track="minor", by=BY_KIND):
    found = matrix.read(place, track, by, UNIT, known())
    (one,) = [row for row in found.rows if row.step.code == step]
    db.session.rollback()
    return one


def letters(one):
    return {
        holder: "".join(held.role for held in cell)
        for holder, cell in one.cells.items()
    }


def add(*rules):
    bring_all({"responsibilities": RULES + "\n".join(rules) + "\n"})
    db.session.rollback()


def test_a_cell_holds_the_roles_of_its_kind_or_organisation(unit):
    by_kind, by_organisation = (
        row("report_child"),
        row("report_child", by=BY_ORGANISATION),
    )

    assert letters(by_kind)["kind:child_welfare"] == "A"
    assert letters(by_kind)["kind:any"] == "R"
    assert letters(by_organisation)["bv"] == "A"
    assert "kind:child_welfare" not in letters(by_organisation)


def test_what_comes_from_a_wider_place_is_not_the_cells_own(unit):
    add("report_child,I,kind:municipality,5001,minor,proposed")

    found = row("report_child")

    (inherited,) = found.cells["kind:child_welfare"]
    (own,) = found.cells["kind:municipality"]
    assert (inherited.place, inherited.is_own) == ("NO", False)
    assert (own.place, own.is_own) == ("5001", True)
    assert found.own == {"kind:municipality": {"I": "proposed"}}


def test_nobody_answers(unit):
    assert set(row("appeal", track="adult").failing) >= {"none"}


def test_two_answer(unit):
    add(
        "talk_child,A,bv,5001,minor,agreed",
        "talk_child,A,pd,5001,minor,agreed",
    )

    assert row("talk_child").failing["two"] == {
        "kind:child_welfare",
        "kind:police_district",
    }
    assert row("talk_child", track=None).failing["two"]
    assert row("talk_child", by=BY_ORGANISATION).failing["two"] == {"bv", "pd"}
    assert "two" not in row("report_child").failing


def test_who_answers_is_also_informed(unit):
    add("report_child,I,bv,5001,minor,agreed")

    assert row("report_child").failing == {"also_informed": {"kind:child_welfare"}}


def test_who_answers_cannot_be_reached(unit):
    add("talk_child,A,kom,5001,minor,agreed")
    assert row("talk_child").failing == {"unreachable": {"kind:municipality"}}

    bring_all({"contact-points": POINTS + "kom,web,https://kom.example,public\n"})
    db.session.rollback()
    assert "unreachable" in row("talk_child").failing
    bring_all({"contact-points": POINTS + "kom,email,post@kom.example,public\n"})
    db.session.rollback()
    assert row("talk_child").failing == {}


def test_a_kind_that_serves_no_whole_county_is_reached_further_in(unit):
    assert "unreachable" not in row("report_child", place="50").failing
    assert "unreachable" in row("report_child", place="46").failing


HOLDERS = ["kind:any", "kind:child_welfare", "kind:police_district", "bv", "pd", "kom"]
DRAWN = st.lists(
    st.tuples(
        st.sampled_from(["talk_child", "threat_protection"]),
        st.sampled_from("RACI"),
        st.sampled_from(HOLDERS),
        st.sampled_from(["NO", "50", "5001"]),
        st.sampled_from(["", "minor"]),
        st.sampled_from(["agreed", "statutory", "proposed"]),
    ),
    max_size=12,
    unique_by=lambda rule: rule[:5],
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rules=DRAWN, by=st.sampled_from([BY_KIND, BY_ORGANISATION]))
def test_the_checks_say_what_a_person_reads_off_the_answers(unit, rules, by):
    add(*(",".join(rule) for rule in rules))
    answers = {
        answer.step.code: answer
        for answer in guide.who_acts_on_each(
            list(known().steps.values()), "5001", "minor", UNIT
        )
    }
    for one in matrix.read("5001", "minor", by, UNIT, known()).rows:
        named = {
            role: [actor for actor in actors if not actor.fallback]
            for role, actors in answers[one.step.code].roles.items()
        }
        whose = {
            role: {
                (a.organisation.kind if by == BY_KIND else a.organisation.key)
                for a in actors
                if a.organisation
            }
            for role, actors in named.items()
        }
        keys = {a.organisation.key for a in named["A"] if a.organisation}
        lines = [
            point.channel
            for actor in named["A"]
            for point in actor.contact_points
            if point.channel in ("phone", "email")
        ]
        asks = any(a.via in ("kind:any", "kind:self") for a in named["A"])
        failing = one.failing.keys()
        assert ("two" in failing) == (len(keys) > 1)
        if whose["A"] & whose["I"]:
            assert "also_informed" in failing
        if "none" not in failing:
            assert ("unreachable" in failing) == (not lines and not asks)
    db.session.rollback()


# Editing


def set_roles(unit, roles, seen, holder="kind:police_district", **more):
    return matrix.set_roles(
        "talk_child", holder, "5001", "minor", roles, unit, seen=seen, **more
    )


def test_a_cell_gets_just_the_roles_it_is_given(unit):
    set_roles(unit, ["R", "C"], {})
    assert letters(row("talk_child"))["kind:police_district"] == "RC"

    set_roles(unit, ["C", "I"], {"R": "proposed", "C": "proposed"})
    assert letters(row("talk_child"))["kind:police_district"] == "CI"

    set_roles(unit, [], {"C": "proposed", "I": "proposed"})
    assert "kind:police_district" not in letters(row("talk_child"))


def test_a_cell_that_someone_changed_is_not_overwritten(unit):
    set_roles(unit, ["R"], {})
    before = counted()
    db.session.rollback()

    with pytest.raises(CellChanged) as refused:
        set_roles(unit, ["C"], {})

    assert refused.value.now == {"R": "proposed"}
    assert counted() == before


def test_what_is_not_right_changes_nothing(unit):
    before = counted()
    db.session.rollback()
    agency = unit._replace(role="agency", organisation="bv")

    with pytest.raises(NotAllowed):
        set_roles(agency, ["R"], {})
    for more in ({"status": "agreed"}, {"status": "statutory"}, {"holder": "nobody"}):
        with pytest.raises(Invalid):
            set_roles(unit, ["R"], {}, **more)

    assert counted() == before
    set_roles(unit, ["R"], {}, status="statutory", sources=["seed"])

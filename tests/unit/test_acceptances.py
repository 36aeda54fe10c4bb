"""What the unit lives with for a time: what that covers, and what it does not."""

from datetime import date, timedelta

import pytest

from coordinator import acceptances, history, questions
from coordinator.acceptances import Accepted, BadAcceptance
from coordinator.access import OPERATOR, UNIT, agency
from coordinator.editing import NotAllowed
from coordinator.errors import NotFound
from graphs.findings import Finding
from models import db
from tests.exchanging import bring_all, changes_since, counted
from tests.unit.test_editing import an_account

TODAY = date(2026, 11, 23)
ABOVE = {
    "5001": frozenset({"5001", "50", "NO"}),
    "50": frozenset({"50", "NO"}),
    "NO": frozenset({"NO"}),
    "0301": frozenset({"0301", "03", "NO"}),
}
GAP = Finding("gaps", "no_accountable", "settle", "50", "adult")


def accepted(**changed):
    values = {
        "question": "gaps",
        "weakness": "no_accountable",
        "step": "settle",
        "to_step": None,
        "place": "50",
        "track": "adult",
        "about": (),
        "reason": {"nb": "Vi venter"},
        "until": TODAY,
    } | changed
    return Accepted(key=acceptances.key_of(values), **values)


@pytest.mark.parametrize(
    ("finding", "is_covered"),
    [
        (GAP, True),
        (GAP._replace(place="5001"), True),
        (GAP._replace(place="NO"), False),
        (GAP._replace(place="0301"), False),
        (GAP._replace(place=None), False),
        (GAP._replace(track="minor"), False),
        (GAP._replace(track=None), False),
        (GAP._replace(step="talk"), False),
        (GAP._replace(reason="no_line"), False),
        (GAP._replace(question="overlaps"), False),
        (GAP._replace(score=0.5), True),
    ],
)
def test_it_covers_the_same_there_and_below(finding, is_covered):
    assert accepted().covers(finding, ABOVE) is is_covered


def test_what_it_does_not_say_may_be_anything():
    anywhere = accepted(place=None, track=None, step=None)

    assert anywhere.covers(GAP._replace(place="0301", track="minor"), ABOVE)
    assert anywhere.covers(GAP._replace(place=None, step=None), ABOVE)


def test_it_covers_only_who_it_is_about():
    about = accepted(about=("nav", "forum"))

    assert not about.covers(GAP._replace(organisations=("nav",)), ABOVE)
    assert about.covers(
        GAP._replace(organisations=("nav", "udi"), networks=("forum",)), ABOVE
    )
    assert accepted(about=("nav",)).covers(GAP._replace(holder="nav"), ABOVE)


# Accepting


def accept(account, until=TODAY + timedelta(days=30), reason="Vi venter", **changed):
    finding = Finding("vacant", "vacant", organisations=("bv",), posts=("p",))
    return acceptances.accept(
        finding._replace(**changed), until, reason, account, today=TODAY
    )


def the_network():
    bring_all(
        {
            "organisations": "key,name,kind\nbv,BV,child_welfare\n",
            "posts": "key,organisation,title\np,bv,Leder\n",
        }
    )


@pytest.fixture
def beforehand():
    return the_network


@pytest.fixture
def unit(app):
    return an_account()


def vacant(viewer=UNIT, on=TODAY):
    found = questions.ask("vacant", viewer, on)
    db.session.rollback()
    return found


def test_what_is_accepted_is_open_no_more_until_the_day_has_passed(unit):
    accept(unit)
    until = TODAY + timedelta(days=30)

    (finding,) = vacant().findings
    assert vacant().open == ()
    assert vacant().accepted[finding.key].until == until
    assert vacant(on=until).open == ()
    assert vacant(on=until + timedelta(days=1)).open == (finding,)


def test_it_is_for_the_unit_to_see(unit):
    accept(unit)

    for viewer in (OPERATOR, agency("bv")):
        assert len(vacant(viewer).open) == 1


@pytest.mark.parametrize(
    ("until", "reason", "field", "code"),
    [
        (None, "x", "until", "required"),
        (TODAY - timedelta(days=1), "x", "until", "in_the_past"),
        (TODAY + timedelta(days=733), "x", "until", "too_far_ahead"),
        (date.max, "x", "until", "too_far_ahead"),
        (TODAY, "", "reason", "required"),
        (TODAY, " \t\n", "reason", "required"),
        (TODAY, "x" * 501, "reason", "too_long"),
    ],
)
def test_a_day_or_a_reason_that_will_not_do_changes_nothing(
    unit, until, reason, field, code
):
    seq = counted()

    with pytest.raises(BadAcceptance) as refused:
        accept(unit, until, reason)

    assert (refused.value.field, refused.value.code) == (field, code)
    assert counted() == seq


def test_the_last_day_and_the_longest_reason_will_do(unit):
    assert accept(unit, TODAY + timedelta(days=732), "x" * 500)
    assert accept(unit, TODAY)


def test_only_the_unit_accepts_and_withdraws(unit):
    accept(unit)
    (key,) = (
        one.key for one in acceptances.standing(UNIT, TODAY) if one.about == ("bv", "p")
    )
    db.session.rollback()
    seq = counted()
    for role, organisation in (("agency", "bv"), ("reader", None)):
        other = an_account(role, organisation, name=role)
        with pytest.raises(NotAllowed):
            accept(other)
        with pytest.raises(NotAllowed):
            acceptances.withdraw(key, other)
    assert counted() == seq


def test_it_is_in_history_by_whom_and_can_be_undone(unit):
    seq = counted()
    act = accept(unit)
    changes = changes_since(seq)

    ((who, kind, _key, before, after),) = changes
    assert (who, kind, before) == (unit.key, "acceptance", None)
    assert after["reason"] == {"nb": "Vi venter"}
    assert after["until"] == "2026-12-23"
    history.undo(act, unit)
    assert len(vacant().open) == 1


def test_a_new_reason_takes_the_place_of_the_old(unit):
    accept(unit)
    act = accept(unit, reason="Noe annet")

    (one,) = vacant().accepted.values()
    assert one.reason == {"nb": "Noe annet"}
    history.undo(act, unit)
    (one,) = vacant().accepted.values()
    assert one.reason == {"nb": "Vi venter"}


def test_it_is_withdrawn_once(unit):
    accept(unit)
    (one,) = vacant().accepted.values()

    acceptances.withdraw(one.key, unit)

    assert len(vacant().open) == 1
    with pytest.raises(NotFound):
        acceptances.withdraw(one.key, unit)


def test_the_widest_that_covers_is_the_one_that_is_told():
    wide, narrow = accepted(place="NO", track=None), accepted()
    found = acceptances.covering(GAP, sorted([narrow, wide], key=len_of), ABOVE)

    assert found == wide


def len_of(one):
    return sum(part is not None for part in (one.place, one.track))

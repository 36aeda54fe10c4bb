"""Who must come: derived from who is responsible, each with the reason."""

from datetime import date
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator import invitees
from coordinator.invitees import Claim, Reason, Topic, merge
from models import PARTS, db
from tests.exchanging import bring
from tests.meetings import bring_network

DAY = date(2026, 12, 9)
REPORT = Topic(1, ("report_child",), place="5001")


@pytest.fixture
def network(app):
    bring_network()


def derive(*topics, on=DAY, **more):
    found = invitees.derive(topics, on, **more)
    db.session.rollback()
    return found


def parts(found):
    return {one.name: one.part for one in found.invitees}


def why(found, name):
    (one,) = (invitee for invitee in found.invitees if invitee.name == name)
    return [reason.code for reason in one.reasons]


def gaps(found):
    return [(gap.reason, gap.role, gap.holder) for gap in found.gaps]


def test_who_answers_and_who_does_are_required_who_advises_is_optional(network):
    found = parts(derive(REPORT))

    assert found["Kari"] == found["Ola"] == found["Vaktleder"] == "required"
    assert found["ROSA Midt"] == "optional"
    assert found["Statsforvalteren"] == "informed"


def test_each_comes_as_the_holder_else_a_deputy_else_the_functions_own_line(network):
    found = {one.name: one for one in derive(REPORT).invitees}

    def how(name):
        return found[name].reasons[0].found[-1], found[name].email

    assert how("Kari") == ("post_holder", "kari@bv.example")
    assert how("Ola") == ("deputy", "sak@politi.example")
    assert how("Vaktleder") == ("vacant_post", "post@bv.example")
    assert how("ROSA Midt") == ("function_line", "midt@rosa.example")


def test_whom_nobody_can_write_to_is_a_gap(network):
    assert gaps(derive(REPORT)) == [("no_address", "R", "barnehus")]


def test_a_kind_that_no_organisation_serves_is_a_gap_and_its_fallback_not_asked(
    network,
):
    found = derive(Topic(1, ("acute_housing",), place="5001", track="adult"))

    assert ("nobody", "R", "kind:nav_office") in gaps(found)
    assert not any(
        "fallback_kind" in reason.found
        for one in found.invitees
        for reason in one.reasons
    )


def test_who_holds_the_post_on_the_meetings_own_day_comes(network):
    later = parts(derive(REPORT, on=date(2027, 1, 13)))

    assert "Nils" in later
    assert "Kari" not in later


def test_organisations_and_owners_that_an_item_names_are_required(network):
    found = derive(
        Topic(1, organisations=("rosa-midt",)), Topic(2, owner="etterforsker")
    )

    assert parts(found) == {"Ola": "required", "ROSA Midt": "required"}
    assert why(found, "ROSA Midt") == ["named:1"]
    assert why(found, "Ola") == ["owner:2"]


def test_a_network_brings_its_members_of_that_day(network):
    found = derive(network="forum")

    assert parts(found) == {"Kari": "required", "ROSA Midt": "required"}
    assert why(found, "Kari") == ["member:forum"]
    assert why(found, "ROSA Midt") == ["chair:forum"]
    assert gaps(found) == [("no_address", "observer", "politi")]


def test_who_is_wanted_for_several_reasons_comes_once_by_the_strongest(network):
    topics = REPORT, Topic(2, organisations=("rosa-midt",)), Topic(3, owner="leder")
    found = derive(*topics, network="forum")

    assert parts(found)["ROSA Midt"] == "required"
    assert why(found, "ROSA Midt") == ["C:report_child", "named:2", "chair:forum"]
    assert why(found, "Kari") == ["A:report_child", "owner:3", "member:forum"]


def test_a_named_holder_that_has_ended_is_a_gap_by_its_name(network):
    (gap,) = derive(Topic(1, organisations=("nedlagt",))).gaps

    assert (gap.reason, gap.name) == ("gone", "Det nedlagte")


def test_the_unit_itself_is_there_and_is_neither_asked_nor_missed(network):
    bring(
        "organisations", "key,name,kind,serves\nenheten,Enheten,coordination_unit,NO\n"
    )

    found = derive(Topic(1, ("train_professions",)))

    assert [reason.code for reason in found.own] == ["R:train_professions"]
    assert "Enheten" not in parts(found)
    assert "kind:coordination_unit" not in {gap.holder for gap in found.gaps}


def test_an_agenda_of_nothing_asks_nobody(network):
    assert derive() == invitees.Derived()


# The rules of merging, against a reading of the sentence


CLAIMS = st.builds(
    Claim,
    part=st.sampled_from(PARTS),
    reason=st.builds(
        Reason,
        role=st.sampled_from("ARCI"),
        item=st.integers(1, 3),
        step=st.sampled_from(["s", "t"]),
    ),
    holder=st.sampled_from(["o", "p", "q"]),
    name=st.sampled_from(["Anne", "Berit"]),
    person=st.sampled_from([None, "n", "m"]),
    email=st.sampled_from(["", "a@x.example", "A@x.example", "b@x.example"]),
)


@given(st.lists(CLAIMS, max_size=8))
def test_every_claim_is_heard_once_by_its_address_or_is_a_gap(claims):
    found, without = merge(claims)

    addresses = [one.email.casefold() for one in found]
    assert len(addresses) == len(set(addresses))
    address_of = {
        who: next((one.email.casefold() for one in few if one.email), "")
        for who, few in groups(claims).items()
    }
    for invitee in found:
        mine = [c for c in claims if address_of[c.who] == invitee.email.casefold()]
        assert invitee.everyone == {claim.who for claim in mine}
        assert set(invitee.reasons) == {claim.reason for claim in mine}
        assert invitee.part == min((c.part for c in mine), key=PARTS.index)
    lost = [claim for claim in claims if not address_of[claim.who]]
    assert len(without) == len(lost)
    assert all(gap.reason == "no_address" for gap in without)


@given(st.lists(CLAIMS, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_claims_changes_neither_who_comes_nor_how_much(claims, random):
    shuffled = list(claims)
    random.shuffle(shuffled)

    def told(few):
        return {one.email.casefold(): (one.everyone, one.part) for one in merge(few)[0]}

    # Who has two addresses is written to at the first: that alone is of the order.
    if all(
        len({c.email.casefold() for c in few}) == 1 for few in groups(claims).values()
    ):
        assert told(shuffled) == told(claims)


def groups(claims):
    ranked = sorted(claims, key=lambda claim: claim.who)
    kept = {who: list(few) for who, few in groupby(ranked, key=lambda claim: claim.who)}
    return {who: [c for c in claims if c.who == who] for who in kept}

"""What differs, drawn: between two days and with some taken out, as its table says."""

import re
from datetime import date, datetime
from html import unescape

import pytest
import time_machine

from coordinator import picture_differences
from coordinator.access import UNIT, agency
from coordinator.errors import NotFound
from coordinator.opening import OSLO
from models import db
from tests.exchanging import bring, bring_all
from tests.functional.test_network_pages import words_of
from tests.networks import NETWORK

pytestmark = pytest.mark.usefixtures("network")

NOW = datetime(2026, 11, 25, 12, tzinfo=OSLO)
SIGN = re.compile(r'class="sign sign-(\w+)" transform')
CHANGE = re.compile(r'<span class="change-(\w+)">')
HIDDEN = (
    "key,name,kind,serves,protected\nhemmelig,Hemmelig hus,crisis_centre,5001,true\n"
)


@pytest.fixture
def network(app):
    with time_machine.travel(NOW, tick=False):
        bring_all(NETWORK)
        bring("organisations", HIDDEN)
        db.session.rollback()
        yield


def drawing_of(page):
    """Return the changes that the picture marks, and those that its rows tell."""
    section = page.text.split('id="differs"')[1]
    return section.split("<figure")[1].split("<figcaption")[0], section


def test_one_who_is_taken_out_goes_with_all_that_hangs_on_it(unit):
    found = picture_differences.without(["bv-trondheim"], UNIT)

    gone = {node for node, change in found.nodes.items() if change == "gone"}
    assert {"bv-trondheim", "bv-leder"} <= gone
    assert found.ties["bv-leder", "bv-trondheim"] == "gone"
    assert found.nodes["step:report_child"] != "gone"
    assert {node.id for node in found.view.nodes} == set(found.nodes)
    assert {(tie.source, tie.target) for tie in found.view.ties} == set(found.ties)


def test_what_comes_and_goes_between_two_days_is_added_and_gone(unit):
    # bv-trondheim ends on the last day of 2030; ola's time as deputy a year before.
    found = picture_differences.between(date(2029, 12, 31), date(2030, 1, 1), UNIT)
    back = picture_differences.between(date(2030, 1, 1), date(2029, 12, 31), UNIT)

    assert found.nodes["ola"] == "gone"
    assert found.ties["bv-leder", "ola"] == "gone"
    assert back.nodes["ola"] == "added"
    assert back.ties["bv-leder", "ola"] == "added"


def test_a_day_differs_in_nothing_from_itself(unit):
    found = picture_differences.between(NOW.date(), NOW.date(), UNIT)

    assert (found.nodes, found.ties) == ({}, {})
    page = unit.get(f"/network/as-of?on={NOW:%Y-%m-%d}")
    assert 'id="differs"' not in page.text


def test_one_who_ties_otherwise_is_changed(unit):
    bring(
        "responsibilities",
        "step,role,holder,place,tracks,status,valid_from,valid_to\n"
        "health,C,tk,5001,,agreed,,2026-12-31\n"
        "health,R,tk,5001,,agreed,2027-01-01,\n",
    )

    found = picture_differences.between(date(2026, 12, 31), date(2027, 1, 1), UNIT)

    assert found.ties["step:health", "tk"] == "changed"
    assert found.nodes["tk"] == found.nodes["step:health"] == "changed"
    [tie] = [one for one in found.view.ties if one[:2] == ("step:health", "tk")]
    assert {"does", "advises"} <= set(tie.kinds)


def test_the_table_tells_every_node_and_tie_that_the_picture_draws_otherwise(unit):
    page = unit.get("/network/what-if?without=bv-trondheim")
    picture, section = drawing_of(page)

    found = picture_differences.without(["bv-trondheim"], UNIT)
    marked = sorted(SIGN.findall(picture))
    assert marked.count("gone") == list(found.nodes.values()).count("gone")
    drawn = [*filter(None, found.nodes.values()), *found.ties.values()]
    assert sorted(CHANGE.findall(section)) == sorted(drawn)
    assert f"Blir borte: {found.count('gone')}" in words_of(page)
    told = unescape(section)
    assert "Barnevernet i Trondheim" in told
    assert "Leder, Barnevernet i Trondheim" in told
    assert "Blir borte" in words_of(page)


def test_protected_ones_are_in_no_picture_of_what_differs(unit):
    found = picture_differences.without(["tk"], UNIT)

    assert "hemmelig" not in found.nodes
    assert "Hemmelig" not in unit.get("/network/what-if?without=tk").text


def test_an_agency_is_shown_what_it_may_see_and_nobody_unknown(unit):
    own = picture_differences.without(["tk"], agency("bv-trondheim"))

    assert own.nodes["tk"] == "gone"
    with pytest.raises(NotFound):
        picture_differences.without(["hemmelig"], agency("bv-trondheim"))
    with pytest.raises(NotFound):
        picture_differences.without(["finnes-ikke"], UNIT)

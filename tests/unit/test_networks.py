"""Who is in a network on a day, as what, and what an organisation is in."""

from datetime import date

import pytest

from coordinator import networks
from coordinator.access import PUBLIC, READER, UNIT
from coordinator.errors import NotFound
from tests.exchanging import bring_all

TODAY = date(2026, 11, 23)
FILES = {
    "organisations": "key,name,kind,protected,valid_to\n"
    "politi,Politiet,police_district,,\n"
    "bv,Barnevernet,child_welfare,,\n"
    "rosa-midt,ROSA Midt,rosa,,\n"
    "lagt-ned,Det nedlagte,rosa,,2026-03-31\n"
    "skjult,Det skjulte,crisis_centre,true,\n",
    "posts": "key,organisation,title,valid_to\n"
    "vakt,bv,Vakt,\nrad,bv,Rådgiver,\nborte,politi,Borte,2026-01-31\n",
    "persons": "key,name\nkari,Kari\nola,Ola\nnils,Nils\n",
    "holdings": "person,post,deputy,valid_to\n"
    "kari,vakt,,\nola,vakt,true,\nnils,vakt,,2026-11-22\n",
    "networks": "key,name,mandate,valid_from,valid_to\n"
    "forum,Øvre forum,Samordne,2024-01-01,2026-12-31\n"
    "slutt,Avsluttet forum,,,2025-12-31\n"
    "snart,Et forum som kommer,,2027-01-01,\n"
    "tomt,Tomt forum,,,\n",
    "memberships": "network,holder,role,valid_from,valid_to\n"
    "forum,vakt,member,,\n"
    "forum,rad,member,2026-11-23,2026-11-23\n"
    "forum,politi,chair,,2027-06-30\n"
    "forum,rosa-midt,observer,2026-11-24,\n"
    "forum,rosa-midt,member,,2026-11-22\n"
    "forum,bv,member,,2024-06-30\n"
    "forum,lagt-ned,member,,\n"
    "forum,borte,member,,\n"
    "forum,skjult,deputy,,\n"
    "slutt,bv,chair,,\n"
    "slutt,politi,member,,2025-06-30\n"
    "snart,bv,member,,\n",
}


def the_network():
    bring_all(FILES)


@pytest.fixture
def beforehand():
    return the_network


@pytest.fixture(autouse=True)
def _in_context(app):
    """Have the application, and the network that is written beforehand."""


def in_it(members):
    return [(one.holder, one.role) for one in members]


def test_who_is_in_are_those_whose_days_hold_today_chairs_first():
    found = networks.profile("forum", READER, TODAY)

    assert in_it(found.members) == [
        ("politi", "chair"),
        ("rad", "member"),
        ("vakt", "member"),
    ]
    assert in_it(found.chairs) == [("politi", "chair")]
    assert in_it(found.coming) == [("rosa-midt", "observer")]
    assert found.on == TODAY


def test_former_members_are_those_who_left_or_were_given_up_the_latest_first():
    found = networks.profile("forum", READER, TODAY)

    assert [(one.holder, one.valid_to, one.ended) for one in found.former] == [
        ("rosa-midt", date(2026, 11, 22), None),
        ("lagt-ned", None, date(2026, 3, 31)),
        ("borte", None, date(2026, 1, 31)),
        ("bv", date(2024, 6, 30), None),
    ]


def test_a_post_is_shown_with_who_holds_it_that_day_the_deputies_last():
    found = networks.profile("forum", READER, TODAY)
    held = {one.holder: one.held_by for one in found.members}

    assert [(each.person.name, each.deputy) for each in held["vakt"]] == [
        ("Kari", False),
        ("Ola", True),
    ]
    assert held["rad"] == held["politi"] == ()
    earlier = networks.profile("forum", READER, date(2026, 11, 22))
    (vakt,) = [one for one in earlier.members if one.holder == "vakt"]
    assert {each.person.name for each in vakt.held_by} == {"Kari", "Nils", "Ola"}


def test_what_is_protected_is_in_it_for_the_unit_alone():
    def counted(viewer):
        page, _more = networks.listed(viewer, TODAY, query="øvre")
        return [one.members for one in page]

    assert ("skjult", "deputy") in in_it(networks.profile("forum", UNIT, TODAY).members)
    assert (counted(READER), counted(UNIT), counted(PUBLIC)) == ([3], [4], [])
    with pytest.raises(NotFound):
        networks.profile("forum", PUBLIC, TODAY)
    with pytest.raises(NotFound):
        networks.profile("intet", UNIT, TODAY)


def test_a_network_that_ended_is_shown_as_it_was_on_its_last_day():
    found = networks.profile("slutt", READER, TODAY)

    assert found.on == date(2025, 12, 31)
    assert in_it(found.members) == [("bv", "chair")]
    assert in_it(found.former) == [("politi", "member")]


def test_a_network_to_come_is_shown_as_it_will_be_on_its_first_day():
    found = networks.profile("snart", READER, TODAY)

    assert found.on == date(2027, 1, 1)
    assert in_it(found.members) == [("bv", "member")]


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({}, ["snart", "tomt", "forum"]),
        ({"state": "ended"}, ["slutt"]),
        ({"state": "all"}, ["slutt", "snart", "tomt", "forum"]),
        ({"query": "SAMORDNE øvre"}, ["forum"]),
        ({"query": "slutt"}, []),
        ({"query": "slutt", "state": "all"}, ["slutt"]),
        ({"query": "%"}, []),
        ({"skip": 50}, []),
    ],
)
def test_networks_are_listed_by_state_and_found_by_name_and_mandate(asked, keys):
    found, more = networks.listed(READER, TODAY, **asked)

    assert {one.key for one in found} == set(keys)
    assert more is False


def test_an_organisation_is_in_standing_networks_itself_and_by_its_posts():
    def of(key, *posts, viewer=READER):
        return [
            (one.network, one.title, one.role, one.valid_to)
            for one in networks.of_organisation(key, posts, viewer, TODAY)
        ]

    assert of("bv", "rad", "vakt") == [
        ("forum", "Rådgiver", "member", TODAY),
        ("forum", "Vakt", "member", date(2026, 12, 31)),
    ]
    assert of("politi") == [("forum", "", "chair", date(2026, 12, 31))]
    assert of("rosa-midt") == []
    assert of("politi", viewer=PUBLIC) == of("skjult") == []
    assert of("skjult", viewer=UNIT) == [("forum", "", "deputy", date(2026, 12, 31))]


def test_networks_are_named_and_called_by_those_who_see_them():
    assert networks.names(["forum", "intet"], READER) == {"forum": "Øvre forum"}
    assert networks.names(["forum"], PUBLIC) == {}
    assert networks.called("ØVRE", READER) == {"forum": "Øvre forum"}
    assert set(networks.called("forum", READER)) == {"forum", "slutt", "snart", "tomt"}
    assert networks.called("tomt forum", READER) == {"tomt": "Tomt forum"}
    assert networks.called(" ", READER) == networks.called("forum", PUBLIC) == {}
    assert list(networks.offered(READER, 4)) == ["slutt", "snart", "tomt", "forum"]
    assert networks.offered(READER, 3) == {}

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, null, select, update

from coordinator.access import (
    GUARDED,
    OPERATOR,
    PUBLIC,
    READER,
    UNIT,
    Viewer,
    agency,
    reclassify,
    select_to_write,
    select_visible,
    tables_in,
    visible,
)
from models import (
    AUDIENCES,
    Base,
    ContactPoint,
    Entry,
    Organisation,
    Place,
    Post,
    db,
)
from tests.exchanging import bring_all, stored
from tests.networks import NETWORK

TABLES = Base.metadata.tables
VIEWERS = {audience: Viewer(audience, audience) for audience in AUDIENCES}
# Links between public places and their outlines, and a number: read freely.
FREE = {"change_counter", "place_parent", "place_successor", "shape"}


def seen(name, viewer):
    """Return the keys of the rows that the viewer sees in a table."""
    key = TABLES[name].primary_key.columns
    return set(map(tuple, db.session.execute(select_visible(*key, viewer=viewer))))


# What is guarded


def test_every_table_is_guarded_or_known_to_be_free():
    assert set(TABLES) - set(GUARDED) == FREE


def test_every_table_with_a_class_is_guarded():
    assert {name for name in TABLES if "audience" in TABLES[name].c} <= set(GUARDED)


def test_a_table_is_guarded_wherever_it_stands_in_the_statement():
    statement = select_visible(
        Place.code, select_to_write(Organisation.key).scalar_subquery(), viewer=PUBLIC
    )

    assert {"place", "organisation", "entry"} <= tables_in(statement)
    assert str(statement).count("audience IN") >= 2


def test_the_viewers_are_who_they_are():
    assert PUBLIC.classes == ("public",)
    assert UNIT.classes == ("public", "network", "unit")
    assert OPERATOR.classes == ("public", "network")
    assert OPERATOR.field_classes == ("public", "network", "unit")
    assert [viewer.sees_network for viewer in (PUBLIC, OPERATOR, UNIT)] == [
        False,
        True,
        True,
    ]


# Who sees what


def the_network():
    bring_all(NETWORK)


@pytest.fixture
def beforehand(request):
    return the_network if "network" in request.fixturenames else None


@pytest.fixture
def network(app):
    """Have the network that is written beforehand."""


def test_what_has_no_class_is_seen_by_nobody(network):
    classed = [one for one in TABLES.values() if "audience" in one.c]
    for name in [one.name for one in classed if one.c.audience.nullable]:
        db.session.execute(update(TABLES[name]).values(audience=null()))

    for name in set(GUARDED) - {"change"}:
        for viewer in VIEWERS.values():
            assert seen(name, viewer) == set(), name


def test_a_wider_class_sees_all_that_a_narrower_one_sees(network):
    for name in GUARDED:
        views = [seen(name, VIEWERS[audience]) for audience in AUDIENCES]

        assert all(less <= more for less, more in pairwise(views))


def test_a_stricter_class_hides_and_never_shows(network):
    key = "bv-trondheim|phone|+4772540000"
    found = []
    for audience in AUDIENCES:
        table = TABLES["contact_point"]
        statement = update(table).where(table.c.key == key).values(audience=audience)
        db.session.execute(statement)
        found.append([(key,) in seen("contact_point", VIEWERS[a]) for a in AUDIENCES])

    assert found == [
        [True, True, True, True],
        [False, True, True, True],
        [False, False, True, True],
        [False, False, False, True],
    ]


def test_the_stricter_of_owner_and_point_wins(network):
    table = TABLES["entry"]
    hide = update(table).where(table.c.key == "bv-trondheim").values(audience="unit")
    key = ("bv-trondheim|phone|+4772540000",)
    before = [key in seen("contact_point", VIEWERS[a]) for a in AUDIENCES]

    db.session.execute(hide)

    assert before == [True, True, True, True]
    assert [key in seen("contact_point", VIEWERS[a]) for a in AUDIENCES] == [
        False,
        False,
        True,
        True,
    ]


def test_persons_and_what_they_hold_are_for_the_network(network):
    for name in ("person", "holding"):
        assert seen(name, PUBLIC) == set()
        assert len(seen(name, OPERATOR)) == 2


def test_networks_are_for_the_network(network):
    for name, rows in (("network", 2), ("membership", 3)):
        assert seen(name, PUBLIC) == set()
        assert len(seen(name, READER)) == len(seen(name, OPERATOR)) == rows


@pytest.mark.parametrize(
    ("table", "column", "key"),
    [
        ("entry", "key", "bv-leder"),
        ("network", "key", "forum"),
        ("membership", "key", "forum|bv-leder|member|"),
    ],
)
def test_a_membership_is_as_hidden_as_its_network_and_its_holder(
    network, table, column, key
):
    columns = TABLES[table].c
    hide = update(TABLES[table]).where(columns[column] == key)
    db.session.execute(hide.values(audience="unit"))

    hidden = ("forum|bv-leder|member|",)
    found = [hidden in seen("membership", VIEWERS[a]) for a in AUDIENCES]
    assert found == [False, False, True, True]


def test_the_changes_are_for_the_unit(network):
    assert seen("change", PUBLIC) == seen("change", OPERATOR) == set()
    assert seen("change", UNIT) != set()


def test_one_row_is_asked_for_as_all_of_them_are(network):
    statement = select_to_write(ContactPoint)
    points = list(db.session.scalars(statement))

    for viewer in VIEWERS.values():
        keys = {(point.key,) for point in points if visible(point, viewer)}
        assert keys == seen("contact_point", viewer)


# Protected by itself, by its kind, or by what is above it

KEYS = [f"o{number}" for number in range(7)]
TREES = st.fixed_dictionaries(
    {
        key: st.tuples(
            st.sampled_from([None, *KEYS[:number]]),
            st.booleans() if number % 2 else st.just(False),
            st.sampled_from(["municipality", "municipality", "shelter_ngo"]),
            st.sampled_from([None, *AUDIENCES]),
        )
        for number, key in enumerate(KEYS)
    }
)


def is_hidden(key, tree):
    """Read the rule as it is written, from the organisation upwards."""
    while key:
        parent, protected, kind, _ = tree[key]
        if protected or kind == "shelter_ngo":
            return True
        key = parent
    return False


@given(tree=TREES)
@settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_an_organisation_is_hidden_with_all_that_is_below_it(app, tree):
    connection = db.session.connection()
    rows = [
        {
            "key": key,
            "name": key,
            "kind": kind,
            "parent": parent,
            "protected": protected,
            "languages": (),
            "folded": "",
        }
        for key, (parent, protected, kind, _) in tree.items()
    ]
    posts = [
        {"key": f"post-{key}", "organisation": key, "title": key, "folded": ""}
        for key in tree
    ]
    connection.execute(
        insert(Entry.__table__),
        [
            {"key": f"{prefix}{key}", "entry_kind": kind, "audience": audience}
            for key, (*_, audience) in tree.items()
            for prefix, kind in (("", "organisation"), ("post-", "post"))
        ],
    )
    connection.execute(insert(Organisation.__table__), rows)
    connection.execute(insert(Post.__table__), posts)

    reclassify(connection)

    entry = Entry.__table__.c
    statement = select_to_write(entry.key, entry.audience).where(
        entry.key.in_([*tree, *(f"post-{key}" for key in tree)])
    )
    found = dict(map(tuple, connection.execute(statement)))
    db.session.rollback()
    assert found == {
        f"{prefix}{key}": "unit" if is_hidden(key, tree) else "public"
        for key in tree
        for prefix in ("", "post-")
    }


def test_classes_are_derived_again_without_changing_anything(network):
    before = stored("entry")

    reclassify(db.session.connection())
    db.session.commit()

    assert stored("entry") == before


def test_a_person_keeps_a_class_of_its_own(network):
    reclassify(db.session.connection())

    classes = {row[0]: row[2] for row in stored("entry")["entry"]}
    assert (classes["kari"], classes["ola"]) == ("network", "network")


# An agency's own


AGENCIES = {
    "organisations": "key,name,kind,parent,serves,protected\n"
    "etat,Etaten,crisis_centre,,5001,true\n"
    "etat-under,Etaten under,child_welfare,etat,5001,\n"
    "annen,En annen,child_welfare,,5001,\n",
    "posts": "key,organisation,title\netat-post,etat-under,Leder\n"
    "annen-post,annen,Leder\n",
    "persons": "key,name\nvar,Vår\nderes,Deres\n",
    "holdings": "person,post\nvar,etat-post\nderes,annen-post\n",
    "contact-points": "owner,channel,value,audience\n"
    "etat-under,phone,73540001,unit\netat-post,phone,73540002,network\n"
    "var,phone,73540003,unit\netat,phone,73540004,protected\n"
    "annen,phone,73540005,unit\nderes,phone,73540006,unit\n"
    "annen,phone,73540007,network\n",
    "networks": "key,name\nforum,Forum\n",
    "memberships": "network,holder,role\nforum,etat,member\n"
    "forum,etat-post,chair\nforum,annen,member\n",
}


@pytest.mark.parametrize(
    ("viewer", "organisations", "numbers"),
    [
        (PUBLIC, {"annen"}, ""),
        (READER, {"annen"}, "7"),
        (agency("annen"), {"annen"}, "567"),
        (agency("etat"), {"annen", "etat", "etat-under"}, "1237"),
        (agency("etat-under"), {"annen", "etat-under"}, "1237"),
        (UNIT, {"annen", "etat", "etat-under"}, "123567"),
    ],
    ids=lambda one: one.own or one.name if isinstance(one, Viewer) else "",
)
def test_an_agency_sees_of_its_own_what_the_unit_sees(
    app, viewer, organisations, numbers
):
    bring_all(AGENCIES)

    found = {key for (key,) in seen("organisation", viewer)}
    assert found & {"annen", "etat", "etat-under"} == organisations
    points = {key[-1] for (key,) in seen("contact_point", viewer) if "735400" in key}
    assert points == set(numbers)
    members = {key.split("|")[1] for (key,) in seen("membership", viewer)}
    seen_posts = {"etat-post"} if "etat-under" in organisations else set()
    is_public = viewer == PUBLIC
    assert members == (
        set() if is_public else (organisations - {"etat-under"}) | seen_posts
    )


def test_the_watch_over_the_gate_sees_who_goes_around_it(app):
    key = Organisation.__table__.c.key
    db.session.execute(select_to_write(key))
    with pytest.raises(AssertionError, match="around the gate"):
        db.session.execute(select(key))
    db.session.rollback()

"""Vacancies: posts of today that nobody holds today."""

from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import network, vacancies
from graphs.network import Node, Tie
from tests.unit.drawn_networks import TODAY, a_network
from tests.unit.random_cells import DAYS

FACTS = st.fixed_dictionaries({"valid_from": DAYS, "valid_to": DAYS})
HOLDINGS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bo"]),
        st.sampled_from(["lead", "aide"]),
        st.booleans(),
        FACTS,
    ),
    max_size=6,
)


def vacant(*lines):
    return [
        (one.reason, one.posts, one.organisations, one.persons)
        for one in vacancies.vacant(a_network(*lines), TODAY)
    ]


def test_a_post_that_nobody_holds_is_vacant():
    assert vacant("lead at desk") == [("vacant", ("lead",), ("desk",), ())]


def test_a_post_that_someone_holds_is_not():
    assert vacant("lead at desk", "ann holds lead", "bo deputies lead") == []


def test_a_post_with_deputies_alone_names_them():
    found = vacant("lead at desk", "bo deputies lead", "ann deputies lead")

    assert found == [("deputy_only", ("lead",), ("desk",), ("ann", "bo"))]


def test_who_has_left_or_not_begun_does_not_hold_it():
    found = vacant(
        "lead at desk",
        "ann holds lead valid_to=2026-11-24",
        "bo holds lead valid_from=2026-11-26",
    )

    assert found == [("vacant", ("lead",), ("desk",), ())]


@settings(deadline=None, database=None)
@given(FACTS, FACTS, FACTS, HOLDINGS)
def test_vacant_is_what_the_rows_say(desk, lead, aide, holdings):
    posts = {"lead": lead, "aide": aide}
    nodes = [Node("desk", "organisation", desk)]
    nodes += [Node(key, "post", facts) for key, facts in posts.items()]
    nodes += [Node(key, "person") for key in ("ann", "bo")]
    ties = [Tie(key, "desk", "at", key) for key in posts]
    ties += [
        Tie(person, post, "holds", str(number), {"deputy": deputy, **facts})
        for number, (person, post, deputy, facts) in enumerate(holdings)
    ]

    def stands(facts):
        starts, ends = facts["valid_from"], facts["valid_to"]
        return (starts or TODAY) <= TODAY <= (ends or TODAY)

    expected = []
    for post in ("aide", "lead"):
        now = [one for one in holdings if one[1] == post and stands(one[3])]
        held = any(not deputy for _, _, deputy, _ in now)
        if stands(desk) and stands(posts[post]) and not held:
            persons = tuple(sorted({person for person, *_ in now}))
            expected.append((post, persons, "deputy_only" if now else "vacant"))

    found = vacancies.vacant(network.build(nodes, ties), TODAY)
    assert sorted((one.posts[0], one.persons, one.reason) for one in found) == expected

"""Pictures: what lies near, where nodes lie, and which names stand beside them."""

import itertools
import random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import labels, layout, lettering, pictures
from graphs.labels import Spot
from graphs.pictures import Line

NODES = [f"n{number}" for number in range(9)]
KINDS = st.sampled_from(pictures.NODE_KINDS)
LINES = st.lists(
    st.builds(
        Line,
        st.sampled_from(NODES),
        st.sampled_from(NODES),
        st.sampled_from(pictures.TIE_KINDS),
    ),
    max_size=20,
)
GRAPHS = st.builds(
    pictures.drawn, st.dictionaries(st.sampled_from(NODES), KINDS), LINES
)


def walked(graph, start, depth):
    """Return what is reached by every walk of so many steps, tried one by one."""
    pairs = {frozenset(tie) for tie in graph.edges()}
    found = {start}
    for length in range(1, depth + 1):
        for walk in itertools.product(graph, repeat=length):
            whole = (start, *walk)
            steps = itertools.pairwise(whole)
            if all(frozenset(step) in pairs for step in steps):
                found.add(whole[-1])
    return found


@given(LINES, st.dictionaries(st.sampled_from(NODES), KINDS))
def test_two_are_tied_once_by_all_that_ties_them_the_gravest_first(lines, nodes):
    graph = pictures.drawn(nodes, lines)

    meant = {}
    for line in lines:
        if line.source != line.target and {line.source, line.target} <= nodes.keys():
            pair = frozenset((line.source, line.target))
            meant.setdefault(pair, set()).add(line.kind)
    drawn = {frozenset(tie[:2]): tie[2] for tie in graph.edges(data="kinds")}
    assert dict(graph.nodes(data="kind")) == nodes
    assert {pair: set(kinds) for pair, kinds in drawn.items()} == meant
    for kinds in drawn.values():
        assert list(kinds) == sorted(kinds, key=pictures.TIE_KINDS.index)


@given(GRAPHS, st.sampled_from(NODES[:5]), st.integers(1, 3))
@settings(deadline=None, max_examples=50)
def test_an_ego_network_is_all_that_so_many_steps_lead_to(graph, node, depth):
    small = pictures.among(graph, [one for one in graph if one in NODES[:5]])

    found = pictures.ego(small, node, depth)

    assert set(found) == (walked(small, node, depth) if node in small else set())
    assert set(found.edges) == {
        tie for tie in small.edges if found.has_node(tie[0]) and found.has_node(tie[1])
    }


@given(GRAPHS, st.randoms())
@settings(deadline=None, max_examples=50)
def test_a_graph_lies_the_same_however_it_was_put_together(graph, chance):
    nodes, ties = list(graph), [tuple(sorted(tie)) for tie in graph.edges()]
    chance.shuffle(nodes)
    chance.shuffle(ties)
    again = nx.Graph()
    again.add_nodes_from(nodes)
    again.add_edges_from(tie[::-1] for tie in ties)

    placed = layout.positions(graph)

    assert layout.positions(again) == placed
    assert layout.digest(again) == layout.digest(graph)
    assert placed.keys() == set(graph)
    for x, y in placed.values():
        assert 0 <= x <= layout.WIDTH
        assert 0 <= y <= layout.HEIGHT


@pytest.mark.parametrize("size", [250, 1600])
def test_a_large_graph_lies_the_same_twice_and_no_two_nodes_on_each_other(size):
    graph = nx.relabel_nodes(nx.barabasi_albert_graph(size, 2, seed=3), str)
    mixed = nx.Graph()
    mixed.add_edges_from(random.Random(1).sample(list(graph.edges), len(graph.edges)))

    placed = layout.positions(graph)

    assert layout.positions(mixed) == placed
    assert len(set(placed.values())) > 0.98 * size


SPOTS = st.lists(
    st.tuples(st.floats(0, 400), st.floats(0, 300), st.text(min_size=1, max_size=60)),
    max_size=25,
)


MARKS = st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300)), max_size=5)


@given(SPOTS, st.integers(0, 25), MARKS)
@settings(deadline=None, max_examples=50)
def test_no_name_at_rest_lies_on_another_or_on_a_mark_or_outside(spots, first, marks):
    given_ = [
        Spot(str(at), x, y, 5, labels.broken_up(name))
        for at, (x, y, name) in enumerate(spots)
    ]

    crosses = [(x - 8, y - 8, x + 8, y + 8) for x, y in marks]
    found = labels.placed(given_, 400, 300, first, crosses)

    boxes = [labels.box_of(label) for label in found.values()]
    for box, cross in itertools.product(boxes, crosses):
        aside = box[2] <= cross[0] or cross[2] <= box[0]
        assert aside or box[3] <= cross[1] or cross[3] <= box[1]
    for one, other in itertools.combinations(boxes, 2):
        aside = one[2] <= other[0] or other[2] <= one[0]
        assert aside or one[3] <= other[1] or other[3] <= one[1]
    for left, top, right, bottom in boxes:
        assert min(left, top) >= -0.1
        assert right <= 400.1
        assert bottom <= 300


@given(SPOTS.filter(len), st.integers(0, 25))
def test_the_foremost_has_its_name_whoever_stands_around_it(spots, first):
    middle = Spot("middle", 200, 150, 5, ("Barnevern",))
    others = [Spot(str(at), 200 + at, 150, 5, ("x",)) for at in range(len(spots))]

    assert "middle" in labels.placed([middle, *others], 400, 300, first)


@given(st.text(max_size=200) | st.just("x" * 20_000))
def test_a_name_takes_three_lines_at_most_and_says_so_where_it_is_cut(name):
    lines = labels.broken_up(name)

    assert 1 <= len(lines) <= labels.MOST_LINES
    assert all(lettering.width(line) <= labels.ROOM for line in lines)
    whole = "".join(line.removesuffix("-") for line in lines).replace(" ", "")
    plain = "".join(word.removesuffix("-") for word in name.split())
    assert lines[-1].endswith("…") or whole.replace("-", "") == plain.replace("-", "")


@given(GRAPHS)
@settings(deadline=None, max_examples=50)
def test_circles_hold_every_node_once_and_are_tied_as_their_members_are(graph):
    parts = pictures.circles(graph)
    whole = pictures.gathered(graph, parts)

    home = {one: part for part, members in parts.items() for one in members}
    across = [tie for tie in graph.edges if home[tie[0]] != home[tie[1]]]
    assert sorted(home) == sorted(graph)
    assert sum(map(len, parts.values())) == len(graph)
    assert sum(dict(whole.nodes(data="size")).values()) == len(graph)
    assert sum(number for *_ends, number in whole.edges(data="number")) == len(across)


@given(GRAPHS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=50)
def test_a_handover_that_is_broken_between_two_circles_is_seen_between_them(
    graph, chance
):
    for tie in graph.edges:
        graph.edges[tie]["kinds"] = chance.choice((("broken", "at"), ("at",)))
    parts = pictures.circles(graph)
    whole = pictures.gathered(graph, parts)

    home = {one: part for part, members in parts.items() for one in members}
    ends = {
        frozenset((home[one], home[other]))
        for one, other, kinds in graph.edges(data="kinds")
        if kinds[0] == "broken"
    }
    shown = {
        frozenset((one, other))
        for one, other, kinds in whole.edges(data="kinds")
        if kinds[0] == "broken"
    }
    assert shown == {pair for pair in ends if len(pair) == 2}


def test_no_picture_holds_more_than_it_may():
    graph = nx.relabel_nodes(nx.barabasi_albert_graph(300, 3, seed=1), str)
    alone = nx.relabel_nodes(nx.empty_graph(900), str)

    few = pictures.strongest(graph, nodes=100, ties=90)

    assert pictures.fits(few, nodes=100, ties=90)
    assert max(graph, key=graph.degree) in few
    assert len(pictures.circles(alone)) == pictures.MOST_CIRCLES


@pytest.mark.parametrize("measure", pictures.MEASURES)
def test_nothing_and_one_node_can_be_measured(measure):
    alone = pictures.drawn({"a": "organisation"}, [])

    assert pictures.measured(nx.Graph(), measure).values == {}
    assert set(pictures.measured(alone, measure).values) == {"a"}
    assert layout.positions(nx.Graph()) == {}


@settings(deadline=None, database=None)
@given(st.data())
def test_what_differs_is_what_a_reader_of_both_would_say(data):
    names = st.sampled_from("abcdef")
    pairs = st.dictionaries(
        st.tuples(names, names).filter(lambda pair: pair[0] < pair[1]),
        st.sets(st.sampled_from(pictures.TIE_KINDS), min_size=1, max_size=2),
        max_size=8,
    )
    drawn_ones = []
    for _ in range(2):
        nodes = data.draw(st.sets(names))
        ties = {p: k for p, k in data.draw(pairs).items() if set(p) <= nodes}
        graph = nx.Graph()
        graph.add_nodes_from(nodes, kind="post")
        for pair, kinds in ties.items():
            graph.add_edge(*pair, kinds=tuple(sorted(kinds)))
        drawn_ones.append((nodes, ties, graph))
    (was, was_tied, before), (now, now_tied, after) = drawn_ones

    found = pictures.differing(before, after)

    ties = {}
    for pair in {*was_tied, *now_tied}:
        if was_tied.get(pair) != now_tied.get(pair):
            both = pair in was_tied and pair in now_tied
            ties[pair] = "changed" if both else "added" if pair in now_tied else "gone"
    told = {tuple(sorted(pair[:2])): pair[2] for pair in found.edges(data="change")}
    assert told == ties
    for node in {*was, *now}:
        near = [pair for pair in ties if node in pair]
        if node not in now or node not in was:
            assert found.nodes[node]["change"] == ("added" if node in now else "gone")
        elif any(set(pair) <= was & now for pair in near):
            assert found.nodes[node]["change"] == "changed"
        elif near:
            assert found.nodes[node]["change"] == ""
        else:
            assert node not in found

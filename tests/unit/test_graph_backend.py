"""igraph behind networkx: found by its entry point, late, and with the same answers."""

import subprocess
import sys
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python

from graphs import backend
from graphs.dispatch import BACKEND, NAME


@st.composite
def graphs(draw):
    nodes = draw(st.lists(st.integers(0, 20), min_size=1, max_size=12, unique=True))
    ends = st.sampled_from(nodes)
    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(draw(st.lists(st.tuples(ends, ends), max_size=20)))
    return graph


def in_order(parts):
    return sorted(sorted(part) for part in parts)


def test_networkx_finds_the_backend_of_the_installed_project():
    assert NAME in nx.config.backends
    assert BACKEND == NAME


def test_igraph_is_loaded_by_the_first_heavy_question_alone():
    code = """
import sys
import networkx as nx
import wsgi
from graphs import cooperation
G = nx.path_graph(["nav", "ann", "udi"])
nx.set_node_attributes(G, "organisation", "kind")
nx.shortest_path(G, "nav", "udi")
before = "igraph" in sys.modules
cooperation.brokers(G)
print(before, "igraph" in sys.modules, "scipy" in sys.modules)
"""

    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout.split() == ["False", "True", "False"]


@settings(deadline=None, database=None)
@given(graphs())
def test_components_blocks_and_cut_points_are_those_of_networkx(graph):
    for ask in (nx.connected_components, nx.biconnected_components):
        assert in_order(ask(graph, backend=NAME)) == in_order(
            ask(graph, backend="networkx")
        )
    found = list(nx.articulation_points(graph, backend=NAME))
    assert set(found) == set(nx.articulation_points(graph, backend="networkx"))
    assert len(found) == len(set(found))


@settings(deadline=None, database=None)
@given(graphs(), st.booleans(), st.none() | st.integers(1, 12), st.integers(0, 9))
def test_betweenness_is_that_of_networkx_even_sampled(graph, normalized, k, seed):
    k = k and min(k, len(graph))
    options = {"k": k, "normalized": normalized, "seed": seed}

    found = nx.betweenness_centrality(graph, backend=NAME, **options)

    expected = nx.betweenness_centrality(graph, backend="networkx", **options)
    assert found == pytest.approx(expected, abs=1e-9, nan_ok=True)


@settings(deadline=None, database=None)
@given(graphs(), st.booleans())
def test_pagerank_is_that_of_networkx(graph, weighted):
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    if weighted:
        nx.set_edge_attributes(
            graph, {edge: sum(edge) for edge in graph.edges}, "weight"
        )

    found = nx.pagerank(graph, backend=NAME)

    expected = _pagerank_python(graph, tol=1e-12, max_iter=1000)
    assert found == pytest.approx(expected, abs=1e-6)


@settings(deadline=None, database=None)
@given(graphs(), st.integers(0, 9))
def test_communities_of_a_seed_are_the_same_again_and_part_the_graph(graph, seed):
    found = nx.community.louvain_communities(graph, seed=seed, backend=NAME)

    again = nx.community.louvain_communities(graph.copy(), seed=seed, backend=NAME)
    assert found == again
    assert nx.community.is_partition(graph, found)


def test_communities_are_as_tight_as_those_of_networkx():
    graph = nx.relaxed_caveman_graph(20, 8, 0.2, seed=1)

    found, other = (
        nx.community.modularity(
            graph, nx.community.louvain_communities(graph, seed=1, backend=one)
        )
        for one in (NAME, "networkx")
    )

    assert found == pytest.approx(other, abs=0.02)


@pytest.mark.parametrize("heavy", [[(0, 1), (2, 3)], [(1, 2), (3, 0)]])
def test_weights_are_heeded(heavy):
    graph = nx.cycle_graph(4)
    graph.add_edges_from(heavy, weight=10)

    found = nx.community.louvain_communities(graph, seed=1, backend=NAME)

    assert in_order(found) == in_order(heavy)


def test_a_graph_that_changed_is_not_taken_from_what_is_kept():
    graph = nx.path_graph(3)
    assert list(nx.articulation_points(graph, backend=NAME)) == [1]

    graph.add_edge(0, 2)

    assert list(nx.articulation_points(graph, backend=NAME)) == []


LOOP = nx.Graph([(1, 1)])


@pytest.mark.parametrize(
    ("ask", "graph", "options"),
    [
        (nx.pagerank, nx.DiGraph([(1, 2)]), {}),
        (nx.pagerank, LOOP, {}),
        (nx.pagerank, nx.path_graph(2), {"personalization": {1: 1}}),
        (nx.betweenness_centrality, nx.MultiGraph([(1, 2)]), {}),
        (nx.betweenness_centrality, nx.path_graph(2), {"weight": "weight"}),
        (nx.betweenness_centrality, nx.path_graph(2), {"endpoints": True}),
        (nx.community.louvain_communities, nx.path_graph(2), {"max_level": 1}),
    ],
)
def test_what_igraph_would_answer_otherwise_is_refused(ask, graph, options):
    with pytest.raises(NotImplementedError):
        ask(graph, backend=NAME, **options)


def test_two_are_too_few_for_anyone_between():
    pair = nx.path_graph(2)

    assert nx.betweenness_centrality(pair, backend=NAME) == {0: 0, 1: 0}


def test_nobody_has_no_rank():
    assert nx.pagerank(nx.Graph(), backend=NAME) == {}


def test_a_graph_that_was_converted_before_is_asked_as_it_is():
    converted = backend.convert_from_nx(nx.path_graph(3))

    assert nx.pagerank(converted)[1] > nx.pagerank(converted)[0]


def test_options_count_wherever_they_stand():
    positional = (nx.path_graph(2), 1, True, "weight")

    refused = backend.can_run("betweenness_centrality", positional, {"seed": Random(1)})

    assert refused == "igraph has no weight"

"""A network as a file: what is written is read back, or the loss is named."""

import io
import json
import subprocess
from datetime import date
from pathlib import Path

import igraph
import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.graph_files import FORMS, read, write
from graphs.formats import Loss, is_directed, losses
from graphs.soundness import LIMITS, Unreadable
from tests.calendar_readers import node

READER = Path(__file__).parent.parent / "graph_reader.cjs"

KEYS = st.text("abcæøå-09", min_size=1, max_size=6)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
)  # every letter there is, and what is none
VALUES = {
    "name": TEXTS,
    "kind": st.sampled_from(["organisation", "post"]),
    "order": st.integers(-(2**31), 2**31 - 1),
    "deputy": st.booleans(),
    "valid_from": st.dates(),
    "valid_to": st.none() | st.dates(),
    "serves": st.lists(TEXTS.filter(bool), max_size=3),
    "names": st.dictionaries(st.sampled_from(["nb", "nn", "en"]), TEXTS, max_size=3),
}
HELD = st.fixed_dictionaries({}, optional=VALUES)


@st.composite
def networks(draw):
    graph = nx.MultiDiGraph()
    keys = draw(st.lists(KEYS, max_size=6, unique=True))
    graph.add_nodes_from((key, draw(HELD)) for key in keys)
    for number in range(draw(st.integers(0, 8)) if keys else 0):
        ends = draw(st.tuples(st.sampled_from(keys), st.sampled_from(keys)))
        graph.add_edge(*ends, f"t{number}", **draw(HELD))
    return graph


def without_empty(graph):
    """Return the graph without what is empty, which means as much as absent."""
    found = nx.MultiDiGraph()
    for key, held in graph.nodes(data=True):
        found.add_node(key, **{n: v for n, v in held.items() if _says(v)})
    for one, two, key, held in graph.edges(keys=True, data=True):
        found.add_edge(one, two, key, **{n: v for n, v in held.items() if _says(v)})
    return found


def _says(value):
    return value is not None and value not in ("", [], {})


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None, database=None)
@given(networks())
def test_what_is_written_is_read_back_but_for_what_is_said_to_be_lost(form, graph):
    whole = without_empty(graph)

    data, lost = write(graph, form)
    back = read(data, form)

    for loss in lost:
        held = whole.nodes[loss.key] if loss.of == "node" else _tie(whole, loss.key)
        assert _may_lose(form, str(held[loss.attribute]))
        held.pop(loss.attribute)
        (back.nodes[loss.key] if loss.of == "node" else _tie(back, loss.key)).pop(
            loss.attribute, None
        )
    assert dict(back.nodes(data=True)) == dict(whole.nodes(data=True))
    assert _sorted(back) == _sorted(whole)


def _may_lose(form, text):
    """Whether a text holds what XML has no letter for, or blanks at its ends."""
    if form == "json":
        return False
    return "\r" in text or not _xml(text) or (form == "csv" and text != text.strip())


def _tie(graph, key):
    return next(
        held for *_, name, held in graph.edges(keys=True, data=True) if name == key
    )


def _sorted(graph):
    return sorted(
        ((*ends, key, held) for *ends, key, held in graph.edges(keys=True, data=True)),
        key=lambda tie: tie[2],
    )


def _xml(text):
    return all(
        ord(one) in (9, 10)
        or 0x20 <= ord(one) <= 0xD7FF
        or 0xE000 <= ord(one) <= 0xFFFD
        or ord(one) >= 0x10000
        for one in str(text)
    )


def test_what_a_file_cannot_hold_is_named_to_the_attribute():
    graph = nx.MultiDiGraph()
    graph.add_node("a", name="Bell\x07", kind="organisation")
    graph.add_node("b", name="Bra")
    graph.add_edge("a", "b", "t", role="Bell\x07")

    for form in ("graphml", "gexf"):
        _data, lost = write(graph, form)
        assert lost == [Loss("node", "a", "name"), Loss("tie", "t", "role")]
    assert write(graph, "json")[1] == []


def test_what_is_lost_is_what_differs():
    graph, other = nx.MultiDiGraph(), nx.MultiDiGraph()
    graph.add_nodes_from([("a", {"n": 1}), ("b", {}), ("c", {"n": True})])
    graph.add_edge("a", "b", "t")
    other.add_nodes_from([("a", {"n": 1}), ("c", {"n": 1})])
    other.add_edge("a", "c", "t")

    assert losses(graph, other) == [
        Loss("node", "b"),
        Loss("node", "c", "n"),
        Loss("tie", "t"),
    ]


@pytest.fixture
def small():
    graph = nx.MultiDiGraph()
    graph.add_node("bv", name="Bjørnøy <&> «æøå»", kind="organisation", serves=["5001"])
    graph.add_node("forum", name="Forum", valid_to=date(2027, 12, 31))
    graph.add_edge("bv", "forum", "m1", kind="member", role="chair")
    graph.add_edge("bv", "forum", "m2", kind="member", role="member", deputy=True)
    return graph


def test_igraph_reads_graphml_with_its_types(small, tmp_path):
    path = tmp_path / "n.graphml"
    path.write_bytes(write(small, "graphml")[0])

    found = igraph.Graph.Read_GraphML(str(path))

    assert found.vcount() == 2
    assert found.ecount() == 2
    assert found.is_directed()
    assert set(found.vs["name"]) == {"Bjørnøy <&> «æøå»", "Forum"}
    assert sorted(found.es["role"]) == ["chair", "member"]
    assert [bool(one) for one in found.es["deputy"]].count(True) == 1


def test_networkx_reads_each_without_us(small):
    graphml = nx.parse_graphml(write(small, "graphml")[0])
    gexf = nx.read_gexf(io.BytesIO(write(small, "gexf")[0]))
    told = nx.node_link_graph(json.loads(write(small, "json")[0]), edges="edges")

    for found in (graphml, gexf, told):
        assert set(found) == {"bv", "forum"}
        assert found.number_of_edges() == 2
        assert found.nodes["forum"]["valid_to"] == "2027-12-31"


@pytest.mark.parametrize("form", ["graphml", "gexf", "json"])
def test_graphology_reads_each_with_its_types(small, form):
    data, _lost = write(small, form)
    ended = subprocess.run(
        [node(), str(READER), form],
        input=data,
        capture_output=True,
    )
    assert ended.returncode == 0, ended.stderr.decode()[-2000:]
    told = json.loads(ended.stdout)

    nodes = {one["key"]: one["attributes"] for one in told["nodes"]}
    assert set(nodes) == {"bv", "forum"}
    assert nodes["bv"]["name"] == "Bjørnøy <&> «æøå»"
    assert nodes["forum"]["valid_to"] == "2027-12-31"
    ties = [one["attributes"] for one in told["edges"]]
    assert sorted(one["role"] for one in ties) == ["chair", "member"]
    assert [one.get("deputy") for one in ties].count(True) == 1
    ends = {(one["source"], one["target"]) for one in told["edges"]}
    assert ends == {("bv", "forum")}


BOMB = """<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "aaaaaaaaaa">{}]>
<graphml><graph edgedefault="directed"><node id="&l9;"/></graph></graphml>""".format(
    "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "&a;"}">' for n in range(10))
)
OUTSIDE = """<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<graphml><graph edgedefault="directed"><node id="&x;"/></graph></graphml>"""
G = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{}</graphml>'


@pytest.mark.parametrize("form", ["graphml", "gexf"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "has_dtd"),
        (OUTSIDE, "has_dtd"),
        ("<a>" * 100 + "</a>" * 100, "too_deep"),
        ("", "not_a_graph"),
        ("not xml", "not_a_graph"),
        ("<html/>", "not_a_graph"),
        (G.format("<graph>"), "not_a_graph"),
        ("\x00\x01", "not_a_graph"),
    ],
)
def test_what_is_not_safe_or_no_graph_is_refused(form, text, code):
    with pytest.raises(Unreadable) as refused:
        read(text.encode(), form)

    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "null",
        "{}",
        '{"nodes": 3}',
        '{"nodes": [3]}',
        '{"nodes": [{"id": "a"}], "edges": [{"source": "a"}]}',
        "[" * 100_000,
        '{"nodes": [{"id": "a", "weight": NaN}]}',
        '{"nodes": [{"id": "a", "weight": [-Infinity]}]}',
        '{"nodes": [{"key": "a", "attributes": 3}]}',
    ],
)
def test_json_that_is_no_graph_is_refused(text):
    with pytest.raises(Unreadable) as refused:
        read(text.encode(), "json")

    assert refused.value.code == "not_a_graph"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("valid_from", "i går"),
        ("valid_to", {"day": 1}),
        ("serves", "[1"),
        ("names", "[]"),
        ("tracks", 3),
        ("order", "first"),
        ("deputy", "yes"),
    ],
)
def test_a_value_that_is_not_what_is_declared_stays_as_it_is(name, value):
    """Who takes it in says what is wrong with it; of what nobody reads nothing is."""
    tie = {"source": "bv", "target": "bv", "key": "t", name: value}
    data = json.dumps({"nodes": [{"id": "bv", name: value}], "edges": [tie]})

    graph = read(data.encode(), "json")

    assert graph.nodes["bv"] == {name: value}
    assert graph.edges["bv", "bv", "t"] == {name: value}


@pytest.mark.parametrize(
    "told",
    [
        {"nodes": [{"id": "a", "\ud800": "x"}]},
        {"nodes": [{"id": "a", "name": "\ud800"}]},
        {"nodes": [{"id": "\ud800"}]},
        {"nodes": [{"id": "\ud800"}, {"id": "\ud800"}]},
        {"nodes": [{"id": "a"}], "edges": [{"source": "a", "target": "\ud800"}]},
        {
            "nodes": [{"id": "a"}],
            "edges": [{"source": "a", "target": "a", "key": "\ud800"}] * 2,
        },
        {
            "nodes": [{"id": "a"}],
            "edges": [{"source": "a", "target": "a", "key": "\ud800"}],
        },
    ],
)
def test_half_a_letter_is_refused_wherever_it_stands_and_can_be_shown(told):
    with pytest.raises(Unreadable) as refused:
        read(json.dumps(told).encode(), "json")

    for words in refused.value.where.values():
        assert words.encode().decode() == words


def test_what_a_refusal_shows_of_a_file_is_short():
    told = {"nodes": [{"id": "n" * 900_000}] * 2}

    with pytest.raises(Unreadable) as refused:
        read(json.dumps(told).encode(), "json")

    assert len(refused.value.where["key"]) == 80
    assert refused.value.where["key"].endswith("n…")


def test_a_file_of_graphology_is_read_as_its_own_form_says():
    told = {
        "options": {"type": "directed"},
        "nodes": [
            {"key": "a", "attributes": {"name": "A", "key": "own"}},
            {"key": "b", "attributes": None, "name": "B"},
        ],
        "edges": [
            {"key": "t", "source": "a", "target": "b", "attributes": {"kind": "below"}},
        ],
    }

    graph = read(json.dumps(told).encode(), "json")

    assert dict(graph.nodes(data=True)) == {
        "a": {"name": "A", "key": "own"},
        "b": {"name": "B"},
    }
    assert list(graph.edges(keys=True, data=True)) == [
        ("a", "b", "t", {"kind": "below"})
    ]
    assert is_directed(graph)
    told["edges"][0]["undirected"] = True
    assert not is_directed(read(json.dumps(told).encode(), "json"))


def test_ties_are_read_by_either_name_and_never_lost():
    nodes, tie = [{"id": "a"}], {"source": "a", "target": "a"}
    for told in ({"edges": [], "links": [tie]}, {"links": [tie]}, {"edges": [tie]}):
        graph = read(json.dumps({"nodes": nodes} | told).encode(), "json")
        assert graph.size() == 1
    both = {"nodes": nodes, "edges": [tie], "links": [tie]}
    with pytest.raises(Unreadable) as refused:
        read(json.dumps(both).encode(), "json")
    assert refused.value.code == "edges_and_links"


@pytest.mark.parametrize(
    ("code", "key", "told", "text", "gexf"),
    [
        (
            "unknown_end",
            "ghost",
            {"nodes": [{"id": "a"}], "edges": [{"source": "a", "target": "ghost"}]},
            '<node id="a"/><edge source="a" target="ghost"/>',
            '<nodes><node id="a"/></nodes>'
            '<edges><edge source="a" target="ghost"/></edges>',
        ),
        (
            "repeated_key",
            "a",
            {"nodes": [{"id": "a"}, {"id": "a"}]},
            '<node id="a"/><node id="a"/>',
            '<nodes><node id="a"/><node id="a"/></nodes>',
        ),
        (
            "no_key",
            None,
            {"nodes": [{"id": "a"}, {}]},
            "<node/>",
            "<nodes><node/></nodes>",
        ),
    ],
)
def test_a_node_without_a_key_or_with_anothers_and_a_tie_to_nowhere_are_named(
    code, key, told, text, gexf
):
    files = {
        "json": json.dumps(told),
        "graphml": G.format(f'<graph edgedefault="directed">{text}</graph>'),
        "gexf": f'<gexf xmlns="http://www.gexf.net/1.2draft"><graph>{gexf}</graph></gexf>',
    }
    for form, data in files.items():
        with pytest.raises(Unreadable) as refused:
            read(data.encode(), form)
        where = refused.value.where
        if code == "no_key" and form == "json":
            assert (refused.value.code, where) == ("no_key_at", {"number": "2"})
            continue
        assert refused.value.code == code
        assert where.get("key") == key


def test_too_large_a_file_is_refused_before_it_is_read():
    with pytest.raises(Unreadable) as refused:
        read(b"x" * (LIMITS.bytes + 1), "json")

    assert refused.value.code == "too_large"

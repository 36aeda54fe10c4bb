"""Graph files that other programs wrote, and files that were damaged on the way."""

import json
from contextlib import suppress
from itertools import pairwise
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.graph_files import FORMS, read, write
from graphs.formats import is_directed
from graphs.soundness import Unreadable

GRAPHML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{}</graphml>'
# As Gephi 0.10 writes: version 1.3, labels beside ids, a default for what says nothing.
GEPHI = """<?xml version='1.0' encoding='UTF-8'?>
<gexf xmlns="http://gexf.net/1.3" version="1.3" xmlns:viz="http://gexf.net/1.3/viz">
<graph defaultedgetype="undirected" idtype="string">
<attributes class="node"><attribute id="type" title="type" type="string">
<default>Krisesenter</default></attribute></attributes>
<nodes><node id="0.0" label="Senteret"><viz:size value="4.0"/></node>
<node id="1.0" label="Forumet"><attvalues><attvalue for="type" value="Nettverk"/>
</attvalues></node></nodes>
<edges><edge id="0" source="0.0" target="1.0"/></edges></graph></gexf>"""


def by_networkx(graph, form):
    if form == "json":
        return json.dumps(nx.node_link_data(graph, edges="links")).encode()
    lines = {"graphml": nx.generate_graphml, "gexf": nx.generate_gexf}[form](graph)
    return "\n".join(lines).encode()


@pytest.mark.parametrize("form", ["graphml", "gexf", "json"])
@pytest.mark.parametrize("kind", [nx.Graph, nx.MultiGraph, nx.DiGraph, nx.MultiDiGraph])
def test_a_file_without_directions_is_remembered_as_such(form, kind):
    graph = kind()
    graph.add_edge("child", "parent", kind="below")

    assert is_directed(read(by_networkx(graph, form), form)) == graph.is_directed()


def test_ties_whose_ids_are_empty_are_each_read():
    """As igraph writes them where the file that it read had none in an attribute."""
    keys = "".join(
        f'<key id="{name}" for="edge" attr.name="{name}" attr.type="string"/>'
        for name in ("id", "role")
    )
    ties = "".join(
        f'<edge source="a" target="b"><data key="id"></data>'
        f'<data key="role">{role}</data></edge>'
        for role in ("chair", "member", "observer")
    )
    nodes = '<node id="a"/><node id="b"/>'
    text = f'{keys}<graph edgedefault="directed">{nodes}{ties}</graph>'

    graph = read(GRAPHML.format(text).encode(), "graphml")

    roles = [held["role"] for _one, _two, held in graph.edges(data=True)]
    assert sorted(roles) == ["chair", "member", "observer"]


GEXF_13 = '<gexf xmlns="http://gexf.net/1.3" version="1.3">'
NESTED = '<graph edgedefault="directed">{}<node id="b"/></graph>'


@pytest.mark.parametrize(
    ("form", "inner", "code", "line"),
    [
        ("graphml", f"{NESTED.format('')}\n{NESTED.format('')}", "several_graphs", "2"),
        (
            "graphml",
            NESTED.format(f'\n<node id="a">\n{NESTED.format("")}</node>'),
            "nested_graph",
            "3",
        ),
        (
            "graphml",
            NESTED.format(
                '<node id="a" yfiles.foldertype="folder">'
                '<graph edgedefault="directed"><node id="c"/></graph></node>'
            ),
            "nested_graph",
            "1",
        ),
        (
            "gexf",
            '<nodes><node id="a"><nodes><node id="c"/></nodes><edges/></node></nodes>',
            "nested_graph",
            "1",
        ),
        (
            "graphml",
            NESTED.format(
                '<edge source="b" target="b">\n<graph><node id="c"/></graph></edge>'
            ),
            "nested_graph",
            "2",
        ),
        ("graphml", NESTED.format('<x>\n<node id="c"/></x>'), "out_of_place", "2"),
        (
            "graphml",
            NESTED.format('<x:graph xmlns:x="urn:x">\n<node id="c"/></x:graph>'),
            "out_of_place",
            "2",
        ),
        ("graphml", f'<node id="c"/>{NESTED.format("")}', "out_of_place", "1"),
        ("graphml", NESTED.format("\n<graph/>"), "out_of_place", "2"),
        ("gexf", '<nodes/>\n<nodes><node id="c"/></nodes>', "out_of_place", "2"),
        (
            "gexf",
            '<nodes><node id="a"/></nodes><edges/>\n'
            '<edges><edge source="a" target="a"/></edges>',
            "out_of_place",
            "2",
        ),
        ("gexf", '<node id="c"/>', "out_of_place", "1"),
    ],
)
def test_no_part_of_a_file_is_passed_over_in_silence(form, inner, code, line):
    text = {
        "graphml": GRAPHML,
        "gexf": f"{GEXF_13}<graph>{{}}</graph></gexf>",
    }[form].format(inner)

    with pytest.raises(Unreadable) as refused:
        read(text.encode(), form)

    assert (refused.value.code, refused.value.where["line"]) == (code, line)


def test_nodes_in_nodes_of_gexf_are_all_read():
    inner = '<node id="b" label="B"><nodes><node id="c"/></nodes></node>'
    nodes = f'<nodes><node id="a"><nodes>{inner}</nodes></node></nodes>'

    graph = read(f"{GEXF_13}<graph>{nodes}</graph></gexf>".encode(), "gexf")

    assert set(graph) == {"a", "b", "c"}
    assert graph.nodes["b"]["name"] == "B"


def test_what_is_of_another_namespace_is_no_part_of_the_graph():
    foreign = '<x:node xmlns:x="urn:x"/><x:graph xmlns:x="urn:x"/>'

    graph = read(GRAPHML.format(NESTED.format(foreign)).encode(), "graphml")

    assert set(graph) == {"b"}


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_file_whose_root_is_another_is_refused_unread(form):
    text = GRAPHML.format(NESTED.format("")).replace("graphml>", "other>")
    text = text.replace("<graphml ", "<other ")

    with pytest.raises(Unreadable) as refused:
        read(text.encode(), form)

    assert refused.value.code == "not_a_graph"


@pytest.mark.parametrize("of", ["graph", "nod", ""])
def test_attributes_of_what_gexf_does_not_know_are_refused(of):
    attributes = f'<attributes class="{of}"><attribute id="0" title="x"/></attributes>'
    text = f'{GEXF_13}<graph>{attributes}<nodes><node id="a"/></nodes></graph></gexf>'

    with pytest.raises(Unreadable) as refused:
        read(text.encode(), "gexf")

    assert refused.value.code == "not_a_graph"


def test_groups_of_yed_are_read_with_all_that_lies_in_them():
    group = '<node id="g" yfiles.foldertype="group">{}</node>'
    inner = '<graph edgedefault="directed"><node id="a"/>{}</graph>'
    deeper = group.format(inner.format("")).replace('"a"', '"b"').replace('"g"', '"h"')
    tie = '<edge source="a" target="b"/>'
    text = inner.format(group.format(inner.format(deeper + tie).replace('"a"', '"c"')))

    graph = read(
        GRAPHML.format(text.replace('source="c"', 'source="a"')).encode(), "graphml"
    )

    assert set(graph) == {"a", "b", "c", "g", "h"}
    assert list(graph.edges()) == [("a", "b")]


@pytest.mark.parametrize(
    ("form", "default", "one", "two"),
    [
        ("graphml", 'edgedefault="directed"', "", ' directed="false"'),
        ("graphml", 'edgedefault="undirected"', "", ' directed="true"'),
        ("gexf", 'defaultedgetype="directed"', "", ' type="undirected"'),
        ("gexf", 'defaultedgetype="undirected"', "", ' type="directed"'),
        ("gexf", 'defaultedgetype="mixed"', ' type="directed"', ' type="undirected"'),
        ("gexf", "", "", ' type="directed"'),
        ("gexf", 'defaultedgetype="directed"', "", ' type="mutual"'),
        ("gexf", "", ' type="mutual"', ' type="mutual"'),
        ("graphml", 'edgedefault="directed"', "", ' directed="0"'),
    ],
)
def test_a_file_with_and_without_directions_is_read_as_one_without(
    form, default, one, two
):
    nodes = '<node id="a"/><node id="b"/>'
    ties = "".join(
        f'<edge id="{number}" source="a" target="b"{said}/>'
        for number, said in enumerate((one, two))
    )
    text = {
        "graphml": GRAPHML.format(f"<graph {default}>{nodes}{ties}</graph>"),
        "gexf": f"{GEXF_13}<graph {default}>"
        f"<nodes>{nodes}</nodes><edges>{ties}</edges></graph></gexf>",
    }[form]

    graph = read(text.encode(), form)

    assert graph.size() == 2
    assert not is_directed(graph)


@pytest.mark.parametrize("default", ["directed", "undirected", "mutual"])
def test_an_edge_that_goes_both_ways_is_one_tie(default):
    nodes = '<nodes><node id="a"/><node id="b"/></nodes>'
    ties = '<edge source="a" target="b" type="mutual"/>' * 2
    inner = f'<graph defaultedgetype="{default}">{nodes}<edges>{ties}</edges></graph>'

    assert read(f"{GEXF_13}{inner}</gexf>".encode(), "gexf").size() == 2


@pytest.mark.parametrize("form", ["graphml", "gexf", "json"])
@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_ties_that_no_program_named_are_all_read(form, kind):
    graph = kind()
    graph.add_edges_from(pairwise("abcda"))
    if graph.is_multigraph():
        graph.add_edge("a", "b")

    found = read(by_networkx(graph, form), form)

    assert set(found) == set("abcd")
    wanted = sorted(sorted(ends) for ends in graph.edges())
    assert sorted(sorted(ends) for ends in found.edges()) == wanted
    keys = [key for *_ends, key in found.edges(keys=True)]
    assert len(keys) == len(set(keys))


def test_a_label_of_gexf_is_a_name_and_a_default_is_what_nothing_else_says():
    found = read(GEPHI.encode(), "gexf")

    named = {held["name"]: held["type"] for _key, held in found.nodes(data=True)}
    assert named == {"Senteret": "Krisesenter", "Forumet": "Nettverk"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_graphml_is_read_in_the_letters_that_it_says(encoding):
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    text = GRAPHML.format('<graph edgedefault="directed"><node id="bjørnøy"/></graph>')

    assert set(read((declared + text).encode(encoding), "graphml")) == {"bjørnøy"}


def test_the_name_of_a_tie_is_kept_to_the_letter():
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", "05")
    for form in FORMS:
        data, lost = write(graph, form)
        assert (list(read(data, form).edges(keys=True)), lost) == (
            [("a", "b", "05")],
            [],
        )


def test_two_ties_of_one_name_between_the_same_two_are_named():
    edge = '<edge id="t" source="a" target="b"/>'
    inner = f'<node id="a"/><node id="b"/>{edge}{edge}'
    tie = {"source": "a", "target": "b", "key": "t"}
    told = {"nodes": [{"id": "a"}, {"id": "b"}], "edges": [tie, tie]}
    files = {
        "graphml": GRAPHML.format(f'<graph edgedefault="directed">{inner}</graph>'),
        "json": json.dumps(told),
    }
    for form, text in files.items():
        with pytest.raises(Unreadable) as refused:
            read(text.encode(), form)
        assert (refused.value.code, refused.value.where["key"]) == ("repeated_key", "t")


ATTRIBUTES = {
    "graphml": '<key id="k" for="edge" attr.name="key" attr.type="string"/>',
    "gexf": '<attributes class="edge">'
    '<attribute id="k" title="networkx_key" type="string"/></attributes>',
}


@pytest.mark.parametrize(
    ("form", "ties"),
    [
        ("graphml", '<edge source="a" target="b"><data key="k">x</data></edge>' * 2),
        (
            "graphml",
            '<edge id="t" source="a" target="b"/><edge id="t" source="b" target="a"/>',
        ),
        (
            "gexf",
            '<edge source="a" target="b"><attvalues><attvalue for="k" value="x"/>'
            "</attvalues></edge>" * 2,
        ),
        (
            "json",
            [{"source": "a", "target": "b"}, {"source": "a", "target": "b", "key": 0}],
        ),
    ],
)
def test_ties_that_would_become_one_are_refused_and_counted(form, ties):
    nodes = '<node id="a"/><node id="b"/>'
    told = {"nodes": [{"id": "a"}, {"id": "b"}], "edges": ties}
    said = ATTRIBUTES.get(form)
    text = {
        "graphml": GRAPHML.format(f"{said}<graph>{nodes}{ties}</graph>"),
        "gexf": f"{GEXF_13}<graph>{said}<nodes>{nodes}</nodes>"
        f"<edges>{ties}</edges></graph></gexf>",
        "json": json.dumps(told),
    }[form]

    with pytest.raises(Unreadable) as refused:
        read(text.encode(), form)

    assert refused.value.code == "merged_ties"
    assert refused.value.where == {"number": "2", "found": "1"}


def test_a_tie_without_an_id_is_not_lost_to_one_whose_id_is_a_number():
    nodes = '<nodes><node id="a"/><node id="b"/></nodes>'
    ties = (
        '<edge id="1" source="a" target="b" label="chair"/>'
        '<edge source="a" target="b" label="member"/>'
    )
    text = f"{GEXF_13}<graph>{nodes}<edges>{ties}</edges></graph></gexf>"

    graph = read(text.encode(), "gexf")

    labels = [held["label"] for _one, _two, held in graph.edges(data=True)]
    assert sorted(labels) == ["chair", "member"]


def test_a_tie_to_nowhere_is_named_with_its_line():
    text = GRAPHML.format(
        '\n<graph edgedefault="directed">\n<node id="a"/>\n'
        '<edge source="a" target="ghost"/>\n</graph>'
    )
    with pytest.raises(Unreadable) as refused:
        read(text.encode(), "graphml")
    assert refused.value.where == {"key": "ghost", "line": "4"}


def test_thousands_of_defaults_for_thousands_of_nodes_are_refused():
    keys = "".join(
        f'<key id="k{n}" for="node" attr.name="n{n}" attr.type="string">'
        "<default>x</default></key>"
        for n in range(3000)
    )
    nodes = "".join(f'<node id="{n}"/>' for n in range(3000))
    text = GRAPHML.format(f'{keys}<graph edgedefault="directed">{nodes}</graph>')
    with pytest.raises(Unreadable) as refused:
        read(text.encode(), "graphml")
    assert refused.value.code == "too_many_elements"


@pytest.mark.parametrize("name", ["key", "id", "name", "u_for_edge"])
def test_an_attribute_may_have_any_name(name):
    inner = f'<key id="k" for="all" attr.name="{name}" attr.type="string"/>'
    data = '<data key="k">x</data>'
    inner += f'<graph edgedefault="directed"><node id="a">{data}</node>'
    inner += f'<edge source="a" target="a">{data}</edge></graph>'

    found = read(GRAPHML.format(inner).encode(), "graphml")

    assert found.nodes["a"] == {name: "x"}
    assert found.number_of_edges() == 1


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None, database=None, max_examples=60)
@given(
    st.lists(st.text(st.characters(), min_size=1, max_size=4), unique=True, max_size=5),
    st.integers(0, 2**32),
)
def test_keys_of_any_letters_are_read_back_or_named_as_lost(form, keys, seed):
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(keys)
    chosen = Random(seed)
    for number in range(len(keys)):
        graph.add_edge(chosen.choice(keys), chosen.choice(keys), str(number))

    data, lost = write(graph, form)

    gone = {one.key for one in lost if one.of == "node"}
    gone_ties = {one.key for one in lost if one.of == "tie"}
    try:
        found = read(data, form)
    except Unreadable:
        assert gone == set(keys)
        return
    assert set(keys) - set(found) == gone
    assert {
        tie[2] for tie in graph.edges(keys=True) if not found.has_edge(*tie)
    } == gone_ties


# networkx and zipfile warn of what is odd in a file.
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None, database=None, max_examples=150)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(form, data):
    graph = nx.MultiDiGraph()
    graph.add_node("a", name="A", serves=["5001"], names={"nb": "A"})
    graph.add_edge("a", "a", "t", kind="below")
    sound = bytearray(write(graph, form)[0])
    for _number in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(sound) - 1))
        sound[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(sound)))
    for damaged in (sound, sound[:cut], sound[cut:]):
        with suppress(Unreadable):
            read(bytes(damaged), form)

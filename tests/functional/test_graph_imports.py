"""What graphs and sheets of others bring in: never a guess, and twice is once."""

import io

import networkx as nx
import pytest

from coordinator import graph_imports, records
from coordinator.access import UNIT
from coordinator.columns import KINDS
from models import db
from tests.exchanging import bring, bring_all
from tests.networks import NETWORK

CENTRE = "key,name,kind,serves\n"


def the_network():
    bring_all(NETWORK)


@pytest.fixture
def beforehand():
    return the_network


@pytest.fixture(autouse=True)
def _in_context(app):
    """Have the application, and the network that is written beforehand."""


@pytest.fixture
def take(tmp_path):
    def take(data, name="x.csv", **options):
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        db.session.rollback()
        graph = graph_imports.read(path, name)
        return graph_imports.bring(graph, viewer=UNIT, **options)

    return take


def stored(kind):
    db.session.rollback()
    return {KINDS[kind].key(row): dict(row) for row in records.every(KINDS[kind], UNIT)}


def everything():
    return {kind: stored(kind) for kind in ("organisations", "networks", "memberships")}


def graphml(graph):
    return "\n".join(nx.generate_graphml(graph))


def test_ids_of_another_program_are_no_keys(take):
    """Two files that both begin with n0 tell of two organisations."""
    for name in ("Nordsenteret", "Sørsenteret"):
        graph = nx.DiGraph()
        graph.add_node("n0", label=name, type="crisis_centre")
        graph.add_node("n1", label="Regionalt forum", type="network")
        graph.add_edge("n0", "n1")
        graph.add_edge("n1", "n0")
        assert take(graphml(graph), "x.graphml").bad == 0

    found = stored("organisations")
    assert found["nordsenteret"]["name"] == "Nordsenteret"
    assert found["sorsenteret"]["name"] == "Sørsenteret"
    assert "n0" not in found
    assert {key.split("|")[0] for key in stored("memberships")} >= {"forum"}


def test_a_name_that_several_have_is_not_guessed(take):
    bring("organisations", CENTRE + "a,Senteret,crisis_centre,\nb,Senteret,rosa,\n")
    before = everything()

    element = take("Label,Type\nSenteret,Organisation\n")
    tie = take("From,To\nSenteret,Regionalt forum\n")

    for refused in (element, tie):
        [fault] = refused.faults
        assert (fault.of, fault.code, fault.row) in {
            ("Senteret", "several", "2"),
            ("Senteret", "several", ""),
        }
        assert fault.details["names"] == "a, b"
    assert everything() == before
    by_kind = take("Label,Type,Web\nSenteret,rosa,https://b.example\n")
    assert by_kind.taken["organisations"].updated == {"b": "Senteret"}
    by_key = take("Key,Label,Type\na,Senteret,crisis_centre\n")
    assert by_key.taken["organisations"].unchanged == {"a": "Senteret"}


def test_names_that_make_the_same_key_are_two(take):
    bring("organisations", CENTRE + "sor-by,Et annet sted,crisis_centre,\n")
    data = "Label,Type\nSør by,crisis_centre\nSor by,crisis_centre\n"

    first, again = take(data), take(data)

    found = stored("organisations")
    assert found["sor-by"]["name"] == "Et annet sted"
    assert [found[f"sor-by-{n}"]["name"] for n in (2, 3)] == ["Sør by", "Sor by"]
    assert len(first.taken["organisations"].created) == 2
    assert not again.changes


def test_an_element_that_stands_twice_is_named(take):
    graph = nx.DiGraph()
    for key in ("n0", "n1"):
        graph.add_node(key, label="Senteret", type="crisis_centre")
    before = everything()

    found = take(graphml(graph), "x.graphml")

    assert [one.code for one in found.faults] == ["repeated_element"]
    assert everything() == before


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph])
def test_who_is_above_is_never_read_out_of_a_file_without_directions(take, kind):
    """Programs turn the ends of such ties; a member is known by what it is."""
    graph = kind()
    for key in ("Over", "Under"):
        graph.add_node(key, label=key, type="crisis_centre")
    graph.add_node("Forumet", label="Forumet", type="network")
    graph.add_edge("Under", "Over", kind="below")
    graph.add_edge("Forumet", "Under")
    before = everything()

    found = take(graphml(graph), "x.graphml")

    if kind is nx.DiGraph:
        assert stored("organisations")["under"]["parent"] == "over"
        assert "forumet|under|member|" in stored("memberships")
        return
    [fault] = found.faults
    assert {"Under", "Over"} == set(fault.of.split(" → "))
    assert (fault.column, fault.code) == ("parent", "no_direction")
    assert everything() == before


def test_a_label_that_is_a_key_renames_nothing(take):
    found = take("Label,Type\ntk,municipality\n")

    assert not found.changes
    assert stored("organisations")["tk"]["name"] == "Trondheim kommune"


def test_a_connection_that_says_no_role_leaves_the_membership_as_it_is(take):
    before = everything()

    silent = take("From,To\nTrondheim kommune,Regionalt forum\n")
    vague = take("From,To,Type\nTrondheim kommune,Regionalt forum,samarbeider\n")
    same = take("From,To,Type\nTrondheim kommune,Regionalt forum,Leder\n")

    assert [one.changes for one in (silent, vague, same)] == [False] * 3
    assert list(vague.rows.unread) == ["samarbeider"]
    assert everything() == before
    other = take("From,To,Type\nbv-leder,Regionalt forum,observatør\n")
    assert len(other.taken["memberships"].created) == 1


def test_what_is_left_out_is_named_with_why(take):
    data = (
        "Label,Type,Tags,Description\n"
        "Nytt senter,crisis_centre,nord|sør,Beskrivelse\nEn person,Person,,\n"
    )
    ties = b"From,To,Type\nTrondheim kommune,Barnevernet i Trondheim,kjenner\n"

    elements, connections = take(data, dry_run=True), take(ties)

    assert dict(elements.rows.left_out) == {("Person", "element"): ["En person"]}
    assert dict(elements.rows.unread) == {"tags": 1, "description": 1}
    assert elements.taken["organisations"].created == {"nytt-senter": "Nytt senter"}
    assert dict(connections.rows.left_out) == {
        ("kjenner", "tie"): ["Trondheim kommune → Barnevernet i Trondheim"]
    }
    assert "nytt-senter" not in stored("organisations")


def test_a_tie_of_a_post_that_is_not_registered_is_left_out_for_that(take):
    graph = nx.DiGraph()
    graph.add_node("n0", label="Vakten", kind="post")
    graph.add_node("n1", label="Forumet", type="network")
    graph.add_edge("n0", "n1", kind="member")

    found = take(graphml(graph), "x.graphml", dry_run=True)

    assert dict(found.rows.left_out) == {
        ("post", "element"): ["Vakten"],
        ("member", "post"): ["Vakten → Forumet"],
    }


@pytest.mark.parametrize(
    "name", [{"nb": "Forumet"}, ["x", "y"], True, float("nan"), float("inf")]
)
@pytest.mark.parametrize("column", ["name", "mandate"])
def test_what_is_no_text_becomes_no_name(take, name, column):
    told = {"id": "a", "type": "network", "name": "Forum", column: name}
    before = everything()
    graph = nx.MultiDiGraph()
    graph.add_nodes_from([("a", told)])

    db.session.rollback()
    found = graph_imports.bring(graph, viewer=UNIT)

    assert [(one.column, one.code) for one in found.faults] == [(column, "not_a_text")]
    assert everything() == before


def test_an_element_without_a_type_is_told_that_it_is_missing(take):
    found = take("Label\nNytt senter\n")

    assert [(one.column, one.code) for one in found.faults] == [("kind", "required")]


def test_a_file_cannot_say_what_only_sheets_know(take):
    graph = nx.DiGraph()
    graph.add_node("n0", label="Huset", type="nothing", Row="<b>99", IS_KNOWN=True)
    graph.add_node("n1", label="Forumet", type="network", is_known=True)

    found = take(graphml(graph), "x.graphml")

    assert found.taken["networks"].created
    assert not found.faults


def test_one_above_another_counts_each_once(take):
    graph = nx.MultiDiGraph()
    told = {"kind": "organisation", "organisation_kind": "municipality"}
    graph.add_node("ny", name="Ny kommune", record_key="ny", **told)
    graph.add_node("etat", name="Ny etat", record_key="etat", **told)
    graph.add_edge("etat", "ny", kind="below")

    found = take(graphml(graph), "x.graphml").taken["organisations"]

    assert found.created == {"ny": "Ny kommune", "etat": "Ny etat"}
    assert not found.updated
    assert stored("organisations")["etat"]["parent"] == "ny"


def test_a_fault_is_named_with_the_row_of_its_sheet(take):
    rows = "Label,Type,Valid_from\nGodt,crisis_centre,2026-01-01\n"
    long = "L" * 20_000

    found = take(f"{rows}Rart,crisis_centre,i går\n{long},crisis_centre,\n")

    assert [(one.row, one.column, one.code) for one in found.faults] == [
        ("3", "valid_from", "bad_date"),
        ("4", "name", "too_long"),
    ]
    assert all(len(one.of) <= 80 for one in found.faults)


def a_workbook(rows):
    book = graph_imports.element_sheets.spreadsheets.openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_of_one_sheet_is_read_as_a_table_is(take):
    found = take(a_workbook([["LABEL", "type"], ["Nordforum", "network"]]), "x.xlsx")

    assert found.taken["networks"].created == {"nordforum": "Nordforum"}

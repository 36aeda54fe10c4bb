"""The network as files: nothing protected goes out; what comes in is whole."""

import io
import json
import re
import zipfile
from base64 import b64encode
from datetime import date
from html import unescape
from random import Random

import igraph
import networkx as nx
import pytest
from openpyxl import Workbook

from coordinator import accounts, graph_files, graph_imports, graph_rows, records
from coordinator.access import READER, UNIT, select_to_write
from coordinator.columns import KINDS
from graphs.formats import losses
from models import Organisation, begin_write, db
from tests.exchanging import bring, bring_all
from tests.functional.test_accounts import a_user, sign_in
from tests.functional.test_network_pages import words_of
from tests.networks import NETWORK

FILES = "/network/files"
HIDDEN = (
    "key,name,kind,serves,protected\nhemmelig,Hemmelig hus,crisis_centre,5001,true\n"
)
HELD = {
    name: re.compile(rf'name="{name}" value="([^"]+)"')
    for name in ("csrf_token", "kept", "seen")
}


def the_network():
    bring_all(NETWORK)
    bring("organisations", HIDDEN)


@pytest.fixture
def beforehand():
    return the_network


def send(client, data, name):
    token = HELD["csrf_token"].search(client.get(FILES).text).group(1)
    given = {"csrf_token": token, "file": (io.BytesIO(data), name)}
    return client.post(FILES, data=given, content_type="multipart/form-data")


def confirm(client, preview, name):
    given = {one: HELD[one].search(preview.text).group(1) for one in HELD}
    given["name"] = name
    return client.post(f"{FILES}/import", data=given)


def stored(kind):
    db.session.rollback()
    return [dict(row) for row in records.every(KINDS[kind], UNIT)]


def everything():
    return {kind: stored(kind) for kind in graph_rows.TAKEN}


@pytest.mark.parametrize("form", graph_files.FORMS)
def test_what_goes_out_is_read_back_whole_and_holds_nothing_protected(unit, form):
    answer = unit.get(f"{FILES}/{form}")

    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    graph = graph_files.read(answer.data, form)
    whole = graph_files.whole()
    assert losses(whole, graph) == losses(graph, whole) == []
    assert graph.nodes["bv-trondheim"]["valid_from"] == date(2020, 1, 1)
    assert graph.nodes["bv-trondheim"]["serves"] == ["5001"]
    assert graph.nodes["step:report_child"]["names"]["nb"]
    assert graph.has_edge("bv-leder", "network:forum")
    assert graph.has_edge("kari", "bv-leder")
    assert "hemmelig" not in graph
    packed = answer.data
    if form == "csv":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            packed = b"".join(map(archive.read, archive.namelist()))
    for secret in ("hemmelig", "Hemmelig", "72540000", "22331160", "protected"):
        assert secret.encode() not in packed
    assert "1 skjermet oppføring er utelatt." in words_of(unit.get(FILES))


@pytest.mark.parametrize("form", graph_files.FORMS)
def test_nobody_stands_alone_in_a_file_because_her_post_is_protected(unit, form):
    bring("posts", "key,organisation,title\nvakta,hemmelig,Vakta\n")
    bring("persons", "key,name\nvigdis,Vigdis Vakt\nida,Ida Uten\n")
    bring("holdings", "person,post\nvigdis,vakta\n")
    db.session.rollback()

    graph = graph_files.read(unit.get(f"{FILES}/{form}").data, form)

    persons = [key for key, kind in graph.nodes(data="kind") if kind == "person"]
    assert "kari" in persons
    assert not {"vigdis", "ida"} & {*persons}
    assert all(
        "holds" in {h["kind"] for *_e, h in graph.edges(one, data=True)}
        for one in persons
    )


def test_a_file_is_made_once_until_anything_changes(unit, monkeypatch):
    made, whole = [], graph_files.whole

    def counted():
        made.append(1)
        return whole()

    monkeypatch.setattr(graph_files, "whole", counted)
    first = [unit.get(f"{FILES}/graphml") for _click in range(3)]
    anyway = unit.get(f"{FILES}/graphml?anyway=1")
    assert len(made) == 1
    assert {one.data for one in first} == {anyway.data}

    bring("organisations", "key,name\nbv-trondheim,Et annet navn\n")
    db.session.rollback()

    assert "Et annet navn" in unit.get(f"{FILES}/graphml").text
    assert len(made) == 2


def test_taking_a_lossy_file_all_the_same_does_not_make_it_again(unit, monkeypatch):
    bring("networks", "key,name\nrart,Rart\uffff navn\n")
    db.session.rollback()
    made, whole = [], graph_files.whole

    def counted():
        made.append(1)
        return whole()

    monkeypatch.setattr(graph_files, "whole", counted)
    told = unit.get(f"{FILES}/graphml")
    taken = unit.get(f"{FILES}/graphml?anyway=1")

    assert told.mimetype == "text/html"
    assert "attachment" in taken.headers["Content-Disposition"]
    assert len(made) == 1


def test_what_a_write_makes_of_the_network_is_kept_for_nobody(unit):
    begin_write()
    db.session.scalars(
        select_to_write(Organisation).where(Organisation.key == "tk")
    ).one().name = "Rullet tilbake"
    db.session.flush()
    inside, _lost = graph_files.written("json")
    db.session.rollback()
    # The next change gets the number of the one that was rolled back.
    bring("organisations", "key,name\nbv-trondheim,Et annet navn\n")
    db.session.rollback()

    outside, _lost = graph_files.written("json")

    assert b"Rullet tilbake" in inside
    assert b"Rullet tilbake" not in outside
    assert b"Et annet navn" in outside


def test_no_more_files_are_kept_than_the_bound(unit, monkeypatch):
    sizes = {form: len(graph_files.written(form)[0]) for form in graph_files.FORMS}
    room = max(sizes.values()) + 10
    monkeypatch.setattr(graph_files, "KEPT_BYTES", room)
    monkeypatch.setattr(graph_files, "MOST_OF_ONE", room)
    graph_files._kept.clear()
    for form in graph_files.FORMS:
        graph_files.written(form)
        assert 0 < graph_files._kept[db.engine].weight <= room


def test_the_same_network_is_the_same_file(unit):
    for form in graph_files.FORMS:
        assert graph_files.written(form) == graph_files.written(form)


def test_our_own_file_brings_nothing_new(unit):
    before = everything()

    for form in graph_files.FORMS:
        data, _lost = graph_files.written(form)
        ending = "zip" if form == "csv" else form
        page = send(unit, data, f"network.{ending}")
        assert page.status_code == 200, form
        assert "Alt i filen er der fra før." in words_of(page)

    assert everything() == before


def by_igraph(graph, tmp_path):
    """Return our file as igraph saves it again: its ids are its own."""
    data, _lost = graph_files.write(graph, "graphml")
    path = tmp_path / "ours.graphml"
    path.write_bytes(data)
    igraph.Graph.Read_GraphML(str(path)).write_graphml(str(path))
    return path.read_bytes(), "graphml"


def by_numbers(graph, tmp_path):
    """Return our file with its nodes numbered, as programs do that know no names."""
    numbered = nx.convert_node_labels_to_integers(graph)
    return graph_files.write(nx.relabel_nodes(numbered, str), "json")[0], "json"


@pytest.mark.parametrize("saved", [by_igraph, by_numbers])
def test_a_file_of_ours_that_another_program_saved_again_changes_nothing(
    unit, tmp_path, saved
):
    bring("organisations", "key,name,kind,serves\nn1,Barnevernet,crisis_centre,5001\n")
    bring("posts", "key,title,organisation\nvakt,Vakt,n1\n")
    bring("memberships", "network,holder,role\nforum,vakt,member\nforum,vakt,chair\n")
    whole = graph_files.whole()

    data, form = saved(whole, tmp_path)
    page = send(unit, data, f"x.{form}")

    assert "Alt i filen er der fra før." in words_of(page)
    [_, forum] = re.findall(r"(Nettverk|Medlemskap) 0 0 (\d+)", words_of(page))
    assert forum == ("Medlemskap", "5")
    assert "Leses ikke" not in words_of(page)


@pytest.mark.parametrize(
    "line",
    [
        "Label,Type,Protected\nHuset,crisis_centre,{}\n",
        "Label,Type,Skjermet\nHuset,crisis_centre,{}\n",
    ],
)
@pytest.mark.parametrize("word", ["true", "ja", "x", "1", "Yes"])
def test_what_a_file_says_is_protected_is_never_brought_in_as_open(unit, line, word):
    data = line.format(word).encode()

    preview = send(unit, data, "x.csv")
    confirm(unit, preview, "x.csv")

    assert "Ny: Instans «Huset», skjermet" in words_of(preview)
    [house] = [row for row in stored("organisations") if row["name"] == "Huset"]
    assert house["protected"] is True


def test_protection_that_is_not_understood_or_cannot_be_given_is_refused(unit):
    before = everything()
    for data, said in (
        (b"Label,Type,Protected\nHuset,crisis_centre,kanskje\n", "true, false eller"),
        (b"Label,Type,Protected\nForumet,Network,true\n", "kan ikke skjermes"),
    ):
        page = send(unit, data, "x.csv")
        assert page.status_code == 422
        assert said in words_of(page)
    assert everything() == before


def test_as_what_one_becomes_a_member_is_said_and_what_one_is_already(unit):
    bring("organisations", "key,name,kind,serves\nny,Nytt senter,crisis_centre,5001\n")
    page = send(unit, b"From,To,Role\ntk,forum,deputy\nny,forum,observer\n", "x.csv")

    said = "Ny: Medlemskapet «tk → forum», stedfortreder (er fra før: leder)"
    assert said in words_of(page)
    assert re.search("«ny → forum», observatør(?! \\()", words_of(page))


def test_a_changed_graph_is_previewed_then_brought_in_once(unit):
    graph = graph_files.whole()
    graph.add_node("nytt", kind="organisation", name="Nytt senter", serves=["5001"])
    graph.nodes["nytt"]["organisation_kind"] = "crisis_centre"
    graph.nodes["nytt"]["record_key"] = "nytt"
    graph.nodes["tk"]["name"] = "Trondheim kommune, ny"
    graph.add_edge("nytt", "network:forum", "m", kind="member", role="observer")
    data, _lost = graph_files.write(graph, "graphml")
    before = stored("organisations")

    preview = send(unit, data, "n.graphml")
    assert stored("organisations") == before
    assert "Instanser 1 1 " in words_of(preview)
    assert "Medlemskap 1 0 3" in words_of(preview)
    done = confirm(unit, preview, "n.graphml")
    again = send(unit, data, "n.graphml")

    assert "Lagt inn" in words_of(done)
    names = {row["key"]: row["name"] for row in stored("organisations")}
    assert names["nytt"] == "Nytt senter"
    assert names["tk"] == "Trondheim kommune, ny"
    assert ("forum", "nytt", "observer") in {
        (row["network"], row["holder"], row["role"]) for row in stored("memberships")
    }
    assert "Alt i filen er der fra før." in words_of(again)


def test_a_bug_of_ours_is_not_said_to_be_a_fault_of_the_file(unit, monkeypatch):
    preview = send(unit, b"Label,Type\nNytt senter,crisis_centre\n", "x.csv")

    def broken(*_given, **_named):
        raise ValueError("a bug")

    monkeypatch.setattr(graph_imports, "bring", broken)
    with pytest.raises(ValueError, match="a bug"):
        confirm(unit, preview, "x.csv")


def test_what_is_left_out_and_not_read_is_told_of_a_few(unit):
    kinds = [{"id": f"n{n}", "kind": f"slag {n}"} for n in range(3000)]
    many = {"id": "a", "type": "network"} | {f"attribute {n}": "x" for n in range(3000)}

    page = send(unit, json.dumps({"nodes": [*kinds, many]}).encode(), "x.json")

    assert "slag 19 (1)" in words_of(page)
    assert "slag 20 (1)" not in words_of(page)
    assert words_of(page).count("og 2980 til") == 2
    assert len(page.data) < 50_000


def test_a_place_whose_first_zero_a_spreadsheet_left_out_is_known(unit):
    book, file = Workbook(), io.BytesIO()
    for row in (["Label", "Type", "Serves"], ["Nytt senter", "crisis_centre", 301]):
        book.active.append(row)
    book.save(file)

    confirm(unit, send(unit, file.getvalue(), "x.xlsx"), "x.xlsx")

    [new] = [row for row in stored("organisations") if row["name"] == "Nytt senter"]
    assert new["serves"] == ("0301",)


def test_a_second_click_says_that_all_is_there_and_nothing_else(unit):
    preview = send(unit, b"Label,Type\nNytt senter,crisis_centre\n", "x.csv")

    first, second = confirm(unit, preview, "x.csv"), confirm(unit, preview, "x.csv")

    assert "Lagt inn" in words_of(first)
    assert second.status_code == 200
    assert "Alt i filen er der fra før." in words_of(second)
    assert "Nettverket er endret" not in words_of(second)


def differing(page):
    """Return label, before and now of each field that a preview shows."""
    fields = r"<dt>(.*?)</dt>\s*<dd>(?:<del>(.*?)</del> )?<ins>(.*?)</ins></dd>"
    return [
        tuple(re.sub("<span.*?</span>", "", unescape(text)) for text in found)
        for found in re.findall(fields, page.text)
    ]


CHANGED = (
    "Label,Type,Key,Serves,Web,Valid_to\n"
    "Barnevernet <b>nytt</b>,child_welfare,bv-trondheim,5001|0301,,2030-01-01\n"
)
CHANGES = [
    ("Navn", "Barnevernet i Trondheim", "Barnevernet <b>nytt</b>"),
    ("Dekker", "Trondheim", "Oslo, Trondheim"),
    ("Gjelder til", "31. desember 2030", "1. januar 2030"),
]


def test_a_preview_shows_each_field_before_and_after(unit):
    preview = send(unit, CHANGED.encode(), "x.csv")
    done = confirm(unit, preview, "x.csv")
    again = send(unit, CHANGED.encode(), "x.csv")

    assert "Endret: Instans «Barnevernet &lt;b&gt;nytt&lt;/b&gt;»" in preview.text
    assert differing(preview) == differing(done) == CHANGES
    assert differing(again) == []


def test_a_preview_shows_a_changed_place_above_by_its_name_also_when_it_is_new(unit):
    graph = nx.MultiDiGraph()
    ours = {"kind": "organisation", "organisation_kind": "municipality"}
    graph.add_node("ny", name="Ny kommune", **ours)
    graph.add_node("tk", name="Trondheim kommune", **ours)
    graph.add_edge("tk", "ny", kind="below")

    preview = send(unit, graph_files.write(graph, "json")[0], "x.json")

    assert differing(preview) == [("Del av", "", "Ny kommune")]


def test_the_command_line_shows_each_field_but_nothing_protected(
    unit, runner, tmp_path
):
    path = tmp_path / "x.csv"
    path.write_text(CHANGED + "Nytt navn,crisis_centre,hemmelig,0301,,\n")

    dry = runner.invoke(args=["import-graph", str(path), "--dry-run"])

    assert "Endret: Instans «Barnevernet <b>nytt</b>»\n  Navn: Barnev" in dry.stdout
    assert "  Gjelder til: 31. desember 2030 → 1. januar 2030\n" in dry.stdout
    assert "Endret: Instans «Nytt navn»\n" in dry.stdout
    assert "Hemmelig" not in dry.output
    shown = differing(send(unit, path.read_bytes(), "x.csv"))
    assert ("Navn", "Hemmelig hus", "Nytt navn") in shown


def test_what_has_changed_since_the_preview_is_shown_again_and_not_brought_in(unit):
    preview = send(unit, CHANGED.encode(), "x.csv")
    bring("organisations", "key,name,kind\nbv-trondheim,Annet navn,child_welfare\n")
    before = everything()

    other = confirm(unit, preview, "x.csv")

    assert other.status_code == 409
    assert "Nettverket er endret siden du så dette" in words_of(other)
    assert ("Navn", "Annet navn", "Barnevernet <b>nytt</b>") in differing(other)
    assert everything() == before
    assert "Lagt inn" in words_of(confirm(unit, other, "x.csv"))


def test_a_name_that_one_of_another_kind_has_is_not_taken_as_that_one(unit):
    before = everything()

    page = send(unit, b"Label,Type\nTrondheim kommune,police_district\n", "x.csv")

    assert page.status_code == 422
    assert "oppgi nøkkelen tk (Key) om det er den" in words_of(page)
    assert everything() == before


def test_what_an_element_does_not_say_is_left_as_it_is(unit):
    [before] = [row for row in stored("organisations") if row["key"] == "bv-trondheim"]
    data = b"Label,Type\nBarnevernet i Trondheim,child_welfare\n"

    page = send(unit, data, "elements.csv")

    assert "Alt i filen er der fra før." in words_of(page)
    [after] = [row for row in stored("organisations") if row["key"] == "bv-trondheim"]
    assert after == before


def a_workbook():
    book = Workbook()
    elements, ties = book.active, book.create_sheet("Connections")
    elements.title = "Elements"
    elements.append(["Label", "Type", "Description", "Tags"])
    elements.append(["Krisesenteret på Røst", "Krisesenter", "", "nord"])
    elements.append(["Nordforum", "Nettverk", "Samler nord", ""])
    elements.append(["Barnevernet i Trondheim", "child_welfare", "", ""])
    ties.append(["From", "To", "Direction", "Type"])
    ties.append(["Krisesenteret på Røst", "Nordforum", "directed", "chair"])
    ties.append(["Barnevernet i Trondheim", "Nordforum", "mutual", "knows"])
    ties.append(["Trondheim kommune", "Nordforum", "directed", ""])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_sheet_of_elements_becomes_organisations_networks_and_members(unit):
    preview = send(unit, a_workbook(), "kart.xlsx")
    assert "Instanser 1 0 1" in words_of(preview)
    assert "Ny: Instans «Krisesenteret på Røst»" in words_of(preview)
    assert "tags (1), direction (3), knows (1)" in words_of(preview)
    confirm(unit, preview, "kart.xlsx")

    organisations = {row["key"]: row for row in stored("organisations")}
    networks = {row["key"]: row for row in stored("networks")}
    members = {
        (row["holder"], row["role"])
        for row in stored("memberships")
        if row["network"] == "nordforum"
    }
    assert organisations["krisesenteret-pa-rost"]["kind"] == "crisis_centre"
    assert networks["nordforum"]["mandate"] == "Samler nord"
    assert members == {
        ("krisesenteret-pa-rost", "chair"),
        ("bv-trondheim", "member"),
        ("tk", "member"),
    }


BAD = [
    (
        "x.csv",
        b"Label,Type\nNoe nytt,Ukjent slag\n",
        "Instans «Noe nytt» (rad 2), Type: finnes ikke: Ukjent slag",
    ),
    ("x.csv", b"From,To\nFinnes ikke,Regionalt forum\n", "Finnes ikke"),
    ("x.csv", b"Label,Type\nA,crisis_centre\nA,crisis_centre\n", "A"),
    ("x.csv", b"Label,Type\n,crisis_centre\n", "linje 2"),
    ("x.csv", b"Navn,Slag\nA,b\n", "Label"),
    ("x.csv", b"", "tom"),
    ("x.csv", b"Label,Type\n" + b"L" * 20_000 + b",crisis_centre\n", "for lang"),
    ("x.graphml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><graphml/>", "DTD"),
    ("x.graphml", b"<graphml>", "kan ikke leses"),
    ("x.graphml", b"<a>" * 60 + b"</a>" * 60, "x.graphml: Filen har mer enn 40 nivåer"),
    ("ark.csv", b"Label,Type\n" + b"a,b\n" * 50_001, "ark.csv: filen har flere enn 50"),
    (
        "ark.csv",
        b"Label" + b",c" * 1000,
        "ark.csv: filen har flere enn 1 000 kolonner.",
    ),
    ("ark.csv", b"Label\n" + b"x" * 200_000, "ark.csv: rad 2: er lengre enn 100 000"),
    ("ark.csv", "Label".encode("utf-16"), "ark.csv: rad 1: er ikke UTF-8"),
    ("ark.csv", b"Label\tType\n", "ark.csv: rad 1: skilletegnet må være komma"),
    ("ark.csv", b'Label,Type\n"a"b,c\n', "ark.csv: rad 2: kan ikke leses: et anfør"),
    ("x.gexf", b"\x00\xff", "kan ikke leses"),
    ("x.json", b'{"nodes":[{"id":"a"}],"edges":[{"source":"a","target":"b"}]}', "b"),
    ("x.json", b"[[[[", "kan ikke leses"),
    ("x.zip", b"PK\x03\x04", "kan ikke leses"),
    ("x.xlsx", b"no workbook", "kan ikke leses"),
    (
        "x.json",
        b'{"nodes":[{"id":"a","type":"network","\\ud800":"x"}]}',
        "verdien i ? kan ikke leses",
    ),
    (
        "x.json",
        b'{"nodes":[{"id":"a"}],"edges":[{"source":"a","target":"\\ud800"}]}',
        "peker på «?»",
    ),
    ("x.json", b'{"nodes":[{"id":"\\ud800"},{"id":"\\ud800"}]}', "«?» står to ganger"),
    (
        "x.json",
        b'{"nodes":[{"id":"a"}],"edges":[{"source":"a","target":"a","key":"\\ud800"},'
        b'{"source":"a","target":"a","key":"\\ud800"}]}',
        "«?» står to ganger",
    ),
    ("x.json", b'{"nodes":[{"id":"a","weight":NaN}]}', "kan ikke leses"),
    (
        "x.json",
        b'{"nodes":[{"id":"a"}],"edges":[{"source":"a","target":"a"},'
        b'{"source":"a","target":"a","key":0}]}',
        "Filen har 2 koblinger, men bare 1 kan leses.",
    ),
    (
        "x.graphml",
        b"<graphml>\n<node id='a'/></graphml>",
        "Elementet node står der det ikke kan leses (linje 2).",
    ),
    ("x.json", b'{"nodes":[' + b'{"id":"%s"},' % (b"n" * 900) * 2 + b"{}]}", "nn…» st"),
    (
        "ark.csv",
        b"Label,Type\na,b,c\n",
        "ark.csv: rad 2: har 3 celler, overskriften har 2; sjekk skilletegnet.",
    ),
    ("x.json", b'{"nodes":[{}]}', "Element nummer 1 mangler navn"),
    (
        "x.json",
        b'{"nodes":[{"id":"a","type":"network","valid_from":"3. mai"}]}',
        "Nettverket «a», valid_from",
    ),
    ("x.exe", b"MZ", ".graphml"),
    ("x", b"", ".graphml"),
]


@pytest.mark.parametrize(("name", "data", "said"), BAD)
def test_a_file_that_cannot_be_used_is_refused_and_said(unit, name, data, said):
    before = everything()

    page = send(unit, data, name)

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert said in words_of(page)
    assert "kept" not in page.text
    assert everything() == before


def test_one_bad_element_among_good_ones_brings_none(unit):
    before = stored("organisations")
    data = b"Label,Type\nGodt senter,crisis_centre\nRart,ukjent\n"

    page = send(unit, data, "x.csv")

    assert page.status_code == 422
    assert "Rart" in words_of(page)
    assert stored("organisations") == before


def test_markup_in_a_label_is_text(unit):
    data = b"Label,Type\n<script>alert(1)</script>,crisis_centre\n"

    preview = send(unit, data, "x.csv")
    confirm(unit, preview, "x.csv")

    assert "<script>alert" not in preview.text
    page = unit.get("/organisations?q=script").text
    assert "&lt;script&gt;alert(1)" in page


def test_a_confirmation_that_was_meddled_with_is_refused(unit):
    token = HELD["csrf_token"].search(unit.get(FILES).text).group(1)
    for kept in ("", "%%%", "AAAA", "x" * 100_000):
        given = {"csrf_token": token, "kept": kept, "name": "x.csv"}
        answer = unit.post(f"{FILES}/import", data=given)
        assert answer.status_code == 422


def test_what_a_form_cannot_hold_is_told_before_the_file_is_taken(unit):
    bring("networks", "key,name\nrart,Rart\uffff navn\n")
    db.session.rollback()

    told = unit.get(f"{FILES}/graphml")
    taken = unit.get(f"{FILES}/graphml?anyway=1")

    assert "«network:rart», name" in words_of(told)
    assert "Content-Disposition" not in told.headers
    assert graph_files.read(taken.data, "graphml").nodes["network:rart"]
    assert "attachment" in unit.get(f"{FILES}/json").headers["Content-Disposition"]


def test_a_file_too_large_to_be_kept_for_the_button_is_refused_at_once(unit):
    noise = b"".join(
        b"L%d,crisis_centre,%s\n" % (n, b64encode(Random(n).randbytes(1500)))
        for n in range(230)
    )

    page = send(unit, b"Label,Type,Noise\n" + noise, "x.csv")

    assert page.status_code == 422
    assert (
        "x.csv: Filen er for stor for denne siden: høyst 1 MB, og 330 kB pakket."
        in (words_of(page))
    )


def test_a_file_that_may_not_be_sent_at_all_is_refused_on_the_page_itself(unit):
    # By hand: the test client keeps a file of this size open.
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"'
    body += b"\r\n\r\n" + b" " * 2**20 + b"\r\n--b--\r\n"
    page = unit.post(FILES, data=body, content_type="multipart/form-data; boundary=b")

    assert page.status_code == 413
    assert "Filen er for stor for denne siden: høyst 1 MB" in words_of(page)
    assert 'type="file"' in page.text


def reading(monkeypatch, meanwhile):
    """Let something happen while a file is read."""
    read = graph_imports.read

    def read_slowly(*given):
        meanwhile()
        return read(*given)

    monkeypatch.setattr(graph_imports, "read", read_slowly)


def test_no_write_is_held_while_a_file_is_read(unit, monkeypatch):
    held = []

    with monkeypatch.context() as patched:
        reading(patched, lambda: held.append(db.session().in_transaction()))
        preview = send(unit, a_workbook(), "kart.xlsx")
        confirm(unit, preview, "kart.xlsx")

    assert held == [False, False]
    assert "nordforum" in {row["key"] for row in stored("networks")}


def test_one_who_is_let_out_while_her_file_is_read_brings_nothing(unit, monkeypatch):
    preview = send(unit, a_workbook(), "kart.xlsx")
    (kari,) = accounts.users(UNIT)
    db.session.rollback()
    reading(monkeypatch, lambda: accounts.set_disabled(kari.key, disabled=True))
    before = everything()

    assert confirm(unit, preview, "kart.xlsx").status_code == 401
    assert everything() == before


def test_without_a_file_the_page_asks_for_one(unit):
    token = HELD["csrf_token"].search(unit.get(FILES).text).group(1)

    answer = unit.post(FILES, data={"csrf_token": token})

    assert answer.status_code == 422
    assert "Velg en fil." in words_of(answer)


def test_agencies_take_files_away_and_bring_none_in_and_others_neither(unit, app):
    a_user("etat@example.no", "agency", "bv-trondheim")
    a_user("leser@example.no", "reader")
    agency, reader, public = (app.test_client() for _ in range(3))
    sign_in(agency, "etat@example.no")
    sign_in(reader, "leser@example.no")

    assert agency.get(f"{FILES}/json").status_code == 200
    assert 'type="file"' not in agency.get(FILES).text
    assert "utelatt" not in words_of(agency.get(FILES))
    assert reader.get(f"{FILES}/json").status_code == 403
    assert public.get(f"{FILES}/json").status_code == 401
    assert agency.get(f"{FILES}/doc").status_code in (404, 422)
    own = graph_files.read(agency.get(f"{FILES}/json").data, "json")
    seen = {row["key"] for row in records.every(KINDS["organisations"], READER)}
    assert {
        key for key, held in own.nodes(data=True) if held["kind"] == "organisation"
    } == seen


def test_the_command_line_takes_out_and_brings_in(app, unit, tmp_path):
    runner = app.test_cli_runner()
    path = tmp_path / "n.graphml"

    out = runner.invoke(args=["export-graph", "graphml", str(path)])
    to_output = runner.invoke(args=["export-graph", "json"])
    dry = runner.invoke(args=["import-graph", str(path), "--dry-run"])
    path.write_text("<graphml>")
    bad = runner.invoke(args=["import-graph", str(path)])

    assert out.exit_code == 0
    assert "1 skjermet rad er utelatt." in out.stderr
    assert graph_files.read(to_output.stdout_bytes, "json")
    assert dry.exit_code == 0
    assert "Instanser: 0 nye, 0 endret" in dry.stdout
    assert bad.exit_code == 1
    assert bad.stderr.startswith("n.graphml: Innholdet kan ikke leses")


def test_a_name_that_would_make_anothers_key_is_refused_and_changes_nobody(unit):
    before = stored("organisations")

    page = send(unit, b"Label,Type\nTK,crisis_centre\n", "x.csv")

    assert page.status_code == 422
    assert "ville bli tk, som er nøkkelen til en annen" in words_of(page)
    assert stored("organisations") == before


def test_nothing_is_half_written_where_it_is_stopped_midway(
    unit, tmp_path, monkeypatch
):
    class Stopped(BaseException):
        pass

    take = graph_imports._take

    def stop(kind, *more):
        if kind == "memberships":
            raise Stopped
        take(kind, *more)

    monkeypatch.setattr(graph_imports, "_take", stop)
    path = tmp_path / "kart.xlsx"
    path.write_bytes(a_workbook())
    before = stored("organisations")
    db.session.rollback()

    graph = graph_imports.read(path, "kart.xlsx")
    with pytest.raises(Stopped):
        graph_imports.bring(graph, viewer=UNIT)

    assert stored("organisations") == before


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.csv", b"From,To,Type,Key\nTrondheim kommune,Regionalt forum,member,1\n"),
        ("x.csv", b"Label,Type,node_for_adding\nNytt,crisis_centre,1\n"),
    ],
)
def test_columns_of_any_name_are_taken_as_what_they_are(unit, name, data):
    assert send(unit, data, name).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        r'{"nodes":[{"id":"\ud800"}],"edges":[]}',
        r'{"nodes":[{"id":"a","name":"\udc00","kind":"organisation"}],"edges":[]}',
    ],
)
def test_half_letters_are_refused_and_named(unit, text):
    page = send(unit, text.encode(), "x.json")

    assert page.status_code == 422
    assert "kan ikke leses" in words_of(page)


def test_a_bottomless_text_that_nobody_reads_is_passed_over(unit):
    text = '{"nodes":[{"id":"a","type":"network","names":"' + "[" * 100_000 + '"}]}'

    assert "Leses ikke: names (1)" in words_of(send(unit, text.encode(), "x.json"))


def test_what_a_file_holds_does_nothing_to_the_terminal(runner, tmp_path):
    esc = "\x1b[2J\x1b]0;owned\x07"
    told = {
        "nodes": [
            {"id": f"a{esc}", "type": f"slag{esc}"},
            {"id": "b", "type": "network", "name": "Forumet", f"navn{esc}": "x"},
        ]
    }
    path = tmp_path / "x.json"
    path.write_text(json.dumps(told))

    result = runner.invoke(args=["import-graph", str(path), "--dry-run"])

    assert result.exit_code == 0
    assert "slag?[2J?]0;owned?" in result.output
    assert "navn?[2j" in result.output
    assert not {"\x1b", "\x07"} & set(result.output)


def test_thousands_are_told_on_the_terminal_as_numbers(runner, tmp_path):
    nodes = [{"id": f"n{n}", "type": "slag"} for n in range(1500)]
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"nodes": nodes}))

    result = runner.invoke(args=["import-graph", str(path), "--dry-run"])

    assert "slag (1\xa0500): " in result.output
    assert "?" not in result.output

"""The network seen: table, data and drawing of one view; who sees what; bad input."""

import json
import re
import shutil
from html import unescape
from uuid import uuid4

import pytest
from defusedxml import ElementTree

from coordinator import access, picture_grounds, picture_layouts, pictures, state
from coordinator.access import UNIT, select_to_write
from coordinator.pictures import Wanted
from graphs import pictures as graph_pictures
from graphs.lettering import width
from models import Network, begin_write, db
from tests.conftest import _close, _on_server, an_app
from tests.exchanging import bring, bring_all
from tests.functional.test_accounts import a_user, sign_in
from tests.functional.test_network_pages import words_of
from tests.networks import WITHOUT_MEETINGS
from views.network import picture_words

MORE = {
    "organisations": "key,name,kind,parent,serves,protected\n"
    "annen,En annen tjeneste,crisis_centre,,5001,\n"
    "oslo-bv,Barnevernet i Frogner,child_welfare,,030105,\n"
    "skjult,Skjulestedet,shelter_ngo,,5001,true\n",
    "posts": "key,organisation,title\nskjult-vakt,skjult,Vakt på skjulestedet\n",
    "persons": "key,name\nalene,Astrid Uten\nvakt,Vigdis Vakt\n",
    "holdings": "person,post\nvakt,skjult-vakt\n",
    "networks": "key,name\nlukket,Enhetens egen krets\n",
    "memberships": "network,holder,role\nforum,annen,member\nforum,skjult,member\n"
    "lukket,annen,member\n",
}
HIDDEN = ("skjult", "Skjulestedet", "Vigdis", "skjult-vakt")
ADDRESSES = [
    "/network/map",
    "/network/map?place=5001",
    "/network/map?step=report_child&track=minor",
    "/network/map?kind=organisation-network&measure=degree",
    "/network/map?network=forum&measure=pagerank",
    "/network/map?around=tk&depth=2&selected=tk",
]
WRONG = [
    ("place=ingensteds", 404),
    ("step=ingenting", 404),
    ("track=ingen", 404),
    ("network=ingen", 404),
    ("around=ingen", 404),
    ("circle=ingen", 404),
    ("kind=ukjent", 422),
    ("measure=vekt", 422),
    ("depth=4", 422),
    ("depth=mange", 422),
    ("sort=farge", 422),
    ("look=0.5", 422),
    ("look=0.5,0.5,nan", 422),
    ("look=0.5,0.5,-1.0", 422),
    ("look=٠.٥,0.5,1.0", 422),
    ("page=x", 422),
    ("around=" + "x" * 20_000, 422),
    ("step=a%00b", 422),
    ("kind=organisation&kind=step", 422),
]


def the_network():
    bring_all(WITHOUT_MEETINGS)
    for kind, content in MORE.items():
        assert not bring(kind, content).errors
    db.session.rollback()
    begin_write()
    closed = select_to_write(Network).where(Network.key == "lukket")
    db.session.scalars(closed).one().audience = "unit"
    db.session.commit()


@pytest.fixture
def beforehand():
    return the_network


@pytest.fixture
def agency(app):
    a_user("etat@example.no", "agency", "annen")
    client = app.test_client()
    sign_in(client, "etat@example.no")
    return client


def data_of(client, address):
    return json.loads(client.get(address.replace("/map", "/map.json")).text)


def rows_of(client, address):
    """Return key, name and number of ties of each row of the table, all pages of it."""
    found, page = [], 1
    while True:
        mark = "&" if "?" in address else "?"
        text = client.get(f"{address}{mark}page={page}").text
        rows = re.findall(r'<tr data-node="([^"]*)".*?</tr>', text, re.DOTALL)
        names = re.findall(r'</a> <a href="[^"]*">([^<]*)</a></span></th>', text)
        ties = re.findall(r'<td class="figure at-degree">([^<]*)</td>', text)
        found += zip(rows, map(unescape, names), map(int, ties), strict=True)
        if 'rel="next"' not in text:
            return found
        page += 1


# One view


@pytest.mark.parametrize("address", ADDRESSES)
def test_table_data_drawing_and_file_say_the_same(unit, address):
    data = data_of(unit, address)
    file = unit.get(address.replace("/map", "/map.csv")).text.splitlines()[1:]
    drawing = ElementTree.fromstring(unit.get(address.replace("/map", "/map.svg")).data)
    page = unit.get(address).text

    svg = "{http://www.w3.org/2000/svg}"
    rows = rows_of(unit, address)
    meant = {(one["id"], one["name"], one["degree"]) for one in data["nodes"]}
    assert len(data["nodes"]) > 1
    assert set(rows) == meant
    assert len(rows) == len(meant) == len(file)
    links = {one.get("href") for one in drawing.iter(f"{svg}a")}
    paths = {f"/network/nodes/{one['id']}" for one in data["nodes"]}
    # A file that is taken along leads back to where it is from.
    assert links == {f"http://localhost{path}" for path in paths}
    assert set(re.findall(r'<a href="([^"]*)" tabindex="-1">', page)) >= paths
    # Each tie is a line in the drawing, and two in the numbers of the table.
    lines = "".join(one.get("d") for one in drawing.iter(f"{svg}path"))
    at = data["nodes"]
    for source, target, *_kinds in data["ties"]:
        one, other = at[source], at[target]
        assert f"M{one['x']:g} {one['y']:g}L{other['x']:g} {other['y']:g}" in lines
    assert sum(number for *_one, number in rows) == 2 * len(data["ties"])
    said = re.search(r'role="status">(\d+) treff med (\d+) kobling', page)
    assert tuple(map(int, said.groups())) == (len(rows), len(data["ties"]))


def test_filters_narrow_to_who_acts_there_and_what_belongs_to_them(unit):
    here = {key for key, *_ in rows_of(unit, "/network/map?place=5001")}
    step = {key for key, *_ in rows_of(unit, "/network/map?step=report_child")}
    forum = {key for key, *_ in rows_of(unit, "/network/map?network=forum")}
    kinds = {one["kind"] for one in data_of(unit, "/network/map?kind=step")["nodes"]}
    for by_name in ("Trøndelag", "trøndelag", "50"):
        county = {key for key, *_ in rows_of(unit, f"/network/map?place={by_name}")}
        assert here <= county

    assert {"bv-trondheim", "annen", "bv-leder", "kari", "network:forum"} <= here
    assert "oslo-bv" not in here
    assert {"bv-trondheim", "bv-leder", "kari", "step:report_child"} <= step
    assert [one for one in step if one.startswith("step:")] == ["step:report_child"]
    assert {"tk", "annen", "bv-trondheim", "network:forum"} <= forum
    assert "oslo-bv" not in forum
    assert kinds == {"step"}


def test_ties_say_who_answers_advises_holds_and_meets(unit):
    data = data_of(unit, "/network/map")
    ids = [one["id"] for one in data["nodes"]]
    ties = {
        frozenset((ids[source], ids[target])): [data["kinds"][kind] for kind in kinds]
        for source, target, *kinds in data["ties"]
    }

    def between(one, other):
        return ties.get(frozenset((one, other)))

    assert "answers" in between("bv-trondheim", "step:report_child")
    assert between("kari", "bv-leder") == ["holds"]
    assert between("bv-leder", "bv-trondheim") == ["at"]
    assert between("tk", "network:forum") == ["member"]
    assert between("step:report_child", "step:talk_child") == ["hands_over"]
    assert between("kari", "tk") is None


def test_posts_that_are_left_out_are_spoken_for_by_their_organisation(unit):
    data = data_of(unit, "/network/map?kind=organisation-network")
    ids = [one["id"] for one in data["nodes"]]
    pairs = {
        frozenset((ids[source], ids[target])) for source, target, *_ in data["ties"]
    }

    assert frozenset(("bv-trondheim", "network:forum")) in pairs
    assert "bv-leder" not in ids


def test_the_page_of_a_node_leads_on_to_all_that_it_is_tied_to(unit):
    page = unit.get("/network/nodes/bv-trondheim").text
    data = data_of(unit, "/network/map?around=bv-trondheim")

    near = {one["id"] for one in data["nodes"]} - {"bv-trondheim"}
    links = set(re.findall(r'<a href="/network/nodes/([^"]*)">', page))
    assert "<h1>Knyttet til: Barnevernet i Trondheim</h1>" in page
    assert links == near
    assert 'href="/organisations/bv-trondheim"' in page
    assert 'href="/network/what-if?without=bv-trondheim"' in page
    assert 'href="/network/map?around=bv-trondheim"' in page
    for link in links:
        assert unit.get(f"/network/nodes/{link}").status_code == 200


def test_the_page_of_a_node_waits_for_no_measures_of_a_large_network(unit, monkeypatch):
    monkeypatch.setattr(state, "LIVE_UP_TO", 0)
    measured = []
    measure = graph_pictures.measured

    def told(graph, name):
        measured.append(name)
        return measure(graph, name)

    monkeypatch.setattr(graph_pictures, "measured", told)
    # The first gathers what can be drawn; that is not yet measured for the second.
    for node in ("bv-trondheim", "tk"):
        before = words_of(unit.get(f"/network/nodes/{node}"))
        assert "Målene kommer når nettverket er analysert" in before
        assert "Naboene i bilde" in before
    assert set(measured) == {"degree"}
    assert unit.get("/network/map").status_code == 200

    after = words_of(unit.get("/network/nodes/bv-leder"))

    assert "Målene kommer" not in after
    assert "I hele nettverket" in after


def test_choosing_one_tells_of_it_and_the_others_stay(unit):
    plain = unit.get("/network/map").text
    chosen = unit.get("/network/map?selected=tk").text
    alone = unit.get("/network/map/selected?selected=tk").text

    assert "Instans, valgt" in chosen
    assert "Instans, valgt" in alone
    assert "<main" not in alone
    assert 'class="ring"' in chosen.split("picture-near")[0]
    assert "far" in chosen
    whole = chosen.split("picture-near")[0]
    assert len(re.findall(r'class="node ', whole)) == len(
        re.findall(r'class="node ', plain.split("picture-near")[0])
    )
    # One who is not there is not chosen, and nothing tells why.
    gone = unit.get("/network/map?selected=finnes-ikke").text
    hidden = unit.get("/network/map?selected=skjult").text
    assert gone.replace("finnes-ikke", "") == hidden.replace("skjult", "")


@pytest.mark.parametrize(
    "address",
    [
        "/steps/report_child",
        "/organisations/bv-trondheim",
        "/networks/forum",
        "/places/5001",
        "/records/posts/bv-leder",
        "/records/persons/kari",
    ],
)
def test_the_page_of_a_thing_has_the_picture_around_it_for_those_who_may(
    unit, agency, app, address
):
    a_user("leser@example.no", "reader")
    reader = app.test_client()
    sign_in(reader, "leser@example.no")

    assert 'class="drawing"' in unit.get(address).text
    assert "/network/map?" in agency.get(address).text
    assert 'class="drawing"' not in reader.get(address).text
    assert 'class="drawing"' not in app.test_client().get(address).text


# Who


def test_the_picture_is_for_the_unit_and_agencies(app, client):
    a_user("leser@example.no", "reader")
    reader = app.test_client()
    sign_in(reader, "leser@example.no")

    for address in (
        "map",
        "map.json",
        "map.svg",
        "map.csv",
        "map/selected",
        "nodes/tk",
    ):
        assert client.get(f"/network/{address}").status_code == 401
        assert reader.get(f"/network/{address}").status_code == 403


def test_a_picture_holds_nothing_that_its_viewer_may_not_see(unit, agency):
    for address in (*ADDRESSES, "/network/nodes/annen", "/network/nodes/network:forum"):
        for path in {address, address.replace("/map", "/map.json")}:
            text = agency.get(path).text
            assert "Enhetens egen krets" not in text
            assert not [word for word in HIDDEN if word in text]
    assert agency.get("/network/nodes/network:lukket").status_code == 404
    assert agency.get("/network/map?network=lukket").status_code == 404
    assert "Enhetens egen krets" in unit.get("/network/nodes/annen").text


def test_protected_organisations_are_in_nobodys_picture(unit):
    for address in (*ADDRESSES, "/network/nodes/network:forum"):
        for ending in ("", ".json", ".svg", ".csv"):
            text = unit.get(address.replace("/map", f"/map{ending}")).text
            assert not [word for word in HIDDEN if word in text]
    unknown = unit.get("/network/nodes/finnes-ikke")
    for hidden in ("skjult", "skjult-vakt", "vakt"):
        answer = unit.get(f"/network/nodes/{hidden}")
        assert answer.status_code == unknown.status_code == 404
        assert answer.text.replace(hidden, "?") == unknown.text.replace(
            "finnes-ikke", "?"
        )
        assert unit.get(f"/network/map?around={hidden}").status_code == 404


WANTED = [
    Wanted(),
    Wanted(place="5001"),
    Wanted(step="report_child", track="minor"),
    Wanted(kind="organisation-step"),
    Wanted(kind="organisation", network="forum"),
    Wanted(around="tk", depth=2),
]


@pytest.mark.parametrize("wanted", WANTED)
def test_what_is_told_of_one_is_what_ties_it_in_the_picture(unit, wanted):
    view = pictures.view(wanted, UNIT)
    ground = picture_grounds.ground(UNIT)

    for node in view.nodes:
        lines = pictures.lines_of(node.id, view, ground)
        ends = {end for line in lines for end in line[:2]} - {node.id}
        assert ends == view.near(node.id) - {node.id}
        kinds = {kind for tie in view.neighbours[node.id] for kind in tie.kinds}
        assert {line.kind for line in lines} == kinds


def test_no_person_is_named_at_rest_where_there_are_many(unit):
    keys = [f"p{number}" for number in range(60)]
    bring("persons", "key,name\n" + "".join(f"{one},Ansatt {one}\n" for one in keys))
    bring("holdings", "person,post\n" + "".join(f"{one},bv-leder\n" for one in keys))
    db.session.rollback()

    rest = data_of(unit, "/network/map")["nodes"]
    near = data_of(unit, "/network/map?selected=p7")["nodes"]

    assert not [one for one in rest if one["kind"] == "person" and "label" in one]
    assert [one["id"] for one in near if one["kind"] == "person" and "label" in one]


# Legends


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_legend_tells_what_is_drawn_and_nothing_else(unit, address):
    data = data_of(unit, address)
    page = unit.get(address).text
    file = ElementTree.fromstring(unit.get(address.replace("/map", "/map.svg")).data)

    figure = page[page.index("data-picture=") : page.index("picture-near")]
    told = re.sub(r"<[^>]+>", " ", figure[figure.index("<figcaption") :])
    svg = "{http://www.w3.org/2000/svg}"
    said = [text.text for text in file.iter(f"{svg}text")]
    drawn = {one["kind"] for one in data["nodes"]}
    for kind, word in picture_words.NODES.items():
        assert (f" {word} " in told) == (kind in drawn)
        assert (str(word) in said) == (kind in drawn)
    radii = sorted(one["radius"] for one in data["nodes"])
    keys = re.findall(r'size-key [^>]*><circle [^>]*r="([^"]*)"', figure)
    shown = [float(radius) for radius in keys]
    assert shown == sorted(shown)
    assert {shown[0], shown[-1]} <= {radii[0], radii[-1]}
    assert shown[-1] == radii[-1]
    assert re.search(r"Størrelse og farge etter \w+:", told)
    box = [float(number) for number in file.get("viewBox").split()]
    for mark in file.iter(f"{svg}g"):
        if at := re.fullmatch(r"translate\((.*) (.*)\)", mark.get("transform", "")):
            x, y = map(float, at.groups())
            words = mark.find(f"{svg}text")
            assert x + float(words.get("x")) + width(words.text) <= box[2]
            assert y + 10 <= box[3]


# Bad input


@pytest.mark.parametrize(("asked", "status"), WRONG)
def test_what_is_asked_wrongly_is_said(unit, asked, status):
    for ending in ("", ".json", ".svg", ".csv"):
        assert unit.get(f"/network/map{ending}?{asked}").status_code == status


def test_a_place_that_nobody_knows_is_asked_for_again_and_nothing_else_is_lost(unit):
    page = unit.get("/network/map?place=xyz&kind=step&measure=degree")

    assert page.status_code == 404
    assert "Vi kjenner ikke stedet «xyz»." in page.text
    assert 'name="place"' in page.text
    assert '<input type="hidden" name="kind" value="step">' in page.text
    assert '<input type="hidden" name="measure" value="degree">' in page.text
    assert 'action="/network/map"' in page.text


def test_what_a_name_holds_is_shown_and_never_run(unit):
    evil = "<script>alert(1)</script>\"'&"
    long = "Lang" * 49
    name = evil.replace('"', '""')
    bring("organisations", f'key,name,kind\nond,"{name}",school\nlang,{long},school\n')
    db.session.rollback()

    drawing = unit.get("/network/map.svg?around=ond").text
    texts = [
        unit.get("/network/map?kind=organisation&page=1").text,
        unit.get("/network/nodes/ond").text,
        drawing,
    ]
    assert not [text for text in texts if "<script>alert" in text]
    assert "style=" not in drawing
    assert "&lt;script&gt;" in drawing
    named = {one["id"]: one for one in data_of(unit, "/network/map")["nodes"]}
    assert named["ond"]["name"] == evil
    assert named["lang"]["name"] == long
    assert all(len(line) < 30 for line in named["lang"]["lines"])
    assert long in unit.get("/network/nodes/lang").text


def test_nothing_and_one_alone_are_said_plainly(unit):
    bring("organisations", "key,name,kind\nensom,Den ensomme,school\n")
    db.session.rollback()

    nothing = unit.get("/network/map?place=5099&kind=person")
    alone = unit.get("/network/map?around=ensom")
    page = unit.get("/network/nodes/ensom").text

    assert nothing.status_code == 200
    assert "Ingenting passer med det du valgte." in nothing.text
    assert "picture.js" not in nothing.text
    assert "1 treff med 0 koblinger." in alone.text
    assert "Ikke knyttet til noe ennå." in page


# Large ones, and the same everywhere


def test_what_is_too_much_becomes_circles_to_be_opened(unit):
    size, forums = 5200, 4
    bring(
        "organisations",
        "key,name,kind\n"
        + "".join(f"mange{n},Skole {n},school\n" for n in range(size)),
    )
    bring(
        "networks", "key,name\n" + "".join(f"k{n},Krets {n}\n" for n in range(forums))
    )
    bring(
        "memberships",
        "network,holder,role\n"
        + "".join(f"k{n % forums},mange{n},member\n" for n in range(size)),
    )
    db.session.rollback()

    page = unit.get("/network/map").text
    data = data_of(unit, "/network/map")
    largest = max(data["nodes"], key=lambda one: one["weight"] + len(one["name"]))
    circle = next(one for one in data["nodes"] if one["id"] == "network:k1")
    inside = data_of(unit, unescape(circle["href"]))

    assert "Det er for mange til å vise hver for seg." in page
    assert data["gathered"]
    assert data["total"] > 5000 > len(data["nodes"])
    assert {one["kind"] for one in data["nodes"]} == {"circle"}
    assert circle["name"] == "Kretsen rundt Krets 1"
    assert largest["href"].startswith("/network/map?circle=")
    members = {one["id"] for one in inside["nodes"]}
    assert members == {f"mange{n}" for n in range(1, size, forums)} | {"network:k1"}
    assert not inside["gathered"]
    # A place narrows it too.
    assert not data_of(unit, "/network/map?place=5001")["gathered"]


def test_the_worker_keeps_where_the_whole_network_lies(app):
    first, again = pictures.lay_out(), pictures.lay_out()
    seq, told = state.kept_alone(picture_layouts.LAYOUT)
    db.session.rollback()
    moved = {one: [y, x] for one, (x, y) in told["points"].items()}
    state.keep_alone(picture_layouts.LAYOUT, told | {"points": moved}, seq)
    bring("organisations", 'key,name\ntk,"Trondheim, med nytt navn"\n')
    picture_layouts._laid_out.clear()

    after = pictures.view(Wanted(), UNIT)

    assert (first, again) == (True, False)
    assert {one.id: [one.x, one.y] for one in after.nodes} == moved


def test_the_same_network_lies_the_same_on_both_databases(
    filled_sqlite, postgresql_server, filled_postgresql, tmp_path
):
    name = f"test_{uuid4().hex}"
    path = tmp_path / "coordinator.db"
    shutil.copy(filled_sqlite, path)
    _on_server(
        postgresql_server, f"CREATE DATABASE {name} TEMPLATE {filled_postgresql}"
    )
    found = []
    for url in (f"sqlite:///{path}", postgresql_server.format(database=name)):
        with an_app(tmp_path, url).app_context():
            bring_all(WITHOUT_MEETINGS)
            db.session.rollback()
            picture_layouts._laid_out.clear()
            found.append(pictures.view(Wanted(), UNIT))
            found.append(pictures.view(Wanted(place="50"), access.agency("tk")))
            _close()
    _on_server(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")

    assert found[0].nodes
    assert found[:2] == found[2:]

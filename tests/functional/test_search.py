"""Search: everyday words find the right step, and nobody finds what is not theirs."""

import json
import logging
import re
import xml.etree.ElementTree as ET
from html import unescape

import pytest

from coordinator import search, search_index
from coordinator.access import OPERATOR, PUBLIC, READER, UNIT, agency, select_to_write
from models import Network, SearchEntry, db, one_write
from tests import everyday_phrases
from tests.exchanging import bring, bring_all
from tests.functional.test_accounts import a_user, sign_in
from tests.functional.test_protected import HIDDEN_NETWORK, OPEN_NETWORK
from tests.networks import NETWORK

PHRASES = {
    "everyday": everyday_phrases.EVERYDAY,
    "misspelt": everyday_phrases.MISSPELT,
    "unseen": everyday_phrases.UNSEEN,
}
HOSTILE = (
    "",
    " ",
    "a",
    "å",
    "%",
    "_",
    "*",
    '"',
    "'; DROP TABLE step; --",
    '" OR "" NEAR(',
    "folded:advokat",
    "advokat*",
    "^advokat",
    "-advokat",
    "NOT",
    "a AND b",
    "x" * 10_000,
    "ord " * 2_500,
    "\\",
    "\u202eadvokat",
    "😀",
    "<script>alert(1)</script>",
    "12345678901",
)


def found(text, viewer=PUBLIC, language="nb"):
    return [(hit.kind, hit.key) for hit in search.find(text, viewer, language)]


def index():
    """Return every row of what can be found, but for its number."""
    columns = [one for one in SearchEntry.__table__.c if one.key != "id"]
    rows = db.session.execute(select_to_write(*columns)).all()
    return sorted(map(tuple, rows), key=str)


@pytest.mark.parametrize("name", PHRASES)
def test_everyday_phrases_find_the_right_step_first(app, name):
    wrong = []
    for phrase, language, codes in PHRASES[name]:
        first = found(phrase, language=language)[:1]
        if first not in [[("step", code)] for code in codes]:
            wrong.append((phrase, codes, first))

    assert wrong == []
    assert len(everyday_phrases.EVERYDAY) >= 40


def test_the_language_of_the_page_does_not_decide_what_is_found(app):
    for phrase in ("a place to sleep tonight", "et sted å sove i natt"):
        for language in ("nb", "nn", "en"):
            assert found(phrase, language=language)[0] == ("step", "acute_housing")


def test_a_new_synonym_finds_at_once_and_a_removed_one_no_more(app, client):
    assert ("step", "legal_aid") not in found("skravlekråke")

    bring("synonyms", "subject,language,phrase\nstep:legal_aid,nb,skravlekråke\n")

    assert found("skravlekråka")[0] == ("step", "legal_aid")
    assert "/steps/legal_aid" in client.get("/search?q=skravlekraake").text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vernet trondh", ("organisation", "bv-trondheim")),
        ("barnevrnet trondhiem", ("organisation", "bv-trondheim")),
        ("974760673", ("organisation", "bv-trondheim")),
        ("72 54 00 00", ("organisation", "bv-trondheim")),
        ("+47 72540000", ("organisation", "bv-trondheim")),
        ("leder barnevernet", ("post", "bv-leder")),
        ("karasjohka", ("place", "5610")),
        ("KÁRÁŠJOHKA", ("place", "5610")),
        ("tromso", ("place", "5501")),
        ("Ås", ("place", "3218")),
        ("5001", ("place", "5001")),
        ("Juridisk bistand", ("right", "legal_aid")),
    ],
)
def test_the_directory_and_the_places_are_found_as_people_write_them(
    app, text, expected
):
    bring_all(NETWORK)

    assert expected in found(text)[:4]


def test_a_place_named_beside_a_need_leads_to_the_answer_there(client):
    page = client.get("/search?q=advokat+i+Bodø").text

    assert "/answer?step=legal_aid&amp;place=1804" in page
    assert search.find("advokat bodø", PUBLIC)[0].place == "1804"


def test_persons_networks_and_meetings_are_for_those_who_may_see_them(app):
    bring_all(NETWORK)

    for text, kind, key in (
        ("Kari Nordmann", "person", "kari"),
        ("Regionalt forum", "network", "forum"),
    ):
        assert (kind, key) in found(text, READER)
        assert (kind, key) not in found(text, PUBLIC)
    assert ("person", "kari") in found("22331160", UNIT)
    assert ("person", "kari") not in found("22331160", READER)
    bring(
        "contact-points",
        "owner,channel,value,audience\nbv-leder,phone,73999999,network\n",
    )
    assert ("post", "bv-leder") not in found("73999999", PUBLIC)
    assert ("post", "bv-leder") in found("73999999", READER)


def test_what_is_protected_leaves_no_trace_in_any_search(app):
    bring_all(OPEN_NETWORK)
    texts = (
        "skjult",
        "skjlt",
        "skjult krisesenter",
        "barnevern trondheim",
        "barnevern",
        "73540001",
        "skjult barnevern trondheim",
        "leder",
        "krisesenter",
        "aa-skjult",
        "ly",
    )
    viewers = (PUBLIC, READER, OPERATOR, agency("bv-trondheim"))
    before = {(t, v): search.find(t, v) for t in texts for v in viewers}

    bring_all(HIDDEN_NETWORK)

    for (text, viewer), hits in before.items():
        hidden = [hit for hit in search.find(text, viewer) if hit not in hits]
        assert all(hit.kind == "person" for hit in hidden), (text, viewer)
        if viewer == PUBLIC:
            assert hidden == []
    assert ("organisation", "aa-skjult") in found("skjult krisesenter", UNIT)
    assert ("organisation", "aa-skjult") in found("skjult", agency("aa-skjult"))


def test_an_organisation_that_becomes_protected_is_found_no_more(app):
    bring_all(NETWORK)
    header = "key,name,kind,protected"
    own, name = ("organisation", "bv-trondheim"), "Barnevernet i Trondheim"
    assert own in found(name)

    bring("organisations", f"{header}\nbv-trondheim,{name},child_welfare,true\n")

    assert own not in found(name)
    assert ("post", "bv-leder") not in found(name)
    assert own in found(name, UNIT)


def test_what_can_be_found_is_what_a_new_index_would_hold(app):
    bring_all(NETWORK)
    bring("organisations", "key,name,kind\ntk,Nidaros kommune,municipality\n")
    bring("posts", "key,organisation,title\nvakt,tk,Vakt\n")
    bring("places", "code,kind,name,other_names\n5001,municipality,Trondheim,Tråante\n")
    bring("synonyms", "subject,language,phrase\nkind:municipality,nb,rådhus\n")
    kept = index()

    db.session.rollback()
    search_index.rebuild(db.session.connection(execution_options={"writes": True}))

    assert index() == kept
    assert ("post", "vakt") in found("vakt nidaros")
    db.session.rollback()


@one_write
def _begin_and_fail():
    db.session.add(Network(key="ny", name="Nybrottsverket", audience="public"))
    db.session.flush()
    assert ("network", "ny") in found("nybrottsverket")
    raise LookupError


def test_a_change_that_is_taken_back_is_found_no_more(app):
    with pytest.raises(LookupError):
        _begin_and_fail()

    assert ("network", "ny") not in found("nybrottsverket")
    assert found("nybrotsverket") == found("nybrottsverket")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_search_breaks(client, app, text):
    page = client.get("/search", query_string={"q": text})
    suggested = client.get("/search/suggestions", query_string={"q": text})
    program = client.get("/api/v1/search", query_string={"q": text})

    assert (page.status_code, suggested.status_code) == (200, 200)
    assert program.status_code in (200, 422)
    if program.status_code == 422:
        assert program.json["parameter"] == "q"
    assert "<script>alert" not in page.text
    assert isinstance(search.find(text, UNIT), list)


def test_a_step_for_others_comes_after_one_that_is_meant_for_the_group(app, client):
    text = "et sted å sove i natt"

    adult = search.find(text, PUBLIC, track="adult")
    child = search.find(text, PUBLIC, track="minor")
    page = client.get(f"/search?q={text}&place=5001&age=minor").text
    suggested = client.get(f"/search/suggestions?q={text}&age=minor").json[3]

    assert adult[0].key == "acute_housing"
    assert child[0].key == "acute_placement_child"
    assert child[0].score > 1.5 * next(
        hit.score for hit in child if hit.key == "acute_housing"
    )
    assert page.index("step=acute_placement_child") < page.index("step=health")
    assert "acute_placement_child" in suggested[0]


def test_every_hit_of_a_group_can_be_reached(client):
    bring(
        "organisations",
        "key,name,kind,serves\n"
        + "".join(f"fyr{n},Fyrvokterhuset {n},crisis_centre,5001\n" for n in range(70)),
    )
    seen, address = set(), "/search?q=fyrvokterhuset&kind=organisation"
    for _page in range(3):
        page = unescape(client.get(address).text)
        seen |= set(re.findall(r'href="/organisations/(fyr\d+)"', page))
        following = re.search(r'href="([^"]+)" rel="next"', page)
        if not following:
            break
        address = following[1]

    assert len(seen) == 70
    assert client.get("/search?q=fyrvokterhuset&kind=nope").text.count("fyr") > 3
    assert client.get("/search?q=a&kind=organisation&skip=x").status_code == 422


def test_a_long_text_asks_for_no_more_than_a_short_one(app):
    bring_all(NETWORK)
    long = "ar er st re te le sk kr tr ba be bo " * 800

    assert search.find(f"barnevernet {long}", PUBLIC) is not None
    assert "bv-trondheim" in [hit.key for hit in search.find("barnevernet i", PUBLIC)]


def test_what_was_searched_stands_in_no_title(client):
    for address in ("/search?q=voldtatt", "/checklist"):
        title = client.get(address).text.split("<title>")[1].split("</title>")[0]
        assert "voldtatt" not in title
        assert "menneskehandel" not in title


def test_an_organisation_is_found_with_its_number_and_whether_it_ended(client):
    bring(
        "organisations",
        "key,name,kind,serves,valid_to\n"
        "huset,Fyrvokterhuset,crisis_centre,5001,\n"
        "gamle,Gamle Fyrvokterhuset,crisis_centre,5001,2024-12-31\n",
    )
    bring(
        "contact-points",
        "owner,channel,value,audience,hours,order\n"
        "huset,web,https://huset.example,public,,1\n"
        "huset,phone,72540044,public,24/7,2\n"
        "huset,phone,72540055,unit,24/7,1\n",
    )

    page = client.get("/search?q=fyrvokterhuset").text

    new = page.split("<strong>Fyrvokterhuset</strong>")[1].split("</li>", 1)[0]
    assert "tel:+4772540044" in new
    assert "72 54 00 55" not in page
    assert "opphørt" not in new
    old = page.split("<strong>Gamle Fyrvokterhuset</strong>")[1].split("</li>", 1)[0]
    assert "opphørt" in old
    assert "tel:" not in old


def test_a_page_without_words_tells_what_can_be_found(client):
    assert "Skriv med egne ord" in client.get("/search").text
    assert "Vi fant ikke noe" in client.get("/search?q=qzxw").text
    assert "Teksten var lang" in client.get("/search?q=" + "advokat " * 100).text


def test_a_group_can_be_seen_alone_and_its_choice_stands_in_the_address(client):
    bring_all(NETWORK)

    page = client.get("/search?q=trondheim&kind=organisation").text

    assert "/organisations/bv-trondheim" in page
    assert "/places/5001" not in page


def test_the_first_page_searches_with_place_and_age_kept(client):
    answer = client.get("/answer?place=Trondheim&age=minor&asylum=no&q=advokat")

    assert answer.status_code == 302
    page = client.get(answer.headers["Location"])
    assert "/answer?step=legal_aid&amp;place=5001&amp;track=minor" in page.text
    for chosen in ("place=5001", "place=5001&age=minor", "age=minor", "place=Oslo"):
        assert client.get(f"/search?q=advokat&{chosen}").status_code == 200
    everywhere = client.get("/search?q=advokat&place=5001&age=minor").text
    assert "/search?q=advokat&amp;track=minor" in everywhere
    alone = client.get("/answer?q=advokat")
    assert alone.status_code == 302
    assert client.get(alone.headers["Location"]).status_code == 200
    again = client.get("/answer?place=finnes-ikke&age=adult&q=advokat")
    assert again.status_code == 404
    assert 'value="advokat"' in again.text


def test_suggestions_are_what_browsers_read(client):
    text, titles, kinds, addresses = client.get("/search/suggestions?q=advo").json

    assert text == "advo"
    assert len(titles) == len(kinds) == len(addresses) > 0
    assert addresses[0] == "/steps/legal_aid"


def test_browsers_are_told_how_to_search_here(client):
    answer = client.get("/opensearch.xml")
    described = ET.fromstring(answer.text)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    urls = {
        one.get("type"): one.get("template") for one in described.iter(f"{space}Url")
    }

    assert answer.mimetype == "application/opensearchdescription+xml"
    assert urls["text/html"] == "http://localhost:8000/search?q={searchTerms}"
    assert 'rel="search"' in client.get("/").text


def test_programs_search_page_by_page_best_first(client):
    first = client.get("/api/v1/search?q=barnevern&limit=2").json
    second = client.get(first["next"]).json
    whole = client.get("/api/v1/search?q=barnevern&limit=4").json

    assert first["results"] + second["results"] == whole["results"]
    assert first["results"][0] == {
        "kind": "step",
        "key": "report_child",
        "title": "Melding til barnevernet",
        "url": "/steps/report_child",
    }
    english = client.get("/api/v1/search?q=barnevern&limit=1&lang=en").json
    assert english["results"][0]["title"] != "Melding til barnevernet"


def test_every_address_that_is_found_leads_somewhere(client):
    bring_all(NETWORK)
    a_user()
    sign_in(client)

    for text in (
        "trondheim",
        "barnevern",
        "kari",
        "forum",
        "leder",
        "penger",
        "straffeloven",
    ):
        for address in client.get("/search/suggestions", query_string={"q": text}).json[
            3
        ]:
            if not address.startswith("/guide/"):
                assert client.get(address).status_code == 200, address


def test_the_command_line_finds_the_same(app):
    runner = app.test_cli_runner()

    shown = runner.invoke(
        args=["search", "et", "sted", "å", "sove", "--format", "json"]
    )
    nothing = runner.invoke(args=["search", "qzxw"])

    assert json.loads(shown.stdout)[0] == {
        "kind": "step",
        "key": "acute_housing",
        "title": "Trygt sted i natt",
    }
    assert nothing.exit_code == 1
    assert "Fant ingenting" in nothing.stderr


def test_what_is_searched_is_kept_and_logged_nowhere(client, app, caplog):
    before = {
        table.name: db.session.execute(select_to_write(*table.c)).all()
        for table in db.metadata.sorted_tables
    }
    db.session.rollback()

    with caplog.at_level(logging.DEBUG):
        for address in ("/search?q=skravlekråke", "/api/v1/search?q=skravlekråke"):
            client.get(address)

    after = {
        table.name: db.session.execute(select_to_write(*table.c)).all()
        for table in db.metadata.sorted_tables
    }
    assert after == before
    assert "skravlekr" not in caplog.text


def test_one_asker_can_search_only_so_often(client, app):
    answers = {client.get("/search/suggestions").status_code for _ in range(620)}

    assert answers == {200, 429}

"""A question in the asker's own words leads to an address of codes."""

import gzip

import pytest

from tests.exchanging import bring

ENDED = """\
code,kind,name,parents,valid_to,successor
5030,municipality,Klæbu,50,2019-12-31,5001
5012,municipality,Snillfjord,50,2019-12-31,5055|5056
"""


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (
            "need=safe_place&age=adult&asylum=unknown&place=Trondheim",
            "step=acute_housing&place=5001&track=adult",
        ),
        (
            "need=safe_place&age=adult&asylum=yes&place=trondheim",
            "step=acute_housing_asylum&place=5001&track=asylum_adult",
        ),
        (
            "need=safe_place&age=minor&asylum=no&place=5001",
            "step=acute_placement_child&place=5001&track=minor",
        ),
        (
            "need=health&age=minor&place=Oslo: Frogner&lang=en",
            "step=health&place=030105&track=minor&lang=en",
        ),
        ("step=health&place=Bergen", "step=health&place=4601"),
        (
            "need=advice&age=minor&place=Tråante",
            "step=advice_child&place=5001&track=minor",
        ),
    ],
)
def test_what_is_asked_in_words_gets_an_address_of_codes(client, asked, answered):
    response = client.get(f"/answer?{asked}")

    assert response.status_code == 302
    address, _, query = response.headers["Location"].partition("?")
    assert address == "/answer"
    assert sorted(query.split("&")) == sorted(answered.split("&"))


def test_a_name_of_two_places_is_asked_back(client):
    response = client.get("/answer?need=health&age=adult&place=Herøy")

    assert response.status_code == 409
    assert "Nordland" in response.text
    assert "Møre og Romsdal" in response.text
    assert "place=1818" in response.text


@pytest.mark.parametrize("page", ["/answer?step=health&", "/steps?"])
def test_a_name_that_no_place_has_is_kept_in_the_form(client, page):
    response = client.get(f"{page}place=Atlantis")

    assert response.status_code == 404
    assert "Vi kjenner ikke stedet «Atlantis»." in response.text
    assert 'value="Atlantis"' in response.text


@pytest.mark.parametrize(
    "query",
    [
        "need=health",
        "need=nothing&place=5001",
        "age=old&place=5001&step=health",
        f"need=health&place={'x' * 5000}",
        f"step={'x' * 5000}&place=5001",
        "need=health&place=%00",
        "age=adult&place=5001",
    ],
)
def test_a_question_that_cannot_be_read_is_asked_again(client, query):
    response = client.get(f"/answer?{query}")

    assert response.status_code in (404, 422)
    assert 'role="alert"' in response.text
    assert "<form" in response.text


def test_a_merged_municipality_answers_as_what_it_became(app, client):
    bring("places", ENDED)

    for address in (
        "/answer?step=health&place=5030",
        "/steps?place=5030",
        "/places/5030",
    ):
        page = client.get(address).text
        assert "Du spurte om Klæbu. Svaret gjelder Trondheim." in page, address


def test_a_divided_municipality_lets_its_parts_be_chosen(app, client):
    bring("places", ENDED)

    for address in ("/answer?step=health&place=5012", "/steps?place=5012"):
        response = client.get(address)
        assert response.status_code == 409
        assert "place=5055" in response.text
        assert "Heim" in response.text


def test_a_step_that_is_not_for_the_person_says_which_are(client):
    page = client.get("/answer?step=talk&place=5001&track=minor").text

    assert "«Samtale» gjelder ikke for: Under 18 år" in page
    assert "Du melder selv" not in page
    assert "Samtale med barn" in page


def test_a_page_is_sent_compressed_to_those_who_can_unpack_it(client):
    plain = client.get("/steps")
    packed = client.get("/steps", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) * 4 < len(plain.data)


def test_what_is_written_in_bokmal_alone_says_so_on_a_page_in_another_language(client):
    address = "/answer?step=report_child&place=5001&track=minor"

    assert '<p class="quiet" lang="nb">' in client.get(f"{address}&lang=en").text
    assert 'lang="nb">' not in client.get(address).text.partition("<main")[2]


@pytest.mark.parametrize(
    "address",
    [
        "/answer?step=report_child&track=minor&place=Herøy",
        "/answer?need=health&age=adult&place=Herøy",
        "/steps?place=Herøy",
        "/organisations?place=Herøy",
        "/rights/reflection_period?place=Herøy",
        "/places/5001?place=Herøy",
    ],
)
def test_no_page_breaks_on_a_name_that_two_places_have(client, address):
    response = client.get(address)

    assert response.status_code in (200, 409)
    if response.status_code == 409:
        assert "Nordland" in response.text
        assert "Møre og Romsdal" in response.text


def test_a_number_is_said_to_be_its_owners(client):
    page = " ".join(client.get("/steps").text.split())

    assert "Ring Alarmtelefonen for barn og unge," in page
    assert "Ring Du som møter personen" not in page
    assert "Ring Kommunal barnevernstjeneste" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/organisations/a%00b",
        "/steps/a%00b",
        "/places/a%00b",
        "/sources/a%00b",
        "/rights/a%00b",
        "/organisations/" + "a" * 3000,
    ],
)
def test_what_can_be_no_key_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_long_addresses_are_answered_and_not_kept(app, client):
    kept = app.extensions["kept"]
    before = len(kept)

    assert client.get(f"/?on={'x' * 5000}").status_code == 200
    assert len(kept) == before


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip", "gzip"), ("gzip;q=0", None), ("*", "gzip"), ("br, gzip;q=0.5", "gzip")],
)
def test_a_page_is_packed_only_for_who_takes_it(client, accepted, encoding):
    page = client.get("/steps", headers={"Accept-Encoding": accepted})

    assert page.headers.get("Content-Encoding") == encoding
    assert page.headers["Vary"] == "Accept-Encoding"

"""The check list: signs to think with, and whom to ask here; nothing that is sent."""

from html.parser import HTMLParser

import pytest

from coordinator.access import select_to_write
from models import Indicator, db
from tests.exchanging import bring_all
from tests.networks import NETWORK

NEXT = {
    "adult": ("advice", "acute_housing", "report_police"),
    "minor": ("report_child", "advice_child"),
}


class Boxes(HTMLParser):
    """The boxes of a page: what each has, and whether a form holds it."""

    def __init__(self, text):
        super().__init__()
        self.found, self.depth = [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.depth += tag == "form"
        if tag == "input" and ("type", "checkbox") in attrs:
            self.found.append((dict(attrs), self.depth > 0))

    def handle_endtag(self, tag):
        self.depth -= tag == "form"


def test_no_box_has_a_name_or_a_form(client):
    boxes = Boxes(client.get("/checklist").text).found

    assert len(boxes) > 40
    for attributes, is_in_form in boxes:
        assert not is_in_form
        assert not {"name", "form", "value", "checked"} & attributes.keys()
        assert attributes["autocomplete"] == "off"


@pytest.mark.parametrize("track", NEXT)
@pytest.mark.parametrize("place", ["5001", "NO"])
def test_it_ends_in_whom_the_answers_name_here(client, place, track):
    bring_all(NETWORK)

    page = client.get(f"/checklist?place={place}&track={track}").text

    for step in NEXT[track]:
        answer = client.get(
            f"/api/v1/answers?step={step}&place={place}&track={track}"
        ).json
        first = answer["first"]
        actor = answer["roles"][first["role"]][first["index"]]
        assert actor["organisation"]["name"] in page


def test_a_place_is_found_by_its_name_and_an_unknown_one_is_told(client):
    found = client.get("/checklist?place=Trondheim&track=minor")
    unknown = client.get("/checklist?place=Ingensteds")

    assert found.headers["Location"] == "/checklist?track=minor&place=5001"
    assert unknown.status_code == 404
    assert 'value="Ingensteds"' in unknown.text
    assert client.get("/checklist?track=giant").status_code == 404


def test_for_a_child_the_signs_of_children_come_first(client):
    page = client.get("/checklist?track=minor").text

    assert page.index("Barn under 18 år</h2>") < page.index("Generelle tegn</h2>")
    assert "report_child" in page
    assert "/steps/report_police" not in page


def test_what_the_unit_edits_shows_and_can_do_no_harm(client, app):
    own = select_to_write(Indicator).where(Indicator.code == "general_debt")
    db.session.scalars(own).one().text = {"nb": "<script>alert(1)</script> Gjeld"}
    db.session.commit()

    page = client.get("/checklist").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; Gjeld" in page
    assert "<script>alert" not in page
    assert "Gjeld" in client.get("/guide/indicators").text
    chapters = client.get("/api/v1/guide").json["chapters"]
    signs = next(one for one in chapters if one["code"] == "indicators")["sections"]
    assert "<script>alert(1)</script> Gjeld" in [
        item["text"] for section in signs for item in section["items"]
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Andre har personens pass"),
        ("nn", "Andre har passet"),
        ("en", "Others hold"),
    ],
)
def test_it_speaks_three_languages(client, language, words):
    assert words in client.get(f"/checklist?lang={language}").text

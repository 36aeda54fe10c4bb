import json
import re
from html import unescape

import pytest

from coordinator import catalogue, changes, reference, search
from coordinator.access import PUBLIC
from coordinator.resolution import LINES
from models import db
from tests.exchanging import bring_all
from tests.forms import form_of
from tests.functional.test_accounts import a_user, sign_in
from tests.networks import NETWORK
from views.api.schemas import Guide

CODES = [
    "audience",
    "definitions",
    "purpose",
    "system",
    "indicators",
    "how",
    "referral",
]
API = "/api/v1/guide"
HOSTILE = """# Overskrift

<script>alert(1)</script> <img src=x onerror=alert(2)>

[klikk](javascript:alert(3)) [data](data:text/html,x) ![bilde](https://example.org/b.png)

<a href="https://example.org" onclick="alert(4)">lenke</a>

## Under
"""


@pytest.fixture
def unit(client):
    """Return someone of the unit, signed in."""
    a_user("kari@example.no")
    sign_in(client, "kari@example.no")
    return client


def send(unit, code, **typed):
    edit = f"/records/chapters/{code}/edit"
    form = form_of(unit.get(edit).text)
    return unit.post(edit, data=form | {"action": "save", **typed})


def text_of(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_guide_has_its_seven_chapters_in_order_in_three_languages(client):
    for language in ("nb", "nn", "en"):
        page = client.get(f"/guide?lang={language}").text

        assert re.findall(r'<h2 id="([a-z]+)">\d\.', page) == CODES
        for code in CODES:
            alone = client.get(f"/guide/{code}?lang={language}")
            assert alone.status_code == 200
            words = text_of(alone.text).split()
            assert len(words) > 120


def test_every_chapter_has_a_text_in_every_language_and_sources_that_are_there(app):
    known = catalogue.current(PUBLIC)

    for one in known.chapters.values():
        assert one.sources
        assert set(one.sources) <= known.sources.keys()
        for language in ("nb", "nn", "en"):
            assert one.title[language]
            assert 80 <= len(one.text[language].split()) <= 300, (one.code, language)


def test_the_whole_list_of_who_may_identify_stands_there_the_person_first(client):
    known = catalogue.current(PUBLIC)
    page = client.get("/guide/audience").text
    said = re.search(r'<ul class="may-identify">(.*?)</ul>', page, re.S)[1]
    labels = [unescape(one) for one in re.findall(r"<li>(.*?)</li>", said)]

    kinds = known.steps["identified"].may_identify
    assert labels[0] == "Personen selv"
    assert labels[-1] == "Alle andre som møter personen"
    assert labels[:-1] == [known.kinds[kind].label["nb"] for kind in kinds]
    assert len(kinds) >= 10
    assert "/steps/train_professions" in page


def test_the_process_and_its_verifications_are_generated(client):
    known = catalogue.current(PUBLIC)
    page = client.get("/guide/system").text

    for step in known.steps.values():
        if step.process == "journey":
            assert f"/steps/{step.code}" in page
    for code in ("straffeloven", "utlendingsloven", "barnevernsloven"):
        assert f"/sources/{code}" in page
    assert "Refleksjonsperiode" in page
    assert "/rights/compensation" in page


def test_whom_to_call_follows_place_and_track_as_the_answers_have_it(client):
    bring_all(NETWORK)
    asked = "place=5001&track=minor"
    page = client.get(f"/guide/referral?{asked}").text
    answer = client.get(f"/api/v1/answers?step=report_child&{asked}").json
    first = answer["roles"][answer["first"]["role"]][answer["first"]["index"]]

    assert first["organisation"]["name"] in page
    line = next(p for p in first["contact_points"] if p["channel"] in LINES)
    assert f"tel:{line['value']}" in page
    assert f"/answer?step=report_child&amp;{asked.replace('&', '&amp;')}" in page
    assert "acute_placement_child" in page
    assert "acute_housing_asylum" not in page


def test_without_a_place_the_lines_of_the_whole_country_stand_there(client):
    page = client.get("/guide/referral").text

    assert "tel:+4722331160" in page
    assert "Hele landet" in page or "Norge" in page


def test_a_place_is_found_by_its_name_and_a_wrong_one_is_asked_for_again(client):
    found = client.get("/guide/referral?place=Trondheim&track=minor")

    assert found.status_code == 302
    assert found.location == "/guide/referral?track=minor&place=5001"
    for query, status in (("place=nowhere-9", 404), ("track=nobody", 404)):
        page = client.get(f"/guide?{query}")
        assert page.status_code == status
        assert 'role="alert"' in page.text
        assert 'name="place"' in page.text
    assert client.get("/guide/nothing").status_code == 404


def test_the_unit_edits_a_text_and_the_generated_stays(unit):
    page = unit.get("/guide/audience").text
    assert "/records/chapters/audience/edit" in page

    saved = send(unit, "audience", text_nb="Første avsnitt.\r\n\r\n- ett\r\n- to\r\n")

    assert saved.status_code == 303
    known = catalogue.current(PUBLIC).chapter("audience")
    assert known.text["nb"] == "Første avsnitt.\n\n- ett\n- to"
    page = unit.get("/guide/audience").text
    assert "<li>ett</li>" in page
    assert "Personen selv" in page
    db.session.rollback()
    reference.load()
    assert catalogue.current(PUBLIC).chapter("audience").text["nb"] == known.text["nb"]


def test_an_edit_of_a_text_stands_in_its_history_and_is_taken_back(unit):
    before = catalogue.current(PUBLIC).chapter("purpose").text
    saved = send(unit, "purpose", text_nb="Et avsnitt som ikke skulle stått her.")
    act = saved.headers["Location"].partition("done=")[2]
    found = search.find("avsnitt som ikke skulle stått", PUBLIC)
    assert "purpose" in [hit.key for hit in found if hit.kind == "guide"]

    assert "Et avsnitt som ikke skulle stått her." in unit.get(f"/changes/{act}").text
    form = form_of(unit.get("/records/chapters/purpose/edit").text)
    back = unit.post(f"/changes/{act}/undo", data={"csrf_token": form["csrf_token"]})

    assert back.status_code == 303
    db.session.rollback()
    assert catalogue.current(PUBLIC).chapter("purpose").text == before
    assert "Et avsnitt som ikke skulle" not in unit.get("/guide/purpose").text
    assert search.find("avsnitt som ikke skulle stått", PUBLIC) != found


def test_a_form_that_changes_nothing_changes_no_text(unit):
    before = catalogue.current(PUBLIC).chapters
    for code in CODES:
        form = form_of(unit.get(f"/records/chapters/{code}/edit").text)
        # Lines end as browsers send them.
        texts = {
            name: value[0].replace("\n", "\r\n")
            for name, value in form.items()
            if name.startswith("text_")
        }
        newest = changes.newest(("chapter",))
        assert len(texts) == 3
        send(unit, code, **texts)
        assert changes.newest(("chapter",)) == newest, code
    assert catalogue.current(PUBLIC).chapters == before


def test_a_text_too_long_or_without_bokmal_is_refused(unit):
    for text in ("", "a" * 20_001, "a\x00b"):
        refused = send(unit, "how", text_nb=text)
        assert refused.status_code == 422, text[:5]


def test_hostile_markup_in_a_text_is_harmless(unit):
    send(unit, "how", text_nb=HOSTILE)

    page = unit.get("/guide/how").text
    text = page[page.index("<h3>Overskrift</h3>") : page.index("<h4>Under</h4>")]
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"<[^>]*(onerror|onclick|javascript:|data:)", text)


def test_only_the_unit_is_offered_to_edit(client):
    assert "/records/chapters" not in client.get("/guide").text


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_api_gives_the_guide_as_structured_text(client, language):
    found = client.get(f"{API}?lang={language}&place=5001&track=minor")
    guide = Guide.model_validate_json(found.data, strict=True)

    known = catalogue.current(PUBLIC)
    assert guide.language == language
    assert [one.code for one in guide.chapters] == CODES
    for number, one in enumerate(guide.chapters, start=1):
        assert one.number == number
        assert one.text == known.chapters[one.code].text[language]
        assert client.get(one.url).status_code == 200
    by_code = {one.code: one for one in guide.chapters}
    (called,) = by_code["referral"].sections
    child = next(one for one in called.items if one.step == "report_child")
    assert child.contact_points
    (who,) = by_code["audience"].sections
    assert len(who.items) == len(known.steps["identified"].may_identify) + 1
    assert len(by_code["system"].sections) >= 7


def test_the_api_refuses_what_it_does_not_know(client):
    for query, status, parameter in (
        ("lang=xx", 422, "lang"),
        ("place=nowhere", 404, "place"),
        ("track=nobody", 404, "track"),
        ("place=%00", 422, "place"),
    ):
        refused = client.get(f"{API}?{query}")
        assert refused.status_code == status
        assert json.loads(refused.data)["parameter"] == parameter

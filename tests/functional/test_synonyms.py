"""The words people use, in the register, its form and the API."""

import re

import pytest

from coordinator import registers
from coordinator.columns import EDITED
from models import db
from tests.exchanging import bring
from tests.forms import form_of
from tests.functional.test_accounts import a_user, sign_in, token

NEW = "/records/synonyms/new"
TONIGHT = "Trygt sted i natt (steg)"


@pytest.fixture
def unit(client):
    """Return someone of the unit, signed in."""
    a_user("kari@example.no")
    sign_in(client, "kari@example.no")
    return client


def send(client, form=NEW, **typed):
    sent = form_of(client.get(form).text) | {"action": "save", **typed}
    return client.post(form, data=sent)


def listed(client, query):
    """Return the rows of the register, as lists of what their cells say."""
    page = client.get(f"/records/synonyms?{query}").text
    body = page.partition("<tbody")[2].partition("</tbody>")[0]
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "Trygt sted i natt",
        "trygt STED i natt (steg)",
        "sted i natt",
        "step:acute_housing",
        f"{TONIGHT} [step:acute_housing]",
    ],
)
def test_what_it_stands_for_is_typed_as_a_title(unit, typed):
    answer = send(unit, subject=typed, language="nb", phrase="  et  krypinn ")

    assert answer.status_code == 303
    page = unit.get(answer.location).text
    assert TONIGHT in page
    assert "et krypinn" in page
    assert listed(unit, "q=et+krypinn") == [["et krypinn", TONIGHT, "bokmål"]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"subject": "Noe helt annet"}, "finnes ikke: Noe helt annet"),
        ({"subject": "step:nowhere"}, "finnes ikke: step:nowhere"),
        ({"subject": "Erstatning og oppreisning"}, "[right:compensation]"),
        ({"subject": ""}, "Hva det står for mangler"),
        ({"phrase": "?!"}, "har verken bokstaver eller tall"),
        ({"phrase": " "}, "Ord eller uttrykk mangler"),
        ({"phrase": "ord " * 60}, "er for lang"),
        ({"language": "se"}, "må være en av"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(unit, changed, said):
    typed = {"subject": "Trygt sted i natt", "language": "nb", "phrase": "ly"}

    answer = send(unit, **(typed | changed))

    assert answer.status_code == 422
    assert said in answer.text


def test_the_form_offers_titles_and_the_list_speaks_the_readers_language(unit):
    assert f"{TONIGHT} [step:acute_housing]" in unit.get(NEW).text
    english = unit.get(f"{NEW}?lang=en").text
    assert "A safe place tonight (step) [step:acute_housing]" in english
    assert ["lawyer", "Lawyer before a police report (step)", "English"] in listed(
        unit, "q=lawyer&lang=en&language=en"
    )


def test_the_register_is_searched_by_word_and_by_title_and_sorted_by_both(unit):
    rows = listed(unit, "q=HUSLY")
    assert ["husly", TONIGHT, "bokmål"] in rows
    assert {row[1] for row in listed(unit, "q=klage+avslag")} == {
        "Klage på avslag (steg)"
    }
    titles = [row[1] for row in listed(unit, "sort=subject")]
    assert titles == sorted(titles)
    only = listed(unit, "subject=kind:rosa&language=nn")
    assert {tuple(row[1:]) for row in only} == {
        ("ROSA – nasjonal bistand, døgnåpen linje (type instans)", "nynorsk")
    }


def test_history_names_what_a_word_stands_for_and_takes_back(unit):
    (at,) = registers.addresses(EDITED["synonyms"], ["step:talk|nb|tolk"])
    db.session.rollback()
    form = form_of(unit.get(f"/records/synonyms/{at}/edit").text)
    moved = form | {"subject": "Tolk (rettighet)", "action": "save"}
    page = unit.get(unit.post(f"/records/synonyms/{at}/edit", data=moved).location)

    past = unit.get("/changes").text
    assert "Samtale (steg)" in past
    assert "Tolk (rettighet)" in past
    assert "right:interpreter" not in past
    undo = re.search(r'action="(/changes/\d+/undo)"', page.text)[1]
    unit.post(undo, data={"csrf_token": token(unit, "/account")})
    assert ["tolk", "Samtale (steg)", "bokmål"] in listed(unit, "q=tolk")


def test_a_step_and_a_right_tell_their_words_and_that_they_go_along(unit):
    send(unit, "/records/rights/new", code="own", label_nb="Egen rett")
    bring("synonyms", "subject,language,phrase\nright:own,nb,mitt ord\n")

    page = unit.get("/records/steps/talk").text.replace("%3A", ":")
    assert "Ord som folk bruker" in page
    assert "/records/synonyms?subject=step:talk" in page
    assert "/records/synonyms/new?subject=step:talk" in page
    assert "mitt ord" in unit.get("/records/rights/own").text
    assert "Ord eller uttrykk" in unit.get("/records/rights/own/delete").text


def test_the_api_lists_them_for_anyone_and_finds_them_by_title(client):
    bring("synonyms", "subject,language,phrase\nstep:talk,nn,røde med henne\n")

    (found,) = client.get("/api/v1/synonyms?q=RØDE").json["results"]
    assert found == {
        "subject": "step:talk",
        "language": "nn",
        "phrase": "røde med henne",
    }
    by_title = client.get("/api/v1/synonyms?q=trygt+sted+husly").json["results"]
    assert [row["subject"] for row in by_title] == ["step:acute_housing"] * 2

"""Anyone may say what is wrong; the unit reads it, and nobody else."""

import pytest

from coordinator import suggestions
from coordinator.access import OPERATOR, PUBLIC, UNIT

TOLD = {"kind": "gap", "text": "Ingen svarer her.", "step": "health", "place": "5001"}


def kept(viewer=UNIT):
    return [
        (one.kind, one.step, one.place, one.text) for one in suggestions.newest(viewer)
    ]


def test_what_is_sent_is_kept_for_the_unit_alone(client):
    response = client.post("/suggestions", data=TOLD)

    assert response.status_code == 303
    assert response.headers["Location"] == "/suggestions/thanks"
    assert kept() == [("gap", "health", "5001", "Ingen svarer her.")]
    assert kept(PUBLIC) == kept(OPERATOR) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Skriv hva som er feil eller mangler."),
        ("x" * 2001, "Skriv kortere"),
        ("bjelle \a", "styretegn"),
        ("Hun heter 010190 12345 og DUF 2019 1234 5678", "DUF-nummer"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_not_lost(client, text, sentence):
    response = client.post("/suggestions", data=TOLD | {"text": text})

    assert response.status_code == 422
    assert sentence in response.text
    assert text.strip("\a ") in response.text
    assert kept() == []


def test_a_page_elsewhere_cannot_send(client):
    headers = {"Sec-Fetch-Site": "cross-site"}

    assert client.post("/suggestions", data=TOLD, headers=headers).status_code == 403
    assert kept() == []


def test_no_more_than_twenty_an_hour_come_from_one_place(client):
    sent = [client.post("/suggestions", data=TOLD).status_code for _ in range(21)]

    assert sent == [303] * 20 + [429]


def test_the_form_says_what_it_is_about(client):
    page = client.get("/suggestions/new?step=health&place=5001&track=minor").text

    assert "Det gjelder: Helsehjelp, Trondheim, Under 18 år" in page


def test_the_unit_reads_them_in_a_terminal(client, app):
    client.post("/suggestions", data=TOLD)

    result = app.test_cli_runner().invoke(args=["suggestions"])

    assert result.exit_code == 0
    assert "gap  health 5001" in result.stdout
    assert "Ingen svarer her." in result.stdout

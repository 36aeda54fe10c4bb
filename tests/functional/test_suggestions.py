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


def a_number_of_nobody():
    """Return eleven digits with both controls right, of a test person's kind."""
    for serial in range(1000):
        digits = [int(one) for one in f"018190{serial:03}"]
        first = (
            -sum(
                w * d for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), digits, strict=True)
            )
            % 11
        )
        weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
        second = (
            -sum(w * d for w, d in zip(weights, [*digits, first], strict=True)) % 11
        )
        if first < 10 and second < 10:
            return "".join(map(str, (*digits, first, second)))
    raise AssertionError("no such number")


@pytest.mark.parametrize(
    "between",
    ["", " ", "  ", ".", "-", " - ", "/", "\u00a0", "\t", "\n", "\u2013", "\u200b"],
)
def test_a_number_of_a_person_is_found_however_it_is_written(between):
    number = a_number_of_nobody()

    assert suggestions.holds_identity_number(f"x {number[:6]}{between}{number[6:]} y")


def test_a_number_is_found_in_the_digits_of_other_scripts():
    eastern = "".join(chr(0x0660 + int(digit)) for digit in a_number_of_nobody())

    assert suggestions.holds_identity_number(eastern)
    assert suggestions.holds_identity_number("2019/12345678, 9")


def test_ordinary_numbers_are_no_persons(app):
    for text in ("22 33 11 60, 116 111", "112", "Barnevernsloven § 13-2, 24.11.2026"):
        assert not suggestions.holds_identity_number(text)


@pytest.mark.parametrize("sign", ["\x00", "\x7f", "\x9b", "\u202e", "\u2066"])
def test_signs_that_act_instead_of_being_read_are_refused(client, sign):
    page = client.post("/suggestions", data={"text": f"Feil{sign} nummer"})

    assert page.status_code == 422


def test_what_it_is_about_is_kept_only_when_it_is_a_code_of_ours(client):
    about = {"step": "01010112345", "place": "Ola bor i Storgata", "track": "minor"}
    client.post("/suggestions", data={"text": "Feil.", **about, "organisation": "x y"})

    (kept,) = suggestions.newest(UNIT)
    found = kept.step, kept.place, kept.track, kept.organisation
    assert found == (None, None, "minor", None)

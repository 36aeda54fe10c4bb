"""Networks on pages: who sees them, what they say, and what the unit can do."""

import re

import pytest
import time_machine

from tests.exchanging import bring, bring_all
from tests.forms import form_of
from tests.functional.test_accounts import a_user, sign_in
from tests.networks import NETWORK

NAMES = re.compile(r'<a href="(/networks/[^"?]+)[^"]*"><strong>([^<]+)</strong>')


@pytest.fixture(autouse=True)
def _at_a_moment():
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=True):
        yield


def the_network():
    bring_all(NETWORK)
    rows = "forum,bv-trondheim,observer,2020-01-01,2024-12-31\n"
    bring("memberships", f"network,holder,role,valid_from,valid_to\n{rows}")


@pytest.fixture
def beforehand(request):
    return the_network if "network" in request.fixturenames else None


@pytest.fixture
def network(app):
    """Have the network that is written beforehand."""


@pytest.fixture
def unit(network, app):
    return a_client(app, "kari@example.no")


@pytest.fixture
def reader(network, app):
    return a_client(app, "liv@example.no", "reader")


def a_client(app, email, *role):
    a_user(email, *role)
    client = app.test_client()
    sign_in(client, email)
    return client


def test_networks_are_for_those_who_are_signed_in(client, reader):
    assert client.get("/networks").status_code == 401
    assert client.get("/networks/forum").status_code == 401
    assert "/networks" not in client.get("/").text
    assert "/networks" not in client.get("/organisations/tk").text

    assert '<a href="/networks"' in reader.get("/").text
    assert reader.get("/networks").status_code == 200


def test_the_list_is_searched_and_narrowed_by_its_address(reader):
    def found(query):
        return [name for _to, name in NAMES.findall(reader.get(query).text)]

    assert found("/networks") == ["Regionalt forum"]
    assert found("/networks?q=samordne+HJELPEN") == ["Regionalt forum"]
    assert found("/networks?state=ended") == ["Det gamle forumet"]
    assert found("/networks?state=all") == ["Det gamle forumet", "Regionalt forum"]
    assert found("/networks?q=finnes-ikke") == []
    assert "Ingen nettverk passer" in reader.get("/networks?q=finnes-ikke").text
    assert reader.get("/networks?state=x").status_code == 422
    assert reader.get("/networks?skip=x").status_code == 422
    page = reader.get("/networks?q=forum&state=all").text
    assert 'value="forum"' in page
    assert '<option value="all" selected>' in page


def test_an_empty_list_says_so(app):
    reader = a_client(app, "liv@example.no", "reader")

    assert "Ingen nettverk er registrert ennå." in reader.get("/networks").text


def test_the_list_turns_its_pages(reader):
    rows = "".join(f"n{number:02},Navn {number:02}\n" for number in range(60))
    bring("networks", f"key,name\n{rows}")

    first = reader.get("/networks?q=navn")
    (following,) = re.findall(r'href="([^"]+)" rel="next"', first.text)
    second = reader.get(following.replace("&amp;", "&"))

    names = [name for _to, name in NAMES.findall(first.text + second.text)]
    assert names == [f"Navn {number:02}" for number in range(60)]


def test_a_network_tells_its_mandate_who_is_in_it_and_who_was(reader):
    page = reader.get("/networks/forum")
    said = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())

    for words in (
        "Mandat til 31. desember 2027",
        "Samordne hjelpen, i hele fylket",
        "Trondheim kommune Leder fra 1. januar 2024",
        "Barnevernet i Trondheim , Leder Kari Nordmann Ola Nordmann stedfortreder",
        "Medlem til 30. juni 2027",
        "Tidligere medlemmer (1) Barnevernet i Trondheim",
        "Observatør 1. januar 2020 til 31. desember 2024",
    ):
        assert words in said
    assert "/records/networks" not in page.text.replace("/records/networks/new", "")


def test_an_ended_network_says_when_and_who_was_in_it_then(reader):
    page = reader.get("/networks/gammelt").text

    assert "Avsluttet 31. desember 2023" in page
    assert "Medlemmer da det ble avsluttet" in page
    assert "Trondheim kommune" in page
    assert page.count("Ikke oppgitt.") == 2


def test_a_network_without_members_says_so(reader):
    bring("networks", "key,name,valid_from\nnytt,Nytt,2027-01-01\n")

    page = reader.get("/networks/nytt").text

    assert "Begynner 1. januar 2027" in page
    assert "Ingen er med ennå." in page


@pytest.mark.parametrize(
    "odd", ["intet", "Forum", "a b", "'", "x" * 300, "%00", "../x"]
)
def test_an_unknown_network_is_not_found(reader, odd):
    assert reader.get(f"/networks/{odd}").status_code == 404


def test_an_organisation_tells_the_signed_in_which_networks_it_is_in(client, reader):
    page = reader.get("/organisations/bv-trondheim").text

    assert "Med i nettverk" in page
    assert "Medlem, Leder, til 30. juni 2027" in page
    assert "Med i nettverk" not in client.get("/organisations/bv-trondheim").text


def test_the_unit_goes_from_a_network_to_what_it_edits(unit):
    page = unit.get("/networks/forum").text
    for link in (
        "/records/networks/forum/edit",
        "/records/memberships/new?network=forum",
        "/records/memberships?network=forum",
        "/records/networks/forum",
    ):
        assert f'href="{link}"' in page
        assert unit.get(link).status_code == 200
    assert 'href="/records/networks/new"' in unit.get("/networks").text

    new = unit.get("/records/memberships/new?network=forum")
    sent = form_of(new.text)
    assert sent["network"] == ["Regionalt forum [forum]"]
    sent |= {"holder": "Trondheim kommune", "role": "deputy", "action": "save"}
    saved = unit.post("/records/memberships/new", data=sent)

    assert saved.status_code == 303
    assert "Stedfortreder" in unit.get("/networks/forum").text
    shown = unit.get(saved.headers["Location"]).text
    assert "Regionalt forum" in shown


def test_a_person_is_refused_as_a_member_and_the_form_says_why(unit):
    sent = form_of(unit.get("/records/memberships/new?network=forum").text)
    sent |= {"holder": "kari", "role": "member", "action": "save"}

    answer = unit.post("/records/memberships/new", data=sent)

    assert answer.status_code == 422
    assert "er en person" in answer.text


def test_a_network_is_told_of_by_name_in_what_is_new(unit):
    bring("networks", "key,mandate\nforum,Et annet mandat\n")

    page = unit.get("/changes").text

    assert "Regionalt forum" in page
    assert "Et annet mandat" in page


def test_the_pages_speak_three_languages(reader):
    assert "Mandate until 31 December 2027" in reader.get("/networks?lang=en").text
    page = reader.get("/networks/forum?lang=nn").text
    assert "Tidlegare medlemmer" in page
    assert "frå 1. januar 2024" in page


def test_an_agency_sees_no_protected_member_and_its_own(app, reader):
    bring("organisations", "key,name,kind,protected\nskjult,Skjult,rosa,true\n")
    bring("memberships", "network,holder,role\nforum,skjult,member\n")
    own = a_client(app, "etat@example.no", "agency", "skjult")

    assert "Skjult" not in reader.get("/networks/forum").text
    assert "Skjult" in own.get("/networks/forum").text

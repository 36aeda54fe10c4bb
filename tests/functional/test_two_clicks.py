"""Each heading of the unit's slides has a page, at most two clicks from the first."""

from html.parser import HTMLParser

import pytest

# Heading → the page that answers it, and what stands there.
ANSWERED_BY = {
    "The unit's national responsibility": ("/unit", "nasjonalt ansvar"),
    "Running the network": ("/unit", "Nettverksdrifting"),
    "Guidance in handling cases": ("/unit", "Veiledning og bistand i sakshåndtering"),
    "Information and training": ("/unit", "Informasjon og kompetanseheving"),
    "Reporting": ("/unit", "Rapporteringer"),
    "Developing tools": ("/unit", "Utvikle ulike verktøy"),
    "Clarifying responsibilities": ("/unit", "Avklaring av systemiske utfordringer"),
    "The Norwegian system": ("/steps", "Verifisering"),
    "Who is to identify": ("/steps/identified", "Du som møter personen"),
    "Duty to see to training": ("/steps/train_professions", "Opplæring"),
    "Identification": ("/steps", "Identifisering"),
    "What identification gives a right to": ("/steps/identified", "Refleksjonsperiode"),
    "Verification by the police": ("/steps", "Verifisering – politiet"),
    "Verification by immigration": ("/steps", "utlendingsmyndighetene"),
    "Verification by child welfare": ("/steps", "Verifisering – barnevernet"),
    "Concern": ("/steps", "Bekymring"),
    "Observations": ("/steps", "Observasjoner"),
    "Conversation": ("/steps", "Samtale"),
    "Information for the possible victim": ("/steps", "Informasjon til det mulige"),
    "Seeking advice": ("/steps", "Søk råd og veiledning"),
    "Referring to a specialist": ("/steps", "Henvisning til spesialist"),
    "Under 18: duty to report": ("/", "Melde fra til barnevernet"),
    "The process": ("/steps", "Forløpet, steg for steg"),
    "Where to refer": ("/", "Hvem skal jeg kontakte?"),
    "Guide": ("/guide", "identifisering av mulige ofre for menneskehandel"),
    "Guide 1: whom it is for": ("/guide/audience", "Målgruppe for denne veilederen"),
    "Guide 2: definitions": ("/guide/definitions", "Definisjoner"),
    "Guide 2: the act": ("/guide/definitions", "Handling:"),
    "Guide 2: the means": ("/guide/definitions", "Middel:"),
    "Guide 2: the purpose": ("/guide/definitions", "Formål:"),
    "Guide 3: why": ("/guide/purpose", "Formålet med å identifisere ofre"),
    "Guide 4: the system": ("/guide/system", "Det norske systemet for identifisering"),
    "Guide 5: indicators": ("/guide/indicators", "Generelle indikatorer for ofre"),
    "Guide 6: how": ("/guide/how", "Hvordan identifisere ofre for menneskehandel"),
    "Guide 7: where to refer": ("/guide/referral", "henvise for videre assistanse"),
    "Everyone may identify": ("/guide/audience", "Alle andre som møter personen"),
    "The person herself may": ("/guide/audience", "Personen selv"),
    "The authorities see to training": ("/guide/audience", "sørge for opplæring"),
    "Rights": ("/rights", "Rettigheter"),
    "Residence in three stages": ("/rights", "Opphold, trinn for trinn"),
    "Legal assistance": ("/rights", "Juridisk bistand"),
    "Safe and suitable housing": ("/rights", "Trygg og tilpasset bolig"),
    "Money to live on": ("/rights", "Livsopphold"),
    "Necessary health care": ("/rights", "Nødvendig helsehjelp"),
    "Help towards work, activities": ("/rights", "Arbeidsrettede tiltak"),
    "Safe return": ("/rights", "Trygg retur og reetablering"),
    "Children's rights": ("/rights", "samme rettigheter som andre norske barn"),
    "Compensation and redress": ("/rights", "Erstatning og oppreisning"),
}


class Links(HTMLParser):
    """The addresses that a page leads to, without what stands after # and ?."""

    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        address = dict(attrs).get("href") or ""
        if tag == "a" and address.startswith("/"):
            self.found.add(address.partition("#")[0].partition("?")[0])


@pytest.fixture
def within_two_clicks(client):
    """Return every address that two clicks from the first page lead to."""
    first = Links(client.get("/").text).found
    second = [Links(client.get(address).text).found for address in first]
    return {"/"} | first | set().union(*second)


def test_every_heading_is_answered_two_clicks_away(client, within_two_clicks):
    for heading, (address, words) in ANSWERED_BY.items():
        assert address in within_two_clicks, heading
        assert words in client.get(address).text, heading


def test_every_page_that_is_linked_is_there(client, within_two_clicks):
    statuses = {
        address: client.get(address, follow_redirects=True).status_code
        for address in within_two_clicks
    }
    # An answer without its question asks for it.
    assert {a: s for a, s in statuses.items() if s != 200 and a != "/answer"} == {}

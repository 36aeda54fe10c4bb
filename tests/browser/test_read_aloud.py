"""What Chromium tells a screen reader of each page: names, states, order."""

import itertools

import pytest

from tests.browser.test_site import CHILD, PAGES, visit
from tests.chromium import PHONE

# What a reader can reach must say what it is; what takes the focus from a script not.
UNNAMED = {"main", "generic", "RootWebArea"}
LANDMARKS = ("banner", "main", "contentinfo")
ABOUT_THE_UNIT = [
    ("heading 1", ""),
    ("heading 2", "Hva enheten gjør"),
]
FILTERS = [
    ("textbox", "Sted"),
    ("combobox", "Hvem gjelder det?"),
    ("button", "Vis"),
]
RIGHT = ("heading 2", "Fortell om rettigheten i disse stegene")
LADDER = [
    ("heading 2", "Opphold, trinn for trinn"),
    ("heading 3", "Refleksjonsperiode"),
    ("heading 3", "Midlertidig tillatelse"),
    ("heading 3", "Vitnetillatelse"),
    ("heading 3", "Permanent opphold"),
]
# What is heard on each page, in this order; other things may be heard between.
HEARD = {
    "/": [
        ("DisclosureTriangle", "Meny, collapsed"),
        ("link", "Ring 112"),
        ("heading 1", "Hvem skal jeg kontakte?"),
        ("textbox", "Hvor er personen nå?"),
        ("group", "Alder"),
        ("radio", "18 år eller eldre, unchecked"),
        ("group", "Har personen søkt asyl?"),
        ("radio", "Vet ikke, checked"),
        ("heading 2", "Hva trengs nå?"),
        ("button", "Et trygt sted i natt"),
    ],
    "/?lang=en": [
        ("link", "Call 112"),
        ("heading 1", "Whom should I contact?"),
        ("textbox", "Where is the person now?"),
        ("group", "Age"),
        ("radio", "Under 18, or you are in doubt, unchecked"),
        ("heading 2", "What is needed now?"),
        ("button", "A safe place tonight"),
    ],
    f"/answer?step=report_child&{CHILD}": [
        ("region", "Akutt fare"),
        ("region", "Under 18 år"),
        ("list", "Det du spurte om. Velg for å endre."),
        ("heading 2", "Du melder selv"),
        ("region", "Hvem gjør hva i dette steget"),
        ("navigation", "Hvor du er i forløpet"),
        ("DisclosureTriangle", "Hvorfor dette svaret?, collapsed"),
        ("link", "Meld feil eller mangel"),
    ],
    f"/answer?step=report_child&{CHILD}&lang=nn": [
        ("list", "Det du spurde om. Vel for å endre."),
        ("heading 2", "Du melder sjølv"),
        ("region", "Kven gjer kva i dette steget"),
        ("DisclosureTriangle", "Kvifor dette svaret?, collapsed"),
    ],
    "/answer?step=acute_housing&place=0301&track=adult": [
        ("heading 2", "Trygt sted i natt"),
        ("heading 2", "Dette kan du dele"),
        ("heading 2", "Dette skjer videre"),
        ("region", "Hvem gjør hva i dette steget"),
    ],
    "/answer?step=talk&place=5001&track=minor": [
        ("heading 1", "«Samtale» gjelder ikke for: Under 18 år, eller tvil om alder"),
        ("heading 2", "Steg som gjelder for den du spør om"),
        ("link", "Melding til barnevernet"),
    ],
    "/answer?step=settle&place=5001&track=adult": [
        ("heading 2", "Bosetting, arbeid og utdanning"),
        ("region", "Hvem gjør hva i dette steget"),
        ("link", "Meld feil eller mangel"),
    ],
    "/answer?step=health&place=nowhere": [
        ("heading 1", "Hvem skal jeg kontakte?"),
        ("alert", ""),
        ("textbox", "Hvor er personen nå?, invalid"),
        ("button", "Helsehjelp"),
    ],
    "/answer?step=report_child&place=5001": [
        ("heading 2", "Melding til barnevernet"),
        ("region", "Hvem gjør hva i dette steget"),
        ("DisclosureTriangle", "Gjelder også, men noe annet går foran, collapsed"),
    ],
    "/steps?place=Her%C3%B8y": [
        ("heading 1", "Hvilket sted mener du?"),
        ("link", "Herøy"),
        ("link", "Herøy"),
    ],
    "/steps": [
        ("heading 1", "Forløpet, steg for steg"),
        *FILTERS,
        ("region", "Når som helst"),
        ("heading 3", "Helsehjelp"),
        ("heading 2", "Identifisering steg 1–9"),
        ("heading 3", "Melding til barnevernet"),
        ("heading 2", "Verifisering steg 24"),
        ("heading 3", "Verifisering – politiet"),
        ("heading 3", "Verifisering – utlendingsmyndighetene"),
        ("heading 3", "Verifisering – barnevernet"),
    ],
    f"/steps?{CHILD}": [
        *FILTERS,
        ("region", "Når som helst"),
        ("heading 2", "Identifisering steg 1–7"),
    ],
    "/search": [
        ("heading 1", "Søk"),
        ("search", ""),
        ("searchbox", "Hva trengs, eller hvem leter du etter?"),
        ("button", "Søk"),
    ],
    "/checklist": [
        ("heading 1", "Sjekkliste: tegn på menneskehandel"),
        *FILTERS,
        ("button", "Fjern alle kryss"),
        ("DisclosureTriangle", "Generelle tegn, expanded"),
        ("group", "Generelle tegn"),
        ("checkbox", "Personen eller familien er truet, unchecked"),
        ("heading 2", "Neste steg: Norge"),
        ("heading 3", "18 år eller eldre"),
        ("heading 4", "Søk råd og veiledning"),
        ("heading 3", "Under 18 år, eller du er i tvil"),
    ],
    f"/checklist?{CHILD}&lang=nn": [
        ("heading 1", "Sjekkliste: teikn på menneskehandel"),
        ("group", "Barn under 18 år"),
        ("group", "Generelle teikn"),
        ("heading 2", "Neste steg: Trondheim"),
    ],
    f"/search?q=et+sted+å+sove&{CHILD}": [
        ("searchbox", "Hva trengs, eller hvem leter du etter?"),
        ("button", "Søk"),
        ("heading 2", "Steg: hvem som gjør hva"),
        ("link", "Trygt sted i natt"),
    ],
    "/search?q=qzxw&lang=en": [
        ("heading 1", "Search"),
        ("heading 2", "We found nothing"),
        ("link", "Answer three questions and get one number"),
    ],
    "/search?q=barnevern&kind=organisation&lang=nn": [
        ("heading 1", "Søk"),
        ("link", "Vis alle slag"),
        ("heading 2", "Instansar"),
    ],
    "/steps/report_child": [
        ("heading 1", "Melding til barnevernet"),
        ("textbox", "Hvor er personen nå?"),
        ("combobox", "Hvem gjelder det?"),
        ("button", "Finn ansvarlig her"),
        ("heading 2", "Lov og kilder"),
        ("heading 2", "Hvem gjør hva i dette steget"),
    ],
    "/places/5001": [
        ("heading 1", "Hvem som gjør hva i Trondheim"),
        ("heading 2", "Alle som har en rolle her"),
        ("heading 3", "Trøndelag politidistrikt"),
        ("heading 3", "Barneverntjenesten i Trondheim"),
        ("heading 2", "Ikke funnet her"),
    ],
    "/organisations": [
        ("heading 1", "Instanser"),
        ("search", ""),
        ("searchbox", "Navn"),
        ("combobox", "Type"),
        ("button", "Vis"),
        ("link", "Neste side"),
    ],
    "/organisations?q=finnes-ikke": [
        ("searchbox", "Navn"),
        ("status", ""),
    ],
    "/organisations/line-rosa": [
        ("heading 1", "ROSA"),
        ("heading 2", "Kontakt"),
        ("heading 2", "Hva instansen gjør, steg for steg"),
        ("link", "Trygt sted i natt"),
        ("heading 2", "Fakta"),
    ],
    "/rights": [("heading 1", "Rettigheter"), ("heading 2", "Rett til"), *LADDER],
    f"/rights/safe_housing?{CHILD}": [
        ("heading 1", "Trygg og tilpasset bolig"),
        *FILTERS,
        RIGHT,
    ],
    "/rights/reflection_period": [
        ("heading 1", "Refleksjonsperiode"),
        *FILTERS,
        *LADDER,
        RIGHT,
    ],
    "/sources": [("heading 1", "Kilder"), ("link", "Barnevernsloven § 13-2")],
    "/sources/bvl_13_2": [
        ("heading 1", "Barnevernsloven § 13-2"),
        ("heading 2", "Steg som bygger på dette"),
        ("link", "Melding til barnevernet"),
    ],
    "/guide": [
        ("heading 1", "Veileder: identifisering av mulige ofre for menneskehandel"),
        ("navigation", "Innhold"),
        ("heading 2", "1. Målgruppe for denne veilederen"),
        ("heading 2", "2. Definisjoner"),
        ("heading 3", "De tre verifiseringene"),
        ("textbox", "Sted"),
    ],
    f"/guide?{CHILD}&lang=nn": [
        ("heading 2", "1. Målgruppa for denne rettleiaren"),
        ("heading 2", "2. Definisjonar"),
    ],
    "/guide/audience": [
        ("heading 1", "1. Målgruppe for denne veilederen"),
        ("heading 3", "Hvem som kan identifisere"),
        ("navigation", "Andre kapitler"),
    ],
    "/guide/system?lang=en": [
        ("heading 3", "The three verifications"),
        ("heading 4", "Verification – the police"),
        ("navigation", "Other chapters"),
    ],
    f"/guide/referral?{CHILD}": [
        ("heading 3", "Hvem du ringer"),
        *FILTERS,
        ("heading 4", "Melding til barnevernet"),
    ],
    "/guide?place=nowhere": [
        ("heading 1", "Veileder"),
        ("alert", ""),
        *FILTERS,
    ],
    f"/card?{CHILD}": [
        ("heading 1", "Lommekort: Trondheim"),
        ("link", "Last ned PDF"),
        ("heading 2", "Hvem du ringer"),
        ("heading 3", "Melding til barnevernet"),
        ("heading 2", "Rettigheter å nevne"),
        ("heading 2", "Dette kan du dele"),
        ("image", "QR-kode til kortet på nettsiden"),
        ("heading 2", "Et annet kort"),
        *FILTERS,
        ("checkbox", ""),
    ],
    "/card?place=0301&track=adult&lang=en": [
        ("heading 1", "Pocket card: Oslo"),
        ("link", "Download PDF"),
        ("heading 2", "Whom to call"),
        ("heading 2", "What you may share"),
    ],
    "/card": [("heading 1", "Lommekort"), *FILTERS],
    "/card?place=nowhere&lang=nn": [
        ("heading 1", "Lommekort"),
        ("alert", ""),
        ("textbox", "Stad"),
    ],
    "/unit": ABOUT_THE_UNIT,
    "/traces": [
        ("heading 1", "Slett spor"),
        ("checkbox", "Bruk Shift tre ganger til å forlate siden, checked"),
        ("heading 2", "Kortet til bruk uten nett"),
        ("checkbox", ""),
        ("heading 2", "Slett historikken"),
    ],
    "/accessibility": [
        ("heading 1", "Tilgjengelighet"),
        ("heading 2", "Det vi vet er mangelfullt"),
    ],
    "/easy": [("heading 1", "Trenger du hjelp?"), ("heading 2", "Er du under 18 år?")],
    "/suggestions/new?step=health&place=5001": [
        ("heading 1", "Meld feil eller mangel"),
        ("radio", "Noe er feil, checked"),
        ("textbox", "Hva er feil, eller hva mangler?"),
        ("button", "Send til enheten"),
    ],
    "/suggestions/thanks": [("heading 1", "Takk for meldingen")],
    "/nothing-here": [("heading 1", "")],
}


def tree(page):
    """Return what is told of a page in order: role, name with state, and properties."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    below = {node["nodeId"]: node for node in nodes}
    return list(told(nodes[0], below))


def told(node, below):
    if not node["ignored"]:
        yield heard(node)
    for child in node.get("childIds", []):
        if child in below:
            yield from told(below[child], below)


def heard(node):
    role, name = node["role"]["value"], node.get("name", {}).get("value", "")
    has = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
    if role == "heading":
        role = f"heading {has['level']}"
    states = [
        word
        for is_so, word in (
            (has.get("expanded") is False, "collapsed"),
            (has.get("expanded") is True, "expanded"),
            (has.get("checked") == "true", "checked"),
            (has.get("checked") == "false", "unchecked"),
            (has.get("invalid") == "true", "invalid"),
        )
        if is_so and role != "combobox"
    ]
    return role, ", ".join([" ".join(name.split()), *states]), has


def test_what_is_heard_is_listed_for_every_page():
    assert list(HEARD) == PAGES


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_heard_in_order_with_names_and_states(chromium, site, address):
    context = chromium.new_context(base_url=site, viewport=PHONE)
    page = context.new_page()
    visit(page, address)
    everything = tree(page)
    context.close()

    left = iter(everything)
    for role, name in HEARD[address]:
        assert any(
            role == its_role and name in ("", its_name)
            for its_role, its_name, _ in left
        ), (role, name)
    unnamed = [
        role for role, name, has in everything if has.get("focusable") and not name
    ]
    assert set(unnamed) <= UNNAMED
    roles = [role for role, _, _ in everything]
    assert [roles.count(landmark) for landmark in LANDMARKS] == [1, 1, 1]
    levels = [int(role[-1]) for role in roles if role.startswith("heading")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_menu_says_that_it_is_open_and_where_one_is(phone):
    visit(phone, "/steps")
    phone.locator(".menu summary").click()

    names = [name for role, name, _ in tree(phone) if role == "DisclosureTriangle"]
    assert "Meny, expanded" in names
    current = phone.locator(".menu [aria-current=page]")
    assert current.inner_text() == "Forløpet"

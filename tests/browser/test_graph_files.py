"""The network as files in a browser: what a file would bring is seen before it is."""

from tests.browser.test_site import NONE, faults_by_look, visit
from tests.chromium import PHONE

SHEET = """Label,Type,Tags,Key,Web
<b>Et nytt senter med et langt navn som ikke skal sprenge siden</b>,Krisesenter,nord,,
Nordforum,Nettverk,,,
En person,Person,,,
Barnevern,Barneverntjeneste,,bv-trondheim,https://et-langt-navn-uten-mellomrom.example
"""
NARROW = {"width": 320, "height": 640}


def send(page, name, text):
    visit(page, "/network/files")
    page.get_by_label("Fil", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Se hva filen gir").click()


def test_a_preview_and_a_refusal_have_no_fault_in_any_look_and_fit(desk):
    page = desk(viewport=NARROW).new_page()
    for text, heading in (
        (SHEET, "Dette blir lagt inn"),
        ("Label,Type\nA,ukjent\n", "1 feil."),
    ):
        send(page, "kart.csv", text)
        page.get_by_role("heading", name=heading).wait_for()

        assert faults_by_look(page) == NONE
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.locator("main b").count() == 0
        if heading == "Dette blir lagt inn":
            changed = page.locator(".proposal li:has(.act-row)").inner_text()
            assert "Endret: Instans «Barnevern»" in changed
            assert "https://et-langt-navn-uten-mellomrom.example" in changed


def test_without_scripts_a_file_is_previewed_and_can_be_brought_in(desk):
    page = desk(viewport=PHONE, java_script_enabled=False).new_page()
    send(page, "kart.csv", SHEET)

    told = page.locator("section[role=status]").inner_text()
    assert "Ny: Nettverket «Nordforum»" in told
    assert "Person (1): verken instans eller nettverk. «En person»" in told
    assert "Leses ikke: tags (1)." in told
    page.get_by_role("button", name="Legg inn").click()
    page.get_by_role("heading", name="Lagt inn").wait_for()
    send(page, "kart.csv", SHEET)
    page.get_by_role("heading", name="Ingenting å legge inn").wait_for()

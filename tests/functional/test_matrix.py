"""The matrix as pages, as a workbook, and edited by a form."""

import io
import re
from html import unescape

import pytest
from openpyxl import load_workbook

from tests.exchanging import bring_all
from tests.functional.test_accounts import a_user, send, sign_in
from tests.networks import NETWORK

CELL = "/matrix/cell?step=talk_child&holder=kind:police_district&place=5001&track=minor"


def the_network():
    bring_all(NETWORK)


@pytest.fixture
def beforehand():
    return the_network


def said(page):
    """Return what is read aloud of the cells."""
    return unescape(
        " | ".join(re.findall(r'<span class="ds-sr-only">([^<]+:[^<]+)<', page))
    )


def test_the_matrix_is_read_aloud_cell_by_cell(unit):
    page = unit.get("/matrix?place=5001&track=minor").text

    assert (
        "Melding til barnevernet, Kommunal barnevernstjeneste: svarer for det"
        in said(page)
    )
    assert "Samtale med barn, Politidistrikt: ingen rolle" in said(page)
    assert '<th scope="rowgroup"' in page
    assert "Ingen svarer" in unit.get("/matrix?track=adult").text


def test_place_group_and_view_narrow_it_and_what_is_wrong_is_said(unit):
    by_name = unit.get("/matrix?place=Trondheim&by=organisations&track=minor")

    assert "Barnevernet i Trondheim" in by_name.text
    assert unit.get("/matrix?only=failing").text.count("<tr") < unit.get(
        "/matrix"
    ).text.count("<tr")
    assert unit.get("/matrix?place=ingensteds").status_code == 404
    assert unit.get("/matrix?track=ingen").status_code == 404
    assert unit.get("/matrix?by=alt").status_code == 422
    assert (
        unit.get("/matrix/cell?step=x&holder=kind:rosa&place=5001").status_code == 404
    )
    assert (
        unit.get("/matrix/cell?step=talk&holder=kind:x&place=5001").status_code == 404
    )
    assert unit.get("/matrix/cell?step=talk&holder=%00&place=5001").status_code == 404


def test_the_matrix_asks_for_a_group_in_each_language(unit):
    assert "Hvem gjelder det?</label>" in unit.get("/matrix").text
    assert "Who is it about?</label>" in unit.get("/matrix?lang=en").text


def test_a_cell_is_set_by_a_form_and_taken_back(unit):
    form = {
        "step": "talk_child",
        "holder": "kind:police_district",
        "place": "5001",
        "track": "minor",
        "seen": "",
        "roles": ["R", "C"],
        "status": "proposed",
    }
    saved = send(unit, "/matrix/cell", page=CELL, **form)
    back = saved.headers["Location"]
    page = unit.get(back)

    assert saved.status_code == 303
    assert back.endswith("#talk_child.kind:police_district")
    assert "Politidistrikt: gjør det, kan gi råd" in said(page.text)
    stale = send(unit, "/matrix/cell", page=CELL, **form | {"roles": ["A"]})
    assert stale.status_code == 409
    assert re.search(r'id="role-A"[^>]* checked', stale.text)
    undo = re.search(r'action="(/changes/\d+/undo)"', page.text)[1]
    send(unit, undo, page="/account")
    again = unit.get("/matrix?place=5001&track=minor").text
    assert "Samtale med barn, Politidistrikt: ingen rolle" in said(again)


def test_what_applies_from_a_wider_place_is_said_and_led_to(unit):
    page = unit.get(CELL.replace("police_district", "child_welfare")).text
    rule = re.search(
        r'<a href="(/records/responsibilities/\d+)">'
        r"Svarer for det: Kommunal barnevernstjeneste, Norge<",
        page,
    )

    assert rule
    assert "Samtale med barn, Svarer for det" in unit.get(rule[1]).text


def test_a_role_of_one_organisation_is_led_to_from_its_kinds_cell(unit):
    rules = "step,role,holder,place,tracks,status\n"
    bring_all({"responsibilities": rules + "talk_child,I,bv-trondheim,5001,,agreed\n"})
    cell = CELL.replace("police_district", "child_welfare").replace("&track=minor", "")

    page = unit.get(cell).text

    rule = re.search(r'<a href="([^"]+)">Får vite om det: Barnevernet i Tr[^<]*<', page)
    assert rule
    assert unit.get(rule[1] + "/edit").status_code == 200


def test_a_proposal_that_does_not_apply_is_seen_in_its_cell(unit):
    form = {
        "step": "report_child",
        "holder": "kind:police_district",
        "place": "5001",
        "track": "minor",
        "seen": "",
        "roles": ["A"],
        "status": "proposed",
    }
    send(unit, "/matrix/cell", page=CELL, **form)

    page = unit.get("/matrix?place=5001&track=minor").text

    waits = "Melding til barnevernet, Politidistrikt: svarer for det, gjelder ikke ennå"
    assert waits in said(page)
    assert "letter-waits" in page


def test_a_cell_where_a_check_fails_says_so_aloud(unit):
    page = unit.get("/matrix?place=5001&track=minor").text

    assert ": svarer for det. A kan ikke nås" in said(page)


def test_an_address_cannot_make_anyone_take_back_what_another_did(unit):
    page = unit.get("/matrix?place=5001&done=1").text

    assert "/changes/1/undo" not in page


def test_only_the_unit_edits(unit, app):
    a_user("leser@example.no", "reader")
    reader = app.test_client()
    sign_in(reader, "leser@example.no")

    page = reader.get("/matrix")

    assert page.status_code == 200
    assert "/matrix/cell" not in page.text
    assert reader.get(CELL).status_code == 403


def test_the_workbook_says_the_same(unit):
    bring_all(
        {"organisations": 'key,name,kind,serves\nfarlig,"=1+1",child_welfare,5001\n'}
    )

    answer = unit.get("/matrix/workbook.xlsx?place=5001&track=minor&by=organisations")

    book = load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert header[:2] == ["Steg", "Status"]
    assert header[-1] == "Kontroll"
    assert "=1+1" in header
    assert "f" not in {cell.data_type for row in sheet for cell in row}
    column = header.index("Barnevernet i Trondheim")
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    assert rows["Melding til barnevernet"][column].value == "A"
    assert "To svarer" in (rows["Samtale med barn"][-1].value or "")
    assert sheet.freeze_panes == "C2"

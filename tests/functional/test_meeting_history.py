"""What was done to a meeting, on its page: in words, and what cannot be called back."""

import re

import pytest

from coordinator import guests, meetings, occurrences, replies
from coordinator.access import UNIT
from models import db
from tests.exchanging import bring
from tests.functional.test_accounts import a_user, send, sign_in
from tests.meetings import a_meeting, bring_network, change, organizer
from tests.meetings import send as mail

SERIES = {"rrule": "FREQ=WEEKLY;BYDAY=WE;COUNT=4"}


@pytest.fixture
def unit(app):
    """Return someone of the unit who is signed in."""
    bring_network()
    client = app.test_client()
    a_user("kari@example.no")
    sign_in(client, "kari@example.no")
    return client


def said(page):
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_history_of_a_meeting_is_told_in_words(unit, app):
    account = organizer()
    key = a_meeting(account, **SERIES)
    mail(key, account)
    change(key, account, title="Nytt navn", ends="2026-12-09T11:45", **SERIES)
    first = meetings.profile(key, UNIT).meeting.starts
    invited = {one.invitee.name: one.invitation for one in guests.of(key).guests}
    db.session.rollback()
    replies.answer(invited["Kari"], "accepted", comment="Gjerne")
    replies.answer(invited["Kari"], "declined", original=first)
    occurrences.cancel(key, first, "Snø", account)
    bring("attendances", f"meeting,holder,attended\n{key},politi,true\n")

    page = unit.get(f"/changes/meetings/{key}")
    text = said(page)

    for words in (
        "Nytt navn, 9. desember 2026",
        "Slutter før: 9. desember 2026 11.30 nå: 9. desember 2026 11.45",
        "Invitasjon Kari",
        "Svar før: Har ikke svart nå: Kommer",
        "Kommentar nå: Gjerne",
        "Svarte nå: med lenken",
        "Svar på én gang Kari, 9. desember 2026 10.00 opprettet",
        "Én gang av en serie Nytt navn, 9. desember 2026, 9. desember 2026 10.00",
        "Avlyst Ja",
        "Grunn Snø",
        "Møtedeltakelse Nytt navn, 9. desember 2026, Politiet",
        "Var med Ja",
        "Sak Melding",
        "Den som er invitert",
        "Import fra fil",
        "Steg Melding til barnevernet",
        "Gjentas Hver uke på onsdag, 4 ganger",
    ):
        assert words in text, words
    for code in ("needs-action", "report_child", "2026-12-09T", "FREQ", "uid"):
        assert code not in text, code
    assert "Hva som er gjort med møtet" in unit.get(f"/meetings/{key}").text
    assert "Nytt navn" in said(unit.get("/changes?kind=meeting"))


def test_only_the_unit_reads_it_and_of_no_meeting_there_is_none(unit, app):
    key = a_meeting(organizer())
    reader = app.test_client()
    a_user("liv@example.no", "reader")
    sign_in(reader, "liv@example.no")

    assert reader.get(f"/changes/meetings/{key}").status_code == 403
    assert unit.get("/changes/meetings/finnes-ikke").status_code == 404
    assert unit.get("/changes/meetings/%00").status_code == 404


def test_what_was_sent_is_not_called_back_and_the_page_says_why(unit, app):
    account = organizer()
    key = a_meeting(account)
    page = unit.get(f"/changes/meetings/{key}").text
    act = re.search(r'href="/changes/(\d+)"', page)[1]
    mail(key, account)

    shown = unit.get(f"/changes/{act}")
    refused = send(unit, f"/changes/{act}/undo", page="/records/persons/new")

    assert refused.status_code == 409
    for told in (shown, refused):
        assert "det som er sendt, kan ikke kalles tilbake" in said(told)
        assert "Barn i Trondheim" in said(told)


def test_what_a_meeting_leans_on_is_not_deleted_and_the_page_says_so(unit, app):
    account = organizer()
    key = a_meeting(account, network="forum")
    mail(key, account)

    for address, words in (
        ("organisations/bv", "Invitasjon: 2"),
        ("posts/leder", "Invitasjon: 1"),
        ("persons/kari", "Invitasjon: 1"),
        ("networks/forum", "Møte: 1"),
        ("steps/report_child", "Sak: 1"),
    ):
        page = unit.get(f"/records/{address}/delete")
        assert words in page.text, address
        version = re.search(r'name="version" value="(\d+)"', page.text)
        sent = {"version": version[1]} if version else {}
        gone = send(
            unit, f"/records/{address}/delete", page="/records/persons/new", **sent
        )
        assert gone.status_code == 409, address


def test_meetings_have_no_register_but_who_was_there_has(unit, app):
    key = a_meeting(organizer())
    bring("attendances", f"meeting,holder,answer\n{key},politi,accepted\n")

    assert unit.get("/records/meetings").status_code == 404
    listed = said(unit.get("/records/attendances?q=politi"))
    assert "Politiet Barn i Trondheim, 9. desember 2026 Kommer" in listed
    assert "Politiet" in said(unit.get(f"/records/attendances?meeting={key}"))
    made = send(
        unit, "/records/attendances/new", page="/records/attendances/new",
        meeting="Barn i Trondheim", holder="Barnehuset", answer="declined",
        attended="false", action="save",
    )  # fmt: skip
    assert made.status_code == 303
    shown = said(unit.get(made.headers["Location"]))
    assert "Svar Kommer ikke" in shown
    assert "Var med Nei" in shown

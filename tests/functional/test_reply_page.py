"""The answer page: by a signed link, without a session, changing nothing when read."""

import hashlib
import shutil
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from coordinator import guest_lists, invitations, occurrences, replies
from coordinator.access import select_to_write
from models import Change, Message, db
from tests import meetings as there
from tests.meetings import a_meeting, change, guest, send
from views import config, reply_tokens
from views.config import BadSetting

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
WEEKLY = {"rrule": "FREQ=WEEKLY;COUNT=5"}
SECOND = datetime(2026, 12, 16, 10)


@pytest.fixture
def database_url(filled_sqlite, tmp_path):
    """Return a fresh database of one kind: what answers do is tested on both."""
    shutil.copy(filled_sqlite, tmp_path / "coordinator.db")
    return f"sqlite:///{tmp_path / 'coordinator.db'}"


@pytest.fixture
def clock():
    with time_machine.travel(NOW) as clock:
        yield clock


@pytest.fixture
def unit(app, clock):
    there.bring_network()
    return there.organizer()


def address(key, name="Kari"):
    return f"/replies/{reply_tokens.token(guest(key, name).invitation)}"


def sent(unit, **changed):
    key = a_meeting(unit, **changed)
    send(key, unit)
    return key


def post(client, to, **given):
    return client.post(to, data=given)


def test_point_68_the_page_asks_and_a_form_answers_without_a_session(client, unit):
    key = sent(unit, answer_by="2026-12-02")
    page = client.get(f"{address(key)}?answer=tentative")
    answered = post(client, address(key), answer="tentative", comment="Litt sent")
    after = client.get(answered.location)

    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "Set-Cookie" not in answered.headers
    assert "Barn i Trondheim" in page.text
    assert "kl. 10.00–11.30, norsk tid (UTC+1)" in page.text
    assert "Svar innen" in page.text
    assert 'value="tentative" required checked' in page.text
    assert answered.status_code == 303
    assert "Enheten ser svaret nå." in after.text
    assert "Du har svart kanskje." in after.text
    assert (guest(key, "Kari").answer, guest(key, "Kari").comment) == (
        "tentative",
        "Litt sent",
    )


def test_point_35_reading_any_of_its_links_changes_nothing(client, unit, tmp_path):
    key = sent(unit)
    to = address(key)

    def content():
        connection = db.session.connection().connection.driver_connection
        dump = "\n".join(connection.iterdump())
        db.session.rollback()
        return hashlib.sha256(dump.encode()).hexdigest()

    before = content()
    for link in (
        to,
        f"{to}?answer=accepted",
        f"{to}?answer=declined&lang=en",
        f"{to}/invite.ics",
    ):
        assert client.get(link).status_code == 200
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200

    assert content() == before


def test_a_mind_is_changed_and_both_answers_are_in_the_history(client, unit):
    key = sent(unit)
    for answer in ("accepted", "declined"):
        assert post(client, address(key), answer=answer).status_code == 303

    kari = guest(key, "Kari")
    assert kari.answer == "declined"
    rows = select_to_write(Change.after).where(
        Change.kind == "invitation", Change.key == kari.invitation
    )
    said = [row["answer"] for row in db.session.scalars(rows) if "answer" in row]
    db.session.rollback()
    assert said[-2:] == ["accepted", "declined"]


def test_one_occurrence_of_a_series_is_answered_by_itself(client, unit):
    key = sent(unit, **WEEKLY)
    to = address(key)
    page = client.get(f"{to}?occurrence=2026-12-16T10:00")
    post(client, to, answer="accepted")
    post(client, to, answer="declined", occurrence="2026-12-16T10:00")
    after = client.get(to)
    strange = post(client, to, answer="declined", occurrence="2026-12-17T10:00")

    assert '<option value="2026-12-16T10:00" selected>' in page.text
    assert "Hver uke, 5 ganger" in page.text
    assert "onsdag 16. desember kl. 10.00 (kommer ikke)" in after.text
    kari = guest(key, "Kari")
    answers = replies.answers_of([kari.invitation])
    db.session.rollback()
    assert kari.answer == "accepted"
    assert answers[kari.invitation] == {SECOND: "declined"}
    assert strange.status_code == 422
    assert "Velg et av møtene i listen." in strange.text


def test_a_deputy_is_sent_and_answers_for_herself(client, unit):
    key = sent(unit)
    to = f"{address(key)}/deputy"
    wrong = post(client, to, name="", email="nobody")
    sent_one = post(client, to, name="Ane", email="ane@example.org")
    after = client.get(sent_one.location)

    assert wrong.status_code == 422
    assert "Navnet mangler." in wrong.text
    assert "E-postadressen er ikke en e-postadresse." in wrong.text
    assert 'value="nobody"' in wrong.text
    assert "Ane får invitasjonen nå." in after.text
    page = client.get(address(key, "Ane"))
    assert "Ane, i stedet for Kari" in page.text
    self_sent = post(
        client, f"{address(key, 'Ane')}/deputy", name="K", email="kari@bv.example"
    )
    assert self_sent.status_code == 422
    assert "velg en annen" in self_sent.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Velg om du kommer."),
        ({"answer": "delegated"}, "Velg om du kommer."),
        ({"answer": "accepted", "comment": "a\x00b"}, "styretegn"),
        ({"answer": "accepted", "comment": "x" * 501}, "er for lang"),
        ({"answer": "accepted", "occurrence": "\u2028"}, "Velg et av møtene"),
    ],
)
def test_a_bad_answer_is_refused_with_its_reason_and_nothing_is_lost(
    client, unit, given, said
):
    key = sent(unit)

    page = post(client, address(key), **given)

    assert page.status_code == 422
    assert said in page.text
    assert guest(key, "Kari").answer == "needs-action"
    if "x" * 501 in given.values():
        assert "x" * 501 in page.text


def test_what_cannot_be_answered_any_more_says_so(client, unit, clock):
    over = sent(unit)
    off, gone = sent(unit, title="Avlyst"), sent(unit, title="Uten Kari")
    to = {key: address(key) for key in (over, off, gone)}
    invitations.cancel(off, "For få", unit)
    guest_lists.remove(gone, guest(gone, "Kari").invitee.who, unit)
    send(gone, unit)
    clock.move_to(NOW + timedelta(days=30))

    pages = {key: client.get(to[key]).text for key in to}
    tried = [post(client, to[key], answer="accepted").status_code for key in to]

    assert "Møtet har vært." in pages[over]
    assert "Møtet er avlyst av Enheten." in pages[off]
    assert "Grunn: For få" in pages[off]
    assert "Du er ikke lenger invitert." in pages[gone]
    assert all('name="answer"' not in page for page in pages.values())
    assert tried == [303, 303, 303]
    assert guest(over, "Kari").answer == "needs-action"


def test_a_series_is_answered_until_its_last_meeting(client, unit, clock):
    key = sent(unit, **WEEKLY)
    to = address(key)
    clock.move_to(NOW + timedelta(days=22))  # 18 December: two are over

    page = client.get(to).text

    assert "Neste gang" in page
    assert "Onsdag 23. desember 2026" in page
    assert "2026-12-16T10:00" not in page


@pytest.mark.parametrize("bad", ["x", "a" * 42, "é" * 42, "%00" * 42])
def test_a_token_that_we_did_not_make_leads_nowhere(client, unit, bad):
    assert client.get(f"/replies/{bad}").status_code == 404
    assert (
        client.post(f"/replies/{bad}", data={"answer": "accepted"}).status_code == 404
    )
    assert client.get(f"/replies/{bad}/invite.ics").status_code == 404


def test_a_token_is_of_one_invitation_in_either_case_and_of_this_key_alone(app):
    made = reply_tokens.token("0123456789abcdef" * 2)

    assert reply_tokens.invitation_of(made.upper()) == "0123456789abcdef" * 2
    for at in range(len(made)):
        other = "a" if made[at] != "a" else "b"
        assert reply_tokens.invitation_of(made[:at] + other + made[at + 1 :]) is None
    mailbox = reply_tokens.address("0" * 32).partition("@")[0]
    assert mailbox == f"coordinator+{reply_tokens.token('0' * 32)}"
    object.__setattr__(app.config["SETTINGS"], "secret_key", "another")
    assert reply_tokens.invitation_of(made) is None


def test_a_sender_without_room_for_a_token_stops_the_start(tmp_path):
    sender = f"{'a' * 22}@example.org"
    with pytest.raises(BadSetting, match="MAIL_FROM may have 21 signs"):
        config.read({"INSTANCE": str(tmp_path), "MAIL_FROM": sender})


def test_the_link_is_told_to_nobody(client, unit, caplog):
    key = sent(unit)
    to = address(key)

    page = client.get(to)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    client.application.testing = False
    client.application.view_functions["replies.show"] = _fails
    broken = client.get(to)

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-store"
    assert broken.status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert to.rpartition("/")[2] not in caplog.text


def _fails(token):
    return 1 / 0


def test_another_site_cannot_answer(client, unit):
    key = sent(unit)

    for end in ("", "/deputy"):
        other = client.post(
            f"{address(key)}{end}",
            data={"answer": "accepted", "name": "A", "email": "a@example.org"},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert other.status_code == 403
    assert guest(key, "Kari").answer == "needs-action"


def test_t16_an_invitation_is_answered_so_often_and_no_more(client, unit):
    key = sent(unit)
    given = [
        post(client, address(key), answer="accepted").status_code for _n in range(21)
    ]
    deputies = [
        post(
            client, f"{address(key)}/deputy", name="A", email=f"a{n}@example.org"
        ).status_code
        for n in range(6)
    ]
    other = post(client, address(key, "Ola"), answer="accepted").status_code

    assert given == [303] * 20 + [429]
    assert deputies == [303] * 5 + [429]
    assert other == 303


def test_t26_of_a_protected_meeting_the_link_shows_only_when(client, unit):
    key = sent(unit, audience="unit", **WEEKLY)
    to = address(key)

    said = client.get(to).text + client.get(f"{to}/invite.ics").text

    for secret in ("Barn i Trondheim", "Storgata", "video.example", "Melding"):
        assert secret not in said
    assert "Onsdag 9. desember 2026" in said
    assert f"http://localhost:8000/meetings/{key}" in said


def test_t26_what_was_open_and_is_protected_now_is_shown_no_more(client, unit):
    key = sent(unit)
    to = address(key)
    change(key, unit, audience="unit")

    said = client.get(to).text + client.get(f"{to}/invite.ics").text

    for secret in ("Barn i Trondheim", "Storgata", "video.example", "Melding"):
        assert secret not in said


def test_what_is_shown_is_what_was_sent(client, unit):
    key = sent(unit)
    to = address(key)
    change(key, unit, title="Ikke sendt ennå", starts="2026-12-09T09:00")
    before = client.get(to).text
    send(key, unit)
    after = client.get(to).text

    assert "Ikke sendt" not in before
    assert "kl. 10.00–11.30" in before
    assert "kl. 09.00–11.30" in after


def test_point_04_the_file_for_a_calendar_is_the_event_that_was_mailed(client, unit):
    key = sent(unit, **WEEKLY)
    occurrences.move(
        key, SECOND, {"starts": "2026-12-17T12:00", "ends": "2026-12-17T13:00"}, unit
    )
    occurrences.cancel(key, datetime(2026, 12, 23, 10), "Jul", unit)
    send(key, unit)
    mailed = db.session.scalars(select_to_write(Message.told)).first()
    db.session.rollback()

    answer = client.get(f"{address(key)}/invite.ics")

    whole, moved = Calendar.from_ical(answer.data).walk("VEVENT")
    assert answer.mimetype == "text/calendar"
    assert whole["UID"] == moved["UID"] == mailed["events"][0]["uid"]
    assert moved["RECURRENCE-ID"].dt.replace(tzinfo=None) == SECOND
    assert whole["EXDATE"].dts[0].dt.replace(tzinfo=None).day == 23
    assert b"ATTENDEE" not in answer.data
    assert str(whole["ORGANIZER"]) == "mailto:coordinator@localhost"
    assert client.get(f"{address(key)}/invite.ics").data == answer.data


@pytest.mark.parametrize(
    ("language", "words"), [("nn", "Kjem du?"), ("en", "Are you coming?")]
)
def test_the_page_is_in_the_language_of_its_link(client, unit, language, words):
    key = sent(unit)

    page = client.get(f"{address(key)}?lang={language}").text

    assert words in page
    assert f'<html lang="{language}">' in page
    assert f"{address(key)}?lang={language}" in page

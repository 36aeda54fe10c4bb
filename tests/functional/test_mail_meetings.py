"""Mails of meetings, as a real server receives them: words and calendar part.

Numbers in names are points of the checklist in docs/calendar.md.
"""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from coordinator import (
    accounts,
    calendar_check,
    guest_lists,
    invitations,
    letters,
    occurrences,
    outbox,
    replies,
)
from coordinator.access import select_to_write
from models import Message, User, db, one_write
from tests import meetings as there
from tests.functional.test_mail import states
from tests.meetings import a_meeting, change, guest, send
from views import mail, reply_tokens

KARI = "kari@bv.example"
WEEKLY = {"rrule": "FREQ=WEEKLY;COUNT=5"}
SECOND = datetime(2026, 12, 16, 10)
CANARIES = ("Storgata", "Barn i", "video.example", "Melding", "sak 1", "Leder")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def database_url(filled_sqlite, tmp_path):
    """Return a fresh database of one kind: a mail is told all before it is written."""
    shutil.copy(filled_sqlite, tmp_path / "coordinator.db")
    return f"sqlite:///{tmp_path / 'coordinator.db'}"


@pytest.fixture
def unit(app):
    with time_machine.travel(NOW):
        there.bring_network()
        yield there.organizer()


def delivered(postbox):
    """Deliver what waits; return the mails by the address of each, the newest last."""
    postbox.mails.clear()
    mail.deliver_due()
    found = {}
    for recipients, message in postbox.mails:
        (recipient,) = recipients
        found.setdefault(recipient, []).append(message)
    return found


def to_kari(postbox):
    (message,) = delivered(postbox)[KARI]
    return message


def text_of(message):
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(message):
    return message.get_body(("html",)).get_content()


def calendar_of(message):
    """Return the bytes of the calendar part."""
    (part,) = (p for p in message.walk() if p.get_content_type() == "text/calendar")
    return part.get_payload(decode=True)


def events_of(message):
    return Calendar.from_ical(calendar_of(message)).walk("VEVENT")


def user(email, language, timezone):
    secret = accounts.create(email, "reader", language=language)
    key = accounts.set_password(secret, "en lang og ukjent setning 43", "prøve")
    account = accounts.signed_in(key)
    assert account is not None
    db.session.rollback()
    zoned(account.key, timezone)


@one_write
def zoned(key, timezone):

    found = db.session.scalars(select_to_write(User).where(User.key == key)).one()
    found.timezone = timezone


def test_points_28_29_31_32_the_mail_has_the_shape_that_calendar_programs_read(
    unit, postbox
):
    key = a_meeting(unit)
    send(key, unit)

    mails = delivered(postbox)

    assert sorted(mails) == [
        KARI,
        "menneskehandel@bufdir.no",
        "midt@rosa.example",
        "post@bv.example",
        "sak@politi.example",
    ]
    (message,) = mails[KARI]
    assert message.get_content_type() == "multipart/mixed"
    alternative, attachment = message.iter_parts()
    plain, html, calendar = alternative.iter_parts()
    assert [one.get_content_type() for one in (alternative, plain, html, calendar)] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert calendar["Content-Type"].params == {"charset": "UTF-8", "method": "REQUEST"}
    assert attachment.get_content_type() == "application/ics"
    assert attachment.get_filename() == "invite.ics"
    both = [one.get_payload(decode=True) for one in (calendar, attachment)]
    assert [one["Content-Transfer-Encoding"] for one in (calendar, attachment)] == [
        "base64",
        "base64",
    ]
    assert both[0] == both[1]
    assert both[0].replace(b"\r\n", b"").count(b"\n") == 0
    assert b"METHOD:REQUEST\r\n" in both[0]
    assert [len(line) for line in both[0].split(b"\r\n") if len(line) > 75] == []

    invitation = guest(key, "Kari").invitation
    own = f"coordinator+{reply_tokens.token(invitation)}@localhost"
    assert message["To"] == KARI
    assert message["Cc"] is message["Bcc"] is None
    assert message["From"].addresses[0].addr_spec == "coordinator@localhost"
    assert message["Reply-To"].addresses[0].addr_spec == own
    assert message["Auto-Submitted"] == "auto-generated"
    (event,) = events_of(message)
    assert str(event["ORGANIZER"]) == f"mailto:{own}"
    assert event["ORGANIZER"].params["CN"] == "Enheten"
    assert str(event["ATTENDEE"]) == f"mailto:{KARI}"
    assert dict(event["ATTENDEE"].params) == {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
        "CN": "Kari",
    }
    assert b"@politi" not in both[0]


def test_point_30_the_bytes_that_arrive_are_the_bytes_that_were_made(unit, postbox):
    send(a_meeting(unit, title="Blåbær – 会議 🫐 " + "lang tittel " * 12), unit)
    (waiting, *_more) = sorted(outbox.claim(9), key=lambda one: one.recipient)
    made = calendar_of(mail.render(waiting))
    db.session.rollback()
    outbox.failed(waiting.key, "SMTP 451", for_good=False)
    outbox.retry(waiting.key)

    assert calendar_of(to_kari(postbox)) == made


def test_point_36_a_second_try_sends_the_very_same_mail(unit, postbox):
    with time_machine.travel(NOW, tick=False) as clock:
        key = a_meeting(unit)
        send(key, unit)
        postbox.refuses = {KARI: "451 busy"}
        waiting = {one.recipient: one for one in outbox.claim(9)}
        first = mail.render(waiting[KARI])
        db.session.rollback()
        clock.shift(timedelta(minutes=6))
        assert KARI not in delivered(postbox)
        postbox.refuses = {}
        clock.shift(timedelta(minutes=6))
        (message,) = delivered(postbox)[KARI]

    assert set(states()) == {"sent"}
    assert whole(message) == whole(first)
    (event,) = events_of(message)
    assert event["DTSTAMP"].dt == NOW


def whole(message):
    """Return headers and parts, without the boundaries, which are drawn."""
    headers = [one for one in message.items() if one[0] != "Content-Type"]
    parts = [one.get_payload(decode=True) for one in message.walk()]
    return headers, [part.replace(b"\r\n", b"\n") for part in parts if part]


def test_point_34_the_text_alone_says_what_when_where_why_and_how_to_answer(
    unit, postbox
):
    key = a_meeting(unit, answer_by="2026-12-02")
    send(key, unit)

    text = text_of(to_kari(postbox))

    token = reply_tokens.token(guest(key, "Kari").invitation)
    assert "Du er invitert fordi du svarer for sak 1" in text
    assert "Enheten inviterer deg som leder i Barnevernet til møte" in text
    assert "Når: Onsdag 9. desember 2026, kl. 10.00–11.30, norsk tid (UTC+1)" in text
    assert "Hvor: Møterom 3, Storgata 1, Trondheim" in text
    assert "https://video.example/rom" in text
    assert "Svar innen: Onsdag 2. desember" in text
    for answer in ("accepted", "tentative", "declined"):
        assert f"http://localhost:8000/replies/{token}?answer={answer}\n" in text
    assert "1. Melding (20 min)\n   Her trenger vi deg: du svarer for steget." in text
    assert "Skriv aldri om enkeltsaker eller personer" in text
    assert "22 00 00 00\nenheten@example.no" in text


def test_the_calendar_says_why_and_where_to_answer_and_never_the_agenda(unit, postbox):
    key = a_meeting(unit, location="")
    send(key, unit)

    message = to_kari(postbox)

    (event,) = events_of(message)
    token = reply_tokens.token(guest(key, "Kari").invitation)
    assert str(event["DESCRIPTION"]).split("\n") == [
        "Du er invitert fordi du svarer for sak 1.",
        "Bli med på video: https://video.example/rom",
        f"Svar eller send en stedfortreder: http://localhost:8000/replies/{token}",
    ]
    assert event["LOCATION"] == event["URL"] == "https://video.example/rom"
    assert event["CONFERENCE"] == "https://video.example/rom"
    assert "Melding" in text_of(message)


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        (
            "nb",
            "Invitasjon: Barn i Trondheim, onsdag 9. desember kl. 10.00",
            "norsk tid",
        ),
        (
            "nn",
            "Invitasjon: Barn i Trondheim, onsdag 9. desember kl. 10.00",
            "norsk tid",
        ),
        (
            "en",
            "Invitation: Barn i Trondheim, Wednesday 9 December 10:00",
            "Norwegian time",
        ),
    ],
)
def test_a_mail_is_in_its_readers_language(unit, postbox, language, subject, words):
    user(KARI, language, "Europe/Oslo")
    send(a_meeting(unit), unit)

    message = to_kari(postbox)

    assert message["Subject"] == subject
    assert message["Content-Language"] == language
    assert f'<html lang="{language}">' in html_of(message)
    assert words in text_of(message)
    assert ("&lang=" + language in text_of(message)) == (language != "nb")


def test_point_20_the_time_is_in_the_readers_zone_with_its_name_and_offset(
    unit, postbox
):
    user("leder@bv.example", "en", "America/New_York")
    send(
        a_meeting(unit, **WEEKLY, starts="2027-02-24T01:00", ends="2027-02-24T02:00"),
        unit,
    )

    # Kari is the leader no more that day.
    (message,) = delivered(postbox)["leder@bv.example"]

    text = text_of(message)
    assert message["Subject"].endswith("Tuesday 23 February 19:00")
    assert "When: Tuesday 23 February 2027, 19:00–20:00, New York time (UTC−5)" in text
    assert "Wednesday 24 February 01:00–02:00, Norwegian time (UTC+1)" in text
    # New York's clocks change on 14 March, Oslo's on the 28th.
    assert "23 February, 2 March, 9 March, 16 March, 23 March" in text
    assert "at different hours" in text
    (event,) = events_of(message)
    assert event["DTSTART"].dt.tzinfo.key == "Europe/Oslo"


def test_point_33_what_was_moved_says_old_and_new(unit, postbox):
    key = a_meeting(unit)
    send(key, unit)
    first = to_kari(postbox)
    change(
        key,
        unit,
        starts="2026-12-10T09:00",
        ends="2026-12-10T10:00",
        location="Rådhuset, Oslo",
        title="Barn",
    )
    send(key, unit)

    message = to_kari(postbox)

    text = text_of(message)
    assert message["Subject"] == "Endret: Barn, torsdag 10. desember kl. 09.00"
    assert "Møtet har fått ny tid" in text
    assert (
        "* Tid: onsdag 9. desember kl. 10.00–11.30 → "
        "torsdag 10. desember kl. 09.00–10.00\n"
        "* Tittel: Barn i Trondheim → Barn\n"
        "* Sted: Møterom 3, Storgata 1, Trondheim → Rådhuset, Oslo\n"
    ) in text
    assert message["References"] == message["In-Reply-To"] == first["Message-ID"]
    (old,), (new,) = events_of(first), events_of(message)
    assert (old["UID"], old["SEQUENCE"], new["SEQUENCE"]) == (new["UID"], 0, 1)


def test_point_33_who_cancelled_and_why(unit, postbox):
    key = a_meeting(unit)
    send(key, unit)
    delivered(postbox)
    invitations.cancel(key, "For få kan komme", unit)

    message = to_kari(postbox)

    text = text_of(message)
    assert message["Subject"].startswith("Avlyst: Barn i Trondheim, ")
    assert "Enheten har avlyst møtet." in text
    assert "Grunn: For få kan komme" in text
    assert "answer=" not in text + html_of(message)
    (event,) = events_of(message)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert event["COMMENT"] == "For få kan komme"
    assert b"METHOD:CANCEL" in calendar_of(message)


def test_who_is_taken_off_learns_that_the_meeting_goes_on(unit, postbox):
    key = a_meeting(unit)
    send(key, unit)
    delivered(postbox)
    guest_lists.remove(key, guest(key, "Kari").invitee.who, unit)
    send(key, unit)
    message = to_kari(postbox)
    guest_lists.add(key, "leder", "required", unit)
    send(key, unit)
    again = to_kari(postbox)

    (event,), (back,) = events_of(message), events_of(again)
    assert message["Subject"].startswith("Ikke lenger invitert: ")
    assert "Du trenger ikke komme likevel" in text_of(message)
    assert "STATUS" not in event
    assert "Du er invitert igjen" in text_of(again)
    assert back["SEQUENCE"] > event["SEQUENCE"]


def test_a_mail_about_one_occurrence_names_that_one(unit, postbox):
    key = a_meeting(unit, **WEEKLY)
    send(key, unit)
    whole = text_of(to_kari(postbox))
    occurrences.move(
        key,
        SECOND,
        {"starts": "2026-12-17T12:00", "ends": "2026-12-17T13:00"},
        unit,
    )
    send(key, unit)
    moved = to_kari(postbox)
    occurrences.cancel(key, datetime(2026, 12, 23, 10), "Jul", unit)
    send(key, unit)
    off = to_kari(postbox)
    occurrences.restore(key, SECOND, unit)
    send(key, unit)
    back = to_kari(postbox)

    assert "Gjentas: Hver uke, 5 ganger" in whole
    assert "9. desember, 16. desember, 23. desember, 30. desember, 6. januar" in whole
    assert "Møtet onsdag 16. desember er endret" in text_of(moved)
    assert "→ torsdag 17. desember kl. 12.00–13.00" in text_of(moved)
    assert "De andre i rekken er som før." in text_of(moved)
    assert "occurrence=2026-12-16T10:00" in text_of(moved).replace("%3A", ":")
    assert "Møtet onsdag 23. desember er avlyst" in text_of(off)
    assert "Grunn: Jul" in text_of(off)
    assert "Møtet onsdag 16. desember er som planlagt likevel" in text_of(back)
    (event,) = events_of(moved)
    assert event["RECURRENCE-ID"].dt.replace(tzinfo=None) == SECOND


def test_an_answer_that_still_counts_is_kept_and_asks_for_no_other(unit, postbox):
    key = a_meeting(unit)
    send(key, unit)
    delivered(postbox)
    replies.answer(guest(key, "Kari").invitation, "accepted")
    change(key, unit, title="Barn i Midt")
    send(key, unit)

    message = to_kari(postbox)

    (event,) = events_of(message)
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert "RSVP" not in event["ATTENDEE"].params
    assert "Du har svart at du kommer. Har noe endret seg?" in text_of(message)


def test_point_49_a_deputys_mail_says_for_whom(unit, postbox):
    key = a_meeting(unit)
    send(key, unit)
    delivered(postbox)
    replies.send_deputy(guest(key, "Kari").invitation, "Ane", "ane@example.org")

    (message,) = delivered(postbox)["ane@example.org"]

    (event,) = events_of(message)
    assert event["ATTENDEE"].params["DELEGATED-FROM"] == f"mailto:{KARI}"
    assert "Du er bedt om å komme for Kari" in text_of(message)


def test_point_31_all_are_shown_only_where_the_list_is_open(unit, postbox):
    send(a_meeting(unit, shows_attendees=True), unit)

    message = to_kari(postbox)

    (event,) = events_of(message)
    shown = sorted(str(one) for one in event["ATTENDEE"])
    assert len(shown) == 5
    assert "mailto:sak@politi.example" in shown
    assert "- Kari" in text_of(message)


def test_t26_a_protected_meeting_tells_nothing_but_when(unit, postbox):
    key = a_meeting(unit, audience="unit", **WEEKLY)
    send(key, unit)
    first = to_kari(postbox)
    change(key, unit, audience="unit", **WEEKLY, starts="2026-12-09T09:00")
    send(key, unit)
    moved = to_kari(postbox)
    occurrences.cancel(key, datetime(2026, 12, 16, 9), "Storgata er stengt", unit)
    send(key, unit)
    one_off = to_kari(postbox)
    invitations.cancel(key, "Storgata er stengt", unit)
    off = to_kari(postbox)

    for message in (first, moved, one_off, off):
        said = "\n".join(
            [
                str(message["Subject"]),
                text_of(message),
                html_of(message),
                calendar_of(message).replace(b"\r\n ", b"").decode(),
            ]
        )
        assert [canary for canary in CANARIES if canary in said] == []
        assert "onsdag 9. desember" in said or message is one_off
    assert f"http://localhost:8000/meetings/{key}" in text_of(first)
    (event,) = events_of(first)
    assert (event["SUMMARY"], event["CLASS"]) == ("Møte med Enheten", "PRIVATE")
    assert "kl. 10.00–11.30 → onsdag 9. desember kl. 09.00" in text_of(moved)


# What nobody should write, and somebody will

NASTY = (
    "a\r\nBcc: x@example.org\r\n\r\nBEGIN:VEVENT",
    "a\nATTENDEE:mailto:x@example.org",
    "a\rb\x00c\x0bd",
    "a\u2028b\u2029c\x85d",
    'Kari "K" <script>alert(1)</script>; N, \\n :',
    "lang " * 2000,
)


@pytest.mark.parametrize("bad", NASTY)
def test_points_11_12_no_text_becomes_more_than_text(app, postbox, bad):
    told = a_told() | {
        "name": bad,
        "organisation": bad,
        "title_of_post": bad,
        "network": bad,
        "others": [bad],
        "reason": bad,
    }
    told["events"][0] |= {"title": bad, "location": bad}
    told["agenda"] = [{"title": bad, "minutes": 5, "steps": []}]
    write(told)

    (message,) = delivered(postbox)[KARI]

    assert message["Bcc"] is None
    assert len(message["Subject"]) <= 160
    assert message.defects == []
    (event,) = events_of(message)
    names = sorted(
        name for name, _value in event.property_items() if name not in ("BEGIN", "END")
    )
    plain = a_told() | {"reason": "a"}
    assert names == sorted(planned_names(plain))
    assert "<script>" not in html_of(message)
    assert not any(c in event["ATTENDEE"].params["CN"] for c in '"\r\n\x00')


def planned_names(told):
    return [
        "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION",
        "LOCATION", "ORGANIZER", "ATTENDEE", "STATUS", "COMMENT", "TRANSP", "URL",
        "CONFERENCE", "LAST-MODIFIED",
    ]  # fmt: skip


def test_t17_what_is_not_as_planned_does_not_leave_and_is_shown(app, postbox):
    told = a_told()
    told["events"][0]["link"] = "javascript:alert(1)"
    write(told)
    write(a_told() | {"name": "Ola"}, "ola@example.org")

    assert sorted(delivered(postbox)) == ["ola@example.org"]
    assert sorted(states()) == ["failed", "sent"]


def test_t17_a_line_too_many_is_seen(app):
    raw = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
    with pytest.raises(calendar_check.BadCalendar):
        calendar_check.check(raw, [], "REQUEST")


def test_a_refused_proposal_is_told_with_its_method(app, postbox):
    told = a_told() | {"method": "DECLINECOUNTER", "what": "counter_declined"}
    told["events"][0]["recurrence_id"] = "2026-12-16T10:00"
    told |= {"reason": "Rommet er opptatt", "timezone": "America/New_York"}
    write(told, kind=letters.DECLINE_COUNTER)

    message = to_kari(postbox)

    (event,) = events_of(message)
    assert b"METHOD:DECLINECOUNTER" in calendar_of(message)
    assert event["RECURRENCE-ID"].dt.tzinfo.key == "Europe/Oslo"
    assert "SUMMARY" not in event
    assert "Rommet er opptatt" in text_of(message)


def test_a_receipt_says_that_a_person_will_look_and_has_no_calendar(app, postbox):
    told = {
        "invitation": "0" * 32,
        "method": "",
        "title": "Barn i Trondheim",
        "timezone": "America/New_York",
        "meeting_timezone": "Europe/Oslo",
        "starts": "2026-12-09T10:00",
        "ends": "2026-12-09T11:30",
        "is_protected": False,
    }
    write(told, kind=letters.RECEIPT)
    closed = told | {"is_protected": True, "invitation": ""}
    write(closed, "ola@example.org", kind=letters.RECEIPT)

    mails = delivered(postbox)

    (open_one,), (closed,) = mails[KARI], mails["ola@example.org"]
    token = reply_tokens.token("0" * 32)
    assert f"http://localhost:8000/replies/{token}\n" in text_of(open_one)
    assert "kl. 04.00–05.30, tid i New York (UTC−5)" in text_of(open_one)
    assert "replies" not in closed.as_string()
    assert "Barn i Trondheim" in text_of(open_one)
    assert "Barn i Trondheim" not in closed.as_string()
    assert [p.get_content_type() for p in closed.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_a_reminder_is_told_as_a_request_without_a_calendar(app, postbox):
    write(a_told() | {"method": "", "answer": "accepted"}, kind=letters.REMINDER)

    message = to_kari(postbox)

    assert message["Subject"].startswith("Påminnelse: Barn i Trondheim, onsdag 9.")
    assert "Husk møtet onsdag 9. desember kl. 10.00" in text_of(message)
    assert "text/calendar" not in message.as_string()


def a_told():
    """Return what a mail of a meeting is told, as `letters.Teller` tells it."""
    return {
        "meeting": "m",
        "invitation": "0" * 32,
        "method": "REQUEST",
        "what": "invited",
        "before": {},
        "events": [
            {
                "uid": "6f1c",
                "sequence": 0,
                "starts": "2026-12-09T10:00",
                "ends": "2026-12-09T11:30",
                "timezone": "Europe/Oslo",
                "title": "Barn i Trondheim",
                "location": "Storgata 1",
                "link": "https://video.example/rom",
                "rrule": "",
                "excepted": [],
                "recurrence_id": "",
                "status": "confirmed",
                "revised": "2026-11-26T08:00:00+00:00",
                "related_to": "",
            }
        ],
        "is_protected": False,
        "attendees": [],
        "name": "Kari",
        "title_of_post": "Leder",
        "organisation": "Barnevernet",
        "stands_in_for": "",
        "delegated_from": "",
        "others": [],
        "part": "required",
        "answer": "needs-action",
        "reasons": [
            {"role": "A", "item": 1, "step": "s", "network": None, "found": []}
        ],
        "agenda": [],
        "network": "",
        "reason": "",
        "answer_by": "",
        "timezone": "Europe/Oslo",
        "references": "",
    }


@one_write
def write(told, recipient=KARI, *, kind=letters.REQUEST):
    outbox.write(kind, recipient, told)


def test_point_38_nothing_leaves_where_nothing_that_one_sees_differs(unit, postbox):
    key = a_meeting(unit)
    send(key, unit)
    delivered(postbox)
    change(key, unit)

    assert send(key, unit) == []
    assert delivered(postbox) == {}
    count = db.session.scalars(select_to_write(Message.key)).all()
    db.session.rollback()
    assert len(count) == 5

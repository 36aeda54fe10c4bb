"""Meetings on pages: the lists, the page of each, and every form of who organizes."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
import time_machine

from coordinator import (
    agendas,
    guests,
    invitations,
    meetings,
    occurrences,
    replies,
)
from coordinator.access import UNIT, select_to_write
from coordinator.meeting_values import ItemWanted
from models import Message, Received, begin_write, db
from tests.exchanging import bring, bring_all
from tests.forms import form_of
from tests.functional.test_accounts import a_user, send, sign_in, token
from tests.networks import NETWORK
from tests.organized import ITEM, a_meeting, account_of
from views.meetings.words import FIELDS

UNIT_EMAIL = "kari@example.no"
# Of "talk with the child": Kari acts, Bufdir gives advice, child welfare answers for it
# and has no address.
POINTS = """\
owner,channel,value,audience
tk,email,post@kommune.example,public
kari,email,kari@trondheim.example,network
"""
SERIES = {"rrule": "FREQ=WEEKLY;BYDAY=WE;COUNT=4"}


@pytest.fixture(autouse=True)
def _at_a_moment():
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=True):
        yield


def the_network():
    bring_all(NETWORK)
    bring("contact-points", POINTS)


@pytest.fixture
def beforehand(request):
    return the_network if "unit" in request.fixturenames else None


@pytest.fixture
def unit(app):
    return a_client(app, UNIT_EMAIL)


@pytest.fixture
def account(unit):
    return account_of(UNIT_EMAIL)


def a_client(app, email, *role):
    a_user(email, *role)
    client = app.test_client()
    sign_in(client, email)
    return client


def said(page):
    """Return the words of a page's main part."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"<(datalist|select)\b.*?</\1>", " ", main, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def fill(client, page, to="", **changed):
    """Send the last form of a page with these fields changed, as a browser would."""
    shown = form_of(client.get(page).text)
    return client.post(to or page, data=shown | changed)


def asked(key, name="Kari Nordmann"):
    """Return the invitation of a guest."""
    found = {one.invitee.name: one.invitation for one in guests.of(key).guests}
    db.session.rollback()
    return found[name]


def mails():
    db.session.rollback()
    rows = db.session.scalars(
        select_to_write(Message.kind).order_by(Message.written_at)
    )
    return [one for one in rows.all() if one.startswith("meeting_")]


def meeting(key):
    db.session.rollback()
    return meetings.profile(key, UNIT)


# Lists


def test_meetings_are_for_those_who_are_signed_in_and_editing_for_the_unit(
    app, unit, account, client
):
    key = a_meeting(account, ITEM)
    reader = a_client(app, "liv@example.no", "reader")
    agency = a_client(app, "per@example.no", "agency", "tk")

    assert client.get("/meetings").status_code == 401
    assert client.get(f"/meetings/{key}").status_code == 401
    for other in (reader, agency):
        assert '<a href="/meetings"' in other.get("/").text
        page = other.get(f"/meetings/{key}")
        assert page.status_code == 200
        for one in ("Dette blir sendt", "Hvem må være med", "trondheim.example"):
            assert one not in page.text
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("organizing."):
                values = {
                    "key": key,
                    "item": "x",
                    "at": "2026-12-09T10:00",
                    "digest": "x",
                }
                own = {name: values[name] for name in rule.arguments}
                address = app.url_map.bind("").build(rule.endpoint, own)
                if "GET" in rule.methods:
                    assert other.get(address).status_code == 403
                else:
                    sent = send(other, address, page="/account")
                    assert sent.status_code == 403
    assert meeting(key).meeting.status == "confirmed"


def test_a_protected_meeting_is_for_those_who_are_asked_to_it(app, unit, account):
    key = a_meeting(account, ITEM, title="Skjult sak", audience="unit")
    reader = a_client(app, "liv@example.no", "reader")
    agency = a_client(app, "per@example.no", "agency", "bv-trondheim")
    assert agency.get(f"/meetings/{key}").status_code == 404

    invitations.send(key, account)

    assert agency.get(f"/meetings/{key}").status_code == 200
    assert "Skjult sak" in agency.get("/meetings?mine=1").text
    assert reader.get(f"/meetings/{key}").status_code == 404
    for address in ("", "?mine=1", "?view=month&month=2026-12", "?q=skjult"):
        assert "Skjult sak" not in reader.get(f"/meetings{address}").text
    assert "Skjult sak" in unit.get("/meetings").text


def test_the_list_tells_each_time_by_day_and_is_narrowed_by_its_address(unit, account):
    series = a_meeting(account, title="Hver onsdag", network="forum", **SERIES)
    a_meeting(
        account, title="Fra et annet sted", timezone="America/New_York",
        starts="2026-12-09T20:00", ends="2026-12-09T21:00",
    )  # fmt: skip
    a_meeting(account, title="Før", starts="2026-11-02T10:00", ends="2026-11-02T11:00")
    off = a_meeting(account, title="Ikke likevel")
    invitations.cancel(off, "Snø", account)

    page = said(unit.get("/meetings"))
    assert page.count("Hver onsdag") == 4
    assert "Onsdag 30. desember 2026 kl. 10.00–11.30 Hver onsdag" in page
    assert "Torsdag 10. desember 2026 kl. 02.00–03.00 Fra et annet sted" in page
    assert "tid i New York, kl. 02.00 i Oslo" in page
    assert "Før" not in page
    assert "Ikke likevel" not in page
    assert "Før" in said(unit.get("/meetings?state=past"))
    off_page = said(unit.get("/meetings?state=cancelled"))
    assert "Ikke likevel" in off_page
    assert "Avlyst : Snø" in off_page or "Avlyst: Snø" in off_page
    assert "Ingen møter passer" in said(unit.get("/meetings?q=finnes-ikke"))
    assert said(unit.get("/meetings?network=forum&q=HVER")).count("Hver onsdag") == 4
    for bad in ("state=x", "month=x&view=month", "view=week", "skip=x", "mine=2"):
        assert unit.get(f"/meetings?{bad}").status_code == 422, bad
    for bad in ("2026-13", "1999-12", "2026-1", "٢٠٢٦-١٢"):
        assert unit.get(f"/meetings?view=month&month={bad}").status_code == 422
    assert "Hver onsdag" in unit.get("/networks/forum").text
    assert series in unquote(unit.get("/networks/forum").text)


def test_the_month_is_a_table_of_weeks_that_are_numbered_as_in_norway(unit, account):
    a_meeting(account, title="Over midnatt", starts="2027-01-03T22:00",
              ends="2027-01-04T00:00")  # fmt: skip

    page = unit.get("/meetings?view=month&month=2027-01")
    weeks = re.findall(r"Uke </span>(\d+)</th>", page.text)
    assert weeks == ["53", "1", "2", "3", "4"]
    assert page.text.count("Over midnatt") == 1  # not on the day that it ends with
    assert "month=2026-12" in page.text
    assert "month=2027-02" in page.text
    assert "Ingen møter denne måneden" in unit.get("/meetings?view=month").text
    assert 'aria-current="date"' in unit.get("/meetings?view=month").text


def test_mine_are_those_i_am_asked_to_by_address_or_for_my_organisation(
    app, unit, account
):
    key = a_meeting(account, ITEM)
    a_meeting(account, title="Uten meg")
    invitations.send(key, account)
    kari = a_client(app, "kari@trondheim.example", "reader")
    agency = a_client(app, "per@example.no", "agency", "tk")
    other = a_client(app, "liv@example.no", "reader")
    replies.answer(asked(key), "tentative")

    for client in (kari, agency):
        page = said(client.get("/meetings?mine=1"))
        assert "Barn i Trondheim" in page
        assert "Kanskje" in page
        assert "Uten meg" not in page
        assert "Svaret ditt Kanskje" in said(client.get(f"/meetings/{key}"))
    assert "Du er ikke invitert" in said(other.get("/meetings?mine=1"))
    assert "Svaret ditt" not in other.get(f"/meetings/{key}").text


# One meeting


def test_a_meeting_tells_who_must_come_why_who_lacks_and_what_will_be_sent(
    unit, account
):
    report = ITEM | {"title": "Hvem melder?", "steps": "report_child", "owner": "tk"}
    key = a_meeting(account, report, ITEM, network="forum")

    page = said(unit.get(f"/meetings/{key}"))

    for words in (
        "Utkast ikke sendt ennå",
        "Hvem melder? Melding til barnevernet, Trondheim",
        "Kari Nordmann Leder, Barnevernet i Trondheim",
        "Gjør sak 2. Er medlem av nettverket",
        "Trondheim kommune",
        "Legger fram sak 1. Leder nettverket",
        "Barnevernet i Trondheim svarer for sak 1 og 2, men har ingen e-postadresse.",
        "Ring Barnevernet i Trondheim",
        "Finn erstatter",
        "3 blir invitert:",
        "Send 3 e-poster",
    ):
        assert words in page, words
    assert 'href="tel:+4772540000"' in unit.get(f"/meetings/{key}").text
    room = page.partition("Er ansvaret i rommet?")[2]
    assert "1 Hvem melder? 1 mangler" in room
    assert "Ikke invitert" in room
    preview = said(unit.get(f"/meetings/{key}/mails"))
    assert "kari@trondheim.example" in preview
    assert "3 e-poster. Ingenting er sendt ennå." in preview
    assert mails() == []


def test_what_was_seen_is_sent_and_nothing_else(unit, account):
    key = a_meeting(account, ITEM)
    page = unit.get(f"/meetings/{key}").text
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    address = f"/meetings/{key}"

    changed = send(unit, f"{address}/send", page=address, seen="another")
    assert changed.headers["Location"].endswith("done=changed")
    assert mails() == []
    sent = send(unit, f"{address}/send", page=address, seen=seen)
    assert sent.headers["Location"].endswith("done=sent")
    again = send(unit, f"{address}/send", page="/meetings/new", seen=seen)

    assert again.headers["Location"].endswith("done=nothing")
    assert mails() == ["meeting_request"] * 2
    after = said(unit.get(f"{address}?done=sent"))
    assert "Sendt." in after
    assert "Invitert 23. november, 2 inviterte" in after
    assert "Alle har fått det som gjelder." in after


def test_moved_is_told_beside_the_old_time_and_old_answers_are_called_old(
    unit, account
):
    key = a_meeting(account, ITEM)
    invitations.send(key, account)
    replies.answer(asked(key), "accepted", comment="Gjerne <b>meg</b>")

    saved = fill(unit, f"/meetings/{key}/edit", starts="10.12.2026 kl. 10.00",
                 ends="2026-12-10 11:30")  # fmt: skip

    assert saved.status_code == 303
    html = unit.get(f"/meetings/{key}").text
    page = said(unit.get(f"/meetings/{key}"))
    assert "Flyttet ikke sendt ennå" in page
    assert "2 får ny tid:" in page
    assert "onsdag 9. desember nå: torsdag 10. desember kl. 10.00–11.30" in page
    assert "Svarene gjelder den gamle tiden, 9. desember." in page
    assert "«Gjerne &lt;b&gt;meg&lt;/b&gt;»" in html
    assert "1 kommer" in page


# Forms


def test_a_meeting_is_made_changed_and_its_draft_deleted_by_forms(unit):
    made = fill(
        unit, "/meetings/new", title='Om «mat» & "rom"', location="Møterom 3",
        repeats="fortnightly", count="5", network="forum",
    )  # fmt: skip
    assert made.status_code == 303
    page = said(unit.get(made.headers["Location"]))
    assert "Om «mat» &amp; &#34;rom&#34;" in page
    assert "Annenhver uke på mandag, 5 ganger" in page
    assert "Ingenting er sendt ennå" in page
    key = unquote(made.headers["Location"]).split("/")[2].partition("?")[0]
    assert meeting(key).meeting.rrule == "FREQ=WEEKLY;INTERVAL=2;COUNT=5;BYDAY=MO"

    fill(unit, f"/meetings/{key}/edit", repeats="", count="", shows_attendees="true")

    now = meeting(key).meeting
    assert (now.rrule, now.shows_attendees, now.network) == ("", True, "forum")
    account = account_of(UNIT_EMAIL)
    db.session.rollback()
    agendas.add(key, _item(), account)
    assert "Saken legges i sakskøen." in said(unit.get(f"/meetings/{key}/delete"))
    gone = send(unit, f"/meetings/{key}/delete", page=f"/meetings/{key}/delete")
    assert gone.status_code == 303
    assert unit.get(f"/meetings/{key}").status_code == 404
    assert "Hvem snakker med barnet?" in said(unit.get("/meetings/backlog"))


def _item():
    return ItemWanted("Hvem snakker med barnet?", 20, ("talk_child",))


BAD = [
    ({"title": ""}, "title", "Tittel mangler."),
    ({"title": "a\nBcc: x"}, "title", "styretegn"),
    ({"title": "a\x00b"}, "title", "styretegn"),
    ({"title": "a\u2028b"}, "title", "styretegn"),
    ({"title": "x" * 10_000}, "title", "høyst 200 tegn"),
    ({"location": "y" * 10_000}, "location", "høyst 300 tegn"),
    ({"link": "javascript:alert(1)"}, "link", "er ikke en nettadresse"),
    ({"starts": "2027-03-28T02:30", "ends": "2027-03-28T04:00"}, "starts",
     "finnes ikke: klokken stilles forbi 02:30"),
    ({"starts": "2026-10-25T02:30", "ends": "2026-10-25T04:00"}, "starts",
     "klokken stilles tilbake over 02:30"),
    ({"ends": "2026-12-07T09:00"}, "ends", "må være etter at møtet begynner"),
    ({"ends": "2027-12-07T09:00"}, "ends", "mer enn fjorten dager"),
    ({"starts": "31.2.2026 10.00"}, "starts", "er ikke en dag og et klokkeslett"),
    ({"starts": "2026-12-07T10:00+01:00"}, "starts", "er ikke en dag"),
    ({"timezone": "Mars/Olympus"}, "timezone", "er ikke en tidssone"),
    ({"repeats": "weekly"}, "until", "må ha en siste dag"),
    ({"repeats": "weekly", "count": "3", "until": "2027-01-01"}, "until", "velg én"),
    ({"repeats": "weekly", "count": "9999"}, "count", "har et tall som ikke"),
    ({"repeats": "weekly", "until": "2099-01-01"}, "until", "for langt fram"),
    ({"repeats": "FREQ=SECONDLY;COUNT=9999999"}, "repeats", "ikke et av svarene"),
    ({"repeats": "monthly_last", "count": "3"}, "repeats", "passer ikke med dagen"),
    ({"network": "finnes-ikke"}, "network", "finnes ikke: finnes-ikke"),
    ({"answer_by": "snart"}, "answer_by", "er ikke en dato"),
    ({"audience": "public"}, "audience", "må være en av"),
]  # fmt: skip


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(unit):
    before = said(unit.get("/meetings"))
    for cells, name, words in BAD:
        typed = {"location": "Rom «3» & ½", **cells}
        page = fill(unit, "/meetings/new", **({"title": "En tittel"} | typed))

        assert page.status_code == 422, cells
        summary = re.findall(r'<li><a href="#(\w+)">([^<]+)</a>', page.text)
        assert any(to == name and words in text for to, text in summary), (
            cells,
            summary,
        )
        assert f'id="{name}-error"' in page.text
        again = form_of(page.text)
        for field, text in typed.items():
            if field in ("repeats", "network", "audience") or "\n" in text:
                continue
            assert again[field] == [text.replace("\x00", "\ufffd")] or "\x00" in text
    assert said(unit.get("/meetings")) == before


def test_two_who_change_the_same_meeting_lose_nothing(app, unit, account):
    key = a_meeting(account)
    address = f"/meetings/{key}/edit"
    mine = form_of(unit.get(address).text)
    other = a_client(app, "ola@example.no")
    fill(other, address, title="Den andres", location="Rom 9")

    page = unit.post(address, data=mine | {"title": "Min"})

    assert page.status_code == 409
    assert "ola@example.no har lagret" in page.text
    assert "Lagret av en annen: Den andres" in said(page)
    assert form_of(page.text)["title"] == ["Min"]
    kept = form_of(page.text) | {"saved": ["location"]}
    assert unit.post(address, data=kept).status_code == 303
    now = meeting(key).meeting
    assert (now.title, now.location) == ("Min", "Rom 9")


def test_the_agenda_is_written_ordered_put_off_and_carried_over_by_forms(unit, account):
    key, later = a_meeting(account), a_meeting(account, title="Neste gang")
    agenda = f"/meetings/{key}/agenda"
    form = {"title": "Først", "minutes": "15", "steps": ["report_child", "talk_child"],
            "place": "Trondheim", "track": "minor", "owner": "Trondheim kommune",
            "organisations": "Barnevernet i Trondheim\ntk"}  # fmt: skip
    assert fill(unit, f"{agenda}/new", **form).status_code == 303
    fill(unit, f"{agenda}/new", title="Så")

    first, second = meeting(key).agenda
    assert (first.steps, first.place) == (("report_child", "talk_child"), "5001")
    assert (first.organisations, first.owner) == (("bv-trondheim", "tk"), "tk")
    assert fill(unit, f"/meetings/items/{first.key}").status_code == 303
    assert meeting(key).agenda[0] == first

    bad = {"minutes": "0", "place": "Herøy", "owner": "Ingen", "title": "",
           "organisations": "Finnes ikke\ntk", "steps": "nope"}  # fmt: skip
    page = fill(unit, f"{agenda}/new", **bad)
    assert page.status_code == 422
    summary = dict(re.findall(r'<li><a href="#(\w+)">([^<]+)</a>', page.text))
    assert summary.keys() == bad.keys()
    assert "må være et helt tall fra 1 til 1440" in summary["minutes"]
    assert "passer med flere" in summary["place"]
    assert "Finnes ikke\ntk" in page.text

    send(unit, f"/meetings/items/{second.key}/shift", page=agenda, way="up")
    assert [one.title for one in meeting(key).agenda] == ["Så", "Først"]
    send(unit, f"/meetings/items/{second.key}/put-off", page=agenda)
    assert "Så" in said(unit.get("/meetings/backlog"))
    send(unit, f"{agenda}/take-up", page=agenda, items=[second.key])
    send(unit, f"{agenda}/carry-over", page=agenda, items=[second.key], meeting=later)
    assert [one.title for one in meeting(later).agenda] == ["Så"]
    assert meeting(later).agenda[0].carried_from == key
    assert [one.title for one in meeting(key).agenda] == ["Først"]
    send(unit, f"/meetings/items/{second.key}/remove", page=agenda)
    assert meeting(later).agenda == ()
    fill(unit, "/meetings/backlog/new", title="Venter")
    db.session.rollback()
    (waiting,) = agendas.backlog(UNIT)
    send(
        unit, "/meetings/backlog/take-up", page=agenda, items=[waiting.key], meeting=key
    )
    assert [one.title for one in meeting(key).agenda] == ["Først", "Venter"]


def test_guests_are_found_added_changed_taken_off_and_brought_back(unit, account):
    key = a_meeting(account, ITEM, **SERIES)
    invitations.send(key, account)
    page = f"/meetings/{key}/guests"

    def guest(name):
        db.session.rollback()
        return next(one for one in guests.of(key).guests if one.invitee.name == name)

    found = unit.get(f"{page}?q=trondheim")
    assert "Trondheim kommune" in said(found)
    assert "Ingen instans eller funksjon heter det" in said(unit.get(f"{page}?q=zzz"))
    assert "Barnevernet i Trondheim" in said(unit.get(f"{page}?kind=child_welfare"))
    assert "Trondheim kommune" in said(unit.get(f"{page}?near=bv-leder"))
    send(unit, f"{page}/add", page=page, holder="tk", part="optional")
    assert guest("Trondheim kommune").invitee.part == "optional"
    for bad in ({"holder": "kari"}, {"holder": "tk", "part": "boss"},
                {"holder": "x@y.example"}, {"holder": "tk", "only": "i morgen"},
                {"holder": "tk", "only": "2026-12-10T10:00"}):  # fmt: skip
        sent = send(unit, f"{page}/add", page=page, **({"part": "required"} | bad))
        assert sent.status_code == 422, bad
    who = guest("Kari Nordmann").invitation
    send(unit, f"{page}/part", page=page, who=who, part="informed")
    assert guest("Kari Nordmann").invitee.part == "informed"
    send(unit, f"{page}/remove", page=page, who=who)
    assert "Tatt av listen, har ikke fått vite det" in said(unit.get(page))
    assert "trenger ikke komme likevel" in said(unit.get(f"/meetings/{key}"))
    send(unit, f"{page}/part", page=page, who=who, part="required")
    assert guest("Kari Nordmann").is_wanted
    assert send(unit, f"{page}/remove", page=page, who="nope").status_code == 404
    send(unit, f"{page}/add", page=page, holder="bv-leder", part="required",
         only="2026-12-16T10:00")  # fmt: skip
    db.session.rollback()
    only = {one.only for one in guests.of(key).guests}
    assert datetime(2026, 12, 16, 10) in only


def test_one_time_of_a_series_is_moved_cancelled_back_and_parted_from(unit, account):
    key = a_meeting(account, ITEM, **SERIES)
    invitations.send(key, account)
    times = f"/meetings/{key}/occurrences"
    one = f"{times}/2026-12-16T10:00"
    typed = {"starts": "2026-12-17T12:00", "ends": "2026-12-17T11:00"}

    bad = send(unit, f"{one}/move", page=one, **typed)
    assert bad.status_code == 422
    assert "må være etter at møtet begynner" in bad.text
    assert 'value="2026-12-17T12:00"' in bad.text
    long = typed | {"ends": "2026-12-17T13:00", "location": "z" * 301}
    assert send(unit, f"{one}/move", page=one, **long).status_code == 422
    moved = send(unit, f"{one}/move", page=one, **long | {"location": "Rom 2"})
    assert moved.status_code == 303
    send(unit, f"{times}/2026-12-23T10:00/cancel", page=one, reason="Lille julaften")
    page = said(unit.get(times))
    assert "Torsdag 17. desember 2026, kl. 12.00–13.00" in page
    assert "flyttet fra onsdag 16. desember kl. 10.00–11.30" in page
    assert "Lille julaften" in page
    shown = said(unit.get(f"/meetings/{key}"))
    assert "2 får ny tid for én gang" in shown
    assert "2 får avlyst én gang: onsdag 23. desember" in shown
    for bad_time in ("2026-12-15T10:00", "x", "2026-12-16T10:00+01:00"):
        assert unit.get(f"{times}/{bad_time}").status_code == 404
    bad_reason = {"reason": "a\r\nBcc: b"}
    cancelled = send(unit, f"{one}/cancel", page=one, **bad_reason)
    assert cancelled.status_code == 422

    send(unit, f"{one}/restore", page=one)
    parted = send(unit, f"{one}/split", page=one)

    assert len(meeting(key).series.originals) == 1
    new = unquote(parted.headers["Location"]).split("/")[2].partition("?")[0]
    assert meeting(new).meeting.starts == datetime(2026, 12, 16, 10)
    assert "Serien er delt" in said(unit.get(parted.headers["Location"]))
    first = f"{times}/2026-12-09T10:00"
    assert "Del serien her" not in unit.get(first).text
    to_whole = send(unit, f"{first}/split", page=first)
    assert to_whole.headers["Location"].endswith("/edit")


def test_cancelling_says_whom_it_tells_and_can_not_be_done_twice(unit, account):
    key = a_meeting(account, ITEM)
    invitations.send(key, account)
    address = f"/meetings/{key}/cancel"
    assert "2 får e-post om det med en gang: Kari Nordmann" in said(unit.get(address))
    bad = send(unit, address, page=address, reason="a\u2028b" + "c" * 400)
    assert bad.status_code == 422
    assert meeting(key).meeting.status == "confirmed"

    done = send(unit, address, page=address, reason="For få")

    assert mails() == ["meeting_request"] * 2 + ["meeting_cancel"] * 2
    page = said(unit.get(done.headers["Location"]))
    assert "Avlyst For få" in page
    assert "Har fått avlysning" in page
    assert "Dette blir sendt" not in page
    for rest in ("/edit", "/cancel", "/delete", "/guests", "/agenda/new"):
        answer = unit.get(f"/meetings/{key}{rest}")
        assert answer.status_code == 303, rest
        assert answer.headers["Location"].endswith(key)
    later = a_meeting(account, title="Senere")
    agenda = f"/meetings/{key}/agenda"
    item = meeting(key).agenda[0].key
    send(unit, f"{agenda}/carry-over", page=agenda, items=[item], meeting=later)
    assert meeting(later).agenda[0].carried_from == key


def test_a_meeting_that_has_been_tells_who_was_asked_and_offers_nothing_to_send(
    unit, account
):
    key = a_meeting(account, ITEM)
    invitations.send(key, account)

    with time_machine.travel("2027-01-10T12:00:00+01:00", tick=True):
        page = said(a_client_again(unit, f"/meetings/{key}"))

    assert "Hvem var invitert" in page
    assert "Hadde ansvar i sakene" in page
    assert "Dette blir sendt" not in page


def a_client_again(client, address):
    sign_in(client, UNIT_EMAIL)
    return client.get(address)


def test_what_came_by_mail_waits_for_one_click(unit, account):
    key = a_meeting(account, ITEM)
    invitations.send(key, account)
    who = asked(key)
    begin_write()
    for digest, verdict, more in (
        ("held", "held", {"why": "other_sender", "answer": "accepted"}),
        ("moved", "proposal", {"starts": "2026-12-10T12:00",
                               "ends": "2026-12-10T13:00"}),
        ("text", "written", {}),
    ):  # fmt: skip
        told = {"verdict": verdict, "why": "", "method": "REPLY", "invitation": who,
                "attendee": "kari@trondheim.example", "sequence": 0}  # fmt: skip
        db.session.add(
            Received(digest=digest, received_at=datetime.now(UTC), verdict=verdict,
                     sender="kari@hjemme.example", meeting=key,
                     told={"items": [told | more]})
        )  # fmt: skip
    db.session.commit()
    address = f"/meetings/{key}"

    page = said(unit.get(address))

    assert "3 e-poster venter på deg" in page
    assert "Kari Nordmann: Kommer." in page
    assert "Den kom fra en annen adresse enn den som ble invitert." in page
    assert "Kari Nordmann foreslår torsdag 10. desember kl. 12.00–13.00." in page
    for digest, choice in (("text", "refuse"), ("moved", "accept"), ("x", "accept")):
        sent = send(unit, f"{address}/waiting/{digest}", page=address, choice=choice)
        is_done = sent.headers["Location"].endswith("done=settled")
        assert is_done == (digest != "x"), digest
    assert meeting(key).meeting.starts == datetime(2026, 12, 10, 12)
    assert "Én e-post venter på deg" in said(unit.get(address))


ODD = ["a\x00b", "\ud800".encode("utf-8", "surrogatepass"), "x" * 10_000, "|", "]["]


@pytest.mark.parametrize("odd", ODD, ids=["nul", "surrogate", "long", "bar", "bracket"])
def test_no_form_of_a_meeting_breaks_on_odd_input(app, unit, account, odd):
    key = a_meeting(account, ITEM, **SERIES)
    item = meeting(key).agenda[0].key
    values = {"key": key, "item": item, "at": "2026-12-16T10:00", "digest": "x"}
    fields = (*FIELDS, "items", "who", "only", "way", "seen", "saved", "version",
              "choice", "q")  # fmt: skip
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("organizing.") or "POST" not in rule.methods:
            continue
        own = {name: values[name] for name in rule.arguments}
        address = app.url_map.bind("").build(rule.endpoint, own, method="POST")
        csrf = token(unit, "/meetings/new")
        sent = unit.post(
            address, data=dict.fromkeys(fields, odd) | {"csrf_token": csrf}
        )
        assert sent.status_code < 500, address


def test_a_draft_that_others_came_from_can_be_deleted(unit, account):
    key = a_meeting(account, ITEM, **SERIES)
    item = meeting(key).agenda[0].key
    db.session.rollback()
    agendas.put_off(item, account)
    new = occurrences.split(key, datetime(2026, 12, 16, 10), account)

    meetings.delete(key, account)

    assert meeting(new).meeting.split_from is None
    (waiting,) = agendas.backlog(UNIT)
    assert waiting.carried_from is None


def test_unknown_meetings_and_items_are_not_there(unit):
    below = ("edit", "guests", "mails", "occurrences", "agenda", "cancel", "delete")
    for address in ("nope", "items/nope", "a%00b", *(f"nope/{one}" for one in below)):
        assert unit.get(f"/meetings/{address}").status_code == 404, address


@pytest.mark.parametrize("language", ["nn", "en"])
def test_pages_speak_the_reader_s_language(unit, account, language):
    key = a_meeting(account, ITEM, **SERIES)

    page = said(unit.get(f"/meetings/{key}?lang={language}"))

    words = {
        "nn": ("Kvar veke på onsdag, 4 gonger", "Kven må vere med", "Dette blir sendt"),
        "en": ("Every week on Wednesday, 4 times", "Who must be there", "To be sent"),
    }[language]
    for one in words:
        assert one in page

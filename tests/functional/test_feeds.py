"""Feeds: what a calendar program reads at its secret address, and until when."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from coordinator import accounts, feeds, guest_lists, invitations, meetings, occurrences
from coordinator.access import UNIT, select_to_write
from models import Feed, User, db
from tests import meetings as there
from tests.exchanging import bring
from tests.functional.test_accounts import PASSWORD, send, sign_in
from tests.meetings import a_meeting, change

TODAY = "2026-11-26T12:00:00+01:00"
SECOND, THIRD = datetime(2026, 12, 16, 10), datetime(2026, 12, 23, 10)
WEEKLY = {"rrule": "FREQ=WEEKLY;COUNT=4"}


@pytest.fixture
def clock():
    with time_machine.travel(TODAY, tick=False) as found:
        yield found


@pytest.fixture
def unit(app, clock):
    there.bring_network()
    return there.organizer()


@pytest.fixture
def bv(unit):
    return there.agency()


@pytest.fixture
def read(client):
    """Return what a calendar program is answered at the address of a secret."""

    def asked(secret, method="GET", **headers):
        db.session.rollback()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(f"/feeds/{secret}.ics", method=method, headers=named)

    return asked


def make(account, scope, subject=""):
    """Return the secret of a new feed."""
    db.session.rollback()
    return feeds.make(account, scope, subject)


def revoke(account, owner):
    """Take back the owner's newest feed in the account's name."""
    db.session.rollback()
    digest = feeds.listed(owner)[0].digest
    db.session.rollback()
    feeds.revoke(account, digest)


def events(response):
    assert response.status_code == 200, response.text
    found = Calendar.from_ical(response.data)
    assert not any(one.errors for one in found.walk())
    return found.walk("VEVENT")


def titles(response):
    return sorted(str(one["SUMMARY"]) for one in events(response))


def sent(account, **changed):
    db.session.rollback()
    key = a_meeting(account, **changed)
    invitations.send(key, account)
    return key


def test_a_feed_of_ones_own_holds_what_ones_organisation_is_asked_to(unit, bv, read):
    secret = make(bv, "mine")
    assert titles(read(secret)) == []

    sent(unit)
    a_meeting(unit, title="Ikke sendt ennå")
    sent(unit, title="Uten barnevernet", agenda=[], network=None)

    assert titles(read(secret)) == ["Barn i Trondheim"]
    (alarm,) = events(read(secret))[0].walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(minutes=-15)
    assert b"VALARM" not in read(make(bv, "quiet")).data


def test_what_is_sent_to_ones_own_address_is_ones_own_however_it_is_spelled(unit, read):
    bring(
        "contact-points",
        "owner,channel,value,audience\nola,email,Ola@x.example,network",
    )
    secret = make(there.account("ola@x.example", "reader"), "mine")
    assert titles(read(secret)) == []

    sent(unit)

    assert titles(read(secret)) == ["Barn i Trondheim"]


def test_the_unit_has_the_meetings_it_calls(unit, read):
    other = there.organizer("annen@example.org")
    sent(unit)

    assert titles(read(make(unit, "mine"))) == ["Barn i Trondheim"]
    assert titles(read(make(other, "mine"))) == []


def test_a_feed_of_a_network_or_an_organisation_holds_what_its_reader_sees(
    unit, bv, read
):
    sent(unit, title="Åpent", network="forum")
    sent(unit, title="Lukket", network="forum", audience="unit")
    reader = there.account("leser@example.org", "reader")

    assert titles(read(make(unit, "network", "forum"))) == ["Møte", "Åpent"]
    assert titles(read(make(bv, "network", "forum"))) == ["Møte", "Åpent"]
    assert titles(read(make(reader, "network", "forum"))) == ["Åpent"]
    assert titles(read(make(unit, "organisation", "politi"))) == ["Møte", "Åpent"]
    # Whom another organisation meets is not for everyone to see.
    assert titles(read(make(bv, "organisation", "politi"))) == []


def test_a_feed_of_what_one_does_not_see_is_not_made(unit, bv):
    for scope, subject in (
        ("organisation", "senter"),
        ("network", "nowhere"),
        ("everything", ""),
    ):
        with pytest.raises(feeds.NotFound):
            make(bv, scope, subject)
    make(unit, "organisation", "senter")


def test_one_who_is_asked_no_longer_sees_the_meeting_go(unit, bv, read):
    key, secret = sent(unit), make(bv, "mine")
    for name in ("Kari", "Vaktleder"):
        guest_lists.remove(key, there.guest(key, name).invitation, unit)
    invitations.send(key, unit)

    assert titles(read(secret)) == []


def test_one_who_is_asked_to_one_occurrence_sees_that_alone(unit, read):
    key = sent(unit, **WEEKLY)
    guest_lists.add(key, "statsforvalter", "required", unit, only=SECOND)
    invitations.send(key, unit)
    governor = there.agency("statsforvalter", "sf@example.org")

    (one,) = events(read(make(governor, "mine")))

    assert one["RECURRENCE-ID"].dt.replace(tzinfo=None) == SECOND
    assert "RRULE" not in one


def test_a_series_is_told_with_what_is_moved_and_what_is_off(unit, bv, read):
    key = sent(unit, **WEEKLY)
    later = {"starts": "2026-12-16T13:00", "ends": "2026-12-16T14:00"}
    occurrences.move(key, SECOND, later, unit)
    occurrences.cancel(key, THIRD, "Jul", unit)

    whole, moved = events(read(make(bv, "mine")))

    assert whole["EXDATE"].dts[0].dt.replace(tzinfo=None) == THIRD
    assert moved["RECURRENCE-ID"].dt.replace(tzinfo=None) == SECOND
    assert moved["DTSTART"].dt.hour == 13
    assert whole["UID"] == moved["UID"]


def test_point_04_the_uid_of_a_feed_a_file_and_the_organizer_are_one(
    app, unit, bv, read
):
    key = sent(unit)
    uid = meetings.profile(key, UNIT).meeting.uid
    (in_feed,) = events(read(make(bv, "mine")))
    visitor = signed_in(app, bv)
    (in_file,) = events(visitor.get(f"/meetings/{key}.ics"))

    assert in_feed["UID"] == in_file["UID"] == uid


def let_be(account, role):
    """Let a user be of another role, without an organisation."""
    db.session.rollback()
    statement = select_to_write(User).where(User.key == account.key)
    user = db.session.scalars(statement).one()
    user.role, user.organisation = role, None
    db.session.commit()


def signed_in(app, account):
    """Return a visitor who is signed in as the account's user."""
    db.session.rollback()
    secret = accounts.renew_link(account.email)
    accounts.set_password(secret, PASSWORD, "")
    visitor = app.test_client()
    assert sign_in(visitor, account.email).status_code == 303
    db.session.rollback()
    return visitor


def test_point_05_and_06_sequence_and_dtstamp_are_those_of_the_newest_change(
    unit, bv, read, clock
):
    key, secret = sent(unit), make(bv, "mine")
    clock.shift(3600)
    change(key, unit, starts="2026-12-09T09:00")
    clock.shift(3600)

    (one,) = events(read(secret))

    assert one["SEQUENCE"] == 1
    assert one["DTSTAMP"].dt == datetime(2026, 11, 26, 12, tzinfo=UTC)


CANARIES = ("KANARI-tittel", "KANARI-sted", "kanari-lenke", "KANARI-sak")


def test_point_13_a_feed_tells_nobody_who_comes_what_is_on_the_agenda_or_how_to_join(
    unit, bv, read
):
    said = {
        "link": "https://video.example/kanari-lenke",
        "agenda": [there.ITEM | {"title": "KANARI-sak"}],
        "shows_attendees": True,
    }
    sent(unit, **said)
    sent(
        unit,
        audience="unit",
        title="KANARI-tittel",
        location="KANARI-sted",
        **(said | {"shows_attendees": False}),
    )
    key = sent(unit, audience="unit", title="KANARI-tittel", **WEEKLY)
    elsewhere = {
        "starts": "2026-12-16T13:00",
        "ends": "2026-12-16T14:00",
        "location": "KANARI-sted",
    }
    occurrences.move(key, SECOND, elsewhere, unit)

    for secret in (make(bv, "mine"), make(unit, "organisation", "bv")):
        text = read(secret).text

        assert "Storgata 1" in text
        assert text.count("SUMMARY:Møte\r\n") == 3
        for hidden in (*CANARIES, "ATTENDEE", "Kari", "bv.example", "METHOD"):
            assert hidden not in text


def test_point_41_a_cancelled_meeting_is_told_as_cancelled_for_thirty_days(
    unit, bv, read, clock
):
    key = sent(unit, starts="2027-02-09T10:00", ends="2027-02-09T11:00")
    secret = make(bv, "mine")
    invitations.cancel(key, "", unit)

    (one,) = events(read(secret))
    assert (one["STATUS"], one["SEQUENCE"]) == ("CANCELLED", 1)
    clock.move_to("2026-12-26T12:00:00+01:00")
    assert len(events(read(secret))) == 1
    clock.move_to("2026-12-28T12:00:00+01:00")
    assert events(read(secret)) == []


def test_a_feed_reaches_thirty_days_back_and_eighteen_months_ahead(unit, bv, read):
    for title, day in (
        ("lenge siden", "2026-10-20"),
        ("nylig", "2026-11-01"),
        ("om ett år", "2027-11-26"),
        ("om tre år", "2029-11-26"),
    ):
        sent(
            unit,
            title=title,
            starts=f"{day}T10:00",
            ends=f"{day}T11:00",
            network="forum",
            agenda=[],
        )

    assert titles(read(make(bv, "mine"))) == ["nylig", "om ett år"]


def test_point_57_without_a_change_bytes_and_tag_are_the_same(unit, bv, read):
    sent(unit, **WEEKLY)
    secret = make(bv, "mine")
    first, second = read(secret), read(secret)
    tag = first.headers["ETag"]

    assert (second.data, second.headers["ETag"]) == (first.data, tag)
    assert tag.startswith('"')
    past, future = "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 2099 00:00:00 GMT"
    for has, since in ((tag, past), (f'"x", W/{tag}', past), ("*", past)):
        same = read(secret, If_None_Match=has, If_Modified_Since=since)
        assert (same.status_code, same.data) == (304, b"")
        assert same.headers["ETag"] == tag
    for headers in (
        {"If_None_Match": '"other"', "If_Modified_Since": future},
        {"If_Modified_Since": "in the year of the cat"},
        {"If_None_Match": "{not a tag"},
    ):
        assert read(secret, **headers).data == first.data
    head = read(secret, "HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == tag
    assert int(head.headers["Content-Length"]) == len(first.data)
    assert read(secret, "POST").status_code == 405


def test_point_57_what_is_read_anew_by_another_process_has_the_same_tag(
    app, unit, bv, read
):
    sent(unit)
    secret = make(bv, "mine")
    tag = read(secret).headers["ETag"]
    app.extensions["feeds"].clear()
    a_meeting(unit, title="Ikke for dem")

    assert read(secret, If_None_Match=tag).status_code == 304


def test_point_58_whatever_changes_changes_the_tag_at_once(unit, bv, read):
    key, secret = sent(unit, **WEEKLY), make(bv, "mine")
    tags = [read(secret).headers["ETag"]]

    def changed():
        response = read(secret, If_None_Match=tags[-1])
        assert response.status_code == 200, len(tags)
        db.session.rollback()
        tags.append(response.headers["ETag"])
        assert len(set(tags)) == len(tags)

    change(key, unit, title="Nytt navn", **WEEKLY)
    changed()
    change(key, unit, location="Storgata 2, Oslo", **WEEKLY)
    changed()
    occurrences.cancel(key, SECOND, "", unit)
    changed()
    invitations.cancel(key, "", unit)
    changed()
    assert read(secret, If_None_Match=tags[-1]).status_code == 304


def test_point_58_a_first_invitation_to_ones_address_shows_at_once(unit, read):
    secret = make(there.account("leder@bv.example", "reader"), "mine")
    key = sent(unit, agenda=[])
    bring(
        "contact-points",
        "owner,channel,value,audience,order\nkari,email,leder@bv.example,network,-1",
    )
    guest_lists.add(key, "leder", "required", unit)
    tag = read(secret).headers["ETag"]

    invitations.send(key, unit)

    response = read(secret, If_None_Match=tag)
    assert titles(response) == ["Barn i Trondheim"]


def test_point_58_lost_access_shows_at_once(unit, bv, read):
    sent(unit, title="Lukket", network="forum", audience="unit")
    secret = make(bv, "network", "forum")
    tag = read(secret).headers["ETag"]
    assert titles(read(secret)) == ["Møte"]

    let_be(bv, "reader")

    response = read(secret, If_None_Match=tag)
    assert titles(response) == []


def test_point_59_it_is_a_calendar_for_one_program_alone(unit, bv, read):
    response = read(make(bv, "mine"))

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"].startswith("private")
    for name in ("Set-Cookie", "Content-Disposition", "Location", "Vary"):
        assert name not in response.headers
    assert response.data.endswith(b"END:VCALENDAR\r\n")


def test_point_59_and_60_a_dead_address_is_not_found_at_once(unit, bv, read, clock):
    gone = make(bv, "mine")
    read(gone)
    db.session.rollback()
    revoke(unit, bv)
    assert read(gone).status_code == 200
    db.session.rollback()
    revoke(bv, bv)

    old = make(bv, "mine")
    of_forum = make(unit, "organisation", "senter")
    assert read(of_forum).status_code == 200
    tag = read(old).headers["ETag"]
    for secret in (gone, "x", "x" * 5000, "%00"):
        response = read(secret, If_None_Match="*")
        assert response.status_code == 404
        assert not response.data
        assert response.mimetype == "text/plain"
        assert "Location" not in response.headers

    let_be(unit, "reader")
    assert read(of_forum).status_code == 404
    clock.shift(timedelta(days=366))
    assert read(old, If_None_Match=tag).status_code == 404


def test_point_60_a_feed_dies_with_its_users_access(unit, bv, read):
    secret = make(bv, "mine")
    read(secret)

    accounts.set_disabled(bv.key, disabled=True)
    assert read(secret).status_code == 404
    accounts.set_disabled(bv.key, disabled=False)

    assert read(secret).status_code == 404


def test_point_60_a_secret_is_long_and_kept_as_its_digest_alone(unit, bv):
    one, other = make(bv, "mine"), make(bv, "mine")

    assert one != other
    assert min(len(one), len(other)) * 6 >= 256
    kept = [feed.digest for feed in feeds.listed(bv)]
    assert sorted(kept) == sorted(map(accounts.digest_of, (one, other)))
    rows = db.session.execute(select_to_write(*Feed.__table__.c)).all()
    assert one not in str(rows)
    db.session.rollback()


def test_point_60_guesses_are_few_and_lock_nobody_out(unit, bv, read):
    secret = make(bv, "mine")

    statuses = [read(f"guess{n}").status_code for n in range(12)]

    assert statuses == [404] * 10 + [429] * 2
    assert read(secret).status_code == 200


def test_point_60_no_log_holds_the_secret_also_when_something_fails(
    app, unit, bv, read, caplog
):
    secret = make(bv, "mine")
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["SETTINGS"] = None  # nothing of ours expects that

    with caplog.at_level(logging.DEBUG):
        response = read(secret)

    assert response.status_code == 500
    assert secret not in response.text
    assert "/feeds/…" in caplog.text
    assert secret not in caplog.text


def test_when_it_was_read_is_written_every_five_minutes(unit, bv, read, clock):
    secret = make(bv, "mine")
    assert feeds.listed(bv)[0].used_at is None
    tag = read(secret).headers["ETag"]
    first = feeds.listed(bv)[0].used_at
    clock.shift(240)
    read(secret, If_None_Match=tag)
    assert feeds.listed(bv)[0].used_at == first
    clock.shift(120)

    assert read(secret, If_None_Match=tag).status_code == 304

    assert feeds.listed(bv)[0].used_at == first + timedelta(minutes=6)


def test_point_61_its_head_says_its_name_and_when_to_come_again(unit, bv, read):
    sent(unit, network="forum")
    text = read(make(bv, "network", "forum")).text

    for line in (
        "NAME:Samarbeidsgruppen",
        "X-WR-CALNAME:Samarbeidsgruppen",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "URL:http://localhost:8000/meetings",
    ):
        assert f"\r\n{line}\r\n" in text
    assert "X-WR-TIMEZONE" not in text
    assert "SOURCE" not in text  # it would hold the secret


def test_point_62_an_empty_feed_is_a_calendar(unit, bv, read):
    response = read(make(bv, "mine"))

    assert events(response) == []
    assert b"VTIMEZONE" not in response.data


def test_point_63_the_event_of_a_feed_and_of_a_mail_are_one(unit, bv, read):
    key = a_meeting(unit)
    posts = invitations.send(key, unit)
    db.session.rollback()

    (one,) = events(read(make(bv, "mine")))

    assert posts
    assert str(one["UID"]) == meetings.profile(key, UNIT).meeting.uid
    db.session.rollback()


def test_one_makes_labels_sees_and_deletes_addresses(app, unit, bv, read):
    visitor = signed_in(app, bv)
    page = visitor.get("/feeds?lang=nb")
    assert "Google kan bruke et døgn" in page.text  # point 61
    assert "kan det stå to ganger" in page.text  # point 63

    made = send(visitor, "/feeds", "/feeds", what="network:forum", label="Telefonen")
    assert made.status_code == 200
    (issued,) = feeds.listed(bv)
    db.session.rollback()
    assert (issued.label, issued.scope, issued.subject) == (
        "Telefonen",
        "network",
        "forum",
    )
    address = made.text.split("/feeds/")[1].split(".ics")[0]
    assert read(address).status_code == 200
    again = visitor.get("/feeds")
    assert "Telefonen" in again.text
    assert address not in again.text

    gone = send(visitor, "/feeds/revoke", "/feeds", feed=issued.digest)
    assert gone.status_code == 303
    assert read(address).status_code == 404
    bad = send(visitor, "/feeds", "/feeds", what="organisation:senter")
    assert bad.status_code == 422


def test_addresses_are_made_by_who_is_signed_in_alone(client, unit):
    assert client.get("/feeds").status_code == 401
    assert client.get("/meetings/x.ics").status_code == 401
    assert client.post("/feeds").status_code == 400


def test_a_meeting_that_one_does_not_see_is_no_file(app, unit, bv):
    there.agency("politi", "politi@example.org")
    key = a_meeting(unit, audience="unit", agenda=[])
    visitor = signed_in(app, bv)

    assert visitor.get(f"/meetings/{key}.ics").status_code == 404
    assert visitor.get("/meetings/nowhere.ics").status_code == 404


def test_a_file_of_an_open_meeting_says_how_to_join(app, unit, bv):
    key = sent(unit)
    response = signed_in(app, bv).get(f"/meetings/{key}.ics")

    assert "https://video.example/rom" in response.text
    assert response.headers["Content-Disposition"].startswith("attachment")

"""A meeting from the agenda to calendars and answers, as its people live it.

After each step each mailbox, the feed, the page and the API say the same.
"""

import re
import shutil
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import time_machine

from coordinator import accounts, feeds, own_connection
from coordinator.replies import GIVEN
from models import db
from tests import meetings as there
from tests import replying
from tests.browser.conftest import EMAIL, first_user, on_file, served
from tests.organized import account_of
from views import mail
from views.mailbox import Maildir, take_in

OSLO = ZoneInfo("Europe/Oslo")
BEFORE, AFTER = datetime(2026, 12, 1), datetime(2027, 2, 1)
FIRST = ["2026-12-09 10:00", "2026-12-16 10:00", "2026-12-23 10:00"]
KARI, OLA = "kari@bv.example", "sak@politi.example"


class Mailbox:
    """What a calendar program makes of the invitations that come to one address."""

    def __init__(self):
        self.uid, self.sequence = "", -1
        self.series, self.moved, self.gone = None, {}, set()
        self.links = []

    def take(self, message):
        """Do what the calendar part of a mail asks (RFC 5546 §3.2)."""
        (part,) = (p for p in message.walk() if p.get_content_type() == "text/calendar")
        found = icalendar.Calendar.from_ical(part.get_payload(decode=True))
        text = message.get_body(("plain",)).get_content()
        self.links += re.findall(r"/replies/[\w-]+", text)
        for event in found.walk("VEVENT"):
            assert not event.errors
            assert self.uid in ("", str(event["UID"]))
            self.uid, original = str(event["UID"]), event.get("RECURRENCE-ID")
            is_off = found["METHOD"] == "CANCEL"
            if original is None:
                assert event["SEQUENCE"] >= self.sequence
                self.sequence = event["SEQUENCE"]
                self.series = None if is_off else event
                self.moved, self.gone = {}, set()
            elif is_off:
                self.gone.add(original.dt)
            else:
                self.moved[original.dt] = event

    @property
    def times(self):
        """When there is something in this calendar, as clocks in Oslo show it."""
        if self.series is None:
            return []
        whole = icalendar.Calendar()
        for event in (self.series, *self.moved.values()):
            whole.add_component(event)
        return [at for at in starts(whole) if at not in map(shown, self.gone)]


def shown(moment):
    return moment.astimezone(OSLO).strftime("%Y-%m-%d %H:%M")


def starts(calendar):
    found = recurring_ical_events.of(calendar).between(BEFORE, AFTER)
    return sorted(shown(e.start) for e in found if e.get("STATUS") != "CANCELLED")


class Walk:
    """Everyone's view of one meeting."""

    def __init__(self, app, site, page, tmp_path):
        self.app, self.site, self.page, self.folder = app, site, page, tmp_path
        self.boxes, self.read = {}, set()
        account = account_of(EMAIL)
        db.session.rollback()
        self.token = accounts.issue_token(EMAIL)
        self.feed = feeds.make(account, "organisation", "bv")
        self.close()

    def close(self):
        own_connection.disconnect()
        db.session.remove()

    @property
    def key(self):
        return self.page.url.partition("/meetings/")[2].partition("?")[0].split("/")[0]

    def deliver(self):
        """Let mails leave, and each mailbox take in what came; return who got one."""
        mail.deliver_due()
        self.close()
        got = []
        folder = self.app.config["SETTINGS"].instance / "mail"
        for path in sorted(folder.glob("*.eml")):
            if path.name not in self.read:
                self.read.add(path.name)
                raw = path.read_bytes()
                message = BytesParser(policy=policy.default).parsebytes(raw)
                self.boxes.setdefault(message["To"], Mailbox()).take(message)
                got.append(str(message["To"]))
        return sorted(got)

    def api(self, path=""):
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.page.request.get(
            f"{self.site}/api/v1/meetings/{self.key}{path}", headers=headers
        )
        assert answer.status == 200
        return answer.json()

    def agree(self, times, *, without=()):
        """Check that mailboxes, feed, page and API tell the same times."""
        told = self.api()
        invited = {
            one["email"] for one in told["invitees"] if one["role"] != "informed"
        }
        for address, box in self.boxes.items():
            assert box.times == ([] if address in without else times), address
            assert box.uid == told["uid"]
            if times:
                assert (address in invited) == (address not in without)
        # What was told of one time, or of one guest, raised it for all.
        assert self.boxes[KARI].sequence <= told["sequence"]
        feed = self.page.request.get(f"{self.site}/feeds/{self.feed}.ics")
        found = icalendar.Calendar.from_ical(feed.body())
        assert starts(found) == times
        assert {str(e["UID"]) for e in found.walk("VEVENT")} == {told["uid"]}
        assert "ATTENDEE" not in feed.text()
        if times:
            first = datetime.strptime(times[0], "%Y-%m-%d %H:%M")
            self.page.goto(f"/meetings/{self.key}")
            assert f"{first:%H.%M}" in self.page.locator(".meeting-when").inner_text()

    def answers(self):
        """Return each answer as page and API tell it, which must be the same."""
        self.page.goto(f"/meetings/{self.key}")
        told = {one["name"]: one["answer"] for one in self.api()["invitees"]}
        words = dict(zip(GIVEN, ("Kommer", "Kanskje", "Kommer ikke"), strict=True))
        for name, answer in told.items():
            if answer in words:
                row = self.page.locator("tr", has_text=name).first
                assert words[answer] in row.inner_text()
        return told


@pytest.fixture
def walk(filled_sqlite, tmp_path, chromium):
    path = shutil.copy(filled_sqlite, tmp_path / "coordinator.db")
    now = time_machine.travel(datetime(2026, 11, 26, 9, tzinfo=UTC))
    with now, on_file(path) as app, served(app) as site:
        cookies = first_user(app, site, chromium)
        context = chromium.new_context(base_url=site, java_script_enabled=False)
        context.add_cookies(cookies)
        with app.app_context():
            there.bring_network()
            yield Walk(app, site, context.new_page(), tmp_path)
            db.session.remove()
        context.close()


def press(page, name):
    page.get_by_role("button", name=name).first.click()


def organize(walk):
    """Make the meeting with its one item, as the organizer does in the browser."""
    page = walk.page
    page.goto("/meetings/new")
    page.get_by_label("Tittel").fill("Barn i Trondheim")
    page.get_by_label("Begynner").fill("2026-12-09T10:00")
    page.get_by_label("Slutter").fill("2026-12-09T11:30")
    page.get_by_label("Gjentas").select_option("weekly")
    page.get_by_label("Antall ganger").fill("3")
    page.get_by_label("Sted").fill("Møterom 3, Trondheim")
    press(page, "Lagre")
    key = walk.key
    page.goto(f"/meetings/{key}/agenda/new")
    page.get_by_label("Tittel").fill("Hvem tar imot meldinger?")
    page.get_by_label("Minutter").fill("20")
    page.locator("#steps-report_child").set_checked(True, force=True)
    page.get_by_label("Sted saken gjelder").fill("Trondheim")
    press(page, "Lagre")
    page.goto(f"/meetings/{key}")


def test_a_meeting_is_the_same_in_every_mailbox_feed_page_and_program(walk):
    page = walk.page
    organize(walk)
    key = walk.key

    # Who must come, and why; what would be sent.
    rows = page.locator("tr", has_text="Kari").first.inner_text()
    assert "Svarer for sak 1" in rows
    assert "Barnehuset" in page.locator(".aside").first.inner_text()
    assert walk.deliver() == []
    press(page, re.compile(r"Send 5 e-poster"))
    assert len(walk.deliver()) == 5
    walk.agree(FIRST)

    # Answers by link and by mail.
    answering = page.context.browser.new_context(
        base_url=walk.site, java_script_enabled=False
    ).new_page()
    answering.goto(walk.boxes[KARI].links[0])
    answering.locator("#answer-accepted").check()
    press(answering, "Send svaret")
    maildir = walk.folder / "maildir"
    for part in ("new", "cur", "tmp"):
        (maildir / part).mkdir(parents=True)
    reply = replying.to(key, "Ola").but(answer="TENTATIVE")
    (maildir / "new" / "1").write_bytes(replying.google(reply))
    take_in(Maildir(maildir))
    walk.close()
    told = walk.answers()
    assert (told["Kari"], told["Ola"]) == ("accepted", "tentative")

    # Moved: everyone is asked anew.
    page.goto(f"/meetings/{key}/edit")
    page.get_by_label("Begynner").fill("2026-12-09T09:00")
    page.get_by_label("Slutter").fill("2026-12-09T10:30")
    press(page, "Lagre")
    page.goto(f"/meetings/{key}")
    assert walk.deliver() == []
    press(page, re.compile(r"Send 5 e-poster"))
    assert len(walk.deliver()) == 5
    nine = [time.replace("10:00", "09:00") for time in FIRST]
    walk.agree(nine)
    assert walk.answers()["Kari"] == "needs-action"

    # One occurrence is cancelled.
    page.goto(f"/meetings/{key}/occurrences/2026-12-16T09:00")
    page.get_by_label("Grunn").fill("Konferanse")
    press(page, "Avlys denne gangen")
    page.goto(f"/meetings/{key}")
    press(page, re.compile(r"Send 5 e-poster"))
    assert len(walk.deliver()) == 5
    two = [nine[0], nine[2]]
    walk.agree(two)

    # One is taken off, and hears of it alone.
    page.goto(f"/meetings/{key}/guests")
    page.get_by_role("button", name=re.compile("^Ta av.* Ola|^Ta bort.* Ola")).click()
    page.goto(f"/meetings/{key}")
    press(page, re.compile(r"Send 1 e-post"))
    assert walk.deliver() == [OLA]
    walk.agree(two, without={OLA})

    # All is cancelled: those who still had it are told.
    page.goto(f"/meetings/{key}/cancel")
    page.get_by_label("Grunn").fill("Slått sammen med et annet møte")
    press(page, "Avlys møtet")
    assert len(walk.deliver()) == 4
    walk.agree([], without=walk.boxes.keys())
    assert walk.api()["status"] == "cancelled"
    feed = walk.page.request.get(f"{walk.site}/feeds/{walk.feed}.ics")
    assert "STATUS:CANCELLED" in feed.text()
    page.goto(f"/meetings/{key}")
    assert "Slått sammen" in page.locator("main").inner_text()

"""Nothing leaves that the viewer may not see: each address, viewer and class."""

import io
import re
import zipfile
from datetime import UTC, datetime
from itertools import product

import pypdfium2
import pytest
import time_machine

from coordinator import accounts, registers, suggestions
from coordinator.access import select_to_write
from coordinator.columns import EDITED
from models import LANGUAGES, Change, Chapter, Indicator, Synonym, db
from tests.exchanging import bring_all
from tests.factories import (
    a_kept_meeting,
    a_received,
    a_sent,
    an_answer,
    an_attendance,
    an_invitation,
    an_item,
    an_occurrence,
    asked,
    keep,
)
from tests.functional.test_accounts import a_user, bearer, sign_in

OPEN = {
    "organisations": "key,name,kind,serves,protected\n"
    "open,Kanaripublic0,child_welfare,5001,\n"
    "mine,Kanariown1,crisis_centre,5001,true\n"
    "third,En tredje,municipality,5001,\n",
    "posts": "key,organisation,title\nopen-post,open,Kanaripublic2\n"
    "mine-post,mine,Kanariown3\n",
    "persons": "key,name\nsomeone,Kanarinetwork4\n",
    "holdings": "person,post\nsomeone,open-post\n",
    "contact-points": "owner,channel,value,audience,note\n"
    "open,web,https://kanaripublic5.example,public,\n"
    "open,phone,72540001,public,Kanaripublic6\n"
    "open-post,email,kanarinetwork7@open.example,network,Kanarinetwork8\n"
    "someone,phone,72540002,network,Kanarinetwork9\n"
    "mine,phone,72540003,public,Kanariown10\n"
    "mine-post,phone,72540004,unit,Kanariown11\n",
    "responsibilities": "step,role,holder,place,tracks,status\n"
    "report_child,A,open,5001,minor,agreed\n"
    "report_child,R,open-post,5001,minor,agreed\n"
    "talk,R,mine,5001,,agreed\n",
    "networks": "key,name,mandate\nforum,Kanarinetwork24,Kanarinetwork25\n",
    "memberships": "network,holder,role\nforum,open,member\n"
    "forum,mine,chair\nforum,mine-post,observer\n",
    "meetings": "key,network,title,starts,ends,timezone,steps\n"
    "mote,forum,Kanarinetwork26,2026-12-09T10:00,2026-12-09T11:00,,report_child\n"
    "kjent,,Kanarinetwork27,2026-06-09T10:00,2026-06-09T11:00,,\n",
    "attendances": "meeting,holder,answer,attended\nmote,open,accepted,\n"
    "kjent,open-post,,true\nkjent,mine,accepted,true\n",
}
HIDDEN = {
    "organisations": "key,name,kind,serves,protected\n"
    "kanariunit12,Kanariunit13,crisis_centre,5001|NO,true\n",
    "posts": "key,organisation,title\nkanariunit14,kanariunit12,Kanariunit15\n",
    "contact-points": "owner,channel,value,audience,note\n"
    "kanariunit12,email,kanariunit16@hidden.example,public,Kanariunit17\n"
    "kanariunit14,phone,72540005,public,Kanariunit18\n"
    "open,phone,72540006,unit,Kanariunit19\n"
    "kanariunit12,web,https://hidden.example,unit,\n",
    "responsibilities": "step,role,holder,place,tracks,status\n"
    "report_child,C,kanariunit12,5001,minor,agreed\n"
    "talk,A,kanariunit14,5001,,agreed\n",
    "memberships": "network,holder,role\nforum,kanariunit12,member\n"
    "forum,kanariunit14,chair\n",
    "attendances": "meeting,holder,answer,attended\n"
    "mote,kanariunit12,accepted,\nkjent,kanariunit14,,true\n",
}
PROTECTED = {
    "contact-points": "owner,channel,value,audience,note\n"
    "open,phone,72540007,protected,Kanariprotected20\n"
    "mine,phone,72540008,protected,Kanariprotected21\n"
    "kanariunit12,phone,72540009,protected,Kanariprotected22\n",
}


def bring_hidden():
    """Write what only the unit, and of its own an agency, may see."""
    bring_all(HIDDEN)
    db.session.rollback()
    keep(
        [
            Chapter(
                code="kanariunit43",
                title=dict.fromkeys(LANGUAGES, "Kanariunit44"),
                text=dict.fromkeys(LANGUAGES, "Kanariunit45"),
                sources=(),
                audience="unit",
            ),
            Indicator(
                code="kanariunit46",
                form="general",
                text=dict.fromkeys(LANGUAGES, "Kanariunit47"),
                audience="unit",
            ),
            Synonym(
                key="kanariunit48",
                subject="step:report_child",
                language="nb",
                phrase="kanariunit49",
                folded="kanariunit49",
                audience="unit",
            ),
            # One that mine is asked to, and one that nobody below the unit is.
            a_kept_meeting("eget", title="Kanariown29", audience="unit"),
            a_kept_meeting("kanariunit30", title="Kanariunit31", audience="unit"),
        ],
        [
            an_item("kanariown32", "eget", title="Kanariown33"),
            an_item("kanariunit34", "kanariunit30", title="Kanariunit35"),
            an_item("kanariunit36", None, title="Kanariunit37", network="forum"),
            an_invitation("mine", "eget"),
            # The lists of these are not open.
            an_invitation("open", "mote", comment="Kanariunit38"),
            an_invitation("kanariunit12", "mote", answer="accepted"),
            an_invitation("kanariunit14", "kanariunit30"),
            an_attendance("mine", "eget"),
            an_attendance("open", "kanariunit30"),
            an_occurrence("kanariunit30", location="Kanariunit39"),
            a_received("mote", sender="kanariunit40@example.no"),
        ],
        [
            an_answer(asked("open"), comment="Kanariunit41"),
            a_sent(asked("open"), address="kanariunit42@example.no"),
            a_sent(asked("mine", "eget"), address="mine@example.no"),
        ],
    )


OF_MEETINGS = {
    *((b"own", b"29"), (b"own", b"33")),
    *((b"unit", number) for number in (b"31", b"35", b"37", b"38")),
}
OF_THE_GUIDE = {
    (b"unit", number) for number in (b"43", b"44", b"45", b"46", b"47", b"49")
}
CANARY = re.compile(rb"kanari(public|network|own|unit|protected)(\d+)", re.IGNORECASE)


def canaries(content):
    """Return class and number of each canary in the bytes."""
    return {(kind.lower(), number) for kind, number in CANARY.findall(content)}


WRITTEN = (OPEN, HIDDEN, PROTECTED)
EVERY = canaries("".join(file for files in WRITTEN for file in files.values()).encode())
SEES = {
    "public": {b"public"},
    "reader": {b"public", b"network"},
    "other": {b"public", b"network"},
    "own": {b"public", b"network", b"own"},
    "unit": {b"public", b"network", b"own", b"unit"},
}
USERS = {
    "reader": ("reader", None),
    "own": ("agency", "mine"),
    "other": ("agency", "third"),
    "unit": ("unit", None),
}
KEYS = ("open", "mine", "open-post", "someone", "kanariunit12", "kanariunit14")
QUESTION = "step=report_child&place=5001&track=minor"
QUERIES = (
    "",
    "q=kanari&limit=100",
    QUESTION,
    "step=talk&place=5001",
    "place=5001&by=organisations",
    "near=5001&sort=-name",
    f"{QUESTION}&holder=kanariunit12&as_of=2026-11-24",
    "owner=kanariunit12&organisation=kanariunit12&post=kanariunit14&holder=mine",
    "from=2026-11-23&to=2026-11-25",
    "from=open&to=third&without=someone&without=open&compare=2027-11-24",
    "from=kanariunit12&to=open&without=kanariunit12",
)
# The parts of addresses that are of meetings.
MEETINGS = ("mote", "kjent", "eget", "kanariunit30", "x")
OF_PAGES_OF_MEETINGS = (
    "meetings.",
    "organizing.",
    "history.meeting",
    "feeds.single",
    "api.show_meeting",
)


@pytest.fixture(autouse=True)
def _at_a_moment():
    """Stop the clock, so that pages of two readings can be compared."""
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        yield


def clients(app):
    """Return someone of each kind, signed in; each with a token for the API."""
    found = {"public": (app.test_client(), {})}
    for name, (role, organisation) in USERS.items():
        email = f"{name}@example.no"
        a_user(email, role, organisation)
        client = app.test_client()
        sign_in(client, email)
        found[name] = client, bearer(accounts.issue_token(email))
    return found


def values():
    """Return what each part of a path can be."""
    points = registers.addresses(EDITED["contact-points"], all_keys("contact-points"))
    rules, members = (
        registers.addresses(EDITED[name], all_keys(name))
        for name in ("responsibilities", "memberships")
    )
    seats = registers.addresses(EDITED["attendances"], all_keys("attendances"))
    acts = sorted({int(number) for number in points + rules + members + seats})
    acts += acts_of_meetings()
    db.session.rollback()
    return {
        "key": ["open", "mine", "kanariunit12", "forum", "x"],
        "code": [
            "5001",
            "report_child",
            "reflection_period",
            "referral",
            "kanariunit43",
        ],
        "register": {
            "organisations": ["open", "mine"],
            "persons": ["someone"],
            "contact-points": points[-3:],
            "networks": ["forum"],
            "memberships": members,
            "attendances": seats,
            "chapters": ["referral", "kanariunit43"],
            "indicators": ["kanariunit46"],
            "synonyms": ["1"],
        },
        "act": acts,
        "secret": ["x"],
        "digest": ["1" * 64],
        "invitation": [asked("open"), asked("mine", "eget"), "x"],
        "item": ["kanariown32", "kanariunit34", "kanariunit36", "x"],
        "at": ["2026-12-09T10:00"],
        "token": ["x"],
        "filename": ["x"],
        # Of those that speak of steps, posts, persons and forums one each.
        "question": ["gaps", "vacant", "single-points", "silos", "x"],
        "form": ["graphml", "gexf", "json", "csv", "x"],
        "id": ["open", "mine", "kanariunit12", "kanariunit14", "network:forum", "x"],
    }


def acts_of_meetings():
    """Return the newest act that touched a meeting."""
    kinds = Change.kind.in_(("meeting", "invitation"))
    newest = select_to_write(Change.act).where(kinds).order_by(Change.act.desc())
    return sorted(set(db.session.scalars(newest.limit(8))))


def all_keys(name):
    table = EDITED[name].table
    keys = select_to_write(table.c.key)
    if "folded" in table.c:
        keys = keys.where(table.c.folded.contains("kanari"))
    elif "place" in table.c:
        keys = keys.where(table.c.place == "5001")
    elif name == "attendances":
        keys = keys.where(table.c.meeting.in_(MEETINGS))
    found = db.session.execute(keys)
    return [key for (key,) in found]


def _queries(endpoint, names):
    """Return what an address is asked; questions to the network take long to answer."""
    if endpoint.startswith("api.network"):
        return QUERIES[:1] if names else QUERIES[:1] + QUERIES[-2:]
    return QUERIES[:1] + QUERIES[6:7] if names else QUERIES


def _chosen(known, names):
    """Yield what the parts can be; in every register also what is in another."""
    if "address" not in names:
        yield from product(*(known[name] for name in names))
        return
    assert names == ["address", "register"]
    for register, own in known["register"].items():
        for address in (*own, "kanariunit12"):
            yield address, register


def addresses(app):
    """Yield every address that is read, from the URL map, with every query."""
    every = values()
    bound = app.url_map.bind("")
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        names = sorted(rule.arguments)
        is_of_meeting = rule.endpoint.startswith(OF_PAGES_OF_MEETINGS)
        known = every | ({"key": MEETINGS} if is_of_meeting else {})
        for chosen in _chosen(known, names):
            arguments = dict(zip(names, chosen, strict=True))
            path = bound.build(rule.endpoint, arguments)
            for query in _queries(rule.endpoint, names):
                yield rule.endpoint, f"{path}?{query}"


def unpacked(response):
    """Return every byte that leaves: headers, and what a workbook or a sheet packs."""
    found = [str(response.headers).encode(), response.data]
    if response.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(response.data)) as book:
            found += [book.read(name) for name in book.namelist()]
    if response.mimetype == "application/pdf":
        [sheet] = pypdfium2.PdfDocument(response.data)
        found.append(sheet.get_textpage().get_text_range().encode())
    return b"\n".join(found)


def said(response, path):
    """Return the canaries in an answer, but for those that its address brought."""
    brought = canaries(path.encode())
    return canaries(unpacked(response)) - brought


# What is drawn anew for each page; a draft of a mail names an invitation of its own.
MASK = re.compile(rb'name="csrf_token" value="[^"]+"|/replies/\w+|\+\w{20,}@')


def told(answer):
    """Return what an answer says, without what is drawn anew for each."""
    headers = [one for one in answer.headers if one[0] != "Set-Cookie"]
    body = MASK.sub(b"", answer.data)
    if body[:2] == b"PK":
        body = b""  # what a workbook holds is read for canaries; it holds a moment
    return answer.status, headers, body


class Reading:
    """All that these viewers are told at each address."""

    def __init__(self, app, everyone, *names):
        self.said = {}
        self.heard = {name: set() for name in names}
        self.walked = set()
        for endpoint, path in list(addresses(app)):
            self.walked.add(endpoint)
            for name in names:
                client, headers = everyone[name]
                answer = client.get(
                    path, headers=headers if endpoint.startswith("api.") else {}
                )
                assert answer.status_code < 500, (name, path)
                found = said(answer, path)
                leaks = {one for one in found if one[0] not in SEES[name]}
                assert not leaks, (name, path, leaks)
                self.heard[name] |= found
                # A feed that is missed too often says only to wait, whoever asks.
                if not endpoint.startswith(("account", "health", "feeds.show")):
                    self.said[name, path] = told(answer)


def differing(before, after):
    """Return where two readings differ, and how much was there both times."""
    both = before.said.keys() & after.said.keys()
    return {one for one in both if before.said[one] != after.said[one]}, len(both)


def test_what_may_not_be_seen_leaves_nowhere_and_changes_no_byte(app):
    bring_all(OPEN)
    db.session.rollback()
    suggestions.keep("wrong", "Kanariunit23 er feil", place="5001")
    everyone = clients(app)
    everyone["public"][0].get("/account/sign-in")  # who has a cookie is told to vary
    without_hidden = Reading(app, everyone, "public", "reader", "other")

    bring_hidden()
    db.session.rollback()
    without_protected = Reading(app, everyone, "unit")

    bring_all(PROTECTED)
    db.session.rollback()
    # No canary leaves to a viewer of a narrower class: a reading fails at the first.
    whole = Reading(app, everyone, *SEES)

    # Positive controls: each hears all that is hers, so silence means something.
    for name, classes in SEES.items():
        every = EVERY | OF_MEETINGS | OF_THE_GUIDE | {(b"unit", b"23")}
        hers = {one for one in every if one[0] in classes}
        assert hers <= whole.heard[name], (name, hers - whole.heard[name])
    assert len(whole.walked) > 40

    # What is hidden changes no byte for those who may not see it.
    changed, compared = differing(without_hidden, whole)
    assert changed == set()
    assert compared > 500

    # A protected line changes no byte even for the unit.
    changed, compared = differing(without_protected, whole)
    assert changed == set()
    assert compared > 150

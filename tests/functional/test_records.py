"""Registers in the browser's terms: lists, forms, two editors, deleting, history."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import islice

import pytest
import time_machine

from coordinator import accounts, records, registers
from coordinator.access import UNIT, select_to_write
from coordinator.columns import EDITED, KINDS
from coordinator.opening import OSLO
from coordinator.places import alphabetical
from models import Feed, Message, User, UserSession, db
from tests.exchanging import bring_all, counted
from tests.forms import form_of
from tests.functional.test_accounts import (
    a_user,
    send,
    sign_in,
    token,
    writing_rules,
)
from tests.networks import NETWORK

LINE = "bv-trondheim|phone|+4772540000"
AGENCIES = {
    "organisations": "key,name,kind,parent,serves,protected\n"
    "annen,En annen,child_welfare,,5001,\n"
    "skjult,Skjult sted,crisis_centre,,NO,true\n",
    "posts": "key,organisation,title\nannen-post,annen,Leder\n",
    "persons": "key,name\nderes,Deres Person\n",
    "holdings": "person,post\nderes,annen-post\n",
    "contact-points": "owner,channel,value,audience\n"
    "annen,phone,73540005,public\nskjult,phone,73540006,public\n",
}


def the_network():
    bring_all(NETWORK)
    bring_all(AGENCIES)


@pytest.fixture
def beforehand():
    return the_network


@pytest.fixture
def agency(app):
    """Return someone of the child welfare service in Trondheim, signed in."""
    a_user("etat@example.no", "agency", "bv-trondheim")
    client = app.test_client()
    sign_in(client, "etat@example.no")
    return client


def address_of(kind, key):
    (found,) = registers.addresses(EDITED[kind], [key])
    db.session.rollback()
    return f"/records/{kind}/{found}"


def edit(client, kind, key, /, **changed):
    """Open the form, change some of it, and send it."""
    address = address_of(kind, key)
    page = client.get(f"{address}/edit")
    assert page.status_code == 200, address
    sent = form_of(page.text) | {"action": "save", **changed}
    return client.post(f"{address}/edit", data=sent)


# Lists


def test_a_list_is_searched_narrowed_sorted_and_turned_by_its_address(unit):
    def names(address):
        page = unit.get(address).text
        return re.findall(r'<th scope="row"><a [^>]+>([^<]+)</a>', page)

    assert "Barnevernet i Trondheim" in names("/records/organisations?q=barnevernet")
    assert names("/records/organisations?q=barnevernet+trondheim") == [
        "Barnevernet i Trondheim"
    ]
    assert names("/records/organisations?kind=child_welfare") == [
        "Barnevernet i Trondheim",
        "En annen",
    ]
    assert names("/records/organisations?kind=child_welfare&sort=-name") == [
        "En annen",
        "Barnevernet i Trondheim",
    ]
    assert names("/records/organisations?near=Trondheim&kind=municipality") == [
        "Trondheim kommune"
    ]
    assert names("/records/holdings?q=kari") == ["Kari Nordmann"]
    assert names("/records/contact-points?q=leder&channel=email") == [
        "leder@trondheim.example"
    ]
    assert len(names("/records/places?skip=50")) == 50
    assert names("/records/places?q=deatnu") == names("/records/places?q=tana+5628")
    assert "Listen slutter før dette" in unit.get("/records/places?skip=9999").text
    for number in ("72540000", "72 54 00 00", "%2B47 72 54 00 00"):
        assert names(f"/records/contact-points?q={number}") == ["72 54 00 00"], number


def test_what_leads_to_a_step_is_found_by_its_title_and_a_kind_by_its_name(unit):
    def found(address):
        return re.findall(r"<tr>(.*?)</tr>", unit.get(address).text, re.S)[1:]

    assert all(
        "Helsehjelp" in row for row in found("/records/responsibilities?q=helsehjelp")
    )
    assert found("/records/responsibilities?q=helsehjelp")
    assert found("/records/responsibilities?q=kommunal+barnevernstjeneste")
    assert found("/records/handovers?q=melding+til+barnevernet")


def test_a_list_is_sorted_by_what_it_says(unit):
    bring_all(
        {
            "organisations": "key,name,kind,serves\n"
            "a1,Ålgård,municipality,NO\na2,Zeta,municipality,NO\n"
            "a3,Ørsta,municipality,NO\na4,Ærfugl,municipality,NO\n",
            "posts": "key,organisation,title\np1,a1,Vakt\np2,a2,Vakt\n"
            "p3,a3,Vakt\np4,a4,Vakt\n",
        }
    )

    def column(address, number):
        rows = re.findall(r"<tr>(.*?)</tr>", unit.get(address).text, re.S)[1:]
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
        return [re.sub("<[^>]+>", "", row[number]).strip() for row in cells]

    assert column("/records/organisations?kind=municipality&sort=-name", 0)[:4] == [
        "Ålgård",
        "Ørsta",
        "Ærfugl",
        "Zeta",
    ]
    assert column("/records/posts?q=vakt&sort=organisation", 1) == [
        "Zeta",
        "Ærfugl",
        "Ørsta",
        "Ålgård",
    ]
    for sort, number in (("step", 0), ("role", 1), ("status", 5)):
        said = column(f"/records/responsibilities?sort={sort}", number)
        assert said == sorted(said, key=alphabetical), sort


@pytest.mark.parametrize("kind", EDITED)
def test_every_kind_has_a_list_a_page_and_a_form(unit, kind):
    listed = unit.get(f"/records/{kind}")
    address = re.search(rf'href="(/records/{kind}/(?!new)[^"?]+)"', listed.text)[1]

    assert unit.get(address).status_code == 200
    assert unit.get(f"{address}/edit").status_code == 200
    assert unit.get(f"{address}/delete").status_code == 200
    assert unit.get(f"/records/{kind}/new").status_code == 200


@pytest.mark.parametrize("kind", EDITED)
def test_a_form_that_is_sent_as_it_is_changes_nothing(unit, kind):
    found = records.every(EDITED[kind], UNIT)
    keys = [EDITED[kind].key(row) for row in islice(found, 4)]
    db.session.rollback()
    before = counted()
    db.session.rollback()

    for key in keys:
        assert edit(unit, kind, key).status_code == 303, key

    assert counted() == before


def test_no_number_and_no_address_of_a_line_stands_in_an_address_of_ours(unit):
    page = unit.get("/records/contact-points").text
    own = [one for one in re.findall(r'href="([^"]+)"', page) if one.startswith("/")]

    assert own
    assert not [one for one in own if "+47" in one or "@" in one or "7254" in one]


# Forms


def test_the_unit_makes_edits_and_deletes_a_record_and_takes_it_back(unit):
    made = send(
        unit,
        "/records/organisations/new",
        page="/records/organisations/new",
        name="Nytt senter",
        kind="crisis_centre",
        serves="Trondheim\nMalvik [5031]",
        protected="",
    )
    assert made.status_code == 303
    page = unit.get(made.headers["Location"])
    assert "Lagret." in page.text
    assert "Nytt senter" in page.text

    edited = edit(unit, "organisations", "nytt-senter", name="Nyere senter")
    assert "Nyere senter" in unit.get(edited.headers["Location"]).text
    line = send(
        unit,
        "/records/contact-points/new",
        page="/records/contact-points/new?owner=nytt-senter",
        owner="Nyere senter",
        channel="phone",
        value="73 54 00 99",
        audience="public",
        hours="24/7",
    )
    assert "73 54 00 99" in unit.get(line.headers["Location"]).text

    address = "/records/organisations/nytt-senter"
    asked = unit.get(f"{address}/delete")
    assert "Kontaktpunkt: 1" in asked.text
    version = re.search(r'name="version" value="(\d+)"', asked.text)[1]
    gone = send(unit, f"{address}/delete", page=f"{address}/delete", version=version)
    listed = unit.get(gone.headers["Location"])
    assert unit.get(address).status_code == 404
    undo = re.search(r'action="(/changes/\d+/undo)"', listed.text)[1]
    back = send(unit, undo, page="/records/organisations/new")
    assert back.status_code == 303
    assert "Nyere senter" in unit.get(address).text
    assert "73 54 00 99" in unit.get(address).text
    assert "Krisesenter" in unit.get("/organisations/nytt-senter").text


def test_what_is_wrong_is_said_above_and_beside_and_nothing_typed_is_lost(unit):
    page = edit(
        unit, "contact-points", LINE, value="12", hours="Klokka åtte", note="Beholdes"
    )

    assert page.status_code == 422
    assert "Åpningstid er ikke åpningstider" in page.text
    assert 'href="#hours"' in page.text
    assert 'id="hours-error"' in page.text
    assert 'aria-describedby="hours-hint hours-error"' in page.text
    assert 'value="Klokka åtte"' in page.text
    assert "Beholdes" in page.text
    page = edit(unit, "contact-points", LINE, value="12")
    assert "Nummer eller adresse er ikke et telefonnummer" in page.text
    right = {"value": "02800", "hours": "Mo-Fr 08:00-15:30"}
    assert edit(unit, "contact-points", LINE, **right).status_code == 303


def test_a_form_that_took_long_to_fill_in_is_saved(unit):
    form = form_of(unit.get("/records/organisations/bv-trondheim/edit").text)
    form |= {"action": "save", "name": "Skrevet lenge"}
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        saved = unit.post("/records/organisations/bv-trondheim/edit", data=form)

    assert saved.status_code == 303
    assert "Skrevet lenge" in unit.get(saved.headers["Location"]).text


def test_lines_stand_in_their_order_and_what_is_not_so_is_not_said(unit):
    lines = "owner,channel,value,audience,order\n"
    bring_all(
        {
            "contact-points": lines + "annen,phone,73540001,public,2\n"
            "annen,phone,73540009,public,1\n"
        }
    )

    page = unit.get("/records/organisations/annen").text
    step = unescape(unit.get("/records/steps/report_child").text)

    assert page.index("73 54 00 09") < page.index("73 54 00 01")
    assert "Overganger herfra" in step
    assert "Overganger hit" in step
    assert "Nei" not in re.findall(r'<p class="quiet">([^<]*)</p>', step)
    assert "<strong>Gjør det: Du som møter personen</strong>" in step


def test_all_that_is_wrong_is_said_at_once(unit):
    bring_all({"posts": "key,organisation,title\nto,tk,Leder\n"})

    page = edit(
        unit,
        "organisations",
        "bv-trondheim",
        name="",
        parent="Trond",
        orgnr="123456789",
        serves="Trondheim\nIngensteds",
        web="javascript:x",
        valid_from="nei",
    )

    assert page.status_code == 422
    summary = page.text.partition('id="fault"')[2].partition("</div>")[0]
    wrong = re.findall(r'href="#(\w+)"', summary)
    assert wrong == ["name", "parent", "orgnr", "serves", "web", "valid_from"]
    assert "Dekker finnes ikke: Ingensteds" in summary


def test_a_name_that_several_have_is_asked_about(unit):
    bring_all({"posts": "key,organisation,title\nto,tk,Leder\n"})

    page = edit(unit, "holdings", "kari|bv-leder|2021-01-01", post="Leder")

    assert page.status_code == 422
    assert "Leder, Barnevernet i Trondheim [bv-leder]" in unescape(page.text)
    assert "Leder, Trondheim kommune [to]" in unescape(page.text)


def test_a_line_is_read_aloud_before_it_is_saved(unit):
    page = edit(
        unit, "contact-points", LINE, value="116117", hours="24/7", action="preview"
    )

    assert page.status_code == 200
    assert re.search(r'id="value-preview"[^>]*>116 117<', page.text)
    assert re.search(r'id="hours-preview"[^>]*>Døgnåpent<', page.text)
    page = edit(unit, "contact-points", LINE, value="12", action="preview")
    assert "Nummer eller adresse er ikke et telefonnummer" in page.text
    saved = edit(unit, "contact-points", LINE, value="116117")
    assert "<h1>116 117, " in unit.get(saved.headers["Location"]).text
    read = unit.get("/records/preview?channel=phone&value=112&hours=24/7").json
    assert read == {"value": "112", "hours": "Døgnåpent"}


def test_two_editors_collide_and_nothing_is_lost(unit, app):
    a_user("ola@example.no")
    ola = app.test_client()
    sign_in(ola, "ola@example.no")
    address = "/records/organisations/bv-trondheim/edit"
    mine = form_of(unit.get(address).text) | {"action": "save"}
    edit(ola, "organisations", "bv-trondheim", name="Fra Ola", web="https://o.example")

    page = unit.post(address, data=mine | {"name": "Fra Kari", "orgnr": ""})
    text = unescape(page.text)

    assert page.status_code == 409
    assert "ola@example.no har lagret" in text
    assert 'name="name" value="Fra Kari"' in text
    assert "Lagret av en annen: <strong>Fra Ola</strong>" in " ".join(text.split())
    # What Kari did not touch is Ola's unless she says otherwise.
    assert re.search(r'name="saved" value="web"[^>]*checked', text)
    assert not re.search(r'name="saved" value="name"[^>]*checked', text)
    again = unit.post(address, data=form_of(page.text) | {"action": "save"})
    saved = unescape(unit.get(again.headers["Location"]).text)
    assert "Fra Kari" in saved
    assert "https://o.example" in saved
    assert "974760673" not in saved.partition("Hva som er endret")[0]


def test_what_was_deleted_meanwhile_can_be_made_anew(unit, app):
    a_user("ola@example.no")
    ola = app.test_client()
    sign_in(ola, "ola@example.no")
    address = address_of("contact-points", LINE)
    mine = form_of(unit.get(f"{address}/edit").text) | {"action": "save", "note": "Min"}
    asked = ola.get(f"{address}/delete")
    version = re.search(r'name="version" value="(\d+)"', asked.text)[1]
    send(ola, f"{address}/delete", page=f"{address}/delete", version=version)

    page = unit.post(f"{address}/edit", data=mine)

    assert page.status_code == 409
    assert "slettet i mellomtiden" in page.text
    new = form_of(page.text) | {"action": "save"}
    assert unit.post("/records/contact-points/new", data=new).status_code == 303
    assert "Min" in unit.get(address_of("contact-points", LINE)).text


# Who may


def test_an_agency_edits_its_own_and_is_refused_anothers(agency):
    assert edit(agency, "organisations", "bv-trondheim", name="Vårt").status_code == 303
    assert edit(agency, "contact-points", LINE, hours="24/7").status_code == 303
    assert "Døgnåpent" in agency.get("/organisations/bv-trondheim").text
    assert agency.get("/records/organisations/annen").status_code == 200
    assert agency.get("/records/organisations/annen/edit").status_code == 403
    assert agency.get("/records/organisations/skjult").status_code == 404
    assert agency.get("/records/organisations/skjult/edit").status_code == 404
    assert agency.get("/records/organisations/new").status_code == 403
    assert agency.get("/changes").status_code == 403


THEIRS = {
    "organisations": "annen",
    "posts": "annen-post",
    "persons": "deres",
    "holdings": "deres|annen-post|",
    "contact-points": "annen|phone|+4773540005",
    "responsibilities": "report_child|C|kind:rosa|5001||",
    "handovers": "advice_child|identified|",
    "networks": "forum",
    "memberships": "forum|tk|chair|2024-01-01",
    "attendances": "var-26|tk",
    "synonyms": "step:talk|nb|tolk",
    "places": "5001",
    "steps": "talk",
    "rights": "reflection_period",
    "indicators": "general_debt",
    "sources": "seed",
    "chapters": "how",
}
# What each form asks for, of records that are another agency's.
TYPED = {
    "owner": "annen",
    "organisation": "annen",
    "post": "annen-post",
    "person": "deres",
    "holder": "annen",
    "channel": "phone",
    "value": "73540006",
    "name": "Tatt",
    "title": "Tatt",
    "step": "report_child",
    "place": "5001",
    "role": "C",
    "roles": "C",
    "status": "proposed",
    "network": "forum",
    "meeting": "var-26",
    "answer": "declined",
    "subject": "step:talk",
    "language": "nb",
    "phrase": "prate",
    "action": "save",
}
CELL = "step=report_child&holder=annen&place=5001"


# Parts of addresses that lead to nothing.
ELSEWHERE = {
    **dict.fromkeys(("secret", "item", "digest", "token", "invitation"), "x"),
    "question": "gaps",
    "at": "2026-12-09T10:00",
}


def every_write(app, **known):
    """Yield endpoint, method and address of all that writes, with known arguments.

    Of registers, each kind's record that is another agency's.
    """
    assert THEIRS.keys() == EDITED.keys()
    pairs = [{"register": kind} | record_of(kind) for kind in THEIRS]
    for rule, methods, _address in writing_rules(app):
        for pair in pairs if "register" in rule.arguments else [{}]:
            values = ELSEWHERE | known | pair
            chosen = {name: values[name] for name in rule.arguments}
            for method in methods:
                bound = app.url_map.bind("")
                where = bound.build(rule.endpoint, chosen, method=method)
                yield rule.endpoint, method, where


def record_of(kind):
    address = address_of(kind, THEIRS[kind]).rpartition("/")[2]
    assert address != "0", kind
    return {"address": address}


def others():
    """Return all that is kept of other users than Liv, their feeds, and of mail."""
    db.session.rollback()
    user, session = User.__table__, UserSession.__table__
    of_others = select_to_write(user.c.key).where(user.c.email != "liv@example.no")
    users = select_to_write(*user.c).where(user.c.key.in_(of_others))
    sessions = select_to_write(*session.c).where(session.c.user.in_(of_others))
    feed = Feed.__table__
    feeds = select_to_write(*feed.c).where(feed.c.user.in_(of_others))
    messages = select_to_write(*Message.__table__.c)
    kept = (users, sessions, feeds, messages)
    found = [list(map(tuple, db.session.execute(s))) for s in kept]
    db.session.rollback()
    return found


@pytest.mark.parametrize(("role", "of"), [("agency", "bv-trondheim"), ("reader", None)])
def test_no_write_address_lets_anyone_change_what_is_anothers(app, unit, role, of):
    edit(unit, "organisations", "annen", name="Annet")
    a_user("liv@example.no", role, of)
    act = counted()
    user = db.session.scalars(
        select_to_write(User.key).where(User.email == "kari@example.no")
    ).one()
    kept, walked = others(), set()

    for endpoint, method, where in every_write(app, act=act, key=user):
        if where == "/records/persons/new" and role == "agency":
            continue  # who is new is nobody's yet
        client = app.test_client()  # one address signs her out
        sign_in(client, "liv@example.no")
        sent = TYPED | {"csrf_token": token(client, "/account"), "version": act}
        answer = client.open(where, method=method, data=sent)
        own = endpoint.startswith(("account.", "feeds.", "suggestions."))
        # The API reads no cookie: there nobody is signed in.
        refused = (401,) if endpoint.startswith("api.") else (403, 404, 422)
        assert own or answer.status_code in refused, where
        assert (counted(), others()) == (act, kept), where
        walked.add(endpoint)

    assert len(walked) >= 15


def test_every_write_address_that_knows_versions_refuses_a_stale_one(unit, app):
    before, walked = counted(), set()
    csrf = token(unit, "/account")
    for endpoint, method, where in every_write(app, act=1, key="x"):
        if endpoint.startswith("api."):
            continue  # what it sends has no version
        page = unit.get(f"{where}?{CELL}").text
        sent = {"csrf_token": csrf, "step": "report_child", "holder": "annen"}
        sent |= {"place": "5001", "action": "save"}
        stale = {"version": "1", "seen": "R:agreed"}
        known = [name for name in stale if f'name="{name}"' in page]
        if not known or where.endswith("/new"):
            continue
        if 'class="record"' in page:
            sent |= form_of(page)
        answer = unit.open(where, method=method, data=sent | stale)
        assert answer.status_code == 409, where
        walked.add((endpoint, known[0]))

    assert {name for _endpoint, name in walked} == {"version", "seen"}
    assert len(walked) >= 3
    assert counted() == before


def test_a_form_sets_no_more_than_its_fields(agency):
    before = agency.get("/api/v1/organisations?q=bv-trondheim").json["results"][0]

    extra = {"kind": "rosa", "parent": "tk", "protected": "true", "serves": "Norge"}
    more = {"audience": "unit", "confirmed_on": "2026-01-01", "key": "annen"}
    edit(agency, "organisations", "bv-trondheim", name="Nytt", **extra, **more)

    after = agency.get("/api/v1/organisations?q=bv-trondheim").json["results"][0]
    assert after == before | {"name": "Nytt"}


def test_what_the_unit_protects_is_gone_from_its_sight_and_can_come_back(unit):
    address = address_of("contact-points", "bv-trondheim|phone|+4772540000")

    sent = form_of(unit.get(f"{address}/edit").text) | {"audience": "protected"}
    saved = unit.post(f"{address}/edit", data=sent | {"action": "save"})
    told = unit.get(saved.headers["Location"])
    gone = unit.get(address)
    act = saved.headers["Location"].partition("done=")[2]
    back = send(unit, f"/changes/{act}/undo", page="/account")
    again = unit.get(address)

    assert "skjermet nå" in told.text
    assert (gone.status_code, again.status_code) == (404, 200)
    assert unit.get(back.headers["Location"]).status_code == 200
    assert unit.get(f"/changes/{act}").status_code == 404


def test_an_agency_takes_back_its_own_and_nobody_elses(agency, unit):
    own = edit(agency, "organisations", "bv-trondheim", name="Vårt")
    theirs = edit(unit, "organisations", "annen", name="Annet")
    acts = [one.headers["Location"].partition("done=")[2] for one in (own, theirs)]

    refused = send(agency, f"/changes/{acts[1]}/undo", page="/account")
    done = send(agency, f"/changes/{acts[0]}/undo", page="/account")

    assert refused.status_code == 403
    assert done.status_code == 303
    assert "Barnevernet i Trondheim" in agency.get("/organisations/bv-trondheim").text


# History


def test_a_change_shows_at_once_in_answers_and_in_history(unit, client):
    public = client.application.test_client()
    question = "/answer?step=report_child&place=5001&track=minor"
    before = public.get(question).text
    saved = edit(unit, "contact-points", LINE, value="73 11 22 33")

    after = public.get(question).text
    told = unescape(unit.get(saved.headers["Location"]).text)
    new = unescape(unit.get("/changes").text)

    assert "73 11 22 33" in after
    assert "73 11 22 33" not in before
    for page in (told, new):
        assert "kari@example.no" in page
        assert "72 54 00 00" in page
    act = saved.headers["Location"].partition("done=")[2]
    assert "Angre denne endringen" in unit.get(f"/changes/{act}").text


def test_a_change_after_midnight_in_oslo_is_of_the_new_day(unit):
    with time_machine.travel(datetime(2027, 1, 31, 23, 24, tzinfo=UTC), tick=False):
        sign_in(unit, "kari@example.no")
        edit(unit, "organisations", "bv-trondheim", name="Etter midnatt")
        page = unit.get("/changes").text

    assert "1. februar 2027 00.24" in page


def test_what_is_new_is_narrowed_and_what_is_wrong_is_said(unit):
    edit(unit, "organisations", "annen", name="Annet navn")

    assert "Annet navn" in unit.get("/changes?kind=organisation").text
    assert "Annet navn" not in unit.get("/changes?kind=step").text
    assert "Ingen endringer" in unit.get("/changes?since=2099-01-01").text
    assert "Annet navn" not in unit.get("/changes?what=deleted").text
    assert unit.get("/changes?since=i+går").status_code == 422
    assert unit.get("/changes?kind=user_session").status_code == 422
    assert unit.get("/changes/999999999").status_code == 404
    assert unit.get("/changes/99999999999999999999999").status_code == 404


def test_an_act_that_cannot_be_taken_back_says_why(unit):
    first = edit(unit, "organisations", "annen", name="Én").headers["Location"]
    edit(unit, "organisations", "annen", name="To")
    act = first.partition("done=")[2]

    page = send(unit, f"/changes/{act}/undo", page="/account")

    assert page.status_code == 409
    assert "endret siden" in page.text
    assert "Instans: To" in page.text


# Hostile input


ODD = [
    "\x00",
    "\ud800",
    "x" * 5000,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "|",
    "%",
]


@pytest.mark.parametrize("kind", EDITED)
def test_no_input_breaks_a_form(unit, kind):
    csrf = token(unit, "/account")
    for odd in ODD:
        sent = {column.name: odd for column in EDITED[kind].columns}
        sent |= {"csrf_token": csrf, "action": "save", "version": odd, "ticks": odd}
        data = {k: v.encode("utf-8", "surrogatepass") for k, v in sent.items()}
        answer = unit.post(f"/records/{kind}/new", data=data)
        assert answer.status_code in (303, 422), (kind, odd)
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("odd", [*ODD[:1], *ODD[2:], "-1", "9" * 30, "٣"])
def test_no_address_breaks_a_register(unit, odd):
    query = ("q", "sort", "skip", "near", "kind", "done")
    for kind in KINDS:
        for name in query:
            answer = unit.get(f"/records/{kind}", query_string={name: odd})
            assert answer.status_code in (200, 404, 422), (kind, name)
        for path in ("", "/edit", "/delete"):
            answer = unit.get(f"/records/{kind}/{odd}{path}".replace("\x00", "%00"))
            assert answer.status_code in (200, 303, 308, 404, 422), (kind, path)


def test_a_user_who_is_let_out_edits_no_more(agency):
    found = [user for user in accounts.users(UNIT) if user.role == "agency"]
    db.session.rollback()
    accounts.set_disabled(found[0].key, disabled=True)

    assert agency.get("/records").status_code == 401


# The past


def test_an_answer_and_an_organisation_are_shown_as_they_were(unit):
    start = datetime.now(UTC) + timedelta(hours=25)
    today = datetime.now(OSLO).date()
    question = "step=report_child&place=5001&track=minor"
    with time_machine.travel(start, tick=False):
        signed = unit.application.test_client()
        sign_in(signed, "kari@example.no")
        edit(signed, "contact-points", LINE, value="73 11 22 33")
        before = signed.get(f"/changes/answer?{question}&as_of={today}").text
        now = signed.get(f"/answer?{question}").text
        was = signed.get(f"/changes/organisations/bv-trondheim?as_of={today}").text
        differs = signed.get(f"/changes/difference?from={today}").text

    assert f'name="as_of" value="{today}"' in before
    assert 'action="/changes/answer"' in now
    assert 'name="place" value="5001"' in now.partition('action="/changes/answer"')[2]
    assert (
        'name="as_of"'
        not in unit.application.test_client().get(f"/answer?{question}").text
    )
    assert "72 54 00 00" in before
    assert "Slik det var registrert" in before
    assert "73 11 22 33" in now
    assert "72 54 00 00" in was
    assert "73 11 22 33" not in was
    assert "73 11 22 33" in differs


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/changes/answer?step=talk&place=5001", 422),
        ("/changes/answer?step=talk&place=5001&as_of=2020-01-01", 404),
        ("/changes/answer?step=talk&place=5001&as_of=2999-01-01", 422),
        ("/changes/answer?step=nei&place=5001&as_of=2999-01-01", 422),
        ("/changes/organisations/nei?as_of=2020-01-01", 404),
        ("/changes/organisations/tk?as_of=nei", 422),
        ("/changes/difference?from=nei", 422),
        ("/changes/difference", 200),
        ("/changes/difference?from=2020-01-01&to=2020-01-02", 200),
        ("/changes/difference?from=9999-12-31&to=0001-01-01", 200),
        ("/changes?since=0001-01-01&until=9999-12-31", 200),
    ],
)
def test_what_is_wrong_about_the_past_is_said(unit, address, status):
    assert unit.get(address).status_code == status


def test_the_past_is_for_the_unit_alone(agency):
    for address in ("answer?step=talk&place=5001", "organisations/tk?", "difference?"):
        answer = agency.get(f"/changes/{address}&as_of=2026-11-23")
        assert answer.status_code == 403

"""The state of the network and its questions as pages: who, what, and bad input."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine

from coordinator import coverage, guide, matrix, questions, state
from coordinator.access import UNIT
from models import Source, begin_write, db
from tests.exchanging import bring, bring_all
from tests.functional.test_accounts import a_user, send, sign_in
from tests.networks import NETWORK

MORE = {
    "organisations": "key,name,kind,parent,serves,valid_to\n"
    "annen,En annen tjeneste,crisis_centre,,5001,\n"
    "tredje,Den tredje,municipality,,5001,\n",
    "contact-points": "owner,channel,value,audience\nannen,phone,73540005,public\n",
    "persons": "key,name\nalene,Astrid Uten\n",
    "posts": "key,organisation,title\n"
    "ledig,bv-trondheim,Vaktleder\nannen-ledig,annen,Nattevakt\n",
    "responsibilities": "step,role,holder,place,tracks,status\n"
    "acute_housing,A,tk,5001,adult,agreed\n"
    "acute_housing,A,annen,5001,adult,agreed\n"
    "assistance,A,annen,5001,adult,contested\n",
}
ASKED = [*questions.QUESTIONS]
PAGES = [
    "/network",
    *(f"/network/{question}" for question in ASKED),
    "/network/accepted",
    "/network/what-if",
    "/network/as-of",
    "/network/way-in",
    "/network/flow",
    "/network/files",
    "/network/counties/50",
]
HREF = re.compile(r'href="(/[^"]*)"')


def the_network():
    bring_all(NETWORK)
    bring_all(MORE)


@pytest.fixture
def beforehand():
    return the_network


@pytest.fixture
def agency(app):
    a_user("etat@example.no", "agency", "bv-trondheim")
    client = app.test_client()
    sign_in(client, "etat@example.no")
    return client


def main_of(page):
    """Return what stands between header and footer, as it is read."""
    return unescape(page.text.split("<main")[1].split("</main>")[0])


def words_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(page)).split())


# Who


def test_the_weak_spots_are_not_for_the_public_and_not_for_readers(app, client):
    a_user("leser@example.no", "reader")
    reader = app.test_client()
    sign_in(reader, "leser@example.no")

    for address in PAGES:
        assert client.get(address).status_code == 401, address
        assert reader.get(address).status_code == 403, address
    assert "Tilstand" not in reader.get("/").text


def test_the_unit_lands_on_the_state_of_the_network(client):
    a_user("kari@example.no")

    arrived = sign_in(client, "kari@example.no")
    page = client.get(arrived.headers["Location"])

    assert arrived.headers["Location"] == "/network"
    menu = page.text.split('aria-label="Hovedmeny">')[1].split("</ul>")[0]
    first = menu.split("</li>")[0]
    assert 'href="/network" aria-current="page">Tilstand' in first


def test_an_agency_is_told_of_its_own_and_of_nobody_elses(agency, unit):
    own = words_of(agency.get("/network"))
    listed = words_of(agency.get("/network/vacant"))

    assert "Vaktleder, Barnevernet i Trondheim" in own
    assert "Nattevakt" not in own
    assert "Vaktleder" in listed
    assert "Nattevakt" not in listed
    assert "Godta inntil" not in listed
    assert "Nattevakt" in words_of(unit.get("/network/vacant"))
    for address in ("/network/accepted", "/network/counties/50"):
        assert agency.get(address).status_code == 403
    assert agency.get("/network/vacant/accept?finding=x").status_code == 403


def test_an_agency_sees_its_weak_spots_on_its_page_and_others_do_not(agency, unit):
    own = agency.get("/organisations/bv-trondheim").text

    assert "Sårbart hos dere" in own
    assert "Ingen har funksjonen Vaktleder" in own
    assert "Sårbart" not in agency.get("/organisations/annen").text
    assert "Sårbart" not in unit.get("/organisations/bv-trondheim").text


# The state


def test_the_state_says_how_much_urges_and_gives_an_example_by_name(unit):
    page = unit.get("/network")
    words = words_of(page)

    found = state.of_network(UNIT)
    db.session.rollback()
    assert re.search(r"\d+ funn haster\. Til sammen er [\d\s]+ åpne", words)
    assert "Ingen har funksjonen" in words
    assert "Ingen tar telefonen på vegne av funksjonen." in words
    assert "Mer enn én svarer for «Trygt sted i natt» i Trondheim: " in words
    assert "En annen tjeneste og Trondheim kommune" in words
    assert re.search(r"ingen måling i \w+ ennå", words)
    assert page.text.count('class="severity') == len(found.rows)


def test_every_link_of_these_pages_leads_somewhere(unit):
    seen = set()
    for address in PAGES:
        seen |= {
            link.split("#")[0]
            for link in HREF.findall(main_of(unit.get(address)))
            if not link.startswith("/static")
        }

    assert len(seen) > 60
    some = {re.sub(r"=[^&]+", "=", link): link for link in sorted(seen)}
    for link in {*some.values(), *sorted(seen)[:40]}:
        assert unit.get(link).status_code == 200, link


def test_the_state_tells_how_it_goes_since_last_month(unit, app):
    today = questions.today()
    last_month = datetime.combine(
        today.replace(day=1) - timedelta(days=3), datetime.min.time(), UTC
    )
    with time_machine.travel(last_month):
        state.analyse()
        db.session.rollback()
    bring("posts", "key,organisation,title\nny-ledig,annen,Dagvakt\n")
    db.session.rollback()

    words = words_of(unit.get("/network"))

    assert "1 flere" in words
    assert "uendret" in words
    assert "<polyline" in unit.get("/network").text


def test_what_is_wholly_mended_counts_in_how_it_goes_and_comes_back_as_it_was(unit):
    today = questions.today()
    last_month = datetime.combine(
        today.replace(day=1) - timedelta(days=3), datetime.min.time(), UTC
    )
    with time_machine.travel(last_month):
        state.analyse()
        before = state.of_network(UNIT)
        db.session.rollback()

    def after(holdings):
        bring("holdings", holdings)
        db.session.rollback()
        state.analyse()
        found = state.of_network(UNIT)
        db.session.rollback()
        return found, {row.code: row for row in found.rows}

    was = next(row.count for row in before.rows if row.code == "vacant")
    mended, rows = after("person,post\nkari,ledig\nkari,annen-ledig\n")
    assert "vacant" not in rows
    assert mended.since_last_month == mended.open - before.open
    _, rows = after(
        "person,post,valid_to\nkari,ledig,2020-01-01\nkari,annen-ledig,2020-01-01\n"
    )
    assert (rows["vacant"].count, rows["vacant"].since_last_month) == (was, 0)


def test_what_is_not_current_says_so(unit, monkeypatch):
    monkeypatch.setattr(state, "LIVE_UP_TO", -1)
    state.analyse()
    db.session.rollback()
    assert "Det regnes ut på nytt" not in words_of(unit.get("/network"))

    bring("posts", "key,organisation,title\nny-ledig,annen,Dagvakt\n")
    db.session.rollback()

    assert "Det regnes ut på nytt" in words_of(unit.get("/network"))
    assert "Det regnes ut på nytt" in words_of(unit.get("/network/vacant"))


# Coverage


def test_coverage_counts_each_county_in_tile_and_table_worst_first(unit):
    page = unit.get("/network?step=acute_housing&track=adult").text

    tile = r'area-50 covered-some".*?>(\d+)/(\d+) '
    some, all_places = re.search(tile, page, re.S).groups()
    assert f"{some} av {all_places}" in page
    shares = [
        int(some) / int(every) for some, every in re.findall(r"(\d+) av (\d+)<", page)
    ]
    assert len(shares) == 15
    assert shares == sorted(shares)


def test_coverage_is_what_the_answers_say(unit):
    found = coverage.in_county("50", "acute_housing", "adult", UNIT)
    for place in found:
        answer = guide.who_acts("acute_housing", place.place, "adult", viewer=UNIT)
        reached = any(map(matrix.can_be_reached, answer.roles["A"]))
        assert place.is_covered == reached, place
    db.session.rollback()

    page = words_of(unit.get("/network/counties/50?step=acute_housing&track=adult"))
    assert "Trondheim Dekket" in page
    assert "Ingen som kan nås Pek ut ansvarlig" in page


def test_coverage_of_a_step_that_is_not_for_the_group_says_so(unit):
    asked = "step=report_child&track=adult"

    assert "gjelder ikke for denne gruppen" in words_of(unit.get(f"/network?{asked}"))
    assert "gjelder ikke" in words_of(unit.get(f"/network/counties/50?{asked}"))


# One question


def rows_of(page):
    return page.text.count("<tr") - 1


def test_filters_narrow_a_list_and_stand_in_the_address(unit):
    def shown(query):
        page = unit.get(f"/network/overlaps?{query}")
        assert page.status_code == 200
        return words_of(page)

    assert "En annen tjeneste" in shown("")
    for query in (
        "step=acute_housing",
        "place=Trondheim",
        "place=50",
        "track=adult",
        "q=annen+trondheim",
        "reason=two_accountable",
    ):
        assert "En annen tjeneste" in shown(query), query
    for query in (
        "step=report_child",
        "place=0301",
        "step=acute_housing&track=minor",
        "q=finnes-ikke",
    ):
        assert "Ingen funn passer med det du valgte." in shown(query), query


def test_accepted_findings_are_apart(unit):
    accepted = unit.get("/network/gaps?accepted=only")
    both = unit.get("/network/gaps?accepted=all")

    assert "Godtatt til" in words_of(accepted)
    assert "Trekk tilbake" in words_of(accepted)
    assert "Godtatt til" in words_of(both)
    assert "Godtatt til" not in words_of(unit.get("/network/gaps"))


def test_many_findings_come_together_and_then_page_by_page(unit):
    together = unit.get("/network/coverage")
    address = unescape(
        re.search(r'<th scope="row"><a href="([^"]+)"', together.text)[1]
    )
    by_county = unit.get(address)
    each = unit.get("/network/coverage?by=each&sort=-place")
    second = unit.get("/network/coverage?by=each&sort=-place&skip=50")

    assert rows_of(together) < 40
    assert "Trøndelag" in words_of(by_county)
    assert rows_of(each) == 50
    assert "Nummer 51 til 100" in words_of(second)
    assert 'rel="prev"' in second.text
    assert 'aria-sort="descending"' in each.text


def test_the_file_holds_the_same_list(unit):
    bring("organisations", 'key,name,kind,serves\nfarlig,"=1+1",municipality,5001\n')
    bring("posts", "key,organisation,title\nfarlig-post,farlig,Vakt\n")
    db.session.rollback()
    answer = unit.get("/network/vacant/list.csv?q=vakt")

    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert answer.headers["Content-Disposition"].endswith("vacant.csv")
    assert len(rows) == rows_of(unit.get("/network/vacant?q=vakt"))
    assert {row["Grunn"] for row in rows} == {"Ubesatt"}
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


def test_what_is_estimated_says_so_and_from_what(unit):
    for question in ("silos", "brokers"):
        asked = questions.ask(question, UNIT)
        db.session.rollback()

        words = words_of(unit.get(f"/network/{question}"))

        assert ("anslått" in words) == asked.estimated
        assert not asked.estimated or f"frø {asked.seed}" in words
        assert asked.estimated or "regnet ut nøyaktig" in words


def test_the_pages_are_in_every_language(unit):
    for address in PAGES:
        for language in ("nn", "en"):
            page = unit.get(f"{address}?lang={language}")
            assert page.status_code == 200, page.request.path
            assert f'<html lang="{language}">' in page.text


# Accepting


def to_accept(client, question="vacant", query="q=vaktleder"):
    page = main_of(client.get(f"/network/{question}?{query}"))
    return re.search(r'href="(/network/[\w-]+/accept[^"]+)"', page)[1]


def accept(client, **typed):
    form = to_accept(client)
    page = client.get(form).text
    values = dict(re.findall(r'name="(finding|next)" value="([^"]*)"', page))
    values = {name: unescape(value) for name, value in values.items()}
    return send(client, "/network/vacant/accept", page=form, **values | typed)


def test_a_finding_is_accepted_until_a_day_and_withdrawn(unit):
    until = (questions.today() + timedelta(days=30)).isoformat()
    saved = accept(unit, until=until, reason="Vi lyser ut til våren.")
    back = unit.get(saved.headers["Location"])

    assert saved.status_code == 303
    assert "q=vaktleder" in saved.headers["Location"]
    assert "Lagret." in words_of(back)
    assert "Vi lyser ut til våren." not in words_of(back)
    listed = unit.get("/network/accepted")
    assert "Vi lyser ut til våren." in words_of(listed)
    assert "Vaktleder" in words_of(listed)
    assert "Vi lyser ut til våren." in unit.get("/changes").text
    assert "acceptance" not in words_of(unit.get("/changes"))
    shown = words_of(unit.get("/network/vacant?accepted=only"))
    assert "Vi lyser ut til våren." in shown

    row = next(one for one in listed.text.split("<tr") if "lyser ut" in one)
    key = unescape(re.search(r'name="key" value="([^"]+)"', row)[1])
    address = "/network/accepted/withdraw"
    gone = send(unit, address, page="/network/accepted", key=key)
    again = send(unit, address, page="/network/what-if?without=annen", key=key)

    assert gone.status_code == 303
    assert "Trukket tilbake." in words_of(unit.get(gone.headers["Location"]))
    assert again.status_code == 404
    assert "Vaktleder" in words_of(unit.get("/network/vacant"))


def test_it_is_the_finding_that_was_chosen_that_is_accepted(unit):
    page = main_of(unit.get("/network/coverage?by=each&skip=50"))
    links = re.findall(
        r'href="(/network/coverage/accept[^"]+)">Godta inntil …<[^>]+> ([^<]+)<', page
    )

    assert len(links) == 50
    for form, sentence in links[::10]:
        assert sentence in words_of(unit.get(form))


def test_accepting_one_source_or_network_accepts_no_other_and_names_it(unit):
    gone = (questions.today() - timedelta(days=9)).isoformat()
    bring(
        "networks",
        f"key,name,valid_from,valid_to\nnord,Nordforum,2020-01-01,{gone}\n"
        f"sor,Sørforum,2020-01-01,{gone}\n",
    )
    begin_write()
    for key, title in (("lov-a", "Lov A"), ("lov-b", "Lov B")):
        due = date(2020, 1, 1)
        source = Source(key=key, title={"nb": title}, next_check_on=due)
        source.audience = "public"
        db.session.add(source)
    db.session.commit()
    until = (questions.today() + timedelta(days=30)).isoformat()

    for reason, one, other in (
        ("source_overdue", "Lov A", "Lov B"),
        ("network_expired", "Nordforum", "Sørforum"),
    ):
        form = unescape(to_accept(unit, "stale", f"reason={reason}&q={one}"))
        found = re.search(r'name="finding" value="(\w+)"', unit.get(form).text)[1]
        given = {"finding": found, "until": until, "reason": "Snart."}
        send(unit, "/network/stale/accept", page=form, **given)
        open_still = words_of(unit.get(f"/network/stale?reason={reason}"))

        assert other in open_still
        assert one not in open_still
        assert one in words_of(unit.get("/network/accepted"))


def test_accepting_is_undone_where_it_was_done(unit):
    until = (questions.today() + timedelta(days=30)).isoformat()
    saved = accept(unit, until=until, reason="Vi lyser ut.")
    page = unit.get(saved.headers["Location"])

    undo = re.search(r'action="(/changes/\d+/undo)"', page.text)[1]
    assert send(unit, undo, page="/account").status_code == 303
    assert "Vaktleder" in words_of(unit.get("/network/vacant"))


SOON = (date.today() + timedelta(days=40)).isoformat()


REFUSED = [
    ("", "Grunn", "Skriv hvilken dag"),
    ("i morgen", "Grunn", "Dagen er ikke en dato"),
    ("2020-01-01", "Grunn", "Dagen er alt passert"),
    ("2099-01-01", "Grunn", "Dagen er for langt fram"),
    (SOON, " ", "Skriv hvorfor"),
    (SOON, "å" * 501, "Grunnen er for lang"),
    (SOON, "Grunn\x00", "tegn som ikke kan brukes"),
    (SOON, "Gjelder 13097248022", "nummeret til en person"),
]


def test_what_cannot_be_accepted_so_says_why_and_keeps_what_was_typed(unit):
    for until, reason, said in REFUSED:
        answer = accept(unit, until=until, reason=reason)

        assert answer.status_code == 422, said
        assert said in words_of(answer)
        assert 'id="fault"' in answer.text
        assert f'value="{until}"' in answer.text
        kept = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.S)[1]
        assert unescape(kept) == reason


def test_a_finding_that_is_gone_is_said_to_be(unit):
    form = to_accept(unit)
    bring("holdings", "person,post\nkari,ledig\n")
    db.session.rollback()

    gone = unit.get(form)

    assert gone.status_code == 404
    assert "Kanskje er det rettet" in gone.text


# What if


def test_what_breaks_is_seen_before_it_happens(unit):
    without = words_of(unit.get("/network/what-if?without=bv-trondheim"))
    nobody = words_of(unit.get("/network/what-if?without=alene"))

    assert "Barnevernet i Trondheim" in without
    assert "kommer til" in without
    assert "i Trondheim" in without
    assert "Ingenting faller bort." in nobody


def test_who_is_taken_out_is_found_by_name(unit):
    found = unit.get("/network/what-if?q=trondheim")
    one = unit.get("/network/what-if?q=kari+nordmann&without=annen")
    member = unit.get("/network/what-if?q=regionalt")

    assert "Barnevernet i Trondheim" in words_of(found)
    assert one.status_code in (200, 302)
    assert "Kari Nordmann" in words_of(unit.get("/network/what-if?q=kari"))
    assert "Regionalt forum" in words_of(member)
    assert "Trondheim kommune i Regionalt forum" in words_of(member)
    assert "Ingen heter «finnes-ikke»" in words_of(
        unit.get("/network/what-if?q=finnes-ikke")
    )


def test_an_unknown_key_is_named_and_the_rest_is_kept(unit):
    answer = unit.get("/network/what-if?without=annen&without=finnes-ikke")

    assert answer.status_code == 404
    assert "Vi kjenner ikke «finnes-ikke»" in words_of(answer)
    assert "En annen tjeneste" in words_of(answer)


def test_a_scenario_is_saved_opened_and_removed_also_of_a_membership(unit):
    membership = "forum|tk|chair|2024-01-01"
    page = f"/network/what-if?without=annen&without={membership}"
    assert unit.get(page).status_code == 200
    address = "/network/what-if/scenarios"
    without = ["annen", membership]
    saved = send(unit, address, page=page, title="Uten nattvakt", without=without)
    listed = unit.get("/network/what-if")
    opened = unescape(
        re.search(r'href="([^"]+)"><strong>Uten nattvakt', listed.text)[1]
    )

    assert saved.status_code == 303
    assert "Trondheim kommune i Regionalt forum" in words_of(unit.get(opened))
    key = re.search(r'name="key" value="([^"]+)"', listed.text)[1]
    gone = send(unit, f"{address}/remove", page=page, key=key)
    assert gone.status_code == 303
    assert "Uten nattvakt" not in unit.get("/network/what-if").text
    assert send(unit, f"{address}/remove", page=page, key=key).status_code == 404


def test_a_scenario_that_cannot_be_saved_keeps_what_was_chosen(unit):
    page = "/network/what-if?without=annen"
    address = "/network/what-if/scenarios"
    for title, said in (
        ("", "Gi scenarioet en tittel"),
        ("å" * 201, "Tittelen er for lang"),
        ("To\nlinjer", "tegn som ikke kan brukes"),
        ("13097248022", "nummeret til en person"),
    ):
        answer = send(unit, address, page=page, title=title, without="annen")
        assert answer.status_code == 422, said
        assert said in words_of(answer)
        assert "En annen tjeneste" in words_of(answer)
    assert send(unit, address, page=page, title="x").status_code == 422


def test_an_agency_asks_what_if_but_saves_nothing(agency):
    page = agency.get("/network/what-if?without=kari")

    assert page.status_code == 200
    assert "Lagre scenarioet" not in page.text
    address = "/network/what-if/scenarios"
    saved = send(agency, address, page="/account", title="x", without="kari")
    assert saved.status_code == 403


def test_records_lead_to_what_if(unit):
    for register, key in (
        ("organisations", "annen"),
        ("posts", "ledig"),
        ("persons", "kari"),
    ):
        page = unit.get(f"/records/{register}/{key}").text
        assert f"/network/what-if?without={key}" in page
        assert unit.get(f"/network/what-if?without={key}").status_code == 200


# As of, and the way in


def test_two_days_are_compared(unit):
    soon = (questions.today() + timedelta(days=20)).isoformat()
    bring(
        "posts", f"key,organisation,title,valid_to\nledig,bv-trondheim,Vaktleder,{soon}"
    )
    db.session.rollback()
    later = (questions.today() + timedelta(days=21)).isoformat()

    words = words_of(unit.get(f"/network/as-of?on={soon}&compare={later}"))
    same = words_of(unit.get(f"/network/as-of?on={soon}&compare={soon}"))

    assert "1 funn gjelder ikke lenger" in words
    assert "Ingen har funksjonen Vaktleder" in words
    assert "Ingenting er ulikt." in same


def test_a_bad_day_names_the_field_and_keeps_the_other(unit):
    for field in ("on", "compare"):
        _names_the_field(unit, field)


def _names_the_field(unit, field):
    other = {"on": "compare", "compare": "on"}[field]
    answer = unit.get(f"/network/as-of?{field}=32.13&{other}=2026-11-01")

    assert answer.status_code == 422
    label = {"on": "Se nettverket", "compare": "Sammenlign med"}[field]
    assert f"«{label}» er ikke en dato" in words_of(answer)
    assert "32.13" in words_of(answer)
    assert 'value="2026-11-01"' in answer.text
    assert f'href="#{field}"' in answer.text


def test_the_way_in_is_told_step_by_step(unit):
    way = words_of(unit.get("/network/way-in?from=kari&to=tk"))

    assert "Kari Nordmann person har funksjonen" in way
    assert "Regionalt forum nettverk" in way
    assert way.index("Kari") < way.index("Regionalt") < way.rindex("Trondheim kommune")


def test_no_way_several_names_and_unknown_names_are_told_apart(unit, agency):
    assert "Det er ingen vei mellom dem" in words_of(
        unit.get("/network/way-in?from=annen&to=tk")
    )
    assert "Hvem mener du?" in words_of(
        unit.get("/network/way-in?from=trondheim&to=tk")
    )
    unknown = unit.get("/network/way-in?from=finnes-ikke&to=tk")
    assert unknown.status_code == 404
    assert "Vi kjenner ingen som heter «finnes-ikke»" in words_of(unknown)
    assert "Barnevernet i Trondheim" in agency.get("/network/way-in").text


# Bad input

BAD = [
    ("/network?step=finnes-ikke", 404),
    ("/network?step=acute_housing&step=talk", 422),
    ("/network?track=finnes-ikke", 404),
    ("/network?step=%00", 422),
    ("/network/finnes-ikke", 404),
    ("/network/finnes-ikke/list.csv", 404),
    ("/network/finnes-ikke/accept", 404),
    ("/network/silos/accept", 404),
    ("/network/gaps/accept?finding=%00", 404),
    ("/network/gaps?place=finnes-ikke", 404),
    ("/network/gaps?place=%00", 422),
    ("/network/gaps?reason=alt", 422),
    ("/network/gaps?sort=alt", 422),
    ("/network/gaps?skip=-1", 422),
    ("/network/gaps?skip=999999", 200),
    ("/network/gaps?done=999999999", 200),
    ("/network/gaps?q=%00", 422),
    ("/network/gaps?q=a&q=b", 422),
    ("/network/gaps?track=finnes-ikke", 404),
    ("/network/coverage?holder=kind:finnes-ikke", 200),
    ("/network/counties/5001", 404),
    ("/network/counties/finnes-ikke", 404),
    ("/network/counties/50?step=finnes-ikke", 404),
    ("/network/what-if?without=%00", 404),
    ("/network/what-if?q=%00&without=annen", 422),
    ("/network/what-if?q=a&q=b", 422),
    ("/network/what-if?without=network:finnes-ikke", 404),
    ("/network/what-if?" + "&".join(f"without=x{n}" for n in range(40)), 422),
    ("/network/as-of?on=%00", 422),
    ("/network/as-of?on=2026-11-01&on=2026-11-02", 422),
    ("/network/as-of?on=0001-01-01", 200),
    ("/network/as-of?on=9999-12-31", 200),
    ("/network/way-in?from=%00&to=tk", 404),
    ("/network/way-in?from=a&from=b", 404),
    ("/network/way-in?from=tk&to=" + "x" * 300, 404),
]


def test_bad_input_is_refused_and_said(unit):
    for address, status in BAD:
        answer = unit.get(address)
        assert answer.status_code == status, address
        assert "\x00" not in answer.text, address

"""The process as a flow: the picture and its list are one, and as the questions say."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from coordinator import flows, questions
from coordinator.access import PUBLIC, READER, UNIT, select_to_write
from coordinator.access import agency as agency_viewer
from coordinator.editing import NotAllowed
from models import Step, begin_write, db
from tests.exchanging import bring, bring_all
from tests.functional.test_accounts import a_user, sign_in
from tests.functional.test_network_pages import MORE, words_of
from tests.networks import NETWORK

FLOW = "/network/flow"
# Two who never meet, one after the other, and one that nobody has.
HANDED_ON = (
    "step,role,holder,place,tracks,status\n"
    "acute_housing,R,annen,5001,adult,agreed\n"
    "assistance,R,tredje,5001,adult,agreed\n"
)


ANSWERED_FOR = HANDED_ON.replace(",R,", ",A,")


class Drawn(HTMLParser):
    """What a page draws and lists: arrows by their words, boxes and rows by links."""

    def __init__(self, page):
        super().__init__()
        self.arrows, self.boxes, self.rows, self.steps = [], [], [], []
        self.within, self.group, self.is_end = [], None, False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        had = dict(attrs)
        kinds = (had.get("class") or "").split()
        self.within.append(tag)
        if tag == "g" and kinds and kinds[0].startswith("handover-"):
            self.group = kinds[0].removeprefix("handover-")
        if tag == "a" and "flow-step" in kinds:
            self.boxes.append(urlsplit(had["href"]).path.removeprefix("/steps/"))
        if tag == "span" and kinds == ["hop"]:
            self.is_end = True
        if tag == "a" and self.rows and (had.get("href") or "").startswith("/steps/"):
            code = urlsplit(had["href"]).path.removeprefix("/steps/")
            (self.rows[-1]["steps"] if self.is_end else self.steps).append(code)
            self.is_end = False
        if tag == "tr":
            self.rows.append({"steps": [], "state": ""})
        if tag == "span" and kinds[:1] == ["handover"]:
            self.rows[-1]["state"] = kinds[1].removeprefix("handover-")

    def handle_data(self, data):
        if self.group and self.within[-1] == "title":
            self.arrows.append((self.group, data))
            self.group = None


def the_network():
    bring_all(NETWORK)
    bring_all(MORE)


@pytest.fixture
def beforehand(request):
    has_user = {"unit", "user_of"} & {*request.fixturenames}
    return the_network if has_user else None


@pytest.fixture
def agency(unit, app):
    a_user("etat@example.no", "agency", "bv-trondheim")
    client = app.test_client()
    sign_in(client, "etat@example.no")
    return client


@pytest.fixture
def user_of(app):
    """Return what signs in a user of an organisation, or a reader of none."""

    def user_of(organisation):
        email = f"{organisation or 'leser'}@example.no"
        db.session.rollback()
        a_user(email, "agency" if organisation else "reader", organisation or None)
        client = app.test_client()
        sign_in(client, email)
        return client

    return user_of


def drawn(page):
    found = Drawn(page.text)
    rows = [row for row in found.rows if row["steps"]]
    return found.arrows, found.boxes, rows, found.steps


def test_the_picture_draws_what_the_lists_say_and_nothing_else(unit):
    bring("responsibilities", HANDED_ON)
    for query in ("", "track=adult", "place=5001&track=minor", "place=50&lang=en"):
        page = unit.get(f"{FLOW}?{query}")
        arrows, boxes, rows, steps = drawn(page)

        assert page.status_code == 200
        assert len(arrows) == len(rows) > 10
        assert [state for state, _ in arrows] == [row["state"] for row in rows]
        assert {code for row in rows for code in row["steps"]} <= set(boxes)
        assert boxes == steps
        assert len(boxes) == len(set(boxes))
        asked = {name: value[0] for name, value in parse_qs(query).items()}
        place, track = asked.get("place", "NO"), asked.get("track")
        found = flows.compose(place, track, UNIT)
        assert boxes == [one.step.code for one in found.steps]
        assert sorted((row["state"], *row["steps"]) for row in rows) == sorted(
            (one.state, one.from_step, one.to_step) for one in found.handovers
        )


def test_what_is_broken_here_is_what_the_question_finds(unit):
    bring("responsibilities", HANDED_ON)

    broken = between(flows.compose("5001", "adult", UNIT))
    asked = questions.ask("broken-handovers", UNIT).findings

    assert broken.state == "broken"
    assert (broken.givers, broken.takers) == (("annen",), ("tredje",))
    assert any(
        (one.step, one.to_step, one.place) == ("acute_housing", "assistance", "5001")
        for one in asked
    )
    page = unit.get(f"{FLOW}?place=5001&track=adult")
    assert "Brutt" in words_of(page)
    link = re.search(
        r'href="(/network/broken-handovers\?step=acute_housing[^"]*)"', page.text
    )
    listed = unit.get(link.group(1).replace("&amp;", "&"))
    assert "En annen tjeneste" in words_of(listed)


def between(found):
    [only] = [
        one
        for one in found.handovers
        if (one.from_step, one.to_step) == ("acute_housing", "assistance")
    ]
    return only


TOLD_OF_BROKEN = ("De to sidene har ikke", "Se funnet")


def test_an_agency_is_told_of_its_own_broken_handovers_alone(unit, user_of):
    bring("responsibilities", HANDED_ON)
    address = f"{FLOW}?place=5001&track=adult"
    ends = ("acute_housing", "assistance")
    of_unit = states(unit.get(address))
    assert of_unit[ends] == "broken"

    for one in ("annen", "tredje"):
        page = user_of(one).get(address)
        assert states(page)[ends] == "broken"
        assert all(words in words_of(page) for words in TOLD_OF_BROKEN)
    stranger = user_of("bv-trondheim").get(address)
    assert states(stranger).keys() == of_unit.keys()
    assert set(states(stranger).values()) == {"untold"}
    assert not any(words in words_of(stranger) for words in TOLD_OF_BROKEN)
    # Who does a step is in its answer for everyone.
    assert "Den tredje" in words_of(stranger)
    assert user_of("").get(address).status_code == 403


def test_an_agency_is_counted_where_it_is_a_side_and_nowhere_else(unit):
    others = HANDED_ON.replace("5001", "4601").replace("annen", "fjerde")
    bring(
        "organisations",
        "key,name,kind,serves\n"
        "fjerde,Den fjerde,municipality,4601\nfemte,Den femte,municipality,4601\n",
    )
    bring("responsibilities", HANDED_ON)
    bring("responsibilities", others.replace("tredje", "femte"))
    asked = agency_viewer("annen")

    of_unit, told = (flows.compose("NO", "adult", one) for one in (UNIT, asked))

    assert between(of_unit).places.some == 2
    assert between(of_unit).counties.some == 2
    assert between(told).places == between(told).counties == (1, 1)
    assert (between(told).givers, between(told).takers) == (("annen",), ("tredje",))
    assert 0 < told.judged < len(told.handovers) / 2
    others = [one for one in told.handovers if one.state == "untold"]
    assert len(others) + told.judged == len(of_unit.handovers)
    assert {(one.places, one.counties, one.reasons) for one in others} == {
        (None, None, ())
    }


def test_an_agency_hears_what_of_its_own_is_contested_and_not_what_of_others(
    unit, user_of
):
    bring("responsibilities", HANDED_ON)
    bring(
        "memberships",
        "network,holder,role\nforum,annen,member\nforum,tredje,member\n",
    )
    told = [
        (between(flows.compose("5001", "adult", one)))
        for one in (UNIT, agency_viewer("annen"), agency_viewer("tredje"))
    ]

    # It is `annen` whose responsibility for the later step is contested.
    assert [(one.state, *one.reasons) for one in told] == [
        ("unclear", "contested"),
        ("unclear", "contested"),
        ("sound",),
    ]
    for one in ("annen", "tredje"):
        told = questions.ask("contested", agency_viewer(one)).findings
        assert any(found.step == "assistance" for found in told) == (one == "annen")
    assert "Det avklares hvem" not in words_of(
        user_of("tredje").get(f"{FLOW}?place=5001&track=adult")
    )


def test_who_is_protected_is_named_to_nobody(unit, user_of):
    bring("responsibilities", HANDED_ON)
    bring(
        "organisations",
        "key,name,kind,parent,serves,protected\n"
        "annen,En annen tjeneste,crisis_centre,,5001,true\n",
    )
    address = f"{FLOW}?place=5001&track=adult"
    pages = [unit, user_of("tredje"), user_of("bv-trondheim"), user_of("annen")]
    for client in pages:
        page = client.get(address)
        assert page.status_code == 200
        assert "En annen tjeneste" not in words_of(page)
    assert "1 skjermet" in words_of(unit.get(address))
    assert "skjermet" not in words_of(pages[1].get(address))


def states(page):
    """Return the state of each handover, in the list as in the picture."""
    arrows, _boxes, rows, _steps = drawn(page)
    assert [state for state, _ in arrows] == [row["state"] for row in rows]
    return {tuple(row["steps"]): row["state"] for row in rows}


def test_who_meet_are_in_order_once_each_is_answered_for_without_dispute(unit):
    bring("responsibilities", HANDED_ON.replace("5001", "4601"))
    bring(
        "memberships",
        "network,holder,role\nforum,annen,member\nforum,tredje,member\n",
    )
    told = []
    for status in ("", "contested", "agreed"):
        if status:
            answered = ANSWERED_FOR.replace("5001", "4601").replace("agreed", status)
            bring("responsibilities", answered)
        found = between(flows.compose("4601", "adult", UNIT))
        told.append((found.state, *found.reasons))

    assert told == [("unclear", "no_accountable"), ("unclear", "contested"), ("sound",)]


def test_what_is_unclear_says_why_in_words(unit):
    found = flows.compose("5001", "adult", UNIT)
    told = {reason for one in found.handovers for reason in one.reasons}

    assert {"nobody", "contested"} <= told
    page = words_of(unit.get(f"{FLOW}?place=5001&track=adult"))
    assert "Ingen står på den ene siden." in page
    assert "Det avklares hvem som har ansvaret." in page


def test_a_handover_that_the_reference_knows_as_weak_is_never_said_to_be_in_order(unit):
    for track in ("adult", "asylum_adult"):
        found = flows.compose("NO", track, UNIT)
        weak = [one for one in found.handovers if "known_gap" in one.reasons]
        assert weak
        assert all(one.state in ("broken", "unclear", "own") for one in weak)


def test_the_whole_country_says_in_how_many_counties_and_places_it_is_so(unit):
    bring("responsibilities", HANDED_ON)

    found = between(flows.compose("NO", "adult", UNIT))

    assert found.state == "broken"
    assert found.counties == (1, 15)
    assert found.places.some == 1
    assert found.places.of_all > 300
    page = words_of(unit.get(f"{FLOW}?track=adult"))
    share = f"i 1 av {found.places.of_all} kommuner og bydeler, 1 av 15 fylker"
    assert share in page.partition("Overleveringene")[2]
    assert between(flows.compose("50", "adult", UNIT)).counties is None


def test_the_picture_says_how_far_it_is_so_and_the_legend_that_one_place_is_enough(
    unit,
):
    bring("responsibilities", HANDED_ON)
    told = {}
    for place in ("", "50", "5001", "03"):
        page = unit.get(f"{FLOW}?track=adult&place={place}")
        titles = [words for state, words in drawn(page)[0] if state == "broken"]
        told[place] = " ".join(titles), "minst ett sted" in words_of(page)

    assert "Brutt i 1 av 372 kommuner og bydeler, 1 av 15 fylker" in told[""][0]
    assert re.search(r"Brutt i 1 av \d\d kommuner(?! og)", told["50"][0])
    assert " av " not in told["5001"][0]
    assert "i alle 15 bydeler" in words_of(unit.get(f"{FLOW}?track=adult&place=03"))
    assert [said for _titles, said in told.values()] == [True, True, False, True]


def test_the_unit_takes_a_weak_handover_up_in_a_meeting(unit, agency):
    bring("responsibilities", HANDED_ON)
    page = unit.get(f"{FLOW}?place=5001&track=adult")

    [address] = re.findall(
        r'href="([^"]*/backlog/new[^"]*acute_housing%7Cassistance[^"]*)"', page.text
    )
    form = unit.get(address.replace("&amp;", "&"))

    assert form.status_code == 200
    for step in ("acute_housing", "assistance"):
        assert re.search(rf'value="{step}"[^>]* checked', form.text)
    assert "/backlog/new" not in agency.get(f"{FLOW}?place=5001&track=adult").text


def test_the_legend_counts_handovers_of_the_process_and_leads_to_the_findings(
    unit, user_of
):
    bring("responsibilities", HANDED_ON)
    query = "?place=5001&track=adult"
    found = flows.compose("5001", "adult", UNIT)
    own = flows.compose("5001", "adult", agency_viewer("annen"))
    of_all = len(found.handovers)
    link = f'href="/network/broken-handovers{query}"'

    page = unit.get(f"{FLOW}{query}")
    share = f"{found.count('broken')} av {of_all} overleveringer i forløpet"
    assert f"Brutt : {share}, partene" in words_of(page)
    assert link in page.text.replace("&amp;", "&")
    assert unit.get(f"/network/broken-handovers{query}").status_code == 200
    page = user_of("annen").get(f"{FLOW}{query}")
    share = f"{own.count('broken')} av {own.judged} overlevering"
    assert 0 < own.judged < of_all
    assert f"Brutt : {share}" in words_of(page)
    assert "der dere er part" in words_of(page)
    assert link in page.text.replace("&amp;", "&")
    page = user_of("bv-trondheim").get(f"{FLOW}{query}")
    assert "Brutt : 0 av 0 overleveringer der dere er part" in words_of(page)
    assert link not in page.text.replace("&amp;", "&")


FOLDED = re.compile(
    r'<details class="fold"><summary>([^<]*)</summary>(.*?)</details>', re.DOTALL
)


def test_only_what_is_weak_stands_open_in_the_list(unit, user_of):
    bring("responsibilities", HANDED_ON)
    for client, own in ((unit, None), (user_of("annen"), "annen")):
        found = flows.compose("NO", None, agency_viewer(own) if own else UNIT)
        page = client.get(FLOW).text
        folded = {
            words: re.findall(r'<span class="handover handover-(\w+)"', rows)
            for words, rows in FOLDED.findall(page)
        }
        sound, untold = found.count("sound"), found.count("untold")
        asked = found.count("own")
        expected = {
            f"Vis {asked} der du selv tar kontakt": ["own"] * asked,
            f"Vis {sound} {'uten funn' if own else 'som er i orden'}": ["sound"]
            * sound,
            f"Vis {untold} mellom andre": ["untold"] * untold,
        }
        assert folded == {words: rows for words, rows in expected.items() if rows}
        assert folded
        listed = FOLDED.sub("", page)
        assert 'class="handover handover-broken"' in listed
        assert 'class="handover handover-sound"' not in listed
        assert 'class="handover handover-own"' not in listed
        assert 'class="handover handover-untold"' not in listed


def test_the_list_of_broken_handovers_leads_to_the_flow(unit):
    bring("responsibilities", HANDED_ON)

    assert f'href="{FLOW}"' in unit.get("/network/broken-handovers").text
    assert f'href="{FLOW}"' not in unit.get("/network/gaps").text
    assert f'href="{FLOW}"' in unit.get("/network").text


def test_it_is_for_those_to_whom_the_questions_are_answered(agency, app):
    client = app.test_client()

    assert "Forløpet som flyt" in words_of(agency.get(FLOW))
    with pytest.raises(NotAllowed):
        flows.compose("NO", None, PUBLIC)
    with pytest.raises(NotAllowed):
        flows.compose("NO", None, READER)
    assert FLOW in agency.get("/steps?place=5001&track=adult").text
    assert FLOW not in client.get("/steps?place=5001&track=adult").text


def test_what_was_asked_wrongly_is_said_above_the_filters(client):
    a_user("kari@example.no")
    sign_in(client, "kari@example.no")
    for query, status in (
        ("place=9999", 404),
        ("track=nobody", 404),
        ("place=Trondhjemm", 404),
        ("place=%00", 422),
        ("track=adult&track=minor", 422),
        ("place='%22<b>", 404),
    ):
        page = client.get(f"{FLOW}?{query}")

        assert page.status_code == status, query
        assert 'role="alert"' in page.text
        assert f'action="{FLOW}"' in page.text
    # A place is found by its name.
    assert client.get(f"{FLOW}?place=Trondheim").location.endswith("?place=5001")


def test_nobody_sees_the_flow_without_signing_in(client):
    assert client.get(FLOW).status_code == 401


def test_a_title_of_twenty_thousand_letters_is_cut_in_the_picture_and_is_text(unit):
    title = "<script>alert(1)</script>" + "Langtord" * 2500
    db.session.rollback()
    begin_write()
    of_step = select_to_write(Step).where(Step.code == "acute_housing")
    db.session.scalars(of_step).one().title = {"nb": title}
    db.session.commit()

    page = unit.get(f"{FLOW}?track=adult")

    assert page.status_code == 200
    assert "<script>alert" not in page.text
    picture, _, listed = page.text.partition('<h2 id="list-title">')
    assert "&lt;script&gt;" in listed
    assert "Langtord" * 2500 in listed
    assert "Langtord" * 100 not in picture

"""The pocket card: the answers of the guide, on a page and on one sheet of paper."""

import io
from ctypes import POINTER, c_ulong, c_ushort, cast, create_string_buffer
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import time_machine
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import parse
from sqlalchemy import delete

from coordinator import catalogue, chapters, demo, guide, pocket_cards
from coordinator.access import PUBLIC
from coordinator.opening import OSLO, is_open, is_weekly, working_noon
from coordinator.pocket_cards import take_over
from models import ContactPoint, db, text_in
from tests.exchanging import bring, bring_all
from tests.networks import NETWORK
from views.typesetting import NOT_SHOWN

WEDNESDAY = datetime(2026, 11, 25, 13, 10, tzinfo=OSLO)
CARDS = [
    "place=5001&track=adult",
    "place=5001&track=minor",
    "place=5001&track=asylum_minor&lang=nn",
    "place=0301&track=adult&lang=en",
    "track=adult",
]
A4 = (595, 842)
ENDED = """\
code,kind,name,parents,valid_to,successor
5030,municipality,Klæbu,50,2019-12-31,5001
5012,municipality,Snillfjord,50,2019-12-31,5055|5059
"""


class Told(HTMLParser):
    """What a page says between its header and its footer, and where it leads."""

    def __init__(self, page):
        super().__init__()
        self.words, self.links, self.tags = [], [], []
        self.feed(page.partition("<main")[2].partition("</main>")[0])
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        self.words.append(data)


def the_sheet(client, query):
    """Return the PDF of a card, and what stands on it, in reading order."""
    answer = client.get(f"/card.pdf?{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    paper = pypdfium2.PdfDocument(answer.data)
    assert len(paper) == 1
    return answer.data, squeezed(paper[0].get_textpage().get_text_range())


def squeezed(words):
    """Return the words without blanks: where a line ends is the paper's own."""
    return "".join(words.split()).replace("\u200b", "").replace("\ufffe", "")


def the_demo():
    with time_machine.travel(WEDNESDAY, tick=False):
        demo.load(WEDNESDAY.date())


@pytest.fixture
def beforehand(request):
    return the_demo if "network" in request.fixturenames else None


@pytest.fixture
def network(app):
    """Have the demo network, at ten past one on a Wednesday."""
    with time_machine.travel(WEDNESDAY, tick=False):
        yield


def the_answers(query, now, doors=None):
    asked = dict(part.split("=") for part in query.split("&"))
    known = catalogue.current(PUBLIC)
    return guide.who_acts_on_each(
        chapters.steps_for_needs(asked["track"], known),
        asked.get("place", "NO"),
        asked["track"],
        now=now,
        doors=doors,
        known=known,
    )


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("query", CARDS)
def test_the_card_says_what_the_answers_say_in_their_order(client, query):
    page = Told(client.get(f"/card?{query}").text)
    _data, paper = the_sheet(client, query)
    language = query.partition("lang=")[2] or "nb"
    known = catalogue.current(PUBLIC)
    answers = the_answers(query, WEDNESDAY)

    assert len(answers) >= 5
    at = on_paper = 0
    for answer in answers:
        title = text_in(answer.step.title, language)
        at = page.text.index(title, at)
        on_paper = paper.index(squeezed(title), on_paper)
        top = answer.on_top
        if top and top.line:
            at = page.text.index(top.organisation.name, at)
            number = squeezed(top.line.value.removeprefix("+47"))
            assert number in squeezed(page.text[at:])
            on_paper = paper.index(number, on_paper)
            on_paper = paper.index(squeezed(top.organisation.name), on_paper)
        for text in answer.share:
            assert text_in(text, language) in page.text
            assert squeezed(text_in(text, language)) in paper
        for code in answer.rights:
            assert text_in(known.rights[code].label, language) in page.text
            assert squeezed(text_in(known.rights[code].label, language)) in paper
    assert "2026" in page.text
    assert "2026" in paper
    assert "112" in paper


@pytest.mark.usefixtures("network")
def test_each_half_hour_the_first_open_line_on_the_card_is_one_the_answer_names(app):
    assert missing(("5001", "adult"), ("5001", "minor"), ("1103", "minor")) == []


def missing(*cards):
    """Return when the answer names one who is open, and the card has no line open."""
    found = []
    for place, track in cards:
        card = pocket_cards.compose(place, track, WEDNESDAY)
        for now in half_hours(3):
            answers = the_answers(f"place={place}&track={track}", now, doors=now)
            for entry, answer in zip(card.entries, answers, strict=True):
                top = answer.on_top
                if not top or not top.line or not is_open(top.line.hours, now):
                    continue
                opened = [
                    line for line in entry.lines if is_open(line.point.hours, now)
                ]
                if not opened:
                    found.append((place, track, entry.answer.step.code, now))
                elif entry.lines[0] in opened:
                    assert opened[0] == entry.lines[0]
    return found


def half_hours(each):
    """Yield half hours of an ordinary week, and of two days of Christmas."""
    monday = datetime(2026, 11, 23, tzinfo=OSLO)
    christmas = datetime(2026, 12, 25, tzinfo=OSLO)
    for start, days in ((monday, 7), (christmas, 2)):
        for half_hour in range(0, days * 48, each):
            yield start + timedelta(minutes=30 * half_hour)


OPENING = st.builds(
    "{}{}".format,
    st.sampled_from(["", "Mo-Fr ", "Sa,Su ", "Mo-Su,PH ", "PH ", "We "]),
    st.builds("{:02}:00-{:02}:00".format, st.integers(0, 12), st.integers(13, 24)),
)
HOURS = st.one_of(
    st.just(""),
    st.just("24/7"),
    OPENING,
    st.builds("{}; {}".format, OPENING, OPENING),
    st.builds("Jun-Aug {}".format, OPENING),
)


@settings(deadline=None, database=None)
@given(st.lists(HOURS, min_size=1, max_size=7), st.integers(2, 7))
def test_whenever_a_line_is_open_one_on_the_card_is_or_the_card_says_there_are_more(
    hours, most
):
    chosen, is_whole = take_over(hours, most)

    assert chosen[0] == 0
    assert chosen == sorted(set(chosen))
    assert len(chosen) <= most
    summer = [now + timedelta(days=210) for now in half_hours(7)]
    without = [
        now
        for now in (*half_hours(2), *summer)
        if any(is_open(one, now) for one in hours)
        and not any(is_open(hours[at], now) for at in chosen)
    ]
    assert is_whole is False or without == []
    # What is printed is worth its line: at times nothing before it is open.
    for n, at in enumerate(chosen[1:], 1):
        before = [hours[one] for one in chosen[:n]]
        assert any(
            is_open(hours[at], now) and not any(is_open(one, now) for one in before)
            for now in (*half_hours(1), *summer)
        ) or not is_weekly(hours[at])


EVENINGS = "owner,channel,value,audience,hours,order,note\n" + "".join(
    f"bv-trondheim,phone,+47730000{hour},public,Mo-Fr {hour}:00-{hour + 1}:00,2,\n"
    for hour in range(16, 20)
)


def test_lines_with_short_hours_crowd_out_nobody_who_answers_at_night(app, client):
    bring_all(NETWORK)
    bring("contact-points", EVENINGS)

    [entry, *_others] = pocket_cards.compose("5001", "minor", WEDNESDAY).entries

    assert len(entry.lines) == pocket_cards.MOST_LINES
    assert entry.lines[0].point.hours == "Mo-Fr 08:00-15:30"
    assert entry.lines[-1].point.hours == "24/7"
    assert missing(("5001", "minor")) == []
    assert "Til andre tider" not in client.get("/card?place=5001&track=minor").text


def test_where_more_are_open_than_there_is_room_for_the_card_says_so(client):
    bring_all(NETWORK)
    bring("contact-points", EVENINGS)
    db.session.execute(delete(ContactPoint).where(ContactPoint.hours == "24/7"))
    db.session.commit()

    page = Told(client.get("/card?place=5001&track=minor").text)
    _data, paper = the_sheet(client, "place=5001&track=minor")

    assert "Til andre tider: se nettsiden." in page.text
    assert squeezed("Til andre tider: se nettsiden.") in paper


@pytest.mark.parametrize("hours", ["Mo-Su 00:00-24:00", "Jun-Aug 00:00-24:00"])
def test_one_that_is_closed_on_holidays_or_in_winter_leaves_room_for_who_is_not(
    app, hours
):
    bring_all(NETWORK)
    bring(
        "contact-points",
        "owner,channel,value,audience,hours,order,note\n"
        f"bv-trondheim,phone,+4773999999,public,{hours},0,\n",
    )

    [entry, *_others] = pocket_cards.compose("5001", "minor", WEDNESDAY).entries

    christmas = datetime(2026, 12, 25, 2, 0, tzinfo=OSLO)
    assert any(is_open(line.point.hours, christmas) for line in entry.lines)


def test_a_card_made_at_night_has_the_line_of_a_working_day_on_top(app):
    bring_all(NETWORK)
    night = datetime(2026, 11, 29, 2, 0, tzinfo=OSLO)

    by_day = pocket_cards.compose("5001", "minor", WEDNESDAY)
    by_night = pocket_cards.compose("5001", "minor", night)

    def lines(card):
        return [[line.point.value for line in entry.lines] for entry in card.entries]

    assert lines(by_night) == lines(by_day)
    assert by_day.entries[0].lines[0].point.value == "+4772540000"
    assert by_day.entries[0].lines[0].point.hours == "Mo-Fr 08:00-15:30"
    assert len(by_day.entries[0].lines) > 1


def test_noon_of_a_working_day_is_never_a_holiday_or_a_weekend():
    days = [datetime(2026, 12, 20, tzinfo=OSLO) + timedelta(days=n) for n in range(20)]

    for day in days:
        noon = working_noon(day.date())
        assert noon.hour == 12
        assert noon.weekday() < 5
        assert (noon.month, noon.day) not in {(12, 25), (1, 1)}
        assert noon.date() >= day.date()
        assert noon - day < timedelta(days=5)


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("query", CARDS)
def test_the_sheet_is_one_a4_that_a_screen_reader_can_read(client, query):
    data, _text = the_sheet(client, query)
    paper = pikepdf.open(io.BytesIO(data))
    about = paper.open_metadata()
    language = query.partition("lang=")[2] or "nb"

    assert tuple(round(float(side)) for side in paper.pages[0].MediaBox[2:]) == A4
    assert str(paper.Root.Lang) == language
    assert bool(paper.Root.MarkInfo.Marked)
    assert bool(paper.Root.ViewerPreferences.DisplayDocTitle)
    assert about["pdfuaid:part"] == "1"
    assert about["dc:title"]
    tags, alternatives, loose = tagged(paper.Root.StructTreeRoot)
    assert loose == []
    assert tags.count("H1") == 1
    assert tags.count("H2") >= 3
    assert tags.count("H3") >= 5
    assert tags.index("H1") < tags.index("H2") < tags.index("H3")
    assert "L" in tags
    assert not {"Table", "TR", "TD"} & set(tags)
    assert tags.count("Link") >= 5
    assert tags.count("Figure") == len(alternatives) == 1
    assert "QR" in alternatives[0]


READ = {"P", "Lbl", "LBody", "Figure", *(f"H{level}" for level in range(1, 7))}
WITHIN = {"Span", "Link"}


def tagged(element):
    """Return tags in reading order, figures' words, and text in no paragraph."""
    tags, alternatives, loose, waiting = [], [], [], [(element, "")]
    while waiting:
        one, block = waiting.pop()
        is_element = isinstance(one, pikepdf.Dictionary)
        if is_element and "/S" in one:
            tag = str(one.S).removeprefix("/")
            tags.append(tag)
            if tag not in WITHIN:
                block = tag
            elif block not in READ:
                loose.append((block, tag))
            if "/Alt" in one and tag == "Figure":
                alternatives.append(str(one.Alt))
        if is_element and "/K" in one:
            below = one.K
            many = isinstance(below, pikepdf.Array)
            waiting += [(k, block) for k in reversed(list(below) if many else [below])]
        elif not is_element and block not in READ:  # what is marked there itself
            loose.append((block, ""))
    return tags, alternatives, loose


NOTED = """\
owner,channel,value,audience,hours,order,note
bv-trondheim,phone,+4773999999,public,24/7,0,Ring to ganger
"""


@pytest.mark.parametrize(
    ("language", "spoken"),
    [("nb", []), ("nn", ["Ring to ganger"]), ("en", ["Ring to ganger"])],
)
def test_what_editors_write_and_nothing_else_is_marked_as_bokmaal(
    client, language, spoken
):
    bring_all(NETWORK)
    bring("contact-points", NOTED)

    data, _text = the_sheet(client, f"place=5001&track=minor&lang={language}")

    marked = in_another_language(pypdfium2.PdfDocument(data)[0])
    assert {tongue for tongue, _words in marked} <= {"nb"}
    assert sorted({words for _tongue, words in marked}) == spoken


def in_another_language(page):
    """Return the language and the words of what is marked as in another one."""
    words, found = page.get_textpage(), []
    for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], textpage=words):
        for place in range(pdfium.FPDFPageObj_CountMarks(one)):
            room, size = create_string_buffer(32), c_ulong()
            if pdfium.FPDFPageObjMark_GetParamStringValue(
                pdfium.FPDFPageObj_GetMark(one, place),
                b"Lang",
                cast(room, POINTER(c_ushort)),
                len(room),
                size,
            ):
                tongue = room.raw[: size.value].decode("utf-16-le").rstrip("\0")
                found.append((tongue, one.extract().strip()))
    return found


@pytest.mark.parametrize(
    ("language", "word"), [("nb", "Telefon"), ("nn", "Telefon"), ("en", "Telephone")]
)
def test_a_link_to_a_number_is_described_in_the_language_of_the_sheet(
    client, language, word
):
    bring_all(NETWORK)

    data, _text = the_sheet(client, f"place=5001&track=minor&lang={language}")

    paper = pikepdf.open(io.BytesIO(data))
    called = [
        str(link.Contents)
        for link in paper.pages[0].Annots
        if str(link.A.URI).startswith("tel:")
    ]
    assert f"{word} +4772540000" in called
    assert {told.partition(" ")[0] for told in called} == {word}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_code_on_the_sheet_leads_to_the_card_in_its_language(app, client, language):
    bring_all(NETWORK)
    data, _text = the_sheet(client, f"place=5001&track=adult&lang={language}")

    drawn = pypdfium2.PdfDocument(data)[0].render(scale=3).to_pil()
    [code] = zxingcpp.read_barcodes(drawn)

    tongue = "" if language == "nb" else f"&lang={language}"
    assert code.text.endswith(f"/card?place=5001&track=adult{tongue}")
    assert code.text.startswith("http")
    path = "/card" + code.text.partition("/card")[2]
    assert client.get(path).status_code == 200


def test_a_place_without_anyone_has_a_card_that_says_so_and_what_to_do(client):
    db.session.execute(delete(ContactPoint))
    db.session.commit()

    page = Told(client.get("/card?place=5001&track=adult").text)
    _data, paper = the_sheet(client, "place=5001&track=adult")

    assert "Vi har ikke noe nummer for dette her." in page.text
    assert squeezed("Vi har ikke noe nummer for dette her.") in paper
    assert "112" in page.text
    assert "112" in paper


def test_what_changes_in_the_network_changes_the_sheet_at_once(client):
    bring_all(NETWORK)
    query = "place=5001&track=minor"
    before = the_sheet(client, query)[1]
    again = the_sheet(client, query)[1]

    bring(
        "contact-points",
        "owner,channel,value,audience,hours,order,note\n"
        "bv-trondheim,phone,+4773999999,public,24/7,0,Ny linje\n",
    )
    after = the_sheet(client, query)[1]

    assert before == again
    assert "73999999" not in before
    assert "73999999" in after


def test_markup_and_odd_letters_in_a_note_are_text_on_page_and_paper(client):
    bring_all(NETWORK)
    note = "<b>#panic()</b> $x$ *_`@\\ \U0001f600 \u05d0\u202e Áŋŋel"
    bring(
        "contact-points",
        "owner,channel,value,audience,hours,order,note\n"
        f'bv-trondheim,phone,+4773999999,public,24/7,0,"{note}"\n',
    )

    page = client.get("/card?place=5001&track=minor").text
    _data, paper = the_sheet(client, "place=5001&track=minor")

    assert "&lt;b&gt;#panic()" in page
    assert "<b>#panic()" not in page
    assert squeezed("<b>#panic()</b> $x$ *_`@\\") in paper
    assert NOT_SHOWN in paper
    assert "Áŋŋel" in paper


def test_a_crowded_card_is_still_one_sheet_with_every_number(client):
    bring_all(NETWORK)
    long = "Mottaksteamet for bekymringsmeldinger og menneskehandelssaker " * 3
    rows = [
        f"bv-trondheim,phone,+4773{n:06},public,Mo-Fr {7 + n:02}:00-{8 + n:02}:00,{n},"
        f"{long}"
        for n in range(9)
    ]
    bring(
        "contact-points",
        "owner,channel,value,audience,hours,order,note\n" + "\n".join(rows) + "\n",
    )
    for language in ("nb", "nn", "en"):
        query = f"place=5001&track=minor&lang={language}"
        _data, paper = the_sheet(client, query)
        card = pocket_cards.compose("5001", "minor", datetime.now(OSLO))
        for entry in card.entries:
            for line in entry.lines:
                assert squeezed(line.point.value.removeprefix("+47")) in paper


@pytest.mark.parametrize("path", ["/card", "/card.pdf"])
@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("place=9999&track=adult", 404, "9999"),
        ("place=5001&track=nobody", 404, "nobody"),
        ("place=Trondhjemm&track=adult", 404, "Trondhjemm"),
        ("place=5012&track=adult", 409, "Orkland"),
        (f"place={'x' * 10_000}&track=adult", 422, "Sted"),
        ("place=%00&track=adult", 422, "Sted"),
        ("place=5001&track=%00", 422, "Gruppe"),
        ("place='%22<b>&track=adult", 404, "&lt;b&gt;"),
    ],
)
def test_what_was_asked_wrongly_is_said_above_the_form(
    client, path, query, status, said
):
    bring("places", ENDED)

    answer = client.get(f"{path}?{query}")

    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert said in answer.text
    assert 'action="/card"' in answer.text


def test_a_place_is_found_by_its_name(client):
    answer = client.get("/card?place=Trondheim&track=adult")

    assert answer.status_code in {302, 303}
    assert "place=5001" in answer.location
    assert "track=adult" in answer.location


def test_without_a_group_the_page_lets_one_be_chosen_and_the_sheet_asks(client):
    page = client.get("/card?place=5001")
    sheet = client.get("/card.pdf?place=5001")

    assert page.status_code == 200
    assert 'value="Trondheim"' in page.text
    assert 'value="adult"' in page.text
    assert sheet.status_code == 422
    assert 'role="alert"' in sheet.text


def test_a_place_that_ended_has_the_card_of_the_one_that_came_after(client):
    bring("places", ENDED)

    page = Told(client.get("/card?place=5030&track=adult").text)

    assert "Du spurte om Klæbu. Svaret gjelder Trondheim." in page.text


@pytest.mark.usefixtures("network")
def test_answer_place_and_process_lead_to_the_card(client):
    for address in (
        "/answer?step=health&place=5001&track=adult",
        "/places/5001",
        "/steps?place=5001&track=adult",
    ):
        links = Told(client.get(address).text).links
        cards = [link for link in links if link.startswith("/card?")]
        assert len(cards) == 1, address
        assert "place=5001" in cards[0]
        assert client.get(cards[0]).status_code == 200


@pytest.mark.usefixtures("network")
def test_a_step_on_the_card_leads_to_its_answer(client):
    links = Told(client.get("/card?place=5001&track=adult").text).links
    answers = [link for link in links if link.startswith("/answer?")]

    assert len(answers) >= 5
    assert all("place=5001&track=adult" in link for link in answers)
    for link in answers:
        assert client.get(link).status_code == 200


def test_who_asks_for_too_many_new_sheets_is_asked_to_wait_and_gets_those_made(
    client, monkeypatch
):
    monkeypatch.setattr("views.pocket_cards.OFTEN", parse("2/minute"))
    queries = ["place=5001&track=adult", "place=0301&track=adult", "track=minor"]

    answers = [client.get(f"/card.pdf?{query}") for query in (*queries, queries[0])]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 200]
    assert answers[2].headers["Retry-After"] == "60"
    assert "Det er kommet for mange forespørsler herfra." in answers[2].text
    english = client.get("/card.pdf?track=minor&lang=en")
    assert english.status_code == 429
    assert "There have been too many requests from here." in english.text
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    other = client.get("/card.pdf?track=minor", environ_overrides=elsewhere)
    assert other.status_code == 200

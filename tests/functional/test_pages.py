import re
from html.parser import HTMLParser

import pytest

from coordinator.reference import read_process
from tests.exchanging import bring, bring_all

TRACKS = ("", "adult", "minor", "asylum_adult", "asylum_minor")
OUR_SCRIPTS = 2
REPORT = "/answer?step=report_child&track=minor"


HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


class Page(HTMLParser):
    """What a reader finds on a page."""

    def __init__(self, text):
        super().__init__()
        self.language = None
        self.tags = []
        self.links = []
        self.headings = []
        self.shown = ""
        self.values = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append(tag)
        if "value" in attributes:
            self.values.append(attributes["value"])
        if tag == "html":
            self.language = attributes["lang"]
        if tag == "h1":
            self.headings.append("")
        if tag == "a" and "hreflang" not in attributes:
            self.links.append(attributes["href"])

    def handle_data(self, data):
        self.shown += data
        if self.headings and "h1" in self.tags[-3:]:
            self.headings[-1] += data


def visit(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    assert response.mimetype == "text/html"
    return Page(response.text)


def test_the_first_page_asks_three_questions(client):
    page = visit(client, "/")

    assert page.language == "nb"
    assert len(page.headings) == 1
    assert page.tags.count("fieldset") == 2
    assert "datalist" in page.tags
    assert "tel:112" in page.links


@pytest.mark.parametrize("place", ["5001", "0301", "030102", "NO"])
def test_every_step_has_a_page_for_every_track(client, place):
    for step in read_process()["steps"]:
        for track in TRACKS:
            address = f"/answer?step={step['code']}&place={place}&track={track}"
            response = client.get(address)

            assert response.status_code == 200
            assert '<html lang="nb">' in response.text
            (heading,) = HEADING.findall(response.text)
            assert heading.strip()
            assert "112" in response.text.partition("<form")[0]


def test_an_answer_names_who_to_call_and_links_the_number(client):
    bring_all(
        {
            "organisations": "key,name,kind,serves\n"
            "bv,Barnevernet i Trondheim,child_welfare,5001\n",
            "contact-points": "owner,channel,value,audience,hours\n"
            "bv,phone,72540000,public,24/7\n",
        }
    )

    page = visit(client, f"{REPORT}&place=5001")

    assert "Barnevernet i Trondheim" in page.headings[0]
    assert "72 54 00 00" in page.headings[0]
    assert "tel:+4772540000" in page.links
    assert "Døgnåpent" in page.shown


def test_what_is_imported_is_shown_as_text_and_never_run(client):
    script = "<script>alert(1)</script>"
    markup = "<img src=x onerror=alert(1)>"
    bring_all(
        {
            "places": f"code,kind,name,parents\n9901,municipality,{script},50\n",
            "organisations": "key,name,kind,serves\n"
            f'bv,"{script}""\'&amp;",child_welfare,9901\n',
            "posts": f"key,organisation,title\nbv-leder,bv,{markup}\n",
            "contact-points": "owner,channel,value,audience,hours,note\n"
            f"bv,phone,72540000,public,24/7,{markup}\n"
            'bv,web,"https://x.example/?a=""><script>",public,,\n'
            f"bv,visit,{script},public,,\n",
            "responsibilities": "step,role,holder,place\n"
            "report_child,R,bv-leder,9901\n",
        }
    )

    pages = [visit(client, f"{REPORT}&place=9901"), visit(client, "/")]

    scripts = [page.tags.count("script") for page in pages]
    assert scripts == [OUR_SCRIPTS, OUR_SCRIPTS + 1]  # the first page suggests
    assert [tag for page in pages for tag in page.tags if tag == "img"] == []
    assert script in pages[0].headings[0]
    assert pages[0].shown.count(markup) >= 2
    assert script in pages[1].values


def test_nothing_that_is_asked_is_shown_as_markup(client):
    for name in ("step", "place", "track", "on", "lang"):
        query = {"step": "talk", "place": "5001"} | {name: "<script>alert(1)</script>"}

        response = client.get("/answer", query_string=query)

        assert response.status_code in (404, 422)
        assert "<script>alert" not in response.text


REFUSED = [
    ("/nowhere", 404),
    ("/../../etc/passwd", 404),
    ("/static/..%2f..%2fapp.py", 404),
    ("/%00", 404),
    ("/%ff", 404),
    ("/answer", 422),
    ("/answer?step=talk", 422),
    ("/answer?step=talk&place=%00", 422),
    ("/answer?step=talk&place=%ff", 422),
    ("/answer?step=talk&place=../5001", 422),
    ("/answer?step=talk&place=5001&place=5001", 422),
    ("/answer?step=talk&place=5001&on=2026-02-30", 422),
    ("/answer?step=talk&place=5001&lang=de", 422),
    ("/answer?step=bake&place=5001", 404),
    ("/answer?step=talk&place=9999", 404),
    ("/answer?step=talk&place=5001&track=toddler", 404),
]


def test_a_page_that_is_refused_keeps_its_status_and_its_language(client):
    for address, status in REFUSED:
        page = visit(client, address, status)

        assert page.language == "nb"
        assert page.headings[0].strip()
        assert "/" in page.links


def test_a_place_that_was_divided_offers_its_parts(client):
    bring(
        "places",
        "code,kind,name,parents,valid_to,successor\n"
        "5098,municipality,Gamleby,50,2020-12-31,5001|5006\n",
    )

    page = visit(client, f"{REPORT}&place=5098&_scheme=x&endpoint=y", 409)

    offered = [link for link in page.links if "place=5001" in link]
    assert len(offered) == 1
    assert "step=report_child" in offered[0]
    assert "track=minor" in offered[0]
    assert visit(client, offered[0]).headings


def test_a_method_that_is_not_for_reading_is_refused(client):
    for method in ("POST", "PUT", "DELETE"):
        response = client.open(f"{REPORT}&place=5001", method=method)

        assert (response.status_code, response.mimetype) == (405, "text/html")


def test_a_host_that_is_not_ours_is_refused(client):
    for address in ("/", f"{REPORT}&place=5001", "/nowhere", "/healthz"):
        response = client.get(address, headers={"Host": "evil.example"})

        assert (response.status_code, response.mimetype) == (400, "text/html")
        assert "evil" not in response.text


def test_pages_speak_the_language_asked_for_and_not_the_browsers(client):
    english = visit(client, f"{REPORT}&place=5001&lang=en")
    response = client.get("/", headers={"Accept-Language": "en"})

    assert english.language == "en"
    assert "Report to child welfare" in english.shown
    assert Page(response.text).language == "nb"


def test_a_page_leads_on_in_the_language_it_is_in(client):
    page = visit(client, f"{REPORT}&place=5001&lang=nn")

    onward = [link for link in page.links if link.startswith("/answer")]
    assert onward
    assert all("lang=nn" in link for link in onward)
    for link in onward:
        assert visit(client, link).language == "nn"


def test_every_response_carries_the_same_guards(client):
    for address in ("/", f"{REPORT}&place=5001", "/nowhere", "/answer", "/healthz"):
        headers = client.get(address).headers

        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers


def test_the_service_is_healthy_once_migrated_and_loaded(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json) == (200, {"status": "ok"})

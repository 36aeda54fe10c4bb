"""Every page of the desk: no fault, named and in order, without scripts, narrow."""

import itertools
from datetime import datetime

import pytest
from werkzeug.exceptions import HTTPException

from coordinator.columns import EDITED
from coordinator.opening import OSLO
from coordinator.state import digest
from graphs.findings import Finding
from tests.browser.test_account import STAFF
from tests.browser.test_read_aloud import LANDMARKS, UNNAMED, tree
from tests.browser.test_site import NONE, PAGES, faults, faults_by_look, visit

NARROWEST = {"width": 320, "height": 640}
TODAY = datetime.now(OSLO).date()
CHILD = "step=report_child&place=5001&track=minor"
VACANT = Finding(
    "vacant", "vacant", organisations=("bv-rana",), posts=("bv-rana-leder",)
)
DESK = [
    *STAFF,
    "/networks",
    "/networks/forum-nordland",
    "/feeds",
    "/changes/meetings/samordning",
    "/meetings",
    "/meetings?mine=1",
    "/meetings?state=past&q=finnes-ikke",
    "/meetings/new",
    "/meetings/backlog",
    "/meetings/backlog/new",
    "/meetings/items/sak",
    "/meetings/samordning/agenda",
    "/meetings/samordning/agenda/new",
    "/meetings/samordning/cancel",
    "/meetings/samordning/delete",
    "/meetings/samordning/edit",
    "/meetings/samordning/guests?q=barnehus",
    "/meetings/samordning/mails",
    "/meetings/samordning/occurrences",
    "/meetings/samordning/occurrences/2027-01-13T10:00",
    f"/network/vacant/accept?finding={digest(VACANT)}",
    "/network/map?place=50",
    "/network/map?around=bv-trondheim&depth=2&selected=bv-trondheim&lang=nn",
    "/network/map?place=5001&kind=person&step=acute_housing&track=minor&lang=en",
    "/network/nodes/bv-trondheim",
    "/network/nodes/step:report_child?lang=nn",
    *(f"/records/{kind}" for kind in EDITED),
    *(f"/records/{kind}/new" for kind in EDITED),
    "/records/steps/report_child",
    "/records/places/5001",
    "/records/places?skip=9999",
    "/records/persons?q=finnes-ikke",
    "/matrix?by=organisations&place=5001&lang=en",
    "/matrix?only=failing&lang=nn",
    "/search?q=trondheim",
    f"/answer?{CHILD}&lang=en",
    f"/changes/answer?{CHILD}&as_of={TODAY}",
    f"/changes/organisations/bv-trondheim?as_of={TODAY}",
]
# Not pages: what programs read; and what is behind a secret link (see test_account and
# test_reply_page).
NO_PAGES = {
    "account.link",
    "assets.asset",
    "health.show",
    "matrix.workbook",
    "network.download",
    "network.take_away",
    "network.trends_file",
    "network.map_csv",
    "network.map_json",
    "network.map_selected",
    "network.map_svg",
    "openapi.spec",
    "records.preview",
    "feeds.meeting",
    "feeds.show",
    "replies.calendar",
    "search.description",
    "search.suggestions",
    "offline.worker",
    "pocket_cards.sheet",
    "replies.show",
}


@pytest.fixture
def unit(signed_in, site, chromium):
    """Return what opens a page of the unit, and closes it after the test."""
    contexts = []

    def opened(**options):
        context = chromium.new_context(base_url=site, viewport=NARROWEST, **options)
        contexts.append(context)
        context.add_cookies(signed_in)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def endpoint(app, address):
    adapter = app.url_map.bind("localhost")
    try:
        return adapter.match(address.partition("?")[0])[0]
    except HTTPException:
        return ""


def test_every_page_is_among_those_that_are_looked_at(demo_app):
    looked_at = {
        endpoint(demo_app, address)
        for address in (*PAGES, *DESK, "/account/sign-in", "/account/reset")
    }
    pages = {
        rule.endpoint
        for rule in demo_app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("api.")
    }

    assert pages - looked_at - NO_PAGES == set()


@pytest.mark.parametrize("address", DESK)
def test_a_page_of_the_desk_has_no_fault_in_any_look_fits_and_is_heard_in_order(
    unit, address
):
    page = unit()
    visit(page, address)
    everything = tree(page)

    assert faults_by_look(page) == NONE
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]
    unnamed = [
        role for role, name, has in everything if has.get("focusable") and not name
    ]
    assert set(unnamed) <= UNNAMED
    roles = [role for role, _, _ in everything]
    assert [roles.count(landmark) for landmark in LANDMARKS] == [1, 1, 1]
    levels = [int(role[-1]) for role in roles if role.startswith("heading")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("address", DESK)
def test_a_page_of_the_desk_works_without_scripts_and_fits(unit, address):
    page = unit(java_script_enabled=False)
    answer = page.goto(address)

    assert answer.status == 200
    assert page.locator("h1").is_visible()
    # A button without a form does nothing where no script runs.
    assert page.locator("button[type=button]").filter(visible=True).count() == 0
    parts = page.locator("main > *, main form, main .scroll, main h1, main .box")
    right = parts.evaluate_all(
        "parts => Math.max(...parts.map(part => part.getBoundingClientRect().right))"
    )
    assert 0 < right <= NARROWEST["width"]


def test_what_is_wrong_is_heard_first_and_has_no_fault(unit):
    page = unit()
    visit(page, "/records/contact-points/new?owner=bv-trondheim")
    page.get_by_label("Nummer eller adresse").fill("12")
    page.get_by_label("Åpningstid").fill("klokka åtte")
    page.get_by_role("button", name="Lagre").click()
    page.get_by_role("alert").wait_for()

    assert page.evaluate("document.activeElement.id") == "fault"
    assert faults(page) == []
    heard = [(role, name) for role, name, _ in tree(page)]
    assert ("heading 2", "2 felter må rettes") in heard
    assert ("textbox", "Nummer eller adresse, invalid") in heard
    page.get_by_role("link", name="Åpningstid er ikke").click()
    assert page.evaluate("document.activeElement.id") == "hours"
    page.get_by_label("Åpningstid").fill("24/7")
    page.get_by_text("Døgnåpent").wait_for()

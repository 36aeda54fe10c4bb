"""The pages of networks in a real browser, for someone who is signed in."""

import itertools
import shutil

import pytest

from coordinator import own_connection
from models import db
from tests.browser.conftest import first_user, on_file, served
from tests.browser.test_read_aloud import LANDMARKS, UNNAMED, tree
from tests.browser.test_site import (
    NONE,
    ONLY_ON_SCREEN,
    PAPER,
    faults_by_look,
    unfold,
    visit,
    widths,
)
from tests.chromium import PHONE
from tests.exchanging import bring, bring_all
from tests.networks import NETWORK

FORMER = (
    "network,holder,role,valid_from,valid_to\n"
    "forum,bv-trondheim,observer,2020-01-01,2024-12-31\n"
    "forum,bv-trondheim,member,2099-01-01,\n"
)
# What is heard on each page, in this order; other things may be heard between.
HEARD = {
    "/networks": [
        ("heading 1", "Nettverk"),
        ("link", "Nytt nettverk"),
        ("search", ""),
        ("searchbox", "Navn eller mandat"),
        ("combobox", "Utvalg"),
        ("button", "Vis"),
        ("status", ""),
        ("link", "Regionalt forum"),
    ],
    "/networks?q=finnes-ikke": [
        ("heading 1", "Nettverk"),
        ("status", ""),
        ("link", "Vis alle som gjelder"),
    ],
    "/networks/forum": [
        ("heading 1", "Regionalt forum"),
        ("link", "Rett"),
        ("link", "Nytt medlemskap"),
        ("heading 2", "Medlemmer (2)"),
        ("heading 3", "Kommunal barnevernstjeneste (1)"),
        ("list", ""),
        ("link", "Barnevernet i Trondheim"),
        ("heading 3", "Kommune (1)"),
        ("link", "Trondheim kommune"),
        ("heading 2", "Kommer med senere (1)"),
        ("DisclosureTriangle", "Tidligere medlemmer (1), collapsed"),
        ("heading 2", "Fakta"),
    ],
    "/networks/gammelt": [
        ("heading 1", "Det gamle forumet"),
        ("heading 2", "Medlemmer da det ble avsluttet (1)"),
    ],
    "/organisations/bv-trondheim": [
        ("heading 2", "Med i nettverk"),
        ("link", "Regionalt forum"),
    ],
}


@pytest.fixture(scope="module")
def forums(filled_sqlite, tmp_path_factory, chromium):
    """Yield where the networks are served, and the cookies of someone of the unit."""
    path = tmp_path_factory.mktemp("networks") / "coordinator.db"
    shutil.copy(filled_sqlite, path)
    with on_file(path) as app:
        with app.app_context():
            bring_all(NETWORK)
            assert bring("memberships", FORMER).errors == []
            own_connection.disconnect()
            db.session.remove()
        with served(app) as site:
            yield site, first_user(app, site, chromium)


@pytest.fixture
def browse(forums, chromium):
    """Yield what opens an address as someone signed in, and fails on complaints."""
    site, cookies = forums
    complaints, contexts = [], []

    def opened(address, **options):
        context = chromium.new_context(base_url=site, **options)
        contexts.append(context)
        context.add_cookies(cookies)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        visit(page, address)
        return page

    yield opened
    for context in contexts:
        context.close()
    # A form that is refused is no complaint: the browser repeats its status.
    assert [one for one in complaints if "422" not in one] == []


@pytest.mark.parametrize("address", HEARD)
def test_a_page_has_no_accessibility_fault_in_any_look(browse, address):
    page = browse(address)
    unfold(page)

    assert faults_by_look(page) == NONE


@pytest.mark.parametrize("address", HEARD)
def test_a_page_fits_the_narrowest_phone_and_twice_the_size(browse, address):
    page = browse(address, viewport={"width": 320, "height": 640})
    unfold(page)

    wide = widths(page, 320, 640)
    assert [width for width in wide if wide[width] > width] == []


@pytest.mark.parametrize("address", HEARD)
def test_a_page_is_heard_in_order_with_names_and_states(browse, address):
    everything = tree(browse(address, viewport=PHONE))

    left = iter(everything)
    for role, name in HEARD[address]:
        assert any(
            role == its_role and name in ("", its_name)
            for its_role, its_name, _ in left
        ), (role, name)
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


@pytest.mark.parametrize("address", ["/networks", "/networks/forum"])
def test_a_page_prints_only_what_it_says_former_members_too(browse, address):
    page = browse(address, viewport=PAPER)
    page.emulate_media(media="print")

    shown = [
        part
        for part in ONLY_ON_SCREEN
        if page.locator(part).filter(visible=True).count()
    ]
    assert shown == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]
    if address == "/networks/forum":
        assert page.get_by_text("1. januar 2020 til 31. desember 2024").is_visible()


def test_a_network_is_found_read_and_given_a_member_without_scripts(browse):
    page = browse("/", viewport=PHONE, java_script_enabled=False)
    page.locator(".menu summary").click()
    page.locator(".menu").get_by_role("link", name="Nettverk").click()
    page.get_by_role("link", name="Liste over nettverk").click()
    page.get_by_label("Navn eller mandat").fill("regionalt")
    page.get_by_label("Utvalg").select_option("Alle")
    page.get_by_role("button", name="Vis").click()
    assert "q=regionalt&state=all" in page.url
    page.get_by_role("link", name="Regionalt forum").click()
    page.locator(".fold summary").click()
    assert page.get_by_text("Observatør").is_visible()

    page.get_by_role("link", name="Nytt medlemskap").click()
    page.get_by_label("Hvem").fill("kari")
    page.get_by_label("Rolle").select_option("Stedfortreder")
    page.get_by_label("Gjelder til").fill("2020-12-31")
    page.get_by_role("button", name="Lagre").click()
    assert "er en person" in page.get_by_role("alert").inner_text()
    page.get_by_label("Hvem").fill("Trondheim kommune")
    page.get_by_role("button", name="Lagre").click()
    page.get_by_text("Lagret.").wait_for()

    page.goto("/networks/forum")
    assert page.locator(".fold summary").inner_text() == "Tidligere medlemmer (2)"

"""The pocket card on paper, and without a net: the last-seen place, nothing else."""

import pytest

from tests.browser.test_site import CHILD, faults, visit
from tests.chromium import PHONE

ADULT = "place=5001&track=adult"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys())
      found.push(new URL(one.url).pathname + new URL(one.url).search);
  return found.sort();
}"""
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"
# Playwright's wait_for_function takes the promise of an answer for the answer.
UNTIL = """async ([asked, address]) => {
  const has = {
    kept: async () => Boolean(await caches.match(address))
      && Boolean(await caches.match(document.querySelector("link[rel=icon]").href)),
    gone: async () => !(await caches.keys()).length
      && !(await navigator.serviceWorker.getRegistrations()).length,
  }[asked];
  for (let tries = 0; tries < 400; tries += 1) {
    if (await has()) return true;
    await new Promise((then) => setTimeout(then, 25));
  }
  return false;
}"""


@pytest.fixture
def context(chromium, site):
    """Yield a browser on a phone, of its own."""
    opened = chromium.new_context(base_url=site, viewport=PHONE)
    yield opened
    opened.close()


def kept(page):
    """Return the addresses of what is kept, without what each card needs."""
    return [one for one in page.evaluate(KEPT) if not one.startswith("/static/")]


def is_soon_kept(page, address):
    return page.evaluate(UNTIL, ["kept", address])


def is_soon_gone(page):
    return page.evaluate(UNTIL, ["gone", ""])


def test_on_paper_the_page_tells_hours_and_not_what_is_open_now(context):
    page = context.new_page()
    visit(page, f"/card?{ADULT}")
    assert page.locator(".called .state").first.is_visible()

    page.emulate_media(media="print")

    assert page.locator(".called .tel").first.is_visible()
    assert page.locator(".qr").is_visible()
    for hidden in (".called .state", ".another", ".actions", ".leave"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_the_last_seen_place_is_there_without_a_net(context):
    page = context.new_page()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")
    context.set_offline(True)

    page.goto(f"/card?{ADULT}")

    assert page.get_by_role("heading", level=1).inner_text() == "Lommekort: Trondheim"
    notice = page.locator(".offline-only")
    assert notice.is_visible()
    assert notice.inner_text().startswith("Frakoblet: lagret")
    assert page.locator("a[href^='tel:']").count() > 5
    # What is open now is not known when there is no net.
    assert not page.locator(".called .state").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith(
        "Inter"
    )
    assert faults(page) == []


def test_any_address_leads_to_the_card_without_a_net(context):
    page = context.new_page()
    visit(page, f"/answer?step=report_child&{CHILD}")
    assert is_soon_kept(page, f"/card?{CHILD}")
    context.set_offline(True)

    page.goto("/steps?place=0301&track=minor")

    assert page.locator(".offline-only").is_visible()
    assert page.locator(".lead").first.inner_text().startswith("Under 18")


def test_another_place_takes_the_place_of_the_one_before(context):
    page = context.new_page()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")
    visit(page, "/places/0301")
    assert is_soon_kept(page, "/card?place=0301&track=adult")

    cards = kept(page)

    assert cards
    assert all(one.startswith("/card?place=0301&track=") for one in cards)


def test_with_a_net_a_page_is_fetched_and_not_taken_from_what_is_kept(context):
    page = context.new_page()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")

    visit(page, f"/card?{ADULT}")

    assert not page.locator(".offline-only").is_visible()
    assert page.locator(".called .state").first.is_visible()


def test_without_a_place_nothing_is_kept_and_being_offline_says_what_to_do(context):
    page = context.new_page()
    for address in ("/", "/steps", "/search?q=bolig", "/rights", "/checklist"):
        visit(page, address)
    page.wait_for_load_state("networkidle")

    assert page.evaluate(KEPT) == []
    assert page.evaluate(WORKERS) == 0


def test_what_is_kept_is_what_anyone_sees_and_no_cookie_goes_with_it(context, site):
    asked = []
    context.on("request", lambda request: asked.append(request))
    context.add_cookies([{"name": "odd", "value": "1", "url": site}])
    page = context.new_page()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")

    fetched = [one for one in asked if "/card?" in one.url]
    assert fetched
    assert all("cookie" not in one.all_headers() for one in fetched)
    assert all(one.startswith("/card?place=5001&track=") for one in kept(page))


def test_switched_off_it_is_gone_and_stays_so(context):
    page = context.new_page()
    visit(page, f"/card?{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")
    page.get_by_label("Behold kortet for det siste stedet").uncheck()
    assert is_soon_gone(page)

    visit(page, f"/answer?step=health&{ADULT}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(KEPT) == []
    assert page.evaluate(WORKERS) == 0
    visit(page, "/traces")
    box = page.get_by_label("Behold kortet for det siste stedet")
    assert not box.is_checked()

    box.check()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")


@pytest.mark.parametrize("way", ["button", "Shift"])
def test_who_leaves_in_a_hurry_leaves_no_card(context, way):
    context.route("https://www.yr.no/**", lambda route: route.fulfill(body="Ver"))
    page = context.new_page()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")

    if way == "button":
        page.locator(".govuk-exit-this-page__button").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("https://www.yr.no/")

    visit(page, "/rights")
    assert is_soon_gone(page)


def test_who_signs_in_leaves_no_card(context, signed_in):
    page = context.new_page()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")

    context.add_cookies(signed_in)
    visit(page, f"/answer?step=health&{ADULT}")

    assert is_soon_gone(page)

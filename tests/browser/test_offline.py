"""The pocket card on paper, and without a net: the last-seen place, nothing else."""

import socket
import socketserver
from contextlib import suppress
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
from pypdfium2 import PdfDocument

from tests.browser.test_site import CHILD, faults, visit
from tests.chromium import PHONE


class SlowNet:
    """A way to the site that can stop answering, without closing anything."""

    def __init__(self, site):
        self.site = urlsplit(site)
        self.flows = Event()
        self.flows.set()
        net = self

        class Way(socketserver.BaseRequestHandler):
            def handle(self):
                there = socket.create_connection((net.site.hostname, net.site.port))
                with there:
                    Thread(target=net.carry, args=(there, self.request)).start()
                    net.carry(self.request, there)

        self.server = socketserver.ThreadingTCPServer(("localhost", 0), Way)
        self.server.daemon_threads = True
        self.address = f"http://localhost:{self.server.server_address[1]}"

    def __enter__(self):
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *raised):
        self.go_on()
        self.server.shutdown()
        self.server.server_close()

    def carry(self, here, there):
        with suppress(OSError):
            while piece := here.recv(65536):
                self.flows.wait()
                there.sendall(piece)
        with suppress(OSError):
            there.shutdown(socket.SHUT_WR)

    def stop(self):
        self.flows.clear()

    def go_on(self):
        self.flows.set()


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
# Nor is a cache's name: Chromium makes an empty one anew where it has just compiled a
# script that came from the one that is gone.
UNTIL = """async ([asked, address]) => {
  const entries = async () => (await Promise.all(
    (await caches.keys()).map(async (name) => (await caches.open(name)).keys())
  )).flat();
  const has = {
    kept: async () => Boolean(await caches.match(address))
      && Boolean(await caches.match(document.querySelector("link[rel=icon]").href)),
    gone: async () => !(await entries()).length
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


@pytest.mark.parametrize("card", [ADULT, CHILD, f"{CHILD}&lang=en"])
def test_printed_from_the_dark_the_page_is_black_on_white_and_one_sheet(
    chromium, site, card
):
    context = chromium.new_context(base_url=site, color_scheme="dark")
    page = context.new_page()
    visit(page, f"/card?{card}")
    colour = "(one) => getComputedStyle(one).color"
    number, quiet = page.locator(".called .tel"), page.locator(".lead")
    assert quiet.evaluate(colour) == "rgb(167, 168, 169)"

    page.emulate_media(media="print", color_scheme="dark")

    assert number.first.evaluate(colour) == "rgb(0, 0, 0)"
    assert quiet.evaluate(colour) == "rgb(91, 93, 96)"
    [sheet] = PdfDocument(page.pdf(format="A4"))
    told = sheet.get_textpage().get_text_range()
    assert told.count("112") == 1
    context.close()


def test_the_last_seen_place_is_there_without_a_net(context):
    page = context.new_page()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")
    context.set_offline(True)

    page.goto(f"/card?{ADULT}")

    assert page.get_by_role("heading", level=1).inner_text() == "Lommekort: Trondheim"
    notice = page.locator(".offline-only")
    assert notice.is_visible()
    assert not page.locator(".other-only").is_visible()
    assert notice.inner_text().startswith("Nettet svarer ikke. Kortet er lagret")
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

    assert page.locator(".lead").first.inner_text().startswith("Under 18")
    told = page.locator(".offline-only").inner_text()
    assert "Siden du ba om, er ikke lagret. Dette er kortet for Trondheim" in told
    # What cannot be had without a net is not offered.
    assert not page.get_by_role("link", name="Last ned PDF").is_visible()
    assert page.locator("main a[href^='/']").count() == 0
    assert faults(page) == []


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


def test_it_can_be_switched_off_without_a_net(context):
    page = context.new_page()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")
    context.set_offline(True)
    page.goto(f"/card?{ADULT}")

    page.get_by_label("Behold kortet for det siste stedet").uncheck()

    assert is_soon_gone(page)


def test_a_net_that_does_not_answer_is_as_none_until_one_asks_again(chromium, site):
    with SlowNet(site) as net:
        context = chromium.new_context(base_url=net.address, viewport=PHONE)
        page = context.new_page()
        visit(page, f"/answer?step=health&{ADULT}")
        assert is_soon_kept(page, f"/card?{ADULT}")
        net.stop()

        page.goto("/steps")
        assert page.get_by_text("Nettet svarer ikke.").is_visible()
        assert page.get_by_role("heading", level=1).inner_text().endswith("Trondheim")

        again = page.get_by_role("link", name="Prøv igjen")
        again.click(no_wait_after=True)
        net.go_on()
        page.locator("h1", has_text="Steg").wait_for()
        assert not page.locator(".offline-only").is_visible()
        context.close()


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


def test_what_waits_to_be_kept_is_not_kept_once_all_is_forgotten(context):
    page = context.new_page()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")
    [worker] = context.service_workers

    page.evaluate(
        """(cards) => {
          const to = navigator.serviceWorker.controller;
          for (const one of cards) to.postMessage({ keep: [one] });
          to.postMessage({ forget: true });
        }""",
        [f"/card?{CHILD}", f"/card?{CHILD}&lang=en"],
    )
    worker.evaluate("() => last")

    assert is_soon_gone(page)
    assert page.evaluate(KEPT) == []


def test_who_signs_in_leaves_no_card(context, signed_in):
    page = context.new_page()
    visit(page, f"/answer?step=health&{ADULT}")
    assert is_soon_kept(page, f"/card?{ADULT}")

    context.add_cookies(signed_in)
    visit(page, f"/answer?step=health&{ADULT}")

    assert is_soon_gone(page)

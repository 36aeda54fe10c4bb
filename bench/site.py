"""The public site: what it weighs, how soon it can be used, how the journey serves."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from bench import servers
from bench.checks import Wrong
from bench.measures import Bench, Subject, share, speed
from bench.report import Figure, at_least, at_most
from bench.servers import HOST, Server
from tests.chromium import EXECUTABLE, FLAGS, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

JOURNEY = "/steps?place=5001&track=minor"
JOURNEY_SHARE = at_least(0.60)
WEIGHT, WEIGHT_WITH_FONTS = at_most(75), at_most(200)
USABLE = at_most(3.0)
ANSWERED = at_most(10.0)
DEMO = at_most(10.0)
# Milliseconds of the keystroke-level model (Card, Moran and Newell 1980): to decide, to
# point, and to press a key as an average typist does.
THINK, AIM, KEYSTROKE = 1350, 1100, 280
ENOUGH_OF_A_NAME = "Tron"
# Chromium's "regular 3G": bytes a second down and up, milliseconds to and fro.
THREE_G = {
    "offline": False,
    "downloadThroughput": 750_000 / 8,
    "uploadThroughput": 250_000 / 8,
    "latency": 100,
}
# What a page asks for, in the page itself or in what it asks for.
ASSET = re.compile(r"/static/[\w.-]+\.(?:css|js|svg)")


def site(bench: Bench) -> list[Figure]:
    """Measure the site on the demo network."""
    instance = bench.fresh("site")
    start = time.perf_counter()
    instance.run("load-demo")
    loaded = Figure(
        "demo network: flask load-demo, exec to exit",
        "s",
        [time.perf_counter() - start],
        DEMO,
    )
    with ExitStack() as stack:
        server = stack.enter_context(servers.product(instance))
        status, body = server.get(JOURNEY)
        if status != 200 or b"Barneverntjenesten i Trondheim" not in body:
            raise Wrong("the journey does not name who acts")
        bench.report.note(f"The journey has {len(body):,} bytes, the control's as many")
        bare = stack.enter_context(
            servers.control(bench.folder / "control-site", len(body))
        )
        found = bench.measure(
            [
                Subject(name, where, [bench.paths(f"site {name}", [path] * 100)])
                for name, where, path in (
                    ("hello", bare, "/hello"),
                    ("page", bare, "/page"),
                    ("journey", server, JOURNEY),
                )
            ]
        )
        return [
            share(
                "the journey, of a bare Flask + Jinja page of its size",
                "journey",
                "page",
                found,
                JOURNEY_SHARE,
            ),
            *(speed(name, found[name]) for name in ("page", "journey")),
            *_weights(server),
            *_in_chromium(server, bench.size.rounds),
            loaded,
        ]


def _weights(server: Server) -> list[Figure]:
    page = _packed(server, "/")
    _, plain = server.get("/")
    names = sorted(set(ASSET.findall(plain.decode())))
    script = next(name for name in names if "/site." in name and name.endswith(".js"))
    _, text = server.get(script)
    names += [
        f"/static/{name}" for name in re.findall(r'"\./([\w.-]+\.js)"', text.decode())
    ]
    weight = (page + sum(_packed(server, name) for name in names)) / 1000
    style = next(name for name in names if name.endswith(".css"))
    _, css = server.get(style)
    fonts = [f"/static/{name}" for name in re.findall(r"[\w.-]+\.woff2", css.decode())]
    # Letters beyond Latin-1 are asked for only where a page shows one.
    latin = _packed(server, fonts[0]) / 1000
    return [
        Figure("start page and all it asks for, gzipped", "kB", [weight], WEIGHT),
        Figure("the same with its font", "kB", [weight + latin], WEIGHT_WITH_FONTS),
    ]


def _packed(server: Server, path: str) -> int:
    connection = HTTPConnection(HOST, int(server.url.rpartition(":")[2]))
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise Wrong(f"{path} answered {response.status}")
    return len(body)


def _in_chromium(server: Server, rounds: int) -> Iterator[Figure]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        for name, measure, goal in (
            ("start page usable at 3G speed, nothing kept", _until_usable, USABLE),
            (
                "from / to a name and a number at 3G speed, at a reader's pace",
                _until_answered,
                ANSWERED,
            ),
        ):
            yield Figure(
                name, "s", [measure(browser, server.url) for _ in range(rounds)], goal
            )
        browser.close()


def _until_usable(browser: "Browser", url: str) -> float:
    """Measure until a place can be typed and is suggested."""
    with _a_slow_phone(browser) as page:
        start = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.wait_for_selector("ds-suggestion u-datalist", state="attached")
        return time.perf_counter() - start


def _until_answered(browser: "Browser", url: str) -> float:
    """Measure three choices by a reader who thinks, aims and types as people do."""
    with _a_slow_phone(browser) as page:
        start = time.perf_counter()
        page.goto(url, wait_until="commit")
        field = page.locator("#place")
        field.wait_for()
        _think_and_aim(page)
        field.click()
        field.press_sequentially(ENOUGH_OF_A_NAME, delay=KEYSTROKE)
        _think_and_aim(page)
        page.locator("label[for=age-minor]").click()
        _think_and_aim(page)
        page.locator("button[value=report_child]").click()
        page.wait_for_selector("h1 .number")
        took = time.perf_counter() - start
        if "Barnevern" not in page.locator("h1").inner_text():
            raise Wrong("three choices did not lead to child welfare")
        return took


def _think_and_aim(page: "Page") -> None:
    page.wait_for_timeout(THINK + AIM)


@contextmanager
def _a_slow_phone(browser: "Browser") -> "Iterator[Page]":
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", THREE_G)
    yield page
    context.close()

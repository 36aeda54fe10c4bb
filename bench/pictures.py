"""The picture of the network: what it weighs, and how soon one can point at it.

A network made for it: as many nodes and ties as a picture holds. Beside each figure
stands its control: another page in the same browser, a bare hello in the same process.
"""

import csv
import gzip
import json
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from bench import servers
from bench.checks import Wrong
from bench.desk import Browser
from bench.measures import Bench
from bench.networks import SEED
from bench.report import Figure, at_most
from bench.servers import Instance, Server
from tests.chromium import EXECUTABLE, FLAGS

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import ViewportSize

# With the 36 steps of the reference just within what a picture holds.
ORGANISATIONS, STAFFED, NETWORKS, TIES = 2700, 1000, 200, 19_600
MEMBERS = TIES - 2 * STAFFED
KIND = "outreach_ngo"  # has no role in any step: every tie is counted here
MEASURED = "bench.laying_out"
MAP, DATA = "/network/map", "/network/map.json"
LAID_OUT, KEPT = at_most(3000), at_most(50)
DATA_WEIGHT, SCRIPTS = at_most(400), at_most(120)
INTERACTIVE = at_most(2.0)
COUNTIES = (
    "03",
    "11",
    "15",
    "18",
    "31",
    "32",
    "33",
    "34",
    "39",
    "40",
    "42",
    "46",
    "50",
)
FIRST_ASKED = {
    "the network of a county": [f"{MAP}?place={code}" for code in COUNTIES],
    "the flow of a county": [f"/network/flow?place={code}" for code in COUNTIES],
    "the municipalities of a county": [
        f"/network/counties/{code}" for code in COUNTIES
    ],
    "trends": [f"/network/trends?period={months}" for months in (6, 12, 24)],
}
DESKTOP: "ViewportSize" = {"width": 1280, "height": 900}
# As many as a page shows are asked for by it, in itself or in its scripts.
SCRIPT = re.compile(r'src="(/static/[\w.-]+\.js)"')
SPOKEN_OF = re.compile(r'"\./([\w.-]+\.js)"')


def pictures(bench: Bench) -> list[Figure]:
    """Measure the picture of five thousand nodes and twenty thousand ties."""
    instance = filled(bench, "pictures")
    took = json.loads(instance.run_module(MEASURED, bench.size.rounds).output)
    hello = f"a bare hello: {max(took['hello']):.2g} ms"
    nodes, ties = took["nodes"], took["ties"]
    bench.report.note(f"The picture has {nodes:,} nodes and {ties:,} ties")
    if not (4900 <= nodes <= 5000 and 19_000 <= ties <= 20_000):
        raise Wrong(f"{nodes} nodes and {ties} ties")
    figures = [
        Figure("layout of 5,000 nodes, made anew", "ms", took["anew"], LAID_OUT, hello),
        Figure("the same view from the cache", "ms", took["kept"], KEPT, hello),
        Figure("all of the view made after a change", "ms", took["view"], None, hello),
    ]
    with servers.product(instance) as server:
        browser = Browser(server, instance)
        figures += _weights(server, browser)
        figures += _first_asked(browser, bench.size.rounds)
        figures += _in_chromium(server, browser, bench.size.rounds)
    return figures


def filled(bench: Bench, name: str) -> Instance:
    """Return a new instance of that name with as large a network as pictures hold."""
    instance = bench.fresh(name)
    for kind, file in _files(bench.folder / f"files-{name}").items():
        instance.run("import", kind, file)
    return instance


def _files(folder: Path) -> dict[str, Path]:
    """Return exchange files of the network: forums of neighbours, and some of far."""
    folder.mkdir()
    draw = Random(SEED)
    keys = [f"org{number}" for number in range(ORGANISATIONS)]
    members = set[tuple[str, str]]()
    while len(members) < MEMBERS:
        at = draw.randrange(ORGANISATIONS)
        near = at * NETWORKS // ORGANISATIONS + round(draw.gauss(0, 4))
        far = draw.randrange(NETWORKS)
        forum = (far if draw.random() < 0.05 else near) % NETWORKS
        members.add((f"net{forum}", keys[at]))
    rows: dict[str, tuple[Sequence[str], Sequence[Sequence[str]]]] = {
        "organisations": (
            ("key", "name", "kind"),
            [(key, f"Tiltaket {key[3:]} i nord", KIND) for key in keys],
        ),
        "posts": (
            ("key", "organisation", "title"),
            [(f"post{n}", keys[n], f"Vakt {n}") for n in range(STAFFED)],
        ),
        "persons": (
            ("key", "name"),
            [(f"person{n}", f"Ansatt Nummer {n}") for n in range(STAFFED)],
        ),
        "holdings": (
            ("person", "post"),
            [(f"person{n}", f"post{n}") for n in range(STAFFED)],
        ),
        "networks": (
            ("key", "name"),
            [(f"net{n}", f"Forum {n}") for n in range(NETWORKS)],
        ),
        "memberships": (
            ("network", "holder", "role"),
            [(*pair, "member") for pair in sorted(members)],
        ),
    }
    found = {}
    for kind, (header, lines) in rows.items():
        found[kind] = folder / f"{kind}.csv"
        with found[kind].open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(lines)
    return found


def _weights(server: Server, browser: Browser) -> Iterator[Figure]:
    status, data = browser.get(DATA)
    if status != 200:
        raise Wrong(f"{DATA} answered {status}")
    packed = len(gzip.compress(data.encode(), 6)) / 1000
    yield Figure("data of the picture, gzipped", "kB", [packed], DATA_WEIGHT)
    for name, path, goal in (
        ("scripts of the page, gzipped", MAP, SCRIPTS),
        ("scripts of another page of the desk (control)", "/network/as-of", None),
    ):
        scripts = set(SCRIPT.findall(browser.get(path)[1]))
        more = {
            f"/static/{other}"
            for script in scripts
            for other in SPOKEN_OF.findall(server.get(script)[1].decode())
        }
        contents = [server.get(one)[1] for one in sorted(scripts | more)]
        weight = sum(len(gzip.compress(content, 6)) for content in contents)
        yield Figure(name, "kB", [weight / 1000], goal)


def _first_asked(browser: Browser, rounds: int) -> Iterator[Figure]:
    """Measure pages that nobody has asked for yet, and the same asked again."""
    for name, paths in FIRST_ASKED.items():
        first: list[float] = []
        again: list[float] = []
        for path in paths[: rounds + 1]:
            for times in (first, again):
                start = time.perf_counter()
                status, _page = browser.get(path)
                times.append((time.perf_counter() - start) * 1000)
                if status != 200:
                    raise Wrong(f"{path} answered {status}")
        # The first one gathers what the others stand on.
        beside = f"asked again: {median(again):.2g} ms"
        yield Figure(name, "ms", first[1:], None, beside)


def _in_chromium(server: Server, browser: Browser, rounds: int) -> Iterator[Figure]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        name, _, value = browser.cookie.partition("=")
        cookie: SetCookieParam = {"name": name, "value": value, "url": server.url}
        shown, other = [], []
        for number in range(rounds + 1):
            times = [
                _until(chromium, server, cookie, "/network/as-of", "h1"),
                _until(chromium, server, cookie, MAP, "[data-ready]"),
            ]
            if number:  # the first round warms up
                other.append(times[0])
                shown.append(times[1])
        chromium.close()
    beside = f"another page: {sorted(other)[len(other) // 2]:.2g} s"
    yield Figure(
        "5,000 nodes and 20,000 ties can be pointed at", "s", shown, INTERACTIVE, beside
    )


def _until(
    chromium: "Chromium",
    server: Server,
    cookie: "SetCookieParam",
    path: str,
    sign: str,
) -> float:
    """Measure until the sign is there, and a node that is pointed at is known."""
    context = chromium.new_context(viewport=DESKTOP)
    context.add_cookies([cookie])
    page = context.new_page()
    start = time.perf_counter()
    page.goto(server.url + path, wait_until="commit")
    page.wait_for_selector(sign, state="attached")
    if sign != "h1":
        canvas = page.locator(".canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box() or {"x": 0, "y": 0}
        at = page.evaluate(
            "(() => { const {renderer, graph} = document.querySelector("
            "'[data-picture]').picture; const node = graph.nodes()[0];"
            "const {x, y} = graph.getNodeAttributes(node);"
            "return [node, renderer.graphToViewport({x, y})]; })()"
        )
        page.mouse.move(box["x"] + at[1]["x"], box["y"] + at[1]["y"])
        page.wait_for_selector("[data-pointed]:not([data-pointed=''])")
    took = time.perf_counter() - start
    context.close()
    return took

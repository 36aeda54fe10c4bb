"""The directory's desk: what those who are signed in read and write, and how soon."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from html import unescape
from http.client import HTTPConnection
from itertools import count
from statistics import mean, quantiles
from urllib.parse import urlencode

from bench import servers
from bench.checks import PAGE, Wrong
from bench.measures import HOT_QUESTIONS, SMALL, Bench, Subject, share, speed
from bench.networks import Network
from bench.report import Figure, at_least, at_most
from bench.servers import HOST, Instance, Server
from tests.forms import form_of

ORGANISATIONS = 10_000
EMAIL, PASSWORD = "unit@example.no", "tolv ville vafler danser"
SIGNED_IN_SHARE = at_least(0.50)
LIST, MATRIX, SAVE = at_most(60), at_most(150), at_most(50)
LISTED, SHOWN, SAVED = 200, 40, 30
SAVED_FIELDS = {
    "organisations": ("name", "Lagret {}"),
    "posts": ("title", "Lagret {}"),
    "contact-points": ("note", "Lagret {}"),
    "responsibilities": ("order", "{}"),
}
Ask = Callable[[], tuple[int, str]]
Form = Mapping[str, str | Sequence[str]]
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


def desk(bench: Bench) -> list[Figure]:
    """Measure answers, lists, the matrix and saves of a signed-in user of the unit."""
    return [*_answers(bench), *_matrix(bench), *_lists_and_saves(bench)]


class Browser:
    """A signed-in user of the unit: one connection, its cookies and its forms."""

    def __init__(self, server: Server, instance: Instance) -> None:
        link = instance.run("create-user", EMAIL, "--role", "unit").output
        path = "/account/links/" + link.strip().rpartition("/")[2]
        self.connection = HTTPConnection(HOST, server.port)
        self.cookies: dict[str, str] = {}
        status, page = self.get(path)
        if status != 200:
            raise Wrong(f"the first link answered {status}")
        sent = {"csrf_token": dict(FIELD.findall(page))["csrf_token"]}
        status, _ = self.post(path, {**sent, "password": PASSWORD})
        if status != 303:
            raise Wrong(f"setting the password answered {status}")

    @property
    def cookie(self) -> str:
        """The cookies, as a header has them."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of the page."""
        return self._ask("GET", path)

    def post(self, path: str, form: Form) -> tuple[int, str]:
        """Send a form, and return status and text."""
        return self._ask("POST", path, urlencode(form, doseq=True))

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, response.read().decode()


def _answers(bench: Bench) -> Iterator[Figure]:
    """Measure the signed-in answer beside a bare page of its size."""
    network = Network(SMALL)
    instance = bench.filled(network).copy(bench.folder / "desk-answers")
    with ExitStack() as stack:
        server = stack.enter_context(servers.product(instance))
        signed_in = replace(server, cookie=Browser(server, instance).cookie)
        asked = [PAGE + one.query for one in network.questions(HOT_QUESTIONS)]
        bodies = signed_in.get_all(asked)
        if any(
            status != 200 or b'class="signed-in' not in body for status, body in bodies
        ):
            raise Wrong("an answer does not know who is signed in")
        size = round(mean(len(body) for _, body in bodies))
        folder = bench.folder / "control-desk"
        bare = stack.enter_context(servers.control(folder, size))
        found = bench.measure(
            [
                Subject(name, where, [bench.paths(f"desk {name}", paths)])
                for name, where, paths in (
                    ("hello", bare, ["/hello"] * HOT_QUESTIONS),
                    ("page", bare, ["/page"] * HOT_QUESTIONS),
                    ("answer signed in", signed_in, asked),
                )
            ]
        )
    name = "a signed-in answer, of a bare Flask + Jinja page of its size"
    yield share(name, "answer signed in", "page", found, SIGNED_IN_SHARE)
    yield from (speed(name, found[name]) for name in ("page", "answer signed in"))


def _matrix(bench: Bench) -> Iterator[Figure]:
    """Measure the matrix of the demo network, whole and of a place and a track."""
    instance = bench.fresh("desk-demo")
    instance.run("load-demo")
    with servers.product(instance) as server:
        browser = Browser(server, instance)
        paths = (
            "/matrix",
            "/matrix?place=5001&track=minor",
            "/matrix?by=organisations&place=5001",
        )
        for path in paths:
            took = p95_of_rounds(bench, partial(browser.get, path), SHOWN)
            yield Figure(f"demo network: p95 of {path}", "ms", took, MATRIX)
        yield from _saves(bench, browser, "demo network")


def _lists_and_saves(bench: Bench) -> Iterator[Figure]:
    """Measure lists of many organisations, and saves among them."""
    network = Network(ORGANISATIONS * 10)
    instance = bench.filled(network).copy(bench.folder / "desk-lists")
    with servers.product(instance) as server:
        browser = Browser(server, instance)
        status, _ = browser.get("/records/organisations")
        if status != 200:
            raise Wrong(f"the list answered {status}")
        for name, narrowed in (
            ("narrowed by kind", "kind=nav_office&sort=-name&skip={}"),
            ("searched", "q=a+{}&sort=kind"),
            ("near a place", "near=0301&sort=-name&skip={}"),
        ):
            query = "/records/organisations?" + narrowed
            ask = _next_of(browser, query)
            took = p95_of_rounds(bench, ask, LISTED)
            yield Figure(f"p95 of a list {name}", "ms", took, LIST)
        yield from _saves(bench, browser, "large")


def _next_of(browser: Browser, query: str) -> Ask:
    """Return what asks for another page each time, so that no kept one serves."""
    numbers = count()
    return lambda: browser.get(query.format(next(numbers) % 400))


def _saves(bench: Bench, browser: Browser, where: str) -> Iterator[Figure]:
    """Measure saves by form, until the redirect; each changes what was saved before.

    The change counter, history and what is searched are part of each.
    """
    for register, (field, value) in SAVED_FIELDS.items():
        _, page = browser.get(f"/records/{register}")
        found = re.search(rf'<a href="(/records/{register}/(?!new)[^"?]+)"', page)
        if not found:
            raise Wrong(f"no record in {register}")
        path = unescape(found[1])
        values = map(value.format, count(1))
        took = []
        for _ in range(bench.size.rounds):
            times = [_save(browser, path, field, next(values)) for _ in range(SAVED)]
            took.append(quantiles(times, n=20)[18])
        yield Figure(f"{where}: p95 of saving in {register}", "ms", took, SAVE)


def _save(browser: Browser, path: str, field: str, value: str) -> float:
    form = {**form_of(browser.get(f"{path}/edit")[1]), field: value, "action": "save"}
    start = time.perf_counter()
    status, _ = browser.post(f"{path}/edit", form)
    took = (time.perf_counter() - start) * 1000
    if status != 303:
        raise Wrong(f"saving {path} answered {status}")
    if form_of(browser.get(f"{path}/edit")[1])[field] != [value]:
        raise Wrong(f"{path} was not saved")
    return took


def p95_of_rounds(bench: Bench, ask: Ask, times: int) -> list[float]:
    """Return the 95th percentile of each round, in milliseconds, asked one by one."""
    found = []
    ask()
    for _ in range(bench.size.rounds):
        took = []
        for _ in range(times):
            start = time.perf_counter()
            status, _text = ask()
            took.append((time.perf_counter() - start) * 1000)
            if status not in (200, 303):
                raise Wrong(f"answered {status}")
        found.append(quantiles(took, n=20)[18])
    return found

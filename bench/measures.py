"""What is measured, and how: control and subject in turn, round by round."""

import csv
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from sqlalchemy import create_engine, text

from bench import load, servers
from bench.checks import API, PAGE, Reference, Wrong
from bench.load import Paths, Round
from bench.networks import Network, Question
from bench.report import Figure, Goal, Report, at_least, at_most
from bench.servers import Instance, Server
from tests import postgresql

HOT_QUESTIONS = 100
NOISY = 0.10
SMALL = 10_000

PAGE_SHARE, API_SHARE = at_least(0.75), at_least(0.60)
GROWTH = at_least(0.90)
START = at_most(1.5)
IMPORT = at_least(10_000)


@dataclass(frozen=True)
class Size:
    """How much is measured: rounds and their seconds, sizes, questions asked."""

    rounds: int = 5
    seconds: int = 2
    large: int = 1_000_000
    imported: int = 100_000
    checked: int = 100
    cold: int = 4_000
    long: bool = False


QUICK = Size(rounds=1, seconds=1, large=40_000, imported=20_000, checked=10, cold=3_000)


@dataclass(frozen=True)
class Subject:
    """Something to load: what it is called, where it is, what it is asked.

    One list of paths a round; `hot` ones are asked once before it, so that the round
    finds them kept.
    """

    name: str
    server: Server
    paths: Sequence[Paths]
    hot: bool = True


Rounds = dict[str, list[Round]]


@dataclass
class Bench:
    """A run: its size, its folder, its report, and the network that it makes once."""

    size: Size
    folder: Path
    report: Report
    ready: Instance | None = None

    def fresh(self, name: str) -> Instance:
        """Return a new instance, migrated and with the reference data."""
        if self.ready is None:
            self.ready = Instance(self.folder / "ready")
            self.ready.prepare()
        return self.ready.copy(self.folder / name)

    def files(self, network: Network) -> dict[str, Path]:
        """Return the network's exchange files by kind."""
        return network.write(self.folder / f"files-{network.size}")

    def filled(self, network: Network) -> Instance:
        """Return an instance that holds the network, brought in by `flask import`."""
        folder = self.folder / f"filled-{network.size}"
        if folder.exists():
            return Instance(folder)
        instance = self.fresh(folder.name)
        start = time.perf_counter()
        for kind, file in self.files(network).items():
            ended = instance.run("import", kind, file)
            if kind == "contact-points":
                points = ended
        took = time.perf_counter() - start
        self.report.note(
            f"{network.size:,} contact points: built by flask import in {took:.0f} s; "
            f"their file took {points.seconds:.0f} s and {points.peak_mb:.0f} MB"
        )
        return instance

    def paths(self, name: str, paths: Sequence[str], *, ordered: bool = False) -> Paths:
        """Return a list of paths in a file of this run."""
        return Paths(self.folder / f"{name}.paths", paths, ordered=ordered)

    def measure(
        self, subjects: Sequence[Subject], before: Callable[[], None] | None = None
    ) -> Rounds:
        """Load each beside its control, the order reversed every other round."""
        in_turn = sorted(subjects, key=_beside_control_of_its_kind)
        found: Rounds = {subject.name: [] for subject in in_turn}
        for number in range(self.size.rounds):
            if before:
                before()
            for subject in in_turn if number % 2 == 0 else reversed(in_turn):
                paths = subject.paths[number % len(subject.paths)]
                if subject.hot:
                    _warm(subject, paths)
                seconds = self.size.seconds
                result = load.put_on(subject.server, paths, seconds, number)
                found[subject.name].append(result)
        self._note_noise(found)
        return found

    def _note_noise(self, found: Rounds) -> None:
        for name, rounds in found.items():
            if invalid := sum(not one.is_valid for one in rounds):
                self.report.note(f"INVALID: {invalid} rounds of {name} had errors")
        rates = [one.rate for one in found["hello"]]
        usual = median(rates)
        noisy = sum(abs(rate - usual) > NOISY * usual for rate in rates)
        if noisy:
            self.report.note(
                f"Noise: in {noisy} of {len(rates)} rounds the control was more than "
                f"{NOISY:.0%} off its median"
            )


def _beside_control_of_its_kind(subject: Subject) -> tuple[bool, bool]:
    """Sort hello beside the API's answers, the page beside the pages."""
    return not subject.hot, subject.name.startswith(("page", "answer"))


def _warm(subject: Subject, paths: Paths) -> None:
    distinct = list(dict.fromkeys(paths.paths))
    statuses = {status for status, _ in subject.server.get_all(distinct)}
    if statuses != {200}:
        raise Wrong(f"{subject.name} answered {sorted(statuses)}")


def share(name: str, subject: str, to: str, found: Rounds, goal: Goal | None) -> Figure:
    """Return the subject's rate as a share of another's, round by round."""
    pairs = list(zip(found[subject], found[to], strict=True))
    if not all(one.is_valid and other.is_valid for one, other in pairs):
        return Figure(name, "%", (), goal, "(invalid: errors under load)")
    by_cpu = median(other.cpu / one.cpu for one, other in pairs)
    shares = [one.rate / other.rate for one, other in pairs]
    return Figure(name, "%", shares, goal, f"{by_cpu:.0%} by CPU time")


def speed(name: str, rounds: Sequence[Round]) -> Figure:
    """Return requests a second, with the latencies beside them."""
    if not all(one.is_valid for one in rounds):
        return Figure(name, "/s", (), None, "(invalid: errors under load)")
    p50, p95 = (median(one.p50 for one in rounds), median(one.p95 for one in rounds))
    cpu = median(one.cpu for one in rounds)
    note = f"p50 {p50:.2f} ms, p95 {p95:.2f} ms, CPU {cpu:.2f} ms"
    return Figure(name, "/s", [one.rate for one in rounds], None, note)


# Start


def starts(bench: Bench) -> list[Figure]:
    """Measure from exec to the first 200 on /healthz."""
    instance, found = bench.filled(Network(SMALL)), []
    for _ in range(max(5, bench.size.rounds)):
        with servers.product(instance) as server:
            found.append(server.started_in)
    return [Figure("flask serve: first 200 on /healthz after", "s", found, START)]


# Lookups


def lookups(bench: Bench, *, grown: bool) -> list[Figure]:
    """Measure answers beside bare Flask; `grown`: in a large network as well."""
    small, large = Network(SMALL), Network(bench.size.large)
    with ExitStack() as stack:
        subjects, hello = _beside_control(bench, stack, small, "small")
        bench.report.note(_what_is_asked(bench.size))
        if grown:
            subjects += _subjects(bench, stack, large, "large")
        found = bench.measure([*hello, *subjects])
    figures = _lookup_figures(found)
    return figures + (_growth_figures(found, bench.size) if grown else [])


def _what_is_asked(size: Size) -> str:
    return (
        f"Cached: {HOT_QUESTIONS} different questions (step, place, track, language), "
        "at random, each asked once before the round; a round in which the minute "
        "turns makes them all again. Uncached: "
        f"{size.cold * size.rounds:,} different questions, each asked once at most, so "
        "that no kept answer serves."
    )


def _beside_control(
    bench: Bench, stack: ExitStack, network: Network, name: str
) -> tuple[list[Subject], list[Subject]]:
    """Start the product and the control, check answers; return what to load."""
    subjects = _subjects(bench, stack, network, name)
    cached = subjects[1]
    bodies = cached.server.get_all(cached.paths[0].paths)
    size = round(mean(len(body) for _, body in bodies))
    bare = stack.enter_context(servers.control(bench.folder / "control", size))
    status, body = bare.get("/page")
    if status != 200 or len(body) != size:
        raise Wrong(f"the control's page has {len(body)} bytes, not {size}")
    bench.report.note(f"The page has {size:,} bytes, the control's as many")
    return subjects, [
        Subject(path[1:], bare, [bench.paths(path[1:], [path] * HOT_QUESTIONS)])
        for path in ("/hello", "/page")
    ]


def _subjects(
    bench: Bench, stack: ExitStack, network: Network, name: str
) -> list[Subject]:
    """Start the product on the network, check it, and return what to load it with."""
    instance = bench.filled(network)
    server = stack.enter_context(servers.product(instance))
    hot = network.questions(HOT_QUESTIONS)
    Reference(instance, network).check(server, hot[: bench.size.checked])
    return _questions(bench, server, network, name)


def _questions(
    bench: Bench, server: Server, network: Network, name: str
) -> list[Subject]:
    """Return API and page, cached and uncached."""
    hot = network.questions(HOT_QUESTIONS)
    cold = network.questions(bench.size.cold * bench.size.rounds, seed=1)
    step = bench.size.cold
    found = []
    for what, path in (("api", API), ("answer", PAGE)):
        asked = [path + question.query for question in hot]
        full = f"{what} {name}"
        found.append(Subject(full, server, [bench.paths(full, asked)]))
    for what, path in (("api", API), ("answer", PAGE)):
        full = f"{what} {name} uncached"
        asked = [path + question.query for question in cold]
        rounds = [
            bench.paths(f"{full} {number}", asked[at : at + step], ordered=True)
            for number, at in enumerate(range(0, len(asked), step))
        ]
        found.append(Subject(full, server, rounds, hot=False))
    return found


def _lookup_figures(found: Rounds) -> list[Figure]:
    return [
        share(
            "/answer, of a bare Flask + Jinja page of its size",
            "answer small",
            "page",
            found,
            PAGE_SHARE,
        ),
        share(
            "/api/v1/answers, of a bare Flask JSON hello",
            "api small",
            "hello",
            found,
            API_SHARE,
        ),
        share(
            "/answer uncached, of the page",
            "answer small uncached",
            "page",
            found,
            None,
        ),
        share(
            "/api/v1/answers uncached, of hello",
            "api small uncached",
            "hello",
            found,
            None,
        ),
        *(
            speed(name, found[name])
            for name in found
            if name in ("hello", "page") or "small" in name
        ),
    ]


def _growth_figures(found: Rounds, size: Size) -> list[Figure]:
    figures = []
    for what in ("answer", "api"):
        for how, cached in (("", "cached"), (" uncached", "uncached")):
            figures.append(
                share(
                    f"{what} {cached}, {size.large:,} contact points, of {SMALL:,}",
                    f"{what} large{how}",
                    f"{what} small{how}",
                    found,
                    GROWTH,
                )
            )
    return figures + [speed(name, found[name]) for name in found if "large" in name]


# After a write


def written(bench: Bench) -> list[Figure]:
    """Change an answer from another process before each round; measure again."""
    network = Network(SMALL)
    instance = bench.filled(network).copy(bench.folder / "written")
    with ExitStack() as stack:
        server = stack.enter_context(servers.product(instance))
        reference = Reference(instance, network)
        hot = network.questions(HOT_QUESTIONS)
        writer = _Writer(bench.folder, instance, server, reference, hot)
        subjects = _questions(bench, server, network, "written")[:2]
        bodies = server.get_all(subjects[1].paths[0].paths)
        size = round(mean(len(body) for _, body in bodies))
        bare = stack.enter_context(servers.control(bench.folder / "control", size))
        controls = [
            Subject(path[1:], bare, [bench.paths(path[1:], [path] * HOT_QUESTIONS)])
            for path in ("/hello", "/page")
        ]
        found = bench.measure([*controls, *subjects], before=writer.write)
        reference.check(server, hot[: bench.size.checked])
    return [
        share(
            "/answer after a write in another process, of the page",
            "answer written",
            "page",
            found,
            PAGE_SHARE,
        ),
        share(
            "/api/v1/answers after a write in another process, of hello",
            "api written",
            "hello",
            found,
            API_SHARE,
        ),
        Figure("first changed answer after the write's exit", "ms", writer.took),
    ]


class _Writer:
    """Changes one answer at a time, and sees that it is served at once."""

    def __init__(
        self,
        folder: Path,
        instance: Instance,
        server: Server,
        reference: Reference,
        questions: Sequence[Question],
    ) -> None:
        self.file = folder / "change.csv"
        self.instance, self.server, self.reference = instance, server, reference
        self.question, self.owner = next(
            (question, key)
            for question in questions
            for key in _local_organisations(reference, question)
        )
        self.number = 0
        self.took: list[float] = []

    def write(self) -> None:
        """Give an organisation one more phone; raise Wrong if it is not served."""
        self.number += 1
        phone = f"+4722{self.number:06}"
        paths = [API + self.question.query, PAGE + self.question.query]
        before = [body for _, body in self.server.get_all(paths)]
        with self.file.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [
                    ("owner", "channel", "value", "audience", "order"),
                    (self.owner, "phone", phone, "public", "-1"),
                ]
            )
        self.instance.run("import", "contact-points", self.file)
        start = time.perf_counter()
        _, body = self.server.get(paths[0])
        self.took.append((time.perf_counter() - start) * 1000)
        _, page = self.server.get(paths[1])
        sought = phone.encode()
        if sought in before[0] or sought in before[1]:
            raise Wrong(f"{phone} was there before it was written")
        if sought not in body or sought not in page:
            raise Wrong(f"{self.question.query}: {phone} is written, and not served")
        self.reference.check(self.server, [self.question])


def _local_organisations(reference: Reference, question: Question) -> list[str]:
    """Return who is named in the answer and serves the very place asked for."""
    roles = reference.answer(question)["roles"]
    return [
        actor["organisation"]["key"]
        for role in roles.values()
        for actor in role
        if actor["serves_place"] == question.place
    ]


# Import


def imports(bench: Bench) -> list[Figure]:
    """Measure the importer on contact points and organisations, new and unchanged."""
    network = Network(bench.size.imported)
    files = bench.files(network)
    rows = {kind: _count_rows(file) for kind, file in files.items()}
    empty = bench.fresh("import-empty")
    empty.run("import", "places", files["places"])
    ready = empty.copy(bench.folder / "import-ready")
    for kind in ("organisations", "posts"):
        ready.run("import", kind, files[kind])
    found: dict[str, list[float]] = {}
    peaks, by_cpu = [], []
    for _ in range(bench.size.rounds):
        for what, base, kind in (
            ("new contact points", ready, "contact-points"),
            ("new organisations", empty, "organisations"),
        ):
            instance = base.copy(bench.folder / "importing")
            ended = instance.run("import", kind, files[kind])
            found.setdefault(what, []).append(rows[kind] / ended.seconds)
            if kind == "contact-points":
                peaks.append(ended.peak_mb)
                by_cpu.append(rows[kind] / ended.cpu_seconds)
                again = instance.run("import", kind, files[kind])
                found.setdefault("unchanged", []).append(rows[kind] / again.seconds)
            shutil.rmtree(instance.folder)
        found.setdefault("alone", []).append(_importer_alone(bench, ready, files))
    count = f"{rows['contact-points']:,}"
    return [
        Figure(
            f"import of {count} contact points, exec to exit",
            "rows/s",
            found["new contact points"],
            IMPORT,
            f"{median(by_cpu):,.0f} rows/s of CPU time",
        ),
        Figure("the same, importer alone", "rows/s", found["alone"], IMPORT),
        Figure("the same file again, exec to exit", "rows/s", found["unchanged"]),
        Figure(
            f"import of {rows['organisations']:,} organisations, exec to exit",
            "rows/s",
            found["new organisations"],
        ),
        Figure(f"most memory, {count} contact points", "MB", peaks),
    ]


def _importer_alone(bench: Bench, base: Instance, files: dict[str, Path]) -> float:
    instance = base.copy(bench.folder / "importing")
    kind = "contact-points"
    ended = instance.run_module("bench.importing", kind, files[kind])
    shutil.rmtree(instance.folder)
    rows, seconds = ended.output.split()
    return int(rows) / float(seconds)


def _count_rows(file: Path) -> int:
    with file.open(encoding="utf-8") as lines:
        return sum(1 for _ in lines) - 1


def long_imports(bench: Bench) -> list[Figure]:
    """Import a very large file, new and unchanged, and see how much memory it takes."""
    network = Network(1_000_000)
    files = bench.files(network)
    rows = _count_rows(files["contact-points"])
    instance = bench.fresh("long")
    for kind in ("places", "organisations", "posts"):
        instance.run("import", kind, files[kind])
    new = instance.run("import", "contact-points", files["contact-points"])
    again = instance.run("import", "contact-points", files["contact-points"])
    shutil.rmtree(instance.folder)
    name = f"import of {rows:,} contact points"
    return [
        Figure(f"{name}, exec to exit", "rows/s", [rows / new.seconds], IMPORT),
        Figure(f"{name}, most memory", "MB", [new.peak_mb]),
        Figure("the same file again", "rows/s", [rows / again.seconds]),
        Figure("the same file again, most memory", "MB", [again.peak_mb]),
    ]


# PostgreSQL


def on_postgresql(bench: Bench) -> list[Figure]:
    """Measure lookups on a throw-away PostgreSQL, without a goal."""
    network = Network(SMALL)
    with ExitStack() as stack:
        url = stack.enter_context(postgresql.cluster()).format(database="postgres")
        instance = Instance(bench.folder / "postgresql", url)
        instance.prepare()
        for kind, file in bench.files(network).items():
            instance.run("import", kind, file)
        analyse(url)
        server = stack.enter_context(servers.product(instance))
        Reference(instance, network).check(
            server, network.questions(HOT_QUESTIONS)[: bench.size.checked]
        )
        bare = stack.enter_context(servers.control(bench.folder / "control", 1000))
        hello = bench.paths("hello", ["/hello"] * HOT_QUESTIONS)
        subjects = _questions(bench, server, network, "PostgreSQL")
        found = bench.measure(
            [Subject("hello", bare, [hello]), subjects[0], subjects[2]]
        )
    name = "/api/v1/answers on PostgreSQL"
    cached, uncached = "api PostgreSQL", "api PostgreSQL uncached"
    return [
        share(f"{name}, of hello", cached, "hello", found, None),
        share(f"{name} uncached, of hello", uncached, "hello", found, None),
        speed(cached, found[cached]),
        speed(uncached, found[uncached]),
    ]


def analyse(url: str) -> None:
    """Do what autovacuum does within a minute of an import."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()

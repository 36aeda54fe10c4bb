"""The processes that are measured: each in a session of its own, always stopped."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple

from views.cli.serve import WEB_THREADS
from views.config import ROOT

FLASK = Path(sys.executable).with_name("flask")
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
STARTS_WITHIN = 30
STOPS_WITHIN = 10
UNIT = {
    "UNIT_NAME": "The unit",
    "UNIT_PHONE": "+4722000000",
    "UNIT_EMAIL": "unit@example.no",
}
HOST = "127.0.0.1"


def pinned(core: int, command: Sequence[object]) -> list[str]:
    """Return the command, to be run on one core alone."""
    return ["taskset", "-c", str(core), *map(str, command)]


class Ended(NamedTuple):
    """How a command went: seconds from exec to exit and of the core, most memory."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str


class Failed(RuntimeError):
    """A command that did not do what it was asked."""


@dataclass(frozen=True)
class Instance:
    """A folder with a database of its own, or settings that name another."""

    folder: Path
    database_url: str | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The settings that a process needs to work on it, and nothing of ours."""
        named = {"DATABASE_URL": self.database_url} if self.database_url else {}
        kept = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        return {**kept, **UNIT, "INSTANCE": str(self.folder), **named}

    def run(self, *command: object) -> Ended:
        """Run one of our commands on the server's core; raise Failed."""
        return _run([FLASK, *command], self.environment)

    def run_module(self, *command: object) -> Ended:
        """Run one of the benchmark's modules on the server's core; raise Failed."""
        return _run([sys.executable, "-m", *command], self.environment)

    def prepare(self) -> None:
        """Migrate, and load the reference data."""
        self.folder.mkdir(parents=True)
        self.run("db", "upgrade")
        self.run("load-reference")

    def copy(self, folder: Path) -> "Instance":
        """Return a copy of this instance, which nothing may be running on."""
        shutil.copytree(self.folder, folder)
        return Instance(folder)


def _run(command: Sequence[object], environment: Mapping[str, str]) -> Ended:
    start = time.perf_counter()
    process = subprocess.Popen(
        pinned(SERVER_CORE, command),
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    try:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise Failed(f"{' '.join(map(str, command))}: exit {process.returncode}")
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return Ended(seconds, cpu_seconds, usage.ru_maxrss / 1024, output)


def free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """A server that answers, and how long it took until its first 200.

    `cookie` is sent with each request: who is signed in.
    """

    port: int
    started_in: float
    session: int = 0
    cookie: str = ""

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.port}"

    @property
    def cpu_seconds(self) -> float:
        """What its processes have used of the core until now."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[3]) == self.session:
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def get(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body of one request."""
        connection = HTTPConnection(HOST, self.port, timeout=STARTS_WITHIN)
        try:
            return _get(connection, path, self.cookie)
        finally:
            connection.close()

    def get_all(self, paths: Sequence[str]) -> list[tuple[int, bytes]]:
        """Return what each path answers, on one connection."""
        connection = HTTPConnection(HOST, self.port, timeout=STARTS_WITHIN)
        try:
            return [_get(connection, path, self.cookie) for path in paths]
        finally:
            connection.close()


def _get(connection: HTTPConnection, path: str, cookie: str) -> tuple[int, bytes]:
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    response = connection.getresponse()
    return response.status, response.read()


@contextmanager
def product(instance: Instance) -> Iterator[Server]:
    """Run `flask serve` on the instance, on the server's core."""
    port = free_port()
    environment = {**instance.environment, "PORT": str(port)}
    with _serving([FLASK, "serve"], environment, port, "/healthz") as server:
        yield server


@contextmanager
def control(folder: Path, page_size: int) -> Iterator[Server]:
    """Run the bare application, on the same core and by the same settings."""
    port = free_port()
    environment = Instance(folder).environment
    command: list[object] = [sys.executable, "-m", "bench.control", HOST, port]
    command += [WEB_THREADS, page_size]
    with _serving(command, environment, port, "/hello") as server:
        yield server


@contextmanager
def _serving(
    command: Sequence[object], environment: Mapping[str, str], port: int, ready: str
) -> Iterator[Server]:
    start = time.perf_counter()
    process = subprocess.Popen(
        pinned(SERVER_CORE, command),
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_until_ready(process, port, ready)
        yield Server(port, time.perf_counter() - start, process.pid)
    finally:
        _stop(process)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    until = time.perf_counter() + STARTS_WITHIN
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise Failed(f"{process.args!r} ended with {process.returncode}")
        try:
            if Server(port, 0).get(path)[0] == 200:
                return
        except (OSError, HTTPException):
            pass
        time.sleep(0.005)
    raise Failed(f"{process.args!r} was not ready within {STARTS_WITHIN} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server and all it started: its session is one process group."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(STOPS_WITHIN)
        os.killpg(process.pid, signal.SIGKILL)  # whoever stayed behind
    except ProcessLookupError:
        pass
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

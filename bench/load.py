"""Load from the other core: wrk where it is installed, else a small client of our own.

The same tool for control and subject. `python -m bench.load` is the small client.
"""

import asyncio
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.servers import LOAD_CORE, Server, pinned
from views.config import ROOT

CONNECTIONS = 8
PATIENCE = 15
SCRIPT = Path(__file__).with_suffix(".lua")
TOOL = "wrk" if shutil.which("wrk") else "python"


class Round(NamedTuple):
    """One round of load: how many answers, how fast, how many errors."""

    requests: int
    seconds: float
    errors: int
    p50: float
    p95: float
    cpu_seconds: float = 0

    @property
    def cpu(self) -> float:
        """Milliseconds of the server's core for each request: what neighbours spare."""
        return self.cpu_seconds / self.requests * 1000

    @property
    def rate(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.seconds

    @property
    def is_valid(self) -> bool:
        """Whether every request was answered, and with a 2xx or 3xx."""
        return self.errors == 0 and self.requests > 0


class Paths:
    """A list of paths in a file, to be asked at random or in order."""

    def __init__(self, file: Path, paths: Sequence[str], *, ordered: bool) -> None:
        self.file, self.paths, self.ordered = file, paths, ordered
        file.write_text("\n".join(paths) + "\n", encoding="utf-8")


def put_on(server: Server, paths: Paths, seconds: int, seed: int) -> Round:
    """Load the server for so long and return what came of it."""
    order = "ordered" if paths.ordered else "random"
    asked = (str(paths.file), order, str(seed), server.cookie)
    if TOOL == "wrk":
        options = (
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            f"--timeout={PATIENCE}s",
        )
        command = ["wrk", *options, "-s", str(SCRIPT), server.url, "--", *asked]
    else:
        command = [sys.executable, "-m", "bench.load", server.url, str(seconds), *asked]
    before = server.cpu_seconds
    output = subprocess.run(
        pinned(LOAD_CORE, command),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + PATIENCE,
    ).stdout
    found = Round(**json.loads(output.strip().splitlines()[-1]))
    return found._replace(cpu_seconds=server.cpu_seconds - before)


class _Client:
    """Keeps connections busy, one request at a time on each."""

    def __init__(
        self, url: str, paths: Iterator[str], until: float, cookie: str
    ) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 0
        self.paths, self.until = paths, until
        self.cookie = f"Cookie: {cookie}\r\n" if cookie else ""
        self.took: list[float] = []
        self.errors = 0

    async def run(self) -> None:
        """Ask until the time is over."""
        try:
            reader, writer = await asyncio.open_connection(self.host, self.port)
            while time.perf_counter() < self.until:
                start = time.perf_counter()
                writer.write(
                    f"GET {next(self.paths)} HTTP/1.1\r\n"
                    f"Host: {self.host}:{self.port}\r\n{self.cookie}\r\n".encode()
                )
                await self._read(reader)
                self.took.append((time.perf_counter() - start) * 1000)
            writer.close()
        except (OSError, EOFError, ValueError):
            self.errors += 1

    async def _read(self, reader: asyncio.StreamReader) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head.split(b" ", 2)[1])
        length = head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
        await reader.readexactly(int(length))
        self.errors += status >= 400


async def _ask(url: str, seconds: float, paths: Iterator[str], cookie: str) -> Round:
    start = time.perf_counter()
    client = _Client(url, paths, start + seconds, cookie)
    await asyncio.gather(*(client.run() for _ in range(CONNECTIONS)))
    cuts = quantiles(client.took, n=20) if len(client.took) > 1 else [0.0] * 19
    took = time.perf_counter() - start
    return Round(len(client.took), took, client.errors, cuts[9], cuts[18])


def _endless(paths: Sequence[str], *, ordered: bool) -> Iterator[str]:
    while True:
        yield from paths if ordered else random.choices(paths, k=1000)


def main(url: str, seconds: str, file: str, order: str, seed: str, cookie: str) -> None:
    """Load the address as wrk would with load.lua, and print the same line."""
    random.seed(int(seed))
    paths = Path(file).read_text(encoding="utf-8").split()
    found = _endless(paths, ordered=order == "ordered")
    result = asyncio.run(_ask(url, float(seconds), found, cookie))
    print(json.dumps(result._asdict()))


if __name__ == "__main__":
    main(*sys.argv[1:])

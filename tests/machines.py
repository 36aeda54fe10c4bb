"""Real processes on a database: what tests of several machines start and stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

from views.config import ROOT

PATIENCE = 60


def until(holds):
    """Wait until it holds; give up when patience ends."""
    end = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return found


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Machine:
    """A checkout with an instance of its own on a database that others may share."""

    def __init__(self, folder, database_url):
        folder.mkdir()
        self.folder, self.port = folder, free_port()
        self.log = folder / "log"
        self.environment = os.environ | {
            "INSTANCE": str(folder),
            "DATABASE_URL": database_url,
            "PORT": str(self.port),
        }

    def start(self, *arguments):
        """Start a command in a process group of its own."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "flask", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def run(self, *arguments):
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    def get(self, address):
        """Return status and body; None while no one answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", address)
            response = connection.getresponse()
            return response.status, response.read()
        except ConnectionError:
            return None
        finally:
            connection.close()


def members(group):
    """Return the processes of a group that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, its = path.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        if int(its) == group and state != "Z":
            found.append(int(path.parent.name))
    return found


def end(server):
    """Leave no process of the group behind, whatever the test found."""
    if members(server.pid):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait(PATIENCE)

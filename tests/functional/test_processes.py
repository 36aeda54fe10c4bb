import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest

from views.config import ROOT

PATIENCE = 60
REPORT = "/api/v1/answers?step=report_child&track=minor&place=5001"
ORGANISATIONS = (
    "key,name,kind,serves\nbv-trondheim,Barnevernet i Trondheim,child_welfare,5001\n"
)


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

    def accountable(self):
        """Return who answers for a report, as this machine's web process says."""
        status, body = self.get(REPORT)
        assert status == 200
        return json.loads(body)["roles"]["A"][0]["organisation"]["key"]


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


@pytest.fixture
def serve(database_url, tmp_path):
    """Return how to serve: another machine on the same database at each call."""
    with ExitStack() as stack:

        def start():
            machine = Machine(tmp_path / f"machine-{free_port()}", database_url)
            server = machine.start("serve")
            stack.callback(end, server)
            until(lambda: machine.get("/healthz"))
            return machine, server

        yield start


def end(server):
    """Leave no process of the group behind, whatever the test found."""
    if members(server.pid):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait(PATIENCE)


def test_an_import_changes_the_answer_at_once_in_every_process(serve, tmp_path):
    (one, _), (other, _) = serve(), serve()
    file = tmp_path / "organisations.csv"
    file.write_text(ORGANISATIONS, encoding="utf-8")
    before = one.accountable(), other.accountable()

    done = one.run("import", "organisations", str(file))
    after = one.accountable(), other.accountable()

    assert done.returncode == 0, done.stderr
    assert before == ("line-child-alarm", "line-child-alarm")
    assert after == ("bv-trondheim", "bv-trondheim")


def test_imports_at_the_same_time_wait_for_each_other(database_url, tmp_path):
    machines = [Machine(tmp_path / f"machine-{n}", database_url) for n in range(4)]
    running = []
    for number, machine in enumerate(machines):
        file = machine.folder / "persons.csv"
        rows = [f"p{number}-{n},Navn {n}" for n in range(300)]
        file.write_text("\n".join(["key,name", "kari,Kari Nordmann", *rows]))
        running.append(machine.start("import", "persons", str(file)))

    results = [process.wait(PATIENCE) for process in running]

    assert results == [0, 0, 0, 0], [machine.log.read_text() for machine in machines]
    persons = machines[0].run("export", "persons").stdout.splitlines()
    assert len(persons) == 1 + 1 + 4 * 300


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_leaves_no_process(serve, signalled):
    machine, server = serve()
    running = until(lambda: len(found := members(server.pid)) >= 3 and found)

    server.send_signal(signalled)

    assert server.wait(PATIENCE) == 0
    until(lambda: not members(server.pid))
    assert server.pid in running
    assert machine.get("/healthz") is None
    assert "Traceback" not in machine.log.read_text(encoding="utf-8")


def test_ctrl_c_that_reaches_the_whole_group_leaves_no_process(serve):
    machine, server = serve()
    until(lambda: len(members(server.pid)) >= 3)

    os.killpg(server.pid, signal.SIGINT)

    assert server.wait(PATIENCE) == 0
    until(lambda: not members(server.pid))
    assert machine.get("/healthz") is None


def test_a_second_server_on_the_same_port_says_so_and_stops(serve):
    machine, _server = serve()

    second = machine.run("serve")

    assert second.returncode == 1
    assert "PORT" in second.stderr


def test_health_is_good_only_once_migrated_and_loaded(empty_database_url, tmp_path):
    machine = Machine(tmp_path / "machine", empty_database_url)
    server = machine.start("serve")
    try:
        states = [until(lambda: machine.get("/healthz"))]
        for command in (["db", "upgrade"], ["load-reference"]):
            assert machine.run(*command).returncode == 0
            states.append(machine.get("/healthz"))
    finally:
        end(server)

    assert [(status, json.loads(body)) for status, body in states] == [
        (503, {"status": "starting", "missing": ["migrations", "reference"]}),
        (503, {"status": "starting", "missing": ["reference"]}),
        (200, {"status": "ok"}),
    ]


def test_a_server_on_an_empty_database_asks_for_patience(empty_database_url, tmp_path):
    machine = Machine(tmp_path / "machine", empty_database_url)
    server = machine.start("serve")
    try:
        until(lambda: machine.get("/healthz"))
        pages = [machine.get(address)[0] for address in ("/", REPORT)]
    finally:
        end(server)

    assert pages == [503, 503]

import json
import os
import signal
from contextlib import ExitStack

import pytest

from tests.machines import PATIENCE, Machine, end, free_port, members, until

REPORT = "/api/v1/answers?step=report_child&track=minor&place=5001"
ORGANISATIONS = (
    "key,name,kind,serves\nbv-trondheim,Barnevernet i Trondheim,child_welfare,5001\n"
)


def accountable(machine):
    """Return who answers for a report, as this machine's web process says."""
    status, body = machine.get(REPORT)
    assert status == 200
    return json.loads(body)["roles"]["A"][0]["organisation"]["key"]


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


def test_an_import_changes_the_answer_at_once_in_every_process(serve, tmp_path):
    (one, _), (other, _) = serve(), serve()
    file = tmp_path / "organisations.csv"
    file.write_text(ORGANISATIONS, encoding="utf-8")
    before = accountable(one), accountable(other)

    done = one.run("import", "organisations", str(file))
    after = accountable(one), accountable(other)

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

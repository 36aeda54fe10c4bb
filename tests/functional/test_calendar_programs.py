"""Programs that people use, run on what we publish: Radicale, vdirsyncer and khal."""

import os
import subprocess
import threading
from base64 import b64encode
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import time_machine
from radicale import Application
from radicale import config as radicale_config

from coordinator import feeds, invitations, occurrences
from coordinator.calendar_objects import calendar
from models import db
from tests import meetings as there
from tests.meetings import a_meeting
from tests.unit.meetings_in_calendars import MESSAGES

BIN = Path(__file__).parent.parent.parent / ".venv" / "bin"
KHAL = """\
[calendars]
[[meetings]]
path = {folder}/vdir/feed
type = calendar
[locale]
local_timezone = {timezone}
default_timezone = {timezone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal-{number}.db
[default]
default_calendar = meetings
"""
VDIRSYNCER = """\
[general]
status_path = "{folder}/status/"
[pair meetings]
a = "here"
b = "there"
collections = null
[storage here]
type = "filesystem"
path = "{folder}/vdir/feed/"
fileext = ".ics"
[storage there]
type = "http"
url = "{url}"
"""


KARI = {"Authorization": "Basic " + b64encode(b"kari:").decode()}


class Quiet(WSGIRequestHandler):
    """Serves without telling."""

    def log_message(self, *_arguments):
        """Tell nothing."""


@contextmanager
def served(application):
    """Serve it on this machine and yield its port."""
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def run(folder, program, *arguments):
    ended = subprocess.run(
        [BIN / program, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env={
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
        },
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def radicale(tmp_path_factory):
    """Yield the port of Radicale with an empty calendar, everyone's to write."""
    wanted = radicale_config.load()
    wanted.update(
        {
            "auth": {"type": "none"},
            "storage": {"filesystem_folder": str(tmp_path_factory.mktemp("radicale"))},
            "logging": {"level": "critical"},
        },
        "tests",
        privileged=True,
    )
    with served(Application(wanted)) as port:
        yield port


def asked(port, method, path, body=b"", **headers):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body, KARI | headers)
    response = connection.getresponse()
    found = response.status, response.read()
    connection.close()
    return found


# These two say nothing of when it is: no server holds them.
HELD = [
    name
    for name, (method, _views) in MESSAGES.items()
    if method not in ("REFRESH", "DECLINECOUNTER")
]


@pytest.mark.parametrize("name", HELD)
def test_point_64_radicale_takes_every_object(radicale, name):
    """A server of calendars holds objects without METHOD, and with what they are of."""
    _method, views = MESSAGES[name]
    raw = calendar(views, method=None)
    folder = f"/kari/{HELD.index(name)}"
    assert asked(radicale, "MKCALENDAR", f"{folder}/")[0] == 201

    status, told = asked(
        radicale, "PUT", f"{folder}/one.ics", raw, **{"Content-Type": "text/calendar"}
    )

    assert status == 201, told
    assert asked(radicale, "GET", f"{folder}/one.ics")[0] == 200


@pytest.fixture
def feed(app, request):
    """Return the application and the path of a feed with a series, twice not alike."""
    with time_machine.travel("2026-11-26T12:00:00+01:00", tick=False):
        there.bring_network()
        unit = there.organizer()
        key = a_meeting(
            unit,
            network="forum",
            starts="2027-03-22T10:00",
            ends="2027-03-22T11:00",
            rrule="FREQ=WEEKLY;COUNT=4",
        )
        moved = {"starts": "2027-04-06T14:00", "ends": "2027-04-06T15:00"}
        second, third = (
            datetime.fromisoformat("2027-03-29T10:00"),
            datetime.fromisoformat("2027-04-05T10:00"),
        )
        occurrences.move(key, third, moved, unit)
        occurrences.cancel(key, second, "", unit)
        a_meeting(
            unit,
            title="Til New York",
            network="forum",
            starts="2027-03-25T09:00",
            ends="2027-03-25T10:00",
            timezone="America/New_York",
        )
        invitations.send(key, unit)
        secret = feeds.make(unit, "network", "forum")
        db.session.rollback()
        yield f"/feeds/{secret}.ics"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_point_64_vdirsyncer_and_khal_read_the_feed(app, feed, tmp_path):
    with served(app) as port:
        (tmp_path / "vdirsyncer").write_text(
            VDIRSYNCER.format(folder=tmp_path, url=f"http://127.0.0.1:{port}{feed}")
        )
        (tmp_path / "vdir" / "feed").mkdir(parents=True)
        config = "--config", tmp_path / "vdirsyncer"
        run(tmp_path, "vdirsyncer", *config, "discover")
        first = run(tmp_path, "vdirsyncer", *config, "sync")
        second = run(tmp_path, "vdirsyncer", *config, "sync")

    assert first.count("Copying (uploading) item") == 2
    assert "Copying" not in second
    assert "Deleting" not in second
    listed = {}
    for number, timezone in enumerate(("Europe/Oslo", "America/New_York")):
        (tmp_path / "khal").write_text(
            KHAL.format(folder=tmp_path, timezone=timezone, number=number)
        )
        told = run(
            tmp_path,
            "khal",
            "--config",
            tmp_path / "khal",
            "list",
            "--format",
            "{start} {title}",
            "--day-format",
            "",
            "2027-03-20",
            "40d",
        )
        listed[timezone] = sorted(filter(None, told.splitlines()))
    assert listed == {
        "Europe/Oslo": [
            "2027-03-22 10:00 Barn i Trondheim",
            "2027-03-25 14:00 Til New York",
            "2027-04-06 14:00 Barn i Trondheim",
            "2027-04-12 10:00 Barn i Trondheim",
        ],
        "America/New_York": [
            "2027-03-22 05:00 Barn i Trondheim",
            "2027-03-25 09:00 Til New York",
            "2027-04-06 08:00 Barn i Trondheim",
            "2027-04-12 04:00 Barn i Trondheim",
        ],
    }

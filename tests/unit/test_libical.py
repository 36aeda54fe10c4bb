"""Each message that is sent, as libical's table of RFC 5546 has it."""

import json
import subprocess
from pathlib import Path

from coordinator.calendar_objects import calendar
from tests.unit.meetings_in_calendars import FEED, MESSAGES, MOVED, SERIES

# libical's bindings are the system's Python's: `tests/provide-libical` brings them.
CHECKER = Path(__file__).parents[1] / "libical-complaints"


def complaints(calendars):
    texts = [raw.decode() for raw in calendars]
    ended = subprocess.run(
        [CHECKER],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout)


def test_point_02_libical_has_nothing_against_any_message():
    made = {name: calendar(views, method=method)
            for name, (method, views) in MESSAGES.items()}  # fmt: skip
    made["feed"] = calendar([SERIES, MOVED], method=None, feed=FEED)
    made["empty feed"] = calendar([], method="PUBLISH", feed=FEED)

    found = dict(zip(made, complaints(made.values()), strict=True))

    assert found == {name: [] for name in made}


def test_libical_sees_what_a_message_lacks():
    method, views = MESSAGES["invitation"]
    raw = calendar(views, method=method)
    lacking = [
        b"".join(line for line in raw.splitlines(True) if not line.startswith(start))
        for start in (b"ORGANIZER", b"DTSTAMP", b"SUMMARY")
    ]

    assert all(complaints(lacking))

"""`python -m bench.meeting queue|fill|feed …`: what meetings cost, as JSON.

`queue ROUNDS`: seconds to queue a meeting to 10,000 invitees. `fill COUNT`: write so
many meetings of a network, and print its feed's address. `feed ADDRESS COUNT ROUNDS`:
seconds until its first answer, bytes, memory, and how a 304 compares with a bare Flask
hello, both called without a server.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder

from coordinator import catalogue, feeds, invitations, meeting_values, meetings, upsert
from coordinator.access import UNIT
from models import Meeting, db, one_write
from tests.exchanging import bring_all
from tests.meetings import organizer
from views.app import create_app

INVITEES = 10_000
CALLS = 2_000
MEGABYTE = 1024  # ru_maxrss is in kB
NETWORK = {"networks": "key,name\nforum,Forum\n"}
Wsgi = Callable[..., Iterable[bytes]]


def main() -> None:
    """Print what was measured."""
    what, *given = sys.argv[1:]
    app = create_app()
    with app.app_context():
        measured: Any
        if what == "queue":
            bring_all(NETWORK)
            measured = _queued(int(given[0]))
        elif what == "fill":
            bring_all(NETWORK)
            _fill(int(given[0]))
            measured = f"/feeds/{feeds.make(organizer(), 'network', 'forum')}.ics"
        else:
            measured = _feed(app, given[0], int(given[1]), int(given[2]))
    print(json.dumps(measured))


def _queued(rounds: int) -> list[float]:
    keys = [f"org-{number:05}" for number in range(INVITEES)]
    files = {
        "organisations": "key,name,kind\n"
        + "".join(f"{key},Organisation {key},rosa\n" for key in keys),
        "contact-points": "owner,channel,value,audience\n"
        + "".join(f"{key},email,post@{key}.example,public\n" for key in keys),
        "memberships": "network,holder,role\n"
        + "".join(f"forum,{key},member\n" for key in keys),
    }
    bring_all(files)
    unit, took = organizer(), []
    for _ in range(rounds):
        cells = {
            "title": "Alle",
            "starts": "2099-12-09T10:00",
            "ends": "2099-12-09T11:00",
            "network": "forum",
        }
        wanted = meeting_values.read_meeting(cells, catalogue.current(UNIT))
        db.session.rollback()
        key = meetings.create(wanted, unit)
        start = time.perf_counter()
        posts = invitations.send(key, unit)
        took.append(time.perf_counter() - start)
        if len(posts) != INVITEES:
            sys.exit(f"{len(posts)} invitations were queued")
    return took


@one_write
def _fill(count: int) -> None:
    first = datetime.now(UTC).replace(tzinfo=None, hour=10, minute=0, microsecond=0)
    rows = []
    for number in range(count):
        starts = first + timedelta(days=number % 500, minutes=15 * (number % 20))
        rows.append(
            {
                "key": f"m-{number:05}",
                "uid": f"{number:032x}",
                "network": "forum",
                "title": f"Samordning {number}; bolig, helse og økonomi",
                "starts": starts.replace(second=0),
                "ends": starts.replace(second=0) + timedelta(hours=1),
                "last_day": starts.date(),
                "location": "Møterom 3, Storgata 1, Trondheim",
                "audience": "network",
                "first_sent_at": datetime.now(UTC),
                "revised_at": datetime.now(UTC),
            }
        )
    upsert.write(db.session.connection(), "bench", Meeting.__table__, rows)


def _feed(app: Flask, address: str, count: int, rounds: int) -> dict[str, Any]:
    # A process that has answered before: the feed is cold, not the application.
    _called(app.wsgi_app, "/healthz")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    status, headers, body = _called(app.wsgi_app, address)
    cold = time.perf_counter() - start
    grew = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    found = body.count(b"BEGIN:VEVENT")
    if not status.startswith("200") or found != count:
        sys.exit(f"{status}: {found} events")
    tag = headers["ETag"]
    hello = _hello()
    shares = []
    for _ in range(rounds):
        _many(app.wsgi_app, address, tag)  # warm
        ours = _many(app.wsgi_app, address, tag)
        theirs = _many(hello.wsgi_app, "/hello", "")
        shares.append(theirs / ours)
    return {"cold": cold, "bytes": len(body), "grew": grew / MEGABYTE, "304": shares}


def _hello() -> Flask:
    app = Flask("hello")

    @app.get("/hello")
    def hello() -> dict[str, str]:
        return {"hello": "world"}

    return app


def _many(call: Wsgi, address: str, tag: str) -> float:
    start = time.perf_counter()
    for _ in range(CALLS):
        status, _headers, _body = _called(call, address, tag)
        if status[:3] != ("304" if tag else "200"):
            sys.exit(f"answered {status}")
    return time.perf_counter() - start


_ENVIRONS: dict[str, dict[str, Any]] = {}


def _called(
    call: Wsgi, address: str, tag: str = ""
) -> tuple[str, dict[str, str], bytes]:
    if address not in _ENVIRONS:
        made = EnvironBuilder(path=address, base_url="http://localhost:8000/")
        _ENVIRONS[address] = made.get_environ()
    environ = dict(_ENVIRONS[address], **{"wsgi.input": BytesIO()})
    if tag:
        environ["HTTP_IF_NONE_MATCH"] = tag
    answer: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        answer.update(status=status, headers=dict(headers))

    parts = call(environ, start_response)
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return answer["status"], answer["headers"], body


if __name__ == "__main__":
    main()

"""`python -m bench.replying ROUNDS`: seconds to take in 1,000 replies, as JSON.

Each round is a meeting with so many invitees, who all answer by mail: read from a
Maildir, understood, applied, one write each, and put away.
"""

import json
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

from coordinator import catalogue, guests, invitations, meeting_values, meetings
from coordinator.access import UNIT
from models import db
from tests.exchanging import bring_all
from tests.meetings import organizer
from tests.replying import SHAPES, Reply
from views import mailbox, reply_tokens
from views.app import create_app

REPLIES, AN_ITEM = 1_000, 200
KEYS = [f"org-{number:04}" for number in range(REPLIES)]
ANSWERS = ("ACCEPTED", "DECLINED", "TENTATIVE")
FILES = {
    "organisations": "key,name,kind\n"
    + "".join(f"{key},Organisation {key},rosa\n" for key in KEYS),
    "contact-points": "owner,channel,value,audience\n"
    + "".join(f"{key},email,post@{key}.example,public\n" for key in KEYS),
}


def main() -> None:
    """Print the seconds of each round."""
    took = []
    with create_app().app_context():
        bring_all(FILES)
        unit = organizer()
        for _ in range(int(sys.argv[1])):
            mails = _replies(_meeting(unit))
            with tempfile.TemporaryDirectory() as folder:
                maildir = _laid(Path(folder), mails)
                start = time.perf_counter()
                found = mailbox.take_in(mailbox.Maildir(maildir))
                took.append(time.perf_counter() - start)
            if found != {"applied": REPLIES}:
                sys.exit(f"not all replies were applied: {dict(found)}")
    print(json.dumps(took))


def _meeting(unit: object) -> str:
    """Make a meeting that every organisation is asked to, and send it."""
    items = [
        {"title": f"Sak {first}", "organisations": KEYS[first : first + AN_ITEM]}
        for first in range(0, REPLIES, AN_ITEM)
    ]
    cells = {
        "title": "Alle",
        "starts": "2099-12-09T10:00",
        "ends": "2099-12-09T11:00",
        "agenda": items,
    }
    wanted = meeting_values.read_meeting(cells, catalogue.current(UNIT))
    db.session.rollback()
    key = meetings.create(wanted, unit)  # type: ignore[arg-type]
    invitations.send(key, unit)  # type: ignore[arg-type]
    return key


def _replies(key: str) -> list[bytes]:
    found = guests.of(key)
    meeting = found.profile.meeting
    db.session.rollback()
    asked = [one for one in found.guests if one.invitation and one.sent]
    shapes, answers = cycle(SHAPES.values()), cycle(ANSWERS)
    return [
        shape(
            Reply(
                meeting.uid,
                one.sent.address,
                reply_tokens.address(one.invitation),
                meeting.starts,
                answer=answer,
            )
        )
        for one, shape, answer in zip(asked, shapes, answers, strict=False)
        if one.sent and one.invitation
    ]


def _laid(folder: Path, mails: list[bytes]) -> Path:
    for part in ("new", "cur"):
        (folder / part).mkdir()
    for number, raw in enumerate(mails):
        (folder / "new" / f"{number:06}").write_bytes(raw)
    return folder


if __name__ == "__main__":
    main()

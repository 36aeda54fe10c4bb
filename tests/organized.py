"""Meetings of the network that tests of pages share, and one with a known key."""

from datetime import UTC, date, datetime, timedelta

from coordinator import catalogue, meeting_values, meetings
from coordinator.access import UNIT, select_to_write
from coordinator.accounts import Account
from models import AgendaItem, Meeting, User, begin_write, db

CELLS = {
    "title": "Barn i Trondheim",
    "starts": "2026-12-09T10:00",
    "ends": "2026-12-09T11:30",
}
ITEM = {
    "title": "Hvem snakker med barnet?",
    "minutes": "20",
    "steps": "talk_child",
    "place": "5001",
    "track": "minor",
}


def account_of(email):
    """Return the account of a user, as her session has it."""
    columns = User.key, User.email, User.role, User.organisation, User.language
    found = db.session.execute(select_to_write(*columns).where(User.email == email))
    key, address, role, organisation, language = found.one()
    now = datetime.now(UTC)
    return Account(key, address, role, organisation, language, "", now)


def a_meeting(account, *items, **changed):
    """Make a meeting with these agenda items and return its key."""
    cells = CELLS | changed | {"agenda": list(items)}
    wanted = meeting_values.read_meeting(cells, catalogue.current(UNIT))
    db.session.rollback()
    return meetings.create(wanted, account)


def a_series(key="samordning", item="sak"):
    """Write a series of that key, with an item of its own and one in the backlog."""
    begin_write()
    starts = datetime(2026, 12, 9, 10)
    db.session.add(
        Meeting(
            key=key,
            title="Samordning i Nordland",
            starts=starts,
            ends=starts + timedelta(minutes=90),
            rrule="FREQ=MONTHLY;BYDAY=2WE;COUNT=4",
            last_day=date(2027, 3, 10),
            network="forum-nordland",
            location="Møterom 3",
            steps=("report_child",),
            audience="network",
            organizer="demo",
        )
    )
    db.session.flush()
    item_of = {"steps": ("report_child",), "clarifications": (), "organisations": ()}
    of_meeting = {"meeting": key, "order": 1, "place": "1804", "track": "minor"}
    for one, title, more in (
        (item, "Hvem tar imot meldinger etter 15.30?", of_meeting),
        ("venter", "Tolk på telefon om natta", {}),
    ):
        db.session.add(AgendaItem(key=one, title=title, minutes=20, **item_of, **more))
    db.session.commit()
    return key

"""Meetings for tests, made by the rules themselves, by who organizes."""

from datetime import UTC, datetime

from coordinator import catalogue, meeting_values, meetings
from coordinator.access import UNIT, select_to_write
from coordinator.accounts import Account
from models import User, db

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

"""Scenarios: what-ifs that the unit saved, to be opened again and shared."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

from coordinator.access import Viewer, select_to_write, select_visible
from coordinator.accounts import Account
from coordinator.editing import NotAllowed
from coordinator.errors import NotFound, Refused
from coordinator.suggestions import has_unseen_signs, holds_identity_number
from models import Scenario, db, one_write

LONGEST_TITLE = 200
# Each is worked out on a network of its own; so many at once say nothing any more.
MOST_WITHOUT = 20


class BadScenario(Refused):
    """It cannot be saved so: a field, and a code that says why.

    required, too_long, too_many, control_character or identity_number.
    """

    def __init__(self, field: str, code: str) -> None:
        super().__init__(field, code)
        self.field, self.code = field, code


class Saved(NamedTuple):
    """A scenario: what it is called, what it takes out, and since when."""

    key: str
    title: str
    without: tuple[str, ...]
    made_at: datetime


def listed(viewer: Viewer) -> list[Saved]:
    """Return the saved scenarios that the viewer may see, the newest first."""
    table = Scenario.__table__.c
    columns = (table[name] for name in Saved._fields)
    statement = select_visible(*columns, viewer=viewer)
    ordered = statement.order_by(table.made_at.desc(), table.key)
    rows = (Saved(*row) for row in db.session.execute(ordered))
    return [row._replace(without=tuple(map(_read, row.without))) for row in rows]


@one_write
def save(title: str, without: Sequence[str], account: Account) -> str:
    """Save a what-if under a title, and return its key.

    Raise NotAllowed for anyone but the unit, and BadScenario; then nothing is saved.
    """
    if account.role != "unit":
        raise NotAllowed
    title = title.strip()
    if code := _wrong_with(title):
        raise BadScenario("title", code)
    kept = tuple(dict.fromkeys(without))
    if not kept:
        raise BadScenario("without", "required")
    if len(kept) > MOST_WITHOUT:
        raise BadScenario("without", "too_many")
    key = uuid4().hex
    db.session.add(
        Scenario(
            key=key,
            title=title,
            without=tuple(map(_packed, kept)),
            made_at=datetime.now(UTC),
            made_by=account.key,
            audience="unit",
        )
    )
    return key


# A bar parts the keys of a list, and the parts of a membership's own key; a comma is in
# neither.
def _packed(key: str) -> str:
    return key.replace("|", ",")


def _read(packed: str) -> str:
    return packed.replace(",", "|")


def _wrong_with(title: str) -> str:
    if not title:
        return "required"
    if len(title) > LONGEST_TITLE:
        return "too_long"
    if has_unseen_signs(title) or "\n" in title:
        return "control_character"
    return "identity_number" if holds_identity_number(title) else ""


@one_write
def remove(key: str, account: Account) -> None:
    """Remove a scenario for everyone; raise NotAllowed, and NotFound for none."""
    if account.role != "unit":
        raise NotAllowed
    statement = select_to_write(Scenario).where(Scenario.key == key)
    found = db.session.scalars(statement).first()
    if found is None:
        raise NotFound("scenario", key)
    db.session.delete(found)

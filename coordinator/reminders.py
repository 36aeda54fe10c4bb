"""Reminders: every Monday the unit is told by mail what is new in the network.

What is told is of the week before, whenever it is written: nobody gets it twice, and a
worker that was down on Monday makes it late, no more. Mail is no safe channel: of
protected organisations it holds how many findings there are, and nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

from coordinator import outbox, state
from coordinator.access import READER, UNIT, select_visible
from coordinator.opening import OSLO
from graphs.findings import Finding
from models import Entry, Message, Network, User, db, one_write

WEEKLY = "weekly"
AT = time(7)
WEEK = timedelta(days=7)
EXAMPLES = 5
BATCH = 100


class Week(NamedTuple):
    """A week, the day after its last, and the moment from which it is told of."""

    first: date
    until: date
    due_at: datetime


def last_week(now: datetime) -> Week:
    """Return the newest week that is due to be told of: on Monday at seven, in Oslo.

    >>> week = last_week(datetime(2026, 11, 23, 6, 59, tzinfo=OSLO))
    >>> str(week.first), str(week.until)
    ('2026-11-09', '2026-11-16')
    """
    # By the clock on the wall, also in the weeks when summer time comes or goes.
    wall = now.astimezone(OSLO).replace(tzinfo=None) - timedelta(hours=AT.hour)
    monday = wall.date() - timedelta(days=wall.weekday())
    return Week(monday - WEEK, monday, datetime.combine(monday, AT, OSLO))


def remind(now: datetime | None = None) -> int:
    """Write what is due of the weekly mails; return how many were written.

    Once a week to each user of the unit, whoever runs it and however often; nothing
    where nothing is new.
    """
    week = last_week(now or datetime.now(OSLO))
    told: dict[str, Any] = {}
    if _waiting(week) and state.has_new(week.first, week.until):
        new = state.new_since(week.first, state.kept_answers(), week.until)
        rows = [_row(code, findings) for code, findings in new.items()]
        told = {"from": week.first.isoformat(), "rows": rows}
    db.session.rollback()
    return _write(told, week) if told.get("rows") else 0


def _waiting(week: Week) -> Sequence[Any]:
    """Return the users of the unit who have not had their mail of that week."""
    user, message = User.__table__.c, Message.__table__.c
    had = select_visible(message.user, viewer=UNIT).where(
        message.kind == WEEKLY,
        message.written_at >= week.due_at,
        message.user.is_not(None),
    )
    statement = select_visible(user.key, user.email, user.language, viewer=UNIT)
    statement = statement.where(
        user.role == "unit",
        user.disabled_at.is_(None),
        user.created_at < week.due_at,
        user.key.not_in(had),
    )
    return list(db.session.execute(statement.order_by(user.key)))


@one_write
def _write(told: Mapping[str, Any], week: Week) -> int:
    # Asked again: writers wait for each other, so another worker's mails are seen here.
    users = _waiting(week)
    for user in users:
        outbox.write(WEEKLY, user.email, told, language=user.language, user=user.key)
    return len(users)


def _row(code: str, findings: Sequence[Finding]) -> dict[str, Any]:
    examples = list(islice(_open(findings), EXAMPLES))
    return {
        "row": code,
        "count": len(findings),
        "examples": [state.as_told(one) for one in examples],
    }


def _open(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings that name nobody but those whom the whole network may see."""
    for start in range(0, len(findings), BATCH):
        some = findings[start : start + BATCH]
        entries = _seen(Entry.__table__, (key for one in some for key in _named(one)))
        forums = _seen(Network.__table__, (key for one in some for key in one.networks))
        for one in some:
            if entries.issuperset(_named(one)) and forums.issuperset(one.networks):
                yield one


def _named(finding: Finding) -> set[str]:
    holder = finding.holder or ""
    return {
        *finding.organisations,
        *finding.posts,
        *finding.persons,
        *((holder,) if holder and not holder.startswith("kind:") else ()),
    }


def _seen(table: Any, keys: Iterable[str]) -> set[str]:
    statement = select_visible(table.c.key, viewer=READER)
    return set(db.session.scalars(statement.where(table.c.key.in_(sorted(set(keys))))))


def still_open(told: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Return those of a mail's examples that may still be told when it leaves."""
    return list(_open([state.from_told(one) for one in told]))

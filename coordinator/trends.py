"""Trends: how many weak spots, and how fresh the contacts, month by month until today.

What was found is what the worker noted day by day. How fresh the contacts were is read
back from the changes of each. Neither knows anything of the time before it began.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func

from coordinator import freshness, state
from coordinator.access import UNIT, select_visible
from coordinator.history import end_of, moment_after
from coordinator.state import ROWS, State
from models import Change, ContactPoint, db

PERIODS = (6, 12, 24)
USUAL_PERIOD = 12
URGENT = "urgent"
FRESHNESS = ("confirmed", "overdue", "unconfirmed")
# Further back than so many changes of contacts nothing is read.
MOST_READ_BACK = 50_000

Values = tuple[int | None, ...]


@dataclass(frozen=True)
class Trend:
    """Values of several series on the same days, the last of them today.

    None where nothing was measured yet. `first_known` is the first day with a value.
    """

    days: tuple[date, ...]
    series: Mapping[str, Values]

    @property
    def first_known(self) -> date | None:
        """The first day that has a value; None where no day has."""
        known = (
            day
            for number, day in enumerate(self.days)
            if any(values[number] is not None for values in self.series.values())
        )
        return next(known, None)

    @property
    def is_measured(self) -> bool:
        """Whether there is more to show than today."""
        return self.first_known not in (None, self.days[-1])


def of_findings(found: State, months: int) -> Trend:
    """Return the open findings of each row of the state, and the urgent ones in all."""
    before = state.month_ends(found.on, months)
    today = Counter({row.code: row.count for row in found.rows})
    counts = [*state.counts_at(before), today]
    codes = [*(kind.code for kind in ROWS), state.ACCEPTED]
    urgent = [kind.code for kind in ROWS if kind.severity == URGENT]
    series: dict[str, Values] = {
        URGENT: tuple(
            None if one is None else sum(one.get(code, 0) for code in urgent)
            for one in counts
        )
    }
    for code in codes:
        series[code] = tuple(
            None if one is None else one.get(code, 0) for one in counts
        )
    return Trend((*before, found.on), series)


def of_freshness(on: date, months: int) -> Trend:
    """Return how many contact points were confirmed, overdue and not confirmed.

    As they were registered at the end of each day: what was corrected later is not
    known then. None before the first change that is kept, and where there were none.
    """
    before = state.month_ends(on, months)
    counts = [_fresh(points, day) for day, points in _points_at(before)]
    counts.append(_fresh(_points_now(), on))
    series = {
        code: tuple(one[code] if one else None for one in counts) for code in FRESHNESS
    }
    return Trend((*before, on), series)


Points = dict[str, date | None]


def _points_now() -> Points:
    table = ContactPoint.__table__.c
    statement = select_visible(table.key, table.confirmed_on, viewer=UNIT)
    return {row.key: row.confirmed_on for row in db.session.execute(statement)}


def _points_at(days: Sequence[date]) -> list[tuple[date, Points | None]]:
    """Return when each contact was confirmed, as known at the end of each day.

    Read backwards from now, change by change; None where that does not reach.
    """
    change = Change.__table__.c
    first = db.session.scalars(select_visible(func.min(change.at), viewer=UNIT)).one()
    statement = select_visible(
        change.at, change.key, change.before, change.after, viewer=UNIT
    ).where(change.kind == ContactPoint.__tablename__, change.seq > end_of(days[0]))
    newest = statement.order_by(change.seq.desc()).limit(MOST_READ_BACK + 1)
    rows = list(db.session.execute(newest))
    reached = rows.pop().at if len(rows) > MOST_READ_BACK else first
    points, number, found = _points_now(), 0, list[tuple[date, Points | None]]()
    for day in reversed(days):
        moment = moment_after(day)
        while number < len(rows) and rows[number].at >= moment:
            _take_back(rows[number], points)
            number += 1
        is_known = reached is not None and reached < moment
        found.append((day, dict(points) if is_known else None))
    return found[::-1]


def _take_back(row: Any, points: Points) -> None:
    if row.before is None:
        points.pop(row.key, None)
    elif row.after is None or (row.key in points and "confirmed_on" in row.before):
        kept = row.before.get("confirmed_on")
        points[row.key] = date.fromisoformat(kept) if kept else None


def _fresh(points: Points | None, on: date) -> dict[str, int] | None:
    """Return how many contacts are how fresh that day; None where there are none.

    >>> day = date(2026, 11, 26)
    >>> _fresh({"a": day, "b": None, "c": date(2025, 1, 1)}, day)
    {'confirmed': 1, 'overdue': 1, 'unconfirmed': 1}
    """
    if not points:
        return None
    found = dict.fromkeys(FRESHNESS, 0)
    for confirmed in points.values():
        if confirmed is None:
            found["unconfirmed"] += 1
        elif freshness.is_stale(confirmed, on):
            found["overdue"] += 1
        else:
            found["confirmed"] += 1
    return found


def shares(counts: Sequence[int]) -> tuple[int, ...]:
    """Return the whole percents of the counts, so rounded that they sum to 100.

    >>> shares([1, 1, 1])
    (34, 33, 33)
    """
    total = sum(counts)
    if not total:
        return (0,) * len(counts)
    found = [100 * count // total for count in counts]
    by_rest = sorted(
        range(len(counts)), key=lambda at: (-(100 * counts[at] % total), at)
    )
    for at in by_rest[: 100 - sum(found)]:
        found[at] += 1
    return tuple(found)

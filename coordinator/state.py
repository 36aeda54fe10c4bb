"""The state of the network: every weak spot counted, row by row, and how it goes.

A small network is worked out when it is asked for. A large one is worked out by the
worker; pages read what it kept last, and say of when that is.
"""

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    true,
    update,
)

from coordinator import changes, questions
from coordinator.access import UNIT, Viewer, select_to_write, select_visible
from coordinator.questions import Asked
from graphs.findings import Finding
from models import Analysis, Sighting, db, one_write

SEVERITIES = ("urgent", "follow_up", "information")
# Up to so many rows of the directory, a question is worked out when it is asked.
LIVE_UP_TO = 25_000
MONTHS_SHOWN = 6
# So many findings of a row are kept with the state, to be told as examples.
EXAMPLES = 2


class RowKind(NamedTuple):
    """A row of the state: which findings it counts, and how grave they are.

    `reasons` narrow the question's findings; None takes all of them. Where `by_holder`,
    all that is laid to one holder counts once: a kind that nobody serves is one thing
    to mend, in however many places it is missing.
    """

    code: str
    severity: str
    question: str
    reasons: frozenset[str] | None = None
    by_holder: bool = False

    def counts(self, finding: Finding) -> bool:
        """Return whether the finding belongs in this row."""
        return self.reasons is None or finding.reason in self.reasons


OLD = frozenset({"contact_old", "responsibility_old", "source_overdue"})
ENDING = frozenset(
    {
        "responsibility_expired",
        "responsibility_expires",
        "membership_expired",
        "membership_expires",
        "network_expired",
        "network_expires",
        "holding_expires",
    }
)
ROWS = (
    RowKind("gaps", "urgent", "gaps"),
    RowKind("broken-handovers", "urgent", "broken-handovers"),
    RowKind("single-points", "follow_up", "single-points"),
    RowKind("overlaps", "follow_up", "overlaps"),
    RowKind("contested", "follow_up", "contested"),
    RowKind("vacant", "follow_up", "vacant"),
    RowKind("old", "follow_up", "stale", OLD),
    RowKind("ending", "follow_up", "stale", ENDING),
    RowKind("coverage", "information", "coverage", by_holder=True),
)
ACCEPTED = "accepted"
COUNTED = tuple(dict.fromkeys(row.question for row in ROWS))
# Worked out by the worker and kept: all of them, the heavy ones too.
ANALYSED = questions.QUESTIONS


@dataclass(frozen=True)
class Standing:
    """A row today: how many findings, some of them, and how many before.

    `before` is the count at the end of each of the last months, the oldest first;
    None where nothing was counted yet.
    """

    code: str
    severity: str
    count: int
    examples: tuple[Finding, ...] = ()
    before: tuple[int | None, ...] = ()

    @property
    def since_last_month(self) -> int | None:
        """How many more there are than at the end of last month; None: not known."""
        last = self.before[-1] if self.before else None
        return None if last is None else self.count - last


@dataclass(frozen=True)
class State:
    """The rows that find something, the gravest first, and when it was worked out.

    `open_before` is how many were open at the end of last month, also in rows that
    find nothing any more; None where nothing was counted yet.
    """

    on: date
    reckoned_at: datetime
    is_current: bool
    rows: tuple[Standing, ...]
    months: tuple[date, ...] = ()
    open_before: int | None = None

    @property
    def urgent(self) -> int:
        """How many findings are urgent."""
        return sum(row.count for row in self.rows if row.severity == "urgent")

    @property
    def open(self) -> int:
        """How many findings there are that nobody has accepted."""
        return sum(row.count for row in self.rows if row.code != ACCEPTED)

    @property
    def since_last_month(self) -> int | None:
        """How many more are open than at the end of last month; None: not known."""
        return None if self.open_before is None else self.open - self.open_before


@dataclass(frozen=True)
class Answered:
    """What a question found, when that was worked out, and whether it is so still."""

    asked: Asked
    reckoned_at: datetime
    is_current: bool = True


def answer(question: str, viewer: Viewer, on: date | None = None) -> Answered:
    """Return what the question finds: worked out now, or kept where that takes long.

    What is kept is of today and for the unit. Raise NotFound and NotAllowed as
    `questions.ask` does.
    """
    if viewer == UNIT and on in (None, questions.today()):
        kept = _kept(question)
        if kept is not None and not _is_small(kept):
            return _answered(question, kept)
    return Answered(questions.ask(question, viewer, on), datetime.now(UTC))


def _kept(question: str) -> Any | None:
    columns = Analysis.__table__.c
    statement = select_visible(*columns, viewer=UNIT)
    return db.session.execute(statement.where(columns.question == question)).first()


def _is_small(kept: Any) -> bool:
    return int(kept.told.get("size", 0)) <= LIVE_UP_TO


def _answered(question: str, kept: Any) -> Answered:
    findings = tuple(from_told(one) for one in kept.told["findings"])
    accepted = questions.accepted_among(findings, UNIT, kept.on)
    asked = Asked(
        question,
        kept.on,
        findings,
        kept.seq,
        kept.told["estimated"],
        kept.told["seed"],
        kept.told["sources"],
        accepted,
    )
    is_current = kept.seq == changes.counter() and kept.on == questions.today()
    return Answered(asked, kept.reckoned_at, is_current)


def of_network(viewer: Viewer = UNIT) -> State:
    """Return the state of the network today, for the unit."""
    kept = _kept("state")
    if kept is not None and not _is_small(kept):
        rows = tuple(
            Standing(
                one["code"],
                one["severity"],
                one["count"],
                tuple(from_told(example) for example in one["examples"]),
            )
            for one in kept.told["rows"]
        )
        is_current = kept.seq == changes.counter() and kept.on == questions.today()
        return _with_trend(State(kept.on, kept.reckoned_at, is_current, rows))
    found = questions.ask_each(viewer, only=COUNTED)
    now = datetime.now(UTC)
    return _with_trend(State(questions.today(), now, True, _standings(found)))


def _standings(found: Mapping[str, Asked]) -> tuple[Standing, ...]:
    rows = [
        Standing(kind.code, kind.severity, len(findings), tuple(findings[:EXAMPLES]))
        for kind in ROWS
        for findings in [rows_of(kind, found[kind.question])]
    ]
    accepted = list(accepted_of(found).values())
    rows.append(
        Standing(ACCEPTED, "information", len(accepted), tuple(accepted[:EXAMPLES]))
    )
    return tuple(row for row in rows if row.count)


def rows_of(kind: RowKind, asked: Asked) -> list[Finding]:
    """Return the open findings that a row counts, of each holder the first."""
    found = [one for one in asked.open if kind.counts(one)]
    if not kind.by_holder:
        return found
    return list({one.holder: one for one in reversed(found)}.values())[::-1]


def accepted_of(found: Mapping[str, Asked]) -> dict[str, Finding]:
    """Return, for each acceptance by its key, the first finding that it covers."""
    covered: dict[str, Finding] = {}
    for question in COUNTED:
        accepted = found[question].accepted
        for one in found[question].findings if accepted else ():
            if one.key in accepted:
                covered.setdefault(accepted[one.key].key, one)
    return covered


# How it goes


def _with_trend(state: State) -> State:
    months = month_ends(state.on)
    counts = counts_at(months)
    rows = tuple(
        Standing(
            row.code,
            row.severity,
            row.count,
            row.examples,
            tuple(
                count.get(row.code, 0) if count is not None else None
                for count in counts
            ),
        )
        for row in state.rows
    )
    last = counts[-1]
    before = None if last is None else sum(last.values()) - last.get(ACCEPTED, 0)
    return replace(state, rows=rows, months=months, open_before=before)


def month_ends(on: date, months: int = MONTHS_SHOWN) -> tuple[date, ...]:
    """Return the last days of the months before, the oldest first.

    >>> [str(day) for day in month_ends(date(2026, 3, 10))][-2:]
    ['2026-01-31', '2026-02-28']
    """
    found, day = [], on
    for _ in range(months):
        day = day.replace(day=1) - timedelta(days=1)
        found.append(day)
    return tuple(reversed(found))


def counts_at(days: Sequence[date]) -> list[dict[str, int] | None]:
    """Return the count of each row at the end of each day; None before the first."""
    seen = Sighting.__table__.c
    first = db.session.scalars(
        select_visible(func.min(seen.seen_from), viewer=UNIT)
    ).one()
    sums = [
        func.sum(
            case(
                (
                    (seen.seen_from <= day)
                    & or_(seen.seen_to.is_(None), seen.seen_to > day),
                    1,
                ),
                else_=0,
            )
        )
        for day in days
    ]
    statement = select_visible(seen.row, *sums, viewer=UNIT).group_by(seen.row)
    rows = [tuple(row) for row in db.session.execute(statement)]
    return [
        None
        if first is None or first > day
        else {row[0]: int(row[number]) for row in rows}
        for number, day in enumerate(days, start=1)
    ]


# The worker's part


def analyse() -> bool:
    """Work every question out and keep it; return whether anything was to be done.

    Nothing is, where what is kept is of today and knows of the newest change.
    """
    today, seq = questions.today(), changes.counter()
    kept = _kept("state")
    if kept is not None and (kept.seq, kept.on) == (seq, today):
        db.session.rollback()
        return False
    found = questions.ask_each(UNIT, today)
    size = questions.size(UNIT)
    db.session.rollback()
    _keep(_told(found, size), _there(found), found[COUNTED[0]].seq, today)
    return True


def _told(found: Mapping[str, Asked], size: int) -> dict[str, dict[str, Any]]:
    """Return what is kept of each question, and of the state."""
    told: dict[str, dict[str, Any]] = {
        question: {
            "size": size,
            "findings": [as_told(one) for one in asked.findings],
            "estimated": asked.estimated,
            "seed": asked.seed,
            "sources": asked.sources,
        }
        for question, asked in found.items()
    }
    told["state"] = {
        "size": size,
        "rows": [
            {
                "code": row.code,
                "severity": row.severity,
                "count": row.count,
                "examples": [as_told(one) for one in row.examples],
            }
            for row in _standings(found)
        ],
    }
    return told


def _there(found: Mapping[str, Asked]) -> set[tuple[str, str]]:
    """Return row and digest of all that is counted."""
    there = {
        (kind.code, _sighted_as(one))
        for kind in ROWS
        for one in rows_of(kind, found[kind.question])
    }
    return there | {(ACCEPTED, _digest(key)) for key in accepted_of(found)}


@one_write
def _keep(
    told: Mapping[str, Mapping[str, Any]],
    there: Set[tuple[str, str]],
    seq: int,
    today: date,
) -> None:
    """Keep what was made ready before: nobody else writes meanwhile."""
    same = {"seq": seq, "on": today, "reckoned_at": datetime.now(UTC)}
    table = Analysis.__table__
    connection = db.session.connection()
    connection.execute(delete(table).where(table.c.question.in_(list(told))))
    rows = [
        {"question": question, "told": one, **same} for question, one in told.items()
    ]
    connection.execute(insert(table), rows)
    _sight(there, today)


def kept_alone(name: str) -> tuple[int, dict[str, Any]] | None:
    """Return what `keep_alone` kept under the name, and the change it knew of."""
    found = _kept(name)
    return (found.seq, dict(found.told)) if found else None


@one_write
def keep_alone(name: str, told: Mapping[str, Any], seq: int) -> None:
    """Keep something that was worked out besides the questions, in its last place."""
    table = Analysis.__table__
    connection = db.session.connection()
    connection.execute(delete(table).where(table.c.question == name))
    now = datetime.now(UTC)
    row = {"question": name, "seq": seq, "on": questions.today(), "reckoned_at": now}
    connection.execute(insert(table), [row | {"told": told}])


def _sight(there: Set[tuple[str, str]], today: date) -> None:
    """Note which findings are there today, and which are there no longer."""
    table = Sighting.__table__
    seen = table.c
    statement = select_to_write(seen.row, seen.digest).where(seen.seen_to.is_(None))
    standing = {(row.row, row.digest) for row in db.session.execute(statement)}
    # What went and came back on the same day was there all the time.
    again = _ended_on(today) & (there - standing)
    _let_end(standing - there, None, today)
    _let_end(again, today, None)
    new = sorted(there - standing - again)
    if new:
        db.session.connection().execute(
            insert(table),
            [
                {"row": row, "digest": one, "seen_from": today, "seen_to": None}
                for row, one in new
            ],
        )


def _let_end(
    sighted: Set[tuple[str, str]], now: date | None, then: date | None
) -> None:
    """Let the sightings that end on the one day, or not yet, end on the other."""
    table = Sighting.__table__
    seen = table.c
    ends = seen.seen_to.is_(None) if now is None else seen.seen_to == now
    same = seen.row == bindparam("of_row"), seen.digest == bindparam("of_digest")
    rows = [{"of_row": row, "of_digest": one} for row, one in sorted(sighted)]
    if rows:
        statement = update(table).where(*same, ends).values(seen_to=then)
        db.session.connection().execute(statement, rows)


def _ended_on(day: date) -> set[tuple[str, str]]:
    seen = Sighting.__table__.c
    statement = select_to_write(seen.row, seen.digest).where(seen.seen_to == day)
    return {(row.row, row.digest) for row in db.session.execute(statement)}


def digest(finding: Finding) -> str:
    """Return what an address knows the finding by: this one, and no other."""
    return _digest(finding.key)


def _sighted_as(finding: Finding) -> str:
    """Return what a sighting knows the finding by: one of coverage by its holder."""
    if finding.question == "coverage":
        finding = finding._replace(step=None, place=None, track=None)
    return _digest(finding.key)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def kept_answers() -> dict[str, Asked]:
    """Return what the worker found last, by question; nothing before it did."""
    found = {question: _kept(question) for question in COUNTED}
    return {
        question: _answered(question, one).asked
        for question, one in found.items()
        if one
    }


def has_new(first: date, until: date) -> bool:
    """Return whether a finding that is still there was first seen in these days."""
    seen = Sighting.__table__.c
    statement = select_visible(seen.digest, viewer=UNIT).where(_new_in(first, until))
    return db.session.execute(statement.limit(1)).first() is not None


def new_since(
    first: date, found: Mapping[str, Asked], until: date | None = None
) -> dict[str, list[Finding]]:
    """Return the open findings first seen from that day on, by row.

    `until` is a day before which they were seen.
    """
    seen = Sighting.__table__.c
    statement = select_visible(seen.row, seen.digest, viewer=UNIT)
    statement = statement.where(_new_in(first, until))
    new = {(row.row, row.digest) for row in db.session.execute(statement)}
    by_row = {
        kind.code: [
            one
            for one in rows_of(kind, found[kind.question])
            if (kind.code, _sighted_as(one)) in new
        ]
        for kind in ROWS
        if kind.question in found
    }
    return {row: findings for row, findings in by_row.items() if findings}


def _new_in(first: date, until: date | None) -> ColumnElement[bool]:
    seen = Sighting.__table__.c
    return and_(
        seen.row != ACCEPTED,
        seen.seen_to.is_(None),
        seen.seen_from >= first,
        seen.seen_from < until if until else true(),
    )


def as_told(finding: Finding) -> dict[str, Any]:
    """Return the finding as JSON keeps it, without what it does not say."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in finding._asdict().items()
        if value not in (None, ())
    }


def from_told(told: Mapping[str, Any]) -> Finding:
    """Return the finding that was kept so."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in told.items()
    }
    return Finding(**values)

"""One occurrence of a series, or this and all that follow: moved, cancelled, split."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from coordinator import meetings, recurrence, upsert
from coordinator.accounts import Account
from coordinator.editing import Invalid
from coordinator.errors import NotFound, Refused
from coordinator.meeting_values import (
    read_location,
    read_reason,
    read_times,
)
from coordinator.meetings import (
    ITEM,
    MEETING,
    OCCURRENCE,
    OccurrenceRow,
    Profile,
    iso,
    occurrence_key,
    to_change,
)
from coordinator.recurrence import Rule
from models import db, one_write


class FirstOfSeries(Refused):
    """From the first occurrence on is the whole series: change that."""


@one_write
def move(
    key: str, original: datetime, cells: Mapping[str, Any], account: Account
) -> None:
    """Let one occurrence be at another time or place; nothing is sent.

    `cells` hold `starts` and `ends`, wall times in the meeting's zone, and perhaps
    `location`. The series itself, with its SEQUENCE, stays as it is (RFC 5546
    §3.2.2.1). Raise NotFound for a time that the series does not have, Invalid.
    """
    found = to_change(key, account, None)
    starts, ends = read_times(cells, found.meeting.timezone)
    location = read_location(str(cells.get("location") or ""))
    _keep(
        found,
        original,
        {
            "starts": starts,
            "ends": ends,
            "location": location,
            "is_cancelled": False,
            "reason": "",
        },
        account,
    )


@one_write
def cancel(key: str, original: datetime, reason: str, account: Account) -> None:
    """Cancel one occurrence; the others stay. Nothing is sent."""
    found = to_change(key, account, None)
    values = {"is_cancelled": True, "reason": reason}
    _keep(found, original, values, account)


@one_write
def restore(key: str, original: datetime, account: Account) -> None:
    """Let the occurrence be as the series has it again. Nothing is sent."""
    found = to_change(key, account, None)
    length = found.meeting.ends - found.meeting.starts
    values = {
        "starts": original,
        "ends": original + length,
        "location": "",
        "is_cancelled": False,
        "reason": "",
    }
    _keep(found, original, values, account)


@one_write
def change(
    key: str,
    wanted: Sequence[tuple[datetime, Mapping[str, Any]]],
    account: Account,
) -> None:
    """Change several occurrences, by when the rule has them: all of them, or none.

    Each is cancelled where `cancelled` is true, for the `reason` it gives; moved where
    it has `starts` and `ends`; else as the series has it again. Nothing is sent. What
    is wrong is named with its place among them: `occurrences.0.starts`.
    """
    for number, (original, cells) in enumerate(wanted):
        found = to_change(key, account, None)
        try:
            values = _read(found, original, cells)
        except Invalid as invalid:
            prefix = f"occurrences.{number}."
            raise Invalid(
                [
                    replace(one, column=f"{prefix}{one.column}")
                    for one in invalid.findings
                ]
            ) from invalid
        _keep(found, original, values, account)


def _read(
    found: Profile, original: datetime, cells: Mapping[str, Any]
) -> dict[str, Any]:
    """Return how an occurrence is to be; raise Invalid."""
    meeting = found.meeting
    if cells.get("cancelled"):
        reason = read_reason(str(cells.get("reason") or ""))
        return {"is_cancelled": True, "reason": reason}
    times = original, original + (meeting.ends - meeting.starts)
    if cells.get("starts") or cells.get("ends"):
        times = read_times(cells, meeting.timezone)
    return {
        "starts": times[0],
        "ends": times[1],
        "location": read_location(str(cells.get("location") or "")),
        "is_cancelled": False,
        "reason": "",
    }


def _keep(
    found: Profile, original: datetime, values: Mapping[str, Any], account: Account
) -> None:
    """Keep what is otherwise about an occurrence, with the SEQUENCE it then has.

    One that comes or goes changes EXDATE of the series, whose SEQUENCE rises with it.
    """
    meeting = found.meeting
    if not meeting.rrule or all(
        one.original != original for one in recurrence.occurrences(found.series)
    ):
        raise NotFound("occurrence", iso(original))
    own = next((one for one in found.overrides if one.original == original), None)
    before = own or OccurrenceRow(
        occurrence_key(meeting.key, original),
        meeting.key,
        original,
        original,
        original + (meeting.ends - meeting.starts),
        "",
        is_cancelled=False,
        reason="",
        sequence=meeting.sequence,
    )
    after = before._replace(**values)
    if after == before:
        return
    comes_or_goes = after.is_cancelled != before.is_cancelled
    row = meetings.revision(meeting, is_significant=comes_or_goes)
    was_sent = meeting.first_sent_at is not None
    highest = max(row["sequence"], before.sequence + int(was_sent))
    after = after._replace(sequence=highest)
    if comes_or_goes:
        row["sequence"] = highest
    connection = db.session.connection()
    upsert.write(connection, account.key, OCCURRENCE, [after._asdict()])
    days = [meeting.last_day or meeting.ends.date(), after.ends.date()]
    row |= {"key": meeting.key, "last_day": max(days)}
    upsert.write(connection, account.key, MEETING, [row])


@one_write
def split(key: str, original: datetime, account: Account) -> str:
    """Let this occurrence and all that follow be a series of their own; return its key.

    The old series ends the day before, the new one has its own UID and names the old
    (RELATED-TO): calendars do not know "this and following" (RFC 5545 §3.2.13, RANGE,
    is read by few). Occurrences that differ, the agenda and who was added go along.
    Nothing is sent. Raise NotFound, or FirstOfSeries.
    """
    found = to_change(key, account, None)
    meeting = found.meeting
    times = [one.original for one in recurrence.occurrences(found.series)]
    if not meeting.rrule or original not in times:
        raise NotFound("occurrence", iso(original))
    if original == times[0]:
        raise FirstOfSeries
    first, rest = recurrence.split(found.series, original)
    new = f"{key.rpartition('-')[0] or key}-{uuid4().hex[:8]}"
    now = datetime.now(UTC)
    connection = db.session.connection()
    later = [one for one in found.overrides if one.original in rest.overrides]
    row = meeting._asdict() | {
        "key": new,
        "uid": str(uuid4()),
        "starts": rest.starts,
        "ends": rest.ends,
        "rrule": _text(rest.rule),
        "sequence": 0,
        "revised_at": now,
        "first_sent_at": None,
        "split_from": key,
        "answer_by": None,
    }
    upsert.write(connection, account.key, MEETING, [row])
    moved = [
        one._replace(key=occurrence_key(new, one.original), meeting=new, sequence=0)
        for one in later
    ]
    upsert.remove(connection, account.key, OCCURRENCE, [(one.key,) for one in later])
    upsert.write(connection, account.key, OCCURRENCE, [one._asdict() for one in moved])
    items = [
        one._replace(key=uuid4().hex, meeting=new)._asdict() for one in found.agenda
    ]
    if items:
        upsert.write(connection, account.key, ITEM, items)
    meetings.copy_guests(key, new, account)
    last = max(one.ends for one in recurrence.occurrences(first))
    old = meetings.revision(meeting, is_significant=True)
    old |= {"key": key, "rrule": _text(first.rule), "last_day": last.date()}
    upsert.write(connection, account.key, MEETING, [old])
    return new


def _text(rule: Rule | None) -> str:
    return rule.text() if rule else ""

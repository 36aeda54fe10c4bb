"""Meetings: made, changed and read. What is sent of them is for `invitations`."""

import re
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Select, or_

from coordinator import catalogue, recurrence, upsert
from coordinator.access import UNIT, Viewer, select_to_write, select_visible
from coordinator.accounts import Account
from coordinator.catalogue import Catalogue
from coordinator.editing import Collision, NotAllowed
from coordinator.errors import NotFound, Refused
from coordinator.meeting_values import ItemWanted, MeetingWanted
from coordinator.recurrence import Override, Rule, Series
from models import (
    AgendaItem,
    Attendance,
    Change,
    Invitation,
    Meeting,
    Occurrence,
    db,
    fold,
    one_write,
)

PAGE = 50
MEETING = Meeting.__table__
OCCURRENCE = Occurrence.__table__
ITEM = AgendaItem.__table__


class IsCancelled(Refused):
    """The meeting is cancelled: nothing more can be done with it."""


class WasSent(Refused):
    """Somebody has it in a calendar: it is cancelled, not deleted."""


class MeetingRow(NamedTuple):
    """A meeting as it is kept; see `models.Meeting`."""

    key: str
    uid: str
    network: str | None
    title: str
    starts: datetime
    ends: datetime
    timezone: str
    rrule: str
    last_day: date | None
    location: str
    link: str
    steps: tuple[str, ...]
    status: str
    reason: str
    sequence: int
    revised_at: datetime | None
    first_sent_at: datetime | None
    organizer: str
    shows_attendees: bool
    answer_by: date | None
    split_from: str | None
    audience: str | None

    @property
    def is_protected(self) -> bool:
        """Whether nothing of it but the time may leave by mail or in a feed."""
        return self.audience != "network"

    @property
    def rule(self) -> Rule | None:
        """When it comes again; None for a single meeting."""
        if not self.rrule:
            return None
        return recurrence.read(self.rrule, self.starts, self.timezone)


class OccurrenceRow(NamedTuple):
    """An occurrence that was moved or cancelled; see `models.Occurrence`."""

    key: str
    meeting: str
    original: datetime
    starts: datetime
    ends: datetime
    location: str
    is_cancelled: bool
    reason: str
    sequence: int


class ItemRow(NamedTuple):
    """An agenda item; see `models.AgendaItem`."""

    key: str
    meeting: str | None
    network: str | None
    order: int
    title: str
    minutes: int | None
    steps: tuple[str, ...]
    clarifications: tuple[str, ...]
    organisations: tuple[str, ...]
    place: str | None
    track: str | None
    owner: str | None
    carried_from: str | None


class Profile(NamedTuple):
    """A meeting with its agenda and the occurrences that are not like the others."""

    meeting: MeetingRow
    agenda: tuple[ItemRow, ...]
    overrides: tuple[OccurrenceRow, ...]

    @property
    def series(self) -> Series:
        """The meeting as a series; a single one has no rule."""
        return series_of(self.meeting, self.overrides)


def series_of(meeting: MeetingRow, overrides: Iterable[OccurrenceRow]) -> Series:
    """Return the occurrences' rule, with those that differ from it."""
    return Series(
        meeting.starts,
        meeting.ends,
        meeting.timezone,
        meeting.rule,
        {
            one.original: Override(one.starts, one.ends, one.is_cancelled)
            for one in overrides
        },
    )


# Reading


def profile(key: str, viewer: Viewer) -> Profile:
    """Return the meeting as the viewer sees it; raise NotFound where there is none."""
    columns = (MEETING.c[name] for name in MeetingRow._fields)
    statement = select_visible(*columns, viewer=viewer).where(MEETING.c.key == key)
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound("meeting", key)
    meeting = MeetingRow(*row)
    return Profile(meeting, agenda_of([key], viewer), overrides_of([key], viewer))


def uid_of(key: str) -> str:
    """Return the UID of the meeting; empty where there is none."""
    statement = select_visible(MEETING.c.uid, viewer=UNIT)
    found = db.session.scalars(statement.where(MEETING.c.key == key)).first()
    return found or ""


def names(keys: Collection[str], viewer: Viewer) -> dict[str, str]:
    """Return what these meetings are called, those that the viewer sees."""
    statement = select_visible(MEETING.c.key, MEETING.c.title, viewer=viewer)
    rows = db.session.execute(statement.where(MEETING.c.key.in_(sorted(keys))))
    return dict(map(tuple, rows))


def agenda_of(keys: Sequence[str], viewer: Viewer) -> tuple[ItemRow, ...]:
    """Return the agenda items of these meetings, in order."""
    columns = (ITEM.c[name] for name in ItemRow._fields)
    statement = select_visible(*columns, viewer=viewer).where(ITEM.c.meeting.in_(keys))
    rows = db.session.execute(statement.order_by(ITEM.c.order, ITEM.c.key))
    return tuple(ItemRow(*row) for row in rows)


def overrides_of(keys: Sequence[str], viewer: Viewer) -> tuple[OccurrenceRow, ...]:
    """Return the moved and cancelled occurrences of these meetings, by time."""
    columns = (OCCURRENCE.c[name] for name in OccurrenceRow._fields)
    statement = select_visible(*columns, viewer=viewer)
    found = statement.where(OCCURRENCE.c.meeting.in_(keys))
    rows = db.session.execute(found.order_by(OCCURRENCE.c.original, OCCURRENCE.c.key))
    return tuple(OccurrenceRow(*row) for row in rows)


def day_of(found: Profile, today: date) -> date:
    """Return the day by which responsibility is read: the next occurrence's.

    The last one's, where all have been.
    """
    last = found.meeting.starts.date()
    for one in recurrence.occurrences(found.series):
        if one.is_cancelled:
            continue
        last = one.starts.date()
        if last >= today:
            break
    return last


def listed(
    viewer: Viewer,
    *,
    first: date | None = None,
    last: date | None = None,
    query: str = "",
    network: str = "",
    keys: Sequence[str] | None = None,
) -> list[MeetingRow]:
    """Return the meetings with a day from `first` to `last`, the earliest first.

    `query` are words of the title, `keys` those to look among.
    """
    columns = (MEETING.c[name] for name in MeetingRow._fields)
    statement = select_visible(*columns, viewer=viewer)
    for word in fold(query).split():
        statement = statement.where(MEETING.c.folded.contains(word, autoescape=True))
    if network:
        statement = statement.where(MEETING.c.network == network)
    if keys is not None:
        statement = statement.where(MEETING.c.key.in_(keys))
    if first is not None:
        ends = or_(MEETING.c.last_day.is_(None), MEETING.c.last_day >= first)
        statement = statement.where(ends)
    if last is not None:
        midnight = datetime.combine(last, datetime.min.time()) + timedelta(days=1)
        statement = statement.where(MEETING.c.starts < midnight)
    rows = db.session.execute(statement.order_by(MEETING.c.starts, MEETING.c.key))
    return [MeetingRow(*row) for row in rows]


# Writing


def refuse_others(account: Account) -> None:
    """Raise NotAllowed for whoever does not organize meetings: all but the unit."""
    if account.role != "unit":
        raise NotAllowed


@one_write
def create(wanted: MeetingWanted, account: Account) -> str:
    """Make a meeting with its agenda and return its key. Nothing is sent."""
    refuse_others(account)
    key = _new_key(wanted.title)
    now = datetime.now(UTC)
    row = _row(wanted) | {
        "key": key,
        "uid": str(uuid4()),
        "organizer": account.key,
        "revised_at": now,
        "steps": _steps(wanted.agenda),
        "last_day": _last_day(wanted, ()),
    }
    upsert.write(db.session.connection(), account.key, MEETING, [row])
    _write_agenda(key, wanted.agenda, account)
    return key


@one_write
def change(
    key: str,
    wanted: MeetingWanted,
    account: Account,
    *,
    read_version: int | None = None,
    with_agenda: bool = False,
) -> list[datetime]:
    """Change a meeting, send nothing; return the occurrences that fell with its rule.

    A moved or cancelled occurrence that the new rule does not make is let go. Its
    SEQUENCE rises, once it was sent, where time, rule or town change (RFC 5546
    §2.1.4). `with_agenda` sets the agenda anew too. Raise NotFound, NotAllowed,
    IsCancelled, or Collision where someone saved it since `read_version`.
    """
    found = to_change(key, account, read_version)
    row = _row(wanted)
    moved = _is_moved(found.meeting, row)
    kept = list(found.overrides)
    lost: list[datetime] = []
    if moved:
        kept, lost = _rebase(found, wanted, account)
    row["last_day"] = _last_day(wanted, kept)
    is_other_agenda = False
    if with_agenda:
        items = tuple(_as_wanted(one) for one in found.agenda)
        is_other_agenda = items != wanted.agenda
        if is_other_agenda:
            _remove_items(found.agenda, account)
            _write_agenda(key, wanted.agenda, account)
            row["steps"] = _steps(wanted.agenda)
    differs = any(getattr(found.meeting, name) != row[name] for name in row)
    if differs or lost or is_other_agenda:
        is_significant = moved or bool(lost) or _is_elsewhere(found.meeting, row)
        row |= revision(found.meeting, is_significant=is_significant)
    _write(key, row, account)
    return lost


@one_write
def delete(key: str, account: Account) -> None:
    """Delete a meeting that nobody was sent; raise WasSent for one that somebody was.

    Its agenda goes to the backlog: what was to be talked of still is.
    """
    found = to_change(key, account, None)
    if found.meeting.first_sent_at is not None:
        raise WasSent
    connection = db.session.connection()
    _let_go(found, account)
    seats, asked = Attendance.__table__.c, Invitation.__table__.c
    times = OCCURRENCE.c
    gone: Sequence[tuple[Any, Select[Any]]] = (
        (Attendance.__table__, select_to_write(seats.key).where(seats.meeting == key)),
        (Invitation.__table__, select_to_write(asked.key).where(asked.meeting == key)),
        (OCCURRENCE, select_to_write(times.key).where(times.meeting == key)),
        (MEETING, select_to_write(MEETING.c.key).where(MEETING.c.key == key)),
    )
    for table, keys in gone:
        few = [(one,) for one in db.session.scalars(keys)]
        upsert.remove(connection, account.key, table, few)


def _let_go(found: Profile, account: Account) -> None:
    """Let the agenda wait, and nothing say any more that it comes from this meeting."""
    connection, key = db.session.connection(), found.meeting.key
    items = {
        one.key: {"key": one.key, "meeting": None, "network": found.meeting.network}
        for one in found.agenda
    }
    carried = select_to_write(ITEM.c.key).where(ITEM.c.carried_from == key)
    for one in db.session.scalars(carried):
        items[one] = {"key": one, **items.get(one, {}), "carried_from": None}
    upsert.write(connection, account.key, ITEM, list(items.values()))
    later = select_to_write(MEETING.c.key).where(MEETING.c.split_from == key)
    rows = [{"key": one, "split_from": None} for one in db.session.scalars(later)]
    upsert.write(connection, account.key, MEETING, rows)


def to_change(key: str, account: Account, read_version: int | None) -> Profile:
    """Return the meeting to change, in a write; raise where it may not be changed."""
    refuse_others(account)
    found = profile(key, UNIT)
    if found.meeting.status == "cancelled":
        raise IsCancelled
    if read_version is not None and version(key) != read_version:
        raise Collision({}, {}, version(key), _newest_editor(key))
    return found


def version(key: str) -> int:
    """Return the number of the newest change of the meeting itself; else 0."""
    change_of = Change.__table__.c
    newest = select_to_write(change_of.seq).where(
        change_of.kind == MEETING.name, change_of.key == key
    )
    return (
        db.session.scalars(newest.order_by(change_of.seq.desc()).limit(1)).first() or 0
    )


def _newest_editor(key: str) -> str:
    change_of = Change.__table__.c
    newest = select_to_write(change_of.who).where(
        change_of.kind == MEETING.name, change_of.key == key
    )
    found = db.session.scalars(newest.order_by(change_of.seq.desc()).limit(1)).first()
    return found or ""


def revision(meeting: MeetingRow, *, is_significant: bool) -> dict[str, Any]:
    """Return what a change of a meeting sets: when, and its next SEQUENCE.

    Before anyone was sent it there is nothing to be newer than: it stays 0.
    """
    rises = is_significant and meeting.first_sent_at is not None
    return {
        "revised_at": datetime.now(UTC),
        "sequence": meeting.sequence + int(rises),
    }


def _write(key: str, row: Mapping[str, Any], account: Account) -> None:
    one = {"key": key, **row}
    upsert.write(db.session.connection(), account.key, MEETING, [one])


def _new_key(title: str) -> str:
    """Return a key that tells what the meeting is about, and is nobody else's."""
    stem = re.sub(r"[^\w]+", "-", fold(title)).strip("-_")[:40].strip("-_")
    return f"{stem or 'mote'}-{secrets.token_hex(4)}"


def _row(wanted: MeetingWanted) -> dict[str, Any]:
    return {
        "network": wanted.network,
        "title": wanted.title,
        "starts": wanted.starts,
        "ends": wanted.ends,
        "timezone": wanted.timezone,
        "rrule": wanted.rule.text() if wanted.rule else "",
        "location": wanted.location,
        "link": wanted.link,
        "audience": wanted.audience,
        "shows_attendees": wanted.shows_attendees,
        "answer_by": wanted.answer_by,
    }


def _last_day(wanted: MeetingWanted, overrides: Iterable[OccurrenceRow]) -> date:
    series = Series(wanted.starts, wanted.ends, wanted.timezone, wanted.rule, {})
    days = [one.ends.date() for one in recurrence.occurrences(series)]
    days += [one.ends.date() for one in overrides if not one.is_cancelled]
    return max(days, default=wanted.ends.date())


def _is_moved(meeting: MeetingRow, row: Mapping[str, Any]) -> bool:
    return any(
        getattr(meeting, name) != row[name]
        for name in ("starts", "ends", "timezone", "rrule")
    )


def _is_elsewhere(meeting: MeetingRow, row: Mapping[str, Any]) -> bool:
    """Return whether it is in another town, which may keep somebody from coming."""
    return towns(meeting.location) != towns(row["location"])


def towns(location: str) -> frozenset[str]:
    """Return the codes of the municipalities that a location names.

    The room and the street are small changes; another town is not.
    """
    return _towns_in(location, catalogue.current(UNIT))


@lru_cache(maxsize=1024)
def _towns_in(location: str, known: Catalogue) -> frozenset[str]:
    text = f" {_words(location)} "
    names = _names_of_towns(known)
    return frozenset(code for name, code in names if f" {name} " in text)


@lru_cache(maxsize=2)
def _names_of_towns(known: Catalogue) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_words(name), place.code)
        for place in known.places.values()
        if place.kind == "municipality"
        for name in (place.name, *place.other_names)
    )


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def _rebase(
    found: Profile, wanted: MeetingWanted, account: Account
) -> tuple[list[OccurrenceRow], list[datetime]]:
    """Let go of overrides that the new rule does not make; return the rest and those.

    Where only the hour changed, an override keeps its day: it is of the occurrence
    that day, at the new hour.
    """
    by_day = {
        one.original.date(): one.original
        for one in recurrence.occurrences(
            Series(wanted.starts, wanted.ends, wanted.timezone, wanted.rule, {})
        )
    }
    kept: list[OccurrenceRow] = []
    lost: list[datetime] = []
    for one in found.overrides:
        again = by_day.get(one.original.date()) if wanted.rule else None
        if again is None:
            lost.append(one.original)
        elif again == one.original:
            kept.append(one)
        elif one.is_cancelled:
            length = wanted.ends - wanted.starts
            kept.append(
                one._replace(
                    key=occurrence_key(one.meeting, again),
                    original=again,
                    starts=again,
                    ends=again + length,
                )
            )
        else:
            lost.append(one.original)
    connection = db.session.connection()
    gone = {one.key for one in found.overrides} - {one.key for one in kept}
    upsert.remove(connection, account.key, OCCURRENCE, [(one,) for one in sorted(gone)])
    upsert.write(connection, account.key, OCCURRENCE, [one._asdict() for one in kept])
    return kept, lost


def iso(moment: datetime) -> str:
    """Return a wall time as it is kept in JSON: `2026-12-09T10:00`."""
    return moment.isoformat(timespec="minutes")


def occurrence_key(meeting: str, original: datetime) -> str:
    """Return the key of an occurrence: its meeting, and when the rule has it."""
    return f"{meeting}|{iso(original)}"


def copy_guests(key: str, new: str, account: Account) -> None:
    """Let whom the organizer added to one meeting, or took off it, be so in another."""
    asked = Invitation.__table__.c
    columns = asked.holder, asked.person, asked.origin, asked.part, asked.is_removed
    statement = select_to_write(*columns).where(
        asked.meeting == key,
        asked.only.is_(None),
        asked.holder.is_not(None),
        or_(asked.origin == "added", asked.is_removed, asked.part.is_not(None)),
    )
    rows = [
        {**row._mapping, "key": uuid4().hex, "meeting": new}
        for row in db.session.execute(statement)
    ]
    if rows:
        connection = db.session.connection()
        upsert.write(connection, account.key, Invitation.__table__, rows)


# The agenda, whole


def _steps(agenda: Iterable[ItemWanted]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step for item in agenda for step in item.steps))


def _as_wanted(item: ItemRow) -> ItemWanted:
    return ItemWanted(
        item.title,
        item.minutes,
        item.steps,
        item.clarifications,
        item.organisations,
        item.place,
        item.track,
        item.owner,
    )


def _write_agenda(key: str, agenda: Iterable[ItemWanted], account: Account) -> None:
    rows = [
        item_row(item) | {"key": uuid4().hex, "meeting": key, "order": order}
        for order, item in enumerate(agenda, start=1)
    ]
    if rows:
        upsert.write(db.session.connection(), account.key, ITEM, rows)


def item_row(item: ItemWanted) -> dict[str, Any]:
    """Return the columns of an item that its owner decides."""
    return {
        "title": item.title,
        "minutes": item.minutes,
        "steps": item.steps,
        "clarifications": item.clarifications,
        "organisations": item.organisations,
        "place": item.place,
        "track": item.track,
        "owner": item.owner,
    }


def _remove_items(agenda: Iterable[ItemRow], account: Account) -> None:
    keys = [(one.key,) for one in agenda]
    upsert.remove(db.session.connection(), account.key, ITEM, keys)

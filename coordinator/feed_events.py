"""What a feed holds: which meetings, and their bytes, the same until something changes.

A feed's address may end up anywhere: it tells when, what and where, never who is asked,
what is on the agenda, or how to join; and of a protected meeting only when.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_

from coordinator import calendar_objects, meetings
from coordinator.access import (
    UNIT,
    Viewer,
    entries_below,
    own_entries,
    select_visible,
)
from coordinator.calendar_objects import EventView, FeedHead
from coordinator.feeds import OWN, Read
from coordinator.guests import AT_ONCE, INVITATION, SENT
from coordinator.meetings import MEETING, MeetingRow, OccurrenceRow, Profile
from coordinator.opening import OSLO
from models import db

BACK = timedelta(days=30)
AHEAD = timedelta(days=550)
ALARM = 15
KEPT_EVENTS = 30_000
# What was read from a file was never revised here.
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Voice(NamedTuple):
    """How meetings are told of: by which words, as whose, and where the rest stands.

    `protected` is what a meeting is called whose name stays here. `pages` is the
    address that pages of meetings begin with.
    """

    protected: str
    organizer: str
    organizer_name: str
    pages: str


class Event(NamedTuple):
    """A meeting's bytes with the zones that they name, by their years."""

    told: bytes
    spans: tuple[tuple[str, int, int], ...]


class _Key(NamedTuple):
    """All that a meeting's bytes are made of; `only` are the occurrences told of."""

    meeting: MeetingRow
    overrides: tuple[OccurrenceRow, ...]
    only: tuple[datetime, ...]
    related_to: str
    voice: Voice
    has_alarm: bool = False
    has_link: bool = False


# The occurrences of a meeting that someone is asked to; None is the whole of it.
Asked = dict[str, set[datetime | None]]


def calendar(read: Read, name: str, description: str, voice: Voice) -> bytes:
    """Return the feed as it is today."""
    found, asked = _meetings(read, datetime.now(OSLO).date())
    has_alarm = read.feed.scope == "mine"
    head = FeedHead(
        name,
        description,
        max((one.revised_at or _LONG_AGO for one in found), default=None),
        voice.pages,
    )
    keys = _keys(found, asked, read.viewer, voice)
    return _joined([one._replace(has_alarm=has_alarm) for one in keys], head)


def single(found: Profile, viewer: Viewer, voice: Voice) -> bytes:
    """Return one meeting as its reader may see it, with how to join an open one."""
    keys = _keys([found.meeting], {}, viewer, voice)
    return _joined([one._replace(has_link=True) for one in keys], None)


def _joined(keys: Iterable[_Key], head: FeedHead | None) -> bytes:
    events = list(map(_event, keys))
    return calendar_objects.joined(
        calendar_objects.head_bytes(None, head),
        calendar_objects.zone_bytes(span for one in events for span in one.spans),
        (one.told for one in events),
    )


# Which meetings


def _meetings(read: Read, today: date) -> tuple[list[MeetingRow], Asked]:
    """Return the meetings of the feed, the earliest first, and what is asked of her."""
    feed, viewer = read.feed, read.viewer
    columns = [MEETING.c[name] for name in MeetingRow._fields]
    statement = select_visible(*columns, viewer=viewer).where(_is_near(today))
    if feed.scope == "network":
        return _rows(statement.where(MEETING.c.network == feed.subject)), {}
    asked: Asked = {}
    found: dict[str, MeetingRow] = {}
    if feed.scope in OWN:
        _ask(asked, _asked_at(read.account.email))
        if viewer.own is not None:
            _ask(asked, _asked_as(own_entries(viewer), viewer))
        for one in _rows(statement.where(MEETING.c.organizer == read.account.key)):
            found[one.key] = one
            asked[one.key] = {None}
    else:
        _ask(asked, _asked_as(entries_below(feed.subject), viewer))
    keys = sorted(asked.keys() - found.keys())
    for start in range(0, len(keys), AT_ONCE):
        part = MEETING.c.key.in_(keys[start : start + AT_ONCE])
        found |= {one.key: one for one in _rows(statement.where(part))}
    was_sent = [one for one in found.values() if one.first_sent_at is not None]
    return sorted(was_sent, key=lambda one: (one.starts, one.key)), asked


def _is_near(today: date) -> ColumnElement[bool]:
    """A meeting of the window; a cancelled one for as long as that is told."""
    first = today - BACK
    since = datetime.combine(first, time(), UTC)
    until = datetime.combine(today + AHEAD, time())
    return and_(
        or_(MEETING.c.last_day.is_(None), MEETING.c.last_day >= first),
        MEETING.c.starts < until,
        or_(MEETING.c.status != "cancelled", MEETING.c.revised_at >= since),
    )


def _rows(statement: Select[Any]) -> list[MeetingRow]:
    ordered = statement.order_by(MEETING.c.starts, MEETING.c.key)
    return [MeetingRow(*row) for row in db.session.execute(ordered)]


def _ask(asked: Asked, statement: Select[Any]) -> None:
    for meeting, only in db.session.execute(statement):
        asked.setdefault(meeting, set()).add(only)


def _was_taken_back() -> ColumnElement[bool]:
    """The invitation was, though the meeting stands or stood longer than it."""
    earlier = SENT.c.sequence < MEETING.c.sequence
    return and_(SENT.c.is_cancelled, or_(MEETING.c.status != "cancelled", earlier))


def _asked_at(email: str) -> Select[Any]:
    """Select what is sent to this address, whoever it was sent as."""
    columns = INVITATION.c.meeting, INVITATION.c.only
    tables = SENT.c.address, MEETING.c.status
    statement = select_visible(*columns, *tables, viewer=UNIT).where(
        MEETING.c.key == INVITATION.c.meeting,
        SENT.c.invitation == INVITATION.c.key,
        SENT.c.told.is_not(None),
        func.lower(SENT.c.address) == email,
        not_(_was_taken_back()),
    )
    return statement.with_only_columns(*columns)


def _asked_as(entries: Select[Any], viewer: Viewer) -> Select[Any]:
    """Select what one of these entries is asked to, where the viewer sees that."""
    back = select_visible(SENT.c.invitation, MEETING.c.status, viewer=UNIT).where(
        SENT.c.invitation == INVITATION.c.key,
        MEETING.c.key == INVITATION.c.meeting,
        _was_taken_back(),
    )
    columns = INVITATION.c.meeting, INVITATION.c.only
    return select_visible(*columns, viewer=viewer).where(
        INVITATION.c.holder.in_(entries),
        INVITATION.c.is_removed.is_(False),
        not_(back.with_only_columns(SENT.c.invitation).correlate(INVITATION).exists()),
    )


def _keys(
    found: Sequence[MeetingRow], asked: Asked, viewer: Viewer, voice: Voice
) -> Iterator[_Key]:
    """Yield what each meeting's bytes are made of."""
    overrides: dict[str, list[OccurrenceRow]] = {}
    series = [one.key for one in found if one.rrule]
    for start in range(0, len(series), AT_ONCE):
        part = series[start : start + AT_ONCE]
        for row in meetings.overrides_of(part, viewer):
            overrides.setdefault(row.meeting, []).append(row)
    uids = _uids({one.split_from for one in found if one.split_from})
    for one in found:
        only = asked.get(one.key, {None})
        yield _Key(
            one,
            tuple(overrides.get(one.key, ())),
            () if None in only else tuple(sorted(filter(None, only))),
            uids.get(one.split_from or "", ""),
            voice,
        )


def _uids(keys: Collection[str]) -> dict[str, str]:
    statement = select_visible(MEETING.c.key, MEETING.c.uid, viewer=UNIT)
    found: dict[str, str] = {}
    if keys:
        rows = db.session.execute(statement.where(MEETING.c.key.in_(sorted(keys))))
        found |= {row.key: row.uid for row in rows}
    return found


# Their bytes


@lru_cache(maxsize=KEPT_EVENTS)
def _event(key: _Key) -> Event:
    """Return the bytes, made once: all that they are made of is in the key."""
    views = list(_views(key))
    spans = (calendar_objects.zone_span(view) for view in views)
    return Event(
        b"".join(map(calendar_objects.event_bytes, views)), tuple(filter(None, spans))
    )


def _views(key: _Key) -> Iterator[EventView]:
    """Yield the series, or the meeting, and each occurrence that is held otherwise."""
    meeting, voice = key.meeting, key.voice
    is_open = not meeting.is_protected
    revised = meeting.revised_at or _LONG_AGO
    whole = EventView(
        uid=meeting.uid,
        stamp=revised,
        starts=meeting.starts,
        ends=meeting.ends,
        timezone=meeting.timezone,
        summary=meeting.title if is_open else voice.protected,
        sequence=meeting.sequence,
        location=meeting.location if is_open else "",
        link=meeting.link if is_open and key.has_link else "",
        url=f"{voice.pages}/{quote(meeting.key)}",
        organizer=voice.organizer,
        organizer_name=voice.organizer_name,
        status="cancelled" if meeting.status == "cancelled" else "confirmed",
        revised=revised,
        alarms=(ALARM,) if key.has_alarm else (),
        related_to=key.related_to,
    )
    if not meeting.rrule:
        yield whole
        return
    off = tuple(one.original for one in key.overrides if one.is_cancelled)
    moved = {one.original: one for one in key.overrides if not one.is_cancelled}
    if not key.only:
        yield replace(whole, rule=meeting.rule, exdates=off)
    told = key.only or sorted(moved)
    for original in (one for one in told if one not in off):
        yield _occurrence(whole, original, moved.get(original), is_open=is_open)


def _occurrence(
    whole: EventView, original: datetime, own: OccurrenceRow | None, *, is_open: bool
) -> EventView:
    if own is None:
        ends = original + (whole.ends - whole.starts)
        return replace(whole, starts=original, ends=ends, recurrence_id=original)
    location = (own.location if is_open else "") or whole.location
    return replace(
        whole,
        starts=own.starts,
        ends=own.ends,
        sequence=own.sequence,
        location=location,
        recurrence_id=original,
    )

"""Lists of meetings: day by day, month by month, and those that are mine."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from flask import Response, render_template, request, url_for
from flask_babel import format_date
from flask_login import current_user

from coordinator import meetings, networks, own_meetings, presence, recurrence
from coordinator.access import UNIT
from coordinator.guests import InvitationRow
from coordinator.meetings import MeetingRow, OccurrenceRow
from coordinator.opening import OSLO
from coordinator.recurrence import Occurrence
from views import asked, kept
from views.asked import BadParameter
from views.filters import weekday
from views.forms import MOST_OFFERED, today
from views.meetings import elsewhere, times, words
from views.meetings.blueprint import bp
from views.viewing import viewer

PAGE = 50
VIEWS = ("month",)
WEEK = timedelta(days=7)
# A list that tells of more than the next years would expand series for nothing.
HORIZON = timedelta(days=3 * 366)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2000, 2100


class Met(NamedTuple):
    """One time that a meeting is, in Oslo's clock."""

    meeting: MeetingRow
    occurrence: Occurrence
    starts: datetime
    ends: datetime
    location: str
    reason: str

    @property
    def is_cancelled(self) -> bool:
        """Whether this time, or the whole meeting, is cancelled."""
        return self.occurrence.is_cancelled or self.meeting.status == "cancelled"


@bp.get("")
def index() -> Response | str:
    """List meetings by day, or show a month; the address holds what narrows them."""
    if request.args.get("mine"):
        return _render_list().decode()  # another's are not to be kept for me
    is_month = asked.choice("view", VIEWS) == "month"
    return kept.page(_render_month if is_month else _render_list)


def _narrowed() -> dict[str, str]:
    return asked.given("q", "network", "mine")


def _mine() -> list[InvitationRow] | None:
    if not asked.choice("mine", ("1",)):
        return None
    return own_meetings.asked_of(current_user.account)


def _organized() -> set[str]:
    return own_meetings.organized_by(current_user.account)


def _render_list() -> bytes:
    state, skip = asked.choice("state", words.LISTED), asked.count("skip")
    mine, now = _mine(), datetime.now(OSLO)
    found = _listed(state, mine, now)
    shown = found[skip : skip + PAGE]
    by_meeting: dict[str, list[InvitationRow]] = {}
    for one in mine or ():
        by_meeting.setdefault(one.meeting, []).append(one)
    names = _names(one.meeting for one in shown)
    given = asked.given("q", "network", "state", "mine")
    return render_template(
        "meetings/index.html",
        view="",
        days=[
            (day, weekday(day), [_said(one, names, by_meeting) for one in few])
            for day, few in groupby(shown, key=lambda one: one.starts.date())
        ],
        today=now.date(),
        first=skip + 1,
        last=skip + len(shown),
        total=len(found),
        state=state,
        previous=_page(given, max(0, skip - PAGE)) if skip else "",
        next=_page(given, skip + PAGE) if len(found) > skip + PAGE else "",
        is_narrowed=bool(given.keys() & {"q", "network"}),
        **_around(is_mine=mine is not None),
    ).encode()


def _page(given: dict[str, str], skip: int) -> str:
    return url_for("meetings.index", **given, skip=skip or None)  # type: ignore[arg-type]


def _listed(
    state: str, mine: Sequence[InvitationRow] | None, now: datetime
) -> list[Met]:
    """Return each time of the meetings asked for: coming by time, past newest first."""
    day = now.date()
    if state == "past":
        found = _met(day - HORIZON, day, mine)
        past = [one for one in found if one.ends <= now and not one.is_cancelled]
        return past[::-1]
    found = _met(day, day + HORIZON, mine)
    coming = [one for one in found if one.ends > now]
    if state == "cancelled":
        return [one for one in coming if one.is_cancelled]
    return [one for one in coming if one.meeting.status != "cancelled"]


def _met(first: date, last: date, mine: Sequence[InvitationRow] | None) -> list[Met]:
    """Return every time between the two days, inclusive, by when it starts."""
    organized = set() if mine is None else _organized()
    keys = None if mine is None else sorted({one.meeting for one in mine} | organized)
    # A day more at each end: meetings lie in zones of their own.
    rows = meetings.listed(
        viewer(),
        first=first - timedelta(days=1),
        last=last + timedelta(days=1),
        query=asked.text("q"),
        network=asked.text("network"),
        keys=keys,
    )
    overrides: dict[str, list[OccurrenceRow]] = {}
    series = [one.key for one in rows if one.rrule]
    for start in range(0, len(series), PAGE):
        for own in meetings.overrides_of(series[start : start + PAGE], viewer()):
            overrides.setdefault(own.meeting, []).append(own)
    found = [
        one
        for row in rows
        for one in _times(row, overrides.get(row.key, ()), first, last)
        if mine is None or row.key in organized or _is_asked(one, mine)
    ]
    return sorted(found, key=lambda one: (one.starts, one.meeting.key))


def _times(
    row: MeetingRow, overrides: Collection[OccurrenceRow], first: date, last: date
) -> Iterable[Met]:
    after = datetime.combine(first, datetime.min.time()) - timedelta(days=1)
    before = datetime.combine(last, datetime.min.time()) + timedelta(days=2)
    own = {one.original: one for one in overrides}
    series = meetings.series_of(row, overrides)
    for one in recurrence.occurrences(series, after, before):
        starts, ends = one.starts_at.astimezone(OSLO), one.ends_at.astimezone(OSLO)
        if ends.date() < first or starts.date() > last:
            continue
        other = own.get(one.original)
        location = (other and other.location) or row.location
        reason = (other and other.reason) or row.reason
        yield Met(row, one, starts, ends, location, reason)


def _is_asked(met: Met, mine: Sequence[InvitationRow]) -> bool:
    return any(
        one.meeting == met.meeting.key and one.only in (None, met.occurrence.original)
        for one in mine
    )


def _names(rows: Iterable[MeetingRow]) -> dict[str, str]:
    keys = {one.network for one in rows if one.network}
    return networks.names(keys, viewer()) if keys else {}


def _said(
    met: Met, names: dict[str, str], mine: dict[str, list[InvitationRow]]
) -> dict[str, Any]:
    row = met.meeting
    own = next(
        (
            one
            for one in mine.get(row.key, ())
            if one.only in (None, met.occurrence.original)
        ),
        None,
    )
    is_elsewhere = row.timezone != times.USUAL_ZONE
    return {
        "key": row.key,
        "title": row.title,
        "hours": _hours(met),
        "zone": times.zone(met.occurrence.starts, row.timezone) if is_elsewhere else "",
        "network": names.get(row.network or "", ""),
        "location": met.location,
        "is_cancelled": met.is_cancelled,
        "reason": met.reason,
        "is_moved": met.occurrence.starts != met.occurrence.original
        and not met.is_cancelled,
        "is_series": bool(row.rrule),
        "is_draft": row.first_sent_at is None and viewer() == UNIT,
        "is_protected": row.is_protected,
        "answer": _answer(own),
    }


def _answer(own: InvitationRow | None) -> dict[str, str] | None:
    if own is None:
        return None
    state = presence.OF_ANSWERS[own.answer]
    said, icon = words.STATES[state]
    href = elsewhere.answer(own.key)
    return {"state": state, "said": str(said), "icon": icon, "href": href}


def _hours(met: Met) -> str:
    starts, ends = met.starts.replace(tzinfo=None), met.ends.replace(tzinfo=None)
    if starts.date() == ends.date():
        return times.hours(starts, ends)
    return times.in_sentence(starts, ends)


# The month


def _render_month() -> bytes:
    first, mine = _month(), None
    following = (first.replace(day=28) + timedelta(days=7)).replace(day=1)
    previous = (first - timedelta(days=1)).replace(day=1)
    begins = first - timedelta(days=first.weekday())
    ends = following + timedelta(days=(7 - following.weekday()) % 7)
    found = _met(begins, ends - timedelta(days=1), mine)
    names = _names(one.meeting for one in found)
    by_day: dict[date, list[dict[str, Any]]] = {}
    for one in found:
        for day in _days(one, begins, ends):
            by_day.setdefault(day, []).append(_said(one, names, {}))
    weeks = [begins + WEEK * n for n in range((ends - begins).days // 7)]
    return render_template(
        "meetings/month.html",
        view="month",
        title=_capital(format_date(first, "MMMM y")),
        weekdays=[
            (
                format_date(begins + timedelta(days=n), "EEEE"),
                format_date(begins + timedelta(days=n), "EEE"),
            )
            for n in range(7)
        ],
        weeks=[
            (
                monday.isocalendar().week,
                [_day(monday + timedelta(days=n), first, by_day) for n in range(7)],
            )
            for monday in weeks
        ],
        has_any=any(day.month == first.month for day in by_day),
        month=f"{first:%Y-%m}",
        is_this_month=(first.year, first.month) == (today().year, today().month),
        state="",
        previous=_month_address(previous),
        next=_month_address(following),
        this_month=_month_address(None),
        previous_name=_capital(format_date(previous, "MMMM")),
        next_name=_capital(format_date(following, "MMMM")),
        is_narrowed=bool(_narrowed()),
        **_around(is_mine=False),
    ).encode()


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _month() -> date:
    text = asked.text("month")
    if not text:
        return today().replace(day=1)
    found = _MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12:
        raise BadParameter("month", "bad_month", text)
    if not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise BadParameter("month", "bad_month", text)
    return date(int(found[1]), int(found[2]), 1)


def _month_address(first: date | None) -> str:
    month = f"{first:%Y-%m}" if first else None
    return url_for("meetings.index", view="month", month=month, **_narrowed())  # type: ignore[arg-type]


def _days(met: Met, begins: date, ends: date) -> Iterable[date]:
    day = max(met.starts.date(), begins)
    # What ends at midnight is not there the day after.
    last = (met.ends - timedelta(microseconds=1)).date()
    while day <= min(last, ends - timedelta(days=1)):
        yield day
        day += timedelta(days=1)


def _day(
    day: date, first: date, by_day: dict[date, list[dict[str, Any]]]
) -> dict[str, Any]:
    return {
        "number": day.day,
        "name": weekday(day),
        "iso": day.isoformat(),
        "is_other": day.month != first.month,
        "is_today": day == today(),
        "meetings": by_day.get(day, []),
    }


def _around(*, is_mine: bool) -> dict[str, Any]:
    """Return what stands above every list: filters, other views, and what to make."""
    offered = networks.offered(viewer(), MOST_OFFERED)
    network = asked.text("network")
    if network and network not in offered:
        offered |= networks.names([network], viewer())
    return {
        "query": asked.text("q"),
        "network": network,
        "networks": list(offered.items()),
        "is_mine": is_mine,
        "states": list(words.LISTED.items()),
        "marks": words.STATES,
        "subscribe": url_for("feeds.index"),
        "may_organize": viewer() == UNIT,
        "done": words.DONE.get(asked.choice("done", words.DONE)),
    }


def of_network(key: str, most: int = 5) -> list[dict[str, Any]]:
    """Return the next meetings of a network, for its page."""
    day, now = today(), datetime.now(OSLO)
    rows = meetings.listed(viewer(), first=day, network=key)
    overrides = meetings.overrides_of([one.key for one in rows if one.rrule], viewer())
    found = [
        met
        for row in rows
        if row.status != "cancelled"
        for met in _times(
            row,
            [one for one in overrides if one.meeting == row.key],
            day,
            day + HORIZON,
        )
        if met.ends > now and not met.is_cancelled
    ]
    found.sort(key=lambda one: (one.starts, one.meeting.key))
    return [
        {"day": weekday(one.starts.date()), **_said(one, {}, {})}
        for one in found[:most]
    ]

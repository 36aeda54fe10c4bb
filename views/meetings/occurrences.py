"""The times of a series: one moved, cancelled or back, or this and all that follow."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import meeting_values, meetings, occurrences, recurrence
from coordinator.access import UNIT
from coordinator.editing import Invalid
from coordinator.errors import NotFound
from coordinator.exchange import Finding
from coordinator.meetings import IsCancelled, Profile
from coordinator.occurrences import FirstOfSeries
from coordinator.opening import OSLO
from coordinator.recurrence import Occurrence
from views import asked, when
from views.meetings import times, words
from views.meetings.blueprint import organizing
from views.meetings.fields import faults, field, moment, typed


@organizing.get("/<key>/occurrences", endpoint="occurrences")
def index(key: str) -> str | BaseResponse:
    """List the times of a series."""
    found = meetings.profile(asked.part("key"), UNIT)
    meeting, now = found.meeting, datetime.now(OSLO)
    if not meeting.rrule:
        return redirect(url_for("meetings.show", key=key), 303)
    reasons = {one.original: one.reason for one in found.overrides}
    return render_template(
        "meetings/occurrences.html",
        meeting=meeting,
        rule=when.repeats(meeting.rule) if meeting.rule else "",
        can_change=meeting.status != "cancelled",
        times=[
            {
                "at": meetings.iso(one.original),
                "when": times.when(one.starts, one.ends, meeting.timezone),
                "was": times.in_sentence(
                    one.original, one.original + (meeting.ends - meeting.starts)
                )
                if one.starts != one.original and not one.is_cancelled
                else "",
                "is_cancelled": one.is_cancelled,
                "reason": reasons.get(one.original, ""),
                "has_been": one.ends_at < now,
            }
            for one in recurrence.occurrences(found.series)
        ],
        done=words.DONE.get(asked.choice("done", words.DONE)),
    )


@organizing.get("/<key>/occurrences/<at>")
def occurrence(key: str, at: str) -> str | BaseResponse:
    """Show the forms of one time: to move it, cancel it, or part the series there."""
    found, one = _found(key, at)
    if found.meeting.status == "cancelled":
        return redirect(url_for("meetings.show", key=key), 303)
    return _page(found, one, _cells(found, one))


def _found(key: str, at: str) -> tuple[Profile, Occurrence]:
    found = meetings.profile(asked.part("key"), UNIT)
    original = _original(at)
    for one in recurrence.occurrences(found.series):
        if found.meeting.rrule and one.original == original:
            return found, one
    raise NotFound("occurrence", at[:40])


def _original(at: str) -> datetime:
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        raise NotFound("occurrence", at[:40]) from None
    if found.tzinfo:
        raise NotFound("occurrence", at[:40])
    return found


def _cells(found: Profile, one: Occurrence) -> dict[str, str]:
    own = next((o for o in found.overrides if o.original == one.original), None)
    return {
        "starts": meetings.iso(one.starts),
        "ends": meetings.iso(one.ends),
        "location": own.location if own else "",
        "reason": "",
    }


def _page(
    found: Profile,
    one: Occurrence,
    cells: Mapping[str, str],
    findings: list[Finding] | None = None,
) -> str:
    wrong = faults(findings or [])
    errors, meeting = dict(wrong), found.meeting
    first = next(iter(recurrence.occurrences(found.series)), one)
    return render_template(
        "meetings/occurrence.html",
        meeting=meeting,
        at=meetings.iso(one.original),
        when=times.when(one.starts, one.ends, meeting.timezone),
        is_moved=one.starts != one.original and not one.is_cancelled,
        is_cancelled=one.is_cancelled,
        is_first=one.original == first.original,
        moving=[
            field("starts", "moment", cells, errors, is_required=True),
            field("ends", "moment", cells, errors, is_required=True),
            field("location", "text", cells, errors),
        ],
        cancelling=[field("reason", "text", cells, errors)],
        faults=wrong,
    )


@organizing.post("/<key>/occurrences/<at>/move")
def move(key: str, at: str) -> BaseResponse:
    """Let the time be another; nothing is sent."""
    found, one = _found(key, at)
    cells = typed(request.form, ("starts", "ends", "location"))
    said: dict[str, Any] = {
        **cells,
        "starts": moment(cells["starts"]),
        "ends": moment(cells["ends"]),
    }
    try:
        # The place is read as that of a meeting is.
        said["location"] = meeting_values.read_location(cells["location"])
        occurrences.move(key, one.original, said, current_user.account)
    except Invalid as invalid:
        typed_now = {**_cells(found, one), **cells}
        return make_response(_page(found, one, typed_now, invalid.findings), 422)
    except IsCancelled:
        return redirect(url_for("meetings.show", key=key), 303)
    return redirect(url_for("organizing.occurrences", key=key, done="saved"), 303)


@organizing.post("/<key>/occurrences/<at>/cancel")
def cancel_one(key: str, at: str) -> BaseResponse:
    """Cancel the one time; nothing is sent."""
    found, one = _found(key, at)
    text = request.form.get("reason", "")
    try:
        reason = meeting_values.read_reason(text)
        occurrences.cancel(key, one.original, reason, current_user.account)
    except Invalid as invalid:
        cells = {**_cells(found, one), "reason": text[:1000]}
        return make_response(_page(found, one, cells, invalid.findings), 422)
    except IsCancelled:
        return redirect(url_for("meetings.show", key=key), 303)
    return redirect(url_for("organizing.occurrences", key=key, done="saved"), 303)


@organizing.post("/<key>/occurrences/<at>/restore")
def restore(key: str, at: str) -> BaseResponse:
    """Let the time be as the series has it again."""
    _profile, one = _found(key, at)
    try:
        occurrences.restore(key, one.original, current_user.account)
    except IsCancelled:
        return redirect(url_for("meetings.show", key=key), 303)
    return redirect(url_for("organizing.occurrences", key=key, done="saved"), 303)


@organizing.post("/<key>/occurrences/<at>/split")
def split(key: str, at: str) -> BaseResponse:
    """Let this time and all that follow be a series of their own, to be changed."""
    _profile, one = _found(key, at)
    try:
        new = occurrences.split(key, one.original, current_user.account)
    except FirstOfSeries:
        return redirect(url_for("organizing.edit", key=key), 303)
    except IsCancelled:
        return redirect(url_for("meetings.show", key=key), 303)
    return redirect(url_for("meetings.show", key=new, done="split"), 303)

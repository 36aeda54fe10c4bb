"""Meetings by program: made, changed, sent and cancelled by organizers, read by all.

Only `invite` and `cancel` send anything.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, abort, jsonify, url_for

from coordinator import catalogue, guests, invitations, meetings, occurrences
from coordinator.access import PUBLIC, UNIT, Viewer
from coordinator.editing import Invalid
from coordinator.exchange import Finding
from coordinator.guests import Guest
from coordinator.letters import Post
from coordinator.meeting_values import read_meeting, read_reason
from coordinator.meetings import ItemRow, MeetingRow, iso
from models import db
from views import asked
from views.api import bodies
from views.api.blueprint import bp
from views.api.meeting_schemas import (
    CancelWritten,
    Meeting,
    MeetingChanged,
    MeetingSent,
    MeetingWritten,
    OccurrenceWritten,
)
from views.viewing import viewer, writer

ORGANIZER = "unit"
SAME = ("title", "timezone", "network", "rrule", "location", "link", "audience")

Values = dict[str, Any]


@bp.post("/meetings")
@bp.output(Meeting, status_code=201)
@bp.doc(operation_id="create_meeting", summary="Make a meeting; nothing is sent")
def create_meeting() -> Response:
    """Make a meeting with its agenda, and say who must come."""
    account = writer(ORGANIZER)
    cells = bodies.read(MeetingWritten).model_dump(exclude_unset=True)
    key = meetings.create(read_meeting(cells, catalogue.current(UNIT)), account)
    response = jsonify(_told(key, UNIT))
    response.status_code = 201
    response.headers["Location"] = url_for("api.show_meeting", key=key)
    return response


@bp.get("/meetings/<key>")
@bp.output(Meeting)
@bp.doc(operation_id="show_meeting", summary="A meeting, and who is asked")
def show_meeting(key: str) -> Response:
    """Return the meeting as its reader may see it."""
    found = viewer()
    if found == PUBLIC:
        abort(401)
    return jsonify(_told(asked.part("key"), found))


@bp.patch("/meetings/<key>")
@bp.output(Meeting)
@bp.doc(operation_id="change_meeting", summary="Change a meeting; nothing is sent")
def change_meeting(key: str) -> Response:
    """Change what is given and keep the rest."""
    account = writer(ORGANIZER)
    key = asked.part("key")
    given = bodies.read(MeetingChanged)
    if given.occurrences is not None:
        if given.model_fields_set != {"occurrences"}:
            raise Invalid([Finding(1, "occurrences", "alone")])
        occurrences.change(key, _by_original(given.occurrences), account)
        return jsonify(_told(key, UNIT))
    was = meetings.to_change(key, account, None)
    changed = given.model_dump(exclude_unset=True)
    cells = _cells(was.meeting) | changed
    wanted = read_meeting(cells, catalogue.current(UNIT))
    meetings.change(key, wanted, account, with_agenda="agenda" in changed)
    return jsonify(_told(key, UNIT))


@bp.post("/meetings/<key>/invite")
@bp.output(MeetingSent)
@bp.doc(
    operation_id="invite_to_meeting",
    summary="Queue what differs from what each invitee last got",
)
def invite_to_meeting(key: str) -> Response:
    """Send what is new to each invitee; nothing where nothing they see differs."""
    account = writer(ORGANIZER)
    key = asked.part("key")
    return _sent(key, invitations.send(key, account))


@bp.post("/meetings/<key>/cancel")
@bp.output(MeetingSent)
@bp.doc(operation_id="cancel_meeting", summary="Cancel a meeting, and tell invitees")
def cancel_meeting(key: str) -> Response:
    """Cancel it and queue a CANCEL to all who have it."""
    account = writer(ORGANIZER)
    key = asked.part("key")
    reason = read_reason(bodies.read(CancelWritten, may_be_empty=True).reason or "")
    return _sent(key, invitations.cancel(key, reason, account))


def _by_original(
    written: Sequence[OccurrenceWritten],
) -> list[tuple[datetime, dict[str, Any]]]:
    found, findings = [], []
    for number, one in enumerate(written):
        try:
            original = datetime.fromisoformat(one.original)
        except ValueError:
            original = None
        if original is None or original.tzinfo:
            name = f"occurrences.{number}.original"
            findings.append(Finding(1, name, "bad_local_time"))
            continue
        found.append((original, one.model_dump()))
    if findings:
        raise Invalid(findings)
    return found


def _cells(meeting: MeetingRow) -> Values:
    """Return the meeting as a program would have written it."""
    return {
        **{name: getattr(meeting, name) for name in SAME},
        "starts": iso(meeting.starts),
        "ends": iso(meeting.ends),
        "shows_attendees": meeting.shows_attendees,
        "answer_by": meeting.answer_by,
    }


def _sent(key: str, posts: Sequence[Post]) -> Response:
    messages = [{"email": post.address, "what": post.what} for post in posts]
    return jsonify(_told(key, UNIT) | {"queued": len(posts), "messages": messages})


def _told(key: str, reader: Viewer) -> Values:
    """Return the meeting as this reader may see it; raise NotFound."""
    found = meetings.profile(key, reader)
    meeting = found.meeting
    everyone = guests.of(key)
    is_organizer = reader == UNIT
    seen = {one.key for one in guests.kept([key], reader)}
    invitees = [
        _invitee(one, is_organizer=is_organizer)
        for one in everyone.guests
        if not one.is_removed and (is_organizer or one.invitation in seen)
    ]
    gaps = everyone.gaps if is_organizer else ()
    values = {
        **{name: getattr(meeting, name) for name in SAME},
        "id": meeting.key,
        "uid": meeting.uid,
        "sequence": meeting.sequence,
        "status": meeting.status,
        "reason": meeting.reason,
        "starts": iso(meeting.starts),
        "ends": iso(meeting.ends),
        "shows_attendees": meeting.shows_attendees,
        "answer_by": meeting.answer_by.isoformat() if meeting.answer_by else None,
        "agenda": [_item(one) for one in found.agenda],
        "occurrences": [
            {
                "original": iso(one.original),
                "starts": iso(one.starts),
                "ends": iso(one.ends),
                "location": one.location,
                "cancelled": one.is_cancelled,
                "reason": one.reason,
                "sequence": one.sequence,
            }
            for one in found.overrides
        ],
        "invitees": invitees,
        "gaps": [
            {
                "reason": gap.reason,
                "item": gap.item,
                "step": gap.step,
                "role": gap.role,
                "holder": gap.holder or None,
                "name": gap.name,
            }
            for gap in gaps
        ],
    }
    db.session.rollback()
    return values


def _item(item: ItemRow) -> Values:
    return {
        "title": item.title,
        "minutes": item.minutes,
        "steps": list(item.steps),
        "place": item.place,
        "track": item.track,
        "clarifications": list(item.clarifications),
        "organisations": list(item.organisations),
        "owner": item.owner,
    }


def _invitee(guest: Guest, *, is_organizer: bool) -> Values:
    invitee = guest.invitee
    reasons = [
        code for reason in invitee.reasons for code in (reason.code, *reason.found)
    ]
    return {
        "holder": invitee.holder or None,
        "name": invitee.name,
        "email": invitee.email if is_organizer else "",
        # Who leads it must be there too.
        "role": "required" if invitee.part == "chair" else invitee.part,
        "reasons": list(dict.fromkeys(reasons)),
        "answer": guest.answer,
        "only": iso(guest.only) if guest.only else None,
    }

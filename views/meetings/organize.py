"""Making, changing, cancelling and deleting a meeting: the forms of who organizes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import (
    catalogue,
    guests,
    invitations,
    meeting_values,
    meetings,
    networks,
)
from coordinator.access import UNIT
from coordinator.editing import Collision, Invalid
from coordinator.exchange import Finding
from coordinator.meeting_values import MeetingWanted
from coordinator.meetings import IsCancelled, Profile, WasSent
from coordinator.rrule import Rule
from views import asked, when
from views.doers import name_of
from views.forms import MOST_OFFERED, Field, today
from views.meetings import repetition, words
from views.meetings.blueprint import organizing
from views.meetings.fields import faults, field, moment, typed, zone_names

NAMES = (
    "title",
    "network",
    "starts",
    "ends",
    "repeats",
    "until",
    "count",
    "timezone",
    "location",
    "link",
    "answer_by",
    "audience",
    "shows_attendees",
)
USUAL_LENGTH = timedelta(minutes=90)


@organizing.get("/new")
def new() -> str:
    """Ask for a new meeting; what the address names is filled in."""
    start = datetime.combine(today() + timedelta(days=14), datetime.min.time())
    start = start.replace(hour=10)
    usual = dict.fromkeys(NAMES, "") | {
        "starts": meetings.iso(start),
        "ends": meetings.iso(start + USUAL_LENGTH),
        "timezone": "Europe/Oslo",
        "audience": "network",
    }
    return _form(usual | asked.given("network"))


@organizing.post("/new")
def create() -> BaseResponse:
    """Make the meeting; nothing is sent."""
    cells = typed(request.form, NAMES)
    try:
        key = meetings.create(_read(cells, None), current_user.account)
    except Invalid as invalid:
        return make_response(_form(cells, findings=invalid.findings), 422)
    return redirect(url_for("meetings.show", key=key, done="created"), 303)


@organizing.get("/<key>/edit")
def edit(key: str) -> str | BaseResponse:
    """Show the form of the meeting."""
    found = meetings.profile(asked.part("key"), UNIT)
    if found.meeting.status == "cancelled":
        return redirect(url_for("meetings.show", key=key), 303)
    return _form(_cells(found), found=found, version=meetings.version(key))


@organizing.post("/<key>/edit")
def update(key: str) -> BaseResponse:
    """Save the meeting; nothing is sent."""
    found = meetings.profile(asked.part("key"), UNIT)
    version = asked_version()
    cells = typed(request.form, NAMES)
    now = _cells(found)
    cells |= {one: now[one] for one in request.form.getlist("saved") if one in now}
    try:
        wanted = _read(cells, found)
        lost = meetings.change(key, wanted, current_user.account, read_version=version)
    except Invalid as invalid:
        page = _form(cells, found=found, version=version, findings=invalid.findings)
        return make_response(page, 422)
    except Collision as collision:
        page = _form(cells, found=found, version=collision.version, collision=collision)
        return make_response(page, 409)
    except IsCancelled:
        return redirect(url_for("meetings.show", key=key), 303)
    done = "lost" if lost else "saved"
    return redirect(url_for("meetings.show", key=key, done=done), 303)


def asked_version() -> int:
    """Return the version of what the form was made of; 0 for what is no number."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _cells(found: Profile) -> dict[str, str]:
    meeting = found.meeting
    return {
        "title": meeting.title,
        "network": meeting.network or "",
        "starts": meetings.iso(meeting.starts),
        "ends": meetings.iso(meeting.ends),
        "timezone": meeting.timezone,
        "location": meeting.location,
        "link": meeting.link,
        "answer_by": meeting.answer_by.isoformat() if meeting.answer_by else "",
        "audience": meeting.audience if meeting.audience == "network" else "unit",
        "shows_attendees": "true" if meeting.shows_attendees else "",
        **repetition.cells_of(meeting.rule, meeting.starts),
    }


def _read(cells: Mapping[str, str], found: Profile | None) -> MeetingWanted:
    """Return the meeting that the form says; raise Invalid with all that is wrong."""
    said = {name: cells.get(name, "") for name in NAMES}
    said |= {name: moment(said[name]) for name in ("starts", "ends")}
    now: Rule | None = found.meeting.rule if found else None
    starts = _moment_of(said["starts"])
    rrule, findings = repetition.rule_of(cells, starts, now)
    known = catalogue.current(UNIT)
    try:
        wanted = meeting_values.read_meeting(said | {"rrule": rrule}, known)
    except Invalid as invalid:
        findings += [_of_field(one) for one in invalid.findings]
    else:
        if not findings:
            return wanted
    order = {name: number for number, name in enumerate(NAMES)}
    raise Invalid(sorted(findings, key=lambda one: order.get(one.column or "", 0)))


def _moment_of(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo else found


def _of_field(finding: Finding) -> Finding:
    if finding.column != "rrule":
        return finding
    column = repetition.field_of(finding)
    return Finding(finding.row, column, finding.code, finding.details)


def _form(
    cells: Mapping[str, str],
    *,
    found: Profile | None = None,
    version: int = 0,
    findings: list[Finding] | None = None,
    collision: Collision | None = None,
) -> str:
    wrong = faults(findings or [])
    saved = _cells(found) if collision and found else None
    return render_template(
        "meetings/form.html",
        meeting=found.meeting if found else None,
        fields=_fields(cells, dict(wrong), saved, found),
        faults=wrong,
        version=version,
        collision=name_of(collision.who) if collision else "",
        is_sent=bool(found and found.meeting.first_sent_at),
    )


def _fields(
    cells: Mapping[str, str],
    wrong: Mapping[str, str],
    saved: Mapping[str, str] | None,
    found: Profile | None,
) -> list[Field]:
    offered = networks.offered(UNIT, MOST_OFFERED)
    chosen = cells.get("network", "")
    if chosen and chosen not in offered and not asked.is_odd(chosen):
        offered |= networks.names([chosen], UNIT)
    repeats = [(code, str(said)) for code, said in repetition.CHOICES.items()]
    meeting = found.meeting if found else None
    if meeting and cells.get("repeats") == repetition.KEPT:
        told = when.repeats(meeting.rule) if meeting.rule else ""
        repeats.append((repetition.KEPT, told))
    audiences = [(code, str(said)) for code, said in words.AUDIENCES.items()]
    choices: dict[str, list[tuple[str, str]]] = {
        "network": [("", "–"), *offered.items()],
        "repeats": repeats,
        "audience": audiences,
    }
    show = _as_told(saved, choices)

    def one(name: str, control: str, **more: Any) -> Field:
        if name in choices:
            more["choices"] = tuple(choices[name])
        return field(name, control, cells, wrong, saved=saved, show=show, **more)

    return [
        one("title", "text", is_required=True, longest=200),
        one("network", "choice"),
        one("starts", "moment", is_required=True),
        one("ends", "moment", is_required=True),
        one("repeats", "choice", is_required=True),
        one("until", "day"),
        one("count", "number"),
        one("location", "text", longest=300),
        one("link", "text", longest=1000),
        one("answer_by", "day"),
        one("audience", "choice", is_required=True),
        one("shows_attendees", "tick"),
        one("timezone", "text", is_required=True, offered=zone_names(), longest=64),
    ]


def _as_told(
    saved: Mapping[str, str] | None, choices: Mapping[str, list[tuple[str, str]]]
) -> dict[str, str]:
    """Return what another saved as people read it: the words of what was chosen."""
    if saved is None:
        return {}
    told = {name: dict(few).get(saved[name], "") for name, few in choices.items()}
    return {**saved, **told, "starts": saved["starts"].replace("T", " ")} | {
        "ends": saved["ends"].replace("T", " ")
    }


# Cancelling and deleting


@organizing.get("/<key>/cancel")
def ask_to_cancel(key: str) -> str | BaseResponse:
    """Say who gets to know, and ask why it is cancelled."""
    found = guests.of(asked.part("key"))
    if found.profile.meeting.status == "cancelled":
        return redirect(url_for("meetings.show", key=key), 303)
    return _cancelling(key, "", [])


@organizing.post("/<key>/cancel")
def cancel(key: str) -> BaseResponse:
    """Cancel the meeting, and tell everyone who has it."""
    text = request.form.get("reason", "")
    try:
        reason = meeting_values.read_reason(text)
        invitations.cancel(key, reason, current_user.account)
    except Invalid as invalid:
        return make_response(_cancelling(key, text, invalid.findings), 422)
    except IsCancelled:
        return redirect(url_for("meetings.show", key=key), 303)
    return redirect(url_for("meetings.show", key=key, done="cancelled"), 303)


def _cancelling(key: str, text: str, findings: list[Finding]) -> str:
    found = guests.of(key)
    wrong = faults(findings)
    cells = {"reason": text}
    return render_template(
        "meetings/cancel.html",
        meeting=found.profile.meeting,
        names=[one.invitee.name for one in found.guests if one.is_asked],
        fields=[field("reason", "text", cells, dict(wrong))],
        faults=wrong,
    )


@organizing.get("/<key>/delete")
def ask_to_delete(key: str) -> str | BaseResponse:
    """Ask whether to delete a meeting that nobody was sent."""
    found = meetings.profile(asked.part("key"), UNIT)
    if found.meeting.first_sent_at or found.meeting.status == "cancelled":
        return redirect(url_for("meetings.show", key=key), 303)
    return render_template(
        "meetings/delete.html", meeting=found.meeting, items=len(found.agenda)
    )


@organizing.post("/<key>/delete")
def delete(key: str) -> BaseResponse:
    """Delete a meeting that nobody was sent; its agenda waits in the backlog."""
    try:
        meetings.delete(key, current_user.account)
    except (WasSent, IsCancelled):
        return redirect(url_for("meetings.show", key=key), 303)
    return redirect(url_for("meetings.index", done="deleted"), 303)

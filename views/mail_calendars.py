"""The calendar part of a mail: what programs read, from what the mail tells."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, cast

from flask_babel import gettext as _

from coordinator import calendar_check, calendar_objects, letters, rrule
from coordinator.calendar_objects import AttendeeView, EventView, Method
from coordinator.outbox import Delivery
from views import reply_tokens
from views.addresses import absolute
from views.language import in_address

# What a DECLINECOUNTER says of an event: it has no time of its own.
NO_TIME = datetime(2000, 1, 1)


class Frame(NamedTuple):
    """What stands around what is told: to whom, when written, by whom, and why."""

    recipient: str
    stamp: datetime
    language: str
    unit: str
    why: str


def method(delivery: Delivery) -> Method | None:
    """Return what the mail asks of a calendar; None where it has no calendar part."""
    if delivery.kind == letters.DECLINE_COUNTER:
        return "DECLINECOUNTER"
    told: Method | Literal[""] = delivery.told.get("method", "")
    return told or None


def made(told: Mapping[str, Any], method: Method, frame: Frame) -> bytes:
    """Return the iCalendar object of a mail, read again before it is given away.

    Raise calendar_check.BadCalendar, or ValueError for what cannot stand in one.
    """
    views = [_view(event, told, method, frame) for event in told["events"]]
    raw = calendar_objects.calendar(views, method=method)
    calendar_check.check(raw, views, method)
    return raw


def _view(
    event: Mapping[str, Any], told: Mapping[str, Any], method: Method, frame: Frame
) -> EventView:
    recurrence_id = event.get("recurrence_id")
    shared: dict[str, Any] = {
        "uid": event["uid"],
        "stamp": frame.stamp,
        "timezone": event.get("timezone") or told["timezone"],
        "organizer": reply_tokens.address(told["invitation"]),
        "organizer_name": frame.unit,
        "recurrence_id": datetime.fromisoformat(recurrence_id)
        if recurrence_id
        else None,
        "comment": "" if told.get("is_protected") else told.get("reason", ""),
    }
    if method == "DECLINECOUNTER":
        return EventView(starts=NO_TIME, ends=NO_TIME, summary="", **shared)
    starts = datetime.fromisoformat(event["starts"])
    link = event["link"]
    page = answer_page(told["invitation"], frame.language)
    return EventView(
        **shared,
        starts=starts,
        ends=datetime.fromisoformat(event["ends"]),
        summary=event["title"] or without_title(frame.unit),
        sequence=event["sequence"],
        description=description(told, method, link=link, page=page, why=frame.why),
        # Outlook shows neither URL nor CONFERENCE.
        location=event["location"] or link,
        link=link,
        url="" if link else page,
        attendees=_attendees(told, frame.recipient),
        status="cancelled" if event["status"] == "cancelled" else "confirmed",
        rule=rrule.read(event["rrule"], starts, shared["timezone"])
        if event["rrule"]
        else None,
        exdates=tuple(map(datetime.fromisoformat, event["excepted"])),
        revised=datetime.fromisoformat(event["revised"]).astimezone(UTC),
        related_to=event["related_to"],
        class_="private" if told["is_protected"] else "",
    )


def without_title(unit: str) -> str:
    """Return what a meeting is called whose title is not for calendars."""
    return str(_("Møte med %(unit)s", unit=unit))


def answer_page(invitation: str, language: str, **more: str) -> str:
    """Return the whole address of the page where the invitation is answered."""
    token = reply_tokens.token(invitation)
    return absolute("replies.show", token=token, **more, **in_address(language))


def description(
    told: Mapping[str, Any], method: Method, *, link: str, page: str, why: str
) -> str:
    """Return what calendars show below a meeting; never its agenda."""
    if method == "CANCEL":
        return why
    said = [
        why,
        _("Bli med på video: %(link)s", link=link) if link else "",
        _("Svar eller send en stedfortreder: %(link)s", link=page),
        _("Sted og saksliste leser du etter innlogging.")
        if told["is_protected"]
        else "",
    ]
    return "\n".join(filter(None, said))


def _attendees(told: Mapping[str, Any], recipient: str) -> tuple[AttendeeView, ...]:
    """Return the one who is invited, and the others where the list is open."""
    own = AttendeeView(
        address=recipient,
        name=told["name"],
        role=told["part"],
        answer=told["answer"],
        rsvp=told["answer"] == "needs-action",
        delegated_from=told.get("delegated_from", ""),
    )
    shown = cast("Sequence[tuple[str, str, str]]", told["attendees"])
    others = (
        AttendeeView(address=address, name=name, role=part)
        for name, address, part in shown
        if address.casefold() != recipient.casefold()
    )
    return (own, *others)

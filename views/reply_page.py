"""What the answer page shows of an invitation: what was last sent, as it was sent.

What the organizer has changed and not yet told stays unseen. Of a protected meeting
nothing but the time is shown: whoever has the link need not be signed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from coordinator import guests, letters, recurrence, rrule, zones
from coordinator.meetings import iso
from coordinator.recurrence import Occurrence, Override, Series
from coordinator.replies import GIVEN, Asked
from views import mail_calendars, when
from views.when import Span

ANSWERS = {
    "accepted": _l("Kommer"),
    "tentative": _l("Kanskje"),
    "declined": _l("Kommer ikke"),
}
# Icon of what was answered.
ICONS = {
    "accepted": "open",
    "tentative": "unknown",
    "declined": "cross",
    "delegated": "user",
}


@dataclass(frozen=True)
class Occasion:
    """One time of a series: what names it in the form, when it is, and the answer."""

    code: str
    words: str
    answer: str


@dataclass(frozen=True)
class Page:
    """An invitation as its holder reads and answers it.

    `state` is open, cancelled, taken_back or over.
    """

    state: str
    title: str
    span: Span
    is_protected: bool
    meeting: str
    name: str
    stands_in_for: str
    repeats: str
    location: str
    link: str
    answer_by: date | None
    agenda: list[tuple[str, int | None]]
    answer: str
    comment: str
    deputy: str
    occasions: list[Occasion]
    is_series: bool
    reason: str

    @property
    def said(self) -> str:
        """The answer so far, as a sentence; empty where there is none."""
        return {
            "accepted": str(_("Du har svart at du kommer.")),
            "tentative": str(_("Du har svart kanskje.")),
            "declined": str(_("Du har svart at du ikke kommer.")),
            "delegated": str(
                _("Du har sendt %(name)s i stedet for deg.", name=self.deputy)
            ),
        }.get(self.answer, "")

    @property
    def icon(self) -> str:
        """The icon of the answer."""
        return ICONS.get(self.answer, "unknown")


def series_of(told: Mapping[str, Any]) -> Series:
    """Return the meeting as it was sent; of one asked to a single time, that alone."""
    starts, ends = (datetime.fromisoformat(told[name]) for name in ("starts", "ends"))
    moved = {
        datetime.fromisoformat(original): Override(
            datetime.fromisoformat(one[0]), datetime.fromisoformat(one[1])
        )
        for original, one in told["overrides"].items()
    }
    off = {
        original: Override(original, original, is_cancelled=True)
        for original in map(datetime.fromisoformat, told["excepted"])
    }
    rule = None
    if told["only"]:
        only = datetime.fromisoformat(told["only"])
        starts, ends = only, only + (ends - starts)
    elif told["rrule"]:
        rule = rrule.read(told["rrule"], starts, told["timezone"])
    return Series(starts, ends, told["timezone"], rule, moved | off)


def of(asked: Asked, unit: str, *, now: datetime | None = None) -> Page:
    """Return what the holder of the invitation is shown."""
    told = asked.sent.told
    assert told is not None  # `replies.asked` finds none that was not sent
    now = now or datetime.now(UTC)
    meeting = asked.profile.meeting
    is_open = not meeting.is_protected
    series = series_of(told)
    reader = _reader_zone(asked)
    held = list(recurrence.occurrences(series))
    to_come = [one for one in held if not one.is_cancelled and one.ends_at > now]
    shown = next(iter([*to_come, *reversed(held)]))
    state = "open" if to_come else "over"
    if meeting.status == "cancelled" or all(one.is_cancelled for one in held):
        state = "cancelled"
    elif not asked.can_answer:
        state = "taken_back"
    title = told["title"] if is_open else ""
    has_title = title or mail_calendars.without_title(unit)
    place = told["overrides"].get(iso(shown.original), ("", "", ""))[2]
    delegator = asked.invitation.delegated_from
    return Page(
        state=state,
        title=has_title,
        span=when.read(shown.starts, shown.ends, series.timezone, reader),
        is_protected=not is_open,
        meeting=meeting.key,
        name=asked.sent.name,
        stands_in_for=_name_of(delegator) if delegator else "",
        repeats=when.repeats(series.rule) if series.rule else "",
        location=(place or told["location"]) if is_open else "",
        link=told["link"] if is_open else "",
        answer_by=meeting.answer_by,
        agenda=[(one[0], one[1]) for one in told["agenda"]] if is_open else [],
        answer=asked.invitation.answer,
        comment=asked.invitation.comment,
        deputy=asked.invitation.deputy,
        occasions=[_occasion(one, asked, reader) for one in to_come]
        if series.rule
        else [],
        is_series=series.rule is not None,
        reason=meeting.reason if is_open and state == "cancelled" else "",
    )


def _occasion(one: Occurrence, asked: Asked, reader: str) -> Occasion:
    given = asked.answers.get(one.original, "")
    span = when.read(one.starts, one.ends, one.timezone, reader)
    words = span.begins
    if given in GIVEN:
        words = f"{words} ({str(ANSWERS[given]).lower()})"
    return Occasion(iso(one.original), words, given)


def _reader_zone(asked: Asked) -> str:
    address = asked.sent.address.casefold()
    reader = letters.readers([address]).get(address)
    own = asked.profile.meeting.timezone
    return reader.timezone if reader and zones.known(reader.timezone) else own


def _name_of(invitation: str) -> str:
    sent = guests.sent_of([invitation]).get(invitation)
    return sent.name if sent else ""

"""What, when, where: the meeting itself, as the panel of its mail shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from coordinator import content_lines, rrule, zones
from coordinator.recurrence import Override, Series
from views import when
from views.when import Span


@dataclass(frozen=True)
class Fact:
    """A line of the panel: what it is, its lines, and where a link leads."""

    label: str
    lines: Sequence[str]
    more: Sequence[str] = ()
    link: str = ""
    words: str = ""


class Event:
    """The first event of what is told, as its reader's clock has it.

    `original` is when the rule has the one occurrence that is told of, else empty.
    """

    def __init__(self, events: Sequence[Mapping[str, Any]], timezone: str) -> None:
        self.told, *self.moved = events
        self.timezone: str = self.told["timezone"]
        self.reader = timezone if zones.known(timezone) else self.timezone
        self.original: str = self.told["recurrence_id"]
        self.title: str = self.told["title"]
        self.place = one_line(self.told["location"])
        self.rule = None
        if self.told["rrule"]:
            starts = datetime.fromisoformat(self.told["starts"])
            self.rule = rrule.read(self.told["rrule"], starts, self.timezone)
        self.span = self.span_of()

    def span_of(self, **old: str) -> Span:
        """Return when it is; with these values in place of its own, when it was."""
        merged = {**self.told, **old}
        return when.read(
            datetime.fromisoformat(merged["starts"]),
            datetime.fromisoformat(merged["ends"]),
            merged["timezone"],
            self.reader,
        )

    @property
    def series(self) -> Series:
        """The meeting as a series, with what differs from its rule."""
        overrides = {}
        for text in self.told["excepted"]:
            original = datetime.fromisoformat(text)
            overrides[original] = Override(original, original, is_cancelled=True)
        for one in self.moved:
            overrides[datetime.fromisoformat(one["recurrence_id"])] = Override(
                datetime.fromisoformat(one["starts"]),
                datetime.fromisoformat(one["ends"]),
            )
        starts, ends = (
            datetime.fromisoformat(self.told[name]) for name in ("starts", "ends")
        )
        return Series(starts, ends, self.timezone, self.rule, overrides)


def what_and_when(event: Event) -> list[Fact]:
    """Return the meeting's title, where it may be told, and its time."""
    found = [Fact(_("Møte"), [one_line(event.title)])] if event.title else []
    more = [event.span.there] if event.span.there else []
    found.append(Fact(_("Når"), [event.span.day, event.span.hours], more))
    return found


def series(event: Event) -> Fact:
    """Return how it repeats, and on which days."""
    assert event.rule is not None
    days = ", ".join(when.days_of(event.series, event.reader))
    more = [str(_("Dagene: %(days)s", days=days))]
    if when.hours_vary(event.series, event.reader):
        varies = _(
            "Klokkeslettet hos deg skifter noen uker, "
            "fordi sommertid begynner på ulike dager."
        )
        more.append(str(varies))
    return Fact(_("Gjentas"), [when.repeats(event.rule)], more)


def where(event: Event, rest: str) -> list[Fact]:
    """Return the place and the link; of a protected meeting where to read `rest`."""
    if rest:
        closed = _("Møtet er skjermet. Sted og saksliste leser du etter innlogging.")
        words = str(_("Logg inn og les resten"))
        return [Fact(_("Hvor"), [str(closed)], link=rest, words=words)]
    place, link = event.place, event.told["link"]
    if not place and not link:
        return []
    words = str(_("eller bli med på video") if place else _("Bli med på video"))
    return [Fact(_("Hvor"), [place] if place else [], link=link, words=words)]


def answer_by(day: date) -> Fact:
    """Return the day by which to answer."""
    words = when.long_day(day)
    return Fact(_("Svar innen"), [f"{words[:1].upper()}{words[1:]}"])


def one_line(text: str) -> str:
    """Return the text as one line without control characters."""
    return " ".join(content_lines.clean(text).split())

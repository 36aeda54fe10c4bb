"""When meetings are, in words. Wall times stay those of the meeting's own zone."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from flask_babel import gettext as _

from coordinator import zones
from coordinator.opening import OSLO
from views import when as words
from views.filters import weekday

USUAL_ZONE = "Europe/Oslo"


class When(NamedTuple):
    """When something is: its day, its hours, and its zone where that is another."""

    day: str
    hours: str
    zone: str

    def __str__(self) -> str:
        return ", ".join(filter(None, self))


def hours(starts: datetime, ends: datetime) -> str:
    """Return from when to when: "kl. 10.00–11.30"."""
    return str(_("kl. %(span)s", span=words.span(starts, ends)))


def of_day(moment: datetime) -> date:
    """Return the day in Oslo of a moment; one without a zone is in UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(OSLO).date()


def when(starts: datetime, ends: datetime, timezone: str) -> When:
    """Return when a meeting is: "Onsdag 9. desember 2026", "kl. 10.00–11.30"."""
    if starts.date() == ends.date():
        return When(weekday(starts.date()), hours(starts, ends), zone(starts, timezone))
    return When(
        str(
            _(
                "%(first)s kl. %(start)s til %(last)s kl. %(end)s",
                first=weekday(starts.date()),
                start=words.clock(starts),
                last=words.long_day(ends.date()),
                end=words.clock(ends),
            )
        ),
        "",
        zone(starts, timezone),
    )


def in_sentence(starts: datetime, ends: datetime, *, is_start: bool = False) -> str:
    """Return when a meeting is within a sentence: "onsdag 9. desember kl. 10–11".

    Or, if only that is known, when it starts.
    """
    if is_start:
        day, time = words.long_day(starts.date()), words.clock(starts)
        return str(_("%(day)s kl. %(time)s", day=day, time=time))
    first = words.long_day(starts.date())
    if starts.date() == ends.date():
        return f"{first} {hours(starts, ends)}"
    return str(
        _(
            "%(first)s kl. %(start)s til %(last)s kl. %(end)s",
            first=first,
            start=words.clock(starts),
            last=words.long_day(ends.date()),
            end=words.clock(ends),
        )
    )


Span = tuple[datetime, datetime]


def apart(was: Span, now: Span) -> tuple[str, str]:
    """Return old and new time within a sentence; of the old, only what is other."""
    same_hours = [one.time() for one in was] == [one.time() for one in now]
    in_a_day = all(first.date() == last.date() for first, last in (was, now))
    if same_hours and in_a_day:
        return words.long_day(was[0].date()), in_sentence(*now)
    return in_sentence(*was), in_sentence(*now)


def zone(starts: datetime, timezone: str) -> str:
    """Return which clock a time is of, and what it is in Oslo; empty for Oslo's own."""
    if timezone == USUAL_ZONE:
        return ""
    moment = zones.instant(starts, timezone)[0]
    here = zones.wall(moment, USUAL_ZONE)
    name, time = words.zone_name(timezone), words.clock(here)
    return str(_("%(zone)s, kl. %(time)s i Oslo", zone=name, time=time))

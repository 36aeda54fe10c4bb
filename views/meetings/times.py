"""When meetings are, in words. Wall times stay those of the meeting's own zone."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from flask_babel import format_date
from flask_babel import gettext as _

from coordinator import zones
from coordinator.opening import OSLO
from views.filters import weekday
from views.language import chosen_language

USUAL_ZONE = "Europe/Oslo"


class When(NamedTuple):
    """When something is: its day, its hours, and its zone where that is another."""

    day: str
    hours: str
    zone: str

    def __str__(self) -> str:
        return ", ".join(filter(None, self))


def clock(moment: datetime) -> str:
    """Return a wall time as it is written: 15.30, in English 15:30."""
    return f"{moment:%H:%M}" if chosen_language() == "en" else f"{moment:%H.%M}"


def hours(starts: datetime, ends: datetime) -> str:
    """Return from when to when: "kl. 10.00–11.30"."""
    span = f"{clock(starts)}–{clock(ends)}"
    return str(_("kl. %(span)s", span=span))


def day_in_sentence(value: date) -> str:
    """Return a day within a sentence: "onsdag 9. desember"."""
    style = "EEEE d MMMM" if chosen_language() == "en" else "EEEE d. MMMM"
    return str(format_date(value, style))


def short_day(value: date) -> str:
    """Return a day without its weekday and year: "9. desember"."""
    style = "d MMMM" if chosen_language() == "en" else "d. MMMM"
    return str(format_date(value, style))


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
                start=clock(starts),
                last=day_in_sentence(ends.date()),
                end=clock(ends),
            )
        ),
        "",
        zone(starts, timezone),
    )


def in_sentence(starts: datetime, ends: datetime) -> str:
    """Return when a meeting is within a sentence: "onsdag 9. desember kl. 10–11"."""
    first = day_in_sentence(starts.date())
    if starts.date() == ends.date():
        return f"{first} {hours(starts, ends)}"
    return str(
        _(
            "%(first)s kl. %(start)s til %(last)s kl. %(end)s",
            first=first,
            start=clock(starts),
            last=day_in_sentence(ends.date()),
            end=clock(ends),
        )
    )


Span = tuple[datetime, datetime]


def apart(was: Span, now: Span) -> tuple[str, str]:
    """Return old and new time within a sentence; of the old, only what is other."""
    same_hours = [one.time() for one in was] == [one.time() for one in now]
    in_a_day = all(first.date() == last.date() for first, last in (was, now))
    if same_hours and in_a_day:
        return day_in_sentence(was[0].date()), in_sentence(*now)
    return in_sentence(*was), in_sentence(*now)


def zone(starts: datetime, timezone: str) -> str:
    """Return which clock a time is of, and what it is in Oslo; empty for Oslo's own."""
    if timezone == USUAL_ZONE:
        return ""
    moment = zones.instant(starts, timezone)[0]
    here = zones.wall(moment, USUAL_ZONE)
    city = timezone.rpartition("/")[2].replace("_", " ")
    return str(_("tid i %(city)s, kl. %(time)s i Oslo", city=city, time=clock(here)))

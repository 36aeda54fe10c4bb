"""When a meeting is, as one reader reads it: in her language and her zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from coordinator import recurrence, zones
from coordinator.recurrence import Series
from coordinator.rrule import WEEKDAYS, Rule

HOME = "Europe/Oslo"
ORDINALS = {
    1: _l("den første"),
    2: _l("den andre"),
    3: _l("den tredje"),
    4: _l("den fjerde"),
    5: _l("den femte"),
    -1: _l("den siste"),
}
# A series of so many is told day by day, a longer one by its first and its last.
MOST_DAYS = 12
FIRST_DAYS = 4


@dataclass(frozen=True)
class Span:
    """From when to when: `starts` and `ends` on the reader's clock, in `zone`.

    `there` says what clocks show where the meeting is, if they show something else.
    """

    starts: datetime
    ends: datetime
    zone: str
    offset: timedelta
    there: str = ""

    @property
    def day(self) -> str:
        """The first day, as a line begins: "Onsdag 9. desember 2026"."""
        return _capital(long_day(self.starts.date(), year=True))

    @property
    def hours(self) -> str:
        """The hours with their zone: "kl. 10.00–11.30, norsk tid (UTC+1)"."""
        return f"{self._hours}, {zone_name(self.zone)} ({utc(self.offset)})"

    @property
    def _hours(self) -> str:
        if self.ends.date() == self.starts.date():
            return str(_("kl. %(span)s", span=span(self.starts, self.ends)))
        return str(
            _(
                "kl. %(start)s til %(last)s kl. %(end)s",
                start=clock(self.starts),
                last=long_day(self.ends.date()),
                end=clock(self.ends),
            )
        )

    @property
    def in_sentence(self) -> str:
        """When it is, within a sentence: "onsdag 9. desember kl. 10.00–11.30"."""
        return f"{long_day(self.starts.date())} {self._hours}"

    @property
    def begins(self) -> str:
        """When it begins, within a sentence: "onsdag 9. desember kl. 10.00"."""
        time = _("kl. %(span)s", span=clock(self.starts))
        return f"{long_day(self.starts.date())} {time}"


def read(starts: datetime, ends: datetime, timezone: str, reader: str) -> Span:
    """Return when wall times in a zone are for a reader in another."""
    first, certainty = zones.instant(starts, timezone)
    if certainty == "gap":
        # It moves on by the gap as a whole, as it does in calendars.
        held = zones.wall(first, timezone)
        starts, ends = held, held + (ends - starts)
    last = zones.instant(ends, timezone)[0]
    here, there = zones.wall(first, reader), zones.wall(first, timezone)
    found = Span(here, zones.wall(last, reader), reader, _offset(first, reader))
    if here == there:
        return found
    own = Span(there, zones.wall(last, timezone), timezone, _offset(first, timezone))
    words = _(
        "Der møtet holdes: %(when)s, %(zone)s (%(utc)s)",
        when=own.in_sentence,
        zone=zone_name(timezone),
        utc=utc(own.offset),
    )
    return Span(found.starts, found.ends, reader, found.offset, str(words))


def _offset(moment: datetime, timezone: str) -> timedelta:
    return zones.wall(moment, timezone) - moment.replace(tzinfo=None)


def clock(moment: datetime) -> str:
    """Return a wall time as it is written: 15.30, in English 15:30."""
    return f"{moment:%H:%M}" if _is_english() else f"{moment:%H.%M}"


def span(starts: datetime, ends: datetime) -> str:
    """Return the hours of one day: 10.00–11.30."""
    return f"{clock(starts)}–{clock(ends)}"


def long_day(value: date, *, year: bool = False) -> str:
    """Return a day within a sentence: "onsdag 9. desember", with its year if asked."""
    style = "EEEE d MMMM" if _is_english() else "EEEE d. MMMM"
    return str(format_date(value, f"{style} y" if year else style))


def short_day(value: date, *, year: bool = False) -> str:
    """Return a day without its weekday: "9. desember", with its year if asked."""
    style = "d MMMM" if _is_english() else "d. MMMM"
    return str(format_date(value, f"{style} y" if year else style))


def zone_name(timezone: str) -> str:
    """Return the zone as people name it: "norsk tid", "tid i New York"."""
    if timezone == HOME:
        return str(_("norsk tid"))
    if timezone == "UTC":
        return "UTC"
    city = timezone.rpartition("/")[2].replace("_", " ")
    return str(_("tid i %(city)s", city=city))


def utc(offset: timedelta) -> str:
    """Return an offset: UTC+1, UTC−5, UTC+5:45.

    >>> utc(timedelta(hours=5, minutes=45)), utc(-timedelta(hours=5)), utc(timedelta())
    ('UTC+5:45', 'UTC−5', 'UTC+0')
    """
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def listing(said: Sequence[str]) -> str:
    """Return the parts as a sentence lists them: "1, 2 og 3"."""
    if len(said) < 2:
        return "".join(said)
    return str(_("%(some)s og %(last)s", some=", ".join(said[:-1]), last=said[-1]))


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _is_english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"


# Series


def repeats(rule: Rule) -> str:
    """Return how it repeats: "Annenhver uke på onsdag, til 9. juni 2027"."""
    days = _days(rule)
    if rule.month_days:
        dates = ", ".join(f"{one}." for one in rule.month_days)
        days = str(_("den %(dates)s", dates=dates))
    return ", ".join(filter(None, (f"{_frequency(rule)} {days}".strip(), _end(rule))))


def days_of(series: Series, reader: str) -> list[str]:
    """Return the days of the series that it is met, as the reader's clock has them."""
    held = [one for one in recurrence.occurrences(series) if not one.is_cancelled]
    days = [zones.wall(one.starts_at, reader).date() for one in held]
    if len(days) > MOST_DAYS:
        years = len({day.year for day in days}) > 1
        first = [short_day(day, year=years) for day in days[:FIRST_DAYS]]
        return [*first, "…", short_day(days[-1], year=years)]
    return [short_day(day) for day in days]


def hours_vary(series: Series, reader: str) -> bool:
    """Return whether the reader's clock shows it at different hours.

    As it does where clocks change on other days than where the meeting is.
    """
    by_rule = [one for one in series.originals if one not in series.overrides]
    moments = [zones.instant(one, series.timezone)[0] for one in by_rule]
    return len({zones.wall(one, reader).time() for one in moments}) > 1


def _frequency(rule: Rule) -> str:
    many = rule.interval
    if rule.frequency == "WEEKLY" and many == 2:
        return str(_("Annenhver uke"))
    if many == 1:
        return {
            "DAILY": str(_("Hver dag")),
            "WEEKLY": str(_("Hver uke")),
            "MONTHLY": str(_("Hver måned")),
            "YEARLY": str(_("Hvert år")),
        }[rule.frequency]
    return {
        "DAILY": str(_("Hver %(number)s. dag", number=many)),
        "WEEKLY": str(_("Hver %(number)s. uke", number=many)),
        "MONTHLY": str(_("Hver %(number)s. måned", number=many)),
        "YEARLY": str(_("Hvert %(number)s. år", number=many)),
    }[rule.frequency]


def _days(rule: Rule) -> str:
    locale = get_locale()
    names = locale.days["format"]["wide"] if locale else {}
    first, *_more = (*rule.positions, 0)
    said, is_numbered = [], False
    for which, weekday in rule.days:
        name, nth = names.get(weekday, WEEKDAYS[weekday]), ORDINALS.get(which or first)
        is_numbered = is_numbered or nth is not None
        said.append(
            str(_("%(nth)s %(weekday)sen", nth=nth, weekday=name)) if nth else str(name)
        )
    if not said:
        return ""
    listed = listing(said)
    return listed if is_numbered else str(_("på %(days)s", days=listed))


def _end(rule: Rule) -> str:
    if rule.until:
        return str(_("til %(day)s", day=short_day(rule.until, year=True)))
    if rule.count:
        return str(ngettext("%(num)s gang", "%(num)s ganger", rule.count))
    return ""

"""Opening hours in words, as they stand on paper: man–fre 8–15.30, lør 10–16."""

from babel.dates import get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _

from coordinator.opening import Spans, is_weekly, on_holidays, week

WHOLE_DAY: Spans = ((0, 24 * 60),)


def in_words(hours: str) -> str:
    """Return when it is open in an ordinary week, and whether on holidays too."""
    if not hours:
        return str(_("Åpningstid ikke oppgitt"))
    if not is_weekly(hours):
        return str(_("Åpningstidene varierer"))
    days = week(hours)
    if set(days) == {WHOLE_DAY} and on_holidays(hours):
        return str(_("Hele døgnet"))
    told = [
        f"{_days(first, last)} {_times(days[first])}"
        for first, last in _alike(days)
        if days[first]
    ]
    if not told:
        return str(_("Stengt"))
    if on_holidays(hours):
        told.append(str(_("også helligdager")))
    return ", ".join(told)


def _alike(days: tuple[Spans, ...]) -> list[tuple[int, int]]:
    """Return runs of days with the same hours, by their first and last day."""
    runs: list[tuple[int, int]] = []
    for day, spans in enumerate(days):
        if runs and days[runs[-1][0]] == spans:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _days(first: int, last: int) -> str:
    names = get_day_names("abbreviated", "stand-alone", get_locale() or "nb")
    start, end = (names[day].rstrip(".") for day in (first, last))
    return start if first == last else f"{start}–{end}"


def _times(spans: Spans) -> str:
    if spans == WHOLE_DAY:
        return str(_("hele døgnet"))
    times = [f"{_time(start)}–{_time(end)}" for start, end in spans]
    *before, last = times
    return (
        str(_("%(times)s og %(last)s", times=", ".join(before), last=last))
        if before
        else last
    )


def _time(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    if str(get_locale()) == "en":
        return f"{hour}:{minute:02}"
    return f"{hour}.{minute:02}" if minute else str(hour)

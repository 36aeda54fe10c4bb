"""What has changed in a meeting, old and new, as its mail tells it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from coordinator import rrule
from views import when
from views.mail_panel import Event, one_line
from views.when import Span

TIMES = frozenset({"starts", "ends", "timezone"})


def of_meeting(event: Event, before: Mapping[str, Any], part: str) -> list[str]:
    """Return a line for each thing that differs; `part` says what one is to do now."""
    tell: dict[str, Callable[[], str]] = {
        "title": lambda: _from_to(_("Tittel"), before["title"], event.title),
        "location": lambda: _from_to(_("Sted"), before["location"], event.place),
        "link": lambda: str(_("Lenken til videomøtet er endret.")),
        "part": lambda: part,
        "agenda": lambda: str(_("Sakslisten er endret.")),
        "attendees": lambda: str(_("Listen over de inviterte er endret.")),
        "excepted": lambda: str(_("Hvilke møter som er avlyst, er endret.")),
        "overrides": lambda: str(_("Enkelte møter i rekken er endret.")),
        "rrule": lambda: _from_to(
            _("Gjentas"), _repeated(event, before), _repeated(event, {})
        ),
    }
    times = {name: before[name] for name in TIMES if name in before}
    found = [_new_time(event.span_of(**times), event.span)] if times else []
    return found + [made() for name, made in tell.items() if name in before]


def of_occurrence(event: Event, before: Mapping[str, Any]) -> list[str]:
    """Return what differs in one occurrence from what was last told of it."""
    had, original = before.get("overrides"), event.original
    if had is None:
        if event.told["starts"] == original:
            return []
        # As the rule has it; when that ends is not told here.
        was = event.span_of(starts=original, ends=original)
        return [_from_to(_("Tid"), was.begins, event.span.in_sentence)]
    starts, ends, place = had
    was = event.span_of(starts=starts, ends=ends)
    found = [] if was == event.span else [_new_time(was, event.span)]
    if place and one_line(place) != event.place:
        found.append(_from_to(_("Sted"), place, event.place))
    return found


def is_back(event: Event, before: Mapping[str, Any]) -> bool:
    """Return whether an occurrence was moved, and is at its own time again."""
    had = before.get("overrides")
    return had is not None and event.told["starts"] == event.original != had[0]


def _new_time(old: Span, new: Span) -> str:
    if old == new:
        return str(_("Tidssonen er endret."))
    return _from_to(_("Tid"), old.in_sentence, new.in_sentence)


def _from_to(label: str, old: str, new: str) -> str:
    nothing = _("ikke oppgitt")
    return f"{label}: {one_line(old) or nothing} → {one_line(new) or nothing}"


def _repeated(event: Event, before: Mapping[str, str]) -> str:
    told = {**event.told, **before}
    if not told["rrule"]:
        return str(_("bare én gang"))
    starts = datetime.fromisoformat(told["starts"])
    try:
        rule = rrule.read(told["rrule"], starts, told["timezone"])
    except rrule.BadRule:
        return ""
    return when.repeats(rule)

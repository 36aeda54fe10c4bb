"""What was done to meetings, in words: names and fields of what changes say of them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from coordinator import meeting_names, registers, rrule
from coordinator.history import Row
from coordinator.opening import OSLO
from coordinator.rrule import BadRule
from models import text_in
from views import wording
from views.cells import Words, titled
from views.filters import day
from views.viewing import viewer
from views.when import clock, repeats

USUAL_ZONE = "Europe/Oslo"

KINDS = frozenset(
    {
        "meeting",
        "occurrence",
        "agenda_item",
        "invitation",
        "occurrence_answer",
        "attendance",
    }
)
# What only calendars and programs read.
UNTOLD = frozenset(
    {
        "key",
        "uid",
        "folded",
        "sequence",
        "revised_at",
        "last_day",
        "organizer",
        "order",
        "answered_at",
    }
)
LABELS = {
    "answer": _l("Svar"),
    "answer_by": _l("Svarfrist"),
    "answered_by": _l("Svarte"),
    "attended": _l("Var med"),
    "carried_from": _l("Overført fra"),
    "clarifications": _l("Avklaringer"),
    "comment": _l("Kommentar"),
    "delegated_from": _l("Kommer i stedet for"),
    "deputy": _l("Sender en annen"),
    "ends": _l("Slutter"),
    "first_sent_at": _l("Sendt første gang"),
    "is_cancelled": _l("Avlyst"),
    "is_removed": _l("Tatt av listen"),
    "link": _l("Lenke til videomøte"),
    "location": _l("Møtested"),
    "meeting": _l("Møte"),
    "minutes": _l("Minutter"),
    "only": _l("Bare denne gangen"),
    "organisations": _l("Instanser"),
    "origin": _l("Kom på listen"),
    "original": _l("Skulle vært"),
    "owner": _l("Legger fram"),
    "part": _l("Deltar"),
    "rrule": _l("Gjentas"),
    "shows_attendees": _l("Alle ser hvem som er invitert"),
    "split_from": _l("Fortsetter"),
    "starts": _l("Begynner"),
    "steps": _l("Steg"),
    "timezone": _l("Tidssone"),
}
CODES: dict[str, Mapping[str, Any]] = {
    "answer": wording.ANSWERS,
    "answered_by": {
        "link": _l("med lenken"),
        "mail": _l("på e-post"),
        "organizer": _l("gjennom enheten"),
    },
    "audience": wording.AUDIENCES,
    "origin": {
        "derived": _l("fra sakene"),
        "added": _l("lagt til av enheten"),
        "network": _l("fra nettverket"),
        "delegate": _l("sendt av en annen"),
    },
    "part": {
        "chair": _l("leder møtet"),
        "required": _l("må være med"),
        "optional": _l("bør være med"),
        "informed": _l("får referatet"),
    },
    "status": {"confirmed": _l("Står"), "cancelled": _l("Avlyst")},
}
WALL_TIMES = frozenset({"starts", "ends", "original", "only"})


def title(named: meeting_names.Titled) -> str:
    """Return what a meeting is called in a list: its title and its first day."""
    return f"{named.title}, {day(named.day)}"


def names(rows: Iterable[Row]) -> tuple[Mapping[str, str], ...]:
    """Return what meetings, items and guests of these changes are called, by key.

    As the reader may see them.
    """
    of_meetings = [row for row in rows if row.kind in KINDS]
    if not of_meetings:
        return {}, {}, {}
    said = {
        value
        for row in of_meetings
        for value in (*(row.before or {}).values(), *(row.after or {}).values())
        if isinstance(value, str)
    }
    first = {row.key.partition("|")[0] for row in of_meetings}
    found = meeting_names.titles(first | said, viewer())
    asked = meeting_names.guests(first | said, viewer())
    parts = {part for guest in asked.values() for part in guest if part}
    called = registers.names(parts, viewer())
    return (
        titled(found),
        meeting_names.items(first, viewer()),
        {
            key: called.get(guest.person or "") or called.get(guest.holder or "", "")
            for key, guest in asked.items()
        },
    )


def name_of(row: Row, values: Mapping[str, Any], words: Words) -> str:
    """Return what the record of a change was called."""
    first, _bar, moment = row.key.partition("|")
    match row.kind:
        case "meeting":
            return words.meetings.get(row.key) or str(values.get("title", row.key))
        case "agenda_item":
            return str(values.get("title") or words.items.get(row.key, ""))
        case "occurrence":
            return _joined(words.meetings.get(first, first), wall_time(moment))
        case "attendance":
            who = words.entries.get(moment, moment)
            return _joined(words.meetings.get(first, first), who)
    who = words.guests.get(first) or _who(values, words)
    return _joined(who, wall_time(moment) if moment else "")


def _who(values: Mapping[str, Any], words: Words) -> str:
    keys = (values.get("person"), values.get("holder"))
    return next((words.entries.get(key, key) for key in keys if key), "")


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def fields(row: Row, words: Words, said: Any) -> Iterator[tuple[str, str, str]]:
    """Yield label, before and after of each field that differs, in words.

    `said` says what these words do not: names of steps, places and entries.
    """
    before, after = row.before or {}, row.after or {}
    for name in dict.fromkeys((*before, *after)):
        if name in UNTOLD:
            continue
        was, now = (
            _rule(side)
            if name == "rrule"
            else _value(name, side.get(name), words, said)
            for side in (before, after)
        )
        if was != now:
            label = LABELS.get(name) or wording.COLUMNS.get(name, name)
            yield str(label), was, now


def _value(name: str, value: Any, words: Words, said: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(_value(name, one, words, said) for one in value)
    if name in CODES and value in CODES[name]:
        return str(CODES[name][value])
    if (time := _time(name, str(value))) is not None:
        return time
    for known in (words.meetings, words.guests, _titles(name, words)):
        if value in known:
            return known[value]
    return str(said(name, value))


def _time(name: str, text: str) -> str | None:
    """Return a day or a time as people read it; None for what is neither."""
    if name in WALL_TIMES:
        return wall_time(text)
    if name.endswith("_at"):
        moment = datetime.fromisoformat(text).astimezone(OSLO)
        return wall_time(moment.replace(tzinfo=None).isoformat())
    return day(text) if name == "answer_by" else None


def _titles(name: str, words: Words) -> Mapping[str, str]:
    """Return what the steps or tracks that a column holds are called."""
    known, language = words.known, words.language
    if name == "steps":
        return {c: text_in(one.title, language) for c, one in known.steps.items()}
    if name == "track":
        return {c: text_in(one.label, language) for c, one in known.tracks.items()}
    return {}


def _rule(side: Mapping[str, Any]) -> str:
    """Return how a series repeats; where its start did not change, the rule itself."""
    text = str(side.get("rrule") or "")
    if not text or not side.get("starts"):
        return text
    zone = str(side.get("timezone") or USUAL_ZONE)
    try:
        return repeats(rrule.read(text, datetime.fromisoformat(side["starts"]), zone))
    except BadRule:
        return text


def wall_time(text: str) -> str:
    """Return a wall time of a change as people read it; what is none, as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{day(moment.date())} {clock(moment)}"

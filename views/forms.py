"""Forms of records: a field for each column, filled with what is there or was typed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from coordinator import meeting_names, networks, places, registers
from coordinator.access import Viewer
from coordinator.catalogue import Catalogue
from coordinator.columns import Column, RecordKind
from coordinator.editing import Cells, Collision
from coordinator.exchange import Finding
from coordinator.opening import OSLO, changes_at, is_open, parse
from coordinator.resolution import Point
from coordinator.values import (
    VALUE_READERS,
    Unreadable,
    has_controls,
    read_hours,
)
from models import LANGUAGES, fold
from views import cells, wording
from views.cards import opening
from views.cells import ENTRY_KINDS, Words
from views.filters import phone

# Names of records that are typed: of entries, places and networks.
TYPED = frozenset({*ENTRY_KINDS, "places", "networks", "meetings", "subjects"})
# Lists whose order says nothing are ticked; the others are written, one on each line.
TICKED = frozenset({"tracks", "sources", "rights", "steps"})
USUAL_HOURS = (
    "24/7",
    "Mo-Fr 08:00-15:30",
    "Mo-Fr 09:00-15:00; Sa 10:00-14:00",
    "Mo-Su 16:00-08:00",
)
LONGEST_CELL = 20_000
MOST_OFFERED = 600
_IN_BRACKETS = re.compile(r".*\[([^\[\]]+)\]\s*")


@dataclass(frozen=True)
class Field:
    """A field of a form: what it is called, how it is filled in, and what is wrong.

    `saved` is what someone else saved in the meantime, in words; `was_mine` whether
    the reader changed the field too.
    """

    name: str
    label: str
    control: str
    value: str
    hint: str = ""
    error: str = ""
    values: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    offered: tuple[str, ...] = ()
    language: str = ""
    longest: int = 300
    is_required: bool = False
    saved: str | None = None
    takes_saved: bool = False
    preview: str = ""

    @property
    def described_by(self) -> str:
        """The ids of what describes the field, for `aria-describedby`."""
        ids = {"hint": self.hint, "error": self.error, "preview": self.preview}
        return " ".join(f"{self.name}-{part}" for part, text in ids.items() if text)


def fields(
    kind: RecordKind,
    columns: Iterable[Column],
    sent: Cells,
    words: Words,
    *,
    errors: Mapping[str, str] | None = None,
    collision: Collision | None = None,
    offered: Mapping[str, tuple[str, ...]] | None = None,
    is_new: bool = False,
) -> list[Field]:
    """Return the fields of a form with the cells that were sent, or are there now."""
    found = []
    for column in columns:
        if not is_new and kind.known_by == (column.name,):
            continue  # a key stays what it is
        found.append(
            _field(kind, column, sent, words, errors or {}, collision, offered or {})
        )
    return found


def _field(
    kind: RecordKind,
    column: Column,
    sent: Cells,
    words: Words,
    errors: Mapping[str, str],
    collision: Collision | None,
    offered: Mapping[str, tuple[str, ...]],
) -> Field:
    cell, name = sent.get(column.name, ""), column.name
    values = tuple(part for part in cell.split("|") if part) if column.is_list else ()
    choices = cells.choices_of(kind, column, words.known, words.language)
    control = _control(kind, column, bool(choices))
    saved, takes_saved = None, False
    if collision and collision.saved.get(name, "") != cell:
        saved = show(kind, column, collision.saved.get(name, ""), words)
        takes_saved = cell == collision.read.get(name, "")
    language = name.rpartition("_")[2]
    hint = wording.HINTS.get(f"{kind.name}.{name}", "")
    return Field(
        name=name,
        label=cells.column_label(kind, column, words.known, words.language),
        control=control,
        value=show(kind, column, cell, words),
        hint=str(hint),
        error=errors.get(name, ""),
        values=values,
        choices=tuple(_choices(kind, column, choices)),
        offered=_offered(control, column, offered),
        language=language if kind.text_of(name) and language in LANGUAGES else "",
        longest=LONGEST_CELL if control in ("lines", "long") else 500,
        is_required=column.required and kind.known_by != (name,),
        saved=saved,
        takes_saved=takes_saved,
        preview=_preview(kind, name, sent),
    )


def _offered(
    control: str, column: Column, offered: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    if column.name == "hours":
        return USUAL_HOURS
    return offered.get(column.names, ()) if control == "entry" else ()


def _control(kind: RecordKind, column: Column, has_choices: bool) -> str:
    if column.is_list:
        return "ticks" if column.names in TICKED else "lines"
    if column.names in TYPED:
        return "entry"
    if has_choices:
        return "choice"
    if column.name.startswith("valid_") or column.name.endswith("_on"):
        return "day"
    if column.name == "protected":
        return "choice"
    if column.name in ("deputy", "known_gap"):
        return "tick"
    part = kind.text_of(column.name)
    is_long = column.name in ("note", "mandate") or (
        part and part[0] not in ("title", "label")
    )
    return "long" if is_long else "text"


def _choices(
    kind: RecordKind, column: Column, choices: list[tuple[str, str]]
) -> Iterable[tuple[str, str]]:
    if column.name == "protected":
        yield "", str(_("Som typen instans"))
        yield from ((code, str(words)) for code, words in wording.YES_NO.items())
    elif choices:
        if not column.is_list and (not column.required or len(choices) > 2):
            yield "", str(_("Velg")) if column.required else str(_("Ikke oppgitt"))
        yield from choices


def show(kind: RecordKind, column: Column, cell: str, words: Words) -> str:
    """Return a cell as a field shows it: with names beside keys, lists on lines."""
    if column.is_list and column.names not in TICKED:
        parts = [part for part in cell.split("|") if part]
        return "\n".join(_with_name(kind, column, part, words) for part in parts)
    if column.names in TYPED:
        return _with_name(kind, column, cell, words)
    return cell


def _with_name(kind: RecordKind, column: Column, code: str, words: Words) -> str:
    if not column.names or not code:
        return code
    name = cells.name_of(kind, column, code, words)
    return code if name == code else f"{name} [{code}]"


# Reading


def read(
    kind: RecordKind,
    columns: Iterable[Column],
    given: MultiDict[str, str],
    now: Cells,
    known: Catalogue,
    viewer: Viewer,
    language: str,
) -> tuple[dict[str, str], list[Finding]]:
    """Return the cells that a form sent, names turned into keys, and what is wrong.

    What is ticked keeps the order that it has in the cells `now`; the new comes last.
    """
    found: dict[str, str] = {}
    findings: list[Finding] = []
    for column in columns:
        if column.name not in given and column.name not in _unticked(given):
            continue
        parts = _parts(column, given)
        keys = []
        for part in parts:
            if has_controls(part.replace("\n", "") if column.has_lines else part):
                findings.append(Finding(2, column.name, "control_character"))
                keys.append("".join(one for one in part if not has_controls(one)))
                continue
            try:
                keys.append(_key(kind, column, part, known, viewer, language))
            except Unreadable as problem:
                findings.append(Finding(2, column.name, problem.code, problem.details))
                keys.append(part)
        if column.names in TICKED and column.is_list:
            had = [key for key in now.get(column.name, "").split("|") if key in keys]
            keys = [*had, *(key for key in keys if key not in had)]
        found[column.name] = "|".join(keys) if column.is_list else "".join(keys)
    wrong = {finding.column for finding in findings}
    findings += (one for one in _unreadable(kind, found) if one.column not in wrong)
    order = [column.name for column in kind.columns]
    return found, sorted(findings, key=lambda one: order.index(one.column or order[0]))


def _unreadable(kind: RecordKind, sent: Cells) -> Iterator[Finding]:
    """Yield what is wrong with the cells one by one, all of it at once."""
    for name, cell in sent.items():
        column = kind.column(name)
        if column is None or kind.known_by == (name,):
            continue  # a key is made where none is given
        try:
            column.value(cell)
            if cell and (kind.name, name) == ("contact-points", "value"):
                VALUE_READERS.get(sent.get("channel", ""), str)(cell)
        except Unreadable as problem:
            yield Finding(2, name, problem.code, problem.details)


def _unticked(given: MultiDict[str, str]) -> list[str]:
    """Return the fields that send nothing where nothing is ticked."""
    return given.getlist("ticks")


def _parts(column: Column, given: MultiDict[str, str]) -> list[str]:
    texts = [text[: LONGEST_CELL + 1] for text in given.getlist(column.name)]
    if column.has_lines:
        return ["\n".join(line.rstrip() for line in texts[0].splitlines()).strip("\n")]
    if not column.is_list:
        return [" ".join(texts[0].split())] if texts else ["false"]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return [line.replace("|", " ") for line in lines if line]


def _key(
    kind: RecordKind,
    column: Column,
    text: str,
    known: Catalogue,
    viewer: Viewer,
    language: str,
) -> str:
    """Return the key or code that the text means; raise Unreadable for several."""
    if not column.names or not text:
        return text
    if in_brackets := _IN_BRACKETS.fullmatch(text):
        return in_brackets[1].strip()
    choices = cells.choices_of(kind, column, known, language)
    by_name = {name.casefold(): code for code, name in choices}
    if text.casefold() in by_name:
        return by_name[text.casefold()]
    if column.names == "places" and text not in known.places:
        found = {p.code: p.name for p in places.named(text, known, today())}
        exactly = {c: n for c, n in found.items() if n.casefold() == text.casefold()}
        return _the_one(exactly or found, column.name, text)
    if column.names in ("networks", "meetings", "subjects"):
        return _named(column, text, viewer, dict(choices))
    if column.names in ENTRY_KINDS and not text.startswith("kind:"):
        if registers.names([text], viewer):
            return text
        if column.names == "holders":
            kinds = cells.kinds_by_name(known, language)
            if text.casefold() in kinds:
                return f"kind:{kinds[text.casefold()]}"
        called = registers.called(text, viewer, ENTRY_KINDS[column.names])
        return _the_one(called, column.name, text)
    return text


def _subject(text: str, titles: Mapping[str, str], column: str) -> str:
    """Return what the text means of what synonyms can stand for, by code or title."""
    if text in titles:
        return text
    words = fold(text).split()
    found = {
        code: title
        for code, title in titles.items()
        if all(word in fold(title) for word in words)
    }
    exactly = {
        code: title
        for code, title in found.items()
        if fold(title.rpartition(" (")[0]) == fold(text)
    }
    return _the_one(exactly or found, column, text)


def _named(
    column: Column, text: str, viewer: Viewer, subjects: Mapping[str, str]
) -> str:
    """Return the key of the network, meeting or subject that the text means."""
    if column.names == "subjects":
        return _subject(text, subjects, column.name)
    if column.names == "networks":
        is_key, called = networks.names([text], viewer), networks.called(text, viewer)
    else:
        is_key = cells.titled(meeting_names.titles([text], viewer))
        called = cells.titled(meeting_names.called(text, viewer))
    return text if is_key else _the_one(called, column.name, text)


def _the_one(found: Mapping[str, str], name: str, text: str) -> str:
    if not found:
        raise Unreadable(f"unknown_{name}", value=text)
    if len(found) > 1:
        names = "; ".join(f"{name} [{key}]" for key, name in list(found.items())[:10])
        raise Unreadable("several", names=names)
    return next(iter(found))


def key_called(
    name: str,
    text: str,
    viewer: Viewer,
    kinds: tuple[str, ...] = ENTRY_KINDS["holders"],
) -> str:
    """Return the key of the entry that the text names; raise Unreadable.

    It may be typed as its name, as its key, or as a form offers it: "name [key]".
    """
    if in_brackets := _IN_BRACKETS.fullmatch(text):
        text = in_brackets[1].strip()
    if not text or registers.names([text], viewer):
        return text
    return _the_one(registers.called(text, viewer, kinds), name, text)


def today() -> date:
    """Return the day in Oslo."""
    return datetime.now(OSLO).date()


# Previews


def _preview(kind: RecordKind, name: str, sent: Cells) -> str:
    if kind.name != "contact-points":
        return ""
    if name == "hours":
        return preview_hours(sent.get("hours", ""))
    if name == "value":
        return preview_value(sent.get("channel", ""), sent.get("value", ""))
    return ""


def preview_hours(text: str) -> str:
    """Return what opening hours mean now, as the line will say it; empty for none."""
    text = text.strip()
    if not text:
        return ""
    try:
        parse(read_hours(text))
    except (Unreadable, ValueError):
        return ""
    now = datetime.now(OSLO)
    point = Point(
        channel="phone",
        value="",
        audience="public",
        hours=text,
        order=0,
        note="",
        open_now=is_open(text, now),
        changes_at=changes_at(text, now),
    )
    found = opening(point, now)
    return f"{found.words}, {found.until}" if found.until else found.words


def preview_value(channel: str, text: str) -> str:
    """Return how a number or address will be read; empty where it cannot be."""
    try:
        value = VALUE_READERS[channel](text.strip()) if text.strip() else ""
    except (KeyError, Unreadable):
        return ""
    return phone(value) if channel == "phone" else value

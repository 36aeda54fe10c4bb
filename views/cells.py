"""Cells of records in words: names for keys, days as they are read, yes and no."""

from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from babel import Locale

from coordinator import meeting_names, networks, registers, synonyms
from coordinator.access import Viewer
from coordinator.catalogue import Catalogue
from coordinator.columns import Column, RecordKind
from coordinator.tracks import TRACKS
from models import LANGUAGES, text_in
from views import wording
from views.cards import kind_label
from views.filters import day, phone

ENTRY_KINDS = {
    "organisations": ("organisation",),
    "posts": ("post",),
    "persons": ("person",),
    "owners": ("organisation", "post", "person"),
    "holders": ("organisation", "post"),
    "members": ("organisation", "post"),
}


class Words(NamedTuple):
    """What codes and keys are called: of the catalogue, entries, networks, meetings."""

    known: Catalogue
    language: str
    entries: Mapping[str, str]
    networks: Mapping[str, str] = {}
    meetings: Mapping[str, str] = {}
    # What changes of meetings name besides.
    items: Mapping[str, str] = {}
    guests: Mapping[str, str] = {}


def words(
    kind: RecordKind,
    rows: Iterable[Mapping[str, Any]],
    viewer: Viewer,
    known: Catalogue,
    language: str,
) -> Words:
    """Return the words that these rows need, the names of entries read at once."""
    rows = list(rows)

    def keys(names: Container[str]) -> set[str]:
        return {
            row[column.name]
            for row in rows
            for column in kind.columns
            if column.names in names and row.get(column.name)
        }

    entries, of_networks = keys(ENTRY_KINDS), keys(("networks",))
    of_meetings = keys(("meetings",))
    return Words(
        known,
        language,
        registers.names(entries, viewer) if entries else {},
        networks.names(of_networks, viewer) if of_networks else {},
        titled(meeting_names.titles(of_meetings, viewer)) if of_meetings else {},
    )


def subjects(known: Catalogue, language: str) -> dict[str, str]:
    """Return what synonyms can stand for: what it is called, and what it is."""
    return {
        subject: f"{text_in(title, language)} ({_sort_of(subject)})"
        for subject, title in synonyms.subjects(known).items()
    }


def _sort_of(subject: str) -> str:
    return str(wording.SUBJECTS[subject.partition(":")[0]])


def titled(found: Mapping[str, meeting_names.Titled]) -> dict[str, str]:
    """Return what meetings are called in a list: by title and first day."""
    return {key: f"{one.title}, {day(one.day)}" for key, one in found.items()}


def label(kind: str, name: str) -> str:
    """Return what a column is called, with the language or group it is for."""
    if name in wording.COLUMNS:
        return str(wording.COLUMNS[name])
    stem, _line, language = name.rpartition("_")
    if language in LANGUAGES and stem in wording.COLUMNS:
        return f"{wording.COLUMNS[stem]} ({wording.LANGUAGE_NAMES[language]})"
    return name


def column_label(
    kind: RecordKind, column: Column, known: Catalogue, language: str
) -> str:
    """Return what a column of the kind is called; a group by its name."""
    part = kind.text_of(column.name)
    if part and part[1] in TRACKS:
        return f"{wording.COLUMNS[part[0]]}: {_track(part[1], known, language)}"
    return label(kind.name, column.name)


def _track(code: str, known: Catalogue, language: str) -> str:
    track = known.tracks.get(code)
    return text_in(track.label, language) if track else code


def kinds_by_name(known: Catalogue, language: str) -> dict[str, str]:
    """Return the code of each kind of organisation by what it is called, folded."""
    return {kind_label(code, known, language).casefold(): code for code in known.kinds}


def said(kind: RecordKind, column: Column, value: Any, words: Words) -> str:
    """Return the value as people read it; empty where there is none."""
    if value is None or value == () or value == "":
        return ""
    if isinstance(value, tuple):
        return ", ".join(said(kind, column, one, words) for one in value)
    if isinstance(value, bool):
        return str(wording.YES_NO["true" if value else "false"])
    if isinstance(value, date):
        return day(value)
    text = str(value)
    if column.name == "value" and text.removeprefix("+").isdecimal():
        return phone(text)
    return name_of(kind, column, text, words)


def name_of(kind: RecordKind, column: Column, code: str, words: Words) -> str:
    """Return what a code or key in this column is called; itself where it is a text."""
    known, language = words.known, words.language
    if choices := choices_of(kind, column, known, language):
        return dict(choices).get(code, code)
    if column.names == "places":
        return known.places[code].name if code in known.places else code
    if column.names in ENTRY_KINDS:
        if code.startswith("kind:"):
            return kind_label(code[5:], known, language)
        return words.entries.get(code, code)
    if column.names == "networks":
        return words.networks.get(code, code)
    if column.names == "meetings":
        return words.meetings.get(code, code)
    if column.name == "languages":
        return Locale.parse(language).languages.get(code.replace("-", "_")) or code
    return code


def choices_of(
    kind: RecordKind, column: Column, known: Catalogue, language: str
) -> list[tuple[str, str]]:
    """Return code and words of what the column can hold, where that is a short list."""
    by_word = {
        ("contact-points", "channel"): wording.CHANNELS,
        ("contact-points", "audience"): wording.AUDIENCES,
        ("responsibilities", "role"): wording.ROLES,
        ("responsibilities", "status"): wording.STATUSES,
        ("memberships", "role"): wording.MEMBER_ROLES,
        ("attendances", "answer"): wording.ANSWERS,
        ("attendances", "attended"): wording.YES_NO,
        ("places", "kind"): wording.PLACE_KINDS,
        ("synonyms", "language"): wording.LANGUAGE_NAMES,
        ("indicators", "form"): wording.INDICATOR_FORMS,
    }.get((kind.name, column.name))
    if by_word:
        return [(code, str(words)) for code, words in by_word.items()]
    match column.names:
        case "steps":
            return [(c, text_in(s.title, language)) for c, s in known.steps.items()]
        case "kinds":
            return [(code, kind_label(code, known, language)) for code in known.kinds]
        case "tracks":
            return [(code, _track(code, known, language)) for code in known.tracks]
        case "sources":
            return [(c, text_in(s.title, language)) for c, s in known.sources.items()]
        case "rights":
            return [(c, text_in(r.label, language)) for c, r in known.rights.items()]
        case "subjects":
            return list(subjects(known, language).items())
        case "processes":
            return [(c, text_in(p.title, language)) for c, p in known.processes.items()]
        case "phases" | "pillars" | "sharing_rules":
            texts = getattr(known, column.names)
            return [(code, text_in(text, language)) for code, text in texts.items()]
    return []

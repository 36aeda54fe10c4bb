"""Fields of the forms of meetings: what was typed, and what is wrong."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coordinator import registers, values, zones
from coordinator.access import UNIT
from coordinator.exchange import Finding
from coordinator.values import Unreadable
from views.cells import ENTRY_KINDS
from views.forms import MOST_OFFERED, Field, key_called
from views.meetings import words

LONGEST_CELL = 20_000
_NORWEGIAN = re.compile(
    r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}),?\s+(?:kl\.?\s*)?(\d{1,2})[.:](\d{2})",
    re.ASCII,
)
_SPACED = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2})[.:](\d{2})", re.ASCII)

Faults = Sequence[tuple[str, str]]


def typed(given: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return what a form sent, as it was typed, cut where it is endless."""
    return {name: given.get(name, "")[:LONGEST_CELL] for name in names}


def moment(text: str) -> str:
    """Return a day and a time as ISO 8601 has it, where a person wrote it otherwise.

    >>> moment("9.12.2026 kl. 10.00"), moment("2026-12-09 9:30"), moment("i morgen")
    ('2026-12-09T10:00', '2026-12-09T09:30', 'i morgen')
    """
    text = text.strip()
    if found := _NORWEGIAN.fullmatch(text):
        day, month, year, hour, minute = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}T{int(hour):02}:{minute}"
    if found := _SPACED.fullmatch(text):
        return f"{found[1]}T{int(found[2]):02}:{found[3]}"
    return text


def faults(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Return each field that is wrong, with a sentence that says how."""
    found = []
    for one in findings:
        name = one.column or "title"
        label = words.FIELDS.get(name, name)
        said = words.problem(one.code, one.details)
        found.append((name, f"{label} {said}."))
    return list(dict(reversed(found)).items())[::-1]


def field(
    name: str,
    control: str,
    cells: Mapping[str, str],
    wrong: Mapping[str, str],
    *,
    saved: Mapping[str, str] | None = None,
    show: Mapping[str, str] | None = None,
    **more: Any,
) -> Field:
    """Return a field with what was typed; beside it what another saved meanwhile."""
    cell = cells.get(name, "")
    differs = saved is not None and saved.get(name, "") != cell
    told = (show or {}).get(name, (saved or {}).get(name, "")) if differs else None
    return Field(
        name=name,
        label=str(words.FIELDS[name]),
        control=control,
        value=cell,
        hint=str(words.HINTS.get(name, "")),
        error=wrong.get(name, ""),
        saved=told,
        **more,
    )


def offered_entries(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return organisations and posts as a field offers them: "name [key]"."""
    found = registers.offered(UNIT, kinds, MOST_OFFERED)
    return tuple(f"{name} [{key}]" for key, name in found.items())


def with_names(keys: Iterable[str]) -> list[str]:
    """Return keys as a field shows them: with names beside."""
    wanted = list(keys)
    names = registers.names(wanted, UNIT)
    return [f"{names[key]} [{key}]" if key in names else key for key in wanted]


def keys_of(
    name: str, text: str, kinds: tuple[str, ...] = ENTRY_KINDS["holders"]
) -> tuple[list[str], list[Finding]]:
    """Return the keys that the lines name, and what is wrong with them."""
    keys, found = [], []
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        if values.has_controls(line):
            found.append(Finding(2, name, "control_characters"))
            continue
        try:
            keys.append(key_called(name, line[: values.LONGEST_KEY * 3], UNIT, kinds))
        except Unreadable as problem:
            singular = {"unknown_organisations": "unknown_organisation"}
            code = singular.get(problem.code, problem.code)
            found.append(Finding(2, name, code, problem.details))
    return keys, found


def zone_names() -> tuple[str, ...]:
    """Return the zones that a meeting may be in, Norway's first."""
    return ("Europe/Oslo", *sorted(zones.names() - {"Europe/Oslo"}))

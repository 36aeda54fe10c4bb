"""Findings as tables: for people in a terminal, and as CSV for programs."""

import io
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from coordinator import catalogue, spreadsheets
from coordinator.access import OPERATOR
from graphs.findings import Finding
from views import wording
from views.network.telling import Telling
from views.network.words import REASONS
from views.network_answers import Values

FORUM = "network:"
BETWEEN = "  "
NARROWEST = 8
_KEY = re.compile(r"\([^()]+\)$")
CSV_COLUMNS = (
    "key",
    "question",
    "change",
    "reason",
    "step",
    "to_step",
    "place",
    "track",
    "organisations",
    "posts",
    "persons",
    "networks",
    "meetings",
    "holder",
    "source",
    "score",
)


def csv(answer: Values, _language: str) -> Iterator[str]:
    """Yield the lines of a CSV file: keys and codes, `|` between those of a list."""
    file = io.StringIO()
    header = (*CSV_COLUMNS, "accepted_until", "accepted_reason")
    spreadsheets.write(file, header, map(_csv_row, _rows(answer)))
    yield from file.getvalue().removesuffix("\n").split("\n")


def _csv_row(finding: Values) -> list[str]:
    accepted = finding["accepted"] or {"until": None, "reason": None}
    values = [finding.get(name) for name in CSV_COLUMNS]
    return [_cell(value) for value in (*values, accepted["until"], accepted["reason"])]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(value)
    return "" if value is None else str(value)


def _rows(answer: Values) -> Iterator[Values]:
    for finding in answer["findings"]:
        yield {"question": answer["question"], **finding}


def terminal(answer: Values, language: str) -> Iterator[str]:
    """Yield the lines of a plain table, cut to the terminal's width."""
    findings = [_as_finding(one) for one in answer["findings"]]
    known = catalogue.current(OPERATOR)
    telling = Telling(findings, OPERATOR, known, language)
    if "path" in answer:
        header, rows = _way(answer["path"], telling)
    else:
        header, rows = _findings(answer, telling)
    shown = [n for n in range(len(header)) if any(row[n] for row in rows)]
    if rows:
        table = [[row[n] for n in shown] for row in (header, *rows)]
        yield from _lines(table, _width())


def _as_finding(told: Values) -> Finding:
    values: dict[str, Any] = {name: told.get(name) for name in Finding._fields}
    lists = {name: tuple(v) for name, v in values.items() if isinstance(v, list)}
    return Finding(**(values | lists | {"question": ""}))


def _way(path: Sequence[str], telling: Telling) -> tuple[list[str], list[list[str]]]:
    return [_("Hvem")], [[_who(key, telling)] for key in path]


def _findings(answer: Values, telling: Telling) -> tuple[list[str], list[list[str]]]:
    header = [
        _("Endring"),
        _("Hva"),
        _("Steg"),
        _("Til steg"),
        _("Sted"),
        _("Gruppe"),
        _("Hvem"),
        _("Styrke"),
        _("Godtatt til"),
    ]
    return header, [_row(one, telling) for one in answer["findings"]]


def _row(told: Values, telling: Telling) -> list[str]:
    change, accepted = told.get("change"), told["accepted"]
    forums = [f"{FORUM}{key}" for key in told["networks"]]
    met = [f"meeting:{key}" for key in told["meetings"]]
    keys = (*told["organisations"], *told["posts"], *told["persons"], *forums, *met)
    holder = [told["holder"]] if told["holder"] and told["holder"] not in keys else []
    who = [_who(key, telling) for key in (*keys, *holder)]
    if told["source"]:
        who.append(_both(telling.source(told["source"]), told["source"]))
    return [
        str(wording.CHANGED[change]) if change else "",
        str(REASONS[told["reason"]]),
        _both(telling.step(told["step"]), told["step"]),
        _both(telling.step(told["to_step"]), told["to_step"]),
        _both(telling.place(told["place"]), told["place"]),
        telling.track(told["track"]),
        "; ".join(who),
        "" if told["score"] is None else f"{told['score']:.3g}",
        accepted["until"] if accepted else "",
    ]


def _who(key: str, telling: Telling) -> str:
    if key.startswith(FORUM):
        forum = key.removeprefix(FORUM)
        return _both(telling.forums.get(forum, forum), key)
    return _both(telling.name(key), key)


def _both(name: str, key: str | None) -> str:
    return f"{name} ({key})" if key and name != key else name


def _width() -> int | None:
    """Return how wide a line may be; None where nobody looks at it in a terminal."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return shutil.get_terminal_size().columns
    return None


def _lines(table: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Yield the rows of a table, a line below its first; the widest columns are cut.

    >>> list(_lines([["Who", "Where"], ["a very long name", "here"]], 15))
    ['Who       Where', '────────  ─────', 'a very …  here']
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    if width is not None:
        widths = _narrowed(widths, width - len(BETWEEN) * (len(widths) - 1))
    ruler = ["─" * one for one in widths]
    for row in (table[0], ruler, *table[1:]):
        cells = (_cut(cell, one) for cell, one in zip(row, widths, strict=True))
        yield BETWEEN.join(cells).rstrip()


def _narrowed(widths: Sequence[int], room: int) -> list[int]:
    """Return widths that fit, taken from the widest first, none below a few letters.

    >>> _narrowed([4, 30, 20], 40)
    [4, 18, 18]
    """
    found = list(widths)
    while sum(found) > room and max(found) > NARROWEST:
        widest = max(range(len(found)), key=lambda n: (found[n], n))
        found[widest] -= 1
    return found


def _cut(cell: str, width: int) -> str:
    """Return the cell as wide as that; what is cut is the name, not the key after it.

    >>> _cut("Trygt sted i natt (settle)", 16), _cut("Trygt sted i natt", 8)
    ('Trygt … (settle)', 'Trygt s…')
    """
    if len(cell) > width:
        key = _KEY.search(cell)
        end = f"… {key[0]}" if key and len(key[0]) + 2 < width else "…"
        cell = cell[: width - len(end)] + end
    return cell.ljust(width)

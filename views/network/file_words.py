"""What files of the network bring, lack and are refused for, in words."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from coordinator import catalogue, columns
from coordinator.access import Viewer
from coordinator.columns import RecordKind
from coordinator.graph_imports import Proposal
from coordinator.graph_rows import Fault, Row, Rows
from coordinator.records import Values
from graphs.formats import Loss
from views import cells
from views.cells import Words
from views.filters import day, number
from views.wording import KINDS, MEMBER_ROLES, problem

SHOWN, MOST_LISTED = 20, 500
FEW = 3
FAULTS = {
    "bad_value": _l("«%(key)s»: verdien i %(attribute)s kan ikke leses."),
    "has_dtd": _l("Filen har en DTD (linje %(line)s). Den kan ikke leses trygt."),
    "no_elements": _l(
        "Filen har ingen elementer. "
        "Vi ser etter kolonnene Label og Type, eller From og To."
    ),
    "no_key": _l("Et element mangler navn eller nøkkel (linje %(line)s)."),
    "no_key_at": _l("Element nummer %(number)s mangler navn eller nøkkel."),
    "edges_and_links": _l(
        "Filen har koblinger både i edges og i links. Behold én av dem."
    ),
    "merged_ties": _l(
        "Filen har %(number)s koblinger, men bare %(found)s kan leses. "
        "Gi hver kobling sin egen id."
    ),
    "nested_graph": _l(
        "Filen har en graf inne i et element (linje %(line)s). "
        "Lagre den uten grupper, eller som grupper fra yEd."
    ),
    "several_graphs": _l(
        "Filen har flere grafer (linje %(line)s). Lagre hver graf som en fil."
    ),
    "not_a_graph": _l("Innholdet kan ikke leses som det filnavnet slutter på."),
    "out_of_place": _l(
        "Elementet %(element)s står der det ikke kan leses (linje %(line)s)."
    ),
    "repeated_key": _l("«%(key)s» står to ganger."),
    "repeated_column": _l("Kolonnen «%(column)s» står to ganger."),
    "too_deep": _l("Filen har mer enn %(most)s nivåer (linje %(line)s)."),
    "too_large": _l("Filen er for stor, høyst %(most)s MB."),
    "too_large_here": _l(
        "Filen er for stor for denne siden: høyst %(most)s MB, "
        "og %(packed)s kB pakket. Bruk flask import-graph."
    ),
    "too_many_elements": _l("Filen har mer enn %(most)s verdier."),
    "too_many_parts": _l(
        "Filen har mer enn %(most)s elementer og koblinger til sammen."
    ),
    "unknown_end": _l("En kobling peker på «%(key)s», som ikke finnes i filen."),
    "unknown_form": _l("Filen må hete .graphml, .gexf, .json, .zip, .csv eller .xlsx."),
    "required": _l("Velg en fil."),
}


# What a file calls a column by, where that is not its name in the register.
AS_IN_FILES = {"kind": "Type"}
# What makes no row of any register, by why.
LEFT_OUT = {
    "element": _l("%(what)s (%(count)s): verken instans eller nettverk. %(names)s"),
    "tie": _l("%(what)s (%(count)s): kobler ikke noen til et nettverk. %(names)s"),
    "post": _l(
        "%(what)s (%(count)s): funksjonen er ikke registrert her. "
        "Legg inn funksjonene først. %(names)s"
    ),
}
# What is wrong with a table, and with a row of it, in the words of all imports.
OF_TABLES = frozenset(
    {"empty_file", "file_too_large", "swells", "too_many_columns", "too_many_rows"}
    | {"too_many_cells", "too_many_empty_rows", "too_many_sheets"}
)
OF_ROWS = frozenset(
    {"broken_row", "line_too_long", "not_utf8", "wrong_cell_count", "wrong_separator"}
)


class _Sent(dict[str, str]):
    """What stands in for what a fault does not tell."""

    def __missing__(self, name: str) -> str:
        return "?"


def _quoted(name: str) -> str:
    return str(_("«%(name)s»", name=name))


def told_losses(losses: list[Loss]) -> list[str]:
    """Return what a file does not hold as it is: of whom, and which attribute."""
    return [
        f"{_quoted(one.key)}, {one.attribute}" if one.attribute else _quoted(one.key)
        for one in losses
    ]


def told_refusal(code: str, where: Mapping[str, str], name: str = "") -> str:
    """Return why the file of that name cannot be read, in words."""
    said = _Sent(where)
    for of in ("line", "longest", "most", "number", "packed", "found", "expected"):
        if where.get(of, "").isdecimal():
            said[of] = number(int(where[of]))
    if code in OF_TABLES:
        sentence = f"{problem(code, said)}."
    elif code in OF_ROWS:
        row = _("rad %(row)s", row=said["line"])
        sentence = f"{row}: {problem(code, said)}."
    else:
        sentence = str(FAULTS.get(code, FAULTS["not_a_graph"])) % said
    if sheet := where.get("sheet"):
        sentence = _("ark «%(name)s», %(what)s", name=sheet, what=sentence)
    return f"{name}: {sentence}" if name else sentence


class Line(NamedTuple):
    """A record that is new or changed: what it is, and each field before and now."""

    words: str
    fields: Sequence[tuple[str, str, str]] = ()


def told(found: Proposal, viewer: Viewer, language: str) -> dict[str, Any]:
    """Return what a file brings in words: what is new, faults, and what is left out.

    What changes comes first: of what is new there can be much.
    """
    listed = [*_changed(found, viewer, language), *_new(found)]
    return {
        "is_empty": found.is_empty and not found.bad,
        "is_done": found.is_done,
        "is_other": found.is_other,
        "changes": found.changes,
        "bad": found.bad,
        "counts": [
            (KINDS[kind][0], *map(len, (one.created, one.updated, one.unchanged)))
            for kind, one in found.taken.items()
        ],
        "shown": listed[:SHOWN],
        "rest": listed[SHOWN:],
        "more": max(0, _count(found) - len(listed)),
        "faults": [told_fault(one) for one in found.faults],
        "more_faults": max(0, found.bad - len(found.faults)),
        "left_out": _few(told_left_out(found.rows)),
        "unread": _few(
            [f"{name} ({number(count)})" for name, count in found.rows.unread.items()]
        ),
    }


def _few(lines: Sequence[str]) -> list[str]:
    """Return as many lines as are shown, and how many more there are."""
    shown = list(lines[:SHOWN])
    if more := len(lines) - len(shown):
        shown.append(str(ngettext("og %(num)s til", "og %(num)s til", more)))
    return shown


def _count(found: Proposal) -> int:
    return sum(len(one.created) + len(one.updated) for one in found.taken.values())


def _new(found: Proposal) -> Iterator[Line]:
    """Yield what is new, as far as the list has room beside what changes."""
    changed = sum(len(one.updated) for one in found.taken.values())
    rows = (
        (kind, row)
        for kind, taken in found.taken.items()
        for row in taken.rows.values()
    )
    for kind, row in islice(rows, max(0, MOST_LISTED - changed)):
        what = f"{KINDS[kind][1]} {_quoted(row.of)}"
        if kind == "memberships":
            what += _as_what(row)
        elif row.cells.get("protected") == "true":
            what += f", {str(_('Skjermet')).lower()}"
        yield Line(_("Ny: %(what)s", what=what))


def _as_what(row: Row) -> str:
    """Return as what and from when one becomes a member, and what it is already."""
    said = f", {str(MEMBER_ROLES[row.cells['role']]).lower()}"
    if start := row.cells.get("valid_from"):
        said += " " + _("fra %(day)s", day=day(start))
    if row.roles:
        roles = ", ".join(str(MEMBER_ROLES[role]).lower() for role in row.roles)
        said += " " + _("(er fra før: %(roles)s)", roles=roles)
    return said


def _changed(found: Proposal, viewer: Viewer, language: str) -> Iterator[Line]:
    known, left = catalogue.current(viewer), MOST_LISTED
    for kind, taken in found.taken.items():
        listed = list(islice(taken.updated.items(), left))
        left -= len(listed)
        edits = {key: taken.edits[key] for key, _of in listed if key in taken.edits}
        rows = [values for edit in edits.values() for values in edit]
        words = cells.words(columns.KINDS[kind], rows, viewer, known, language)
        # What is as new as that which names it has no name of its own yet.
        new = {**found.taken["organisations"].created, **words.entries}
        words = words._replace(entries=new)
        for key, of in listed:
            what = f"{KINDS[kind][1]} {_quoted(of)}"
            fields = tuple(_fields(columns.KINDS[kind], edits.get(key), words))
            yield Line(_("Endret: %(what)s", what=what), fields)


def _fields(
    kind: RecordKind, edit: tuple[Values, Values] | None, words: Words
) -> Iterator[tuple[str, str, str]]:
    """Yield label, before and now of each column that differs."""
    before, after = edit or ({}, {})
    for column in kind.columns:
        old, new = before.get(column.name), after.get(column.name)
        if old != new:
            yield (
                cells.column_label(kind, column, words.known, words.language),
                cells.said(kind, column, old, words),
                cells.said(kind, column, new, words),
            )


def told_left_out(rows: Rows) -> list[str]:
    """Return what makes no row and why, with the names of a few."""
    lines = []
    for one, names in rows.left_out.items():
        few = ", ".join(_quoted(name) for name in names[:FEW])
        words = {
            "what": one.what
            or (_("uten type") if one.why == "element" else _("kobling")),
            "count": number(len(names)),
            "names": few if len(names) <= FEW else f"{few} …",
        }
        lines.append(str(LEFT_OUT[one.why]) % words)
    return lines


def told_fault(one: Fault) -> str:
    """Return what is wrong with an element or a tie, in words."""
    where = f"{KINDS[one.kind][1]} {_quoted(one.of)}"
    if one.row:
        row = _("rad %(row)s", row=one.row)
        where += f" ({row})"
    if one.column:
        where += f", {AS_IN_FILES.get(one.column, one.column)}"
    return f"{where}: {problem(one.code, dict(one.details))}"

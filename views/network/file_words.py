"""What files of the network bring, lack and are refused for, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from coordinator.graph_imports import Proposal
from coordinator.graph_rows import Fault, Rows
from graphs.formats import Loss
from views.filters import number
from views.wording import KINDS, problem

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
    "not_a_graph": _l("Filen kan ikke leses som det den heter."),
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


# What is wrong with a table, and with a row of it, in the words of all imports.
OF_TABLES = frozenset(
    {"empty_file", "file_too_large", "swells", "too_many_columns", "too_many_rows"}
    | {"too_many_cells"}
)
OF_ROWS = frozenset({"broken_row", "line_too_long", "not_utf8", "wrong_separator"})


class _Sent(dict[str, str]):
    """What stands in for what a fault does not tell."""

    def __missing__(self, name: str) -> str:
        return "?"


def told_losses(losses: list[Loss]) -> list[str]:
    """Return what a file does not hold as it is: of whom, and which attribute."""
    return [
        f"«{one.key}», {one.attribute}" if one.attribute else f"«{one.key}»"
        for one in losses
    ]


def told_refusal(code: str, where: Mapping[str, str], name: str = "") -> str:
    """Return why the file of that name cannot be read, in words."""
    said = _Sent(where)
    for of in ("line", "longest", "most", "packed"):
        if where.get(of, "").isdecimal():
            said[of] = number(int(where[of]))
    if code in OF_TABLES:
        sentence = f"{problem(code, said)}."
    elif code in OF_ROWS:
        row = _("rad %(row)s", row=said["line"])
        sentence = f"{row}: {problem(code, said)}."
    else:
        sentence = str(FAULTS.get(code, FAULTS["not_a_graph"])) % said
    return f"{name}: {sentence}" if name else sentence


def told(found: Proposal) -> dict[str, Any]:
    """Return what a file brings in words: what is new, faults, and what is left out."""
    listed = [
        _("Ny: %(what)s", what=f"{KINDS[kind][1]} «{of}»")
        for kind, taken in found.taken.items()
        for of in taken.created.values()
    ] + [
        _("Endret: %(what)s", what=f"{KINDS[kind][1]} «{of}»")
        for kind, taken in found.taken.items()
        for of in taken.updated.values()
    ]
    return {
        "is_empty": found.is_empty and not found.bad,
        "changes": found.changes,
        "bad": found.bad,
        "counts": [
            (KINDS[kind][0], *map(len, (one.created, one.updated, one.unchanged)))
            for kind, one in found.taken.items()
        ],
        "shown": listed[:SHOWN],
        "rest": listed[SHOWN:MOST_LISTED],
        "more": max(0, len(listed) - MOST_LISTED),
        "faults": [told_fault(one) for one in found.faults],
        "left_out": told_left_out(found.rows),
        "unread": [
            f"{name} ({number(count)})" for name, count in found.rows.unread.items()
        ],
    }


def told_left_out(rows: Rows) -> list[str]:
    """Return what makes no row and why, with the names of a few."""
    lines = []
    for one, names in rows.left_out.items():
        few = ", ".join(f"«{name}»" for name in names[:FEW])
        words = {
            "what": one.what or (_("kobling") if one.is_tie else _("uten type")),
            "count": number(len(names)),
            "names": few if len(names) <= FEW else f"{few} …",
        }
        lines.append(
            _(
                "%(what)s (%(count)s): kobler ikke noen til et nettverk. %(names)s",
                **words,
            )
            if one.is_tie
            else _(
                "%(what)s (%(count)s): verken instans eller nettverk. %(names)s",
                **words,
            )
        )
    return lines


def told_fault(one: Fault) -> str:
    """Return what is wrong with an element or a tie, in words."""
    where = f"{KINDS[one.kind][1]} «{one.of}»"
    if one.row:
        row = _("rad %(row)s", row=one.row)
        where += f" ({row})"
    if one.column:
        where += f", {one.column}"
    return f"{where}: {problem(one.code, dict(one.details))}"

"""Sheets of elements and connections, as Kumu has them, as a graph.

Elements have Label and Type, connections From and To, in any letters; a workbook may
hold both, each on a sheet of its own, beside sheets that are neither. Other columns are
attributes by those names.
"""

from pathlib import Path
from typing import Any

import networkx as nx

from coordinator import spreadsheets
from coordinator.spreadsheets import Broken, Sheet
from graphs.formats import add_tie
from graphs.soundness import LIMITS, Unreadable

LONGEST_SHOWN = 80
# What every row of a sheet holds besides its columns: where it stands.
ROW = "row"
NAMED_BY_A_TIE = "is_known"
"""Held by a node that no element describes: it must be in the network already."""
MARKS = frozenset({ROW, NAMED_BY_A_TIE})


def read(path: Path) -> "nx.MultiDiGraph[str]":
    """Return the graph of a sheet; raise Unreadable for what is none."""
    LIMITS.check_bytes(path.stat().st_size)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    sheets = _tables(path)
    ties = [rows for head, rows in sheets if {"from", "to"} <= head]
    elements = [rows for head, rows in sheets if "from" not in head]
    if not elements and not ties:
        raise Unreadable("no_elements")
    for row in (row for rows in elements for row in rows):
        label = row.get("label")
        if not label:
            raise Unreadable("no_key", line=row[ROW])
        if label in graph:
            shown = label[:LONGEST_SHOWN]
            raise Unreadable("repeated_key", key=shown, line=row[ROW])
        graph.add_nodes_from([(label, row)])
    for number, row in enumerate(row for rows in ties for row in rows):
        for end in (row.get("from"), row.get("to")):
            if not end:
                raise Unreadable("no_key", line=row[ROW])
            if end not in graph:
                graph.add_nodes_from([(end, {"label": end, NAMED_BY_A_TIE: True})])
        add_tie(graph, row["from"], row["to"], str(number), row)
    return graph


def _tables(path: Path) -> list[tuple[set[str], list[dict[str, Any]]]]:
    found: list[tuple[set[str], list[dict[str, Any]]]] = []
    name = ""
    try:
        for sheet in spreadsheets.read_each(path):
            name = sheet.name
            header = {column.strip().casefold() for column in sheet.header}
            if "label" in header or {"from", "to"} <= header:
                found.append((header, _rows(sheet)))
                LIMITS.check_parts(sum(len(rows) for _head, rows in found))
    except Broken as broken:
        raise unreadable(broken, name) from broken
    return found


def _rows(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the rows, by the names of their columns in small letters."""
    header = [name.strip().casefold() for name in sheet.header]
    named = sheet._replace(header=header)
    rows = spreadsheets.named(named, LIMITS.parts, LIMITS.elements)
    return [{**row, ROW: str(number)} for number, row in rows]


def unreadable(broken: Broken, sheet: str = "") -> Unreadable:
    """Return why a table is none of ours, as it is said of every graph file."""
    where = {"line": str(broken.row)} | broken.details
    return Unreadable(broken.code, **where | ({"sheet": sheet} if sheet else {}))

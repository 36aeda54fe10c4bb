"""Sheets of elements and connections, as Kumu has them, as a graph.

Elements have Label and Type, connections From and To, in any letters; a workbook may
hold both, each on a sheet of its own, beside sheets that are neither. Other columns are
attributes by those names.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

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


class _Table(NamedTuple):
    """Its columns in small letters, its rows by them, and its sheet's name if told."""

    columns: set[str]
    rows: list[dict[str, Any]]
    sheet: str

    def fault(self, code: str, row: dict[str, Any], **details: str) -> Unreadable:
        where = {"line": row[ROW]} | ({"sheet": self.sheet} if self.sheet else {})
        return Unreadable(code, **where, **details)


def read(path: Path) -> "nx.MultiDiGraph[str]":
    """Return the graph of a sheet; raise Unreadable for what is none."""
    LIMITS.check_bytes(path.stat().st_size)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    tables = _tables(path)
    ties = [table for table in tables if {"from", "to"} <= table.columns]
    elements = [table for table in tables if "from" not in table.columns]
    if not elements and not ties:
        raise Unreadable("no_elements")
    for table, row in _rows_with_table(elements):
        label = row.get("label")
        if not label:
            raise table.fault("no_key", row)
        if label in graph:
            raise table.fault("repeated_key", row, key=label[:LONGEST_SHOWN])
        graph.add_nodes_from([(label, row)])
    for number, (table, row) in enumerate(_rows_with_table(ties)):
        for end in (row.get("from"), row.get("to")):
            if not end:
                raise table.fault("no_key", row)
            if end not in graph:
                graph.add_nodes_from([(end, {"label": end, NAMED_BY_A_TIE: True})])
        add_tie(graph, row["from"], row["to"], str(number), row)
    return graph


def _rows_with_table(
    tables: Iterable[_Table],
) -> Iterator[tuple[_Table, dict[str, Any]]]:
    return ((table, row) for table in tables for row in table.rows)


def _tables(path: Path) -> list[_Table]:
    found: list[_Table] = []
    try:
        for sheet in spreadsheets.read_each(path):
            header = {column.strip().casefold() for column in sheet.header}
            if "label" in header or {"from", "to"} <= header:
                found.append(_Table(header, _rows(sheet), sheet.name))
                LIMITS.check_parts(sum(len(table.rows) for table in found))
    except Broken as broken:
        raise unreadable(broken) from broken
    return found


def _rows(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the rows, by the names of their columns in small letters."""
    header = [name.strip().casefold() for name in sheet.header]
    named = sheet._replace(header=header)
    rows = spreadsheets.named(named, LIMITS.parts, LIMITS.elements)
    return [{**row, ROW: str(number)} for number, row in rows]


def unreadable(broken: Broken) -> Unreadable:
    """Return why a table is none of ours, as it is said of every graph file."""
    return Unreadable(broken.code, **{"line": str(broken.row)} | broken.details)

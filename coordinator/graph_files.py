"""The network as graph files: what goes out, and what comes in as rows of registers.

What goes out is what signed-in readers see: nothing of protected organisations, and no
contact points. What comes in goes the way of the exchange files, which check it.
"""

import io
import tempfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import networkx as nx
from sqlalchemy import Engine

from coordinator import catalogue, changes, element_sheets, records, spreadsheets
from coordinator.access import OPERATOR, READER, Viewer
from coordinator.columns import KINDS
from coordinator.lru import Cache
from coordinator.spreadsheets import Broken, Cells
from graphs import formats
from graphs.formats import Loss
from graphs.soundness import (
    LIMITS,
    UNLIMITED,
    Limits,
    Unreadable,
    check_ends,
    check_ties,
)
from models import db, is_writing

FORMS = (*formats.FORMATS, "csv")
EXPORTED = (
    "organisations",
    "posts",
    "persons",
    "holdings",
    "responsibilities",
    "networks",
    "memberships",
)
NODES, TIES = "nodes.csv", "ties.csv"
# Cut short, changed, locked with a password, or packed in a way we do not know.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    KeyError,
    RuntimeError,
    ValueError,
)
# Of files that were made each process keeps so much, and of one file no more than half.
KEPT_BYTES = 32_000_000
MOST_OF_ONE = KEPT_BYTES // 2
# What a loss takes besides its words.
BESIDE = 250
# By database: each form, whose eyes it is made for, and the counter that they saw.
_kept: WeakKeyDictionary[
    Engine, Cache[tuple[str, Viewer, int], tuple[bytes, list[Loss]]]
] = WeakKeyDictionary()


def whole() -> "nx.MultiDiGraph[str]":
    """Return the network as signed-in readers see it, with what the records say.

    Nodes are organisations, posts and persons by their keys, and `network:KEY`,
    `step:CODE` and `kind:CODE`. Ties are `below`, `at`, `holds`, `member`,
    `responsible` and `hands_over`; their keys begin with their kind. Persons without a
    post are left out: what they have may be a post that is not seen.
    """
    known = catalogue.current(READER)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    rows = {name: list(records.every(KINDS[name], READER)) for name in EXPORTED}
    rows["persons"] = _placed(rows)
    for name in ("organisations", "posts", "persons", "networks"):
        for row in rows[name]:
            key, told = _node(name, row)
            graph.add_node(key, **told)
    for code, step in known.steps.items():
        graph.add_node(
            f"step:{code}", **_said(kind="step", names=step.title, tracks=step.tracks)
        )
    for code, kind in known.kinds.items():
        graph.add_node(f"kind:{code}", **_said(kind="kind", names=kind.label))
    for name in EXPORTED:
        for row in rows[name]:
            _add_tie(graph, name, row)
    for one in known.handovers:
        key = f"hands_over:{one.from_step}|{one.to_step}|{'|'.join(one.tracks)}"
        ends = f"step:{one.from_step}", f"step:{one.to_step}"
        told = {"tracks": one.tracks, "share": one.share, "known_gap": one.known_gap}
        graph.add_edge(*ends, key, **_said(kind="hands_over", **told))
    return graph


def _placed(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Mapping[str, Any]]:
    """Return the persons who hold a post that is in the file.

    Others would stand alone, and tell who works where nobody may be told.
    """
    holders = {row["person"] for row in rows["holdings"]}
    return [row for row in rows["persons"] if row["key"] in holders]


def omitted() -> int:
    """Return how many records are left out of the files because they are protected."""
    return sum(records.hidden(KINDS[name], OPERATOR) for name in EXPORTED)


def written(form: str) -> tuple[bytes, list[Loss]]:
    """Return the network as a file of one of FORMS, and what is lost in it.

    It is made once until anything changes: writing it and reading it back take long.
    """
    if is_writing():
        # What a write sees may yet be rolled back.
        return write(whole(), form)
    counter = changes.counter_in_session()
    kept = _kept.setdefault(db.engine, Cache(KEPT_BYTES, _weight, MOST_OF_ONE))
    data, losses = kept.get((form, READER, counter), lambda: write(whole(), form))
    return data, list(losses)


def _weight(file: tuple[bytes, list[Loss]]) -> int:
    data, losses = file
    return len(data) + sum(BESIDE + sum(map(len, loss)) for loss in losses)


def write(graph: "nx.MultiDiGraph[str]", form: str) -> tuple[bytes, list[Loss]]:
    """Return the graph as a file of the form, and what is lost in it.

    `csv` is an archive of two tables, nodes and ties.
    """
    if form != "csv":
        return formats.write(graph, form)
    data = _archived(formats.encoded(graph, is_json=False))
    return data, formats.lost(graph, lambda: read(data, form, UNLIMITED))


def read(data: bytes, form: str, limits: Limits = LIMITS) -> "nx.MultiDiGraph[str]":
    """Return the graph of a file of the form; raise Unreadable where it is none.

    Also where there is more in it than the limits allow.
    """
    if form != "csv":
        return formats.read(data, form, limits)
    return formats.decoded(_unpacked(data, limits), limits)


def _node(name: str, row: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the id of a node, and what is said of it.

    Its key stands among that too, by a name that no form keeps for itself: programs
    make ids anew when they save.
    """
    told = dict(row)
    told["record_key"] = key = str(told.pop("key"))
    if name == "networks":
        return f"network:{key}", _said(kind="network", **told)
    if name == "organisations":
        told["organisation_kind"] = told.pop("kind")
        del told["parent"], told["protected"]
    if name == "posts":
        told["name"] = told.pop("title")
        del told["organisation"]
    return key, _said(kind=name.removesuffix("s"), **told)


def _add_tie(graph: "nx.MultiDiGraph[str]", name: str, row: Mapping[str, Any]) -> None:
    """Add the tie that the record is, where it is one and both its ends are there."""
    told = dict(row)
    key = KINDS[name].key(row)
    match name:
        case "organisations":
            kind, source, target, told = "below", key, row["parent"], {}
        case "posts":
            kind, source, target, told = "at", key, row["organisation"], {}
        case "holdings":
            kind, source, target = "holds", told.pop("person"), told.pop("post")
        case "responsibilities":
            kind, source = "responsible", told.pop("holder")
            target = f"step:{told.pop('step')}"
        case "memberships":
            kind, source = "member", told.pop("holder")
            target = f"network:{told.pop('network')}"
        case _:
            return
    if source in graph and target in graph:
        graph.add_edge(source, target, f"{kind}:{key}", **_said(kind=kind, **told))


def _said(**told: Any) -> dict[str, Any]:
    """Return what is said: nothing that is empty, and lists as lists."""
    lists = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in told.items()
    }
    return {
        name: value for name, value in lists.items() if value not in (None, "", [], {})
    }


def _archived(graph: "nx.MultiDiGraph[str]") -> bytes:
    nodes = [{**held, "key": key} for key, held in graph.nodes(data=True)]
    ties = [
        {**held, "key": key, "source": one, "target": two}
        for one, two, key, held in graph.edges(keys=True, data=True)
    ]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, first, rows in (
            (NODES, ("key",), nodes),
            (TIES, ("key", "source", "target"), ties),
        ):
            table = io.StringIO()
            header = [
                *first,
                *sorted({name for row in rows for name in row} - {*first}),
            ]
            cells = ([_cell(row.get(name)) for name in header] for row in rows)
            spreadsheets.write(table, header, cells)
            packed.writestr(_dated(name), table.getvalue())
    return archive.getvalue()


def _dated(name: str) -> zipfile.ZipInfo:
    """Return a name that is packed alike each time: the same network, the same file."""
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A lone carriage return would end the row.
    return "" if value is None else str(value).replace("\r", "\n")


def _unpacked(data: bytes, limits: Limits) -> "nx.MultiDiGraph[str]":
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    nodes, ties = _tables(data, limits)
    limits.check_parts(len(nodes) + len(ties))
    ends = [(row.get(end, ""), "") for row in ties for end in ("source", "target")]
    check_ends([(row.get("key", ""), "") for row in nodes], ends)
    check_ties(
        (row["source"], row["target"], row["key"]) for row in ties if "key" in row
    )
    graph.add_nodes_from((row.pop("key"), row) for row in nodes)
    for number, row in enumerate(ties):
        source, target = row.pop("source"), row.pop("target")
        formats.add_tie(graph, source, target, row.pop("key", str(number)), row)
    return graph


def _tables(data: bytes, limits: Limits) -> tuple[list[Cells], list[Cells]]:
    """Return the rows of the tables in the archive, without their empty cells."""
    archive = io.BytesIO(data)
    try:
        spreadsheets.check_archive(archive, limits.bytes)
        with (
            zipfile.ZipFile(archive) as packed,
            tempfile.TemporaryDirectory() as folder,
        ):
            nodes, ties = (
                _rows(Path(folder) / name, packed.read(name), limits)
                for name in (NODES, TIES)
            )
    except Broken as broken:
        raise element_sheets.unreadable(broken) from broken
    except DAMAGED as error:
        raise Unreadable("not_a_graph", form="csv") from error
    return nodes, ties


def _rows(path: Path, table: bytes, limits: Limits) -> list[Cells]:
    path.write_bytes(table)
    sheet = spreadsheets.read(path, lambda _bytes: None)
    named = spreadsheets.named(sheet, limits.parts, limits.elements)
    return [row for _number, row in named]

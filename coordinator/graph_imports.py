"""Graphs and element sheets coming in, as organisations, networks and memberships.

They are turned into rows of those registers and go the way of the exchange files: all
of them or none, each bad one named. What an element does not say is left as it is.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx

from coordinator import catalogue, graph_files, spreadsheets
from coordinator.access import UNIT, select_to_write
from coordinator.catalogue import Catalogue
from coordinator.columns import KINDS
from coordinator.exchange import IMPORTED_BY, Finding, Importer, Report
from coordinator.spreadsheets import Broken, Sheet
from coordinator.values import LONGEST_KEY
from graphs.soundness import Unreadable
from models import (
    MEMBER_ROLES,
    Network,
    Organisation,
    Post,
    begin_write,
    db,
    fold,
)

TAKEN = ("organisations", "networks", "memberships")
FORMS = {
    ".graphml": "graphml",
    ".xml": "graphml",
    ".gexf": "gexf",
    ".json": "json",
    ".zip": "csv",
    ".csv": "sheet",
    ".xlsx": "sheet",
}
NETWORK_WORDS = frozenset({"network", "forum", "nettverk"})
MOST_SHOWN = 100
# Where an element says what it is called, and of what kind it is.
NAMED_BY = ("name", "label", "title")
KIND_IN = ("organisation_kind", "type", "kind", "element type")
ROLE_IN = ("role", "type", "label", "connection type")
KEPT = {
    "organisations": ("orgnr", "serves", "web", "languages", "valid_from", "valid_to"),
    "networks": ("mandate", "valid_from", "valid_to"),
    "memberships": ("valid_to",),
}


class Fault(NamedTuple):
    """What is wrong with an element or a tie: its kind, how it is named, and why."""

    kind: str
    of: str
    column: str | None
    code: str
    details: Mapping[str, str]


@dataclass
class Proposal:
    """What a file brings, or brought: counts by register, faults, what is left out.

    `left_out` counts what the registers do not take, by kind of element.
    """

    reports: dict[str, Report] = field(
        default_factory=lambda: {kind: Report() for kind in TAKEN}
    )
    faults: list[Fault] = field(default_factory=list)
    bad: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the file is an organisation, a network or a membership."""
        return not any(report.rows for report in self.reports.values())


class _Row(NamedTuple):
    """A row on its way to a register, and how its element is named."""

    of: str
    cells: dict[str, str]


def bring(
    path: Path, name: str, *, who: str = IMPORTED_BY, dry_run: bool = False
) -> Proposal:
    """Bring the elements of a file in, all or none; a dry run changes nothing.

    `name` is what the file is called: its ending says what it is. Raise Unreadable for
    a file that is none of FORMS, or not safe to read.
    """
    graph = _read(path, Path(name).suffix.lower())
    begin_write()
    found = Proposal()
    try:
        rows = _Rows(graph, catalogue.current(UNIT))
        found.left_out = rows.left_out
        found.faults += rows.faults
        found.bad = len(rows.faults)
        for kind in TAKEN:
            for group in _alike(rows.of[kind]):
                _take(kind, group, found, who)
    except BaseException:  # also where someone stops it: nothing is half-written
        db.session.rollback()
        raise
    if found.bad or dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return found


def _take(kind: str, rows: Sequence[_Row], found: Proposal, who: str) -> None:
    """Bring rows in that say the same columns; what they do not say is left alone."""

    def hear(finding: Finding) -> None:
        found.bad += 1
        if len(found.faults) < MOST_SHOWN:
            of = rows[finding.row - 2].of if 2 <= finding.row < len(rows) + 2 else ""
            found.faults.append(
                Fault(kind, of, finding.column, finding.code, finding.details)
            )

    header = list(rows[0].cells)
    importer = Importer(
        KINDS[kind], db.session.connection(), hear, lambda _finding: None, who
    )
    numbered = enumerate((list(row.cells.values()) for row in rows), start=2)
    report = Report()
    importer.take(Sheet(header, iter(numbered)), report)
    total = found.reports[kind]
    total.rows += report.rows
    total.created += report.created
    total.updated += report.updated
    total.unchanged += report.unchanged


def _alike(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    """Yield the rows in groups that have the same columns, the first column first."""
    groups: dict[tuple[str, ...], list[_Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.cells), []).append(row)
    yield from groups.values()


def _read(path: Path, ending: str) -> "nx.MultiDiGraph[str]":
    form = FORMS.get(ending)
    if form is None:
        raise Unreadable("unknown_form", form=ending)
    if form == "sheet":
        return _of_sheets(path)
    return graph_files.read(path.read_bytes(), form)


# Element sheets, as Kumu has them: Label and Type; From, To and Type.


def _of_sheets(path: Path) -> "nx.MultiDiGraph[str]":
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    try:
        sheets = [_table(sheet) for sheet in spreadsheets.read_each(path)]
    except Broken as broken:
        where = {"line": str(broken.row)} | broken.details
        raise Unreadable(broken.code, **where) from broken
    elements = [rows for head, rows in sheets if "label" in head and "from" not in head]
    ties = [rows for head, rows in sheets if {"from", "to"} <= head]
    if not elements and not ties:
        raise Unreadable("no_elements")
    for row in (row for rows in elements for row in rows):
        label = row["label"]
        if not label:
            raise Unreadable("no_key", line=row["row"])
        if label in graph:
            raise Unreadable("repeated_key", key=label[:80], line=row["row"])
        graph.add_node(label)
        graph.nodes[label].update(row)
    for number, row in enumerate(row for rows in ties for row in rows):
        for end in (row["from"], row["to"]):
            if not end:
                raise Unreadable("no_key", line=row["row"])
            if end not in graph:
                graph.add_node(end, label=end, is_known=True)
        graph.add_edge(row["from"], row["to"], str(number))
        graph.edges[row["from"], row["to"], str(number)].update(row)
    return graph


def _table(sheet: Sheet) -> tuple[set[str], list[dict[str, Any]]]:
    """Return the lower-case names of the columns, and the rows by them."""
    header = [name.strip().casefold() for name in sheet.header]
    rows = []
    for number, cells in sheet.rows:
        if cells is None or len(cells) != len(header):
            raise Broken("broken_row", number)
        rows.append(dict(zip(header, cells, strict=True)) | {"row": str(number)})
    return set(header), rows


# Rows


class _Rows:
    """The rows that a graph makes, by register, and what of it makes none."""

    def __init__(self, graph: "nx.MultiDiGraph[str]", known: Catalogue) -> None:
        self.known = known
        self.kind_words = _kind_words(known)
        self.keys = {
            "organisations": _by_name(Organisation.__table__.c),
            "networks": _by_name(Network.__table__.c),
        }
        post = Post.__table__.c.key
        self.posts = frozenset(db.session.scalars(select_to_write(post)))
        self.of: dict[str, list[_Row]] = {kind: [] for kind in TAKEN}
        self.left_out: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.at: dict[str, tuple[str, str]] = {}
        for node, held in graph.nodes(data=True):
            self._take_node(node, _lower(held))
        parents: list[_Row] = []
        for source, target, held in graph.edges(data=True):
            parents += self._take_tie(source, target, _lower(held))
        self.of["organisations"] += parents

    def _take_node(self, node: str, held: dict[str, Any]) -> None:
        kind = self._register_of(node, held)
        if kind is None and node in self.posts:  # it can be a member, as it is
            self.at[node] = "posts", node
            return
        if kind is None:
            self.left_out[str(held.get("kind") or held.get("type") or "")[:40]] += 1
            return
        called = next((str(held[one]) for one in NAMED_BY if held.get(one)), node)
        key = self._key(kind, node, called)
        self.at[node] = kind, key
        if self._is_anothers(kind, key, node, called):
            fault = Fault(kind, called[:80], "key", "key_of_another", {"key": key})
            self.faults.append(fault)
            return
        if held.get("is_known"):  # named by a tie alone: it must be there
            if (
                fold(called) not in self.keys[kind]
                and key not in self.keys[kind].values()
            ):
                self.faults.append(
                    Fault(kind, called[:80], None, "unknown_element", {})
                )
            return
        cells = {"key": key, "name": called}
        if kind == "organisations":
            if own := self._organisation_kind(held):
                cells["kind"] = own
            elif key not in self.keys[kind].values():
                said = next((str(held[one]) for one in KIND_IN if held.get(one)), "")
                self.faults.append(
                    Fault(
                        kind, called[:80], "kind", "unknown_kinds", {"value": said[:80]}
                    )
                )
                return
        elif held.get("description"):
            cells["mandate"] = str(held["description"])
        cells |= _said(kind, held)
        self.of[kind].append(_Row(called[:80], cells))

    def _register_of(self, node: str, held: Mapping[str, Any]) -> str | None:
        said = {fold(str(held[one])) for one in ("kind", "type") if held.get(one)}
        if node.startswith("network:") or said & NETWORK_WORDS:
            return "networks"
        if self._organisation_kind(held) or said & {"organisation", "organization"}:
            return "organisations"
        if held.get("is_known"):
            is_network = fold(node) in self.keys["networks"]
            return "networks" if is_network else "organisations"
        if (
            "label" in held and "row" in held
        ):  # an element of a sheet: say what it lacks
            return "organisations"
        return None

    def _organisation_kind(self, held: Mapping[str, Any]) -> str | None:
        for one in KIND_IN:
            if held.get(one) and (found := self.kind_words.get(fold(str(held[one])))):
                return found
        return None

    def _key(self, kind: str, node: str, called: str) -> str:
        """Return the key that is the node's, or of that name, or made of the name."""
        own = node.removeprefix("network:") if kind == "networks" else node
        if own in self.keys[kind].values():
            return own
        if known := self.keys[kind].get(fold(called)):
            return known
        return own if _is_key(own) and own == own.casefold() else _slug(called)

    def _is_anothers(self, kind: str, key: str, node: str, called: str) -> bool:
        """Return whether a key made of a name is the key of one of another name."""
        own = node.removeprefix("network:") if kind == "networks" else node
        known = self.keys[kind]
        return own != key and key in known.values() and known.get(fold(called)) != key

    def _take_tie(self, source: str, target: str, held: dict[str, Any]) -> list[_Row]:
        """Take a membership; return a row for one that another is above."""
        ends = self.at.get(source), self.at.get(target)
        kind = str(held.get("kind") or "")
        match ends:
            case (("organisations", child), ("organisations", parent)) if (
                kind == "below"
            ):
                return [_Row(child, {"key": child, "parent": parent})]
            case (("organisations" | "posts", holder), ("networks", network)) | (
                ("networks", network),
                ("organisations" | "posts", holder),
            ):
                cells = {"network": network, "holder": holder, "role": _role(held)}
                if held.get("valid_from"):
                    cells["valid_from"] = _cell(held["valid_from"])
                of = f"{holder} → {network}"
                self.of["memberships"].append(
                    _Row(of, cells | _said("memberships", held))
                )
            case _:
                self.left_out[kind or "tie"] += 1
        return []


def _lower(held: Mapping[str, Any]) -> dict[str, Any]:
    return {name.casefold(): value for name, value in held.items()}


def _said(kind: str, held: Mapping[str, Any]) -> dict[str, str]:
    return {name: _cell(held[name]) for name in KEPT[kind] if held.get(name)}


def _cell(value: Any) -> str:
    """Return a value as a cell of an exchange file."""
    if isinstance(value, list):
        return "|".join(map(str, value))
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _role(held: Mapping[str, Any]) -> str:
    said = (fold(str(held[one])) for one in ROLE_IN if held.get(one))
    return next((one for one in said if one in MEMBER_ROLES), "member")


def _kind_words(known: Catalogue) -> dict[str, str]:
    """Return the kinds of organisations by code, and by label in each language."""
    found: dict[str, str] = {}
    for code, kind in known.kinds.items():
        for words in (code, *kind.label.values()):
            found.setdefault(fold(str(words)), code)
    return found


def _by_name(columns: Any) -> dict[str, str]:
    """Return the keys by folded name; of several of a name the first by its key."""
    found: dict[str, str] = {}
    statement = select_to_write(columns.key, columns.name).order_by(columns.key)
    for key, name in db.session.execute(statement):
        found.setdefault(fold(name), key)
    return found


_NO_KEY = re.compile(r"[^a-z0-9]+")


def _is_key(text: str) -> bool:
    return (
        len(text) <= LONGEST_KEY and re.fullmatch(r"[A-Za-z0-9_.-]+", text) is not None
    )


def _slug(name: str) -> str:
    """Return a key made of a name: the same name makes the same key.

    >>> _slug("Barnevernet på Røst")
    'barnevernet-pa-rost'
    """
    folded = name.casefold().translate(str.maketrans("æøåđŋŧ", "aoadnt"))
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return _NO_KEY.sub("-", plain).strip("-")[:LONGEST_KEY].strip("-") or "-"

"""Graphs and element sheets coming in, as organisations, networks and memberships.

They are turned into rows of those registers and go the way of the exchange files: all
of them or none, each bad one named. What an element does not say is left as it is.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import networkx as nx

from coordinator import catalogue, element_sheets, graph_files, graph_rows
from coordinator.access import UNIT, Viewer
from coordinator.columns import KINDS
from coordinator.element_sheets import MARKS
from coordinator.exchange import IMPORTED_BY, Finding, Importer, Report
from coordinator.graph_rows import TAKEN, Fault, Row, Rows
from coordinator.records import Values
from coordinator.spreadsheets import Sheet
from graphs.soundness import LIMITS, Unreadable
from models import begin_write, db

FORMS = {
    ".graphml": "graphml",
    ".xml": "graphml",
    ".gexf": "gexf",
    ".json": "json",
    ".zip": "csv",
    ".csv": "sheet",
    ".xlsx": "sheet",
}
MOST_SHOWN = 100


@dataclass
class Taken:
    """What a register takes, and took: how each record is named, by its key.

    `rows` are those of what is new. `edits` tell how those that changed were, and how
    they are then: what one who looks may see of them.
    """

    created: dict[str, str] = field(default_factory=dict)
    updated: dict[str, str] = field(default_factory=dict)
    unchanged: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    edits: dict[str, tuple[Values, Values]] = field(default_factory=dict)

    def add(self, key: str, row: Row, created: Set[str], updated: Set[str]) -> None:
        """Count a record once, however many rows tell of it."""
        of = row.of
        if key in self.created:
            return
        if key in created:
            self.created[key], self.rows[key] = of, row
        elif key in updated or key in self.updated:
            self.updated[key] = of
            self.unchanged.pop(key, None)
        else:
            self.unchanged[key] = of

    def edit(self, key: str, before: Values, after: Values) -> None:
        """Keep how a record was at first, and how it is at last."""
        first, _between = self.edits.get(key, (before, after))
        self.edits[key] = first, after


@dataclass
class Proposal:
    """What a file brings, or brought, by register; its faults; what is left out.

    `is_done`: it was brought in. `is_other`: it was not what was expected.
    """

    taken: dict[str, Taken] = field(
        default_factory=lambda: {kind: Taken() for kind in TAKEN}
    )
    faults: list[Fault] = field(default_factory=list)
    bad: int = 0
    rows: Rows = field(default_factory=Rows)
    is_done: bool = False
    is_other: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the file is an organisation, a network or a membership."""
        return not any(self.rows.of.values())

    @property
    def changes(self) -> bool:
        """Whether anything is new or changed."""
        return any(one.created or one.updated for one in self.taken.values())

    @property
    def fingerprint(self) -> str:
        """What says whether another proposal would change the same things."""
        said = [
            (kind, sorted(one.created), sorted(one.updated), sorted(one.edits.items()))
            for kind, one in self.taken.items()
        ]
        return blake2b(repr(said).encode(), digest_size=16).hexdigest()


def read(path: Path, name: str) -> "nx.MultiDiGraph[str]":
    """Return the graph of a file, whose name tells by its ending of what form it is.

    This may take long: read before the write begins. Raise Unreadable for a file that
    is none of FORMS, not safe to read, or too large.
    """
    ending = Path(name).suffix.lower()
    form = FORMS.get(ending)
    if form is None:
        raise Unreadable("unknown_form", form=ending)
    if form == "sheet":
        return element_sheets.read(path)
    with path.open("rb") as file:
        graph = graph_files.read(file.read(LIMITS.bytes + 1), form)
    _forget_marks(graph)
    return graph


def _forget_marks(graph: "nx.MultiDiGraph[str]") -> None:
    """Take off attributes that are called as what sheets mark their rows with."""
    held = [held for _node, held in graph.nodes(data=True)]
    held += [held for _one, _two, held in graph.edges(data=True)]
    for one in held:
        for name in [name for name in one if name.casefold() in MARKS]:
            del one[name]


def bring(
    graph: "nx.MultiDiGraph[str]",
    *,
    viewer: Viewer,
    who: str = IMPORTED_BY,
    dry_run: bool = False,
    expected: str | None = None,
) -> Proposal:
    """Bring the elements of a graph in, all or none; a dry run changes nothing.

    The viewer is told how what changes was before. Where a fingerprint is expected, a
    graph that would change anything else than it did then is not brought in.
    """
    begin_write()
    found = Proposal()
    try:
        found.rows = graph_rows.of_graph(graph, catalogue.current(UNIT))
        found.faults = found.rows.faults[:MOST_SHOWN]
        found.bad = len(found.rows.faults)
        for kind in TAKEN:
            if kind == "memberships" and found.bad:
                break  # their ends are not there: it would only be said again
            for group in _alike(found.rows.of[kind]):
                _take(kind, group, found, who, viewer)
    except BaseException:  # also where someone stops it: nothing is half-written
        db.session.rollback()
        raise
    is_expected = expected in (None, found.fingerprint)
    # What is there already is as well brought in twice: a second click says so.
    found.is_other = found.changes and not is_expected
    if found.bad or dry_run or found.is_other:
        db.session.rollback()
    else:
        db.session.commit()
        found.is_done = found.changes
    return found


def _alike(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows in groups that say the same columns, in the order of the first."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.cells), []).append(row)
    yield from groups.values()


def _take(
    kind: str, rows: Sequence[Row], found: Proposal, who: str, viewer: Viewer
) -> None:
    """Bring rows in that say the same columns; what they do not say is left alone."""
    created: set[str] = set()
    updated: set[str] = set()

    def hear(finding: Finding) -> None:
        found.bad += 1
        if len(found.faults) < MOST_SHOWN:
            at = finding.row - 2
            row = rows[at] if 0 <= at < len(rows) else Row("", {})
            found.faults.append(
                Fault(
                    kind,
                    row.of,
                    finding.column,
                    finding.code,
                    finding.details,
                    row.row,
                )
            )

    def hear_written(new: Set[str], changed: Set[str]) -> None:
        created.update(new)
        updated.update(changed)

    importer = Importer(
        KINDS[kind],
        db.session.connection(),
        hear,
        lambda _finding: None,
        who,
        hear_written,
        found.taken[kind].edit,
        viewer,
    )
    numbered = enumerate((list(row.cells.values()) for row in rows), start=2)
    importer.take(Sheet(list(rows[0].cells), iter(numbered)), Report())
    for key, (number, _sense) in importer.seen.items():
        found.taken[kind].add(key, rows[number - 2], created, updated)

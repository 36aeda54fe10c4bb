"""`python -m bench.exchanging ROUNDS`: how long graph files take, as JSON.

Seconds of each round: the network as a graph, each form written and read back for its
losses, and one read as a preview in which every membership changes; the same by
networkx alone, or by Python's csv, as the control.
"""

import csv
import io
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx

from bench.checks import Wrong
from coordinator import graph_files, graph_imports
from coordinator.access import UNIT
from graphs import formats
from models import db
from wsgi import app

LAST = date(2030, 12, 31)


def main(rounds: int) -> None:
    """Print what was measured."""
    found: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        found.setdefault(name, []).append(time.perf_counter() - start)
        return result

    with app.app_context(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "changed.json"
        for _round in range(rounds):
            graph = timed("whole", graph_files.whole)
            db.session.rollback()
            for form in graph_files.FORMS:
                _data, losses = timed(form, lambda: graph_files.write(graph, form))  # noqa: B023
                if losses:
                    raise Wrong(f"{form} lost {losses[:3]}")
                plain = formats.encoded(graph, is_json=form == "json")
                timed(f"bare {form}", lambda: BARE[form](plain))  # noqa: B023
            size = _change(graph, path)
            timed("bare read", lambda: _bare_read(path))
            given = timed("read", lambda: graph_imports.read(path, path.name))
            preview = timed(
                "preview",
                lambda: graph_imports.bring(given, viewer=UNIT, dry_run=True),  # noqa: B023
            )
            _check(preview, graph)
    print(
        json.dumps({**found, "nodes": len(graph), "ties": graph.size(), "bytes": size})
    )


def _change(graph: "nx.MultiDiGraph[str]", path: Path) -> int:
    """Write the graph with a last day for every membership; return its size."""
    for _one, _two, held in graph.edges(data=True):
        if held["kind"] == "member":
            held["valid_to"] = LAST
    data, _losses = graph_files.write(graph, "json")
    return path.write_bytes(data)


def _check(preview: graph_imports.Proposal, graph: "nx.MultiDiGraph[str]") -> None:
    """Raise Wrong where the preview does not tell of every membership."""
    members = sum(held["kind"] == "member" for *_, held in graph.edges(data=True))
    edits = preview.taken["memberships"].edits
    if preview.bad or len(edits) != members:
        raise Wrong(f"{len(edits)} of {members} changes, {preview.faults[:2]}")


def _bare_read(path: Path) -> Any:
    return nx.node_link_graph(json.loads(path.read_bytes()), edges="edges")


def _bare_json(graph: "nx.MultiDiGraph[str]") -> str:
    return json.dumps(nx.node_link_data(graph, edges="edges"))


def _bare_tables(graph: "nx.MultiDiGraph[str]") -> None:
    nodes = [{"key": key, **held} for key, held in graph.nodes(data=True)]
    ties = [
        {"source": one, "target": two, **held}
        for one, two, held in graph.edges(data=True)
    ]
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in (("nodes.csv", nodes), ("ties.csv", ties)):
            table = io.StringIO()
            writer = csv.DictWriter(table, sorted({key for row in rows for key in row}))
            writer.writeheader()
            writer.writerows(rows)
            archive.writestr(name, table.getvalue())


BARE: dict[str, Callable[["nx.MultiDiGraph[str]"], Any]] = {
    "graphml": lambda graph: "\n".join(nx.generate_graphml(graph)).encode(),
    "gexf": lambda graph: "\n".join(nx.generate_gexf(graph)).encode(),
    "json": _bare_json,
    "csv": _bare_tables,
}


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""The network as a file: how long each form takes, and reading one back as a preview.

Of as many nodes and ties as a picture holds. The goals are our own: a file is there
while one waits for a page, and a preview before one looks away. Beside each figure
stands its control in the same process: networkx's own writer and reader, or for tables
Python's, on the same graph. They check nothing, and name no loss.
"""

import json
from statistics import median

from bench import pictures
from bench.checks import Wrong
from bench.measures import Bench
from bench.report import Figure, at_most

MEASURED = "bench.exchanging"
FORMS = {
    "graphml": "GraphML",
    "gexf": "GEXF",
    "json": "node-link JSON",
    "csv": "tables",
}
# Seconds: each file is written, and read back for what it cannot hold. A preview holds
# the write of everyone else, so that it is bounded too.
WRITTEN, READ, PREVIEWED = at_most(8), at_most(4), at_most(6)
FEWEST = {"nodes": 4900, "ties": 19_000}


def files(bench: Bench) -> list[Figure]:
    """Measure the files of five thousand nodes and twenty thousand ties."""
    instance = pictures.filled(bench, "files")
    took = json.loads(instance.run_module(MEASURED, bench.size.rounds).output)
    for name, fewest in FEWEST.items():
        if took[name] < fewest:
            raise Wrong(f"{took[name]} {name}")
    nodes, ties, size = took["nodes"], took["ties"], took["bytes"] / 1e6
    bench.report.note(
        f"The file has {nodes:,} nodes, {ties:,} ties; JSON {size:.1f} MB"
    )
    figures = [Figure("the network as a graph", "s", took["whole"], None)]
    for form, name in FORMS.items():
        beside = f"bare: {median(took[f'bare {form}']):.2g} s"
        figures.append(
            Figure(
                f"the network as {name}, losses named", "s", took[form], WRITTEN, beside
            )
        )
    beside = f"bare networkx: {median(took['bare read']):.2g} s"
    return [
        *figures,
        Figure("JSON read back and checked", "s", took["read"], READ, beside),
        Figure(
            "its preview, changed everywhere", "s", took["preview"], PREVIEWED, beside
        ),
    ]

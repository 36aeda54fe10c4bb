"""The network as a whole: its state, its weak spots, what if, as of, and a way in."""

from views.network.blueprint import bp

from views.network import acceptances, coverage, files, flow, over_time  # isort: skip
from views.network import state, trends, way_in, what_if  # isort: skip
from views.network import lists, nodes, pictures  # isort: skip  # their routes join `bp`

__all__ = [
    "acceptances",
    "bp",
    "coverage",
    "files",
    "flow",
    "lists",
    "nodes",
    "over_time",
    "pictures",
    "state",
    "trends",
    "way_in",
    "what_if",
]

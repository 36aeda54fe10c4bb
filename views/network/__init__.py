"""The network as a whole: its state, its weak spots, what if, as of, and a way in."""

from views.network.blueprint import bp

from views.network import acceptances, over_time, state, way_in, what_if  # isort: skip
from views.network import lists, nodes, pictures  # isort: skip  # their routes join `bp`

__all__ = [
    "acceptances",
    "bp",
    "lists",
    "nodes",
    "over_time",
    "pictures",
    "state",
    "way_in",
    "what_if",
]

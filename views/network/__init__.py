"""The network as a whole: its state, its weak spots, what if, as of, and a way in."""

from views.network.blueprint import bp

from views.network import acceptances, coverage, over_time, state  # isort: skip
from views.network import trends, way_in, what_if  # isort: skip
from views.network import lists  # isort: skip  # their routes join `bp`

__all__ = [
    "acceptances",
    "bp",
    "coverage",
    "lists",
    "over_time",
    "state",
    "trends",
    "way_in",
    "what_if",
]

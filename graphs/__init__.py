"""Shapes: pure functions from rows to a networkx graph, and from it to answers."""

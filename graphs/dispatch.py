"""Which of networkx's backends carries what is heavy: ours on igraph, once installed.

Named in the call and nowhere else: were it networkx's first choice, every light call
would load igraph. It is loaded at the first heavy one.
"""

import networkx as nx

NAME = "coordinator_igraph"
# Without the installation (`make run` does it) the answers are networkx's own: the same
# where an algorithm is deterministic, and slower.
BACKEND = NAME if NAME in nx.config.backends else "networkx"

# That a graph converted once serves the next question is what we want.
nx.config.warnings_to_ignore.add("cache")

"""Vacancies: posts that nobody holds, or only a deputy."""

from datetime import date

import networkx as nx

from graphs import grain
from graphs.findings import Finding
from graphs.network import stands


def vacant(graph: "nx.MultiDiGraph[str]", on: date) -> list[Finding]:
    """Return the posts of that day without a holder; those with deputies name them.

    >>> from graphs.network import Node, Tie, build
    >>> nodes = [Node("desk", "organisation"), Node("lead", "post")]
    >>> G = build(nodes, [Tie("lead", "desk", "at", "lead")])
    >>> [(one.reason, one.posts) for one in vacant(G, date(2026, 11, 25))]
    [('vacant', ('lead',))]
    """
    found = (
        _vacancy(graph, post, organisation, on)
        for post, organisation, facts in graph.edges(data=True)
        if facts["kind"] == "at"
        and stands(graph.nodes[post], on)
        and stands(graph.nodes[organisation], on)
    )
    return grain.in_order(finding for finding in found if finding)


def _vacancy(
    graph: "nx.MultiDiGraph[str]", post: str, organisation: str, on: date
) -> Finding | None:
    held = [
        (person, bool(facts.get("deputy")))
        for person, _, facts in graph.in_edges(post, data=True)
        if facts["kind"] == "holds" and stands(facts, on)
    ]
    if not all(is_deputy for _, is_deputy in held):
        return None
    return Finding(
        "vacant",
        "deputy_only" if held else "vacant",
        organisations=(organisation,),
        posts=(post,),
        persons=tuple(sorted({person for person, _ in held})),
    )

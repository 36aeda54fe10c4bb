"""Single points of failure: the one person, or the one tie, that all hangs on."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import networkx as nx

from graphs import grain
from graphs.cells import Cell
from graphs.dispatch import BACKEND
from graphs.findings import Finding
from graphs.grain import Observation, Places


def only_person(cells: Iterable[Cell], places: Places) -> list[Finding]:
    """Return the steps that one single person is responsible for.

    A function without a post is more than a person, and so is the one who asks.

    >>> from datetime import date
    >>> from graphs.cells import Party
    >>> here = grain.standing([grain.Place("1", "municipality")], date(2026, 11, 25))
    >>> lead = (Party("desk", "lead", ("ann",)),)
    >>> cell = Cell("settle", "adult", frozenset(["1"]), True, responsible=lead)
    >>> [one.persons for one in only_person([cell], here)]
    [('ann',)]
    """
    return grain.state(_only_person(cells, places), places)


def _only_person(cells: Iterable[Cell], places: Places) -> Iterator[Observation]:
    for cell in cells:
        parties = cell.responsible
        persons = {person for party in parties for person in party.persons}
        if len(persons) == 1 and all(one.organisation and one.post for one in parties):
            finding = Finding(
                "single-points",
                "only_person",
                cell.step,
                organisations=_sorted(one.organisation for one in parties),
                posts=_sorted(one.post for one in parties),
                persons=tuple(persons),
            )
            yield Observation(finding, cell.track, places.mask(cell.places))


def cut_points(cooperation: "nx.Graph[str]") -> list[Finding]:
    """Return the persons and organisations without whom a part falls off.

    A part counts when an organisation is in it, and so does what is left. A person is
    shown with the organisations that she ties.

    >>> G = nx.path_graph(["police", "ann", "shelter"])
    >>> kinds = {"police": "organisation", "ann": "person", "shelter": "organisation"}
    >>> nx.set_node_attributes(G, kinds, "kind")
    >>> [one.persons for one in cut_points(G)]
    [('ann',)]
    """
    kinds = {one: facts["kind"] for one, facts in cooperation.nodes(data=True)}
    return grain.in_order(
        Finding("single-points", "cut_point", organisations=(one,))
        if kinds[one] == "organisation"
        else Finding(
            "single-points",
            "cut_point",
            organisations=_sorted(
                other for other in cooperation[one] if kinds[other] == "organisation"
            ),
            persons=(one,),
        )
        for one, parts in _parts(cooperation, kinds).items()
        if kinds[one] != "network" and parts >= 2
    )


def _parts(graph: "nx.Graph[str]", kinds: dict[str, str]) -> dict[str, int]:
    """Return how many parts with an organisation are left without each cut point."""
    tree = _tree_of_blocks(graph, kinds)
    found: dict[str, int] = {}
    for component in nx.connected_components(tree):
        root = next(iter(component))
        above = dict(nx.dfs_predecessors(tree, root))
        below = {one: tree.nodes[one]["organisations"] for one in component}
        for one in nx.dfs_postorder_nodes(tree, root):
            if one in above:
                below[above[one]] += below[one]
        for one in component:
            if isinstance(one, str):
                pieces = [below[at] for at in tree[one] if at != above.get(one)]
                pieces.append(below[root] - below[one])
                found[one] = sum(piece > 0 for piece in pieces)
    return found


def _tree_of_blocks(
    graph: "nx.Graph[str]", kinds: dict[str, str]
) -> "nx.Graph[str | int]":
    """Return the cut points and, by number, the blocks they join: a tree, or several.

    Each knows how many organisations are in it; those at a cut point are counted there.
    """
    blocks: list[Any] = list(nx.biconnected_components(graph, backend=BACKEND))
    times = Counter(one for block in blocks for one in block)
    tree: nx.Graph[str | int] = nx.Graph()
    for number, block in enumerate(blocks):
        inside = [one for one in block if times[one] == 1]
        tree.add_node(number, organisations=_count(inside, kinds))
        for one in block:
            if times[one] > 1:
                tree.add_node(one, organisations=_count([one], kinds))
                tree.add_edge(number, one)
    return tree


def _count(nodes: Iterable[str], kinds: dict[str, str]) -> int:
    return sum(kinds[one] == "organisation" for one in nodes)


def _sorted(keys: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({key for key in keys if key}))

"""Pictures of the network as a viewer may see it: narrowed, measured and laid out.

One view holds all that a picture, its table and its data say. Views are kept until
anything changes. Protected organisations are in none of them, whoever looks: pictures
are shared, printed and taken along.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import networkx as nx

from coordinator import changes, picture_layouts, questions
from coordinator.access import UNIT, Viewer
from coordinator.errors import NotFound
from coordinator.lru import Cache
from coordinator.picture_grounds import (
    NETWORK,
    ROLES,
    STEP,
    Ground,
    ground_of,
    is_small,
)
from coordinator.questions import Reading
from graphs import pictures
from graphs.pictures import Line
from models import db

# What may be chosen to be drawn; of several kinds together those that say most.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "organisation": ("organisation",),
    "post": ("post",),
    "person": ("person",),
    "step": ("step",),
    "network": ("network",),
    "organisation-step": ("organisation", "step"),
    "organisation-network": ("organisation", "network"),
    "organisation-person": ("organisation", "person"),
}
USUAL_MEASURE = "betweenness"
# So many views are kept, of each viewer.
MOST_KEPT = 32


class Wanted(NamedTuple):
    """What shall be drawn, as the address says it; empty is all."""

    place: str = ""
    kind: str = ""
    step: str = ""
    track: str = ""
    network: str = ""
    measure: str = USUAL_MEASURE
    around: str = ""
    depth: int = 1
    circles: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self._replace(measure="") == Wanted(measure="")


class Shown(NamedTuple):
    """A node of a picture: where it lies, its number of ties, and what it weighs."""

    id: str
    kind: str
    x: float
    y: float
    degree: int
    weight: float
    size: int = 1


class Tied(NamedTuple):
    """Two nodes and all that ties them, the gravest first; `number` of ties in all."""

    source: str
    target: str
    kinds: tuple[str, ...]
    number: int = 1


class Totals(NamedTuple):
    """How many nodes, ties and broken handovers a graph has."""

    nodes: int
    ties: int
    broken: int

    @classmethod
    def of(cls, graph: "nx.Graph[str]") -> "Totals":
        """Count them; ties without kinds are none that can be broken."""
        kinds = graph.edges(data="kinds", default=())
        broken = sum(pictures.BROKEN in found for *_ends, found in kinds)
        return cls(len(graph), graph.number_of_edges(), broken)


@dataclass(frozen=True)
class View:
    """One picture: nodes and ties in the order of their keys.

    `total` is how many there would be, `broken` how many handovers among them are;
    where that is more than `nodes`, they are circles to be opened (`is_gathered`), or
    else the strongest.
    """

    wanted: Wanted
    on: date
    nodes: tuple[Shown, ...]
    ties: tuple[Tied, ...]
    total: int
    total_ties: int
    broken: int
    is_gathered: bool = False
    is_estimated: bool = False

    @cached_property
    def by_id(self) -> Mapping[str, Shown]:
        """The nodes by their keys."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def ranked(self) -> tuple[Shown, ...]:
        """The nodes, the heaviest first."""
        return tuple(
            sorted(self.nodes, key=lambda one: (-one.weight, -one.degree, one.id))
        )

    @cached_property
    def neighbours(self) -> Mapping[str, tuple[Tied, ...]]:
        """The ties of each node."""
        found: dict[str, list[Tied]] = {node.id: [] for node in self.nodes}
        for tie in self.ties:
            found[tie.source].append(tie)
            found[tie.target].append(tie)
        return {node: tuple(ties) for node, ties in found.items()}

    def near(self, node: str) -> frozenset[str]:
        """Return the node and those that it is tied to."""
        ties = self.neighbours.get(node, ())
        return frozenset({node, *(end for tie in ties for end in tie[:2])})


def view(wanted: Wanted, viewer: Viewer, on: date | None = None) -> View:
    """Return the picture, the same until anything changes.

    Raise NotFound, naming the parameter, for a place, step, track, network or node that
    is not there for the viewer, and NotAllowed for whom the questions are not answered.
    """
    return _view(wanted, viewer, on)[0]


def _view(wanted: Wanted, viewer: Viewer, on: date | None) -> tuple[View, int]:
    """Return the picture, and the newest change that it knows of."""
    with questions.reading(viewer, on) as (kept, found):
        base, seq = ground_of(kept, found), kept.seq
        views: Cache[Wanted, View]
        views = found.beside.setdefault("pictures", Cache(MOST_KEPT))
    # Measuring and laying out take long, and everyone of a class reads the directory
    # under one lock. So it is done outside it, of what stands still: not the directory.
    return views.get(wanted, lambda: _made(wanted, base, found)), seq


def is_measured(viewer: Viewer) -> bool:
    """Return whether the whole network's measures can be had while a page is made.

    As `picture_grounds.is_at_hand`: of a small network, and of a large one once someone
    has seen it whole since the last change. What can be drawn of it is not enough.
    """
    with questions.reading(viewer) as (_kept, found):
        views = found.beside.get("pictures", ())
        return is_small(found) or Wanted() in views


def confirmed(node: str, viewer: Viewer) -> date | None:
    """Return when something of the node was last confirmed: a number, or what it does.

    None where nothing was, or where nothing of it can be.
    """
    with questions.reading(viewer) as (_kept, found):
        directory = found.directory
        step = node.removeprefix(STEP)
        rows = [
            *directory.of("contact_point", "owner", node),
            *directory.of("responsibility", "holder", node),
            *(directory.of("responsibility", "step", step) if step != node else ()),
        ]
        days = [row.confirmed_on for row in rows if row.confirmed_on]
        return max(days, default=None)


def lines_of(node: str, shown: View, base: Ground) -> list[Line]:
    """Return what ties a node in a view, line by line, with who acts as the source.

    The lines of posts that the view leaves out are those of their organisations.
    """
    drawn = {
        (end, kind)
        for tie in shown.neighbours.get(node, ())
        for end in tie[:2]
        for kind in tie.kinds
    }
    posts = (post for post, organisation in base.home.items() if organisation == node)
    found = []
    for one in (node, *(post for post in posts if post not in shown.by_id)):
        for line in base.of(one):
            here = _lifted(line, {} if _is_in(shown, line) else base.home)
            other = here.target if here.source == node else here.source
            if node in here[:2] and (other, here.kind) in drawn:
                found.append(here)
    return found


def _is_in(shown: View, line: Line) -> bool:
    return line.source in shown.by_id and line.target in shown.by_id


# Narrowing


def _made(wanted: Wanted, base: Ground, found: Reading) -> View:
    if wanted.around and wanted.around not in base.nodes:
        raise NotFound("around", wanted.around)
    near = wanted._replace(measure="", around="", depth=1)
    if wanted.around and near == Wanted(measure=""):
        # Of the whole network only what is near is looked at.
        graph = _near(wanted.around, wanted.depth, base)
    else:
        graph = narrowed(wanted, base, found)
    for circle in wanted.circles:
        parts = pictures.circles(graph)
        if circle not in parts:
            raise NotFound("circle", circle)
        graph = pictures.among(graph, parts[circle])
    if wanted.around:
        graph = pictures.ego(graph, wanted.around, wanted.depth)
    totals = Totals.of(graph)
    is_gathered = False
    if not pictures.fits(graph):
        parts = pictures.circles(graph)
        is_gathered = len(parts) > 1
        graph = (
            pictures.gathered(graph, parts)
            if is_gathered
            else pictures.strongest(graph)
        )
    return laid_out(wanted, found.on, graph, totals, is_gathered=is_gathered)


def _near(node: str, depth: int, base: Ground) -> "nx.Graph[str]":
    """Return the graph of what lies within so many steps of the node."""
    nodes, edge = {node}, {node}
    for _step in range(depth):
        lines = [line for one in edge for line in base.of(one)]
        edge = {end for line in lines for end in (line.source, line.target)} - nodes
        nodes |= edge
    kinds = {one: base.nodes[one] for one in nodes}
    return pictures.drawn(kinds, (line for one in nodes for line in base.of(one)))


def narrowed(wanted: Wanted, base: Ground, found: Reading) -> "nx.Graph[str]":
    """Return the graph of what is wanted, before anything is looked at from near.

    Of the reading its day, places and catalogue are asked, which nobody changes: the
    directory may be led on meanwhile.
    """
    known = found.known
    if wanted.step:
        known.step(wanted.step)
    if wanted.track:
        known.track(wanted.track)
    network = f"{NETWORK}{wanted.network}" if wanted.network else ""
    if network and network not in base.nodes:
        raise NotFound("network", wanted.network)
    places = None
    if wanted.place:
        code = known.standing_place(wanted.place, found.on).code
        places = found.places.masks.get(code, 0)
    step = f"{STEP}{wanted.step}" if wanted.step else ""
    lines = [
        line
        for line in base.lines
        if line.holds(places, wanted.track) and _is_of_step(line, step)
    ]
    nodes = _among(wanted, base, lines, places, step, network)
    shown = SHOWN.get(wanted.kind, pictures.NODE_KINDS)
    if "post" not in shown:
        lines = [_lifted(line, base.home) for line in lines]
    kept = {one: kind for one, kind in nodes.items() if kind in shown}
    return pictures.drawn(kept, lines)


def _is_of_step(line: Line, step: str) -> bool:
    """Return whether the line is about the step, or about none."""
    if not step:
        return True
    if line.kind == "broken":
        return step.removeprefix(STEP) in line.steps
    return not line.target.startswith(STEP) or line.target == step


def _lifted(line: Line, home: Mapping[str, str]) -> Line:
    """Return the line from the organisations of posts that are not drawn."""
    source, target = line.source, line.target
    return line._replace(
        source=home.get(source, source), target=home.get(target, target)
    )


def _among(
    wanted: Wanted,
    base: Ground,
    lines: Iterable[Line],
    places: int | None,
    step: str,
    network: str,
) -> dict[str, str]:
    """Return the nodes that are wanted: those who act, and what belongs to them."""
    lines = list(lines)
    if not (wanted.place or step or wanted.track or network):
        return dict(base.nodes)
    home = base.home
    acting = {
        home.get(line.source, line.source) for line in lines if line.kind in ROLES
    }
    local = {
        one
        for one, mask in base.serves.items()
        if places is not None and mask and not mask & ~places
    }
    within = acting if step or wanted.track or not wanted.place else acting | local
    if network:
        members = {
            home.get(line.source, line.source)
            for line in lines
            if line.target == network
        }
        within = within & members if step or wanted.track or wanted.place else members
    nodes = {one: "organisation" for one in within if one in base.nodes}
    nodes |= {
        post: "post"
        for post, organisation in home.items()
        if organisation in nodes and post in base.nodes
    }
    more: dict[str, str] = {}
    for line in lines:
        kind = base.nodes[line.target]
        if line.target in nodes and line.kind == "holds":
            more[line.source] = "person"
        if line.source not in nodes:
            continue
        # A forum is of the place where one of its members is at home.
        is_local = not wanted.place or home.get(line.source, line.source) in local
        if kind == "step" or (kind == "network" and is_local and not network):
            more[line.target] = kind
    if network:
        more[network] = "network"
    if step:
        more[step] = "step"
    return nodes | more


def laid_out(
    wanted: Wanted,
    on: date,
    graph: "nx.Graph[str]",
    totals: Totals,
    *,
    is_gathered: bool = False,
) -> View:
    """Return the view of a graph: measured, and each node where it lies."""
    weights = pictures.measured(graph, wanted.measure)
    points = picture_layouts.points(graph, is_whole=wanted.is_whole)
    return View(
        wanted,
        on,
        tuple(
            Shown(
                one,
                facts["kind"],
                *points[one],
                graph.degree(one),
                weights.values[one],
                facts.get("size", 1),
            )
            for one, facts in graph.nodes(data=True)
        ),
        tuple(
            Tied(one, other, facts["kinds"], facts.get("number", 1))
            for one, other, facts in graph.edges(data=True)
        ),
        *totals,
        is_gathered,
        weights.estimated,
    )


def lay_out() -> bool:
    """Keep where the nodes of the whole network lie; return whether that was new.

    The worker's part: whoever asks for the network first waits for no layout.
    """
    if picture_layouts.kept_at() == changes.counter():
        db.session.rollback()
        return False
    found, seq = _view(Wanted(), UNIT, None)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(node.id for node in found.nodes)
    graph.add_edges_from((tie.source, tie.target) for tie in found.ties)
    points = {node.id: (node.x, node.y) for node in found.nodes}
    return picture_layouts.keep(graph, points, seq)

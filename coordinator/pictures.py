"""Pictures of the network as a viewer may see it: narrowed, measured and laid out.

One view holds all that a picture, its table and its data say. Views are kept until
anything changes. Protected organisations are in none of them, whoever looks: pictures
are shared, printed and taken along.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock
from typing import NamedTuple

import networkx as nx

from coordinator import changes, questions, state
from coordinator.access import UNIT, Viewer, select_visible
from coordinator.catching_up import Kept
from coordinator.errors import NotFound
from coordinator.facts import Rule, is_valid
from coordinator.questions import Reading
from graphs import layout, pictures
from graphs.cells import Party
from graphs.layout import Point
from graphs.pictures import Line
from models import Entry, db

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
# Who came to a meeting of more has not met each of the others.
MOST_WHO_MEET = 30
ROLE_TIES = {"A": "answers", "R": "does", "C": "advises", "I": "informed"}
ROLES = frozenset(ROLE_TIES.values())


# What stands before the keys of nodes that share no namespace with entries.
NETWORK, STEP = "network:", "step:"


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


@dataclass(frozen=True)
class Ground:
    """Everything that can be drawn that day; `serves` and `home` are of organisations.

    `serves` holds the leaves of each, as bits; `home` the organisation of a post.
    """

    nodes: Mapping[str, str]
    lines: tuple[Line, ...]
    serves: Mapping[str, int]
    home: Mapping[str, str]

    def of(self, node: str) -> tuple[Line, ...]:
        """Return the lines that begin or end at a node."""
        return self._by_end.get(node, ())

    @cached_property
    def _by_end(self) -> Mapping[str, tuple[Line, ...]]:
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.source, []).append(line)
            found.setdefault(line.target, []).append(line)
        return {node: tuple(lines) for node, lines in found.items()}


def view(wanted: Wanted, viewer: Viewer, on: date | None = None) -> View:
    """Return the picture, the same until anything changes.

    Raise NotFound, naming the parameter, for a place, step, track, network or node that
    is not there for the viewer, and NotAllowed for whom the questions are not answered.
    """
    with questions.reading(viewer, on) as (kept, found):
        views = kept.answers.setdefault(("pictures", found.on), {})
        if wanted not in views:
            views[wanted] = _made(wanted, kept, found)
        # The one least lately asked for stands first.
        known: View = views.pop(wanted)
        views[wanted] = known
        while len(views) > MOST_KEPT:
            del views[next(iter(views))]
        return known


def ground(viewer: Viewer, on: date | None = None) -> Ground:
    """Return all that the viewer's pictures can be made of."""
    with questions.reading(viewer, on) as (kept, found):
        return ground_of(kept, found)


def is_at_hand(viewer: Viewer) -> bool:
    """Return whether a picture can be had while a page is made: of a small network.

    Of a large one too, once someone has asked for one since the last change.
    """
    with questions.reading(viewer) as (kept, found):
        is_small = found.directory.size <= state.LIVE_UP_TO
        return is_small or ("ground", found.on) in kept.answers


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


def ground_of(kept: Kept, found: Reading) -> Ground:
    """Return all that can be drawn of a day, gathered once until anything changes."""
    known: Ground | None = kept.answers.get(("ground", found.on))
    if known is None:
        known = gathered(kept.viewer, found)
        kept.answers["ground", found.on] = known
    return known


# What there is to draw


def gathered(viewer: Viewer, found: Reading) -> Ground:
    """Return all that can be drawn of a reading, for the viewer."""
    rows, hidden = found.directory.rows, _protected(viewer)
    nodes: dict[str, str] = {}
    for kind in ("organisation", "post", "network"):
        prefix = NETWORK if kind == "network" else ""
        for row in rows[kind].values():
            if is_valid(row, found.on) and row.key not in hidden:
                nodes[f"{prefix}{row.key}"] = kind
    home = {
        row.key: row.organisation for row in rows["post"].values() if row.key in nodes
    }
    for post, organisation in home.items():
        if organisation not in nodes:
            del nodes[post]
    nodes |= dict.fromkeys(rows["person"], "person")
    nodes |= {f"{STEP}{code}": "step" for code in found.known.steps}
    lines = [
        line
        for line in _lines(viewer, found, home)
        if line.source in nodes and line.target in nodes
    ]
    held = {line.source for line in lines if line.kind == "holds"}
    nodes = {
        one: kind for one, kind in nodes.items() if kind != "person" or one in held
    }
    masks = found.places.masks
    serves: dict[str, int] = {}
    for area in rows["service_area"].values():
        mask = masks.get(area.place, 0)
        serves[area.organisation] = serves.get(area.organisation, 0) | mask
    return Ground(nodes, tuple(lines), serves, home)


def _protected(viewer: Viewer) -> frozenset[str]:
    entry = Entry.__table__.c
    statement = select_visible(entry.key, viewer=viewer)
    hidden = statement.where(entry.audience.not_in(("public", "network")))
    return frozenset(db.session.scalars(hidden))


def _lines(viewer: Viewer, found: Reading, home: Mapping[str, str]) -> Iterator[Line]:
    rows, on = found.directory.rows, found.on
    for row in rows["organisation"].values():
        if row.parent:
            yield Line(row.key, row.parent, "at")
    for post, organisation in home.items():
        yield Line(post, organisation, "at")
    for row in rows["holding"].values():
        if is_valid(row, on):
            yield Line(row.person, row.post, "holds")
    for row in rows["membership"].values():
        if is_valid(row, on):
            yield Line(row.holder, f"{NETWORK}{row.network}", "member")
    yield from _meetings(found)
    roles = [*_resolved(found), *_told(found)]
    yield from roles
    for one in found.known.handovers:
        tracks = one.tracks or found.places.tracks.get(one.from_step, ())
        yield Line(
            f"{STEP}{one.from_step}",
            f"{STEP}{one.to_step}",
            "hands_over",
            dict.fromkeys(tracks, -1),
        )
    yield from _broken(viewer, found, roles, home)


def _meetings(found: Reading) -> Iterator[Line]:
    """Yield who met whom in the twelve months before; those who met in a network it."""
    rows = found.directory.rows
    there: dict[str, list[str]] = {}
    for seat in rows["attendance"].values():
        held = rows["meeting"].get(seat.meeting)
        is_held = held and held.status != "cancelled" and is_valid(held, found.on)
        if is_held and seat.was_there:
            there.setdefault(seat.meeting, []).append(seat.holder)
    for meeting, holders in sorted(there.items()):
        network = rows["meeting"][meeting].network
        if network:
            yield from (Line(one, f"{NETWORK}{network}", "meets") for one in holders)
        elif len(holders) <= MOST_WHO_MEET:
            ordered = sorted(holders)
            for at, one in enumerate(ordered):
                yield from (Line(one, other, "meets") for other in ordered[at + 1 :])


def _resolved(found: Reading) -> Iterator[Line]:
    """Yield who answers for and who does each step, as the answer engine has it."""
    where: dict[tuple[str, str, str], dict[str, int]] = {}
    for cell in found.cells:
        mask = found.places.mask(cell.places)
        for kind, parties in (
            ("answers", cell.accountable),
            ("does", cell.responsible),
        ):
            for who in _holders(parties):
                at = where.setdefault((who, cell.step, kind), {})
                at[cell.track] = at.get(cell.track, 0) | mask
    for (who, step, kind), at in sorted(where.items()):
        yield Line(who, f"{STEP}{step}", kind, at)


def _holders(parties: Iterable[Party]) -> Iterator[str]:
    for party in parties:
        if party.organisation:
            yield party.post or party.organisation


def _told(found: Reading) -> Iterator[Line]:
    """Yield who gives advice and who is told: all that stand, as they are written."""
    masks, known = found.places.masks, found.known
    where: dict[tuple[str, str, str], dict[str, int]] = {}
    rule: Rule
    for rule in found.directory.rows["responsibility"].values():
        if rule.role not in "CI" or rule.step not in known.steps:
            continue
        place = masks.get(rule.place, 0)
        if not place or not is_valid(rule, found.on):
            continue
        tracks = rule.tracks or found.places.tracks.get(rule.step, ())
        for who, mask in _advisers(rule, place, found):
            at = where.setdefault((who, rule.step, ROLE_TIES[rule.role]), {})
            for track in tracks:
                at[track] = at.get(track, 0) | mask
    for (who, step, kind), at in sorted(where.items()):
        yield Line(who, f"{STEP}{step}", kind, at)


def _advisers(rule: Rule, place: int, found: Reading) -> Iterator[tuple[str, int]]:
    if rule.kind is None:
        yield rule.holder, place
        return
    for row in found.directory.of("organisation", "kind", rule.kind):
        areas = found.directory.of("service_area", "organisation", row.key)
        served = 0
        for area in areas:
            served |= found.places.masks.get(area.place, 0)
        if served & place:
            yield row.key, served & place


def _broken(
    viewer: Viewer, found: Reading, roles: Iterable[Line], home: Mapping[str, str]
) -> Iterator[Line]:
    """Yield the broken handovers between organisations, of whom the viewer is told."""
    acting: dict[str, set[str]] = {}
    for line in roles:
        if line.kind in ("answers", "does"):
            who = home.get(line.source, line.source)
            acting.setdefault(line.target, set()).add(who)
    where: dict[tuple[str, str, str, str], dict[str, int]] = {}
    broken = found.ask("broken-handovers").findings
    for one in questions.seen(broken, viewer):
        mask = found.places.masks.get(one.place or "", 0)
        tracks = (one.track,) if one.track else found.known.tracks
        givers = acting.get(f"{STEP}{one.step}", set()) & {*one.organisations}
        takers = acting.get(f"{STEP}{one.to_step}", set()) & {*one.organisations}
        for giver in givers:
            for taker in takers - givers or takers - {giver}:
                key = giver, taker, one.step or "", one.to_step or ""
                at = where.setdefault(key, {})
                for track in tracks:
                    at[track] = at.get(track, 0) | mask
    for (giver, taker, step, to_step), at in sorted(where.items()):
        yield Line(giver, taker, "broken", at, (step, to_step))


# Narrowing


def _made(wanted: Wanted, kept: Kept, found: Reading) -> View:
    base = ground_of(kept, found)
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
    """Return the graph of what is wanted, before anything is looked at from near."""
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
    points = _points(graph, is_whole=wanted.is_whole)
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


# Where the nodes lie


# By the graph's own digest: what changes nobody's ties moves nobody.
_laid_out: OrderedDict[str, Mapping[str, Point]] = OrderedDict()
_lock = Lock()
LAYOUT = "layout"


def _points(graph: "nx.Graph[str]", *, is_whole: bool) -> Mapping[str, Point]:
    """Return where each node lies, worked out once for a graph."""
    digest = layout.digest(graph)
    with _lock:
        points = _laid_out.get(digest)
        if points is not None:
            _laid_out.move_to_end(digest)
            return points
    points = (_kept_by_worker(digest) if is_whole else None) or layout.positions(graph)
    with _lock:
        _laid_out[digest] = points
        while len(_laid_out) > MOST_KEPT:
            _laid_out.popitem(last=False)
    return points


def _kept_by_worker(digest: str) -> Mapping[str, Point] | None:
    kept = state.kept_alone(LAYOUT)
    if kept is None or kept[1]["digest"] != digest:
        return None
    return {one: (x, y) for one, (x, y) in kept[1]["points"].items()}


def lay_out() -> bool:
    """Keep where the nodes of the whole network lie; return whether that was new.

    The worker's part: whoever asks for the network first waits for no layout.
    """
    kept = state.kept_alone(LAYOUT)
    if kept and kept[0] == changes.counter():
        db.session.rollback()
        return False
    with questions.reading(UNIT) as (directory, _found):
        seq = directory.seq
        found = view(Wanted(), UNIT)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(node.id for node in found.nodes)
    graph.add_edges_from((tie.source, tie.target) for tie in found.ties)
    points = {node.id: (node.x, node.y) for node in found.nodes}
    db.session.rollback()
    told = {"digest": layout.digest(graph), "points": points}
    state.keep_alone(LAYOUT, told, seq)
    return kept is None or kept[1]["digest"] != told["digest"]

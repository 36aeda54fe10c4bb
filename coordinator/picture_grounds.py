"""What pictures can be made of: all that a viewer may see drawn, and what ties it.

Protected organisations are in no ground, whoever looks: pictures are shared, printed
and taken along.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from coordinator import questions, state
from coordinator.access import Viewer, select_visible
from coordinator.catching_up import Kept
from coordinator.facts import Rule, is_valid
from coordinator.questions import Reading
from graphs.cells import Party
from graphs.pictures import Line
from models import Entry, db

# What stands before the keys of nodes that share no namespace with entries.
NETWORK, STEP = "network:", "step:"
# Who came to a meeting of more has not met each of the others.
MOST_WHO_MEET = 30
ROLE_TIES = {"A": "answers", "R": "does", "C": "advises", "I": "informed"}
ROLES = frozenset(ROLE_TIES.values())


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


def ground(viewer: Viewer, on: date | None = None) -> Ground:
    """Return all that the viewer's pictures can be made of."""
    with questions.reading(viewer, on) as (kept, found):
        return ground_of(kept, found)


def is_at_hand(viewer: Viewer) -> bool:
    """Return whether a picture can be had while a page is made: of a small network.

    Of a large one too, once someone has asked for one since the last change.
    """
    with questions.reading(viewer) as (_kept, found):
        return is_small(found) or "ground" in found.beside


def is_small(found: Reading) -> bool:
    """Return whether all of the network may be reckoned while a page is made."""
    return found.directory.size <= state.LIVE_UP_TO


def ground_of(kept: Kept, found: Reading) -> Ground:
    """Return all that can be drawn of a day, gathered once until anything changes."""
    known: Ground | None = found.beside.get("ground")
    if known is None:
        known = found.beside["ground"] = gathered(kept.viewer, found)
    return known


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

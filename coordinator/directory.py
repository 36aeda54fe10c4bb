"""The directory whole: its plain rows as one viewer sees them, and the graph they make.

What the network's questions are asked of. Built once, then kept true row by row.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import networkx as nx
from sqlalchemy import Column, Table, tuple_

from coordinator.access import Viewer, select_visible
from coordinator.catalogue import Catalogue
from coordinator.cells import Ground
from coordinator.facts import (
    HoldingFact,
    OrganisationFact,
    PersonFact,
    PostFact,
    Rule,
)
from coordinator.resolution import LINES
from graphs import network as network_graph
from graphs.network import Node, Tie
from models import (
    Attendance,
    ContactPoint,
    Holding,
    Meeting,
    Membership,
    Network,
    Organisation,
    Person,
    Post,
    Responsibility,
    ServiceArea,
    db,
)

BATCH = 500
# Who met knows each other for so long after the meeting.
REMEMBERED = timedelta(days=365)


class OrganisationRow(NamedTuple):
    """An organisation; where it serves is in rows of its own."""

    key: str
    kind: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None


class ServiceAreaRow(NamedTuple):
    """An organisation serves a place; the key is of both."""

    key: str
    organisation: str
    place: str


class PostRow(NamedTuple):
    """A post at an organisation."""

    key: str
    organisation: str
    valid_from: date | None
    valid_to: date | None


class PersonRow(NamedTuple):
    """A person: here no more than a key."""

    key: str


class HoldingRow(NamedTuple):
    """Who holds which post, from when to when."""

    key: str
    person: str
    post: str
    deputy: bool
    valid_from: date | None
    valid_to: date | None


class ContactPointRow(NamedTuple):
    """One line of an owner, without the number."""

    key: str
    owner: str
    channel: str
    confirmed_on: date | None


class NetworkRow(NamedTuple):
    """A forum, and until when its mandate runs."""

    key: str
    valid_from: date | None
    valid_to: date | None


class MembershipRow(NamedTuple):
    """Who is in a network, as what, from when to when."""

    key: str
    network: str
    holder: str
    role: str
    valid_from: date | None
    valid_to: date | None


class MeetingRow(NamedTuple):
    """A meeting. Who was there knows each other for twelve months after its end."""

    key: str
    network: str | None
    starts: datetime
    last_day: date | None
    status: str

    @property
    def valid_from(self) -> date:
        """The day from which those who came have met."""
        return self.starts.date()

    @property
    def valid_to(self) -> date:
        """The last day on which that still counts."""
        return (self.last_day or self.starts.date()) + REMEMBERED


class AttendanceRow(NamedTuple):
    """A holder at a meeting: what it answered, and whether it came."""

    key: str
    meeting: str
    holder: str
    answer: str | None
    attended: bool | None

    @property
    def was_there(self) -> bool:
        """Whether it came; where nobody noted that, whether it said it would."""
        if self.attended is None:
            return self.answer == "accepted"
        return self.attended


class _Source(NamedTuple):
    """How the rows of one table are read."""

    table: Table
    columns: tuple[Column[Any], ...]
    row: Callable[..., Any]
    indexed: tuple[str, ...] = ()


def _source(model: Any, row: Any, *indexed: str) -> _Source:
    table = model.__table__
    columns = tuple(table.c[name] for name in row._fields)
    return _Source(table, columns, row, indexed)


def _rule(
    key: str, step: str, role: str, kind: str | None, holder: str | None, *rest: Any
) -> Rule:
    return Rule(key, step, role, holder or f"kind:{kind}", *rest)


_rules = Responsibility.__table__.c
_area = ServiceArea.__table__.c
SOURCES: dict[str, _Source] = {
    "organisation": _source(Organisation, OrganisationRow, "kind"),
    "service_area": _Source(
        ServiceArea.__table__,
        (_area.organisation, _area.place),
        lambda organisation, place: ServiceAreaRow(
            f"{organisation}|{place}", organisation, place
        ),
        ("organisation",),
    ),
    "post": _source(Post, PostRow, "organisation"),
    "person": _source(Person, PersonRow),
    "holding": _source(Holding, HoldingRow, "post", "person"),
    "contact_point": _source(ContactPoint, ContactPointRow, "owner"),
    "responsibility": _Source(
        Responsibility.__table__,
        (
            _rules.key,
            _rules.step,
            _rules.role,
            _rules.holder_kind,
            _rules.holder_key,
            _rules.place,
            _rules.tracks,
            _rules.status,
            _rules.valid_from,
            _rules.valid_to,
            _rules.sources,
            _rules.order,
            _rules.confirmed_on,
        ),
        _rule,
        ("step", "holder"),
    ),
    "network": _source(Network, NetworkRow),
    "membership": _source(Membership, MembershipRow, "network", "holder"),
    "meeting": _source(Meeting, MeetingRow, "network"),
    "attendance": _source(Attendance, AttendanceRow, "holder", "meeting"),
}


def read_rows(
    name: str, viewer: Viewer, keys: Collection[str] | None = None
) -> Iterator[Any]:
    """Yield the rows of a table that the viewer sees: all, or those of these keys."""
    source = SOURCES[name]
    statement = select_visible(*source.columns, viewer=viewer)
    connection = db.session.connection()
    if keys is None:
        yield from (source.row(*row) for row in connection.execute(statement))
        return
    own = tuple(source.table.primary_key.columns)
    parts = [tuple(key.split("|", len(own) - 1)) for key in sorted(keys)]
    for start in range(0, len(parts), BATCH):
        batch = parts[start : start + BATCH]
        wanted = (
            own[0].in_([part[0] for part in batch])
            if len(own) == 1
            else tuple_(*own).in_(batch)
        )
        for row in connection.execute(statement.where(wanted)):
            yield source.row(*row)


class Directory:
    """The rows by table and key, the graph that they make, and what leads to what.

    `put` is the only way in: it keeps rows, graph and indexes in step.
    """

    def __init__(self, known: Catalogue) -> None:
        self.known = known
        self.rows: dict[str, dict[str, Any]] = {name: {} for name in SOURCES}
        self.index: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
            (name, column): {}
            for name, source in SOURCES.items()
            for column in source.indexed
        }
        self._organisations: dict[str, OrganisationFact] = {}
        self._graph: nx.MultiDiGraph[str] | None = None

    @property
    def size(self) -> int:
        """How many rows it holds."""
        return sum(map(len, self.rows.values()))

    @property
    def graph(self) -> "nx.MultiDiGraph[str]":
        """The typed multigraph; built when first asked for, then kept in step."""
        if self._graph is None:
            nodes, ties = _of_catalogue(self.known)
            for name, rows in self.rows.items():
                for row in rows.values():
                    more_nodes, more_ties = _parts(name, row)
                    nodes += more_nodes
                    ties += more_ties
            self._graph = network_graph.build(nodes, ties)
        return self._graph

    def put(self, name: str, key: str, row: Any | None) -> Any | None:
        """Let the row of this key be the given one, or none; return what it was."""
        rows = self.rows[name]
        before = rows.pop(key, None)
        if before == row:
            if before is not None:
                rows[key] = before
            return before
        if row is not None:
            rows[key] = row
        self._put_in_index(name, key, before, row)
        if name == "organisation":
            self._organisations.pop(key, None)
        if name == "service_area":
            self._organisations.pop(key.partition("|")[0], None)
        if self._graph is not None:
            self._put_in_graph(self._graph, name, before, row)
        return before

    def _put_in_index(self, name: str, key: str, before: Any, row: Any) -> None:
        for column in SOURCES[name].indexed:
            index = self.index[name, column]
            if before is not None:
                value = getattr(before, column)
                index[value].pop(key, None)
                if not index[value]:
                    del index[value]
            if row is not None:
                index.setdefault(getattr(row, column), {})[key] = row

    @staticmethod
    def _put_in_graph(
        graph: "nx.MultiDiGraph[str]", name: str, before: Any, row: Any
    ) -> None:
        old_nodes, old_ties = _parts(name, before) if before is not None else ([], [])
        nodes, ties = _parts(name, row) if row is not None else ([], [])
        for tie in old_ties:
            network_graph.drop_tie(graph, tie.kind, tie.key)
        staying = {node.id for node in nodes}
        for node in old_nodes:
            # Its key may by now be that of something else: another table's row.
            is_still_it = graph.nodes.get(node.id, {}).get("kind") == node.kind
            if is_still_it and node.id not in staying:
                network_graph.drop_node(graph, node.id)
        for node in nodes:
            network_graph.put_node(graph, node)
        for tie in ties:
            network_graph.put_tie(graph, tie)

    def of(self, name: str, column: str, value: str) -> Collection[Any]:
        """Return the rows of a table that have this value in an indexed column."""
        return self.index[name, column].get(value, {}).values()

    def follow(self, known: Catalogue) -> "Directory":
        """Take on a catalogue that has changed; the graph is built anew when asked."""
        self.known = known
        self._graph = None
        return self

    def copy(self, known: Catalogue | None = None) -> "Directory":
        """Return a directory of the same rows, to be changed by itself."""
        other = Directory(known or self.known)
        for name, rows in self.rows.items():
            other.rows[name] = dict(rows)
        for place, index in self.index.items():
            other.index[place] = {value: dict(rows) for value, rows in index.items()}
        other._organisations = dict(self._organisations)
        return other

    # What cells stand on

    def organisation(self, key: str) -> OrganisationFact | None:
        """Return the organisation with all places it serves."""
        row = self.rows["organisation"].get(key)
        if row is None:
            return None
        if key not in self._organisations:
            areas = self.of("service_area", "organisation", key)
            serves = tuple(sorted(area.place for area in areas))
            self._organisations[key] = OrganisationFact(
                key, "", row.kind, row.valid_from, row.valid_to, serves
            )
        return self._organisations[key]

    def ground(self, step: str) -> Ground:
        """Return what the cells of the step stand on."""
        rules = tuple(self.of("responsibility", "step", step))
        keys = {
            row.key
            for kind in {rule.kind for rule in rules if rule.kind}
            for row in self.of("organisation", "kind", kind)
        }
        posts, holdings = {}, {}
        for holder in {rule.holder for rule in rules if rule.kind is None}:
            if post := self.rows["post"].get(holder):
                posts[holder] = PostFact(
                    post.key, "", post.organisation, post.valid_from, post.valid_to
                )
                holdings[holder] = tuple(self._held(holder))
            keys.add(posts[holder].organisation if holder in posts else holder)
        organisations = {
            key: found for key in sorted(keys) if (found := self.organisation(key))
        }
        owners = {
            *organisations,
            *posts,
            *(one.person.key for held in holdings.values() for one in held),
        }
        has_line = frozenset(owner for owner in owners if self.has_line(owner))
        return Ground(rules, organisations, posts, holdings, has_line)

    def _held(self, post: str) -> Iterator[HoldingFact]:
        for row in self.of("holding", "post", post):
            person = PersonFact(row.person, "")
            yield HoldingFact(post, person, row.deputy, row.valid_from, row.valid_to)

    def has_line(self, owner: str) -> bool:
        """Return whether a number or an e-mail address of its own leads there."""
        points = self.of("contact_point", "owner", owner)
        return any(point.channel in LINES for point in points)


def read(viewer: Viewer, known: Catalogue) -> Directory:
    """Return the directory as the viewer may see it now."""
    directory = Directory(known)
    for name in SOURCES:
        for row in read_rows(name, viewer):
            directory.put(name, row.key, row)
    return directory


# The graph


def _dates(row: Any) -> dict[str, Any]:
    return {"valid_from": row.valid_from, "valid_to": row.valid_to}


def _parts(name: str, row: Any) -> tuple[list[Node], list[Tie]]:
    """Return the nodes and ties that a row is in the graph."""
    of_meetings = name in ("meeting", "attendance")
    return _of_meetings(name, row) if of_meetings else _of_others(name, row)


def _of_others(name: str, row: Any) -> tuple[list[Node], list[Tie]]:
    nodes: list[Node] = []
    ties: list[Tie] = []
    match name:
        case "organisation":
            facts = {"of_kind": row.kind, **_dates(row)}
            nodes.append(Node(row.key, "organisation", facts))
            if row.parent:
                ties.append(Tie(row.key, row.parent, "below", row.key, {}))
        case "service_area":
            place = f"place:{row.place}"
            ties.append(Tie(row.organisation, place, "serves", row.key, {}))
        case "post":
            nodes.append(Node(row.key, "post", _dates(row)))
            ties.append(Tie(row.key, row.organisation, "at", row.key, {}))
        case "person":
            nodes.append(Node(row.key, "person", {}))
        case "holding":
            facts = {"deputy": row.deputy, **_dates(row)}
            ties.append(Tie(row.person, row.post, "holds", row.key, facts))
        case "responsibility":
            facts = {
                "role": row.role,
                "place": row.place,
                "tracks": row.tracks,
                "status": row.status,
                **_dates(row),
            }
            step = f"step:{row.step}"
            ties.append(Tie(row.holder, step, "responsible", row.key, facts))
        case "network":
            nodes.append(Node(f"network:{row.key}", "network", _dates(row)))
        case "membership":
            facts = {"role": row.role, **_dates(row)}
            network = f"network:{row.network}"
            ties.append(Tie(row.holder, network, "member", row.key, facts))
    return nodes, ties


def _of_meetings(name: str, row: Any) -> tuple[list[Node], list[Tie]]:
    """Return what a meeting is: one that is cancelled brought nobody together."""
    if name == "meeting" and row.status != "cancelled":
        return [Node(f"meeting:{row.key}", "meeting", _dates(row))], []
    if name == "attendance" and row.was_there:
        meeting = f"meeting:{row.meeting}"
        return [], [Tie(row.holder, meeting, "attended", row.key, {})]
    return [], []


def _of_catalogue(known: Catalogue) -> tuple[list[Node], list[Tie]]:
    """Return places, steps and kinds, and what leads from one to another."""
    nodes = [
        Node(f"place:{place.code}", "place", _dates(place))
        for place in known.places.values()
    ]
    nodes += [Node(f"step:{code}", "step", {}) for code in known.steps]
    nodes += [Node(f"kind:{code}", "kind", {}) for code in known.kinds]
    ties = [
        Tie(f"place:{code}", f"place:{up}", "in", f"{code}|{up}", {})
        for code, place in known.places.items()
        for up in place.parents
    ]
    ties += [
        Tie(
            f"step:{one.from_step}",
            f"step:{one.to_step}",
            "hands_over",
            f"{one.from_step}|{one.to_step}|{'|'.join(one.tracks)}",
            {"tracks": one.tracks, "becomes": one.becomes},
        )
        for one in known.handovers
    ]
    return nodes, ties

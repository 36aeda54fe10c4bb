"""A graph as rows of organisations, networks and memberships, and what makes none.

An element is known by its key where it says one: a file of ours does, others by an
attribute `key`. Else it is known by its name, as the ids of other programs (`n0`) say
nothing. A name that several have, or that stands twice, is never guessed.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import networkx as nx

from coordinator import element_words
from coordinator.access import select_to_write
from coordinator.catalogue import Catalogue
from coordinator.element_sheets import LONGEST_SHOWN, NAMED_BY_A_TIE, ROW
from coordinator.values import LONGEST_KEY
from graphs import formats
from models import Entry, Membership, Network, Organisation, db, fold

TAKEN = ("organisations", "networks", "memberships")


class Fault(NamedTuple):
    """What is wrong with an element or a tie: its register, how it is named, and why.

    `row` is where it stands in a sheet, empty elsewhere.
    """

    kind: str
    of: str
    column: str | None
    code: str
    details: Mapping[str, str]
    row: str = ""


class Row(NamedTuple):
    """A row on its way to a register, how its element is named, and where it stands."""

    of: str
    cells: dict[str, str]
    row: str = ""


class LeftOut(NamedTuple):
    """What makes no row: of what kind it is, and whether it is a tie."""

    what: str
    is_tie: bool


@dataclass
class Rows:
    """The rows that a graph makes, by register, and what of it makes none.

    `unread` counts attributes, and roles of members, that are not understood.
    """

    of: dict[str, list[Row]] = field(default_factory=lambda: {k: [] for k in TAKEN})
    faults: list[Fault] = field(default_factory=list)
    left_out: dict[LeftOut, list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )
    unread: Counter[str] = field(default_factory=Counter)


def of_graph(graph: "nx.MultiDiGraph[str]", known: Catalogue) -> Rows:
    """Return the rows that the graph makes in the network as it is."""
    return _Reading(graph, known).rows


class _Stored:
    """What is there already: keys, names and members."""

    def __init__(self) -> None:
        self.named: dict[str, dict[str, list[str]]] = {}
        self.keys: dict[str, set[str]] = {}
        for kind, table in (
            ("organisations", Organisation.__table__.c),
            ("networks", Network.__table__.c),
        ):
            names: dict[str, list[str]] = defaultdict(list)
            statement = select_to_write(table.key, table.name).order_by(table.key)
            for key, name in db.session.execute(statement):
                names[fold(name)].append(key)
            self.named[kind] = names
            self.keys[kind] = {key for keys in names.values() for key in keys}
        organisation, entry = Organisation.__table__.c, Entry.__table__.c
        statement = select_to_write(organisation.key, organisation.kind)
        self.kinds = dict(map(tuple, db.session.execute(statement)))
        statement = select_to_write(entry.key, entry.entry_kind)
        entries = dict(map(tuple, db.session.execute(statement)))
        self.posts = {key for key, kind in entries.items() if kind == "post"}
        # Organisations share their keys with posts and persons.
        self.taken = {"organisations": set(entries), "networks": self.keys["networks"]}
        member = Membership.__table__.c
        columns = member.network, member.holder, member.role, member.valid_from
        self.members: dict[tuple[str, str], list[tuple[str, Any]]] = defaultdict(list)
        # What has no first day comes first.
        order = (member.valid_from.is_not(None), member.valid_from, member.key)
        for network, holder, role, start in db.session.execute(
            select_to_write(*columns).order_by(*order)
        ):
            self.members[network, holder].append((role, start))


class _Reading:
    """One graph, read from its nodes to its ties."""

    def __init__(self, graph: "nx.MultiDiGraph[str]", known: Catalogue) -> None:
        self.rows = Rows()
        self.stored = _Stored()
        self.kind_words = element_words.kind_words(known)
        self.at: dict[str, tuple[str, str]] = {}
        self.called: dict[str, str] = {}
        self.new: set[tuple[str, str]] = set()
        self.used: set[tuple[str, str]] = set()
        self.is_directed = formats.is_directed(graph)
        for node, held in graph.nodes(data=True):
            self._take_node(node, element_words.lower(held))
        parents: list[Row] = []
        for source, target, held in graph.edges(data=True):
            parents += self._take_tie(source, target, element_words.lower(held))
        self.rows.of["organisations"] += parents

    # Elements

    def _take_node(self, node: str, held: dict[str, Any]) -> None:
        called = next(
            (str(held[one]) for one in element_words.NAMED_BY if held.get(one)), node
        )
        self.called[node] = called[:LONGEST_SHOWN]
        kind = self._register_of(node, held)
        if kind == "posts":  # it can be a member, as it is
            self.at[node] = "posts", node
        if kind not in TAKEN:
            what = str(held.get("kind") or held.get("type") or "")
            self.rows.left_out[LeftOut(what[:40], is_tie=False)].append(
                self.called[node]
            )
            return
        key = self._key(kind, node, called, held)
        if key is None:
            return
        self.at[node] = kind, key
        if not held.get(NAMED_BY_A_TIE):
            self._add(kind, node, key, called, held)

    def _add(
        self, kind: str, node: str, key: str, called: str, held: dict[str, Any]
    ) -> None:
        is_there = key in self.stored.keys[kind]
        cells = {"key": key}
        # A label that is a key says which it is, not what it is called.
        if called != key or not is_there:
            cells["name"] = called
        if kind == "organisations":
            if own := self._organisation_kind(held):
                cells["kind"] = own
            elif not is_there:
                said = next(
                    (str(held[one]) for one in element_words.KIND_IN if held.get(one)),
                    "",
                )
                self._fault(
                    kind,
                    node,
                    held,
                    "kind",
                    "unknown_kinds",
                    value=said[:LONGEST_SHOWN],
                )
                return
        elif held.get("description") and not held.get("mandate"):
            cells["mandate"] = str(held["description"])
        cells |= element_words.said(kind, held)
        self.rows.of[kind].append(Row(self.called[node], cells, str(held.get(ROW, ""))))
        self._count_unread(kind, held, cells)

    def _count_unread(
        self, kind: str, held: Mapping[str, Any], cells: Mapping[str, str]
    ) -> None:
        read = element_words.SILENT | {*element_words.KEPT[kind], *cells}
        if "mandate" in cells:
            read |= {"description"}
        unread = (name for name, value in held.items() if value and name not in read)
        self.rows.unread.update(name[:LONGEST_SHOWN] for name in unread)

    def _register_of(self, node: str, held: Mapping[str, Any]) -> str | None:
        said = {fold(str(held[one])) for one in element_words.KIND_IN if held.get(one)}
        if said & element_words.NETWORK_WORDS:
            return "networks"
        if self._organisation_kind(held) or said & element_words.ORGANISATION_WORDS:
            return "organisations"
        if held.get(NAMED_BY_A_TIE):
            if node in self.stored.posts:
                return "posts"
            networks = self.stored.named["networks"], self.stored.keys["networks"]
            is_network = any(fold(node) in one or node in one for one in networks)
            return "networks" if is_network else "organisations"
        if said & element_words.OTHER_WORDS:
            is_post = "post" in said and node in self.stored.posts
            return "posts" if is_post else None
        # Of an element of a sheet it is said what it lacks.
        return "organisations" if ROW in held else None

    def _organisation_kind(self, held: Mapping[str, Any]) -> str | None:
        for one in element_words.KIND_IN:
            if held.get(one) and (found := self.kind_words.get(fold(str(held[one])))):
                return found
        return None

    def _key(
        self, kind: str, node: str, called: str, held: dict[str, Any]
    ) -> str | None:
        """Return the key that the element says, or is known by, or gets; None if none.

        Then the fault is noted.
        """
        key = str(held.get("key") or "") or _own_key(kind, node, held)
        if not key:
            found = self._keys_named(kind, called, held)
            if len(found) > 1:
                names = ", ".join(found[:5])
                self._fault(kind, node, held, "key", "several", names=names)
                return None
            key = found[0] if found else ""
            if key and self._is_another(kind, key, held):
                self._fault(kind, node, held, "kind", "of_another_kind", key=key)
                return None
        if not key and called in self.stored.keys[kind]:
            key = called
        if not key and held.get(NAMED_BY_A_TIE):
            self._fault(kind, node, held, None, "unknown_element")
            return None
        if not key and (kind, fold(called)) in self.new:
            self._fault(kind, node, held, None, "repeated_element")
            return None
        if not key and fold(called) in self.stored.taken[kind]:
            # The key of another, in other letters: which is meant is not ours to say.
            self._fault(kind, node, held, "key", "key_of_another", key=fold(called))
            return None
        if not key:
            key = self._made(kind, called)
            self.new.add((kind, fold(called)))
        if (kind, key) in self.used:
            self._fault(kind, node, held, None, "repeated_element")
            return None
        self.used.add((kind, key))
        return key

    def _keys_named(self, kind: str, called: str, held: Mapping[str, Any]) -> list[str]:
        """Return the keys of that name, and of the kind that is said if some are."""
        found = self.stored.named[kind].get(fold(called), [])
        if len(found) > 1 and kind == "organisations":
            own = self._organisation_kind(held)
            return [key for key in found if self.stored.kinds[key] == own] or found
        return found

    def _is_another(self, kind: str, key: str, held: Mapping[str, Any]) -> bool:
        """Whether what only has the name of a known organisation is of another kind."""
        own = self._organisation_kind(held) if kind == "organisations" else None
        return own is not None and own != self.stored.kinds[key]

    def _made(self, kind: str, called: str) -> str:
        """Return a key made of a name, which nothing else has."""
        slug, number = element_words.slug(called), 1
        key = slug
        while key in self.stored.taken[kind] or (kind, key) in self.used:
            number += 1
            key = f"{slug[: LONGEST_KEY - len(str(number)) - 1]}-{number}"
        return key

    def _fault(
        self,
        kind: str,
        node: str,
        held: Mapping[str, Any],
        column: str | None,
        code: str,
        **details: str,
    ) -> None:
        row = str(held.get(ROW, ""))
        self.rows.faults.append(
            Fault(kind, self.called[node], column, code, details, row)
        )

    # Ties

    def _take_tie(self, source: str, target: str, held: dict[str, Any]) -> list[Row]:
        """Take a membership; return a row for one that another is above."""
        ends = self.at.get(source), self.at.get(target)
        said = str(held.get("kind") or held.get("type") or "")
        of = f"{self.called[source]} → {self.called[target]}"
        row = str(held.get(ROW, ""))
        match ends:
            case (("organisations", child), ("organisations", parent)) if (
                fold(said) == "below"
            ):
                if not self.is_directed:
                    # Programs turn the ends of such ties as they please.
                    fault = Fault(
                        "organisations", of, "parent", "no_direction", {}, row
                    )
                    self.rows.faults.append(fault)
                    return []
                return [Row(self.called[source], {"key": child, "parent": parent}, row)]
            case (("organisations" | "posts", holder), ("networks", network)) | (
                ("networks", network),
                ("organisations" | "posts", holder),
            ):
                cells = {"network": network, "holder": holder}
                cells |= self._part_of(network, holder, held)
                cells |= element_words.said("memberships", held)
                self.rows.of["memberships"].append(Row(of, cells, row))
                self._count_unread("memberships", held, cells)
            case _:
                left = LeftOut(said[:40], is_tie=True)
                self.rows.left_out[left].append(of)
        return []

    def _part_of(
        self, network: str, holder: str, held: Mapping[str, Any]
    ) -> dict[str, str]:
        """Return role and first day: as they are where the tie does not say."""
        stored = self.stored.members.get((network, holder), [])
        role = element_words.role(held)
        if role is None:
            words = [str(held[one]) for one in element_words.ROLE_IN if held.get(one)]
            self.rows.unread.update(
                word[:LONGEST_SHOWN] for word in words if fold(word) != "member"
            )
            role = stored[-1][0] if stored else "member"
        cells = {"role": role}
        if held.get("valid_from"):
            cells["valid_from"] = element_words.cell(held["valid_from"])
            return cells
        starts = [start for one, start in stored if one == role]
        if starts and starts[0] is not None:
            cells["valid_from"] = element_words.cell(starts[-1])
        return cells


def _own_key(kind: str, node: str, held: Mapping[str, Any]) -> str:
    """Return the key of an element that we wrote; empty for others'."""
    if kind == "networks" and held.get("kind") == "network":
        return node.removeprefix("network:") if node.startswith("network:") else ""
    is_ours = kind == "organisations" and held.get("kind") == "organisation"
    return node if is_ours and "organisation_kind" in held else ""

"""A graph as rows of organisations, networks and memberships, and what makes none.

An element is known by its attribute `record_key`, as in files of ours, or `key`. Else
by its name: ids (`n0`) say nothing, as programs make them anew when they save. A name
that several have, or that stands twice, is never guessed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import networkx as nx

from coordinator import element_words, questions
from coordinator.access import select_to_write
from coordinator.catalogue import Catalogue
from coordinator.element_sheets import LONGEST_SHOWN, NAMED_BY_A_TIE, ROW
from coordinator.element_words import Keys
from graphs import formats
from models import Entry, Membership, Network, Organisation, db, fold

LONGEST_KIND = 40
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
    """A row on its way to a register, how its element is named, and where it stands.

    `roles` are those that the member of a network has there already.
    """

    of: str
    cells: dict[str, str]
    row: str = ""
    roles: tuple[str, ...] = ()


class LeftOut(NamedTuple):
    """What makes no row: of what kind it is, and why.

    `element`: no register takes it; `tie`: it ties nobody to a network; `post`: the
    post that it ties is not registered.
    """

    what: str
    why: str


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
        who = member.network, member.holder, member.role
        self.members: dict[tuple[str, str], list[tuple[str, Any]]] = defaultdict(list)
        self.roles: dict[tuple[str, str], list[str]] = defaultdict(list)
        today = questions.today()
        # What has no first day comes first.
        order = (member.valid_from.is_not(None), member.valid_from, member.key)
        for network, holder, role, start, end in db.session.execute(
            select_to_write(*who, member.valid_from, member.valid_to).order_by(*order)
        ):
            self.members[network, holder].append((role, start))
            if end is None or end >= today:
                self.roles[network, holder].append(role)


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
        self.made = {
            kind: Keys(partial(self._is_taken, kind)) for kind in self.stored.taken
        }
        self.unregistered: set[str] = set()
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
            self.at[node] = "posts", _post(node, held)
        if kind not in TAKEN:
            what = str(held.get("kind") or held.get("type") or "")[:LONGEST_KIND]
            self.rows.left_out[LeftOut(what, "element")].append(self.called[node])
            return
        said = *element_words.NAMED_BY, *element_words.KIND_IN, *element_words.KEYED_BY
        if unsayable := element_words.unsayable(
            (*said, *element_words.KEPT[kind], "description"), held
        ):
            self._fault(kind, node, held, unsayable, "not_a_text")
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
        protection = element_words.protection(held)
        if protection == "true" and kind == "networks":
            # Whoever wrote it meant it to be hidden: it is never brought in as open.
            self._fault(kind, node, held, "protected", "cannot_be_protected")
            return
        if protection and kind == "organisations":
            cells["protected"] = protection
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
                code = "unknown_kinds" if said else "required"
                self._fault(kind, node, held, "kind", code, value=said[:LONGEST_SHOWN])
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
            if "post" in said:
                if _post(node, held) in self.stored.posts:
                    return "posts"
                self.unregistered.add(node)
            return None
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
        key = element_words.key(held)
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
            key = self.made[kind].made(called)
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

    def _is_taken(self, kind: str, key: str) -> bool:
        return key in self.stored.taken[kind] or (kind, key) in self.used

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
                roles = tuple(self.stored.roles.get((network, holder), ()))
                self.rows.of["memberships"].append(Row(of, cells, row, roles))
                self._count_unread("memberships", held, cells)
            case _:
                is_post = not self.unregistered.isdisjoint((source, target))
                why = "post" if is_post and "networks" in _registers(ends) else "tie"
                self.rows.left_out[LeftOut(said[:LONGEST_KIND], why)].append(of)
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


def _post(node: str, held: Mapping[str, Any]) -> str:
    """Return the key of a post: a sheet names it as an end, files of ours say it."""
    return element_words.key(held) or node


def _registers(ends: Iterable[tuple[str, str] | None]) -> set[str]:
    return {end[0] for end in ends if end}

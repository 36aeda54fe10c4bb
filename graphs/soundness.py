"""Whether a graph file is safe to read and whole: before any library reads it.

XML with a DTD is refused: it can name files, and make a gigabyte of a few lines.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.parsers import expat

DEEPEST = 40
LONGEST_SHOWN = 80
# What an edge of GraphML or GEXF says of its own direction.
DIRECTIONS = {
    "true": "directed",
    "1": "directed",
    "false": "undirected",
    "0": "undirected",
    "directed": "directed",
    "undirected": "undirected",
    "mutual": "mutual",
}
# In what a part of a graph stands, by the form of the file: elsewhere nobody reads it.
PLACES = {
    "graphml": {"graph": ("graphml", "node"), "node": ("graph",), "edge": ("graph",)},
    "gexf": {
        "graph": ("gexf",),
        "nodes": ("graph", "node"),
        "node": ("nodes",),
        "edges": ("graph",),
        "edge": ("edges",),
    },
}
# Of these a parent has one.
SINGLE = ("graph", "nodes", "edges")

End = tuple[Any, str]
"""The key that stands at a node or an end of a tie, and its line where it is known."""


class Unreadable(Exception):
    """A file that is none of ours, or not safe to read: a code, and where.

    What it tells of the file can be shown: it is short, and has no half letters.
    """

    def __init__(self, code: str, **where: str) -> None:
        super().__init__(code)
        self.code = code
        self.where = {name: _shown(text) for name, text in where.items()}


def _shown(text: str) -> str:
    text = text.encode(errors="replace").decode()
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


class Limits(NamedTuple):
    """How much of a file is read: beyond it, it is refused.

    `parts` are nodes and ties; `elements` those of XML, lists and objects of JSON,
    and values.
    """

    bytes: int
    parts: int
    elements: int

    def check_bytes(self, size: int) -> None:
        """Raise Unreadable for a file of more bytes."""
        if size > self.bytes:
            raise Unreadable("too_large", most=str(self.bytes // 2**20))

    def check_parts(self, number: int) -> None:
        """Raise Unreadable for more nodes and ties."""
        if number > self.parts:
            raise Unreadable("too_many_parts", most=str(self.parts))

    def check_elements(self, number: int) -> None:
        """Raise Unreadable for more elements or values."""
        if number > self.elements:
            raise Unreadable("too_many_elements", most=str(self.elements))


# Of a file of others: twice the nodes and ties that a picture of the network holds.
LIMITS = Limits(20 * 2**20, 50_000, 1_000_000)
# Of what was just written here.
UNLIMITED = Limits(sys.maxsize, sys.maxsize, sys.maxsize)


def check_ends(nodes: Iterable[End], ends: Iterable[End]) -> None:
    """Raise Unreadable where a node has no key or another's, or a tie leads nowhere.

    >>> check_ends([("a", "3")], [("b", "7")])
    Traceback (most recent call last):
    graphs.soundness.Unreadable: unknown_end
    """
    known = set()
    for number, (key, line) in enumerate(nodes, 1):
        if not isinstance(key, str | int) or isinstance(key, bool) or key == "":
            if line:
                raise Unreadable("no_key", line=line)
            raise Unreadable("no_key_at", number=str(number))
        if str(key) in known:
            raise Unreadable("repeated_key", key=str(key), line=line)
        known.add(str(key))
    for key, line in ends:
        if str(key) not in known:
            raise Unreadable("unknown_end", key=str(key or ""), line=line)


def check_ties(ties: Iterable[tuple[str, str, str]]) -> None:
    """Raise Unreadable where two ties between the same nodes have one key."""
    known = set()
    for tie in ties:
        if tie in known:
            raise Unreadable("repeated_key", key=tie[-1])
        known.add(tie)


def check_number(number: int, found: int) -> None:
    """Raise Unreadable where fewer ties were found than there are: keys are shared."""
    if found < number:
        raise Unreadable("merged_ties", number=str(number), found=str(found))


class Found(NamedTuple):
    """What XML holds: how many ties, and whether all or none have directions."""

    ties: int
    is_uniform: bool


@dataclass
class _Open:
    """An element that is open: what part of a graph it is, and whether it may hold one.

    `has` is what it may have once, and has.
    """

    name: str
    may_hold: bool
    has: tuple[str, ...] = ()


class _Elements:
    """The elements of an XML file as they come: how deep, how many, and which."""

    def __init__(self, form: str, limits: Limits, parser: expat.XMLParserType) -> None:
        self.form = form
        self.is_of_form = False
        self.limits = limits
        self.parser = parser
        self.number = 0
        self.nodes: list[End] = []
        self.ends: list[End] = []
        self.ties: list[tuple[str, str, str]] = []
        self.directions: set[str] = set()
        self._open: list[_Open] = []
        self._namespace = ""
        self._places: Mapping[str, tuple[str, ...]] = {}

    def begin(self, name: str, held: Mapping[str, str]) -> None:
        self.number += 1
        self.limits.check_elements(self.number)
        line = str(self.parser.CurrentLineNumber)
        if len(self._open) >= DEEPEST:
            raise Unreadable("too_deep", line=line, most=str(DEEPEST))
        namespace, _, plain = name.rpartition(" ")
        if not self._open:
            self._namespace, self.is_of_form = namespace, plain == self.form
            self._places = PLACES[self.form] if self.is_of_form else {}
        elif namespace == self._namespace and plain in self._places:
            self._check_place(plain, line)
            self._take(plain, held, line)
        else:
            # What is of another namespace is no part of the graph.
            plain = ""
        self.limits.check_parts(len(self.nodes) + len(self.ends) // 2)
        # networkx reads what lies in the groups of yEd, and in no other node.
        is_group = held.get("yfiles.foldertype") == "group"
        may_hold = plain not in ("node", "edge") or is_group
        self._open.append(_Open(plain, may_hold))

    def end(self, _name: str) -> None:
        self._open.pop()

    def _check_place(self, plain: str, line: str) -> None:
        """Raise Unreadable for a part of a graph that would be passed over."""
        parent = self._open[-1]
        is_within = not all(one.may_hold for one in self._open)
        if plain in ("graph", "edges") and is_within:
            raise Unreadable("nested_graph", line=line)
        if plain == "graph" and plain in parent.has:
            raise Unreadable("several_graphs", line=line)
        if parent.name not in self._places[plain] or plain in parent.has:
            raise Unreadable("out_of_place", element=plain, line=line)
        if plain in SINGLE:
            parent.has += (plain,)

    def _take(self, plain: str, held: Mapping[str, str], line: str) -> None:
        if plain == "node":
            self.nodes.append((held.get("id"), line))
        elif plain == "graph":
            default = held.get("edgedefault") or held.get("defaultedgetype")
            self.directions.add(default or "undirected")
        elif plain == "edge":
            both = [held.get(end, "") for end in ("source", "target")]
            self.ends.extend((end, line) for end in both)
            if own := held.get("id"):
                self.ties.append((both[0], both[1], own))
            said = held.get("directed") or held.get("type") or ""
            if said in DIRECTIONS:
                self.directions.add(DIRECTIONS[said])


def check_xml(data: bytes, form: str, limits: Limits) -> Found:
    """Raise Unreadable for XML that is not safe to read, or whose ties lead nowhere.

    Also where it is of another form, or networkx would pass over a part of it.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    found = _Elements(form, limits, parser)

    def declares(*_declared: Any) -> None:
        raise Unreadable("has_dtd", line=str(parser.CurrentLineNumber))

    parser.StartElementHandler = found.begin
    parser.EndElementHandler = found.end
    parser.StartDoctypeDeclHandler = declares
    parser.EntityDeclHandler = declares
    parser.Parse(data, True)
    if not found.is_of_form:
        raise Unreadable("not_a_graph", form=form)
    check_ends(found.nodes, found.ends)
    check_ties(found.ties)
    is_uniform = found.directions in ({"directed"}, {"undirected"})
    return Found(len(found.ends) // 2, is_uniform)

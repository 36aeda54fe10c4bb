"""Whether a graph file is safe to read and whole: before any library reads it.

XML with a DTD is refused: it can name files, and make a gigabyte of a few lines.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from xml.parsers import expat

DEEPEST = 40

End = tuple[Any, str]
"""The key that stands at a node or an end of a tie, and its line where it is known."""


class Unreadable(Exception):
    """A file that is none of ours, or not safe to read: a code, and where."""

    def __init__(self, code: str, **where: str) -> None:
        super().__init__(code)
        self.code = code
        self.where = where


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
    for key, line in nodes:
        if not isinstance(key, str | int) or isinstance(key, bool) or key == "":
            raise Unreadable("no_key", line=line)
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


def check_xml(data: bytes, limits: Limits) -> None:
    """Raise Unreadable for XML that is not safe to read, or whose ties lead nowhere."""
    parser = expat.ParserCreate()
    depth = elements = 0
    nodes: list[End] = []
    ends: list[End] = []
    ties: list[tuple[str, str, str]] = []

    def begin(name: str, held: Mapping[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        line = str(parser.CurrentLineNumber)
        if depth > DEEPEST:
            raise Unreadable("too_deep", line=line, most=str(DEEPEST))
        limits.check_elements(elements)
        plain = name.rpartition(":")[2]
        if plain == "node":
            nodes.append((held.get("id"), line))
        elif plain == "edge":
            both = [held.get(end, "") for end in ("source", "target")]
            ends.extend((end, line) for end in both)
            if own := held.get("id"):
                ties.append((both[0], both[1], own))
        limits.check_parts(len(nodes) + len(ends) // 2)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declares(*_declared: Any) -> None:
        raise Unreadable("has_dtd", line=str(parser.CurrentLineNumber))

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = declares
    parser.EntityDeclHandler = declares
    parser.Parse(data, True)
    check_ends(nodes, ends)
    check_ties(ties)

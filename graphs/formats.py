"""A network as a file: GraphML, GEXF and node-link JSON, with typed attributes.

What a file cannot hold is found by reading it back: the losses are what then differs.
Days are written as ISO 8601, lists and texts in several languages as JSON. Which
attribute is which is declared here, for those who write and those who read.
"""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

import networkx as nx

FORMATS = ("graphml", "gexf", "json")

# What is not a plain text: a day, a list of texts, texts by language.
DAYS = frozenset({"valid_from", "valid_to"})
LISTS = frozenset({"languages", "other_names", "serves", "tracks", "sources"})
TEXTS = frozenset({"names"})
FLAGS = frozenset({"deputy", "known_gap"})
NUMBERS = frozenset({"order"})

MOST_BYTES = 20_000_000
DEEPEST, MOST_ELEMENTS = 40, 2_000_000
NOT_A_LETTER = "\ufffd"

Graph = "nx.MultiDiGraph[str]"


class Unreadable(Exception):
    """A file that is none of ours, or not safe to read: a code, and where."""

    def __init__(self, code: str, **where: str) -> None:
        super().__init__(code)
        self.code = code
        self.where = where


class Loss(NamedTuple):
    """What a file does not hold as it was: of a node or a tie, an attribute of it.

    No attribute: the whole node or tie.
    """

    of: str
    key: str
    attribute: str = ""


def write(graph: "nx.MultiDiGraph[str]", form: str) -> tuple[bytes, list[Loss]]:
    """Return the graph as a file of the form, and what is lost in it.

    >>> G = nx.MultiDiGraph()
    >>> G.add_node("bv", name="Barnevernet", valid_from=date(2026, 1, 1))
    >>> data, losses = write(G, "graphml")
    >>> read(data, "graphml").nodes["bv"]["valid_from"], losses
    (datetime.date(2026, 1, 1), [])
    """
    data = _WRITERS[form](encoded(graph, is_json=form == "json"))
    return data, losses(graph, read(data, form))


def read(data: bytes, form: str) -> "nx.MultiDiGraph[str]":
    """Return the graph of a file of the form; raise Unreadable where it is none.

    Ties without a key of their own get one. What is empty is left out.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large", most=str(MOST_BYTES // 1_000_000))
    try:
        found = _READERS[form](data)
    except (Unreadable, MemoryError):
        raise
    except (
        ParseError,
        expat.ExpatError,
        nx.NetworkXError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise Unreadable("not_a_graph", form=form) from error
    return decoded(found)


def losses(graph: "nx.MultiDiGraph[str]", other: "nx.MultiDiGraph[str]") -> list[Loss]:
    """Return what of the graph the other does not have, or has otherwise."""
    nodes = {key: dict(held) for key, held in graph.nodes(data=True)}
    ties = {key: (one, two, dict(held)) for one, two, key, held in _ties(graph)}
    its_nodes = {key: dict(held) for key, held in other.nodes(data=True)}
    its_ties = {key: (one, two, dict(held)) for one, two, key, held in _ties(other)}
    found: list[Loss] = []
    for key, held in nodes.items():
        found += _differing("node", key, held, its_nodes.get(key))
    for key, (one, two, held) in ties.items():
        its_one, its_two, its_held = its_ties.get(key, ("", "", None))
        is_same = its_held is not None and (one, two) == (its_one, its_two)
        found += _differing("tie", key, held, its_held if is_same else None)
    return found


def _ties(graph: "nx.MultiDiGraph[str]") -> Iterable[tuple[str, str, str, Any]]:
    return graph.edges(keys=True, data=True)


def _differing(
    of: str, key: str, held: Mapping[str, Any], other: Mapping[str, Any] | None
) -> Iterable[Loss]:
    if other is None:
        return [Loss(of, key)]
    return [
        Loss(of, key, name)
        for name in sorted({*_held(held), *other})
        if held.get(name) != other.get(name)
        or type(held.get(name)) is not type(other.get(name))
    ]


def _held(held: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is not empty: what is empty is not written."""
    return {
        name: value
        for name, value in held.items()
        if value is not None and value not in ("", [], {}, ())
    }


# Values


def encoded(graph: "nx.MultiDiGraph[str]", *, is_json: bool) -> "nx.MultiDiGraph[str]":
    """Return a copy whose values every writer takes; ties know their key as `id`."""
    clean = _same if is_json else _without_controls
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for key in sorted(graph):
        values = _values(graph.nodes[key], clean, is_json=is_json)
        found.add_node(clean(key), **values)
    for one, two, key, held in sorted(_ties(graph), key=lambda tie: tie[:3]):
        values = _values(held, clean, is_json=is_json)
        found.add_edge(clean(one), clean(two), clean(key), **values)
    return found


def _values(
    held: Mapping[str, Any], clean: Callable[[str], str], *, is_json: bool
) -> dict[str, Any]:
    return {
        clean(name): _value(value, clean, is_json=is_json)
        for name, value in _held(held).items()
    }


def _value(value: Any, clean: Callable[[str], str], *, is_json: bool) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return value if is_json else json.dumps(value, ensure_ascii=True)
    return clean(value) if isinstance(value, str) else value


def _same(text: str) -> str:
    return text


def _without_controls(text: str) -> str:
    """Return the text without what XML 1.0 has no letter for (section 2.2)."""
    return "".join(one if _is_letter(ord(one)) else NOT_A_LETTER for one in text)


def _is_letter(code: int) -> bool:
    return (
        code in (0x9, 0xA, 0xD)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or code >= 0x10000
    )


def decoded(given: "nx.MultiDiGraph[str]") -> "nx.MultiDiGraph[str]":
    """Return a copy with each value as what its attribute is declared to be.

    Raise Unreadable for a value that is not, and for two ties of one key.
    """
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for key, held in given.nodes(data=True):
        found.add_node(str(key), **_read_values("node", str(key), held))
    for one, two, key, held in _ties(given):
        own = str(held.pop("id", key))
        if own in found.graph.setdefault("keys", set()):
            raise Unreadable("repeated_key", key=own)
        found.graph["keys"].add(own)
        found.add_edge(str(one), str(two), own, **_read_values("tie", own, held))
    found.graph.clear()
    return found


def _read_values(of: str, key: str, held: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for name, value in held.items():
        try:
            values[str(name)] = _read_value(str(name), value)
        except (KeyError, ValueError):
            raise Unreadable("bad_value", of=of, key=key, attribute=str(name)) from None
    return _held(values)


def _read_value(name: str, value: Any) -> Any:
    if name in DAYS and value:
        return date.fromisoformat(value) if isinstance(value, str) else _refuse()
    if name in LISTS:
        return _read_list(value)
    if isinstance(value, str) and value and name in FLAGS:
        return {"true": True, "false": False}[value.lower()]
    if isinstance(value, str) and value and name in NUMBERS:
        return int(value)
    if name in TEXTS and value:
        value = json.loads(value) if isinstance(value, str) else value
        return value if isinstance(value, dict) else _refuse()
    return value


def _read_list(value: Any) -> list[str]:
    """Return the texts of a list, written as JSON or parted by `|` as tables do."""
    if isinstance(value, str):
        is_json = value.lstrip().startswith("[")
        value = json.loads(value) if is_json else value.split("|")
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        _refuse()
    return [one for one in value if one]


def _refuse() -> Any:
    raise ValueError


# Forms


def _write_graphml(graph: "nx.MultiDiGraph[str]") -> bytes:
    return "\n".join(nx.generate_graphml(graph)).encode()


def _read_graphml(data: bytes) -> "nx.MultiDiGraph[str]":
    _check_xml(data)
    found: nx.MultiDiGraph[str] = nx.parse_graphml(data.decode(), force_multigraph=True)  # type: ignore[assignment]
    return found


def _write_gexf(graph: "nx.MultiDiGraph[str]") -> bytes:
    for key, held in graph.nodes(data=True):
        held["label"] = held.get("name", key)
    for _one, _two, key, held in _ties(graph):
        held["id"] = key
    return "\n".join(nx.generate_gexf(graph)).encode()


def _read_gexf(data: bytes) -> "nx.MultiDiGraph[str]":
    _check_xml(data)
    given = nx.read_gexf(io.BytesIO(data))
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for key, held in given.nodes(data=True):
        held.pop("label", None)
        found.add_node(key, **held)
    for number, (one, two, held) in enumerate(given.edges(data=True)):
        held.pop("networkx_key", None)
        found.add_edge(one, two, held.pop("id", number), **held)
    return found


def _write_json(graph: "nx.MultiDiGraph[str]") -> bytes:
    told = nx.node_link_data(graph, edges="edges")
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()


def _read_json(data: bytes) -> "nx.MultiDiGraph[str]":
    told = json.loads(data)
    ways = ("edges", "links")  # both names are in use
    name = next((way for way in ways if isinstance(told.get(way), list)), "edges")
    whole = {"graph": {}, name: [], **told, "directed": True, "multigraph": True}
    ends = [one[end] for one in whole[name] for end in ("source", "target")]
    _check_ends([(one["id"], "") for one in whole["nodes"]], ends)
    found: nx.MultiDiGraph[str] = nx.node_link_graph(whole, edges=name)  # type: ignore[assignment]
    return found


def _check_ends(nodes: Iterable[tuple[Any, str]], ends: Iterable[Any]) -> None:
    """Raise Unreadable where a node has no key or another's, or a tie leads nowhere.

    Nodes stand with the line that they stand on, empty where that is not known.
    """
    known = set()
    for key, line in nodes:
        if not isinstance(key, str | int) or key == "":
            raise Unreadable("no_key", line=line)
        if key in known:
            raise Unreadable("repeated_key", key=str(key), line=line)
        known.add(key)
    for end in ends:
        if end not in known:
            raise Unreadable("unknown_end", key=str(end))


def _check_xml(data: bytes) -> None:
    """Raise Unreadable for XML that is not safe to read, or whose ties lead nowhere.

    A DTD is refused: it can name files, and make a gigabyte of a few lines.
    """
    parser = expat.ParserCreate()
    depth = elements = 0
    nodes: list[tuple[Any, str]] = []
    ends: list[Any] = []

    def begin(name: str, held: Mapping[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > DEEPEST or elements > MOST_ELEMENTS:
            raise Unreadable("too_deep", line=str(parser.CurrentLineNumber))
        plain = name.rpartition(":")[2]
        if plain == "node":
            nodes.append((held.get("id"), str(parser.CurrentLineNumber)))
        elif plain == "edge":
            ends.extend(held.get(end) for end in ("source", "target"))

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
    _check_ends(nodes, ends)


_WRITERS = {"graphml": _write_graphml, "gexf": _write_gexf, "json": _write_json}
_READERS = {"graphml": _read_graphml, "gexf": _read_gexf, "json": _read_json}

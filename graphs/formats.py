"""A network as a file: GraphML, GEXF and node-link JSON, with typed attributes.

What a file cannot hold is found by reading it back: the losses are what then differs.
Days are written as ISO 8601, lists and texts in several languages as JSON. Which
attribute is which is declared here, for those who write and those who read.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

import networkx as nx

from graphs.soundness import (
    LIMITS,
    UNLIMITED,
    Limits,
    Unreadable,
    check_ends,
    check_number,
    check_ties,
    check_xml,
)
from graphs.xml_letters import only_letters

FORMATS = ("graphml", "gexf", "json")

# What is not a plain text: a day, a list of texts, texts by language.
DAYS = frozenset({"valid_from", "valid_to"})
LISTS = frozenset({"languages", "other_names", "serves", "tracks", "sources"})
TEXTS = frozenset({"names"})
FLAGS = frozenset({"deputy", "known_gap"})
NUMBERS = frozenset({"order"})

# Half of a pair of surrogates: JSON can say it alone.
_HALF = re.compile("[\ud800-\udfff]")


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
    return data, lost(graph, lambda: read(data, form, UNLIMITED))


def read(data: bytes, form: str, limits: Limits = LIMITS) -> "nx.MultiDiGraph[str]":
    """Return the graph of a file of the form; raise Unreadable where it is none.

    Ties without a key of their own get one. What is empty is left out.
    """
    limits.check_bytes(len(data))
    try:
        return decoded(_READERS[form](data, limits), limits)
    except (Unreadable, MemoryError):
        raise
    except (
        ElementTree.ParseError,
        expat.ExpatError,
        nx.NetworkXError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RuntimeError,  # networkx re-raises nothing where it knows no word for a fault
        TypeError,
        ValueError,
    ) as error:
        raise Unreadable("not_a_graph", form=form) from error


def lost(
    graph: "nx.MultiDiGraph[str]", again: Callable[[], "nx.MultiDiGraph[str]"]
) -> list[Loss]:
    """Return what is lost when the graph is read again: all where that fails."""
    try:
        return losses(graph, again())
    except Unreadable:
        return losses(graph, nx.MultiDiGraph())


def losses(graph: "nx.MultiDiGraph[str]", other: "nx.MultiDiGraph[str]") -> list[Loss]:
    """Return what of the graph the other does not have, or has otherwise."""
    found: list[Loss] = []
    for key, held in graph.nodes(data=True):
        found += _differing("node", key, held, other.nodes.get(key))
    its_ties = {tie[:3]: tie[3] for tie in _ties(other)}
    for one, two, key, held in _ties(graph):
        found += _differing("tie", key, held, its_ties.get((one, two, key)))
    return found


def _ties(graph: "nx.MultiDiGraph[str]") -> Iterable[tuple[str, str, str, Any]]:
    return graph.edges(keys=True, data=True)


def add_tie(
    graph: "nx.MultiDiGraph[str]", one: str, two: str, key: str, held: Mapping[str, Any]
) -> None:
    """Add a tie whose attributes may be called anything.

    Where another of the two has its key, it gets one of its own: it is never lost.
    """
    while graph.has_edge(one, two, key):
        key += "+"
    graph.add_edge(one, two, key)
    graph.edges[one, two, key].update(held)


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
    clean = _same if is_json else only_letters
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for key in sorted(graph):
        values = _values(graph.nodes[key], clean, is_json=is_json)
        found.add_nodes_from([(clean(key), values)])
    for one, two, key, held in sorted(_ties(graph), key=lambda tie: tie[:3]):
        values = _values(held, clean, is_json=is_json)
        add_tie(found, clean(one), clean(two), clean(key), values)
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


def decoded(
    given: "nx.MultiDiGraph[str]", limits: Limits = LIMITS
) -> "nx.MultiDiGraph[str]":
    """Return a copy with each value as what its attribute is declared to be.

    What the file declares for all that say nothing else is said of each. Ties whose
    key is another's get one of their own: many programs number them pair by pair. A
    file that does not say which way its ties go is remembered as such (`is_directed`).
    A value that is not what it is declared to be stays as it is: whoever reads it says
    so. Raise Unreadable for half a letter.
    """
    of_nodes, of_ties = (
        given.graph.get(name, {}) for name in ("node_default", "edge_default")
    )
    limits.check_elements(len(of_nodes) * len(given) + len(of_ties) * given.size())
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph(is_directed=is_directed(given))
    for key, held in given.nodes(data=True):
        _check_letters(str(key), "node", str(key), "id")
        values = _read_values("node", str(key), of_nodes | held)
        found.add_nodes_from([(str(key), values)])
    taken: set[str] = set()
    for one, two, key, held in _ties(given):
        # Programs that give ties no ids write empty ones.
        own = str(held.get("id") or key)
        if own in taken:
            own = f"{one}|{two}|{key}"
        while own in taken:
            own += "+"
        taken.add(own)
        _check_letters(own, "tie", own, "key")
        said = {name: held[name] for name in held if name != "id"}
        values = _read_values("tie", own, of_ties | said)
        add_tie(found, str(one), str(two), own, values)
    return found


def is_directed(graph: "nx.Graph[str]") -> bool:
    """Return whether the file that the graph is of says which way its ties go."""
    return bool(graph.graph.get("is_directed", graph.is_directed()))


def _read_values(of: str, key: str, held: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for name, value in held.items():
        values[str(name)] = value
        with suppress(KeyError, RecursionError, TypeError, ValueError):
            values[str(name)] = _read_value(str(name), value)
        _check_letters(str(name), of, key, str(name))
        said = json.dumps(values[str(name)], default=str, ensure_ascii=False)
        _check_letters(said, of, key, str(name))
    return _held(values)


def _check_letters(text: str, of: str, key: str, attribute: str) -> None:
    """Raise Unreadable for half a letter, which no page and no database can hold."""
    if _HALF.search(text):
        raise Unreadable("bad_value", of=of, key=key, attribute=attribute)


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


def _refuse(_said: str = "") -> Any:
    raise ValueError


# Forms


def _write_graphml(graph: "nx.MultiDiGraph[str]") -> bytes:
    return "\n".join(nx.generate_graphml(graph)).encode()


def _read_graphml(data: bytes, limits: Limits) -> "nx.MultiDiGraph[str]":
    ties, is_uniform = check_xml(data, "graphml", limits)
    file = io.BytesIO(data if is_uniform else _without_directions(data))
    found: nx.MultiDiGraph[str] = nx.read_graphml(
        file, edge_key_type=str, force_multigraph=True
    )  # type: ignore[assignment]
    check_number(ties, found.size())
    return found


def _without_directions(data: bytes) -> bytes:
    """Return XML whose ties have no directions.

    networkx takes no file where some have and others have none, and makes two of a
    tie that goes both ways.
    """
    root = ElementTree.fromstring(data)
    for one in root.iter():
        if one.tag.rpartition("}")[2] == "edge":
            for name in ("directed", "type"):
                one.attrib.pop(name, None)
        for name in ("edgedefault", "defaultedgetype"):
            if name in one.attrib:
                one.attrib[name] = "undirected"
    return ElementTree.tostring(root)


def _write_gexf(graph: "nx.MultiDiGraph[str]") -> bytes:
    for key, held in graph.nodes(data=True):
        held["label"] = _label(key, held)
    for _one, _two, key, held in _ties(graph):
        held["id"] = key
    return "\n".join(nx.generate_gexf(graph)).encode()


def _label(key: str, held: Mapping[str, Any]) -> str:
    """Return what a node is called in pictures."""
    names = json.loads(held.get("names", "{}"))
    called = held.get("name") or next(iter(names.values()), key)
    return only_letters(str(called))


def _read_gexf(data: bytes, limits: Limits) -> "nx.MultiDiGraph[str]":
    ties, is_uniform = check_xml(data, "gexf", limits)
    given = nx.read_gexf(io.BytesIO(data if is_uniform else _without_directions(data)))
    check_number(ties, given.size())
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph(
        **given.graph, is_directed=given.is_directed()
    )
    for key, held in given.nodes(data=True):
        label = held.pop("label", "")
        if label != key and not {"name", "names"} & held.keys():
            held["name"] = label
        found.add_nodes_from([(key, held)])
    for number, (one, two, held) in enumerate(given.edges(data=True)):
        held.pop("networkx_key", None)
        add_tie(found, one, two, held.pop("id", str(number)), held)
    return found


def _write_json(graph: "nx.MultiDiGraph[str]") -> bytes:
    told = nx.node_link_data(graph, edges="edges")
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()


def _read_json(data: bytes, limits: Limits) -> "nx.MultiDiGraph[str]":
    limits.check_elements(data.count(b"{") + data.count(b"["))
    told = json.loads(data, parse_constant=_refuse)
    nodes, ties = told["nodes"], _listed_ties(told)
    if nodes and not any("id" in one for one in nodes):
        # As graphology writes: keys, and beside them all else as one attribute.
        nodes = [
            {**one, "key": None, **_attributes(one), "id": one.get("key")}
            for one in nodes
        ]
        ties = [{**_attributes(one), **one, "attributes": None} for one in ties]
    limits.check_parts(len(nodes) + len(ties))
    ends = [(one[end], "") for one in ties for end in ("source", "target")]
    check_ends([(one.get("id"), "") for one in nodes], ends)
    check_ties(
        (str(one["source"]), str(one["target"]), str(one["key"]))
        for one in ties
        if "key" in one
    )
    whole: dict[str, Any] = {"directed": True, "multigraph": True, "graph": {}}
    whole |= {"nodes": nodes, "edges": ties}
    found: nx.MultiDiGraph[str] = nx.node_link_graph(whole, edges="edges")  # type: ignore[assignment]
    check_number(len(ties), found.size())
    # D3's files do not say, and mean what they write.
    found.graph["is_directed"] = told.get("directed", True) is not False and not any(
        one.get("undirected") is True for one in ties
    )
    return found


def _attributes(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what graphology tells of a node or a tie beside its key and its ends."""
    return {"attributes": None, **(told.get("attributes") or {})}


def _listed_ties(told: Any) -> list[Any]:
    """Return the ties of a file, by either name that is in use."""
    edges, links = told.get("edges") or [], told.get("links") or []
    if edges and links:
        raise Unreadable("edges_and_links")
    found = edges or links
    return found if isinstance(found, list) else _refuse()


_WRITERS = {"graphml": _write_graphml, "gexf": _write_gexf, "json": _write_json}
_READERS = {"graphml": _read_graphml, "gexf": _read_gexf, "json": _read_json}

"""GeoJSON files (RFC 7946) of areas: read, checked throughout, nothing believed.

An area is a list of polygons, a polygon a list of rings, the first the outer one, and a
ring a list of longitudes and latitudes. What is wrong is a code and where it stands.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from coordinator.errors import Refused
from coordinator.projection import FARTHEST, MIDDLE
from coordinator.values import harmless

MOST_BYTES = 100 * 2**20
MOST_BRACKETS = 3_000_000
"""Each position opens one, so this bounds the positions before they are parsed."""
MOST_FAULTS = 20
LONGEST_SHOWN = 40

# Properties that hold an official number, the most particular first: a city district
# tells its municipality too, a municipality its county.
NUMBERED = (
    "bydelsnummer",
    "bydelsnr",
    "bydelnummer",
    "kommunenummer",
    "kommunenr",
    "fylkesnummer",
    "fylkesnr",
)
# Properties that may hold one; only as it is written.
NAMED = ("code", "kode", "nummer", "id")

_WGS84 = ("CRS84", "4326", "4979")
# ETRS89, in which Norwegian maps come, is within a metre of WGS84.
_AS_GOOD = ("4258",)

Ring = list[tuple[float, float]]
Area = list[list[Ring]]


class BadFile(Refused):
    """The file is none that shapes can be taken from; nothing of it was.

    `code` says why, `where` the place in the file, `seen` what stands there.
    """

    def __init__(self, code: str, where: str = "", seen: str = "") -> None:
        super().__init__(code, where, seen)
        self.code, self.where, self.seen = code, where, shown(seen)


class BadFeatures(Refused):
    """Some of the features cannot be drawn: `faults` are the first of `number`."""

    def __init__(self, faults: Sequence[BadFile], number: int) -> None:
        super().__init__(number)
        self.faults, self.number = tuple(faults), number


class Feature(NamedTuple):
    """A feature: its number in the file from 1, and the values that may be its code."""

    number: int
    codes: tuple[str, ...]
    geometry: Any


def read(path: Path, name: str = "") -> list[Feature]:
    """Return the features of a file, each with the code that its properties hold.

    `name` is the property with the number; else the usual ones are looked for. Raise
    BadFile.
    """
    document = _document(path)
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        kind = document.get("type") if isinstance(document, dict) else ""
        raise BadFile("no_collection", seen=_told(kind or ""))
    _check_reference_system(document.get("crs"))
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise BadFile("no_features")
    return [_feature(one, number, name) for number, one in enumerate(features, 1)]


def _document(path: Path) -> Any:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES or content.count(b"[") > MOST_BRACKETS:
        raise BadFile("too_large")
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except RecursionError:
        raise BadFile("too_deep") from None
    except UnicodeDecodeError as error:
        raise BadFile("not_text", f"byte {error.start}") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadFile("not_json", where) from None
    except ValueError:  # a number of thousands of digits
        raise BadFile("not_json") from None


def _no_number(name: str) -> None:
    raise BadFile("not_a_number", seen=name)


def _check_reference_system(given: Any) -> None:
    """Refuse a reference system that an older file names, unless it is WGS84."""
    if given is None:
        return
    properties = given.get("properties") if isinstance(given, dict) else None
    named = _told(properties.get("name", "")) if isinstance(properties, dict) else ""
    code = named.replace("/", ":").rpartition(":")[2]
    if code not in (*_WGS84, *_AS_GOOD):
        raise BadFile("other_system", seen=named)


def _feature(given: Any, number: int, name: str) -> Feature:
    if not isinstance(given, dict) or given.get("type") != "Feature":
        raise BadFile("no_feature", f"feature {number}")
    properties = given.get("properties")
    found = dict(properties) if isinstance(properties, dict) else {}
    if "id" in given:
        found.setdefault("id", given["id"])
    return Feature(number, _codes(found, name), given.get("geometry"))


def _codes(properties: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return how the number of the place may be written, from one property alone.

    >>> _codes({"navn": "Oslo", "Kommunenummer": 301, "id": 7}, "")
    ('301', '0301')
    >>> _codes({"id": "5001"}, ""), _codes({"KOMM": "5001"}, "KOMM"), _codes({}, "")
    (('5001',), ('5001',), ())
    """
    if name:
        value = properties.get(name)
        return _padded(_as_code(value)) if value is not None else ()
    folded = {key.casefold(): value for key, value in properties.items()}
    for key in NUMBERED:
        if folded.get(key) is not None:
            return _padded(_as_code(folded[key]))
    values = (folded[key] for key in NAMED if folded.get(key) is not None)
    return tuple(map(_as_code, values))


def _as_code(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) else ""


def _padded(code: str) -> tuple[str, ...]:
    """Return a number also with the zero that programs take off its front."""
    is_short = code.isascii() and code.isdecimal() and len(code) in (1, 3, 5)
    return (code, f"0{code}") if is_short else (code,)


def area(feature: Feature) -> Area:
    """Return the polygons of a feature; raise BadFile."""
    where, geometry = f"feature {feature.number}", feature.geometry
    if not isinstance(geometry, dict):
        raise BadFile("no_area", where)
    kind, given = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadFile("no_area", where, _told(kind))
    polygons = [given] if kind == "Polygon" else given
    if not isinstance(polygons, list) or not polygons:
        raise BadFile("no_area", where)
    found = []
    for number, polygon in enumerate(polygons, 1):
        at = where if kind == "Polygon" else f"{where}, polygon {number}"
        if not isinstance(polygon, list) or not polygon:
            raise BadFile("no_ring", at)
        found.append([_ring(r, f"{at}, ring {n}") for n, r in enumerate(polygon, 1)])
    _refuse_swapped(found, where)
    return found


def _ring(given: Any, where: str) -> Ring:
    if not isinstance(given, list) or len(given) < 4:
        raise BadFile("no_ring", where)
    ring = [_position(one, where, number) for number, one in enumerate(given, 1)]
    if ring[0] != ring[-1]:
        raise BadFile("open_ring", where)
    return ring


def _position(given: Any, where: str, number: int) -> tuple[float, float]:
    if not isinstance(given, list) or len(given) < 2:
        raise BadFile("no_position", f"{where}, position {number}")
    east, north = given[0], given[1]
    for one in (east, north):
        if isinstance(one, bool) or not isinstance(one, int | float):
            raise BadFile("no_position", f"{where}, position {number}", _told(one))
    # Compared before they are made floats: there are integers that no float holds.
    if not (-180 <= east <= 180 and -90 <= north <= 90):
        seen = f"{_short(east)}, {_short(north)}"
        raise BadFile("out_of_range", f"{where}, position {number}", seen)
    if abs(east - MIDDLE) > FARTHEST:
        seen = f"{east}, {north}"
        raise BadFile("too_far", f"{where}, position {number}", seen)
    return float(east), float(north)


def _told(value: Any) -> str:
    """Return a value as it may be shown; of a list or an object only what it is."""
    return type(value).__name__ if isinstance(value, list | dict) else str(value)


def _short(number: float) -> str:
    return str(number) if abs(number) < 1e15 else "…"


def _refuse_swapped(polygons: Area, where: str) -> None:
    """Refuse latitudes that stand first: all of Norway would lie in the Arabian Sea."""
    positions = list(_positions(polygons))
    if all(57 < east < 82 and 4 < north < 32 for east, north in positions):
        east, north = positions[0]
        raise BadFile("swapped", where, f"{east}, {north}")


def _positions(polygons: Area) -> Iterator[tuple[float, float]]:
    return (one for polygon in polygons for ring in polygon for one in ring)


def shown(text: str) -> str:
    """Return what a file holds, short and harmless to a terminal.

    >>> shown("a" * 50), shown("<b>" + chr(27) + "[2J")
    ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…', '<b>?[2J')
    """
    return harmless(text[:LONGEST_SHOWN] + ("…" if len(text) > LONGEST_SHOWN else ""))

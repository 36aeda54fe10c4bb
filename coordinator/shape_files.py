"""Shapes of places, imported: checked, put in one flat map, simplified and kept.

Only commands import this module: what reckons with shapes is large, and no page needs
it. All of a file comes in, or nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import delete, insert

from coordinator import catalogue, crossings, geojson, questions
from coordinator.access import PUBLIC, select_to_write
from coordinator.catalogue import Catalogue
from coordinator.facts import is_valid
from coordinator.geojson import MOST_FAULTS, BadFeatures, BadFile, Feature
from coordinator.projection import project
from models import Shape, begin_write, db

# What the shapes of all places of a kind may weigh, in bytes; a file's are given the
# part of it that its places are of all.
BUDGETS = {"municipality": 280_000, "city_district": 30_000, "county": 60_000}
# How far, in metres, an outline may first be moved to make it simpler; and at most.
FINEST, COARSEST = 50.0, 100_000.0
# So many corners are joined to counties as they are.
LIGHT = 50_000
# Shapes are kept in tens of metres.
UNIT = 10.0


@dataclass
class Report:
    """What an import did, or would do."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    derived: list[str] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)
    """Features, by number, whose code is of no county, municipality or district."""
    incomplete: dict[str, int] = field(default_factory=dict)
    """Counties that were not made of their municipalities, and how many are missing."""
    mended: list[str] = field(default_factory=list)
    tolerance: dict[str, float] = field(default_factory=dict)
    size: int = 0


def import_file(
    path: Path, *, name: str = "", attribution: str = "", dry_run: bool = False
) -> Report:
    """Keep the shapes of a GeoJSON file, those of places we know.

    Counties are made of their municipalities where the file has none of them, and none
    was imported before. Raise BadFile or BadFeatures; then nothing has changed.
    """
    features = geojson.read(path, name)
    known, kept = catalogue.current(PUBLIC), _kept()
    db.session.rollback()
    report = Report()
    areas = _lighter(_areas(features, known, report), known)
    _derive_counties(areas, known, kept, report)
    rows = _rows(areas, known, attribution, report)
    # Everything is reckoned: what others write waits for no more than these rows.
    begin_write()
    try:
        _write(rows, _kept(), report)
        if dry_run:
            db.session.rollback()
        else:
            db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return report


def _areas(
    features: Iterable[Feature], known: Catalogue, report: Report
) -> dict[str, Any]:
    """Return the area of each place that the features are of, in metres."""
    parts: dict[str, list[Any]] = defaultdict(list)
    faults: list[BadFile] = []
    number = 0
    for feature in features:
        code = _place_of(feature, known)
        if code is None:
            report.unknown.append(
                (feature.number, geojson.shown(next(iter(feature.codes), "")))
            )
            continue
        try:
            parts[code].append(_flat(feature, code, report))
        except BadFile as fault:
            number += 1
            if len(faults) < MOST_FAULTS:
                faults.append(fault)
    if faults:
        raise BadFeatures(faults, number)
    if not parts:
        raise BadFile("no_place")
    return {
        code: found[0] if len(found) == 1 else _polygons(shapely.union_all(found))
        for code, found in sorted(parts.items())
    }


def _place_of(feature: Feature, known: Catalogue) -> str | None:
    codes = (code for code in feature.codes if code in known.places)
    return next((one for one in codes if known.places[one].kind in BUDGETS), None)


def _flat(feature: Feature, code: str, report: Report) -> Any:
    """Return a feature's area in the flat map; raise BadFile."""
    polygons = [
        shapely.Polygon(
            [project(*one) for one in outer],
            [[project(*one) for one in ring] for ring in holes],
        )
        for outer, *holes in geojson.area(feature)
    ]
    whole = shapely.MultiPolygon(polygons)
    if not whole.is_valid:
        if crossings.are_too_many(whole):
            raise BadFile("too_tangled", f"feature {feature.number}", code)
        # By lines, as is usual, a ring that crosses itself often would take hours.
        mended = shapely.make_valid(whole, method="structure", keep_collapsed=False)
        whole = _polygons(mended)
        report.mended.append(code)
    if whole.area < UNIT**2:
        raise BadFile("too_small", f"feature {feature.number}", code)
    return whole


def _polygons(shape: Any) -> Any:
    """Return a shape's polygons alone: what has no area is not drawn."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([one for one in parts if one.geom_type == "Polygon"])


def _lighter(areas: dict[str, Any], known: Catalogue) -> dict[str, Any]:
    """Return the areas without corners that no map shows, where there are many.

    Joining a county of millions of corners would take minutes.
    """
    if sum(shapely.get_num_coordinates(one) for one in areas.values()) <= LIGHT:
        return areas
    found: dict[str, Any] = {}
    for kind in BUDGETS:
        codes = [code for code in areas if known.places[code].kind == kind]
        simple = shapely.coverage_simplify([areas[code] for code in codes], FINEST)
        found |= dict(zip(codes, simple, strict=True))
    return {code: found[code] for code in areas}


def _derive_counties(
    areas: dict[str, Any], known: Catalogue, kept: Mapping[str, Any], report: Report
) -> None:
    """Add the counties all of whose municipalities the file has, and which it has not.

    One that was imported itself stands.
    """
    today = questions.today()
    below: dict[str, list[str]] = defaultdict(list)
    for place in known.places.values():
        if place.kind == "municipality" and is_valid(place, today):
            for parent in place.parents:
                below[parent].append(place.code)
    for code, inside in sorted(below.items()):
        is_imported = code in kept and not kept[code]["is_derived"]
        if known.places[code].kind != "county" or code in areas or is_imported:
            continue
        there = [areas[one] for one in inside if one in areas]
        if len(there) == len(inside):
            areas[code] = _polygons(shapely.union_all(there))
            report.derived.append(code)
        elif there:
            report.incomplete[code] = len(inside) - len(there)


def _rows(
    areas: Mapping[str, Any], known: Catalogue, attribution: str, report: Report
) -> list[dict[str, Any]]:
    """Return what is kept of the areas, each kind simplified until it is small."""
    rows = []
    for kind, budget in BUDGETS.items():
        codes = [code for code in areas if known.places[code].kind == kind]
        if not codes:
            continue
        of_kind = sum(1 for place in known.places.values() if place.kind == kind)
        simple, tolerance = _simplified(
            [areas[code] for code in codes], budget * len(codes) // of_kind
        )
        report.tolerance[kind] = tolerance
        rows += [
            _row(code, shape, code in report.derived, attribution)
            for code, shape in zip(codes, simple, strict=True)
        ]
    return rows


def _simplified(shapes: list[Any], budget: int) -> tuple[list[Any], float]:
    """Return the shapes with as few corners as the budget wants, and how coarse.

    Neighbours keep the border that they share. Small islands and lakes go first, but
    never all of a place.
    """
    tolerance = 0.0
    while sum(len(_path(one)) for one in shapes) > budget:
        tolerance = tolerance * 1.6 if tolerance else FINEST
        if tolerance > COARSEST:
            raise BadFile("too_detailed")
        large = [_without_small(one, (2 * tolerance) ** 2) for one in shapes]
        simple = shapely.coverage_simplify(large, tolerance)
        shapes = [
            new if new.area else old for new, old in zip(simple, large, strict=True)
        ]
    return shapes, tolerance


def _without_small(shape: Any, area: float) -> Any:
    """Return a shape without islands and holes below that area; its largest stays."""
    parts = sorted(shapely.get_parts(shape), key=lambda one: -one.area)
    return shapely.MultiPolygon(
        [
            shapely.Polygon(
                one.exterior,
                [h for h in one.interiors if shapely.Polygon(h).area >= area],
            )
            for one in parts
            if one is parts[0] or one.area >= area
        ]
    )


def _row(place: str, shape: Any, is_derived: bool, attribution: str) -> dict[str, Any]:
    left, top, right, bottom = (round(one / UNIT) for one in shape.bounds)
    largest = max(shapely.get_parts(shape), key=lambda one: one.area)
    radius = shapely.maximum_inscribed_circle(largest)
    x, y = radius.coords[0]
    return {
        "place": place,
        "path": _path(shape),
        "left": left,
        "top": top,
        "right": right,
        "bottom": bottom,
        "x": round(x / UNIT),
        "y": round(y / UNIT),
        "room": round(radius.length / UNIT),
        "is_derived": is_derived,
        "attribution": attribution,
    }


def _path(shape: Any) -> str:
    """Return a shape as SVG path data in whole units.

    >>> _path(shapely.box(0, 0, 200, 100))
    'M20 0l0 10-20 0 0-10z'
    """
    rings = (
        ring
        for polygon in shapely.get_parts(shape)
        for ring in (polygon.exterior, *polygon.interiors)
    )
    return "".join(map(_ring_path, rings))


def _ring_path(ring: Any) -> str:
    """Return a ring that begins at its first corner; each step from the one before."""
    corners = [(round(x / UNIT), round(y / UNIT)) for x, y in ring.coords[:-1]]
    (x, y), steps = corners[0], list[int]()
    start = f"M{x} {y}"
    for next_x, next_y in corners[1:]:
        if (next_x, next_y) != (x, y):
            steps += (next_x - x, next_y - y)
            x, y = next_x, next_y
    told = "".join(str(one) if one < 0 else f" {one}" for one in steps)
    return f"{start}l{told.removeprefix(' ')}z" if len(steps) > 2 else ""


def _kept() -> dict[str, dict[str, Any]]:
    rows = db.session.execute(select_to_write(*Shape.__table__.c)).mappings()
    return {row["place"]: dict(row) for row in rows}


def _write(
    rows: Iterable[dict[str, Any]], kept: Mapping[str, Any], report: Report
) -> None:
    """Put in place what differs from what is kept."""
    table = Shape.__table__
    differing = []
    for row in rows:
        before = kept.get(row["place"])
        if row["is_derived"] and before and not before["is_derived"]:
            continue  # imported meanwhile
        told = report.unchanged if before == row else report.changed
        (report.new if before is None else told).append(row["place"])
        if before != row:
            differing.append(row)
    if differing:
        connection = db.session.connection()
        places = [row["place"] for row in differing]
        connection.execute(delete(table).where(table.c.place.in_(places)))
        connection.execute(insert(table), differing)
    report.size = sum(len(row["path"]) for row in _kept().values())

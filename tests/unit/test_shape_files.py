"""Shapes of places: imported whole or not at all, small, and the same each time."""

import cmath
import re
import subprocess
import sys

import pytest
import shapely

from coordinator import catalogue, crossings, shape_files, shapes
from coordinator.access import PUBLIC
from coordinator.geojson import BadFeatures, BadFile
from models import db
from tests.exchanging import stored
from tests.squares import collection, ragged, ring, square, tangled, written


@pytest.fixture
def bring(app, tmp_path):
    """Return what imports features."""

    def bring(*features, **options):
        path = written(tmp_path / "shapes.geojson", collection(*features))
        return shape_files.import_file(path, **options)

    yield bring
    db.session.rollback()


def outlines(*codes):
    found = shapes.of_places(codes)
    db.session.rollback()
    return found


def municipalities(county):
    found = [
        place.code
        for place in catalogue.current(PUBLIC).places.values()
        if place.kind == "municipality" and county in place.parents
    ]
    db.session.rollback()
    return found


def corners(path):
    """Return every corner of path data, as whoever draws it reckons it."""
    found = []
    for x, y, steps in re.findall(r"M(-?\d+) (-?\d+)l([^z]*)z", path):
        at = int(x), int(y)
        found.append(at)
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            at = at[0] + dx, at[1] + dy
            found.append(at)
    return found


def test_what_is_imported_lies_where_it_should_and_holds_its_mark(bring):
    report = bring(square("5001"), square("5006", 1), attribution="© Ingen")

    found = outlines("5001", "5006", "5007")
    assert report.new == ["5001", "5006"]
    assert found.keys() == {"5001", "5006"}
    west, east = found["5001"], found["5006"]
    assert set(corners(west.path)) & set(corners(east.path))  # the border they share
    assert west.left < west.x - west.room < west.x + west.room <= west.right + 1
    assert west.attribution == "© Ingen"
    # A tenth of a degree is 11.1 km north, and half as much east at 60 degrees.
    assert west.bottom - west.top == pytest.approx(1112, rel=0.05)
    assert west.right - west.left == pytest.approx(557, rel=0.2)


def test_the_same_file_twice_changes_nothing_and_a_trial_never_does(bring):
    features = [square(code, at) for at, code in enumerate(municipalities("56"))]
    trial = bring(*features, dry_run=True)
    untouched = stored("shape")
    first = bring(*features)
    kept = stored("shape")
    second = bring(*features)

    assert untouched == {"shape": []}
    assert trial.new == first.new
    assert (second.new, second.changed) == ([], [])
    assert second.unchanged == first.new
    assert stored("shape") == kept


def test_a_county_is_made_of_its_municipalities_once_all_are_there(bring):
    inside = municipalities("56")
    features = [square(code, at) for at, code in enumerate(inside)]

    some = bring(*features[:-2])
    every = bring(*features)

    assert (some.derived, some.incomplete) == ([], {"56": 2})
    assert every.derived == ["56"]
    county, first, last = (
        outlines("56", *inside)[c] for c in ("56", inside[0], inside[-1])
    )
    assert (county.left, county.right) == (first.left, last.right)


def test_a_county_of_the_file_or_of_an_earlier_one_stands(bring):
    features = [square(code, at) for at, code in enumerate(municipalities("56"))]
    own = square("56", 500)
    del own["properties"]["kommunenummer"]
    own["properties"]["fylkesnummer"] = 56

    bring(own)
    before = outlines("56")
    report = bring(*features)

    assert report.derived == []
    assert outlines("56") == before


def test_what_is_large_is_simplified_and_neighbours_keep_their_border(bring):
    coast = [ragged(code, at, 4000, at) for at, code in enumerate(municipalities("56"))]

    report = bring(*coast)

    found = outlines(*municipalities("56"))
    every = shape_files.BUDGETS["municipality"]
    share = every * len(coast) // 357
    assert sum(len(one.path) for one in found.values()) <= share
    assert report.tolerance["municipality"] > 0
    for west, east in zip(
        municipalities("56")[:-1], municipalities("56")[1:], strict=True
    ):
        assert set(corners(found[west].path)) & set(corners(found[east].path))


def test_all_shapes_there_can_be_fit_in_400_kb():
    assert sum(shape_files.BUDGETS.values()) <= 400_000


def test_small_islands_go_before_the_mainland_does():
    mainland, island = shapely.box(0, 0, 9000, 9000), shapely.box(20000, 0, 20050, 50)
    lake = shapely.box(10, 10, 20, 20)
    both = shapely.MultiPolygon([island, mainland.difference(lake)])

    assert shape_files._without_small(both, 10_000).equals(mainland)
    assert shape_files._without_small(shapely.MultiPolygon([island]), 1e9).equals(
        island
    )


def test_numbers_are_found_in_the_property_named_and_zeros_put_back(bring):
    oslo = square("x")
    oslo["properties"] = {"kommunenummer": 301, "id": 5001}
    named = square("x", 1, MITT="5006")

    assert bring(oslo).new == ["0301", "03"]
    assert bring(named, name="MITT").new == ["5006"]
    with pytest.raises(BadFile) as refused:
        bring(named, name="DITT")
    assert refused.value.code == "no_place"


def test_unknown_numbers_are_named_and_the_others_come_in(bring):
    nowhere = square("9999\x1b[2J<script>", 1)
    nowhere["geometry"] = None

    report = bring(square("5001"), nowhere, square("pd-oslo", 2))

    assert report.new == ["5001"]
    assert report.unknown == [(2, "9999?[2J<script>"), (3, "pd-oslo")]


def test_several_features_of_one_place_are_one_area(bring):
    report = bring(square("5001"), square("5001", 5))

    assert report.new == ["5001"]
    assert outlines("5001")["5001"].path.count("M") == 2


def test_a_ring_that_crosses_itself_is_mended_and_said(bring):
    bow = square("5001")
    bow["geometry"]["coordinates"] = [
        [[10, 60], [10.2, 60.2], [10.2, 60], [10, 60.2], [10, 60]]
    ]

    report = bring(bow)

    assert report.mended == ["5001"]
    assert outlines("5001")["5001"].path.count("M") == 2


def test_what_a_ring_that_crosses_itself_goes_around_is_in_it(bring):
    star = square("5001")
    tips = [cmath.rect(0.2, cmath.pi * 0.8 * number) for number in (0, 1, 2, 3, 4, 0)]
    star["geometry"]["coordinates"] = [[[10 + t.real, 60 + t.imag] for t in tips]]

    report = bring(star)

    assert report.mended == ["5001"]
    assert outlines("5001")["5001"].path.count("M") == 1


def test_a_ring_that_crosses_itself_too_often_is_refused_before_it_is_mended(bring):
    star, worse = square("5001"), square("5006")
    star["geometry"]["coordinates"] = tangled(101)
    worse["geometry"]["coordinates"] = tangled(401)

    assert bring(star).mended == ["5001"]
    with pytest.raises(BadFeatures) as refusal:
        bring(worse)

    [fault] = refusal.value.faults
    assert (fault.code, fault.where, fault.seen) == ("too_tangled", "feature 1", "5006")


def test_sides_that_meet_at_corners_alone_do_not_cross():
    ring = shapely.Point(0, 0).buffer(1000, quad_segs=20_000)
    holed = shapely.Polygon(ring.exterior, [shapely.Point(0, 0).buffer(9).exterior])

    assert not crossings.are_too_many(shapely.MultiPolygon([holed]))


def test_one_bad_feature_and_nothing_comes_in(bring):
    bring(square("5001", 3))
    before = stored("shape")
    line = square("5006", 1)
    line["geometry"] = {"type": "LineString", "coordinates": [[10, 60], [11, 60]]}
    dot = square("5007", 2)
    dot["geometry"]["coordinates"] = [[[10, 60]] * 5]

    with pytest.raises(BadFeatures) as refused:
        bring(square("5001"), line, dot)

    faults = [(one.code, one.where) for one in refused.value.faults]
    assert faults == [("no_area", "feature 2"), ("too_small", "feature 3")]
    assert stored("shape") == before


def test_what_cannot_be_made_simple_is_refused_and_nothing_is_kept(bring, monkeypatch):
    monkeypatch.setitem(shape_files.BUDGETS, "municipality", 357)

    with pytest.raises(BadFile, match="too_detailed"):
        bring(square("5001"), square("56", 4))

    assert stored("shape") == {"shape": []}


def test_a_hole_stays_a_hole(bring):
    around = square("5001")
    around["geometry"]["coordinates"] = [ring(10, 60, 0.5), ring(10.1, 60.1)]

    bring(around)

    assert outlines("5001")["5001"].path.count("z") == 2


def test_no_page_loads_what_reckons_with_shapes():
    code = "import sys, wsgi; print(*sorted({'shapely', 'numpy'} & sys.modules.keys()))"

    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout.split() == []

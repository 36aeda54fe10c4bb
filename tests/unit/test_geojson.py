"""GeoJSON files: what is wrong is named with its place, and nothing is believed."""

import pytest

from coordinator import geojson
from coordinator.geojson import BadFile
from tests.squares import collection, ring, square, written

NESTED = '{"type": "FeatureCollection", "features": ' + "[" * 10_000 + "]" * 10_000
POLYGON = '{"type":"Feature","properties":{"id":"5001"},"geometry":{"type":"Polygon",'


def one(text):
    return (
        f'{{"type":"FeatureCollection","features":[{POLYGON}"coordinates":{text}}}}}]}}'
    )


def of_crs(name):
    return collection(
        square("5001"), crs={"type": "name", "properties": {"name": name}}
    )


FILES = [
    ("", "not_json", "line 1, column 1"),
    ('{"type": "FeatureCollection",\n x', "not_json", "line 2, column 2"),
    ('{"n": ' + "9" * 5000 + "}", "not_json", ""),
    ("[]", "no_collection", ""),
    ('{"type": "Topology"}', "no_collection", ""),
    (collection(), "no_features", ""),
    ({"type": "FeatureCollection", "features": {}}, "no_features", ""),
    (collection("square"), "no_feature", "feature 1"),
    (NESTED + "}", "too_deep", ""),
    (one("[[[NaN,60]]]"), "not_a_number", ""),
    (one("[[[-Infinity,60]]]"), "not_a_number", ""),
    (of_crs("urn:ogc:def:crs:EPSG::25833"), "other_system", ""),
    (of_crs(["EPSG:4326"]), "other_system", ""),
    (collection(square("5001"), crs=7), "other_system", ""),
]
SQUARE = "[10,60],[11,60],[11,61]"
AREAS = [
    (f"[[{SQUARE},[10,61]]]", "open_ring", "feature 1, ring 1"),
    (f"[[{SQUARE}]]", "no_ring", "feature 1, ring 1"),
    (f"[[{SQUARE},[10,60]],[[10,60]]]", "no_ring", "feature 1, ring 2"),
    ("[]", "no_ring", "feature 1"),
    ("7", "no_ring", "feature 1"),
    (f"[[{SQUARE},10]]", "no_position", "feature 1, ring 1, position 4"),
    (f'[[{SQUARE},["10",60]]]', "no_position", "feature 1, ring 1, position 4"),
    (f"[[{SQUARE},[true,60]]]", "no_position", "feature 1, ring 1, position 4"),
    (f"[[{SQUARE},[1e999,60]]]", "out_of_range", "feature 1, ring 1, position 4"),
    (f"[[{SQUARE},[{'9' * 400},60]]]", "out_of_range", "feature 1, ring 1, position 4"),
    ("[[[262000,6650000],[1,1],[2,2],[3,3]]]", "out_of_range",
     "feature 1, ring 1, position 1"),
    ("[[[-170,6],[-170,7],[-171,7],[-170,6]]]", "too_far",
     "feature 1, ring 1, position 1"),
    ("[[[60,10],[61,10],[61,11],[60,10]]]", "swapped", "feature 1"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "code", "where"), FILES)
def test_a_file_that_is_no_collection_is_refused_and_why(
    tmp_path, content, code, where
):
    with pytest.raises(BadFile) as refused:
        geojson.read(written(tmp_path / "f.json", content))

    assert (refused.value.code, refused.value.where) == (code, where)


@pytest.mark.parametrize(("text", "code", "where"), AREAS)
def test_an_area_that_cannot_be_drawn_is_refused_where_it_goes_wrong(
    tmp_path, text, code, where
):
    (feature,) = geojson.read(written(tmp_path / "f.json", one(text)))
    with pytest.raises(BadFile) as refused:
        geojson.area(feature)

    assert (refused.value.code, refused.value.where) == (code, where)
    assert len(refused.value.seen) < 60


def test_a_file_of_millions_of_positions_is_refused_before_it_is_parsed(tmp_path):
    many = "[" + "[10,60]," * geojson.MOST_BRACKETS

    with pytest.raises(BadFile) as refused:
        geojson.read(written(tmp_path / "f.json", one(many)))

    assert refused.value.code == "too_large"


def test_what_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "f.json"
    path.write_bytes('{"navn": "Tromsø"}'.encode("latin-1"))

    with pytest.raises(BadFile, match="not_text"):
        geojson.read(path)


@pytest.mark.parametrize("name", ["EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84",
                                  "urn:ogc:def:crs:EPSG::4258"])  # fmt: skip
def test_wgs84_may_be_named_and_a_mark_may_stand_first(tmp_path, name):
    path = written(tmp_path / "f.json", of_crs(name))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    (feature,) = geojson.read(path)

    assert geojson.area(feature)[0][0][0] == (10.0, 60.0)


def test_a_hole_and_several_polygons_are_kept_apart(tmp_path):
    both = [[ring(10, 60, 1), ring(10.2, 60.2)], [ring(12, 60)]]
    feature = square("5001")
    feature["geometry"] = {"type": "MultiPolygon", "coordinates": both}

    (read,) = geojson.read(written(tmp_path / "f.json", collection(feature)))

    assert [len(polygon) for polygon in geojson.area(read)] == [2, 1]

"""Coverage of one county as a picture and a table, with outlines and without."""

import re
from html import unescape

import pytest

from coordinator import coverage, shapes
from coordinator.access import UNIT
from models import db
from tests.exchanging import bring, bring_all, stored
from tests.functional.test_accounts import a_user, sign_in
from tests.functional.test_network_pages import MORE, words_of
from tests.networks import NETWORK
from tests.squares import collection, square, tangled, written

ASKED = "step=acute_housing&track=adult"
COUNTY = f"/network/counties/50?{ASKED}"
SCRIPT = "<script>alert(1)</script>"


def the_network():
    bring_all(NETWORK)
    bring_all(MORE)


@pytest.fixture
def beforehand(request):
    return the_network if "unit" in request.fixturenames else None


@pytest.fixture
def unit(client):
    a_user("kari@example.no")
    sign_in(client, "kari@example.no")
    return client


@pytest.fixture
def import_shapes(runner, tmp_path):
    """Return what imports features on the command line."""

    def import_shapes(*features, options=(), document=None):
        document = document or collection(*features)
        path = written(tmp_path / "shapes.geojson", document)
        return runner.invoke(args=["import-shapes", str(path), *options])

    return import_shapes


def parts_of(page):
    """Return the picture, without which nothing is lost, and the rest."""
    text = unescape(page.text)
    picture = text.split('<div class="map" aria-hidden="true">')[1].split("<table")[0]
    return picture, text.split("<table")[1].split("</table>")[0]


def rows_of(table):
    return re.findall(
        r'rowheader"><a href="[^"]*">([^<]*)</a>.*?class="extent extent-(\w+)"',
        table,
        re.S,
    )


def tiles_of(picture):
    return re.findall(
        r'class="area area-\d+ covered-(\w+)".*?area-name">([^<]*)<', picture
    )


def outlines_of(picture):
    return re.findall(
        r'href="([^"]*)" tabindex="-1" class="outline outline-(\w+)"><title>([^:<]*):',
        picture,
    )


# Tiles


def test_the_tiles_say_what_the_table_says_and_stay_where_they_are(unit):
    picture, table = parts_of(unit.get(COUNTY))
    tiles, rows = tiles_of(picture), rows_of(table)
    other, _table = parts_of(unit.get("/network/counties/50?step=settle&track=adult"))

    assert {(name, extent) for extent, name in tiles} == set(rows)
    assert len(tiles) == len(rows) > 30
    assert {"all", "none"} == {extent for extent, _name in tiles}
    # The worst are first in the table; a tile has its place whatever is asked.
    assert [extent for _name, extent in rows] == sorted(
        (extent for _name, extent in rows), reverse=True
    )
    assert [name for _e, name in tiles] == [name for _e, name in tiles_of(other)]
    assert "Skjematisk" in picture


def test_step_and_group_are_chosen_on_the_page_and_said(unit):
    page = unit.get(COUNTY)

    assert 'action="/network/counties/50"' in page.text
    assert '<option value="acute_housing" selected>' in page.text
    assert "«Trygt sted i natt», 18 år eller eldre: 1 av " in words_of(page)
    assert "«Melding til barnevernet»" in words_of(
        unit.get("/network/counties/50?step=report_child&track=minor")
    )


def test_oslo_has_city_districts(unit):
    page = words_of(unit.get(f"/network/counties/03?{ASKED}"))

    assert "Har bydelen noen som svarer" in page
    assert "Søndre Nordstrand" in page


def test_nothing_in_the_picture_is_reached_by_keys_or_heard(unit, import_shapes):
    import_shapes(square("5001"))
    for address in (COUNTY, "/network"):
        picture, _table = parts_of(unit.get(address))
        links = re.findall(r"<a [^>]*>", picture)
        assert links
        assert all('tabindex="-1"' in link for link in links)


# Outlines


def test_what_has_an_outline_is_drawn_and_the_rest_stays_a_tile(unit, import_shapes):
    result = import_shapes(
        square("5001"), square("5006", 1), options=["--attribution", "© Kart & co <b>"]
    )
    page = unit.get(COUNTY)
    picture, table = parts_of(page)
    drawn, rows = outlines_of(picture), dict(rows_of(table))

    assert result.exit_code == 0
    assert "2 new, 0 changed, 0 unchanged" in result.stdout
    assert {name for _to, _extent, name in drawn} == {"Trondheim", "Steinkjer"}
    assert all(rows[name] == extent for _to, extent, name in drawn)
    assert {name for _e, name in tiles_of(picture)} == set(rows) - {
        "Trondheim",
        "Steinkjer",
    }
    assert "Kilde: © Kart & co <b>" in picture
    assert "&lt;b&gt;" in page.text
    for to, _extent, _name in drawn:
        assert unit.get(to).status_code == 200


def test_counties_with_outlines_are_drawn_on_the_state(unit, import_shapes):
    own = square("", 4)
    own["properties"] = {"fylkesnummer": "50"}
    import_shapes(own)

    picture = parts_of(unit.get(f"/network?{ASKED}"))[0]
    (drawn,) = outlines_of(picture)
    found = coverage.by_county("acute_housing", "adult", UNIT)
    db.session.rollback()

    assert drawn[1:] == ("some", "Trøndelag")
    assert drawn[0].startswith("/network/counties/50?")
    assert len(tiles_of(picture)) == len(found) - 1
    assert 'fill="url(#hatch)"' in picture


def test_a_name_is_escaped_in_the_picture(unit, import_shapes):
    bring("places", f"code,kind,name,parents\n5097,municipality,{SCRIPT},50\n")
    import_shapes(square("5097"))

    page = unit.get(COUNTY)

    assert SCRIPT not in page.text
    assert f"{SCRIPT}: Ingen som kan nås" in parts_of(page)[0]


# The command


def test_the_command_reports_and_a_second_time_changes_nothing(import_shapes):
    nowhere = square(f"9999{SCRIPT}\x1b[2J", 2)

    first = import_shapes(square("5001"), nowhere)
    kept = stored("shape")
    second = import_shapes(square("5001"), nowhere)
    trial = import_shapes(square("5006"), options=["--dry-run"])

    assert first.exit_code == second.exit_code == trial.exit_code == 0
    assert "feature 2: no place of the number 9999<script>" in first.stderr
    assert "\x1b" not in first.output
    assert "county 50: not drawn" in first.stderr
    assert "0 new, 0 changed, 1 unchanged" in second.stdout
    assert "a trial, nothing has changed" in trial.stdout
    assert stored("shape") == kept


REFUSED = [
    ("x", "it is not JSON"),
    ('{"type": "Polygon"}', "no GeoJSON FeatureCollection (Polygon)"),
    (collection(), "no features"),
    (collection(square("9999")), "--property"),
    (collection(square("5001"), crs={"properties": {"name": "EPSG:25833"}}),
     "is not WGS84. Convert it: ogr2ogr -t_srs EPSG:4326"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "said"), REFUSED)
def test_a_file_that_will_not_do_is_refused_with_what_to_do(
    import_shapes, document, said
):
    result = import_shapes(document=document)

    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert result.stderr.endswith("Nothing has changed.\n")
    assert stored("shape") == {"shape": []}


def test_each_bad_feature_is_named_with_its_place(import_shapes):
    metres, open_ = square("5006"), square("5007")
    metres["geometry"]["coordinates"] = [[[262000, 6650000]] * 4]
    open_["geometry"]["coordinates"][0].pop()

    result = import_shapes(square("5001"), metres, open_)

    lines = result.stderr.splitlines()
    assert result.exit_code == 1
    assert "feature 2, ring 1, position 1: this is no longitude" in lines[0]
    assert "feature 3, ring 1: the ring is open" in lines[1]
    assert shapes.of_places(["5001"]) == {}
    db.session.rollback()


def test_an_outline_that_is_too_tangled_is_named(import_shapes):
    star = square("5006")
    star["geometry"]["coordinates"] = tangled(6001)

    result = import_shapes(square("5001"), star)

    why = "feature 2: its outline crosses itself too often to be mended (5006)"
    assert result.exit_code == 1
    assert why in result.stderr


def test_an_attribution_is_short_and_of_plain_letters(import_shapes):
    for bad in ("x" * 301, "a\x00b"):
        result = import_shapes(square("5001"), options=["--attribution", bad])
        assert result.exit_code == 2
        assert "--attribution" in result.stderr

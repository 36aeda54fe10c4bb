"""`flask import-shapes FILE`: outlines of counties, municipalities and districts."""

import sys
from pathlib import Path

import click

from coordinator import shape_files
from coordinator.geojson import MOST_BYTES, BadFeatures, BadFile
from coordinator.shape_files import Report
from coordinator.values import has_controls
from views.cli.database import needs_database

LONGEST_ATTRIBUTION = 300
MOST_NAMED = 20
CONVERT = "Convert it: ogr2ogr -t_srs EPSG:4326 -f GeoJSON new.geojson old.geojson"
SMALLER = (
    "Take a generalised edition, or simplify it: mapshaper old.geojson -simplify 10% "
    "-o new.geojson"
)
WHY = {
    "no_area": "the geometry is no Polygon or MultiPolygon",
    "no_collection": "it is no GeoJSON FeatureCollection",
    "no_feature": "this is no GeoJSON Feature",
    "no_features": "the collection has no features",
    "no_place": "no feature holds the number of a place that is known here. Looked for "
    "kommunenummer, fylkesnummer, bydelsnummer, code and id: name another with "
    "--property",
    "no_position": "this is no position of two numbers, longitude and latitude",
    "no_ring": "this is no ring of four positions or more",
    "not_a_number": "a coordinate is not a number",
    "not_json": "it is not JSON",
    "not_text": "it is not UTF-8",
    "open_ring": "the ring is open: its last position must be its first",
    "other_system": f"its reference system is not WGS84. {CONVERT}",
    "out_of_range": f"this is no longitude and latitude; metres? {CONVERT}",
    "swapped": "latitude stands before longitude; RFC 7946 has longitude first",
    "too_deep": "it is nested too deeply",
    "too_detailed": f"it has too many corners to be made simple. {SMALLER}",
    "too_far": "this is too far from Norway to be in the same map",
    "too_large": f"it is larger than {MOST_BYTES // 2**20} MiB, or has millions of "
    f"positions. {SMALLER}",
    "too_small": "the area is too small to be drawn",
    "too_tangled": "its outline crosses itself too often to be mended",
}
KINDS = {
    "county": "counties",
    "municipality": "municipalities",
    "city_district": "city districts",
}


@click.command("import-shapes")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@click.option("--property", "name", default="", help="Which holds the official number.")
@click.option("--attribution", default="", help="Printed below every map of these.")
@click.option("--dry-run", is_flag=True, help="Check and count, but change nothing.")
@needs_database
def import_shapes(file: Path, name: str, attribution: str, *, dry_run: bool) -> None:
    """Keep the outlines of FILE (GeoJSON, WGS84) to be drawn: all of them, or none."""
    attribution = " ".join(attribution.split())
    if len(attribution) > LONGEST_ATTRIBUTION or has_controls(attribution):
        raise click.BadParameter(
            f"at most {LONGEST_ATTRIBUTION} plain letters", param_hint="--attribution"
        )
    try:
        report = shape_files.import_file(
            file, name=name, attribution=attribution, dry_run=dry_run
        )
    except BadFile as fault:
        _give_up([fault], file, 1)
    except BadFeatures as faults:
        _give_up(faults.faults, file, faults.number)
    else:
        _tell(report, dry_run=dry_run)


def _give_up(
    faults: tuple[BadFile, ...] | list[BadFile], file: Path, all_: int
) -> None:
    for fault in faults:
        where = f", {fault.where}" if fault.where else ""
        seen = f" ({fault.seen})" if fault.seen else ""
        click.echo(f"{file.name}{where}: {WHY[fault.code]}{seen}", err=True)
    if all_ > len(faults):
        click.echo(f"and {all_ - len(faults)} more", err=True)
    click.echo("Nothing has changed.", err=True)
    sys.exit(1)


def _tell(report: Report, *, dry_run: bool) -> None:
    for number, code in report.unknown[:MOST_NAMED]:
        what = f"no place of the number {code}" if code else "no number"
        click.echo(f"feature {number}: {what}, passed over", err=True)
    if len(report.unknown) > MOST_NAMED:
        more = len(report.unknown) - MOST_NAMED
        click.echo(f"and {more} more features passed over", err=True)
    if report.mended:
        click.echo(f"outlines crossed themselves: {_listed(report.mended)}", err=True)
    for county, missing in report.incomplete.items():
        told = f"county {county}: not drawn, {missing} of its municipalities missing"
        click.echo(told, err=True)
    if report.derived:
        click.echo(f"made of their municipalities: {_listed(report.derived)}")
    for kind, tolerance in report.tolerance.items():
        how = f"simplified by {tolerance:.0f} m" if tolerance else "as they are"
        click.echo(f"{KINDS[kind]}: {how}")
    counts = (
        f"{len(report.new)} new, {len(report.changed)} changed, "
        f"{len(report.unchanged)} unchanged; {report.size / 1000:.0f} kB in all"
    )
    click.echo(f"{counts} (a trial, nothing has changed)" if dry_run else counts)


def _listed(codes: list[str]) -> str:
    more = len(codes) - MOST_NAMED
    return ", ".join(codes[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")

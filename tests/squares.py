"""GeoJSON of areas that are nowhere: squares, a ragged coast, a tangle."""

import cmath
import json
from random import Random


def ring(west, south, side=0.1):
    east, north = round(west + side, 6), round(south + side, 6)
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def square(code, at=0, **properties):
    """Return the feature of a square, the `at`th from the west."""
    outer = ring(round(10 + at / 10, 6), 60)
    return {
        "type": "Feature",
        "properties": {"kommunenummer": code, **properties},
        "geometry": {"type": "Polygon", "coordinates": [outer]},
    }


def collection(*features, **more):
    return {"type": "FeatureCollection", "features": list(features), **more}


def written(path, document):
    """Write a document, or the text that it is, and return where."""
    text = document if isinstance(document, str) else json.dumps(document)
    path.write_text(text, encoding="utf-8")
    return path


def ragged(code, at, corners, seed=1):
    """Return a square whose northern side has so many corners."""
    random = Random(seed)
    west = 10 + at / 10
    coast = [
        [round(west + 0.1 * (1 - n / corners), 7), 60.1 + random.uniform(0, 0.01)]
        for n in range(corners + 1)
    ]
    outer = [[west, 60], [round(west + 0.1, 7), 60], *coast, [west, 60]]
    feature = square(code, at)
    feature["geometry"]["coordinates"] = [outer]
    return feature


def tangled(corners):
    """Return a polygon of so many corners (odd) whose sides nearly all cross."""
    turn = cmath.pi * (1 - 1 / corners)
    tips = [cmath.rect(0.2, turn * (number % corners)) for number in range(corners + 1)]
    return [[[10 + tip.real, 60 + tip.imag] for tip in tips]]

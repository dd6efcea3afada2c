"""Points whose deepest place is known, found by ray casting in plain Python: a second opinion on the spatial index."""

from __future__ import annotations

import json
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Ring = list[list[float]]
Row = dict[str, Any]

COUNTRIES = ("al", "ca", "gb", "mw")
PER_COUNTRY = 50
CLEARANCE = 0.001  # degrees a gold point keeps from every edge


def write_gold(folder: Path) -> None:
    """Write ``gold.json``: [longitude, latitude, code of the deepest place], 50 a country."""
    rows = []
    for country in COUNTRIES:
        places = json.loads((folder / f"{country}.json").read_text(encoding="utf-8"))["places"]
        rows += _gold_of(country, places)
    lines = ",\n".join(json.dumps(row) for row in rows)
    (folder / "gold.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def deepest(lon: float, lat: float, places: list[Row]) -> str | None:
    """The deepest place that holds a point; parents come before children, so the walk goes down once."""
    code = None
    for place in places:
        if place["parent"] == code and _holds(place["boundary"], lon, lat):
            code = place["code"]
    return code


def _gold_of(country: str, places: list[Row]) -> list[list[object]]:
    """Points for a deterministic choice of places: one inside each, spread over all types of place."""
    random = Random(f"gold points of {country}")
    by_type: dict[str, list[Row]] = {}
    for place in places:
        by_type.setdefault(place["type"], []).append(place)
    for group in by_type.values():
        random.shuffle(group)
    rows: list[list[object]] = []
    turn = 0
    while len(rows) < PER_COUNTRY:
        group = list(by_type.values())[turn % len(by_type)]
        place = group[(turn // len(by_type)) % len(group)]
        turn += 1
        west, south, east, north = _bounds(place["boundary"])
        lon, lat = round(random.uniform(west, east), 4), round(random.uniform(south, north), 4)
        code = deepest(lon, lat, places)
        if code and all(_clear(other["boundary"], lon, lat) for other in places):
            rows.append([lon, lat, code])
    return rows


def _polygons(boundary: Row) -> list[list[Ring]]:
    return [boundary["coordinates"]] if boundary["type"] == "Polygon" else boundary["coordinates"]


def _edges(boundary: Row) -> Iterator[tuple[list[float], list[float]]]:
    for polygon in _polygons(boundary):
        for ring in polygon:
            yield from pairwise(ring)


def _bounds(boundary: Row) -> tuple[float, float, float, float]:
    points = [point for polygon in _polygons(boundary) for point in polygon[0]]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return min(lons), min(lats), max(lons), max(lats)


def _holds(boundary: Row, lon: float, lat: float) -> bool:
    """Even-odd rule over all rings: holes and separate parts come out right."""
    inside = False
    for (x1, y1), (x2, y2) in _edges(boundary):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def _clear(boundary: Row, lon: float, lat: float) -> bool:
    """Whether a point keeps its distance from every edge."""
    west, south, east, north = _bounds(boundary)
    if not (west - CLEARANCE <= lon <= east + CLEARANCE and south - CLEARANCE <= lat <= north + CLEARANCE):
        return True
    for (x1, y1), (x2, y2) in _edges(boundary):
        dx, dy = x2 - x1, y2 - y1
        along = max(0.0, min(1.0, ((lon - x1) * dx + (lat - y1) * dy) / (dx * dx + dy * dy)))
        if (x1 + along * dx - lon) ** 2 + (y1 + along * dy - lat) ** 2 < CLEARANCE**2:
            return False
    return True

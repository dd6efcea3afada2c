"""A second opinion on where a point lies: ray casting over every edge, without an index, a geometry library or the product.

It shares nothing with `commonweave.places.ground` but the files of borders.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    Point = tuple[float, float]

METRES = 111_320.0  # in a degree of latitude
CLEAR = 60.0  # metres from every border: nobody need ask
CLOSE = 45.0  # metres from a border: somebody must
REACH = 50.0  # metres that the product promises
SLIP = 0.004  # share of the disc that a place has at least: less is a slip between two drawings of one border
FEW, SEEDS, GOLDEN = 4, 1_000, math.pi * (3 - math.sqrt(5))


class Judge:
    """The places of one country, each with its edges as plain numbers."""

    def __init__(self, path: Path) -> None:
        """Read the file of a country."""
        self.rows: dict[str, dict[str, Any]] = {}
        self.beneath: dict[str | None, list[str]] = {}
        self.edges: dict[str, np.ndarray] = {}
        for row in json.loads(path.read_text(encoding="utf-8"))["places"]:
            self.rows[row["code"]] = row
            self.beneath.setdefault(row["parent"], []).append(row["code"])
            self.edges[row["code"]] = np.array([[*a, *b] for a, b in _edges(row["boundary"])])
        self.boxes = {
            code: (*found[:, :2].min(axis=0), *found[:, :2].max(axis=0)) for code, found in self.edges.items()
        }

    def deepest(self, longitude: float, latitude: float) -> str | None:
        """Return the deepest place that holds a point: children lie inside their parents, so the walk goes down once."""
        found, todo = None, list(self.beneath[None])
        while todo:
            code = todo.pop()
            if self._holds(code, longitude, latitude):
                found, todo = code, list(self.beneath.get(code, ()))
        return found

    def line(self, code: str) -> list[str]:
        """Return a place and all above it, the deepest first."""
        found: list[str] = []
        above: str | None = code
        while above is not None:
            found.append(above)
            above = self.rows[above]["parent"]
        return found

    def distance(self, longitude: float, latitude: float) -> float:
        """Return how many metres the nearest border of any place is away, as far as that is less than a kilometre."""
        wide = METRES * math.cos(math.radians(latitude))
        near = 1_000.0
        reach = (near / wide, near / METRES)
        for code, (west, south, east, north) in self.boxes.items():
            if not (west - reach[0] < longitude < east + reach[0] and south - reach[1] < latitude < north + reach[1]):
                continue
            flat = (self.edges[code] - [longitude, latitude] * 2) * [wide, METRES, wide, METRES]
            start, way = flat[:, :2], flat[:, 2:] - flat[:, :2]
            along = np.clip(-(start * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-12), 0, 1)
            near = min(near, float(np.hypot(*(start + along[:, None] * way).T).min()))
        return near

    def inside(self, luck: Random) -> tuple[Point, str]:
        """Return a point well away from every border, and its place."""
        while True:
            west, south, east, north = self.boxes[luck.choice(sorted(self.boxes))]
            point = (luck.uniform(west, east), luck.uniform(south, north))
            code = self.deepest(*point)
            if code is not None and self.distance(*point) > CLEAR:
                return point, code

    def at_border(self, luck: Random) -> tuple[Point, set[str]]:
        """Return a point that has two places or more within reach, and these."""
        while True:
            edges = self.edges[luck.choice(sorted(self.edges))]
            x1, y1, x2, y2 = edges[luck.randrange(len(edges))]
            along = luck.random()
            middle = (float(x1 + along * (x2 - x1)), float(y1 + along * (y2 - y1)))
            point = _away(middle, luck.uniform(0, CLOSE), luck.uniform(0, math.tau))
            found = self.around(point)
            if len(found) > 1:
                return point, found

    def around(self, point: Point) -> set[str]:
        """Return the places that somebody at this point may stand in: more than a slip between two drawings."""
        near = [_away(point, metres, turn * math.tau / 24) for metres in (15, 30, CLOSE) for turn in range(24)]
        hits = Counter(code for each in (point, *near) if (code := self.deepest(*each)) is not None)
        if len(hits) > 1 and min(hits.values()) < FEW:
            # Sunflower seeds lie evenly in a disc, so that counting them measures an area.
            seeds = [_away(point, REACH * math.sqrt((n + 0.5) / SEEDS), n * GOLDEN) for n in range(SEEDS)]
            hits = Counter({code: count for code, count in hits.items() if count >= FEW})
            hits += Counter(code for each in seeds if (code := self.deepest(*each)) is not None)
            return {code for code, count in hits.items() if count >= SEEDS * SLIP}
        return set(hits)

    def _holds(self, code: str, longitude: float, latitude: float) -> bool:
        west, south, east, north = self.boxes[code]
        if not (west <= longitude <= east and south <= latitude <= north):
            return False
        x1, y1, x2, y2 = self.edges[code].T
        crossing = (y1 > latitude) != (y2 > latitude)
        x1, y1, x2, y2 = x1[crossing], y1[crossing], x2[crossing], y2[crossing]
        return bool((longitude < x1 + (latitude - y1) * (x2 - x1) / (y2 - y1)).sum() % 2)


def _edges(boundary: dict[str, Any]) -> Iterator[tuple[list[float], list[float]]]:
    polygons = [boundary["coordinates"]] if boundary["type"] == "Polygon" else boundary["coordinates"]
    for polygon in polygons:
        for ring in polygon:
            yield from pairwise(ring)


def _away(point: Point, metres: float, turn: float) -> Point:
    longitude, latitude = point
    wide = METRES * math.cos(math.radians(latitude))
    return longitude + metres * math.cos(turn) / wide, latitude + metres * math.sin(turn) / METRES

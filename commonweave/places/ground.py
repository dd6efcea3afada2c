"""Boundaries in memory: which place holds a point, and on which sides of a border it may lie."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

METRES_PER_DEGREE = 111_320.0  # of latitude, WGS 84, on average
CHUNK = 24  # vertices of a border that are indexed together
SLIVER = 0.001  # share of the disc below which a piece is a slip of two drawings, not a place
NEAR_COAST = 20_000.0  # metres: simplified coasts leave islands and piers outside (data/SOURCES.md)


class Ground:
    """An index over boundaries; places are numbers here, in the order given. Not changed after it is made."""

    def __init__(self, boundaries: Sequence[str | None], depths: Sequence[int]) -> None:
        """Read the boundaries (GeoJSON texts); `depths` tells a city from its country."""
        drawn = [number for number, boundary in enumerate(boundaries) if boundary]
        self._numbers = drawn
        self._depths = [depths[number] for number in drawn]
        self._shapes = _shapes([boundaries[number] for number in drawn])
        self._borders = shapely.STRtree(_pieces(self._shapes))
        self._tree = shapely.STRtree(self._shapes)
        shapely.prepare(self._shapes)

    def locate(self, longitude: float, latitude: float) -> int | None:
        """Return the deepest place that contains the point."""
        hits = self._tree.query(shapely.points(longitude, latitude))
        for hit in self._deepest_first(hits):
            if shapely.intersects_xy(self._shapes[hit], longitude, latitude):
                return self._numbers[hit]
        return None

    def around(self, longitude: float, latitude: float, metres: float) -> list[int]:
        """Return every place that is the deepest one somewhere within that distance, the point's own first.

        A point outside all of them but near a coast belongs to the nearest.
        """
        high = metres / METRES_PER_DEGREE
        wide = high / max(math.cos(math.radians(latitude)), 0.01)
        box = shapely.box(longitude - wide, latitude - high, longitude + wide, latitude + high)
        home = self.locate(longitude, latitude)
        if not len(self._borders.query(box, predicate="intersects")):
            return [home] if home is not None else self._nearest(longitude, latitude)
        found = self._within(_disc(longitude, latitude, wide, high))
        if home is not None:
            found = [home, *(number for number in found if number != home)]
        return found or self._nearest(longitude, latitude)

    def _within(self, disc: shapely.Polygon) -> list[int]:
        found: list[int] = []
        left: Any = disc
        least = disc.area * SLIVER
        for hit in self._deepest_first(self._tree.query(disc)):
            if not shapely.intersects(self._shapes[hit], left):
                continue
            piece: Any = shapely.intersection(self._shapes[hit], left)
            if piece.area > least:
                found.append(self._numbers[hit])
                left = shapely.difference(left, piece)
                if left.area <= least:
                    break
        return found

    def _nearest(self, longitude: float, latitude: float) -> list[int]:
        high = NEAR_COAST / METRES_PER_DEGREE
        wide = high / max(math.cos(math.radians(latitude)), 0.01)
        stretch = high / wide
        reach = shapely.box(longitude - wide, latitude - high, longitude + wide, latitude + high)
        best: tuple[float, int, int] | None = None
        for hit in self._tree.query(reach, predicate="intersects"):
            near = shapely.clip_by_rect(self._shapes[hit], *reach.bounds)
            flat = shapely.transform(near, lambda xy: (xy - (longitude, latitude)) * (stretch, 1.0))
            far = round(float(shapely.distance(flat, shapely.points(0, 0))) * METRES_PER_DEGREE)
            candidate = (far, -self._depths[hit], self._numbers[hit])
            if far <= NEAR_COAST and (best is None or candidate < best):
                best = candidate
        return [best[2]] if best else []

    def _deepest_first(self, hits: np.ndarray) -> list[int]:
        return sorted(hits.tolist(), key=lambda hit: (-self._depths[hit], hit))


def _shapes(boundaries: Sequence[str | None]) -> np.ndarray:
    """Read and mend: one boundary that crosses itself must not close every page that asks where a point lies."""
    shapes = shapely.from_geojson(np.array(boundaries, dtype=object), on_invalid="ignore")
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes


def _disc(longitude: float, latitude: float, wide: float, high: float) -> shapely.Polygon:
    turns = np.linspace(0, 2 * math.pi, 32, endpoint=False)
    ring = np.column_stack((longitude + wide * np.cos(turns), latitude + high * np.sin(turns)))
    disc = shapely.Polygon(ring)
    shapely.prepare(disc)
    return disc


def _pieces(shapes: np.ndarray) -> list[shapely.LineString]:
    """Cut borders into short pieces, so that a look-up touches a few vertices of a coast and not all."""
    pieces = []
    for ring in shapely.get_rings(shapely.get_parts(shapes)):  # of a place in several parts it gives none
        xy = shapely.get_coordinates(ring)
        pieces += [shapely.LineString(xy[start : start + CHUNK + 1]) for start in range(0, len(xy) - 1, CHUNK)]
    return pieces

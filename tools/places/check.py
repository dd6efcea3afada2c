"""Check everything the geographic data promises, and say in one line what is there.

    python -m tools.places.check [commonweave/places/data]

Exits with 1 and the list of broken promises if there are any.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import shape

from tools.places.gold import COUNTRIES, deepest

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Row = dict[str, Any]

TYPES = {"country", "region", "province", "district", "city", "borough", "traditional_authority", "village", "ward"}
KINDS = {"real", "approximate", "synthetic"}
AREA_KINDS = {"police_area", "service_area", "regional_hub"}
LANGUAGES = {"en", "fr", "sq", "ny", "cy"}
KEYS = {"code", "parent", "type", "names", "point", "boundary", "boundary_kind", "population"}
AREA_KEYS = {"code", "kind", "names", "places", "synthetic"}
CODE = re.compile(r"[a-z]{2}(-[a-z0-9]+)*")
LONGEST_CODE = 60
MOST_BYTES = 1_200_000
MOST_DECIMALS = 4
GOLD_POINTS = 200
OVERLAP = 1e-9  # square degrees two siblings may share
EXPECTED = {  # at least so many
    "al": {"country": 1, "region": 12, "city": 12},
    "ca": {"country": 1, "province": 13, "region": 1, "city": 25},
    "gb": {"country": 1, "region": 14, "borough": 33, "city": 40, "ward": 6},
    "mw": {"country": 1, "region": 3, "district": 28, "city": 4, "traditional_authority": 3, "village": 9},
}


def main() -> None:
    """Check the folder and print the summary."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("commonweave/places/data")
    wrong: list[str] = []
    countries = {country: json.loads((folder / f"{country}.json").read_text(encoding="utf-8")) for country in COUNTRIES}
    for country, data in countries.items():
        wrong += check_country(country, data)
    size = sum((folder / f"{country}.json").stat().st_size for country in COUNTRIES)
    if size > MOST_BYTES:
        wrong.append(f"the four files hold {size} bytes")
    wrong += check_gold(json.loads((folder / "gold.json").read_text(encoding="utf-8")), countries)
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        sys.exit(1)
    print(f"good: {'; '.join(_summary(country, data) for country, data in countries.items())}; {size} bytes")


def check_country(country: str, data: Row) -> list[str]:
    """The broken promises of one country's file."""
    places: list[Row] = data["places"]
    wrong = [] if data["country"] == country else [f"{country}: names {data['country']} as its country"]
    known: set[str] = set()
    for place in places:
        wrong += [f"{place['code']}: {fault}" for fault in _place_faults(place, country, known)]
        known.add(place["code"])
    for area in data["areas"]:
        wrong += [f"{area['code']}: {fault}" for fault in _area_faults(area, country, known)]
    codes = Counter(row["code"] for row in places + data["areas"])
    wrong += [f"{code}: used {times} times" for code, times in codes.items() if times > 1]
    counts = Counter(place["type"] for place in places)
    wrong += [f"{country}: only {counts[t]} {t}" for t, least in EXPECTED[country].items() if counts[t] < least]
    return wrong or _geometry_faults(places)  # shapes are compared only in a sound tree


def check_gold(rows: list[list[Any]], countries: dict[str, Row]) -> list[str]:
    """The gold points against GEOS, which did not make them."""
    wrong = [] if len(rows) == GOLD_POINTS else [f"{len(rows)} gold points"]
    shapes = {place["code"]: shape(place["boundary"]) for data in countries.values() for place in data["places"]}
    for lon, lat, code in rows:
        places = countries[code[:2]]["places"]
        by_code = {place["code"]: place for place in places}
        holding = {place["code"] for place in places if shapely.contains_xy(shapes[place["code"]], lon, lat)}
        leaves = holding - {by_code[holder]["parent"] for holder in holding}
        if leaves != {code}:
            wrong.append(f"gold {lon}, {lat}: {code} but GEOS says {sorted(leaves)}")
        if deepest(lon, lat, places) != code:
            wrong.append(f"gold {lon}, {lat}: {code} but ray casting disagrees")
    return wrong


def _place_faults(place: Row, country: str, known: set[str]) -> list[str]:
    faults = []
    if place.keys() != KEYS:
        faults.append(f"keys {sorted(place)}")
    faults += _code_and_name_faults(place, country)
    is_country = place["code"] == country
    if (place["parent"] is None) != is_country or (place["type"] == "country") != is_country:
        faults.append("only the country itself has no parent")
    if place["parent"] is not None and place["parent"] not in known:
        faults.append(f"comes before its parent {place['parent']}")
    if place["type"] not in TYPES:
        faults.append(f"type {place['type']}")
    if place["boundary_kind"] not in KINDS:
        faults.append(f"boundary kind {place['boundary_kind']}")
    if place["boundary_kind"] == "synthetic" and "xample" not in place["names"]["en"]:
        faults.append("synthetic, and its name does not say so")
    if place["population"] is not None and (not isinstance(place["population"], int) or place["population"] <= 0):
        faults.append(f"population {place['population']}")
    return faults


def _area_faults(area: Row, country: str, known: set[str]) -> list[str]:
    faults = _code_and_name_faults(area, country)
    if area.keys() != AREA_KEYS or area["kind"] not in AREA_KINDS:
        faults.append("keys or kind")
    if not area["places"] or not set(area["places"]) <= known:
        faults.append(f"covers unknown places {sorted(set(area['places']) - known)}")
    if area["synthetic"] is not True or "xample" not in area["names"]["en"]:
        faults.append("invented, and does not say so")
    return faults


def _code_and_name_faults(row: Row, country: str) -> list[str]:
    faults = []
    code, names = row["code"], row["names"]
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE or code.split("-")[0] != country:
        faults.append("not a code")
    if "en" not in names or not names.keys() <= LANGUAGES or not all(name.strip() for name in names.values()):
        faults.append(f"names {names}")
    return faults


def _geometry_faults(places: list[Row]) -> list[str]:
    shapes = {place["code"]: shape(place["boundary"]) for place in places}
    wrong = [f"{code}: {shapely.is_valid_reason(area)}" for code, area in shapes.items() if not area.is_valid]
    children = defaultdict(list)
    for place in places:
        code, area = place["code"], shapes[place["code"]]
        if not shapely.contains_xy(area, *place["point"]):
            wrong.append(f"{code}: its point is outside")
        if place["boundary"]["type"] not in {"Polygon", "MultiPolygon"} or not _is_rounded(area):
            wrong.append(f"{code}: boundary type or decimals")
        if place["parent"]:
            children[place["parent"]].append(place)
            if not shapes[place["parent"]].covers(area):
                wrong.append(f"{code}: reaches outside {place['parent']}")
    for parent, below in children.items():
        areas = [shapes[place["code"]] for place in below]
        wrong += [f"{parent}: {fault}" for fault in _sibling_faults(below, areas)]
        whole = parent in COUNTRIES or parent in {
            "gb-eng",
            "gb-sct",
            "gb-wls",
            "gb-nir",
            "gb-eng-lnd",
            "mw-n",
            "mw-c",
            "mw-s",
        }
        synthetic = any(place["boundary_kind"] == "synthetic" for place in below)
        if (whole or synthetic) and not shapely.coverage_union_all(areas).equals(shapes[parent]):
            wrong.append(f"{parent}: its children do not tile it exactly")
    return wrong


def _sibling_faults(below: list[Row], areas: list[BaseGeometry]) -> list[str]:
    faults = []
    for (one, first), (two, second) in combinations(list(zip(below, areas, strict=True)), 2):
        if first.intersects(second) and first.intersection(second).area > OVERLAP:
            faults.append(f"{one['code']} and {two['code']} overlap")
    if not shapely.coverage_is_valid(areas):
        faults.append("its children do not share their edges exactly")
    return faults


def _is_rounded(area: BaseGeometry) -> bool:
    points = shapely.get_coordinates(area)
    return bool((abs(points - points.round(MOST_DECIMALS)) == 0).all())


def _summary(country: str, data: Row) -> str:
    counts = Counter(place["type"] for place in data["places"])
    types = ", ".join(f"{count} {type_}" for type_, count in sorted(counts.items()))
    return f"{country} {len(data['places'])} places ({types}), {len(data['areas'])} areas"


if __name__ == "__main__":
    main()

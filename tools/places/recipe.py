"""What a country's file should contain, said as data: the words the recipes and the builder share."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry

Kind = Literal["real", "approximate", "synthetic"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One first-level unit as Natural Earth draws it; ``code`` is Natural Earth's ``adm1_code``."""

    code: str
    iso: str
    name: str
    type: str
    nation: str
    region: str
    county: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class City:
    """One populated place as GeoNames has it, in degrees."""

    name: str
    lon: float
    lat: float
    population: int


@dataclass(frozen=True, slots=True)
class Place:
    """One place to write. It owns its ``units`` and ``cells`` and all that its children own."""

    code: str
    parent: str | None
    type: str
    names: dict[str, str]
    kind: Kind = "real"
    units: tuple[str, ...] = ()
    cells: tuple[City, ...] = ()
    city: City | None = None
    population: int | None = None
    parts: tuple[str, ...] = ()  # synthetic children that tile this place, in the order of their seeds


@dataclass(frozen=True, slots=True)
class Area:
    """An invented police area, service area or hub that lies across places of the tree."""

    code: str
    kind: str
    names: dict[str, str]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A country's places (parents first) and how finely they are drawn.

    ``tolerance`` is the Visvalingam-Whyatt tolerance in km (its square is about the smallest triangle kept);
    ``smallest_island`` is in square km: smaller detached parts are left out.
    """

    code: str
    decimals: int
    tolerance: float
    smallest_island: float
    places: list[Place]
    areas: list[Area] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the packages say about one country."""

    units: list[Unit]
    cities: list[City]
    population: int

    def city(self, name: str) -> City:
        """The most populous place of exactly this name."""
        return max((city for city in self.cities if city.name == name), key=lambda city: city.population)

    def unit_of(self, city: City) -> Unit:
        """The unit a city lies in, or the nearest one for a harbour drawn into the water."""
        from shapely import Point  # noqa: PLC0415 - slow to load, and the recipes themselves need no geometry

        return min(self.units, key=lambda unit: unit.shape.distance(Point(city.lon, city.lat)))


def slug(name: str) -> str:
    """A name as the last part of a code: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "").replace(".", "")).strip("-")


def city_places(
    sources: Sources,
    names: Iterable[str],
    parents: dict[str, str],
    spoken: dict[str, dict[str, str]] | None = None,
) -> list[Place]:
    """Cities without a boundary in any package: an approximate cell, under the place that owns their unit.

    ``parents`` maps a unit's code to its place's code; ``spoken`` gives names that differ from GeoNames'.
    """
    found = []
    for name in names:
        city = sources.city(name)
        parent = parents[sources.unit_of(city).code]
        found.append(
            Place(
                code=f"{parent}-{slug(name)}",
                parent=parent,
                type="city",
                names=(spoken or {}).get(name, {"en": name}),
                kind="approximate",
                cells=(city,),
                city=city,
                population=city.population,
            )
        )
    return found

"""How tests make places in one line."""

from __future__ import annotations

import itertools
import json
import uuid
from typing import TYPE_CHECKING, Any

from commonweave.base.sorting import sort_key
from commonweave.base.text import Text
from commonweave.places import atlas
from commonweave.places.actions import bump_edition
from commonweave.places.atlas import Spot
from commonweave.places.models import Area, BoundaryKind, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

_numbers = itertools.count(1)


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Return a rectangle as GeoJSON."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def make_spot(
    code: str = "",
    parent: Spot | None = None,
    *,
    name: str = "",
    box: tuple[float, float, float, float] | None = None,
    settings: dict[str, Any] | None = None,
    population: int | None = None,
    shown: bool = True,
    **names: str,
) -> Spot:
    """Make a place for an Atlas without a database."""
    number = next(_numbers)
    own = uuid.uuid4()
    return Spot(
        id=own,
        code=code or f"place-{number}",
        parent=parent.id if parent else None,
        lineage=(*(parent.lineage if parent else ()), own),
        type="city",
        names=Text.of(name or code or f"Place {number}", **names),
        longitude=(box[0] + box[2]) / 2 if box else 0.0,
        latitude=(box[1] + box[3]) / 2 if box else 0.0,
        boundary_text=json.dumps(square(*box)) if box else None,
        boundary_kind=BoundaryKind.SYNTHETIC if box else BoundaryKind.NONE,
        population=population,
        shown_on_reports=shown,
        settings=settings or {},
    )


def make_place(
    code: str = "",
    parent: Place | None = None,
    *,
    name: str = "",
    type: str = "city",  # noqa: A002 the column's name
    box: tuple[float, float, float, float] | None = None,
    settings: dict[str, Any] | None = None,
    shown: bool = True,
) -> Place:
    """Make a stored place; the next `atlas()` knows it."""
    number = next(_numbers)
    own = uuid.uuid4()
    called = name or code or f"Place {number}"
    place = Place.objects.create(
        id=own,
        code=code or f"place-{number}",
        parent=parent,
        lineage=[*(parent.lineage if parent else ()), own],
        type=type,
        names=Text.of(called),
        sort_key=sort_key(called),
        longitude=(box[0] + box[2]) / 2 if box else 0.0,
        latitude=(box[1] + box[3]) / 2 if box else 0.0,
        boundary=square(*box) if box else None,
        boundary_kind=BoundaryKind.SYNTHETIC if box else BoundaryKind.NONE,
        shown_on_reports=shown,
        settings=settings or {},
    )
    bump_edition()
    atlas.expire()
    return place


def make_area(places: Iterable[Place], *, kind: str = "police_area", name: str = "") -> Area:
    """Make an area over some places."""
    number = next(_numbers)
    area = Area.objects.create(code=f"area-{number}", kind=kind, names=Text.of(name or f"Area {number}"))
    area.places.set(places)
    bump_edition()
    atlas.expire()
    return area

"""Step 2's questions: a name, a way down the map, the phone's position, which side of a border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from commonweave.base.charts.map import locate
from commonweave.places.atlas import atlas
from commonweave.places.queries import map_frame, map_picture
from commonweave.reports.views.frame import spot_at

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commonweave.places.atlas import Spot
    from commonweave.reports.draft import Draft

BORDER = 50  # metres
PIXEL_DIGITS = 4


@dataclass(frozen=True)
class Where:
    """What step 2 knows: the place being looked into, what a search found, the sides of a border, the choice."""

    into: Spot | None = None
    typed: str = ""
    found: tuple[Spot, ...] = ()
    sides: tuple[Spot, ...] = ()
    point: tuple[float, float] | None = None
    chosen: Spot | None = None
    missed: str = ""

    @property
    def shown(self) -> bool:
        """Say whether there is anything to show besides the beginning."""
        return bool(self.into or self.typed or self.sides or self.missed)

    @classmethod
    def read(cls, request: HttpRequest, draft: Draft) -> Where:
        """Read which button was pressed."""
        sent = request.POST
        into = spot_at(sent.get("within", ""))
        if side := sent.get("side", ""):
            return cls._side(side, draft)
        if choose := sent.get("choose", ""):
            return cls(chosen=spot_at(choose), into=into, point=draft.point if choose == sent.get("located") else None)
        if "into" in sent:
            return cls(into=spot_at(sent["into"]))
        if sent.get("lat") and sent.get("lon") and "here" in sent:
            return cls._position(sent["lon"], sent["lat"])
        if sent.get("map.x") and sent.get("map.y") and into:
            return cls._pointed(into, sent["map.x"], sent["map.y"])
        typed = sent.get("q", "").strip()[:80]
        if not typed:
            return cls(into=into, missed="empty")
        found = tuple(atlas().find(typed, limit=10))
        return cls(into=into, typed=typed, found=found, missed="" if found else "name")

    @classmethod
    def _side(cls, code: str, draft: Draft) -> Where:
        if code not in draft.near:
            return cls(missed="empty")
        return cls(chosen=spot_at(code), point=draft.point)

    @classmethod
    def _position(cls, longitude: str, latitude: str) -> Where:
        try:
            point = (float(longitude), float(latitude))
        except ValueError:
            return cls(missed="position")
        if not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):  # noqa: PLR2004 degrees
            return cls(missed="position")
        return cls._at(point) or cls(missed="position")

    @classmethod
    def _at(cls, point: tuple[float, float]) -> Where | None:
        sides = tuple(atlas().near_border(*point, metres=BORDER))
        if len(sides) > 1:
            return cls(sides=sides, point=point)
        spot = sides[0] if sides else atlas().locate(*point)
        return cls(into=spot, point=point) if spot else None

    @classmethod
    def _pointed(cls, into: Spot, x: str, y: str) -> Where:
        """Go into the child that was pressed; on a place without children the press is the exact point."""
        if not (_is_pixel(x) and _is_pixel(y)) or int(x) == int(y) == 0:
            return cls(into=into, missed="map")
        book = atlas()
        bounds, width, height = map_frame(into)
        point = locate(bounds, width, height, int(x), int(y))
        deepest = book.locate(*point)
        way = book.lineage(deepest) if deepest else []
        if into not in way:
            return cls(into=into, missed="map")
        below = way[way.index(into) + 1 :]
        if below:
            return cls(into=below[0])
        return cls._at(point) or cls(into=into, missed="map")

    def context(self) -> dict[str, Any]:
        """Return what the page shows: the way here, the places beneath, the map, the results with their way."""
        book = atlas()
        beneath = book.children(self.into)
        return {
            "above": book.lineage(self.into)[:-1] if self.into else [],
            "beneath": beneath,
            "map": map_picture(self.into) if self.into else "",
            "missing": [("q", _("Choose a place: type its name, or pick one from the list."))],
            "results": [{"spot": spot, "way": named_way(spot)} for spot in self.found],
            "borders": [{"spot": spot, "way": named_way(spot)} for spot in self.sides],
        }


def _is_pixel(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= PIXEL_DIGITS


def named_way(spot: Spot) -> str:
    """Return where a place lies, in words: "Leeds, West Yorkshire, England"."""
    return ", ".join(str(place.names) for place in reversed(atlas().lineage(spot)[:-1]))

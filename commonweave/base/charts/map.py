"""Maps of local boundaries: a choropleth for pages and a plain image that can be clicked without any script."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from commonweave.base.charts import svg

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

Feature = Mapping[str, Any]
"""{id, label, geometry: GeoJSON Polygon or MultiPolygon in degrees, value: number or None, band: 0–5 or None, href, text}."""

MARGIN = 8.0
DETAIL = 0.6
"""Points nearer than this many pixels to the last one kept are left out."""

IMAGE_STYLE = """
.sea{fill:#f6f6f3}.shape{fill:#dfe3f0;stroke:#fff;stroke-width:1.2}.chosen{fill:#f0b429}.point{fill:#a3281c;stroke:#fff;stroke-width:2}
text{font:600 12px "Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic","DejaVu Sans",Arial,sans-serif;fill:#1a1d2b;stroke:#fff;stroke-width:3px;stroke-linejoin:round;paint-order:stroke;text-anchor:middle}
@media (prefers-color-scheme:dark){.sea{fill:#13151e}.shape{fill:#343b5c;stroke:#13151e}.chosen{fill:#a97708}text{fill:#efedf1;stroke:#13151e}}
"""


@dataclass(frozen=True)
class Projection:
    """Local equirectangular: a degree of longitude shrinks by the cosine of the middle latitude; letterboxed, north up."""

    west: float
    north: float
    shrink: float
    scale: float
    left: float
    top: float

    @classmethod
    def fit(cls, bounds: Bounds, width: float, height: float, margin: float = MARGIN) -> Projection:
        """Fit bounds into width × height pixels."""
        west, south, east, north = bounds
        shrink = max(0.01, math.cos(math.radians((south + north) / 2)))
        wide, tall = max((east - west) * shrink, 1e-6), max(north - south, 1e-6)
        scale = min((width - 2 * margin) / wide, (height - 2 * margin) / tall)
        return cls(west, north, shrink, scale, (width - wide * scale) / 2, (height - tall * scale) / 2)

    def to_xy(self, lon: float, lat: float) -> Point:
        """Return pixels from degrees."""
        return self.left + (lon - self.west) * self.shrink * self.scale, self.top + (self.north - lat) * self.scale

    def to_lonlat(self, x: float, y: float) -> Point:
        """Return degrees from pixels."""
        return self.west + (x - self.left) / (self.shrink * self.scale), self.north - (y - self.top) / self.scale


def bounds_of(features: Sequence[Feature]) -> Bounds:
    """Return the bounds of all features; the whole world when there is no point at all."""
    points = [point for feature in features for ring in rings(feature["geometry"]) for point in ring]
    if not points:
        return (-180.0, -85.0, 180.0, 85.0)
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return (min(lons), min(lats), max(lons), max(lats))


def locate(bounds: Bounds, width: int, height: int, x: float, y: float) -> Point:
    """Return (longitude, latitude) of a click at (x, y) on `map_image(…, width, height)` of the same bounds."""
    return Projection.fit(bounds, width, height).to_lonlat(x, y)


def choropleth(
    title: str,
    features: Sequence[Feature],
    *,
    description: str = "",
    legend: Sequence[tuple[int, str]] = (),
    say: svg.Say = svg.say,
    bounds: Bounds | None = None,
    rtl: bool | None = None,
) -> SafeString:
    """Draw areas in bands with their number on them where it fits; hatched where there is no number; never mirrored."""
    mirrored = svg.is_rtl(rtl=rtl)
    if not features:
        return svg.nothing(title, rtl=mirrored, message=_("No places to show."))
    box = bounds or bounds_of(features)
    width = svg.WIDTH
    height = _height(box, width)
    projection = Projection.fit(box, width, height)
    numbers = [each["value"] for each in features if svg.known(each.get("value"))]
    span = (min(numbers, default=0), max(numbers, default=0))
    shapes: list[str] = []
    names: list[str] = []
    told: list[str] = []
    for each in features:
        written = each.get("text") or (say(each["value"]) if svg.known(each.get("value")) else _("no number"))
        told.append(f"{each['label']}: {written}")
        band = each.get("band")
        if band is None and svg.known(each.get("value")):
            band = svg.band_of(each["value"], *span)
        tip = svg.node("title", told[-1])
        kind: dict[str, svg.Attribute | None] = {"fill": "url(#hatch)"} if band is None else {}
        shape = svg.node(
            "path",
            tip,
            d=_path(each["geometry"], projection),
            class_="shape" if band is None else f"shape band-{band}",
            **kind,
        )
        shapes.append(svg.linked(each.get("href", ""), told[-1], shape))
        names += _names(
            each, str(each.get("text") or (say(each["value"]) if svg.known(each.get("value")) else "")), projection
        )
    key = _legend(
        legend,
        height,
        width,
        mirrored=mirrored,
        hatched=any(each.get("band") is None and not svg.known(each.get("value")) for each in features),
    )
    return svg.picture(
        [*shapes, svg.node("g", *names, aria_hidden="true"), *key],
        title=title,
        description=description or "; ".join(told[:80]),
        width=width,
        height=height + 22 * len(key) + (6 if key else 0),
        rtl=mirrored,
        links=any(each.get("href") for each in features),
    )


def map_image(
    title: str,
    features: Sequence[Feature],
    *,
    bounds: Bounds | None = None,
    width: int = 300,
    height: int = 300,
    chosen: str = "",
    point: Point | None = None,
) -> SafeString:
    """Return a whole SVG document of exactly width × height pixels; it carries its colours, for a page's styles cannot reach into it."""
    projection = Projection.fit(bounds or bounds_of(features), width, height)
    shapes = [
        svg.node(
            "path",
            d=_path(each["geometry"], projection),
            class_="shape chosen" if str(each["id"]) == chosen else "shape",
        )
        for each in features
    ]
    names = [name for each in features for name in _names(each, "", projection)]
    spot: list[str] = []
    if point:
        x, y = projection.to_xy(*point)
        spot.append(svg.node("circle", cx=x, cy=y, r=7, class_="point"))
    return svg.node(
        "svg",
        svg.node("title", title),
        svg.node("style", mark_safe(IMAGE_STYLE)),  # noqa: S308 a constant
        svg.node("rect", width=width, height=height, class_="sea"),
        *shapes,
        *names,
        *spot,
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
    )


def rings(geometry: Mapping[str, Any] | None) -> Iterator[Sequence[Sequence[float]]]:
    """Walk the rings of a GeoJSON Polygon, MultiPolygon or collection of them."""
    if not geometry:
        return
    kind = geometry.get("type")
    if kind == "Polygon":
        yield from geometry["coordinates"]
    elif kind == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon
    elif kind == "GeometryCollection":
        for each in geometry["geometries"]:
            yield from rings(each)


def _height(bounds: Bounds, width: float) -> float:
    west, south, east, north = bounds
    wide = max((east - west) * max(0.01, math.cos(math.radians((south + north) / 2))), 1e-6)
    return min(1.35 * width, max(0.45 * width, (north - south) / wide * (width - 2 * MARGIN) + 2 * MARGIN))


def _pixels(ring: Sequence[Sequence[float]], projection: Projection) -> list[Point]:
    kept: list[Point] = []
    for place in ring:
        x, y = projection.to_xy(place[0], place[1])
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= DETAIL:
            kept.append((round(x, 1), round(y, 1)))
    return kept


def _path(geometry: Mapping[str, Any] | None, projection: Projection) -> str:
    """Write the outline with relative steps; an island too small for a line stays as a small lozenge."""
    drawn: list[str] = []
    speck = ""
    for ring in rings(geometry):
        points = _pixels(ring, projection)
        if len(points) < 3:
            speck = (
                speck or f"M{svg.short(points[0][0])} {svg.short(points[0][1] - 2)}l2 2l-2 2l-2-2z" if points else speck
            )
            continue
        steps = [f"M{svg.short(points[0][0])} {svg.short(points[0][1])}l"]
        here = points[0]
        for there in points[1:]:
            dx, dy = round(there[0] - here[0], 1), round(there[1] - here[1], 1)
            steps.append(f"{svg.short(dx)}{'' if dy < 0 else ' '}{svg.short(dy)} ")
            here = there
        drawn.append("".join(steps).rstrip() + "z")
    return "".join(drawn) or speck


def _names(feature: Feature, written: str, projection: Projection) -> list[str]:
    """Place name and number in the middle of the largest ring, where they fit its box."""
    best = max((_pixels(ring, projection) for ring in rings(feature["geometry"])), key=_area, default=[])
    if len(best) < 3:
        return []
    lines = [*svg.wrap(str(feature["label"]), 110, 2), *([written] if written else [])]
    across = max(x for x, _y in best) - min(x for x, _y in best)
    down = max(y for _x, y in best) - min(y for _x, y in best)
    if svg.GLYPH * max(len(line) for line in lines) > across * 0.95 or 15 * len(lines) > down * 0.85:
        lines = [written] if written and svg.GLYPH * len(written) < across * 0.8 and down > 20 else []
    x, y = _centre(best)
    return [
        svg.node(
            "text",
            line,
            x=x,
            y=y + 4.5 + 15 * (index - (len(lines) - 1) / 2),
            text_anchor="middle",
            class_="halo strong",
        )
        for index, line in enumerate(lines)
    ]


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=False))) / 2


def _centre(ring: Sequence[Point]) -> Point:
    """Return the middle of the longest stretch inside the ring on its middle heights, so that a name lies within a bent shape."""
    low, high = min(y for _x, y in ring), max(y for _x, y in ring)
    best: tuple[float, Point] = (-1.0, (sum(x for x, _y in ring) / len(ring), (low + high) / 2))
    for part in (0.5, 0.4, 0.6, 0.3, 0.7):
        y = low + (high - low) * part
        crossings = sorted(
            a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
            for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=False)
            if (a[1] <= y) != (b[1] <= y)
        )
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            if right - left > best[0] * 1.15:
                best = (right - left, ((left + right) / 2, y))
    return best[1]


def _legend(
    legend: Sequence[tuple[int, str]], height: float, width: float, *, mirrored: bool, hatched: bool
) -> list[str]:
    entries: list[tuple[int | None, str]] = [*legend]
    if hatched and legend:
        entries.append((None, _("no number")))
    out: list[str] = []
    for index, (band, label) in enumerate(entries):
        y = height + 6 + 22 * index
        x = width - 20 if mirrored else 0
        swatch = (
            svg.node("rect", x=x, y=y, width=20, height=15, rx=2, fill="url(#hatch)")
            if band is None
            else svg.node("rect", x=x, y=y, width=20, height=15, rx=2, class_=f"shape band-{band}")
        )
        out.append(
            svg.node(
                "g", swatch, svg.node("text", label, x=width - 28 if mirrored else 28, y=y + 12, text_anchor="start")
            )
        )
    return out

"""Maps of local boundaries: a choropleth for pages and a plain image that can be clicked without any script."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from commonweave.base.charts import svg

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

Feature = Mapping[str, Any]
"""{id, label, geometry: GeoJSON Polygon or MultiPolygon in degrees, value: number or None, band: 0–5 or None, href, text}."""

MARGIN = 8.0
DETAIL = 0.35
"""Outlines may move by this many pixels when points are left out."""
SMALLEST = 0.6
"""Islands of fewer square pixels are left out."""

FACES = '"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,"Noto Sans Arabic",sans-serif'
DARK = """@media (prefers-color-scheme:dark){.sea{fill:#13151e}.land{fill:#343b5c;stroke:#13151e}.chosen{fill:#a97708}.names{fill:#efedf1;stroke:#13151e}}"""
"""The light colours are attributes: a browser that holds a page's policy against styles inside its pictures still shows a map."""


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
    names: list[Name] = []
    told: list[str] = []
    for each in features:
        outline = _outline(each["geometry"], projection)
        written = each.get("text") or (say(each["value"]) if svg.known(each.get("value")) else "")
        told.append(f"{each['label']}: {written or _('no number')}")
        band = each.get("band")
        if band is None and svg.known(each.get("value")):
            band = svg.band_of(each["value"], *span)
        shape = svg.node(
            "path",
            svg.node("title", told[-1]),
            d=_path(outline),
            class_="shape" if band is None else f"shape band-{band}",
            fill="url(#hatch)" if band is None else None,
        )
        shapes.append(svg.linked(each.get("href", ""), told[-1], shape))
        names += _names(str(each["label"]), str(written), outline)
    key = _legend(
        legend,
        height,
        width,
        mirrored=mirrored,
        hatched=any(each.get("band") is None and not svg.known(each.get("value")) for each in features),
    )
    return svg.picture(
        [*shapes, svg.node("g", *_placed(names), aria_hidden="true"), *key],
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
    shapes: list[str] = []
    names: list[Name] = []
    for each in features:
        outline = _outline(each["geometry"], projection)
        picked: dict[str, svg.Attribute] = {"class_": "chosen", "fill": "#f0b429"} if str(each["id"]) == chosen else {}
        shapes.append(svg.node("path", d=_path(outline), **picked))
        names += _names(str(each["label"]), "", outline)
    spot: list[str] = []
    if point:
        x, y = projection.to_xy(*point)
        spot.append(svg.node("circle", cx=x, cy=y, r=7, fill="#a3281c", stroke="#fff", stroke_width=2))
    return svg.node(
        "svg",
        svg.node("title", title),
        svg.node("style", DARK),
        svg.node("rect", width=width, height=height, class_="sea", fill="#f6f6f3"),
        svg.node("g", *shapes, class_="land", fill="#dfe3f0", stroke="#fff", stroke_width=1.2),
        svg.node(
            "g",
            *_placed(names),
            class_="names",
            fill="#1a1d2b",
            stroke="#fff",
            stroke_width=3,
            stroke_linejoin="round",
            paint_order="stroke",
            font_family=FACES,
            font_size=12,
            font_weight=600,
        ),
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


def _outline(geometry: Mapping[str, Any] | None, projection: Projection) -> list[list[Point]]:
    """Return the rings in pixels, simplified, largest first; islands of less than a pixel go unless there is nothing else."""
    drawn: list[list[Point]] = []
    for ring in rings(geometry):
        points = [projection.to_xy(place[0], place[1]) for place in ring]
        if points and points[0] == points[-1]:
            points.pop()
        drawn.append(_thinned(points))
    drawn.sort(key=_area, reverse=True)
    return [ring for ring in drawn if _area(ring) >= SMALLEST] or drawn[:1]


def _thinned(points: list[Point]) -> list[Point]:
    """Leave out points that lie within DETAIL pixels of the line without them (Ramer, Douglas and Peucker)."""
    if len(points) < 4:
        return points
    far = max(range(len(points)), key=lambda index: math.dist(points[0], points[index]))
    closed = [*points, points[0]]
    keep = {0, far, len(closed) - 1}
    spans = [(0, far), (far, len(closed) - 1)]
    while spans:
        first, last = spans.pop()
        (ax, ay), (bx, by) = closed[first], closed[last]
        dx, dy = bx - ax, by - ay
        length = math.hypot(dx, dy) or 1e-9
        worst, most = 0, DETAIL
        for index in range(first + 1, last):
            x, y = closed[index]
            off = abs(dy * (x - ax) - dx * (y - ay)) / length
            if off > most:
                worst, most = index, off
        if worst:
            keep.add(worst)
            spans += [(first, worst), (worst, last)]
    return [closed[index] for index in sorted(keep) if index < len(closed) - 1]


def _path(outline: Sequence[Sequence[Point]]) -> str:
    """Write the outline with relative steps of tenths; an island too small for a line stays as a small lozenge."""
    drawn: list[str] = []
    for ring in outline:
        tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
        if len(tenths) < 3 or _area(ring) < SMALLEST:
            x, y = tenths[0]
            drawn.append(f"M{_tenth(x)},{_tenth(y - 20)}l2,2l-2,2l-2-2z")
            continue
        steps = [f"M{_tenth(tenths[0][0])},{_tenth(tenths[0][1])}l"]
        here = tenths[0]
        for there in tenths[1:]:
            if there != here:
                dx, dy = there[0] - here[0], there[1] - here[1]
                steps.append(
                    f"{'' if dx < 0 or len(steps) == 1 else ','}{_tenth(dx)}{'' if dy < 0 else ','}{_tenth(dy)}"
                )
                here = there
        drawn.append("".join(steps) + "z")
    return "".join(drawn)


def _tenth(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole or ('' if rest else 0)}{f'.{rest}' if rest else ''}"


@dataclass(frozen=True)
class Name:
    """Lines of text about a point, inside a shape of some area; it stands only where nothing larger stands already."""

    lines: tuple[str, ...]
    x: float
    y: float
    area: float

    def overlaps(self, other: Name) -> bool:
        """Say whether the boxes of two names touch."""
        apart = abs(self.x - other.x) - (self.breadth + other.breadth) / 2
        return apart < 2 and abs(self.y - other.y) < 7.5 * (len(self.lines) + len(other.lines))

    @property
    def breadth(self) -> float:
        """The width of the longest line in pixels."""
        return svg.GLYPH * 1.08 * max(len(line) for line in self.lines)


def _names(label: str, written: str, outline: Sequence[Sequence[Point]]) -> list[Name]:
    """Offer name and number, or the number alone, in the middle of the largest ring, where they fit."""
    best = outline[0] if outline else []
    if len(best) < 3:
        return []
    down = max(y for _x, y in best) - min(y for _x, y in best)
    (x, y), inside = _middle(best)
    room = inside * 1.15
    number = [written] if written else []
    for lines in ([*svg.wrap(label, room, 3), *number], number):
        name = Name(tuple(lines), x, y, _area(best)) if lines else None
        broken = any(word not in " ".join(lines).split() for word in label.split()) and lines is not number
        if name and not broken and name.breadth <= room and 15 * len(lines) <= down * 0.9:
            return [name]
    return []


def _placed(names: Sequence[Name]) -> list[SafeString]:
    """Write the names of the largest shapes first and leave out what would cover them."""
    kept: list[Name] = []
    for name in sorted(names, key=lambda each: -each.area):
        if not any(name.overlaps(other) for other in kept):
            kept.append(name)
    return [
        svg.node(
            "text",
            line,
            x=name.x,
            y=name.y + 4.5 + 15 * (index - (len(name.lines) - 1) / 2),
            text_anchor="middle",
            class_="halo strong",
        )
        for name in kept
        for index, line in enumerate(name.lines)
    ]


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=False))) / 2


def _middle(ring: Sequence[Point]) -> tuple[Point, float]:
    """Return the middle and the length of the longest stretch inside the ring at its middle heights: names lie within bent shapes."""
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
    return best[1], max(0.0, best[0])


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

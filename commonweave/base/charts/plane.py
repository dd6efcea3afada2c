"""A plane with two axes of numbers, on which points, lines and areas are put."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commonweave.base.charts import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

TOP, PLOT, BELOW, LINE = 12, 220, 44, 16
KEY = 18


def steps(low: float, high: float, wanted: int = 4) -> list[float]:
    """Return round numbers from below `low` to above `high`, about `wanted` of them."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low - 1, low, low + 1] if math.isfinite(low) else [0, 1]
    rough = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * index, 10) for index in range(first, last + 1)]


@dataclass(frozen=True)
class Plane:
    """Where numbers lie: `across` and `up` are the steps of both axes, `upside_down` begins at the top.

    `top` is left free above for words. In right-to-left the axis across runs from the right.
    """

    across: Sequence[float]
    up: Sequence[float]
    gutter: float
    top: float = TOP
    upside_down: bool = False
    mirrored: bool = False

    @property
    def floor(self) -> float:
        """The lower edge in pixels."""
        return self.top + PLOT

    @property
    def height(self) -> float:
        """The whole height in pixels, with the axis's numbers and its name."""
        return self.floor + BELOW

    def x(self, value: float) -> float:
        """Return the pixel of a number across, held inside the plane."""
        part = (value - self.across[0]) / (self.across[-1] - self.across[0])
        x = self.gutter + max(0.0, min(1.0, part)) * (svg.WIDTH - self.gutter - 10)
        return svg.WIDTH - x if self.mirrored else x

    def y(self, value: float) -> float:
        """Return the pixel of a number up, held inside the plane."""
        part = max(0.0, min(1.0, (value - self.up[0]) / (self.up[-1] - self.up[0])))
        return self.top + part * PLOT if self.upside_down else self.floor - part * PLOT

    def path(self, points: Sequence[tuple[float, float]], *, closed: bool = False) -> str:
        """Return the path through points that are given in numbers."""
        drawn = "L".join(f"{svg.short(self.x(x))} {svg.short(self.y(y))}" for x, y in points)
        return f"M{drawn}{'z' if closed else ''}"

    def axes(self, across: str, up: str, say: svg.Say, say_across: svg.Say) -> list[SafeString]:
        """Draw rules, numbers and the names of both axes: that of the one going up stands above it, to be read lying."""
        start, end = (svg.WIDTH, 0) if self.mirrored else (0, svg.WIDTH)
        near = self.gutter - 4
        out = [svg.node("text", up, x=start, y=self.top - 14, text_anchor="start", class_="soft")]
        for value in self.up:
            y = self.y(value)
            edge = svg.WIDTH - near if self.mirrored else near
            out.append(svg.node("path", d=f"M{svg.short(edge)} {svg.short(y)}H{svg.short(end)}", class_="rule"))
            beside = edge + (4 if self.mirrored else -4)
            out.append(svg.node("text", say(value), x=beside, y=y + 4, text_anchor="end", class_="soft"))
        out += [
            svg.node("text", say_across(value), x=self.x(value), y=self.floor + 17, text_anchor="middle", class_="soft")
            for value in self.across
        ]
        out.append(svg.node("text", across, x=end, y=self.floor + 36, text_anchor="end", class_="soft"))
        return out


def gutter(written: Sequence[str]) -> float:
    """Return the room for the numbers beside the plane, in pixels."""
    return 12 + svg.GLYPH * max((len(each) for each in written), default=1)

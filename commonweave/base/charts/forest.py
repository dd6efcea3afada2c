"""Forest: what each study found, how sure it was, and what they say together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from commonweave.base.charts import svg

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

Along = Callable[[float], float]
ROW = 44


@dataclass(frozen=True)
class Study:
    """An effect with its interval; `weight` 0 to 1 sizes the square; `summary` draws the diamond. None: not evaluated.

    `predicted` draws a broken line only: where one more study would lie.
    """

    label: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    weight: float = 0.5
    href: str = ""
    summary: bool = False
    predicted: bool = False


def forest(
    title: str,
    studies: Sequence[Study],
    *,
    description: str = "",
    null: float = 0.0,
    ratio: bool = False,
    worse: str = "",
    better: str = "",
    say: svg.Say = svg.say,
    rtl: bool | None = None,
) -> SafeString:
    """Draw estimates against the line of no effect; `ratio` uses a logarithmic axis (odds and risk ratios, null 1)."""
    mirrored = svg.is_rtl(rtl=rtl)
    if not studies:
        return svg.nothing(title, rtl=mirrored)
    width = svg.WIDTH
    scale = math.log if ratio else float
    found = [
        value
        for each in studies
        for value in (each.estimate, each.low, each.high)
        if value is not None and svg.known(value) and (value > 0 or not ratio)
    ]
    reach = max((abs(scale(value) - scale(null)) for value in found), default=1) * 1.08 or 1

    def x_of(value: float) -> float:
        if ratio and value <= 0:
            return 4.0
        part = (scale(value) - scale(null)) / reach
        x = width / 2 + max(-1.0, min(1.0, part)) * (width / 2 - 4)
        return width - x if mirrored else x

    ends = 24 if worse or better else 0
    body: list[str] = []
    if ends:
        body.append(svg.node("text", worse, x=width if mirrored else 0, y=14, text_anchor="start", class_="soft"))
        body.append(svg.node("text", better, x=0 if mirrored else width, y=14, text_anchor="end", class_="soft"))
    told: list[str] = []
    y = float(ends)
    for each in studies:
        written = _written(each, say)
        told.append(f"{each.label}: {written}")
        names = svg.wrap(each.label, width - svg.GLYPH * len(written) - 16, 3)
        weight = "halo strong" if each.summary else "halo"
        parts: list[str] = [
            svg.node(
                "text", name, x=width if mirrored else 0, y=y + 15 + 16 * index, text_anchor="start", class_=weight
            )
            for index, name in enumerate(names)
        ]
        parts.append(svg.node("text", written, x=0 if mirrored else width, y=y + 15, text_anchor="end", class_="halo"))
        y += 16 * (len(names) - 1)
        parts += _shape(each, y + 28, x_of)
        y += ROW
        body.append(svg.linked(each.href, "", *parts))
    height = y + 4
    middle = svg.short(width / 2)
    body.insert(0, svg.node("path", d=f"M{middle} {ends}V{svg.short(height)}", class_="null"))
    return svg.picture(
        [svg.node("g", *body, class_="thread-1")],
        title=title,
        description=description or "; ".join(told),
        width=width,
        height=height,
        rtl=mirrored,
        links=any(each.href for each in studies),
    )


def _written(each: Study, say: svg.Say) -> str:
    if each.estimate is None or not svg.known(each.estimate):
        return _("not evaluated")
    if each.low is None or each.high is None:
        return say(each.estimate)
    if each.predicted:
        return _("%(low)s to %(high)s") % {"low": say(each.low), "high": say(each.high)}
    values = {"estimate": say(each.estimate), "low": say(each.low), "high": say(each.high)}
    return _("%(estimate)s (%(low)s to %(high)s)") % values


def _shape(each: Study, y: float, x_of: Along) -> list[str]:
    if each.estimate is None or not svg.known(each.estimate):
        return [svg.node("rect", x=svg.WIDTH / 2 - 30, y=y - 5, width=60, height=10, rx=3, fill="url(#hatch)")]
    at = x_of(each.estimate)
    low = x_of(each.low) if each.low is not None and svg.known(each.low) else at
    high = x_of(each.high) if each.high is not None and svg.known(each.high) else at
    if each.predicted:
        reach = svg.node("path", d=f"M{svg.short(low)} {svg.short(y)}H{svg.short(high)}", class_="line")
        return [svg.node("g", reach, class_="thread-2")]
    if each.summary:
        points = [(low, y), (at, y - 8), (high, y), (at, y + 8)]
        return [
            svg.node("path", d="M" + "L".join(f"{svg.short(a)} {svg.short(b)}" for a, b in points) + "z", class_="bar")
        ]
    size = 5 + 9 * max(0.0, min(1.0, each.weight))
    whisker = f"M{svg.short(low)} {svg.short(y)}H{svg.short(high)}M{svg.short(low)} {svg.short(y - 4)}v8M{svg.short(high)} {svg.short(y - 4)}v8"
    return [
        svg.node("path", d=whisker, class_="line"),
        svg.node("rect", x=at - size / 2, y=y - size / 2, width=size, height=size, class_="bar"),
    ]

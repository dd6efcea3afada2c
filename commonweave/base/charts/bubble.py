"""Bubbles: effects against a property of their studies, larger where a study weighs more, with the line that fits them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commonweave.base.charts import plane, svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

SMALLEST, LARGEST = 3.0, 13.0
LISTED = 40
"""So many points are named in the description; the table has all."""


@dataclass(frozen=True)
class Bubble:
    """One study: the property, the effect, and its share of the whole in per cent."""

    label: str
    at: float
    effect: float
    weight: float
    href: str = ""


@dataclass(frozen=True)
class Fitted:
    """A point of the fitted line with its interval."""

    at: float
    middle: float
    low: float
    high: float


def bubbles(
    title: str,
    studies: Sequence[Bubble],
    fitted: Sequence[Fitted] = (),
    *,
    across: str,
    effect: str,
    description: str = "",
    say: svg.Say = svg.say,
    say_effect: svg.Say | None = None,
    rtl: bool | None = None,
) -> SafeString:
    """Draw effects (up) by a property of their studies (`across`), the fitted line, and the band its average lies in.

    `say` writes the property's numbers, `say_effect` those of the effects.
    """
    mirrored = svg.is_rtl(rtl=rtl)
    shown = [each for each in studies if svg.known(each.at) and svg.known(each.effect)]
    if not shown:
        return svg.nothing(title, rtl=mirrored)
    write = say_effect or say
    effects = [each.effect for each in shown] + [0.0]
    up = plane.steps(min(effects), max(effects))
    places = [each.at for each in shown]
    room = (max(places) - min(places)) * 0.04
    steps = plane.steps(min(places) - room, max(places) + room)
    where = plane.Plane(steps, up, plane.gutter([write(step) for step in up]), plane.TOP + 14, mirrored=mirrored)
    body: list[str] = []
    if fitted:
        edge = [(each.at, each.low) for each in fitted] + [(each.at, each.high) for each in reversed(fitted)]
        body.append(svg.node("path", d=where.path(edge, closed=True), class_="track"))
    body += where.axes(across, effect, write, say)
    body.append(svg.node("path", d=where.path([(steps[0], 0), (steps[-1], 0)]), class_="null"))
    heaviest = max(each.weight for each in shown) or 1
    for each in sorted(shown, key=lambda study: -study.weight):
        body.append(_bubble(each, where, heaviest, say, write))
    if fitted:
        body.append(svg.node("path", d=where.path([(each.at, each.middle) for each in fitted]), class_="line"))
    told = "; ".join(f"{each.label}: {say(each.at)}, {write(each.effect)}" for each in shown[:LISTED])
    return svg.picture(
        [svg.node("g", *body, class_="thread-1")],
        title=title,
        description=description or told,
        width=svg.WIDTH,
        height=where.height,
        rtl=mirrored,
        links=any(each.href for each in shown),
    )


def _bubble(each: Bubble, where: plane.Plane, heaviest: float, say: svg.Say, write: svg.Say) -> SafeString:
    """Draw a circle whose area grows with the weight."""
    said = f"{each.label}: {say(each.at)}, {write(each.effect)}"
    radius = max(SMALLEST, LARGEST * math.sqrt(max(0.0, each.weight) / heaviest))
    shape = svg.node(
        "circle", svg.node("title", said), cx=where.x(each.at), cy=where.y(each.effect), r=radius, class_="mark"
    )
    return svg.linked(each.href, said, shape)

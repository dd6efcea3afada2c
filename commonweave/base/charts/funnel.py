"""Funnel: what each study found against how sure it was. Without studies that are missing, both sides look alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from commonweave.base.charts import plane, svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

Z95 = 1.96
LISTED = 40
"""So many points are named in the description; the table has all."""


@dataclass(frozen=True)
class Dot:
    """One study: its effect and its standard error. `added`: it is not there, only its mirror image is."""

    label: str
    effect: float
    error: float
    added: bool = False
    href: str = ""


def funnel(
    title: str,
    dots: Sequence[Dot],
    mean: float,
    *,
    effect: str,
    description: str = "",
    say: svg.Say = svg.say,
    say_effect: svg.Say | None = None,
    rtl: bool | None = None,
) -> SafeString:
    """Draw studies about their mean, the surest on top; inside the cone 95 of 100 would lie if all had the same effect.

    `effect` names the axis across; `say_effect` writes its numbers (logarithms as ratios, for instance).
    """
    mirrored = svg.is_rtl(rtl=rtl)
    shown = [dot for dot in dots if svg.known(dot.effect) and svg.known(dot.error)]
    if not shown:
        return svg.nothing(title, rtl=mirrored)
    widest = max(dot.error for dot in shown) * 1.05
    up = plane.steps(0, widest)
    reach = max(Z95 * up[-1], *(abs(dot.effect - mean) for dot in shown))
    across = plane.steps(min(mean - reach, 0), max(mean + reach, 0))
    top = plane.TOP + 14 + (plane.KEY if any(dot.added for dot in shown) else 0)
    where = plane.Plane(across, up, plane.gutter([say(step) for step in up]), top, upside_down=True, mirrored=mirrored)
    cone = [(mean, 0.0), (mean - Z95 * up[-1], up[-1]), (mean + Z95 * up[-1], up[-1])]
    body: list[str] = [svg.node("path", d=where.path(cone, closed=True), class_="track")]
    body += where.axes(effect, _("Standard error"), say, say_effect or say)
    body += [
        svg.node("path", d=where.path([(0, 0), (0, up[-1])]), class_="null"),
        svg.node("path", d=where.path([(mean, 0), (mean, up[-1])]), class_="axis"),
    ]
    body += [_dot(dot, where, say, say_effect or say) for dot in shown]
    if any(dot.added for dot in shown):
        body += _key(mirrored=mirrored)
    told = "; ".join(f"{dot.label}: {(say_effect or say)(dot.effect)}" for dot in shown[:LISTED])
    return svg.picture(
        [svg.node("g", *body, class_="thread-1")],
        title=title,
        description=description or told,
        width=svg.WIDTH,
        height=where.height,
        rtl=mirrored,
        links=any(dot.href for dot in shown),
    )


def _dot(dot: Dot, where: plane.Plane, say: svg.Say, say_effect: svg.Say) -> SafeString:
    said = f"{dot.label}: {say_effect(dot.effect)} ± {say(Z95 * dot.error)}"
    shape = svg.node(
        "circle",
        svg.node("title", said),
        cx=where.x(dot.effect),
        cy=where.y(dot.error),
        r=5,
        class_="mark" if dot.added else "mark full",
    )
    return svg.linked(dot.href, said, shape)


def _key(*, mirrored: bool) -> list[SafeString]:
    """Say which marks are studies and which are not."""
    out: list[SafeString] = []
    x = 6.0
    for words, kind in ((_("a study"), "mark full"), (_("thought missing"), "mark")):
        at = svg.WIDTH - x if mirrored else x
        beside = at - 11 if mirrored else at + 11
        out.append(svg.node("circle", cx=at, cy=8, r=5, class_=kind))
        out.append(svg.node("text", words, x=beside, y=12, text_anchor="start", class_="soft"))
        x += 34 + svg.GLYPH * len(words)
    return out

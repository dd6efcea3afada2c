"""Bars: how much of each, longest labels first-class, legible on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from commonweave.base.charts import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Bar:
    """One bar. Without a value the `note` says why ("too small to show")."""

    label: str
    value: float | None
    href: str = ""
    note: str = ""


def bars(
    title: str,
    rows: Sequence[Bar],
    *,
    description: str = "",
    say: svg.Say = svg.say,
    highest: float | None = None,
    rtl: bool | None = None,
    width: int = svg.WIDTH,
) -> SafeString:
    """Draw horizontal bars from zero: label and number above, bar beneath; units are whatever `say` writes."""
    mirrored = svg.is_rtl(rtl=rtl)
    if not rows:
        return svg.nothing(title, rtl=mirrored)
    top = highest or max((row.value for row in rows if row.value is not None and svg.known(row.value)), default=0) or 1
    start, end = (width, 0) if mirrored else (0, width)
    body: list[str] = []
    told: list[str] = []
    y = 0.0
    for row in rows:
        number = say(row.value) if row.value is not None and svg.known(row.value) else row.note or "–"
        told.append(f"{row.label}: {number}")
        lines = svg.wrap(row.label, width - svg.GLYPH * len(number) - 20, 3)
        parts: list[str] = [
            svg.node("text", line, x=start, y=y + 15 + 16 * index, text_anchor="start")
            for index, line in enumerate(lines)
        ]
        parts.append(
            svg.node(
                "text", number, x=end, y=y + 15, text_anchor="end", class_="strong" if row.value is not None else "soft"
            )
        )
        y += 16 * len(lines) + 6
        parts.append(svg.node("rect", x=0, y=y, width=width, height=14, rx=3, class_="track"))
        if row.value is not None and svg.known(row.value):
            length = max(0.0, min(1.0, row.value / top)) * width
            parts.append(
                svg.node("rect", x=width - length if mirrored else 0, y=y, width=length, height=14, rx=3, class_="bar")
            )
        else:
            parts.append(svg.node("rect", x=0, y=y, width=width, height=14, rx=3, fill="url(#hatch)"))
        y += 14 + 12
        body.append(svg.linked(row.href, "", *parts))
    return svg.picture(
        [svg.node("g", *body, class_="thread-1")],
        title=title,
        description=description or "; ".join(told),
        width=width,
        height=y - 8,
        rtl=mirrored,
        links=any(row.href for row in rows),
    )

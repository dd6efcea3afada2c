"""Marks that say what a study found and how sure its design can make us: a shape each, so that colour only helps.

Every direction has the same size and weight: "made things worse" is as easy to see as "helped".
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from commonweave.base.charts import svg

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

RING = {"cx": 12, "cy": 12, "r": 10.5}
SHAPES: dict[str, tuple[str, dict[str, svg.Attribute]]] = {
    "helped": ("circle", {**RING, "class_": "full"}),
    "no_difference": ("rect", {"x": 2, "y": 2, "width": 20, "height": 20, "rx": 3, "class_": "full"}),
    "mixed": ("path", {"d": "M12 .3 23.7 12 12 23.7.3 12z", "class_": "full"}),
    "made_worse": (
        "path",
        {"d": "M1.5 2h21a1 1 0 0 1 .9 1.5L12.9 22.8a1 1 0 0 1-1.8 0L.6 3.5A1 1 0 0 1 1.5 2z", "class_": "full"},
    ),
    "not_evaluated": ("circle", {**RING, "class_": "open"}),
    "unknown": ("circle", {**RING, "class_": "open dashed"}),
}
SIGNS = {
    "helped": "M12 18V6.5M7 11.5l5-5 5 5",
    "no_difference": "M7 9.5h10M7 14.5h10",
    "mixed": "M9 15.5v-7M6.5 11 9 8.5l2.5 2.5M15 8.5v7M12.5 13l2.5 2.5L17.5 13",
    "made_worse": "M12 5.5v9.5M8.5 11.5l3.5 3.5 3.5-3.5",
    "not_evaluated": "M7.5 12h9",
    "unknown": "M9.3 9.7a2.8 2.8 0 1 1 4 2.600c-1 .5-1.3 1-1.300 1.900M12 17v.3",
}
BARS = {"many": 4, "strong": 3, "fair": 2, "weak": 1, "unknown": 0}
SIZES = {"many": 4, "strong": 3, "fair": 2, "other": 2, "weak": 1, "unknown": 0}


@functools.lru_cache(maxsize=100)
def direction(code: str) -> SafeString:
    """Draw what was found; the words stand beside it."""
    code = code if code in SHAPES else "unknown"
    name, where = SHAPES[code]
    sign = svg.node("path", d=SIGNS[code], class_="sign")
    return svg.node(
        "svg", svg.node(name, **where), sign, class_=f"mark {code}", viewBox="0 0 24 24", aria_hidden="true"
    )


@functools.lru_cache(maxsize=2_000)
def number(code: str, said: str, *, size: str) -> SafeString:
    """Draw how often something was found: its shape with the number inside, one element with the shape from the stylesheet.

    A map holds thousands of these, most of them the same few; as drawings of their own they kept a browser busy for seconds.
    """
    code = code if code in SHAPES else "unknown"
    return svg.node("b", said, class_=f"mark num {code} {size}")


@functools.lru_cache(maxsize=100)
def strength(code: str) -> SafeString:
    """Draw how sure a design can make us as up to four steps; what answers another question is a wave."""
    if code == "other":
        wave = svg.node("path", d="M2 14c4-9 7-9 10-2s7 7 10-2", class_="wave")
        return svg.node("svg", wave, class_="mark steps-up", viewBox="0 0 24 24", aria_hidden="true")
    filled = BARS.get(code, 0)
    bars = [
        svg.node(
            "rect",
            x=1 + 5.8 * step,
            y=15 - 4 * step,
            width=4.4,
            height=7 + 4 * step,
            rx=1,
            class_="full" if step < filled else "open",
        )
        for step in range(4)
    ]
    return svg.node("svg", *bars, class_="mark steps-up", viewBox="0 0 24 24", aria_hidden="true")

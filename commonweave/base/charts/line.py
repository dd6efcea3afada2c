"""Lines: how numbers move over time, told apart by dash, mark and name as well as by colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from commonweave.base.charts import svg

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

MARKS = ("circle", "square", "diamond", "triangle", "cross")
Along = Callable[[float], float]
TOP, BOTTOM, PLOT, LINE = 10, 26, 170, 15


@dataclass(frozen=True)
class Series:
    """One line: a value for each label of the axis; None leaves a gap."""

    label: str
    values: Sequence[float | None]
    hrefs: Sequence[str] = field(default=())


def lines(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    description: str = "",
    say: svg.Say = svg.say,
    rtl: bool | None = None,
    width: int = svg.WIDTH,
) -> SafeString:
    """Draw up to five series over evenly spaced labels (weeks, months); the axis starts at zero."""
    mirrored = svg.is_rtl(rtl=rtl)
    numbers = [value for each in series for value in each.values if value is not None and svg.known(value)]
    if not labels or not numbers:
        return svg.nothing(title, rtl=mirrored)
    steps = svg.ticks(max(numbers))
    gutter = 10 + svg.GLYPH * max(len(say(step)) for step in steps)
    names = [svg.wrap(each.label, width - 44, 3) if len(series) > 1 else [] for each in series]
    above = [sum(7 + LINE * len(lines) for lines in names[:index]) for index in range(len(series) + 1)]
    legend = above[-1] if len(series) > 1 else 0
    floor = legend + TOP + PLOT
    inner = width - gutter - 10

    def x_of(index: float) -> float:
        part = index / (len(labels) - 1) if len(labels) > 1 else 0.5
        x = gutter + part * inner
        return width - x if mirrored else x

    def y_of(value: float) -> float:
        return floor - value / steps[-1] * PLOT

    body: list[str] = [*_axis(steps, say, y_of, width=width, gutter=gutter, mirrored=mirrored)]
    body += _dates(labels, x_of, floor, inner)
    for index, each in enumerate(series[: len(MARKS)]):
        body.append(_series(each, index, labels, x_of, y_of, say))
        if legend:
            body.append(_key(names[index], index, above[index] + 11, width=width, mirrored=mirrored))
    return svg.picture(
        body,
        title=title,
        description=description or "; ".join(_told(each, labels, say) for each in series),
        width=width,
        height=floor + BOTTOM,
        rtl=mirrored,
        links=any(any(each.hrefs) for each in series),
    )


def _axis(steps: Sequence[float], say: svg.Say, y_of: Along, *, width: int, gutter: float, mirrored: bool) -> list[str]:
    near, far = (width - gutter + 4, 0) if mirrored else (gutter - 4, width)
    out: list[str] = []
    for step in steps:
        y = y_of(step)
        out.append(
            svg.node(
                "path", d=f"M{svg.short(near)} {svg.short(y)}H{svg.short(far)}", class_="axis" if step == 0 else "rule"
            )
        )
        out.append(
            svg.node("text", say(step), x=near + (4 if mirrored else -4), y=y + 4, text_anchor="end", class_="soft")
        )
    return out


def _dates(labels: Sequence[str], x_of: Along, floor: float, inner: float) -> list[str]:
    longest = max(len(label) for label in labels) * svg.GLYPH + 14
    every = max(1, -(-len(labels) * int(longest) // int(inner)))
    last = len(labels) - 1
    out: list[str] = []
    for index in range(0, len(labels), every):
        if index and index != last and last - index < every * 0.6:
            continue
        anchor = "middle" if len(labels) == 1 else "start" if index == 0 else "end" if index == last else "middle"
        out.append(svg.node("text", labels[index], x=x_of(index), y=floor + 19, text_anchor=anchor, class_="soft"))
    return out


def _series(each: Series, index: int, labels: Sequence[str], x_of: Along, y_of: Along, say: svg.Say) -> SafeString:
    path, pen_down = "", False
    marks: list[str] = []
    shown = 30
    for place, value in enumerate(each.values[: len(labels)]):
        if value is None or not svg.known(value):
            pen_down = False
            continue
        x, y = x_of(place), y_of(value)
        path += f"{'L' if pen_down else 'M'}{svg.short(x)} {svg.short(y)}"
        pen_down = True
        href = each.hrefs[place] if place < len(each.hrefs) else ""
        if href or len(labels) <= shown:
            told = f"{each.label}, {labels[place]}: {say(value)}"
            marks.append(svg.linked(href, told, _mark(index, x, y, svg.node("title", told))))
    return svg.node("g", svg.node("path", d=path, class_="line"), *marks, class_=f"thread-{index + 1}")


def _mark(index: int, x: float, y: float, *inside: str) -> SafeString:
    a, b = svg.short(x), svg.short(y)
    shape = {
        "square": f"M{a} {b}m-3.5-3.5h7v7h-7z",
        "diamond": f"M{a} {b}m0-5l5 5l-5 5l-5-5z",
        "triangle": f"M{a} {b}m0-5l5 8.5h-10z",
        "cross": f"M{a} {b}m-4-4l8 8m0-8l-8 8",
    }.get(MARKS[index])
    if shape is None:
        return svg.node("circle", *inside, cx=x, cy=y, r=3.5, class_="mark")
    return svg.node("path", *inside, d=shape, class_="mark")


def _key(lines: Sequence[str], index: int, y: int, *, width: int, mirrored: bool) -> SafeString:
    """Name a series beside a piece of its line."""

    def at(x: float) -> float:
        return width - x if mirrored else x

    stroke = svg.node("path", d=f"M{svg.short(at(0))} {y}H{svg.short(at(28))}", class_="line")
    texts = [
        svg.node("text", line, x=at(36), y=y + 4 + LINE * nth, text_anchor="start") for nth, line in enumerate(lines)
    ]
    return svg.node("g", stroke, _mark(index, at(14), y), *texts, class_=f"thread-{index + 1}")


def _told(each: Series, labels: Sequence[str], say: svg.Say) -> str:
    found = [
        (label, value)
        for label, value in zip(labels, each.values, strict=False)
        if value is not None and svg.known(value)
    ]
    if not found:
        return f"{each.label}: –"
    ends = found if len(found) <= 2 else [found[0], max(found, key=lambda pair: pair[1]), found[-1]]
    return f"{each.label}: " + ", ".join(f"{label} {say(value)}" for label, value in dict.fromkeys(ends))

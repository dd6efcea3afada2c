"""Matrix: two things crossed; the number stands in every cell, the colour only helps the eye."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commonweave.base.charts import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

ROW = 34
LINE = 15
SIDE = 112


@dataclass(frozen=True)
class Cell:
    """One crossing. `text` replaces the written number ("fewer than 5", "3–7"); without value and text it is hatched."""

    value: float | None = None
    text: str = ""
    href: str = ""


@dataclass(frozen=True)
class Row:
    """A labelled row with a cell for each column."""

    label: str
    cells: Sequence[Cell]
    href: str = ""


def matrix(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    description: str = "",
    say: svg.Say = svg.say,
    rtl: bool | None = None,
) -> SafeString:
    """Draw rows against columns; bands 0 to 5 between the lowest and the highest value shown."""
    mirrored = svg.is_rtl(rtl=rtl)
    if not columns or not rows:
        return svg.nothing(title, rtl=mirrored)
    step = max(44.0, (svg.WIDTH - SIDE) / len(columns))
    width = SIDE + step * len(columns)
    numbers = [cell.value for row in rows for cell in row.cells if cell.value is not None and svg.known(cell.value)]
    span = (min(numbers, default=0), max(numbers, default=0))
    heads, key = _heads(columns, step, width)
    top = LINE * (len(key) + max(len(lines) for lines in heads)) + (20 if key else 8)

    def mirror(x: float, size: float = 0) -> float:
        return width - x - size if mirrored else x

    body: list[str] = [
        svg.node("text", part, x=mirror(x), y=12 + LINE * nth, text_anchor="start", class_="strong" if x == 0 else None)
        for nth, (letter, line) in enumerate(key)
        for x, part in ((0, letter), (18, line))
        if part
    ]
    body += [
        svg.node(
            "text",
            line,
            x=mirror(SIDE + step * (index + 0.5)),
            y=top - 8 - LINE * (len(lines) - 1 - nth),
            text_anchor="middle",
            class_="strong" if key else "soft",
        )
        for index, lines in enumerate(heads)
        for nth, line in enumerate(lines)
    ]
    told: list[str] = []
    y = float(top)
    for row in rows:
        lines = svg.wrap(row.label, SIDE - 8, 4)
        tall = max(ROW, LINE * len(lines) + 6)
        first = y + tall / 2 + 4.5 - LINE * (len(lines) - 1) / 2
        texts = [
            svg.node("text", line, x=mirror(0), y=first + LINE * nth, text_anchor="start")
            for nth, line in enumerate(lines)
        ]
        body.append(svg.linked(row.href, "", *texts))
        for index, (label, cell) in enumerate(zip(columns, row.cells, strict=False)):
            written = cell.text or (say(cell.value) if cell.value is not None and svg.known(cell.value) else "–")
            told.append(f"{row.label}, {label}: {written}")
            x = mirror(SIDE + step * index, step)
            body.append(svg.linked(cell.href, told[-1], *_cell(cell, written, (x, y, step, tall), span)))
        y += tall
    return svg.picture(
        body,
        title=title,
        description=description or "; ".join(told[:60]),
        width=width,
        height=y + 2,
        rtl=mirrored,
        links=any(row.href or any(cell.href for cell in row.cells) for row in rows),
    )


def _heads(columns: Sequence[str], step: float, width: float) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Return the lines above each column; letters and a key of (letter, line) where a name would be cut off."""
    heads = [svg.wrap(label, step - 4, 3) for label in columns]
    letters = string.ascii_uppercase
    if len(columns) > len(letters) or all(svg.fits(*pair) for pair in zip(columns, heads, strict=True)):
        return heads, []
    key = [
        ("" if nth else letter, line)
        for letter, label in zip(letters, columns, strict=False)
        for nth, line in enumerate(svg.wrap(label, width - 20, 3))
    ]
    return [[letter] for letter, _label in zip(letters, columns, strict=False)], key


def _cell(cell: Cell, written: str, at: tuple[float, float, float, float], span: tuple[float, float]) -> list[str]:
    x, y, step, tall = at
    box: dict[str, svg.Attribute] = {"x": x + 1, "y": y + 1, "width": step - 2, "height": tall - 2, "rx": 4}
    middle: dict[str, svg.Attribute] = {"x": x + step / 2, "y": y + tall / 2 + 4.5, "text_anchor": "middle"}
    if cell.value is None or not svg.known(cell.value):
        if cell.text:
            return [svg.node("rect", **box, class_="band-0"), svg.node("text", written, **middle, class_="on-0")]
        return [svg.node("rect", **box, fill="url(#hatch)")]
    band = svg.band_of(cell.value, *span)
    return [
        svg.node("rect", **box, class_=f"band-{band}"),
        svg.node("text", written, **middle, class_=f"strong on-{band}"),
    ]

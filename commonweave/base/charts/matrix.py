"""Matrix: two things crossed; the number stands in every cell, the colour only helps the eye."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from commonweave.base.charts import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

ROW = 34


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
    side = 112
    step = max(44.0, (svg.WIDTH - side) / len(columns))
    width = side + step * len(columns)
    numbers = [cell.value for row in rows for cell in row.cells if cell.value is not None and svg.known(cell.value)]
    span = (min(numbers, default=0), max(numbers, default=0))
    heads = [svg.wrap(label, step - 4, 3) for label in columns]
    top = 15 * max(len(lines) for lines in heads) + 8

    def mirror(x: float, size: float = 0) -> float:
        return width - x - size if mirrored else x

    body: list[str] = [
        svg.node(
            "text",
            line,
            x=mirror(side + step * (index + 0.5)),
            y=top - 8 - 15 * (len(lines) - 1 - nth),
            text_anchor="middle",
            class_="soft",
        )
        for index, lines in enumerate(heads)
        for nth, line in enumerate(lines)
    ]
    told: list[str] = []
    for number, row in enumerate(rows):
        y = top + ROW * number
        lines = svg.wrap(row.label, side - 8, 2)
        texts = [
            svg.node(
                "text", line, x=mirror(0), y=y + ROW / 2 + 4.5 + 15 * (nth - (len(lines) - 1) / 2), text_anchor="start"
            )
            for nth, line in enumerate(lines)
        ]
        body.append(svg.linked(row.href, "", *texts))
        for index, (label, cell) in enumerate(zip(columns, row.cells, strict=False)):
            written = cell.text or (say(cell.value) if cell.value is not None and svg.known(cell.value) else "–")
            told.append(f"{row.label}, {label}: {written}")
            x = mirror(side + step * index, step)
            body.append(svg.linked(cell.href, told[-1], *_cell(cell, written, x, y, step, span)))
    return svg.picture(
        body,
        title=title,
        description=description or "; ".join(told[:60]),
        width=width,
        height=top + ROW * len(rows) + 2,
        rtl=mirrored,
        links=any(row.href or any(cell.href for cell in row.cells) for row in rows),
    )


def _cell(cell: Cell, written: str, x: float, y: float, step: float, span: tuple[float, float]) -> list[str]:
    box: dict[str, svg.Attribute] = {"x": x + 1, "y": y + 1, "width": step - 2, "height": ROW - 2, "rx": 4}
    middle: dict[str, svg.Attribute] = {"x": x + step / 2, "y": y + ROW / 2 + 4.5, "text_anchor": "middle"}
    if cell.value is None or not svg.known(cell.value):
        if cell.text:
            return [svg.node("rect", **box, class_="band-0"), svg.node("text", written, **middle, class_="on-0")]
        return [svg.node("rect", **box, fill="url(#hatch)")]
    band = svg.band_of(cell.value, *span)
    return [
        svg.node("rect", **box, class_=f"band-{band}"),
        svg.node("text", written, **middle, class_=f"strong on-{band}"),
    ]

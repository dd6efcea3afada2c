"""The few pieces every chart is made of."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from urllib.parse import quote

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from commonweave.base import formats

Say = Callable[[float], str]
Attribute = str | float | int

WIDTH = 320
WIDE = 480
BANDS = 6
GLYPH = 6.6
"""Mean width of a character in pixels at the charts' 13 px; measured on Latin and Arabic text, on the generous side."""


def say(value: float) -> str:
    """Write a number by locale: the default formatter of every chart."""
    return formats.say_number(round(value, 2) if isinstance(value, float) else value)


def is_rtl(*, rtl: bool | None) -> bool:
    """Return the direction asked for, else that of the reader's language."""
    return get_language_bidi() if rtl is None else rtl


def node(name: str, *children: str, **attributes: Attribute | None) -> SafeString:
    """Make an element; `class_` is class, `_` in names is `-`, numbers lose needless digits, all text is escaped."""
    pairs = "".join(
        f' {"class" if key == "class_" else key.replace("_", "-")}="{conditional_escape(short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return mark_safe(f"<{name}{pairs}>{join(children)}</{name}>")  # noqa: S308 names are our own, the rest is escaped


def join(parts: Sequence[str]) -> SafeString:
    """Put pieces together, escaping those that are not SVG yet."""
    return mark_safe("".join(map(conditional_escape, parts)))  # noqa: S308 escaped, each


def short(value: Attribute) -> str:
    """Write a coordinate with a tenth of a pixel."""
    if isinstance(value, str):
        return value
    written = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if written in ("", "-0") else written


def embedded(drawing: str) -> str:
    """Return a whole SVG document as an address that holds the picture itself: no request tells what somebody looks at."""
    return "data:image/svg+xml," + quote(drawing, safe="=:/;,()!*$?@{}")


def linked(href: str, label: str, *children: str) -> SafeString:
    """Wrap in a link where there is an address; `label` names it where the text inside does not (else leave it empty)."""
    if not href:
        return join(children)
    return node("a", *children, href=href, aria_label=label or None)


def picture(
    body: Sequence[str], *, title: str, description: str, width: float, height: float, rtl: bool, links: bool = False
) -> SafeString:
    """Make the whole drawing. One with links is a group, for an image hides what it contains from assistive technology."""
    inside = join(body)
    key = "c" + hashlib.blake2s(f"{title}|{description}|{inside}".encode(), digest_size=5).hexdigest()
    return node(
        "svg",
        node("title", title, id=f"{key}-t"),
        node("desc", description, id=f"{key}-d"),
        hatching(key),
        mark_safe(inside.replace("#hatch)", f"#{key}-h)")),  # noqa: S308 already escaped; only our own reference changes
        class_="chart" if width <= WIDE else "chart wide",
        viewBox=f"0 0 {short(width)} {short(height)}",
        role="group" if links else "img",
        aria_labelledby=f"{key}-t {key}-d",
        direction="rtl" if rtl else "ltr",
    )


def hatching(key: str) -> SafeString:
    """Make the pattern for "no number here"."""
    line = node("path", d="M-1 1l2-2M0 6l6-6M5 7l2-2", class_="hatch")
    ground = node("rect", width=6, height=6, class_="empty")
    return node("defs", node("pattern", ground, line, id=f"{key}-h", width=6, height=6, patternUnits="userSpaceOnUse"))


def nothing(title: str, *, rtl: bool, message: str = "") -> SafeString:
    """Draw the empty state: a sentence, never an empty frame."""
    message = message or _("No numbers yet.")
    body = [
        node("rect", x=0, y=0, width=WIDTH, height=80, rx=8, class_="empty"),
        node("text", message, x=WIDTH / 2, y=45, text_anchor="middle"),
    ]
    return picture(body, title=title, description=message, width=WIDTH, height=80, rtl=rtl)


def wrap(text: str, room: float, lines: int = 3) -> list[str]:
    """Break a label into lines that fit `room` pixels; what does not fit ends in an ellipsis."""
    limit = max(4, int(room / GLYPH))
    out: list[str] = [""]
    for word in text.split():
        rest = word
        while rest:
            gap = " " if out[-1] else ""
            if len(out[-1]) + len(gap) + len(rest) <= limit:
                out[-1] += gap + rest
                rest = ""
            elif out[-1]:
                out.append("")
            else:
                out[-1], rest = rest[:limit], rest[limit:]
    if len(out) > lines:
        return [*out[: lines - 1], out[lines - 1][: limit - 1] + "…"]
    return out


def fits(label: str, lines: Sequence[str]) -> bool:
    """Say whether `wrap` kept every word of the label whole."""
    return " ".join(lines) == " ".join(label.split())


def band_of(value: float, lowest: float, highest: float) -> int:
    """Return the band 1 to 5 of a value between the lowest and the highest shown; zero is band 0."""
    if value == 0 or highest <= 0:
        return 0
    if highest <= lowest:
        return 3
    return min(BANDS - 1, 1 + int((value - lowest) / (highest - lowest) * (BANDS - 1)))


def ticks(highest: float, wanted: int = 4) -> list[float]:
    """Return round steps from 0 to at least the highest value."""
    if highest <= 0 or not math.isfinite(highest):
        return [0, 1]
    rough = highest / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    if highest >= 1 and wanted <= highest:
        step = max(1, step) if step < 1 else step
    count = math.ceil(highest / step - 1e-9)
    return [step * index for index in range(count + 1)]


def known(value: float | None) -> bool:
    """Say whether there is a finite number."""
    return value is not None and math.isfinite(value)

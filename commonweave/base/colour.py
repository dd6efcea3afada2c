"""A place chooses one colour; everything that must be read on it or in it is worked out from that colour.

Contrast is the one of WCAG 2.2 (1.4.3): at least 4.5 to 1 for text.
"""

from __future__ import annotations

import colorsys
import re

ENOUGH = 4.5
LIGHTEST, DARKEST = "#ffffff", "#000000"
LIGHT_GROUND, DARK_GROUND = "#eceef8", "#252b49"
"""The least favourable grounds on which the place's colour is used for text, in either theme."""

RGB = tuple[float, float, float]


def is_colour(text: str) -> bool:
    """Say whether a text is a colour we accept: # and six hexadecimal digits."""
    return bool(re.fullmatch(r"#[0-9a-fA-F]{6}", text))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink_for(accent: str) -> str:
    """Return white or black, whichever is read better on the colour."""
    return max((LIGHTEST, DARKEST), key=lambda ink: contrast(ink, accent))


def readable(accent: str, ground: str) -> str:
    """Return the colour, made darker or lighter until text in it can be read on the ground."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(accent))
    step = -0.01 if _luminance(ground) > 0.18 else 0.01  # noqa: PLR2004 where black and white contrast equally
    found = accent
    while contrast(found, ground) < ENOUGH and 0 <= lightness + step <= 1:
        lightness += step
        found = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return found


def look_css(accent: str, selector: str = ":root") -> str:
    """Return the small stylesheet of a place; another selector than the root's shows it inside a page (a preview)."""
    if not is_colour(accent):
        return ""
    light, dark = readable(accent, LIGHT_GROUND), readable(accent, DARK_GROUND)

    def action(colour: str) -> str:
        return f"--place-action:{colour};--action:{colour};--action-ink:{ink_for(colour)}"

    return (
        f"{selector}{{--place-accent:{accent};--place-accent-ink:{ink_for(accent)};{action(light)}}}\n"
        f"@media (prefers-color-scheme:dark){{{selector}{{{action(dark)}}}}}\n"
        f"@media print{{{selector}{{{action('#000000')}}}}}\n"
    )


def _rgb(colour: str) -> RGB:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return (red, green, blue)


def _hex(rgb: RGB) -> str:
    return "#" + "".join(f"{round(max(0.0, min(1.0, part)) * 255):02x}" for part in rgb)


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(colour)]  # noqa: PLR2004 WCAG's sRGB curve
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

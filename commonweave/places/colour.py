"""Accent colours: WCAG 2.2 contrast, and the ink that can be read on one."""

from __future__ import annotations

import re

HEX = re.compile(r"#[0-9a-f]{6}")
DARK, LIGHT = "#1a1d2b", "#ffffff"
BLACK = "#000000"
READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)  # noqa: PLR2004 constants of sRGB
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_for(accent: str) -> str:
    """Return white or near-black, whichever can be read on the accent (one of white and black always can)."""
    best = max((LIGHT, DARK), key=lambda ink: contrast(ink, accent))
    return best if contrast(best, accent) >= READABLE else BLACK

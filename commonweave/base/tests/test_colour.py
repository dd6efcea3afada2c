"""Whatever colour a place chooses, its name and its buttons can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base import colour

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_ink_on_any_accent_can_be_read(accent: str) -> None:
    assert colour.contrast(colour.ink_for(accent), accent) >= colour.ENOUGH


@given(colours, st.sampled_from([colour.LIGHT_GROUND, colour.DARK_GROUND]))
def test_accent_as_text_can_be_read_in_both_themes(accent: str, ground: str) -> None:
    assert colour.contrast(colour.readable(accent, ground), ground) >= colour.ENOUGH


@given(colours)
def test_look_sets_inks_that_can_be_read_on_their_buttons(accent: str) -> None:
    pairs = re.findall(r"--action:(#\w{6});--action-ink:(#\w{6})", colour.look_css(accent))
    assert len(pairs) == 3
    assert all(colour.contrast(action, ink) >= colour.ENOUGH for action, ink in pairs)


@pytest.mark.parametrize("text", ["red", "#fff", "#12345g", "#123456;}body{display:none", "", "#123456\n"])
def test_nothing_but_a_colour_gets_into_the_stylesheet(text: str) -> None:
    assert colour.look_css(text) == ""


def test_contrast_is_that_of_the_standard() -> None:
    assert colour.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)

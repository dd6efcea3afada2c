"""Whatever colour a place chooses, the text on it can be read."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commonweave.places.colour import READABLE, contrast, ink_for


@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
@example("#767676")
@example("#ffff00")
@example("#777777")
def test_ink_can_be_read_on_every_accent(accent: str) -> None:
    assert contrast(ink_for(accent), accent) >= READABLE


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)

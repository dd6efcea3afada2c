"""Somebody looks up what works: finds a study in their own language, reads it, and sees on the map what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab

PHONE, DESK = 360, 1280


@pytest.mark.parametrize(
    ("language", "question", "width", "javascript"),
    [("en", "scared straight", DESK, True), ("ar", "الإرشاد", PHONE, False)],
)
def test_from_a_question_to_a_study_and_the_map(
    tab: Callable[..., Tab],
    language: str,
    question: str,
    width: int,
    javascript: bool,  # noqa: FBT001 - a parameter
) -> None:
    here = tab(javascript=javascript, width=width, language=language, dark=width == PHONE)
    sound = here.is_sound if javascript else here.fits  # what examines a page is a script
    here.go(f"/{language}/").page.locator(f'footer a[href="/{language}/evidence/"]').click()
    assert sound()
    here.page.fill("#q", question)
    here.page.locator("#q + button").click()
    expect(here.page.locator(".why").first).to_be_visible()
    assert sound()
    here.page.locator(".result a").first.click()
    expect(here.page.locator(".judged .big .mark")).to_have_count(2)
    assert sound()
    here.go(f"/{language}/evidence/map/")
    expect(here.page.locator(".gaps td a[title]").first).to_be_visible()
    assert here.looks_sound() if javascript else here.fits()  # too many fields to press through one by one
    here.page.locator(".gaps td a:not([title])").first.click()
    expect(here.page.locator(".empty")).to_be_visible()
    assert sound()

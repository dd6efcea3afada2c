"""The frame that every page stands in: whoever comes with a small phone, in the dark, or with a keyboard can use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab

PHONE, DESK = 360, 1280


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, DESK])
@pytest.mark.parametrize("frame", ["", "?as=resident"], ids=["staff", "resident"])
def test_components_are_sound(tab: Callable[..., Tab], frame: str, width: int, dark: bool) -> None:  # noqa: FBT001 pytest names it
    assert tab(javascript=True, width=width, dark=dark).go(f"/en/style/{frame}").looks_sound()


@pytest.mark.parametrize("frame", ["", "?as=resident"], ids=["staff", "resident"])
def test_components_are_reachable_by_keyboard(tab: Callable[..., Tab], frame: str) -> None:
    assert tab(javascript=True).go(f"/en/style/{frame}").is_reachable_by_keyboard()


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sq", "ny"])
def test_start_of_a_report_is_sound_on_a_phone(tab: Callable[..., Tab], language: str) -> None:
    start = tab(javascript=True, width=PHONE).go(f"/{language}/report/")
    assert start.is_sound()
    assert start.page.evaluate("document.dir || 'ltr'") == ("rtl" if language == "ar" else "ltr")


def test_residents_get_no_cookie(tab: Callable[..., Tab]) -> None:
    start = tab(javascript=False, width=PHONE).go("/en/report/")
    assert start.page.context.cookies() == []


def test_first_load_is_small(tab: Callable[..., Tab]) -> None:
    start = tab(javascript=True, width=PHONE)
    sizes: list[int] = []
    session = start.page.context.new_cdp_session(start.page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    start.go("/en/report/").page.wait_for_load_state("networkidle")
    session.detach()
    assert 1 <= len(sizes) <= 10
    assert sum(sizes) <= 100_000

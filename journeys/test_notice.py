"""A resident leaves an address right after sending, sees that one is kept and no more, and removes it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journeys.people import Resident

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab

PHONE = 360
ADDRESS = "example.of.a.journey@example.org"


@pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_address_is_left_and_removed(tab: Callable[..., Tab], language: str, javascript: bool) -> None:  # noqa: FBT001 pytest names it
    """It is optional and apart from the report; the page never shows the address again."""
    phone = Resident(tab(javascript=javascript, width=PHONE, language=language), language)
    phone.begin().what("happened").where("Leeds").who("Example: an address is left.", "city_support")
    phone.page.locator("details:has(button[value=notice]) summary").click()
    assert phone.examined()
    phone.page.fill("input[name=notice-address]", "nobody")
    phone.page.locator("button[value=notice]").click()
    phone.page.locator("details[open] .wrong input[name=notice-address]").wait_for()
    assert phone.examined()
    phone.page.fill("input[name=notice-address]", ADDRESS)
    phone.page.locator("button[value=notice]").click()
    phone.page.locator("button[value=forget]").wait_for()
    assert phone.examined()
    assert ADDRESS not in phone.page.content()
    phone.page.locator("button[value=forget]").click()
    phone.page.locator("details:has(button[value=notice])").wait_for()
    assert phone.examined()
    assert phone.page.context.cookies() == []

"""Somebody tells it at a kitchen table; a neighbour types, asks aloud, reads out the number, and can never read it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from journeys.people import NEXT, Resident, examined, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab
    from tools.node import Node

PHONE, DESK = 360, 1280


def choose(tab: Tab, **said: str) -> None:
    """Press one of the answers of each question."""
    for name, value in said.items():
        tab.page.locator(f"input[name={name}][value={value}] + label").click()


@pytest.mark.parametrize(("javascript", "width"), [(False, DESK), (True, PHONE)], ids=["at a desk", "on a phone"])
def test_a_neighbour_writes_it_down_and_the_person_reads_it(
    tab: Callable[..., Tab],
    node: Node,
    javascript: bool,  # noqa: FBT001 pytest names it
    width: int,
) -> None:
    """Every page on the way is examined; the sentences to read aloud are in the person's language."""
    words = f"Example told aloud, {width}: they shouted at us at the bus stop."
    helper = sign_in(tab(javascript=javascript, width=width), node, "harehills")
    page = helper.go("/en/assist/").page
    assert examined(helper)
    choose(helper, told="in_person")
    page.select_option("select[name=spoken]", "ar")
    page.locator(NEXT).first.click()
    assert page.locator(".notice [lang=ar][dir=rtl]").count() == 1
    assert examined(helper)
    steps = Resident(helper).what("happened").where("Leeds")
    page.locator("button[name=send]").click()
    page.locator("a[href^='#id_ask_']").first.wait_for()
    assert page.locator("a[href^='#id_ask_']").count() == 3
    assert examined(helper)
    choose(helper, ask_city_support="yes", ask_civil_society="no", ask_police="no", climb="no")
    page.fill("textarea[name=what]", words)
    page.locator("input[name=agreed] + label").click()
    page.locator("button[name=send]").click()
    page.locator(".receipt .digits li").first.wait_for()
    receipt = " ".join(page.locator(".receipt .digits li").all_inner_texts())
    assert examined(helper)
    assert words not in page.content()
    assert page.locator("input[name=visit]").count() == 0

    try:
        page.go_back()
    except Error:  # the browser has nothing to show, and sends nothing again by itself
        page.wait_for_timeout(500)
        helper.faults.clear()
        helper.go("/en/assist/")
    assert words not in page.content()
    assert not any(group in page.content() for group in receipt.split())
    assert steps.tab.is_clean()

    person = Resident(tab(javascript=javascript, width=PHONE, language="ar"), "ar").open(receipt)
    person.page.locator("details").first.wait_for()
    assert words in person.page.content()

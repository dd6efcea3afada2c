"""A phone without a network: a finished report waits there, sealed, and nothing else stays on the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journeys.people import Resident

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab

PHONE = 360
WORDS = "Zq7example: stickers on the bus stop"


def cut_off(phone: Resident) -> str:
    """Finish the form, lose the network, and let the report wait; return the number that is shown."""
    phone.begin().what("happened").where("Leeds")
    phone.page.fill("textarea[name=what]", WORDS)
    phone.page.locator("input[name=who][value=city_support] + label").click()
    phone.page.context.set_offline(True)
    phone.page.locator("button[name=send]").click()
    phone.page.locator("[data-offer] button[data-wait]").click()
    phone.page.locator(".receipt .digits li").first.wait_for()
    return " ".join(phone.page.locator(".receipt .digits li").all_inner_texts())


def test_finished_report_waits_and_is_sent_when_the_network_is_back(tab: Callable[..., Tab]) -> None:
    phone = Resident(tab(javascript=True, width=PHONE))
    number = cut_off(phone)
    assert WORDS not in phone.page.content()
    phone.tab.faults.clear()
    phone.page.context.set_offline(False)
    phone.page.locator(".notice.success").wait_for()
    phone.open(number)
    assert WORDS in phone.page.content()

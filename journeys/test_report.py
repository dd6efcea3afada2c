"""A report typed on a phone without JavaScript is routed, answered by a signed-in member, and read back with the receipt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bench.staff import password
from journeys.people import Resident, answer, first_report, open_report, sign_in, unseal

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab
    from tools.node import Node

PHONE, DESK = 360, 1280
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_report_is_answered_and_read_back(tab: Callable[..., Tab], node: Node, language: str, javascript: bool) -> None:  # noqa: FBT001 pytest names it
    """The whole promise, in English and in Arabic; with scripts, each page is examined on the way."""
    words = f"Example from a journey in {language}, {javascript}: stickers on the bus stop."
    phone = Resident(tab(javascript=javascript, width=PHONE, language=language), language)
    assert phone.begin().examined()
    assert phone.what("happened").examined()
    assert phone.where("Leeds").examined()
    receipt = phone.who(words, "city_support")
    assert phone.examined()
    assert phone.page.context.cookies() == []
    assert not any(group in phone.page.url for group in receipt.split())

    member = sign_in(tab(javascript=True, width=DESK), node, "leeds support")
    assert member.go("/en/queue/?state=routed").is_sound()
    assert open_report(member, first_report(member)).page.locator("input[name=passphrase]").count() == 1
    assert unseal(member, password(node)).page.locator("form[action*='/open/']").count() == 1
    assert answer(member, words, "We will come by on Thursday.")
    assert member.looks_sound()

    typed = receipt.translate(ARABIC_INDIC) if language == "ar" else receipt
    phone.open(typed)
    assert "We will come by on Thursday." in phone.page.content()
    assert phone.examined()
    assert phone.page.context.cookies() == []


def test_errors_are_shown_all_at_once(tab: Callable[..., Tab]) -> None:
    """Nothing ticked: the page says what is missing and links to it."""
    phone = Resident(tab(javascript=True, width=PHONE)).begin()
    phone.page.locator("main form button.primary").click()
    assert phone.page.locator("a[href='#id_kind_0']").count() == 1
    assert phone.tab.is_sound()
    phone.what("online").where("Leeds")
    phone.page.locator("button[name=send]").click()
    phone.page.locator("a[href='#id_who_0']").wait_for()
    assert phone.tab.is_sound()


def test_same_form_sent_twice_is_one_report(tab: Callable[..., Tab]) -> None:
    """An impatient second press gives the same number."""
    phone = Resident(tab(javascript=False, width=PHONE)).begin().what("happened").where("Leeds")
    address = phone.tab.address + str(phone.page.locator("main form").get_attribute("action"))
    draft = str(phone.page.locator("input[name=draft]").get_attribute("value"))
    form: dict[str, str | float | bool] = {
        "draft": draft,
        "what": "Example: pressed twice.",
        "who": "city_support",
        "send": "1",
    }
    answers = [phone.page.context.request.post(address, form=form).text() for _ in range(2)]
    numbers = [re.findall(r"<li>(\d{5})</li>", answer) for answer in answers]
    assert len(numbers[0]) == 6
    assert numbers[0] == numbers[1]


def test_map_and_list_lead_to_a_place(tab: Callable[..., Tab]) -> None:
    """Pressing the map comes closer, without JavaScript."""
    phone = Resident(tab(javascript=True, width=PHONE))
    phone.tab.go("/en/report/").page.locator("main form button.primary").click()
    phone.what("happened")
    phone.page.locator("button[name=into][value=mw]").click()
    phone.page.locator("input[type=image]").click(position={"x": 150, "y": 240})
    assert phone.page.locator("button[name=choose]").count() == 1
    assert phone.tab.is_sound()


def test_where_nobody_takes_it_says_so_and_names_services(tab: Callable[..., Tab]) -> None:
    """A place without any team lists who else can help."""
    phone = Resident(tab(javascript=True, width=PHONE)).begin("ca").what("online").where("Whitehorse")
    assert phone.page.locator("a[href='tel:911']").count() >= 1
    assert phone.page.locator("button[name=send]").count() == 0
    assert phone.tab.is_sound()


def test_position_of_the_phone_chooses_the_place(tab: Callable[..., Tab]) -> None:
    """With JavaScript the phone may say where it is, if it is asked to."""
    phone = Resident(tab(javascript=True, width=PHONE))
    phone.page.context.grant_permissions(["geolocation"])
    phone.page.context.set_geolocation({"latitude": 53.80, "longitude": -1.55})
    phone.begin().what("happened")
    phone.page.locator("button[data-geolocate]").click()
    phone.page.wait_for_selector("h2:has-text('Ward')")
    assert phone.page.locator("input[name=located]").count() == 1


def test_resident_withdraws(tab: Callable[..., Tab]) -> None:
    """Everything written is gone, and the page says so."""
    phone = Resident(tab(javascript=True, width=PHONE))
    receipt = phone.report("Example: to be taken back.", "civil_society")
    phone.open(receipt)
    assert "Example: to be taken back." in phone.page.content()
    phone.page.locator("button[value=withdraw]").click()
    phone.page.locator("button.danger[value=withdraw]").click()
    assert "Example: to be taken back." not in phone.page.content()
    assert phone.tab.is_sound()

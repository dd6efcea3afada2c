"""A report typed on a phone without JavaScript is routed, answered by a signed-in member, and read back with the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journeys.people import Resident, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab
    from tools.node import Node

PHONE, DESK = 360, 1280
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_report_is_answered_and_read_back(tab: Callable[..., Tab], node: Node, language: str) -> None:
    """The whole promise, in English and in Arabic."""
    words = f"Example from a journey in {language}: stickers on the bus stop."
    phone = Resident(tab(javascript=False, width=PHONE, language=language), language)
    phone.begin()
    assert phone.tab.is_sound()
    phone.what("happened")
    assert phone.tab.is_sound()
    phone.where("Leeds")
    assert phone.tab.is_sound()
    receipt = phone.who(words, "city_support")
    assert phone.tab.is_sound()
    assert phone.page.context.cookies() == []
    assert not any(group in phone.page.url for group in receipt.split())

    member = sign_in(tab(javascript=False, width=DESK), node, "Leeds support")
    member.go("/en/queue/?state=routed")
    assert member.is_sound()
    answered = False
    for path in [link.get_attribute("href") for link in member.page.locator("tbody a").all()]:
        member.go(str(path)).page.locator("form[action*='/open/'] button").click()
        if words in member.page.content():
            member.page.fill("textarea[name=text] >> nth=0", "We will come by on Thursday.")
            member.page.locator("form[action*='/answer/'] button").click()
            answered = True
            break
    else:
        older = member.page.locator("a:has-text('Later')")
        assert older.count() == 0, "the report was not on the first page of unopened ones"
    assert answered
    assert member.looks_sound()

    typed = receipt.translate(ARABIC_INDIC) if language == "ar" else receipt
    phone.open(typed)
    assert "We will come by on Thursday." in phone.page.content()
    assert phone.tab.is_sound()
    assert phone.page.context.cookies() == []


def test_errors_are_shown_all_at_once(tab: Callable[..., Tab]) -> None:
    """Nothing ticked: the page says what is missing and links to it."""
    phone = Resident(tab(javascript=False, width=PHONE)).begin()
    phone.page.locator("main form button.primary").click()
    assert phone.page.locator("a[href='#id_kind_0']").count() == 1
    assert phone.tab.is_sound()
    phone.what("online").where("Leeds")
    phone.page.locator("button[name=send]").click()
    assert phone.page.locator("a[href='#id_who_0']").count() == 1
    assert phone.tab.is_sound()


def test_same_form_sent_twice_is_one_report(tab: Callable[..., Tab]) -> None:
    """Going back and pressing again gives the same number."""
    phone = Resident(tab(javascript=False, width=PHONE))
    first = phone.report("Example: pressed twice.", "city_support")
    phone.page.go_back()
    phone.page.locator("button[name=send]").click()
    second = " ".join(phone.page.locator(".receipt .digits li").all_inner_texts())
    assert first == second


def test_map_and_list_lead_to_a_place(tab: Callable[..., Tab]) -> None:
    """Pressing the map comes closer, without JavaScript."""
    phone = Resident(tab(javascript=False, width=PHONE))
    phone.tab.go("/en/report/").page.locator("main form button.primary").click()
    phone.what("happened")
    phone.page.locator("button[name=into][value=mw]").click()
    phone.page.locator("input[type=image]").click(position={"x": 150, "y": 240})
    assert phone.page.locator("button[name=choose]").count() == 1
    assert phone.tab.is_sound()


def test_where_nobody_takes_it_says_so_and_names_services(tab: Callable[..., Tab]) -> None:
    """A place without any team lists who else can help."""
    phone = Resident(tab(javascript=False, width=PHONE)).begin("ca").what("online").where("Whitehorse")
    assert phone.page.locator("a[href='tel:911']").count() >= 1
    assert phone.page.locator("button[name=send]").count() == 0
    assert phone.tab.is_sound()


def test_position_of_the_phone_chooses_the_place(tab: Callable[..., Tab]) -> None:
    """With JavaScript the phone may say where it is, if it is asked to."""
    phone = Resident(tab(javascript=True, width=PHONE))
    phone.page.context.grant_permissions(["geolocation"])
    phone.page.context.set_geolocation({"latitude": 53.80, "longitude": -1.55})
    phone.begin().what("happened")
    phone.page.locator("button[name=here]").click()
    phone.page.wait_for_selector("h2:has-text('Ward')")
    assert phone.page.locator("input[name=located]").count() == 1


def test_resident_withdraws(tab: Callable[..., Tab]) -> None:
    """Everything written is gone, and the page says so."""
    phone = Resident(tab(javascript=False, width=PHONE))
    receipt = phone.report("Example: to be taken back.", "civil_society")
    phone.open(receipt)
    assert "Example: to be taken back." in phone.page.content()
    phone.page.locator("button[value=withdraw]").click()
    phone.page.locator("button.danger[value=withdraw]").click()
    assert "Example: to be taken back." not in phone.page.content()
    assert phone.tab.is_sound()

"""A report goes from team to team, each time with the resident's consent, and its resident reads all of it with one receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.staff import password
from commonweave.files.tests.samples import jpeg
from journeys.people import Resident, find, hand_over, open_details, open_report, sign_in, unseal

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab
    from tools.node import Node

PHONE, DESK = 360, 1280


def at_work(tab: Tab, node: Node, mark: str) -> Tab:
    """Sign in and unseal."""
    member = sign_in(tab, node, mark)
    return unseal(member.go("/en/sealing/open/?next=/en/queue/"), password(node))


def deal_with(police: Tab, path: str) -> None:
    """Take a report on, answer it with a file, and close it."""
    open_report(police, path).page.locator("form[action*='/accept/'] button").click()
    assert police.is_sound()
    police.page.fill("form[action*='/answer/'] textarea", "A patrol passes there every night from today.")
    police.page.set_input_files("#id_attached", {"name": "map.jpeg", "mimeType": "image/jpeg", "buffer": jpeg()})
    police.page.locator("form[action*='/answer/'] button").click()
    open_report(police, path)
    open_details(police, "form[action*='/close/']")
    police.page.locator("form[action*='/close/'] select").select_option("helped_here")
    police.page.locator("form[action*='/close/'] button").click()


def test_report_is_given_back_then_handed_over_with_a_yes_and_answered(tab: Callable[..., Tab], node: Node) -> None:
    """Support asks a charity, which cannot; then the police, for whom the resident has to say yes first."""
    words = "Example from a journey: the same car stops at the hostel every night."
    phone = Resident(tab(javascript=False, width=PHONE))
    receipt = phone.report(words, "city_support", "civil_society")

    support = at_work(tab(javascript=True, width=DESK), node, "leeds support")
    path = find(support, words)
    assert support.is_sound()
    assert hand_over(support, "Open Door").looks_sound()
    assert support.go("/en/handed-over/").is_sound()
    assert support.page.locator("tbody tr").count() >= 1

    charity = at_work(tab(javascript=True, width=PHONE), node, "open-door-leeds")
    assert open_report(charity, path).is_sound()
    open_details(charity, "form[action*='/decline/']")
    charity.page.locator("form[action*='/decline/'] select").select_option("not_our_work")
    charity.page.locator("form[action*='/decline/'] button").click()
    assert charity.looks_sound()
    assert "Given back" in support.go("/en/handed-over/").page.inner_text("main")

    assert "Outside our remit" in open_report(support, path).page.inner_text("main") or support.page.url
    open_details(support, "form[action*='/ask/']")
    support.page.locator("form[action*='/ask/'] input[value=police] + label").click()
    support.page.fill("form[action*='/ask/'] textarea", "They can stop the car.")
    support.page.locator("form[action*='/ask/'] button").click()
    assert support.looks_sound()

    phone.open(receipt)
    assert "May the police read your report, too?" in phone.page.content()
    assert "This is not something they deal with" in phone.page.content()
    assert phone.examined()
    phone.page.locator("button[name=do][value=yes]").click()
    assert phone.examined()
    assert phone.page.locator("button[name=do][value=yes]").count() == 0

    open_report(support, path)
    assert hand_over(support, "hate crime team").looks_sound()

    police = at_work(tab(javascript=True, width=DESK), node, "west-police")
    deal_with(police, path)
    assert "Closed there" in support.go("/en/handed-over/").page.inner_text("main")
    assert support.is_sound()
    phone.open(receipt)
    page = phone.page.inner_text("main")
    assert "A patrol passes there every night from today." in page
    told = ("It was handed on to", "They cannot take it on.", "The team has taken it on.", "It was closed.")
    assert all(each in page for each in told)
    with phone.page.expect_download() as fetched:
        phone.page.locator("form:has-text('map.jpg') button[name=fetch]").click()
    assert fetched.value.suggested_filename == "map.jpg"
    assert phone.examined()
    assert phone.page.context.cookies() == []


def test_not_ours_names_who_can_help_outside(tab: Callable[..., Tab], node: Node) -> None:
    """Nobody of the network can do anything: the resident is not left with a closed door."""
    words = "Example from a journey: the lamp in my own flat is broken."
    phone = Resident(tab(javascript=False, width=PHONE))
    receipt = phone.report(words, "city_support")
    support = at_work(tab(javascript=True, width=DESK), node, "leeds support")
    assert find(support, words)
    open_details(support, "form[action*='/outside/']")
    support.page.locator("form[action*='/outside/'] .choice label").first.click()
    assert support.is_sound()
    support.page.locator("form[action*='/outside/'] button").click()
    assert support.looks_sound()
    phone.open(receipt)
    assert phone.page.locator(".thread .card.contact").count() == 1
    assert phone.examined()

"""When very much is sent: a browser works a moment by itself; without scripts a person answers a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journeys.people import Resident
from journeys.watch import new_tab
from tools.node import running_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from journeys.watch import Tab
    from tools.node import Node

PHONE = 360
LATIN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
PICK: dict[str, Callable[[list[int]], int]] = {
    "largest": max,
    "smallest": min,
    "first": lambda found: found[0],
    "last?": lambda found: found[-1],
}


@pytest.fixture(scope="module")
def busy(browser: Browser) -> Iterator[Node]:
    """Run a node that finds everything unusual, as a node does that gets thousands of reports an hour."""
    del browser
    with running_node(COMMONWEAVE_LIMITS="node.send=0/0/0 node.guess=0/0/0") as node:
        yield node


@pytest.fixture
def phone(browser: Browser, busy: Node) -> Iterator[Callable[..., Resident]]:
    """Open a telephone at that node."""
    opened: list[tuple[BrowserContext, Tab]] = []

    def open_one(language: str = "en", *, javascript: bool) -> Resident:
        opened.append(new_tab(browser, busy.url, javascript=javascript, width=PHONE, language=language))
        return Resident(opened[-1][1], language)

    yield open_one
    for context, tab in opened:
        context.close()
        tab.is_clean()


def read(page: Page) -> str:
    """Answer the question by reading it."""
    words = page.locator("label[for=id_answer]").inner_text()
    numbers = [int(word.translate(LATIN)) for word in words.split() if word.translate(LATIN).isdigit()]
    return str(next(pick(numbers) for word, pick in PICK.items() if word in words))


def test_without_scripts_a_person_answers_and_keeps_every_word(phone: Callable[..., Resident]) -> None:
    """First a wrong number, then the right one; nothing has to be typed again."""
    resident = phone(javascript=False).begin().what("happened").where("Leeds")
    resident.page.fill("input[name=answer]", "7")
    assert resident.who("Example: typed once.", "city_support") == ""
    assert resident.page.locator("#id_answer_error").is_visible()
    assert resident.page.locator("textarea[name=what]").input_value() == "Example: typed once."
    resident.page.fill("input[name=answer]", read(resident.page))
    resident.page.locator("button[name=send]").click()
    receipt = " ".join(resident.page.locator(".receipt .digits li").all_inner_texts())
    assert receipt
    resident.open(receipt)
    resident.page.fill("input[name=answer]", read(resident.page))
    resident.page.locator("main form button.primary").click()
    assert "Example: typed once." in resident.page.content()
    assert resident.page.context.cookies() == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_with_scripts_nobody_answers_anything(phone: Callable[..., Resident], language: str) -> None:
    """The page works while somebody types; the question is out of sight, and the page passes every examination."""
    resident = phone(language, javascript=True).begin().what("happened").where("Leeds")
    resident.page.locator("input[name=answer]").wait_for(state="hidden")  # by a script, a moment after the page came
    assert resident.examined()
    receipt = resident.who("Example: nothing asked.", "city_support")
    resident.page.wait_for_selector(".receipt")
    receipt = receipt or " ".join(resident.page.locator(".receipt .digits li").all_inner_texts())
    resident.tab.go(f"/{language}/receipt/")
    resident.page.fill("input[name=number]", receipt)
    resident.page.locator("main form button.primary").click()
    resident.page.wait_for_selector("text=Example: nothing asked.", state="attached")


def test_who_sends_before_it_is_done_waits_and_presses_once(phone: Callable[..., Resident]) -> None:
    """A script of the browser that is slow: the form goes by itself as soon as the work is done."""
    resident = phone(javascript=True).begin().what("happened")
    resident.page.add_init_script(
        "const slow = crypto.subtle.deriveBits.bind(crypto.subtle);"
        "crypto.subtle.deriveBits = async (...words) => { await new Promise(go => setTimeout(go, 20)); return slow(...words) };"
    )
    resident.where("Leeds")
    resident.page.fill("textarea[name=what]", "Example: pressed early.")
    resident.page.locator("input[name=who][value=city_support] + label").click()
    resident.page.locator("button[name=send]").click()
    resident.page.wait_for_selector(".receipt")


def test_a_browser_that_cannot_work_shows_the_question(phone: Callable[..., Resident]) -> None:
    """Scripts run, but not this: the question comes back."""
    resident = phone(javascript=True).begin().what("happened")
    resident.page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('no'));")
    resident.where("Leeds")
    resident.page.wait_for_selector("input[name=answer]")
    resident.page.fill("input[name=answer]", read(resident.page))
    assert resident.examined()
    assert resident.who("Example: answered.", "city_support")

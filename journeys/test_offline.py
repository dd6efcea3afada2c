"""A phone without a network: a finished report waits there, sealed, and nothing else stays on the phone."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from commonweave.sharing import intake
from commonweave.sharing.tests.test_intake import SEALED_HASH, SEALED_TEXT
from journeys.chromium import FLAGS, find_chromium
from journeys.people import Resident
from journeys.watch import Tab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

    from tools.node import Node

PHONE = 360
WORDS = "Zq7example: stickers on the bus stop"
KEPT = """async () => {
  const found = { local: {...localStorage}, session: {...sessionStorage}, caches: [], databases: [] };
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) {
      const answer = await (await caches.open(name)).match(request);
      found.caches.push([request.url, await answer.text()]);
    }
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise(ok => { const q = indexedDB.open(name); q.onsuccess = () => ok(q.result); });
    for (const store of db.objectStoreNames) {
      const all = await new Promise(ok => { const q = db.transaction(store).objectStore(store).getAll(); q.onsuccess = () => ok(q.result); });
      found.databases.push([name, store, all.map(value => value instanceof Uint8Array ? Array.from(value) : value)]);
    }
    db.close();
  }
  return found;
}"""
"""Everything that pages of a site can keep in a browser."""


def kept(tab: Tab) -> dict[str, Any]:
    return dict(tab.page.evaluate(KEPT))


def finish(phone: Resident, words: str = WORDS) -> None:
    phone.begin().what("happened").where("Leeds")
    phone.page.fill("textarea[name=what]", words)
    phone.page.locator("input[name=who][value=city_support] + label").click()


def number_on(phone: Resident) -> str:
    phone.page.locator(".receipt .digits li").first.wait_for()
    return " ".join(phone.page.locator(".receipt .digits li").all_inner_texts())


def cut_off(phone: Resident, words: str = WORDS) -> str:
    """Finish the form, lose the network, and let the report wait; return the number that is shown."""
    finish(phone, words)
    lose_network(phone)
    phone.page.locator("button[name=send]").click()
    phone.page.locator("[data-wait]").click()
    number = number_on(phone)
    phone.tab.faults[:] = [fault for fault in phone.tab.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
    return number


def lose_network(phone: Resident) -> None:
    """Cut it off once the page and its scripts have come."""
    phone.page.wait_for_load_state()
    phone.page.context.set_offline(True)


def network_back(phone: Resident) -> None:
    phone.tab.faults[:] = [fault for fault in phone.tab.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
    phone.page.context.set_offline(False)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_finished_report_waits_and_is_sent_when_the_network_is_back(tab: Callable[..., Tab], language: str) -> None:
    phone = Resident(tab(javascript=True, width=PHONE, language=language), language)
    number = cut_off(phone)
    assert phone.examined()
    assert WORDS not in phone.page.content()
    network_back(phone)
    phone.page.locator(".notice.success").wait_for()
    assert phone.examined()
    assert kept(phone.tab)["databases"] == []
    phone.open(number)
    assert WORDS in phone.page.content()


def test_only_sealed_text_waits(tab: Callable[..., Tab]) -> None:
    """A phone that is taken tells that something waits. The words, the place, the number and the form are not there."""
    phone = Resident(tab(javascript=True, width=PHONE))
    number = cut_off(phone)
    found = kept(phone.tab)
    assert [found["local"], found["session"], found["caches"]] == [{}, {}, []]
    ((name, store, (sealed,)),) = found["databases"]
    assert (name, store) == ("waiting", "sealed")
    assert len(sealed) % 4096 == 86, "its length tells in steps only how much was written"
    text = bytes(sealed).decode("latin-1") + json.dumps(found)
    for secret in (WORDS, "Leeds", "city_support", *number.split()):
        assert secret not in text
    network_back(phone)


def test_a_page_that_is_closed_loses_nothing(tab: Callable[..., Tab]) -> None:
    """The next visit sends it, and the number that was written down opens it."""
    phone = Resident(tab(javascript=True, width=PHONE))
    number = cut_off(phone)
    context = phone.page.context
    phone.page.close()
    again = Resident(Tab(context.new_page(), phone.tab.address, scripts=True))
    network_back(again)
    again.tab.go("/en/at/gb-lds/")
    again.page.locator(".notice.success").wait_for()
    assert again.examined()
    assert not re.search(r"\d{5} \d{5}", again.page.locator("[data-told]").inner_text())
    again.open(number)
    assert again.page.content().count(WORDS) >= 1


def test_what_arrived_but_was_not_answered_is_not_sent_twice(tab: Callable[..., Tab]) -> None:
    """The first try reached the server and the answer was lost; then it waits and is sent again: one report, one number."""
    phone = Resident(tab(javascript=True, width=PHONE))
    finish(phone)
    answers: list[int] = []

    def lose(route: Any) -> None:  # noqa: ANN401 Playwright's
        answers.append(route.fetch().status)
        route.abort("connectionreset")

    phone.page.route("**/report/who/", lose)
    phone.page.locator("button[name=send]").click()
    phone.page.locator("[data-wait]").click()
    number = number_on(phone)
    assert answers == [200]
    phone.page.locator("[data-send]").click()
    phone.page.locator(".notice.success").wait_for()
    phone.tab.faults.clear()
    phone.open(number)
    assert WORDS in phone.page.content()


def test_other_words_after_a_failed_try_have_another_number(tab: Callable[..., Tab]) -> None:
    """Otherwise the second report would be taken for the first one, and dropped."""
    phone = Resident(tab(javascript=True, width=PHONE))
    finish(phone)
    drawn = "new FormData(document.querySelector('[data-seal]')).get('number')"
    first = phone.page.evaluate(drawn)
    assert phone.page.evaluate(drawn) == first
    phone.page.fill("textarea[name=what]", "Other words.")
    assert phone.page.evaluate(drawn) != first


def test_what_waits_can_be_deleted(tab: Callable[..., Tab]) -> None:
    phone = Resident(tab(javascript=True, width=PHONE))
    cut_off(phone)
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.page.locator("[data-delete]").click()
    phone.page.locator("[data-deleted]").wait_for()
    phone.page.locator(".receipt").wait_for(state="hidden")  # a number that will never open anything is gone
    assert kept(phone.tab)["databases"] == []
    network_back(phone)
    phone.tab.go("/en/report/waiting/").page.locator("[data-nothing]").wait_for()
    assert phone.examined()


def test_nothing_ticked_does_not_wait(tab: Callable[..., Tab]) -> None:
    """The server could not ask any more who may read it."""
    phone = Resident(tab(javascript=True, width=PHONE)).begin().what("happened").where("Leeds")
    lose_network(phone)
    phone.page.locator("button[name=send]").click()
    phone.page.locator("[data-wait]").click()
    phone.page.locator("[data-choose]").wait_for()
    assert kept(phone.tab)["databases"] == []
    network_back(phone)


def test_words_stay_in_the_page_when_nobody_lets_them_wait(tab: Callable[..., Tab]) -> None:
    """Try again: the form is as it was."""
    phone = Resident(tab(javascript=True, width=PHONE))
    finish(phone)
    lose_network(phone)
    phone.page.locator("button[name=send]").click()
    phone.page.locator("[data-unsent]").wait_for()
    assert phone.page.locator("textarea[name=what]").input_value() == WORDS
    network_back(phone)
    assert phone.examined()
    phone.page.locator("button[name=send]").click()
    assert len(number_on(phone).split()) == 6


@contextmanager
def own_phone(browser: Browser, node: Node, folder: Path) -> Iterator[Resident]:
    """Start a browser whose files can be looked at afterwards."""
    context: BrowserContext = browser.browser_type.launch_persistent_context(
        folder, executable_path=find_chromium(), args=list(FLAGS), viewport={"width": PHONE, "height": 800}
    )
    context.set_default_timeout(15_000)
    yield Resident(Tab(context.pages[0], node.url, scripts=True))
    context.close()


def found_on_disk(folder: Path, *words: str) -> set[str]:
    """Return which words stand in any file of a browser, in either of its encodings."""
    everything = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    return {word for word in words for file in everything if word.encode() in file or word.encode("utf-16-le") in file}


def halves(number: str) -> list[str]:
    """Return neighbouring groups of a number, however they are joined: five digits alone stand in some file by chance."""
    groups = number.split()
    return [between.join(pair) for pair in pairwise(groups) for between in ("", " ", "-", "\u00a0", "%20", "+")]


def test_a_seized_phone_holds_no_word_and_no_number(browser: Browser, node: Node, tmp_path: Path) -> None:
    """Every file of the browser, after a report that was sent, one that waits, and a thread that was read and added to."""
    with own_phone(browser, node, tmp_path) as phone:
        first = phone.report("Zq7sent words", "city_support")
        phone.open(first)
        phone.page.fill("textarea[name='words-text']", "Zq7added words")
        phone.page.locator("button[value=add]").click()
        phone.page.locator(".notice.success").wait_for()
        phone.page.locator("details:has(button[value=notice]) summary").click()
        phone.page.fill("input[name=notice-address]", "Zq7left@example.org")
        phone.page.locator("button[value=notice]").click()
        phone.page.locator("button[value=forget]").wait_for()
        second = cut_off(phone, "Zq7waiting words")
        phone.page.wait_for_timeout(3_000)  # browsers write what they restore tabs from some seconds later
    secrets = [f"Zq7{word}" for word in ("sent", "added", "left", "waiting")]
    secrets += halves(first) + halves(second)
    assert found_on_disk(tmp_path, *secrets) == set()
    assert found_on_disk(tmp_path, "localhost"), "the search reads what there is"


def test_visiting_leaves_nothing_but_history(browser: Browser, node: Node, tmp_path: Path) -> None:
    """No database, no worker, no cache of pages, unless somebody asks for it."""
    with own_phone(browser, node, tmp_path) as phone:
        phone.report("Example: only sent.", "city_support")
        phone.tab.go("/en/home/")
        phone.page.wait_for_timeout(1_000)
    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in left if re.search("IndexedDB/|CacheStorage/|Service Worker/ScriptCache", path)] == []


def test_page_for_no_network_is_kept_by_a_button_only_and_holds_nothing_of_anybody(tab: Callable[..., Tab]) -> None:
    """Numbers to call, and what waits; afterwards no page that was visited is in it."""
    phone = Resident(tab(javascript=True, width=PHONE))
    phone.tab.go("/en/at/gb-lds/home/")
    assert phone.examined()
    phone.page.locator("[data-keep]").click()
    phone.page.locator("[data-is-kept]").wait_for()
    phone.page.wait_for_function("navigator.serviceWorker.controller || navigator.serviceWorker.ready")
    phone.page.wait_for_function("caches.match('/en/at/gb-lds/offline/').then(Boolean)")
    number = phone.report(WORDS, "city_support")
    found = kept(phone.tab)
    pages = [url for url, _text in found["caches"] if "/static/" not in url and "/look/" not in url]
    assert pages == [f"{phone.tab.address}/en/at/gb-lds/offline/"]
    everything = json.dumps(found)
    assert WORDS not in everything
    assert not any(half in everything for half in halves(number))
    phone.page.context.set_offline(True)
    phone.page.goto(phone.tab.address + "/en/at/gb-lds/")
    assert phone.page.locator(".emergency a[href^='tel:']").count() >= 1
    assert phone.page.locator("h1").inner_text() == "No network"
    network_back(phone)
    assert phone.tab.looks_sound()
    phone.tab.go("/en/at/gb-lds/home/").page.locator("[data-remove]").click()
    phone.page.locator("[data-keep]").wait_for()
    assert kept(phone.tab)["caches"] == []


def test_leaving_quickly_works_while_something_waits(tab: Callable[..., Tab]) -> None:
    phone = Resident(tab(javascript=True, width=PHONE))
    cut_off(phone)
    for _ in range(3):
        phone.page.keyboard.press("Escape")
    phone.page.wait_for_timeout(2_000)  # there is no network: the other page never comes, and to wait for it is a fault
    assert phone.tab.address not in phone.page.url
    phone.tab.faults.clear()


def test_a_node_that_does_not_answer_is_like_no_network(tab: Callable[..., Tab]) -> None:
    """A proxy's page of errors must not swallow what somebody wrote."""
    phone = Resident(tab(javascript=True, width=PHONE))
    finish(phone)
    phone.page.route("**/report/who/", lambda route: route.fulfill(status=502, body="Bad gateway"))
    phone.page.locator("button[name=send]").click()
    phone.page.locator("[data-unsent]").wait_for()
    assert phone.page.locator("textarea[name=what]").input_value() == WORDS
    phone.tab.faults.clear()


def test_scripts_seal_as_the_example_says(tab: Callable[..., Tab]) -> None:
    """The known answer of docs/envelopes.md, computed by a browser; its throw-away key is given instead of drawn."""
    phone = Resident(tab(javascript=True, width=PHONE)).begin().what("happened").where("Leeds")
    mine = ec.derive_private_key(int.from_bytes(bytes(range(32))), intake.CURVE).private_numbers()
    numbers = mine.public_numbers
    parts = {"d": mine.private_value, "x": numbers.x, "y": numbers.y}
    jwk = {name: urlsafe_b64encode(value.to_bytes(32)).decode().rstrip("=") for name, value in parts.items()}
    node = intake.intake_key(2968, bytes(range(64)))
    while not phone.page.evaluate("Boolean(window.commonweave && window.commonweave.seal)"):
        phone.page.wait_for_timeout(50)  # the page allows no script made of words, so it cannot wait by itself
    sealed = phone.page.evaluate(
        """async ([text, to, {d, x, y}]) => {
          const curve = { name: "ECDH", namedCurve: "P-256" }, kty = "EC", crv = "P-256";
          const key = (jwk, uses) => crypto.subtle.importKey("jwk", jwk, curve, true, uses);
          const pair = { publicKey: await key({ kty, crv, x, y }, []), privateKey: await key({ kty, crv, x, y, d }, ["deriveBits"]) };
          return Array.from(await window.commonweave.seal(text, to, () => pair));
        }""",
        [SEALED_TEXT, f"2968.{urlsafe_b64encode(node.public).decode()}", jwk],
    )
    assert hashlib.sha256(bytes(sealed)).hexdigest() == SEALED_HASH

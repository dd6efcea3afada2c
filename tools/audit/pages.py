"""Every page in every language and both themes, at two widths: axe, nothing foreign, nothing cut off, all by keyboard."""

from __future__ import annotations

import contextlib
import re
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import sync_playwright

from bench import staff
from journeys.chromium import FLAGS, find_chromium
from journeys.watch import Tab, new_tab
from tools.audit.parts import AuditError, Found, Part
from tools.node import running_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tools.audit.parts import Round
    from tools.node import Node

RESIDENT_LANGUAGES = ("en", "fr", "ar", "sq", "ny")
STAFF_LANGUAGES = ("en", "fr")
WIDTHS = (360, 1280)
MOST_PAGES = 80
SEND = "main form button.primary"
LEAVE_ALONE = re.compile(
    r"/(?:logout|static|look|counts)\b|\.(?:csv|json|jsonld|svg|css|ics|atom|pdf)$|#|^mailto:|^tel:"
)
CITATIONS = re.compile(r"/record/[\w-]+\.[\w-]+$")  # files to fetch
VARIES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|(?<=/at/)[\w-]+|(?<=/picture/)[\w-]+"
    r"|(?<=/record/)[\w-]+|(?<=/assumption/)[\w-]+|(?<=/findings/)[\w-]+/[\w-]+(?:/[\w-]+/\d+)?"
)


def resident_walk(tab: Tab, node: Node, language: str) -> int:
    """Report something, keep the receipt, open the thread; every step is checked."""
    del node
    page = tab.go(f"/{language}/report/").page
    go_on = "form[action$='/what/'] button >> nth=0"
    tab.is_sound()
    page.click(go_on)
    tab.is_sound()
    page.click(go_on)  # without a choice: the page of errors
    tab.is_sound()
    page.check("input[name=kind][value=happened]", force=True)  # its label, a card, lies over it
    page.click(go_on)
    tab.is_sound()
    page.fill("input[name=q]", "Leeds")
    page.click("form:has(input[name=q]) button >> nth=0")
    tab.is_sound()
    page.click("button[name=choose] >> nth=0")
    tab.is_sound()
    page.click("button[name=send]")
    page.wait_for_selector("a[href='#id_who_0']")
    tab.is_sound()
    page.fill("textarea[name=what]", "A sentence about what happened.")
    page.check("input[name=who] >> nth=0", force=True)
    page.click("button[name=send]")
    page.wait_for_selector("input[name=visit]", state="attached")
    tab.is_sound()
    page.click("form:has(input[name=visit]) button >> nth=0")
    tab.is_sound()
    return 9


def crawl(tab: Tab, *starts: str) -> int:
    """Open every page that links lead to from here, one of each kind; return how many."""
    todo = list(starts)
    seen: set[str] = set()
    while todo and len(seen) < MOST_PAGES:
        path = todo.pop(0)
        kind = VARIES.sub("*", path)
        if kind in seen or LEAVE_ALONE.search(path) or CITATIONS.search(path):
            continue
        seen.add(kind)
        tab.go(path).is_sound()
        language = path.split("/")[1]
        for address in tab.page.eval_on_selector_all(
            "a[href]", "links => links.map(link => link.getAttribute('href'))"
        ):
            parts = urlsplit(urljoin(tab.page.url, address))
            if parts.netloc == urlsplit(tab.address).netloc and parts.path.startswith(f"/{language}/"):
                todo.append(parts.path)
    return len(seen)


def public_walk(tab: Tab, node: Node, language: str) -> int:
    """Everything somebody can reach without signing in."""
    del node
    return crawl(
        tab, f"/{language}/", f"/{language}/receipt/", f"/{language}/protection/", f"/{language}/accounts/login/"
    )


def signed_in(*marks: str) -> Callable[[Tab, Node, str], int]:
    """Return the walk of somebody who signs in: everything their links lead to."""

    def walk(tab: Tab, node: Node, language: str) -> int:
        sign_in(tab, node, language, staff.one_who(node, *marks))
        return crawl(tab, f"/{language}/home/", f"/{language}/queue/", f"/{language}/picture/", f"/{language}/manage/")

    return walk


def reader_walk(tab: Tab, node: Node, language: str) -> int:
    """Everything a reader's links lead to; then a report, past a mistyped passphrase."""
    pages = signed_in("reads reports")(tab, node, language)
    page = tab.go(f"/{language}/queue/").page
    path = str(page.locator("tbody a").first.get_attribute("href"))
    opening = "form[action$='/open/'] button"
    tab.go(path).page.click(opening)
    tab.is_sound()
    for passphrase in ("mistyped", staff.password(node)):
        page.fill("input[name=passphrase]", passphrase)
        page.click("main form button")
        tab.is_sound()
    page.click(opening)
    tab.is_sound()
    tab.go(f"/{language}/sealing/").is_sound()
    return pages + 5


def library_walk(tab: Tab, node: Node, language: str) -> int:
    """Everything that whoever keeps a library is led to; each form as it is when it was sent empty; a rating."""
    sign_in(tab, node, language, staff.one_who(node, "admin.leeds"))
    here = f"/{language}/evidence/"
    page = tab.go(here).page
    record = str(page.locator(".result a").first.get_attribute("href"))
    pages = crawl(tab, here, f"{here}ours/", f"{here}proposals/", f"{here}send/", record)
    forms = [f"{here}{path}" for path in ("ours/list/", "ours/libraries/", "assumptions/new/", "due/new/")]
    forms += [f"{record}{path}" for path in ("reply/", "used/", "rate/")]
    for path in forms:
        tab.go(path).page.click(f"{SEND} >> nth=0")
        page.wait_for_selector(".summary")
        tab.is_sound()
    page.check("input[name=interest] >> nth=0", force=True)  # its label, a card, lies over it
    page.click(f"{SEND} >> nth=0")
    page.wait_for_selector(".rating-form")
    tab.looks_sound()  # too many fields to press through one by one
    page.click("form[action$='/give-up/'] button")
    return pages + len(forms) + 1


def lost_walk(tab: Tab, node: Node, language: str) -> int:
    """Somebody who lost passphrase and recovery code begins anew; afterwards nobody here holds the organisation's key."""
    sign_in(tab, node, language, staff.one_who(node, "mississauga"))
    page = tab.go(f"/{language}/sealing/").page
    form = "form:has(input[name=lost])"
    page.click(f"details:has({form}) summary")
    tab.is_sound()
    page.click(f"{form} button")
    tab.is_sound()  # the page of errors
    for name in ("passphrase", "again"):
        page.fill(f"{form} input[name={name}]", "lantern-oatmeal-ferry-cobalt")
    page.click(f"{form} button")
    tab.is_sound()
    page.click("main a.button[href]")
    tab.is_sound()
    return 4


def sign_in(tab: Tab, node: Node, language: str, email: str) -> None:
    """Sign in as a person does, checking both pages."""
    page = tab.go(f"/{language}/accounts/login/").page
    tab.is_sound()
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", staff.password(node))
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=code]")
    tab.is_sound()
    page.fill("input[name=code]", node.code(email))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "2fa" not in address and "login" not in address)


WALKS: list[tuple[Callable[[Tab, Node, str], int], tuple[str, ...]]] = [
    (resident_walk, RESIDENT_LANGUAGES),
    (public_walk, RESIDENT_LANGUAGES),
    (reader_walk, STAFF_LANGUAGES),
    (lost_walk, STAFF_LANGUAGES),
    (library_walk, STAFF_LANGUAGES),
    (signed_in("coordinator"), STAFF_LANGUAGES),
    (signed_in("administrator"), STAFF_LANGUAGES),
]
CASES = [
    (walk, language, dark, width)
    for walk, languages in WALKS
    for language, dark, width in product(languages, (False, True), WIDTHS)
]


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Run one node and one browser for all walks."""
    program = find_chromium()
    if program is None:
        message = "There is no Chromium on this machine."
        raise AuditError(message)
    with running_node() as node, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))

        def one_round(number: int) -> Found:
            walk, language, dark, width = CASES[number]
            context, tab = new_tab(browser, node.url, javascript=True, width=width, language=language, dark=dark)
            try:
                pages = walk(tab, node, language)
                tab.is_clean()
            except AssertionError as error:
                raise AuditError(str(error)) from error
            finally:
                context.close()
            return Found({"pages": pages})

        yield one_round
        browser.close()


PART = Part("pages", "every page, language, theme and width with axe and keyboard", len(CASES), prepare)

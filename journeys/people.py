"""What the people of the journeys do, in a browser and without JavaScript."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.staff import one_who, password

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from journeys.watch import Tab
    from tools.node import Node

NEXT = "main form button.primary"


@dataclass
class Resident:
    """Somebody with a cheap phone."""

    tab: Tab
    language: str = "en"

    @property
    def page(self) -> Page:
        """The page in front of them."""
        return self.tab.page

    def examined(self) -> bool:
        """Hold the page against everything that can be asked of it: without scripts the examiner cannot run."""
        return self.tab.is_sound() if self.tab.scripts else self.tab.is_clean()

    def begin(self, place: str = "gb-lds") -> Resident:
        """Go from a place's own start to step 1."""
        self.tab.go(f"/{self.language}/at/{place}/")
        self.page.locator("main a.button").first.click()
        self.page.locator(NEXT).click()
        return self

    def what(self, kind: str) -> Resident:
        """Step 1."""
        self.page.locator(f"input[value={kind}] + label").click()
        self.page.locator(NEXT).click()
        return self

    def where(self, name: str) -> Resident:
        """Step 2, by typing."""
        self.page.fill("#q", name)
        self.page.locator("button[name=find]").click()
        self.page.locator("button[name=choose]").first.click()
        return self

    def who(self, words: str, *kinds: str) -> str:
        """Step 3; return the receipt's digits as they are shown."""
        self.page.fill("textarea[name=what]", words)
        for kind in kinds:
            self.page.locator(f"input[name=who][value={kind}] + label").click()
        self.page.locator("button[name=send]").click()
        return " ".join(self.page.locator(".receipt .digits li").all_inner_texts())

    def report(self, words: str, *kinds: str) -> str:
        """Send a report about something that happened in Leeds."""
        return self.begin().what("happened").where("Leeds").who(words, *kinds)

    def open(self, receipt: str) -> Resident:
        """Type the number of a receipt."""
        self.tab.go(f"/{self.language}/receipt/")
        self.page.fill("input[name=number]", receipt)
        self.page.locator(NEXT).click()
        return self


def sign_in(tab: Tab, node: Node, *marks: str) -> Tab:
    """Sign in somebody of the demonstration, with their second factor."""
    email = one_who(node, *marks)
    tab.go("/en/accounts/login/")
    tab.page.fill("input[name=login]", email)
    tab.page.fill("input[name=password]", password(node))
    tab.page.locator(NEXT).first.click()
    used = ""
    while tab.page.locator("input[name=code]").count():  # a code opens once; somebody may have used this one just now
        code = node.code(email)
        if code == used:
            time.sleep(1)
            continue
        tab.page.fill("input[name=code]", code)
        tab.page.locator(NEXT).first.click()
        used = code
    return tab


def answer(member: Tab, words: str, text: str) -> bool:
    """Open unopened reports until one says `words`, and answer it; False when none does."""
    later: str | None = "/en/queue/?state=routed"
    while later:
        member.go(later)
        links = [str(link.get_attribute("href")) for link in member.page.locator("tbody a").all()]
        older = member.page.locator(".pager a[rel=next], .pager a").last
        later = f"/en/queue/{older.get_attribute('href')}" if older.count() else None
        for path in links:
            member.go(path).page.locator("form[action*='/open/'] button").click()
            if words in member.page.content():
                member.page.fill("textarea[name=text] >> nth=0", text)
                member.page.locator("form[action*='/answer/'] button").click()
                return True
    return False

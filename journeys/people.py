"""What the people of the journeys do, in a browser and without JavaScript."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.staff import one_who, password

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from journeys.watch import Tab
    from tools.node import Node

NEXT = "main form button.primary"


def examined(tab: Tab) -> bool:
    """Hold a page against everything that can be asked of it: without scripts the examiner cannot run."""
    return tab.is_sound() if tab.scripts else tab.is_clean()


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
        """Hold the page against everything that can be asked of it."""
        return examined(self.tab)

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
        if self.tab.scripts:  # the answer is put in place by one
            self.page.locator(".receipt .digits li").first.wait_for()
        return " ".join(self.page.locator(".receipt .digits li").all_inner_texts())

    def report(self, words: str, *kinds: str) -> str:
        """Send a report about something that happened in Leeds."""
        return self.begin().what("happened").where("Leeds").who(words, *kinds)

    def open(self, receipt: str) -> Resident:
        """Type the number of a receipt."""
        self.tab.go(f"/{self.language}/receipt/")
        self.page.fill("input[name=number]", receipt)
        self.page.locator(NEXT).click()
        if self.tab.scripts:
            self.page.locator(".trail").wait_for()
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


def unseal(member: Tab, passphrase: str) -> Tab:
    """Type a passphrase or recovery code where it is asked for."""
    member.page.fill("input[name=passphrase]", passphrase)
    member.page.locator(NEXT).first.click()
    return member


def open_report(member: Tab, path: str) -> Tab:
    """Press the button that opens a report."""
    member.go(path).page.locator("form[action*='/open/'] button").click()
    return member


def first_report(member: Tab) -> str:
    """Return the address of the report that is the most urgent."""
    return str(member.go("/en/queue/").page.locator("tbody a").first.get_attribute("href"))


def set_passphrase(member: Tab, passphrase: str) -> str:
    """Choose a passphrase, or another one, on the page about sealing; return the recovery code as it is shown."""
    form = member.page.locator("form[action*='/passphrase/']")
    if not form.is_visible():
        member.page.locator("summary").first.click()
    form.locator("input[name=passphrase]").fill(passphrase)
    form.locator("input[name=again]").fill(passphrase)
    form.locator("button").click()
    return " ".join(member.page.locator(".receipt .digits li").all_inner_texts())


def make_reader(proposer: Tab, second: Tab, newcomer: Tab, email: str) -> None:
    """Bring somebody who can sign in into a team: one administrator proposes, another agrees, the mail's link is opened."""
    proposer.go("/en/manage/organisations/?q=Leeds+Together").page.locator("tbody a").first.click()
    proposer.page.locator("a[href$='/invite/']").click()
    proposer.page.fill("input[name=email]", email)
    proposer.page.locator("input[name=role][value=reader] + label").click()
    proposer.page.select_option("select[name=team]", index=1)
    proposer.page.fill("textarea[name=reason]", "Example: a second person for this team.")
    proposer.page.locator(NEXT).first.click()
    second.go("/en/manage/proposals/").page.locator("section.card", has_text=email).locator("a").first.click()
    second.page.fill("textarea[name=reason]", "Example: we spoke on the telephone.")
    second.page.locator("button[formaction*='/approve/']").click()
    mail = second.go("/en/outbox/").page.locator("section.card", has_text=email).first.inner_text()
    link = re.search(r"/\w+/accept/\S+/", mail)
    assert link is not None, mail
    newcomer.go(link.group()).page.locator("main form button.primary").click()


def find(member: Tab, words: str) -> str:
    """Open unopened reports, unsealed, until one says `words`; return its address, or "" when none does.

    From the end of the queue, where those stand that came just now.
    """
    later: str | None = "/en/queue/?state=routed"
    paths: list[str] = []
    while later:
        member.go(later)
        paths += [str(link.get_attribute("href")) for link in member.page.locator("tbody a").all()]
        older = member.page.locator(".pager a[rel=next], .pager a").last
        later = f"/en/queue/{older.get_attribute('href')}" if older.count() else None
    return next((path for path in reversed(paths) if words in open_report(member, path).page.content()), "")


def answer(member: Tab, words: str, text: str) -> bool:
    """Find an unopened report by what it says and answer it; False when there is none."""
    if not find(member, words):
        return False
    member.page.fill("textarea[name=text] >> nth=0", text)
    member.page.locator("form[action*='/answer/'] button").click()
    return True


def hand_over(member: Tab, team: str, reason: str = "knows_more") -> Tab:
    """Hand the opened report over to the first team of an organisation."""
    open_details(member, "form[action*='/hand-on/']")
    form = member.page.locator("form[action*='/hand-on/']")
    option = form.locator("option", has_text=team).first.get_attribute("value")
    form.locator("select[name=to_team]").select_option(option)
    form.locator("select[name=reason]").select_option(reason)
    form.locator("button").click()
    return member


def open_details(member: Tab, inside: str) -> None:
    """Unfold whatever holds something, as a person would who looks for it."""
    while not member.page.locator(inside).first.is_visible():
        member.page.locator(f"details:not([open]):has({inside}) > summary").first.click()

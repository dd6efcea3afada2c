"""A browser tab that notices what a resident must never meet: foreign requests, errors, blocked or unreachable parts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_TABS = 400
OVERFLOW = 1  # a pixel of rounding

# Everything a keyboard must reach; a group of radio buttons is one stop.
STOPS = """() => {
  const all = 'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const shown = e => e.checkVisibility({contentVisibilityAuto: true, opacityProperty: false, visibilityProperty: true});
  window.cwStops = [...document.querySelectorAll(all)].filter(e => !e.disabled && e.tabIndex >= 0 && shown(e));
  return window.cwStops.map(e => e.type === 'radio' ? 'radio ' + e.name
    : e.tagName.toLowerCase() + ' ' + (e.name || e.getAttribute('href') || e.textContent || '').trim().slice(0, 60));
}"""
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const drawn = x => { const s = getComputedStyle(x);
    return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'; };
  return [window.cwStops.indexOf(e), [e, e.closest('label'), e.parentElement].some(x => x && drawn(x))];
}"""


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@dataclass
class Tab:
    """One page of a browser, and everything that went wrong on it."""

    page: Page
    address: str
    scripts: bool = False
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen from the first request on."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", lambda answer: self._answered(answer.url, answer.status))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != urlsplit(self.address).netloc:
            self.faults.append(f"asked another server: {request.url}")

    def _failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _answered(self, url: str, status: int) -> None:
        if status >= 500 or (status >= 400 and "/static/" in url):
            self.faults.append(f"{status}: {url}")

    def go(self, path: str) -> Tab:
        """Open one of the node's pages."""
        self.page.goto(self.address + path)
        return self

    def is_clean(self) -> bool:
        """Say that nothing went wrong so far; otherwise fail with the list."""
        assert self.faults == [], "\n".join([self.page.url, *self.faults])
        return True

    def is_accessible(self) -> bool:
        """Run axe on the page; fail with what it finds."""
        found = violations(self.page)
        assert found == [], "\n".join([self.page.url, *found])
        return True

    def fits(self) -> bool:
        """Say that nothing has to be scrolled sideways; otherwise fail with what sticks out."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= OVERFLOW, f"{self.page.url} is {wide} px wider than its window"
        return True

    def is_reachable_by_keyboard(self) -> bool:
        """Press Tab until the page is left; fail with what was never focused or showed no focus."""
        wanted: list[str] = self.page.evaluate(STOPS)
        if not wanted:
            return True
        reached, unseen = self._press_through(wanted)
        missed = [name for place, name in enumerate(wanted) if place not in reached]
        missed = [
            name for name in missed if not name.startswith("radio ") or name not in {wanted[at] for at in reached}
        ]
        assert not missed, f"{self.page.url}: the keyboard does not reach {missed}"
        assert not unseen, f"{self.page.url}: no focus is shown on {unseen}"
        return True

    def _press_through(self, wanted: list[str]) -> tuple[set[int], list[str]]:
        reached: list[int] = []
        unseen: list[str] = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            at, drawn = self.page.evaluate(FOCUSED) or (None, True)
            if at is not None and at in reached[:-1]:
                break  # once around; a page may begin with the focus on its list of errors
            if at is not None and at >= 0 and at not in reached:  # a date has several stops inside
                reached.append(at)
                if not drawn:
                    unseen.append(wanted[at])
        return set(reached), unseen

    def looks_sound(self) -> bool:
        """Hold the page against everything but the keyboard, which takes a second or two."""
        return self.is_clean() and self.is_accessible() and self.fits()

    def is_sound(self) -> bool:
        """Hold the page against everything at once."""
        return self.looks_sound() and self.is_reachable_by_keyboard()


def violations(page: Page) -> list[str]:
    """Return what axe finds, a line each; from the top, for the masthead that stays lies over whatever was scrolled to."""
    page.evaluate("window.scrollTo(0, 0)")
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(_axe())
    options = json.dumps({"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]})
    result: dict[str, Any] = page.evaluate(f"axe.run(document, {options})")
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:200]} -- {node['failureSummary']}"
        for each in result["violations"]
        for node in each["nodes"]
    ]


def new_tab(  # a tab has as many properties as a phone
    browser: Browser,
    address: str,
    *,
    javascript: bool = False,
    width: int = 1280,
    language: str = "en",
    dark: bool = False,
) -> tuple[BrowserContext, Tab]:
    """Open a tab of its own context (nothing is shared with any other)."""
    context = browser.new_context(
        java_script_enabled=javascript,
        viewport={"width": width, "height": 800},
        locale=language,
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(15_000)
    return context, Tab(context.new_page(), address, scripts=javascript)

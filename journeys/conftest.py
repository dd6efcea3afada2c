"""One running node and one Chromium for all journeys of a process; every tab is checked once more when its journey ends."""

from __future__ import annotations

import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from journeys.chromium import FLAGS, find_chromium, journeys_required
from journeys.watch import new_tab
from tools.node import running_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator

    from journeys.watch import Tab
    from tools.node import Node

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every journey, and let each of two processes walk half of the files: the largest groups, hence the first."""
    journeys = [item for item in items if HERE in item.path.parents]
    files = sorted({item.path for item in journeys})
    for item in journeys:
        item.add_marker(pytest.mark.journey)
        item.add_marker(pytest.mark.xdist_group(f"journeys {files.index(item.path) % 2 + 1}"))


def _patient(click: Callable[..., None]) -> Callable[..., None]:
    """Let a click last until the page it leads to is there: Playwright's ends when the first of it has come."""

    @wraps(click)
    def clicked(locator: Locator, **how: Any) -> None:
        click(locator, **how)
        locator.page.wait_for_load_state()

    return clicked


# Of the package: Playwright keeps an event loop running, beside which no other can, and tests of the audit need theirs.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Chromium; without one the journeys are skipped, or fail where they are required."""
    program = find_chromium()
    if program is None:
        reason = "There is no Chromium on this machine (on Debian: apt-get install chromium)."
        if journeys_required():
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import Locator, sync_playwright  # noqa: PLC0415 - slow to load

    # While it runs Django would refuse every database test of this process.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setattr(Locator, "click", _patient(Locator.click))
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def node(browser: Browser) -> Iterator[Node]:
    """Run a node with the demonstration network; asked for after the browser, so that skipping costs nothing."""
    del browser
    with running_node() as node:
        yield node


@pytest.fixture
def tab(browser: Browser, node: Node) -> Iterator[Callable[..., Tab]]:
    """Open tabs: `tab(javascript=True, width=360, language="ar", dark=True)`."""
    opened: list[tuple[BrowserContext, Tab]] = []

    def open_one(**how: bool | int | str) -> Tab:
        opened.append(new_tab(browser, node.url, **how))  # type: ignore[arg-type]  # the words of new_tab
        return opened[-1][1]

    yield open_one
    for context, tab in opened:
        context.close()
        tab.is_clean()

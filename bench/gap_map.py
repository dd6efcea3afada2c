"""Measure the map of what is known: how soon it can be used in a browser, and how soon a new record is in it.

python -m bench.gap_map [--records 5000] [--keep PICTURE]
"""

from __future__ import annotations

import argparse
import http.client
import sys
import time
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from bench.figures import Measure, p95_ms
from bench.harvest import child
from journeys.chromium import FLAGS, find_chromium
from tools.node import NodeError, running_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tools.node import Node

RECORDS = 5_000
PATH = "/en/evidence/map/"
ASKED, OPENED, WARM_UP = 60, 20, 5
USABLE = """() => new Promise(done => {
  const twice = () => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
  document.readyState === 'complete' ? twice() : addEventListener('load', twice);
})"""
"""Milliseconds from the click on a link until everything is loaded, drawn, and nothing keeps the page from answering."""


def ask(node: Node, path: str = PATH) -> tuple[float, bytes]:
    """Ask once as a browser does, compressed; return the seconds and what came over the line. Raises NodeError."""
    connection = http.client.HTTPConnection("localhost", node.port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    seconds = time.perf_counter() - began
    connection.close()
    if answer.status != http.client.OK:
        message = f"{path} was answered with {answer.status}."
        raise NodeError(message)
    return seconds, body


def usable(browser: Browser, node: Node) -> float:
    """Open the map in a window that has never seen it; return the seconds until it can be used."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        page.goto(node.url + PATH, wait_until="commit")
        return float(page.evaluate(USABLE)) / 1000
    finally:
        context.close()


def measure(node: Node, picture: str) -> Iterator[Measure]:
    """Ask, open, add a record."""
    answers = [ask(node) for _ in range(ASKED + WARM_UP)][WARM_UP:]
    yield Measure("gap_map_server_p95_ms", p95_ms([seconds for seconds, _body in answers]), ASKED)
    yield Measure("gap_map_bytes", len(answers[0][1]), 1)
    if program := find_chromium():
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
            times = [usable(browser, node) for _ in range(OPENED + WARM_UP)][WARM_UP:]
            yield Measure("gap_map_interactive_p95_ms", p95_ms(times), OPENED)
            if picture:
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.goto(node.url + PATH)
                page.screenshot(path=picture, full_page=True)
            browser.close()
    only = PATH + "table.csv?country=TV"
    before = len(ask(node, only)[1])
    child(node, "one_more")
    began = time.monotonic()
    while len(ask(node, only)[1]) == before:
        time.sleep(0.01)
    yield Measure("gap_map_new_record_s", time.monotonic() - began, 1)


def run(records: int, picture: str = "") -> None:
    """Fill a node of its own, measure it, print the measures. Raises NodeError."""
    with running_node("--no-demo") as node:
        child(node, "crossed", str(records))
        for each in measure(node, picture):
            print(each.line(), flush=True)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bench.gap_map", description="Measure the map of what is known.")
    parser.add_argument("--records", type=int, default=RECORDS, help=f"how many records (default: {RECORDS})")
    parser.add_argument("--keep", default="", metavar="PICTURE", help="keep a picture of the map in this file")
    words = parser.parse_args()
    try:
        run(words.records, words.keep)
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Measure harvesting: what the last page of a large library costs beside the first, and how fast a whole harvest is.

python -m bench.harvest [--records 150000]
"""

from __future__ import annotations

import argparse
import http.client
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.figures import Measure, median
from tools.node import TOP, NodeError, running_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.node import Node

RECORDS = 150_000
PAGES = 40
WHOLE = 100  # pages of which the speed of a harvest is told
TOKEN = re.compile(r"<resumptionToken[^>]*>([^<]+)<")
OPEN_A_SECOND = 1.5  # a second is told only when it is over


def child(node: Node, *words: str) -> str:
    """Run a part of `bench.harvesting` against a node; return what it printed. Raises NodeError."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.harvesting", *words],
        env=node.env | {"COMMONWEAVE_ROLE": "worker"},
        cwd=TOP,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = f"bench.harvesting {' '.join(words)}: {done.stderr[-2000:]}"
        raise NodeError(message)
    return done.stdout


def ask(node: Node, **given: str) -> tuple[float, str]:
    """Ask once; return the seconds and the answer."""
    connection = http.client.HTTPConnection("localhost", node.port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", f"/oai?{urlencode({'verb': 'ListRecords', **given})}")
    text = connection.getresponse().read().decode()
    seconds = time.perf_counter() - began
    connection.close()
    if "<ListRecords>" not in text:
        raise NodeError(text[:1000])
    return seconds, text


def measure(node: Node) -> Iterator[Measure]:
    """Ask for the first and for the last page in turns, then for many in a row."""
    first = {"metadataPrefix": "datacite"}
    last = {"resumptionToken": child(node, "last").strip()}
    times: dict[str, list[float]] = {"first": [], "last": []}
    for _ in range(PAGES + 5):
        times["first"].append(ask(node, **first)[0])
        times["last"].append(ask(node, **last)[0])
    medians = {name: median(each[5:]) for name, each in times.items()}
    for name, seconds in medians.items():
        yield Measure(f"harvest_{name}_page_ms", seconds * 1000, PAGES)
    yield Measure("harvest_last_to_first", medians["last"] / medians["first"], PAGES)
    began, given = time.perf_counter(), first
    for _ in range(WHOLE):
        found = TOKEN.search(ask(node, **given)[1])
        given = {"resumptionToken": found[1]} if found else first
    yield Measure("harvest_records_per_s", WHOLE * 100 / (time.perf_counter() - began), WHOLE)


def run(records: int) -> None:
    """Fill a node of its own, measure it, print the measures. Raises NodeError."""
    with running_node("--no-demo") as node:
        child(node, "fill", str(records))
        time.sleep(OPEN_A_SECOND)
        for each in measure(node):
            print(each.line(), flush=True)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bench.harvest", description="Measure harvesting (OAI-PMH).")
    parser.add_argument("--records", type=int, default=RECORDS, help=f"how many records (default: {RECORDS})")
    words = parser.parse_args()
    try:
        run(words.records)
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

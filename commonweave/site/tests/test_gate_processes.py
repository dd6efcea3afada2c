"""A running node with several web processes counts once for all of them, and keeps nothing of whom it counted."""

from __future__ import annotations

import http.client
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.audit.victims import of_kind
from tools.node import running_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.node import Node

pytestmark = pytest.mark.xdist_group("gate node")
FLOOD, OTHER, STOP = "203.0.113.77", "198.51.100.9", 40


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with running_node("--no-demo", COMMONWEAVE_PROXIES="1", COMMONWEAVE_LIMITS=f"pages={STOP}") as running:
        yield running


def ask(node: Node, address: str) -> tuple[int, str]:
    """Ask once, by a connection of its own, so that any process may answer."""
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)
    try:
        connection.request("GET", "/en/report/", headers={"X-Forwarded-For": f"192.0.2.9, {address}"})
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return 0, ""
    else:
        return answer.status, answer.headers.get("Retry-After", "")
    finally:
        connection.close()


def web_processes(node: Node) -> set[int]:
    assert node.process is not None
    return of_kind("web process", node.process.pid)


def test_limit_holds_across_processes_and_outlives_one(node: Node) -> None:
    """Otherwise each process lets a flood through again, and killing one would empty the count."""
    before = web_processes(node)
    assert len(before) > 1
    answers = [ask(node, FLOOD) for _ in range(3 * STOP)]
    let_through = [status for status, _wait in answers].count(200)
    assert STOP <= let_through <= STOP + 5  # a window may end meanwhile, then a few more pass
    status, wait = answers[-1]
    assert status == 429
    assert 0 < int(wait) <= 1200
    assert ask(node, OTHER)[0] == 200, "nobody else is refused"
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 60
    while (status := ask(node, OTHER)[0]) != 200:
        assert time.monotonic() < until, status
        time.sleep(0.1)
    assert not web_processes(node) & before
    assert ask(node, FLOOD)[0] == 429


def test_no_address_lies_in_any_file_or_environment(node: Node) -> None:
    """Neither the address nor the key that would turn a hash back into one."""
    ask(node, FLOOD)
    found = [
        str(file)
        for file in node.data.rglob("*")
        if file.is_file() and any(address.encode() in file.read_bytes() for address in (FLOOD, OTHER))
    ]
    assert found == []
    assert not any(address in line for address in (FLOOD, OTHER) for line in node.said)
    for pid in web_processes(node):
        memory = [line for line in Path(f"/proc/{pid}/maps").read_text("utf-8").splitlines() if "memfd:gate" in line]
        assert memory, "the processes share one memory, which has no name in any folder"

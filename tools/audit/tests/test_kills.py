"""What a resident was told has arrived is there, whatever breaks in that moment."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from bench import resident
from tools.audit.kills import TARGETS, trial
from tools.node import running_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.node import Node

pytestmark = pytest.mark.xdist_group("kills")


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with running_node() as node:
        yield node


@pytest.mark.parametrize("target", TARGETS)
def test_acknowledged_receipts_open_after_ten_kills(node: Node, target: str) -> None:
    """Fifty trials for everybody, each short; a thousand long ones are a part of the audit."""
    ways, _ = asyncio.run(resident.find_ways(node.port))
    for number in range(10):
        assert asyncio.run(trial(node, ways, target, random.Random(f"{target} {number}"), 10)) >= 10

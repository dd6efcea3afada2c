"""What a resident was told has arrived is there, whatever breaks in that moment."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from tools.audit.kills import trials
from tools.audit.victims import QUICK, SUPERVISOR, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.audit.kills import Trials

pytestmark = pytest.mark.xdist_group("kills")
KILLS = {**dict.fromkeys(QUICK, 15), "worker": 1, "web server": 2, WHOLE: 1, SUPERVISOR: 1}


@pytest.fixture(scope="module")
def node() -> Iterator[Trials]:
    with trials() as those:
        yield those


@pytest.mark.parametrize("target", KILLS)
def test_acknowledged_receipts_open_after_kills(node: Trials, target: str) -> None:
    """Fifty trials for everybody; a thousand are a part of the audit."""
    for number in range(KILLS[target]):
        counts = asyncio.run(node.one(target, random.Random(f"{target} {number}")))
        assert counts["tries"] >= counts["submissions"] > 0
        assert counts["under way at the kill"] > 0


def test_there_are_fifty_kills() -> None:
    assert sum(KILLS.values()) == 50

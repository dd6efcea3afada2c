"""`kill -9` of a part of the node, or of all of it, while reports are being sent: every acknowledged receipt opens, none is kept twice.

What a trial cannot show: that the disk keeps what it was told to keep when the power fails. The kernel outlives these kills.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench import resident
from commonweave.site.config import load_config
from commonweave.site.postgres import connect
from tools.audit.parts import AuditError, Found, Part
from tools.audit.submitting import PATIENCE, Patient, Sending, check_all, send_all
from tools.audit.victims import SESSION, SUPERVISOR, TARGETS, WHOLE, choose, kill, living, of_kind
from tools.node import running_small_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.resident import Way
    from tools.audit.parts import Round
    from tools.node import Node

KILLS = 1000
SUBMISSIONS = 8  # at once, so that a trial is short and each kill meets several of them
FIRST = 3  # a kill comes when one to so many of them were acknowledged, and a moment later
MOMENT = 0.01
OLDER = 1  # receipts of earlier trials that are opened once more after each
LOOK = 0.1


@dataclass
class Trials:
    """One node, everything that was acknowledged on it, and how many rows there must be."""

    node: Node
    ways: list[Way]
    rows: int
    sent: list[Sending] = field(default_factory=list)

    async def one(self, target: str, luck: random.Random) -> dict[str, int]:
        """Kill while reports are under way, wait until all are acknowledged, open them all; return what was counted."""
        new, under_way = await self._send(target, luck)
        older = luck.sample(self.sent, min(OLDER, len(self.sent)))
        self.sent += new
        await check_all(self.node.port, [*new, *older])
        kept = count_reports(self.node) - self.rows
        if kept != len(self.sent):
            message = f"After a kill of the {target}, {len(self.sent)} acknowledged reports are {kept} rows."
            raise AuditError(message)
        tries = sum(sending.tries for sending in new)
        return {"submissions": len(new), "tries": tries, "under way at the kill": under_way, f"kills: {target}": 1}

    async def _send(self, target: str, luck: random.Random) -> tuple[list[Sending], int]:
        """Return what was sent, and how many requests were unanswered in the moment of the kill: always some."""
        new: list[Sending] = []
        while True:
            shots = await resident.prepare(
                self.node.port, self.ways, SUBMISSIONS, first=len(self.sent) + len(new), tab=Patient
            )
            batch = [Sending(shot) for shot in shots]
            new += batch
            victims = await self._choose(target, luck)
            async with asyncio.TaskGroup() as group:
                sending = group.create_task(send_all(self.node.port, batch))
                under_way = await _moment(batch, luck)
                if under_way:
                    kill(victims)
                    await self._mended(target, victims)
                await sending
            if under_way:
                return new, under_way

    async def _choose(self, target: str, luck: random.Random) -> set[int]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := choose(target, self._top(), luck):
                return found
            await asyncio.sleep(LOOK)
        message = f"There is no {target} to kill."
        raise AuditError(message)

    def _top(self) -> int:
        if self.node.process is None:
            message = "The node does not run."
            raise AuditError(message)
        return self.node.process.pid

    async def _mended(self, target: str, victims: set[int]) -> None:
        """Wait until what was killed is gone and a new one is there; start the whole anew where nobody else does.

        A session comes back with the next question, and all of this batch may have been answered before: it is only gone.
        """
        if target in {SUPERVISOR, WHOLE}:
            await asyncio.to_thread(self.node.ended)
            await asyncio.to_thread(self.node.start)
            return
        until = time.monotonic() + PATIENCE
        while living(victims) or not (target == SESSION or of_kind(target, self._top()) - victims):
            if time.monotonic() > until:
                message = f"The {target} did not come back:\n" + "\n".join(self.node.said[-20:])
                raise AuditError(message)
            await asyncio.sleep(LOOK)


async def _moment(batch: list[Sending], luck: random.Random) -> int:
    """Wait for a moment in the middle of a batch; return how many requests are unanswered in it, 0 when it is too late."""
    first, pause, late = luck.randint(1, FIRST), luck.uniform(0, MOMENT), float("inf")
    while not all(sending.receipt for sending in batch):
        await asyncio.sleep(0.001)
        if sum(bool(sending.receipt) for sending in batch) >= first:
            late = min(late, time.monotonic() + pause)
        under_way = sum(sending.under_way for sending in batch)
        if under_way and time.monotonic() >= late:
            return under_way
    return 0


def count_reports(node: Node) -> int:
    """Count the rows, past every policy."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with connect(load_config(node.env)) as admin:
                row = admin.execute("select count(*) from reports_report").fetchone()
                return int(row[0]) if row else 0
        except Exception:  # whatever a database says while it recovers
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


@contextlib.contextmanager
def trials() -> Iterator[Trials]:
    """Run one node for many trials."""
    with running_small_node() as node:
        ways, _ = asyncio.run(resident.find_ways(node.port))
        yield Trials(node, ways, count_reports(node))


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Run one node for all trials; a full run begins a new one each time it is taken up."""
    with trials() as those:

        def one_round(number: int) -> Found:
            return Found(asyncio.run(those.one(TARGETS[number % len(TARGETS)], random.Random(number))))

        yield one_round


PART = Part("kills", f"kill -9 during {SUBMISSIONS} submissions; every acknowledged receipt opens", KILLS, prepare)

"""`kill -9` of a part of the node while reports are being sent: every acknowledged receipt opens, none is kept twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from bench import resident
from commonweave.site.config import load_config
from commonweave.site.postgres import connect
from tools.audit.parts import AuditError, Found, Part
from tools.audit.submitting import check_all, send_all
from tools.node import Node, running_node
from tools.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.resident import Way
    from tools.audit.parts import Round

SUBMISSIONS = 200
KILLS = 1000
HEALTHY_SECONDS = 120.0
OK = 200
TARGETS = ("web server", "web process", "worker", "database", "database session")


def processes(top: int) -> dict[int, tuple[int, str]]:
    """Return every process beneath one: pid → (parent, command line)."""
    lines = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    every: dict[int, tuple[int, str]] = {}
    for line in lines.splitlines():
        pid, parent, command = line.split(None, 2)
        every[int(pid)] = (int(parent), command)
    beneath: dict[int, tuple[int, str]] = {}
    todo = {top}
    while todo:
        found = {pid for pid, (parent, _) in every.items() if parent in todo}
        beneath |= {pid: every[pid] for pid in found}
        todo = found
    return beneath


def choose(node: Node, target: str, luck: random.Random) -> int | None:
    """Return the process to kill, or None when there is none of that kind now."""
    if node.process is None:
        return None
    there = processes(node.process.pid)
    web = {pid for pid, (_, command) in there.items() if "commonweave web" in command or command.startswith("granian")}
    postmaster = {pid for pid, (_, command) in there.items() if "/postgres -D" in command}
    found = {
        "web server": {pid for pid in web if there[pid][0] not in web},
        "web process": {pid for pid, (parent, _) in there.items() if parent in web},
        "worker": {pid for pid, (_, command) in there.items() if "commonweave worker" in command},
        "database": postmaster,
        "database session": {
            pid for pid, (parent, command) in there.items() if parent in postmaster and "commonweave_web" in command
        },
    }[target]
    return luck.choice(sorted(found)) if found else None


async def trial(node: Node, ways: list[Way], target: str, luck: random.Random, submissions: int = SUBMISSIONS) -> int:
    """Send reports, kill in the middle, wait until all are acknowledged, open them all; return the tries it took."""
    before = count_reports(node)
    prepared = await resident.prepare(node.port, ways, submissions)
    sending = asyncio.create_task(send_all(node.port, prepared))
    await asyncio.sleep(luck.uniform(0.02, 0.6))
    victim = choose(node, target, luck)
    if victim is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    sent = await sending
    await until_healthy(node)
    await check_all(node.port, sent)
    kept = count_reports(node) - before
    if kept != submissions:
        message = f"After a kill of the {target}, {submissions} acknowledged reports are {kept} rows."
        raise AuditError(message)
    return sum(each.tries for each in sent)


def count_reports(node: Node) -> int:
    """Count the rows, past every policy."""
    until = time.monotonic() + HEALTHY_SECONDS
    while True:
        try:
            with connect(load_config(node.env)) as admin:
                row = admin.execute("select count(*) from reports_report").fetchone()
                return int(row[0]) if row else 0
        except Exception:  # whatever a database says while it recovers
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


async def until_healthy(node: Node) -> None:
    """Wait until the node answers again. Raises AuditError."""
    until = time.monotonic() + HEALTHY_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            async with Visitor(node.port) as visitor:
                if (await visitor.get(resident.START)).status == OK:
                    return
        await asyncio.sleep(0.1)
    message = "The node did not come back:\n" + "\n".join(node.said[-20:])
    raise AuditError(message)


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Run one node for all trials; a full run begins a new one each time it is taken up."""
    with running_node() as node:
        ways, _ = asyncio.run(resident.find_ways(node.port))

        def one_round(number: int) -> Found:
            target = TARGETS[number % len(TARGETS)]
            tries = asyncio.run(trial(node, ways, target, random.Random(number)))
            return Found({"submissions": SUBMISSIONS, "tries": tries, f"kills of the {target}": 1})

        yield one_round


PART = Part("kills", f"kill -9 during {SUBMISSIONS} submissions; every acknowledged receipt opens", KILLS, prepare)

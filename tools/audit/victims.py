"""What runs beneath a node, and which of it a trial kills."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

SESSION = "database session"
QUICK = ("web process", SESSION, "database")  # there again within a second
SUPERVISOR, WHOLE = "supervisor", "whole node"  # after these somebody starts the node again
# The worker first: it goes with its database, and the supervisor waits longer each time before it starts it again.
SOME = ("worker", *(QUICK * 10), "web server")
TARGETS = (*SOME, WHOLE, *SOME, SUPERVISOR)
PROC = Path("/proc")


def processes(top: int) -> dict[int, tuple[int, str]]:
    """Return every process beneath one that has not ended: pid → (parent, command line)."""
    every: dict[int, tuple[int, str]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it ended while we looked
                state, parent = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
                if state != "Z":
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                    every[int(folder.name)] = (int(parent), command.strip())
    beneath: dict[int, tuple[int, str]] = {}
    todo = {top}
    while todo:
        found = {pid for pid, (parent, _) in every.items() if parent in todo}
        beneath |= {pid: every[pid] for pid in found}
        todo = found
    return beneath


def of_kind(target: str, top: int) -> set[int]:
    """Return the processes that a target stands for, now."""
    there = processes(top)
    if target == WHOLE:
        return {top, *there}
    if target == SUPERVISOR:
        return {top}
    web = {pid for pid, (_, command) in there.items() if "commonweave web" in command or command.startswith("granian")}
    database = {pid for pid, (_, command) in there.items() if "/postgres -D" in command}
    return {
        "web server": {pid for pid in web if there[pid][0] not in web},
        "web process": {pid for pid, (parent, _) in there.items() if parent in web},
        "worker": {pid for pid, (_, command) in there.items() if "commonweave worker" in command},
        "database": database,
        SESSION: {
            pid for pid, (parent, command) in there.items() if parent in database and "commonweave_web" in command
        },
    }[target]


def choose(target: str, top: int, luck: Random) -> set[int]:
    """Return what to kill: everything, or one process of a kind; nothing when there is none of it now."""
    found = of_kind(target, top)
    return found if target == WHOLE or not found else {luck.choice(sorted(found))}


def kill(victims: set[int]) -> None:
    """End them with no chance to say goodbye."""
    for pid in sorted(victims):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def living(pids: set[int]) -> set[int]:
    """Return those that have not ended, wherever they belong now."""
    return {pid for pid in pids if _state(pid) not in {"", "Z", "X"}}


def _state(pid: int) -> str:
    try:
        return (PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
    except OSError:
        return ""

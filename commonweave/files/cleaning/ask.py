"""Asking the child: the file goes through a pipe and comes back through a pipe; it never lies on a disk in clear."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from commonweave.files.cleaning.clean import Clean
from commonweave.files.cleaning.kinds import KINDS, kind_of
from commonweave.files.cleaning.unfit import Unfit, Why

TOP = Path(__file__).resolve().parents[3]
CHILD = "commonweave.files.cleaning.child"
PATIENCE = 40.0  # seconds; the database ends a transaction that waits for a minute
LARGEST = 60_000_000  # bytes that may come back
LONGEST_HEAD = 1_000


def clean(data: bytes) -> Clean:
    """Return a file built anew without what it hides. Raises Unfit."""
    kind = kind_of(data)
    with subprocess.Popen(  # noqa: S603 - our own program; of the file only our own code for its kind
        [sys.executable, "-sP", "-m", CHILD, kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8", "PYTHONPATH": str(TOP)},
        cwd="/",
    ) as child:
        timer = threading.Timer(PATIENCE, child.kill)
        timer.start()
        try:
            return _talk(child, data)
        finally:
            timer.cancel()
            child.kill()


def _talk(child: subprocess.Popen[bytes], data: bytes) -> Clean:
    assert child.stdin is not None  # noqa: S101 asked for above
    assert child.stdout is not None  # noqa: S101 likewise
    with contextlib.suppress(BrokenPipeError), child.stdin:
        child.stdin.write(data)
    return _read(child.stdout)


def _read(answer: IO[bytes]) -> Clean:
    """Believe nothing: the child has seen a file that may have taken it over."""
    try:
        head = json.loads(answer.readline(LONGEST_HEAD))
    except (ValueError, RecursionError):
        raise Unfit(Why.BOMB) from None  # it was killed at a limit before it could say anything
    if not isinstance(head, dict):
        raise Unfit(Why.BROKEN)
    if "refused" in head:
        raise Unfit(next((why for why in Why if why == head["refused"]), Why.BROKEN))
    kind, size, preview = head.get("kind"), head.get("size"), head.get("preview")
    if not isinstance(kind, str) or kind not in KINDS or not isinstance(size, int) or not isinstance(preview, int):
        raise Unfit(Why.BROKEN)
    if not 0 < size <= LARGEST or not 0 <= preview <= 100_000:
        raise Unfit(Why.BOMB)
    small, data = answer.read(preview), answer.read(size)
    if len(small) != preview or len(data) != size or kind_of(data, most=LARGEST) != kind:
        raise Unfit(Why.BROKEN)
    return Clean(data, kind, active=head.get("active") is True, preview=small)

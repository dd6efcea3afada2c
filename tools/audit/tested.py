"""Parts that are a test of everybody's run at full size, with other luck in each round."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from commonweave.site.postgres import temporary_cluster
from tools.audit.parts import AuditError, Found, Part
from tools.node import TOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.audit.parts import Round


def run_test(test: str, data: str, size: int, number: int) -> dict[str, int]:
    """Run one test on a standing server's folder; return what it counted, if it did. Raises AuditError with what it said."""
    counts = Path(data) / f"counts-{number}.json"
    env = os.environ | {
        "COMMONWEAVE_TEST_DATA": data,
        "COMMONWEAVE_TEST_SIZE": str(size),
        "COMMONWEAVE_TEST_ROUND": str(number),
        "COMMONWEAVE_TEST_COUNTS": str(counts),
    }
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--reuse-db", test]
    done = subprocess.run(words, cwd=TOP, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"Round {number} of {test}:\n{done.stdout[-3500:]}{done.stderr[-500:]}"
        raise AuditError(message)
    found: dict[str, int] = json.loads(counts.read_text(encoding="utf-8")) if counts.exists() else {}
    return found


@contextlib.contextmanager
def _prepare(test: str, what: str, size: int) -> Iterator[Round]:
    with temporary_cluster() as server:

        def one_round(number: int) -> Found:
            return Found({what: size} | run_test(test, str(server.data), size, number))

        yield one_round


def _tested(name: str, about: str, *, test: str, what: str, rounds: int, size: int) -> Part:
    return Part(name, about, rounds, partial(_prepare, test, what, size))


JOURNAL = _tested(
    "journal",
    "every edit, deletion, reordering, truncation before an outside checkpoint is detected",
    test="commonweave/base/tests/test_tampering.py",
    what="tamperings detected",
    rounds=10,
    size=1_000,
)
POINTS = _tested(
    "points",
    "points reach the right team, and as many near a border are asked about, judged by ray casting",
    test="tools/audit/tests/test_points.py",
    what="points, and as many near a border",
    rounds=10,
    size=1_000,
)
DELIVERIES = _tested(
    "deliveries",
    "mails to a server that fails three times in ten are accepted once or visibly failed",
    test="tools/audit/tests/test_deliveries.py",
    what="mails",
    rounds=10,
    size=1_000,
)
LIFE = _tested(
    "life",
    "whatever people and time do to a report, in any order: who reads it, what opens it, what is told of it",
    test="commonweave/reports/tests/test_life.py",
    what="lives of a report",
    rounds=10,
    size=40,
)
API = _tested(
    "api",
    "whatever a program sends, the JSON interface answers as it says of itself: no error of the server",
    test="commonweave/site/tests/test_api_calls.py",
    what="calls of each operation and kind",
    rounds=25,
    size=200,
)

"""Faults made by a machine in the code that guards people: each must turn a test red."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from commonweave.site.postgres import temporary_cluster
from tools.audit.parts import AuditError, Found, Part
from tools.node import TOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.audit.parts import Round

GUARDS = ("commonweave/sharing/envelopes.py", "commonweave/sharing/receipts.py", "commonweave/reports/rules.py")
SAME = TOP / "tools" / "audit" / "same.json"
"""Mutants that change nothing a person could notice, each with the reason."""

SURVIVED = re.compile(r"^\s*(\S+):\s*(survived|no tests|suspicious)", re.MULTILINE)


def run_mutants(guard: str, data: str) -> tuple[int, list[str]]:
    """Return how many mutants of a file were tried, and the names of those that lived; `data` is a server's folder."""
    words = [sys.executable, "-m", "mutmut"]
    pattern = guard.removesuffix(".py").replace("/", ".") + "*"
    env = os.environ | {"COMMONWEAVE_TEST_DATA": data}
    run = [*words, "run", "--max-children", "1", pattern]  # one test database, so one at a time
    done = subprocess.run(run, cwd=TOP, env=env, capture_output=True, text=True, check=False)
    told = subprocess.run(
        [*words, "results", "--all", "true"], cwd=TOP, env=env, capture_output=True, text=True, check=False
    )
    lines = [line for line in told.stdout.splitlines() if pattern[:-1] in line]
    if not lines:
        message = f"No mutants of {guard} were made: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise AuditError(message)
    return len(lines), [name for name, _ in SURVIVED.findall("\n".join(lines))]


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Each round takes one file."""
    with temporary_cluster() as server:
        data = str(server.data)
        known = json.loads(SAME.read_text(encoding="utf-8")) if SAME.exists() else {}

        def one_round(number: int) -> Found:
            tried, lived = run_mutants(GUARDS[number], data)
            unexplained = [name for name in lived if name not in known]
            if unexplained:
                message = (
                    f"{GUARDS[number]}: no test notices {', '.join(unexplained)} (see: python -m mutmut show NAME)"
                )
                raise AuditError(message)
            return Found({"mutants": tried, "known to change nothing": len(lived)})

        yield one_round


PART = Part("mutants", "every small fault in envelopes, receipts and rules is noticed by a test", len(GUARDS), prepare)

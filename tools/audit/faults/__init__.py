"""Small faults that a tired person could make, one at a time: each must turn the test red that is there to notice it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.audit.faults.known import FAULTS
from tools.audit.parts import AuditError, Found, Part
from tools.node import TOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.audit.faults.fault import Fault
    from tools.audit.parts import Round

TESTS_FAILED = 1  # what pytest returns when tests ran and some failed
LEAVE_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.pyc", "node_modules")


def plant(fault: Fault, top: Path) -> str:
    """Put a fault into a copy of the tree and return the file as it was. Raises AuditError when there is no such place."""
    path = top / fault.path
    whole = path.read_text(encoding="utf-8")
    if whole.count(fault.before) != 1:
        message = f"{fault.path} holds {whole.count(fault.before)} times what this fault changes: {fault.what}"
        raise AuditError(message)
    path.write_text(whole.replace(fault.before, fault.after), encoding="utf-8")
    return whole


def run(top: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests of a copy."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    env = os.environ | {"PYTHONPATH": str(top), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, cwd=top, env=env, capture_output=True, text=True, check=False)


def notice(fault: Fault, top: Path) -> None:
    """Raise AuditError when nobody notices a fault."""
    whole = plant(fault, top)
    try:
        done = run(top, fault.test)
    finally:
        (top / fault.path).write_text(whole, encoding="utf-8")
    named = f"FAILED {fault.test}" in done.stdout
    if done.returncode != TESTS_FAILED or not named:
        message = f"{fault.test} does not notice: {fault.what}\n{done.stdout[-1500:]}{done.stderr[-1500:]}"
        raise AuditError(message)


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Copy the tree once; without a fault every named test must pass, else its red would say nothing."""
    with tempfile.TemporaryDirectory(prefix="cw-faults-") as folder:
        top = Path(folder) / "tree"
        shutil.copytree(TOP, top, ignore=LEAVE_OUT)
        done = run(top, *dict.fromkeys(fault.test for fault in FAULTS))
        if done.returncode:
            message = f"Without any fault these tests must pass:\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
            raise AuditError(message)

        def one_round(number: int) -> Found:
            notice(FAULTS[number], top)
            return Found({"faults noticed": 1})

        yield one_round


PART = Part("faults", "each fault of a known list turns its own test red", len(FAULTS), prepare)

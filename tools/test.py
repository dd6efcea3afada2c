"""Run every test, two at a time: `python -m tools.test [words for pytest]`.

The journeys share one node and one browser, so one of the two processes walks them while the other runs the rest.
Without a Chromium they are skipped and the reason is shown; COMMONWEAVE_JOURNEYS=required makes that a failure.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
TOGETHER = ["--numprocesses", "2", "--dist", "loadgroup", "--quiet"]


def main(words: list[str]) -> int:
    """Return pytest's exit code."""
    return subprocess.run([sys.executable, "-m", "pytest", *TOGETHER, *words], cwd=TOP, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run every test, two at a time: `python -m tools.test [words for pytest]`.

Both begin with half of the journeys, each with a node and a browser of its own.
Without a Chromium they are skipped and the reason is shown; COMMONWEAVE_JOURNEYS=required makes that a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tools.node import NODES, TOP, temporary_folder

TOGETHER = ["--numprocesses", "2", "--dist", "loadgroup", "--quiet", "--durations=15", "--durations-min=5"]


def main(words: list[str]) -> int:
    """Return pytest's exit code."""
    # A folder of its own: a second run beside this one would close the folder they share to the database's user.
    with temporary_folder("cw-tests-") as folder:
        nodes = folder / "nodes"
        nodes.mkdir()
        command = [sys.executable, "-m", "pytest", *TOGETHER, f"--basetemp={folder / 'tmp'}", *words]
        return subprocess.run(command, cwd=TOP, check=False, env={**os.environ, NODES: str(nodes)}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A node of its own in a temporary folder, started as anybody would start one: for journeys, measures and the audit."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = Path(__file__).resolve().parents[1]
READY = "Commonweave is running on "
START_SECONDS = 600.0  # on a machine that does much else
STOP_SECONDS = 60.0
MANY = "times=10000"
NODES = "COMMONWEAVE_TEST_NODES"
"""The folder where a run of tests keeps the nodes it has made, to copy them instead of making each anew."""


class NodeError(Exception):
    """The node did not do what it should; the text holds what it said."""


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


@dataclass
class Node:
    """One data folder and the command that runs it."""

    data: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None
    ears: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address of its pages."""
        return f"http://localhost:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """What its commands find in their environment; nothing of ours leaks in."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("COMMONWEAVE_")}
        clean.pop("DATABASE_URL", None)
        clean.pop("DJANGO_SETTINGS_MODULE", None)
        own = {"COMMONWEAVE_DATA": str(self.data), "COMMONWEAVE_PORT": str(self.port), "PYTHONPATH": str(TOP)}
        own["COMMONWEAVE_LIMITS"] = MANY  # a whole town reports from one machine; what is counted is the same
        own["COMMONWEAVE_MEANINGS"] = "off"  # else each node of a run reads the same abstracts for minutes
        return clean | own | self.environment

    def start(self, *words: str) -> float:
        """Start the node; return the seconds until it said that it is ready. Raises NodeError."""
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "commonweave", "up", *words],
            env=self.env,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        ready = threading.Event()
        self.ears = threading.Thread(target=self._listen, args=(self.process, ready), daemon=True)
        self.ears.start()
        while not ready.wait(0.005):
            if self.process.poll() is not None or time.monotonic() - began > START_SECONDS:
                self.stop()
                message = "The node did not start:\n" + "\n".join(self.said[-30:])
                raise NodeError(message)
        return time.monotonic() - began

    def _listen(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                self.said.append(line.rstrip())
                if line.startswith(READY):
                    ready.set()

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
        process.kill()
        process.wait()
        if self.ears is not None:
            self.ears.join()

    def ended(self) -> None:
        """Take note that it was killed, and wait until nothing of it speaks any more."""
        process, self.process = self.process, None
        if process is not None:
            process.wait()
        if self.ears is not None:
            self.ears.join()

    def command(self, *words: str) -> str:
        """Run one of its other commands and return what it printed. Raises NodeError."""
        done = subprocess.run(
            [sys.executable, "-m", "commonweave", *words],
            env=self.env,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            message = f"commonweave {' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
            raise NodeError(message)
        return done.stdout

    def code(self, email: str) -> str:
        """Return the current second-factor code of a demonstration sign-in."""
        return self.command("demo", "code", email).split()[-1]


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Yield a folder that the database's user may enter (it is somebody else when we are root)."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running_node(*words: str, **environment: str) -> Iterator[Node]:
    """Start a node in a new folder; stop it and remove everything afterwards."""
    with temporary_folder("cw-node-") as folder:
        node = Node(folder / "data", free_port(), environment)
        if NODES in os.environ and not words:
            _fill(node)
        try:
            node.start(*words)
            yield node
        finally:
            node.stop()


@contextlib.contextmanager
def running_small_node(reports: int = 50) -> Iterator[Node]:
    """Do the same with few reports in its demonstration: for whoever sends the reports that count."""
    with temporary_folder("cw-node-") as folder:
        node = Node(folder / "data", free_port())
        _fill(node, "--reports", str(reports))
        try:
            node.start()
            yield node
        finally:
            node.stop()


def _fill(node: Node, *words: str) -> None:
    """Give a node its tables and a demonstration: made here, or copied from the one that this run has made so."""
    if NODES not in os.environ:
        _make(node, *words)
        return
    made = Path(os.environ[NODES]) / "-".join(("demo", *words))
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            new = made.with_suffix(".new")
            shutil.rmtree(new, ignore_errors=True)
            _make(Node(new, free_port()), *words)
            new.rename(made)
    subprocess.run(["cp", "-a", str(made), str(node.data)], check=True)


def _make(node: Node, *words: str) -> None:
    node.command("migrate")
    node.command("demo", *words)

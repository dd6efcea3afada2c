"""Child processes that stop with their parent, and the one running node of a data folder."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from commonweave.site.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class User:
    """An operating-system user that a child runs as."""

    name: str
    uid: int
    gid: int


def start(
    program: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    output: IO[bytes] | None = None,
    user: User | None = None,
    when_orphaned: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child that gets `when_orphaned` if we die. Call from the main thread: the kernel watches the thread.

    It gets its own session, so that Ctrl-C in a terminal reaches only the supervisor, which stops things in order.
    """
    uid, gid = (user.uid, user.gid) if user else (-1, -1)
    words = [sys.executable, "-IS", CHILD, when_orphaned.value, os.getpid(), uid, gid, *program]
    return subprocess.Popen(  # noqa: S603 - our own list of words, no shell
        [str(word) for word in words],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd="/",
        start_new_session=True,
    )


def stop(
    child: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float], last: signal.Signals = signal.SIGKILL
) -> None:
    """Send each signal and wait its seconds; whoever is left after the last step is killed."""
    for number, seconds in steps:
        if child.poll() is not None:
            return
        child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
    if child.poll() is None:
        child.send_signal(last)
        child.wait()


class AlreadyRunningError(ConfigError):
    """Another process holds this data folder."""


class NodeLock:
    """Held by the one process that may run or change a data folder; it says who that is and at which address."""

    def __init__(self, data: Path) -> None:
        """Name the lock of one data folder."""
        self.data = data
        self.path = data / "lock"

    @contextlib.contextmanager
    def held(self, doing: str) -> Iterator[None]:
        """Hold the lock, or raise AlreadyRunningError with a sentence that says who does."""
        self.path.touch(mode=0o600)
        with self.path.open("r+", encoding="utf-8") as self._file:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunningError(self.describe()) from None
            self.say(doing=doing)
            try:
                yield
            finally:
                self._file.seek(0)
                self._file.truncate()

    def say(self, **facts: str) -> None:
        """Write what others should know about us."""
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), **facts}, self._file)
        self._file.flush()

    def read(self) -> dict[str, str]:
        """Return what the holder wrote; empty when nobody holds it."""
        try:
            with self.path.open(encoding="utf-8") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return dict(json.loads(file.read() or "{}"))
        except (OSError, ValueError):
            pass
        return {}

    def is_held(self) -> bool:
        """Say whether some process holds this data folder now."""
        try:
            with self.path.open(encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def describe(self) -> str:
        """Say in one sentence what holds the folder."""
        facts = self.read()
        if "address" in facts:
            return (
                f"Commonweave is running already on {facts['address']} (process {facts['pid']}, data in {self.data})."
            )
        doing = facts.get("doing", "another command")
        return f"'commonweave {doing}' is using the data in {self.data} (process {facts.get('pid', 'unknown')})."

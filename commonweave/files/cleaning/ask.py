"""Asking the child: the file goes through a pipe and comes back through a pipe; it never lies on a disk in clear."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from commonweave.files.cleaning.clean import Clean
from commonweave.files.cleaning.kinds import KINDS, kind_of
from commonweave.files.cleaning.unfit import Unfit, Why

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")
WORDS = ("title", "language", "abstract", "doi", "text")
TOP = Path(__file__).resolve().parents[3]
CHILD = "commonweave.files.cleaning.child"
PATIENCE = 40.0  # seconds; the database ends a transaction that waits for a minute
LARGEST = 60_000_000  # bytes that may come back
LONGEST_HEAD = 1_000


@dataclass(frozen=True)
class Read:
    """What a PDF says of itself, each of it a guess to be checked; `text` is all that it says."""

    title: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    abstract: str = ""
    doi: str = ""
    year: int | None = None
    pages: int = 0
    text: str = ""


def clean(data: bytes) -> Clean:
    """Return a file built anew without what it hides. Raises Unfit."""
    return _asked(kind_of(data), data, _read)


def read(data: bytes) -> Read:
    """Return what a PDF says of itself. Raises Unfit, for what is no PDF, too."""
    if kind_of(data) != "pdf":
        raise Unfit(Why.UNKNOWN)
    return _asked("pdf-text", data, _read_text)


def _asked(kind: str, data: bytes, reader: Callable[[IO[bytes]], Answer]) -> Answer:
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
            return _talk(child, data, reader)
        finally:
            timer.cancel()
            child.kill()


def _talk(child: subprocess.Popen[bytes], data: bytes, reader: Callable[[IO[bytes]], Answer]) -> Answer:
    assert child.stdin is not None  # noqa: S101 asked for above
    assert child.stdout is not None  # noqa: S101 likewise
    with contextlib.suppress(BrokenPipeError), child.stdin:
        child.stdin.write(data)
    return reader(child.stdout)


def _read_text(answer: IO[bytes]) -> Read:
    """Take words and numbers of the right kind and length; the rest is left out."""
    head = _head(answer)
    size = head.get("size")
    if head.get("kind") != "pdf-text" or not isinstance(size, int) or not 0 < size <= LARGEST:
        raise Unfit(Why.BROKEN)
    try:
        said = json.loads(answer.read(size))
    except (ValueError, RecursionError):
        raise Unfit(Why.BROKEN) from None
    if not isinstance(said, dict):
        raise Unfit(Why.BROKEN)
    words: dict[str, Any] = {name: value for name in WORDS if isinstance(value := said.get(name), str)}
    numbers: dict[str, Any] = {name: value for name in ("year", "pages") if isinstance(value := said.get(name), int)}
    authors = said.get("authors")
    names = tuple(name for name in authors if isinstance(name, str)) if isinstance(authors, list) else ()
    plain = {name: value.replace("\0", "") for name, value in words.items()}
    return Read(authors=names, **plain | numbers)


def _read(answer: IO[bytes]) -> Clean:
    """Take a file of a kind that we know, whatever it is called."""
    head = _head(answer)
    kind, size, preview = head.get("kind"), head.get("size"), head.get("preview")
    if not isinstance(kind, str) or kind not in KINDS or not isinstance(size, int) or not isinstance(preview, int):
        raise Unfit(Why.BROKEN)
    if not 0 < size <= LARGEST or not 0 <= preview <= 100_000:
        raise Unfit(Why.BOMB)
    small, data = answer.read(preview), answer.read(size)
    if len(small) != preview or len(data) != size or kind_of(data, most=LARGEST) != kind:
        raise Unfit(Why.BROKEN)
    return Clean(data, kind, active=head.get("active") is True, preview=small)


def _head(answer: IO[bytes]) -> dict[str, Any]:
    """Believe nothing: the child has seen a file that may have taken it over."""
    try:
        head = json.loads(answer.readline(LONGEST_HEAD))
    except (ValueError, RecursionError):
        raise Unfit(Why.BOMB) from None  # it was killed at a limit before it could say anything
    if not isinstance(head, dict):
        raise Unfit(Why.BROKEN)
    if "refused" in head:
        raise Unfit(next((why for why in Why if why == head["refused"]), Why.BROKEN))
    return head

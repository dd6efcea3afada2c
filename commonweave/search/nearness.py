"""Every meaning in mapped files that all web processes read: who is nearest to a question, exactly, in milliseconds.

A folder for each reader (anyone, who signed, each organisation), so that a question touches no numbers that its viewer
may not read: not even how near they were cuts off anything. In it two files, a row each: the float32 numbers, named
after their model, and the 16 bytes of the document's key (zeros where it is gone). The indexer writes them anew when it
starts and adds to them while it runs: numbers before keys, so that no key is without numbers.
"""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from commonweave.search.meaning import Numbers

KEY, NUMBER = 16, 4
KEYS = "keys"
NOBODY = bytes(KEY)


class Part:
    """Writes the rows that one reader may read."""

    def __init__(self, folder: Path, model: str, size: int) -> None:
        """Begin empty files in a new folder."""
        folder.mkdir()
        self.numbers = (folder / model).open("xb", buffering=0)
        self.keys = (folder / KEYS).open("xb", buffering=0)
        self.row, self.count = size * NUMBER, 0

    def add(self, key: UUID, numbers: Numbers) -> int:
        """Return the row."""
        os.pwrite(self.numbers.fileno(), numbers.astype(np.float32).tobytes(), self.count * self.row)
        os.pwrite(self.keys.fileno(), key.bytes, self.count * KEY)
        self.count += 1
        return self.count - 1

    def clear(self, row: int) -> None:
        """Overwrite a row."""
        os.pwrite(self.keys.fileno(), NOBODY, row * KEY)
        os.pwrite(self.numbers.fileno(), bytes(self.row), row * self.row)


class Rows:
    """Writes the rows of every reader."""

    def __init__(self, folder: Path, model: str, size: int) -> None:
        """Begin in a new folder."""
        self.folder, self.model, self.size = folder, model, size
        self.parts: dict[str, Part] = {}
        self.where: dict[UUID, list[tuple[Part, int]]] = {}

    def put(self, key: UUID, numbers: Numbers, readers: Iterable[str]) -> None:
        """Keep what a document means for its readers; earlier rows of it are given up."""
        self.remove(key)
        parts = [self._part(reader) for reader in readers]
        self.where[key] = [(part, part.add(key, numbers)) for part in parts]

    def remove(self, key: UUID) -> None:
        """Forget a document; its numbers are overwritten."""
        for part, row in self.where.pop(key, ()):
            part.clear(row)

    def close(self) -> None:
        """Let go of the files."""
        for part in self.parts.values():
            part.numbers.close()
            part.keys.close()

    def _part(self, reader: str) -> Part:
        if reader not in self.parts:
            self.parts[reader] = Part(self.folder / reader, self.model, self.size)
        return self.parts[reader]


@dataclass
class _Seen:
    """What a process mapped of one reader's files."""

    folder: Path
    numbers: Numbers
    keys: np.ndarray[tuple[int, int], np.dtype[np.uint8]]


class Nearest:
    """Reads them, and notices when there are more or others."""

    def __init__(self, folder: Path, model: str, size: int) -> None:
        """Remember where they lie."""
        self.folder, self.model, self.size = folder, model, size
        self.seen: dict[str, _Seen] = {}

    def to(self, question: Numbers, readers: Collection[str], limit: int) -> list[tuple[UUID, float]]:
        """Return the nearest documents of these readers and how near each is (cosine), the nearest first."""
        found: dict[bytes, float] = {}
        for reader in readers:
            seen = self._look(reader)
            if seen is None:
                continue
            near = seen.numbers @ question
            for row in np.argpartition(-near, min(limit, len(near)) - 1)[:limit]:
                found[seen.keys[row].tobytes()] = float(near[row])
        found.pop(NOBODY, None)
        best = sorted(found.items(), key=lambda each: (-each[1], each[0]))[:limit]
        return [(UUID(bytes=key), near) for key, near in best]

    def _look(self, reader: str) -> _Seen | None:
        known = self.seen.get(reader)
        try:
            folder = self.folder.resolve(strict=True) / reader
            count = (folder / KEYS).stat().st_size // KEY
            if known is not None and (known.folder, len(known.keys)) == (folder, count):
                return known
            if not count:
                return None
            wide = _mapped(folder / self.model, count * self.size * NUMBER).view(np.float32)
            keys = _mapped(folder / KEYS, count * KEY).reshape(count, KEY)
        except FileNotFoundError:  # nothing yet, or just exchanged: the next question finds it
            self.seen.pop(reader, None)
            return None
        self.seen[reader] = _Seen(folder, wide.reshape(count, self.size), keys)
        return self.seen[reader]


def _mapped(path: Path, size: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    with path.open("rb") as file:
        return np.frombuffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ), np.uint8)

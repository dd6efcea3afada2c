"""What the web processes of one node remember together, and the key it is remembered under. In memory only.

The process that starts the others makes it and they inherit it (a forked mapping without a name): it is in no
environment, no file and no database, left out of core dumps, and gone when the web server ends. The worker has none.
The key is drawn anew each day and everything is forgotten with it.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import mmap
import os
import secrets
import struct
import sys
import threading
import time
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from commonweave.base.gate.limits import WINDOW, Count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LASTS = 24 * 60 * 60  # seconds until the key is drawn anew
PAGE = 4096
KEY_BYTES = 32
MARK = 8
LONGEST_VALUE = 480
WAYS = 8  # places where an entry may stand
HEAD = struct.Struct("<QII")  # tag, last second on which it counts, weight
COUNTED = struct.Struct("<III")  # number of the window, counted in it, counted in the one before


class Region:
    """A table of fixed size. When all places for an entry are taken, the one with the least weight makes room."""

    def __init__(self, view: mmap.mmap, start: int, slots: int, payload: int) -> None:
        """Lay `slots` entries with `payload` bytes each into the memory from `start` on."""
        self.view, self.start, self.sets = view, start, slots // WAYS
        self.payload, self.size = payload, HEAD.size + payload
        self.end = start + slots * self.size

    def read(self, tag: int, now: float) -> bytes | None:
        """Return what stands under a tag and still counts."""
        at = self._find(tag)
        if at is None or HEAD.unpack_from(self.view, at)[1] < now:
            return None
        return self.view[at + HEAD.size : at + self.size]

    def write(self, tag: int, payload: bytes, now: float, *, lasts: float, weight: int = 1) -> None:
        """Put something under a tag."""
        at = self._find(tag)
        if at is None:
            at = min(self._places(tag), key=lambda place: self._worth(place, now))
        HEAD.pack_into(self.view, at, tag, int(now + lasts), weight)
        self.view[at + HEAD.size : at + HEAD.size + len(payload)] = payload

    def forget(self, tag: int) -> None:
        """Take away what stands under a tag."""
        at = self._find(tag)
        if at is not None:
            HEAD.pack_into(self.view, at, 0, 0, 0)

    def clear(self) -> None:
        """Take away everything."""
        self.view[self.start : self.end] = bytes(self.end - self.start)

    def _places(self, tag: int) -> range:
        first = self.start + (tag % self.sets) * WAYS * self.size
        return range(first, first + WAYS * self.size, self.size)

    def _find(self, tag: int) -> int | None:
        return next((at for at in self._places(tag) if HEAD.unpack_from(self.view, at)[0] == tag), None)

    def _worth(self, at: int, now: float) -> tuple[bool, int]:
        tag, until, weight = HEAD.unpack_from(self.view, at)
        return bool(tag) and until >= now, weight


class Memory:
    """The key, and four tables: counts, what may be used once, texts seen lately, and small values of Django's cache."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Make an empty memory with a key of its own."""
        self.clock = clock
        sizes = ((65_536, COUNTED.size), (32_768, MARK), (16_384, 20), (16_384, LONGEST_VALUE))
        total = PAGE + sum(slots * (HEAD.size + payload) for slots, payload in sizes)
        self.file = os.memfd_create("gate", os.MFD_CLOEXEC) if sys.platform == "linux" else -1
        if self.file >= 0:
            os.ftruncate(self.file, total)
        self.view = mmap.mmap(self.file, total)
        if sys.platform == "linux":
            self.view.madvise(mmap.MADV_DONTDUMP)
            _keep_out_of_swap(self.view)
        start, regions = PAGE, []
        for slots, payload in sizes:
            regions.append(Region(self.view, start, slots, payload))
            start = regions[-1].end
        self.counts, self.once, self.texts, self.values = self.regions = regions
        self._thread = threading.Lock()
        self._draw_key()

    @contextmanager
    def locked(self) -> Iterator[float]:
        """Be alone, also among processes; a process that is killed lets go. Returns the time."""
        with self._thread:
            if self.file >= 0:
                fcntl.lockf(self.file, fcntl.LOCK_EX)
            try:
                now = self.clock()
                if now - struct.unpack_from("<d", self.view, KEY_BYTES)[0] >= LASTS:
                    self._forget_all()
                yield now
            finally:
                if self.file >= 0:
                    fcntl.lockf(self.file, fcntl.LOCK_UN)

    def clear(self) -> None:
        """Forget everything, the key too."""
        with self.locked():
            self._forget_all()

    def _forget_all(self) -> None:
        for region in self.regions:
            region.clear()
        self._draw_key()

    def _draw_key(self) -> None:
        self.view[:KEY_BYTES] = secrets.token_bytes(KEY_BYTES)
        struct.pack_into("<d", self.view, KEY_BYTES, self.clock())

    def tag(self, *words: str) -> int:
        """Return what stands for some words: BLAKE2b under the key, never 0. Only while locked, or it may be of yesterday."""
        said = "\0".join(words).encode()
        hashed = hashlib.blake2b(said, key=self.view[:KEY_BYTES], digest_size=MARK, person=b"cw-gate").digest()
        return int.from_bytes(hashed) or 1

    def count(self, *words: str, stop: float = 0) -> Count:
        """Count once more, unless as many as `stop` were counted lately; return what was counted before this one."""
        with self.locked() as now:
            tag = self.tag(*words)
            found = self._counted(tag, now)
            if not stop or found.recent < stop:
                payload = COUNTED.pack(int(now // WINDOW) & 0xFFFFFFFF, found.now + 1, found.before)
                self.counts.write(tag, payload, now, lasts=2 * WINDOW, weight=found.now + found.before + 1)
            return found

    def counted(self, *words: str) -> Count:
        """Return what was counted."""
        with self.locked() as now:
            return self._counted(self.tag(*words), now)

    def forgive(self, *words: str) -> None:
        """Forget what was counted."""
        with self.locked():
            self.counts.forget(self.tag(*words))

    def _counted(self, tag: int, now: float) -> Count:
        window, elapsed = divmod(now, WINDOW)
        payload = self.counts.read(tag, now)
        if payload is None:
            return Count(elapsed=elapsed)
        at, current, before = COUNTED.unpack(payload)
        age = int(window) - at
        if age == 0:
            return Count(current, before, elapsed)
        return Count(0, current if age == 1 else 0, elapsed)

    def claim(self, *words: str, by: str, lasts: float) -> bool:
        """Let something be used by one only: say whether it was free, or was taken by the same one before."""
        with self.locked() as now:
            tag, mark = self.tag("once", *words), self.tag("by", by).to_bytes(MARK)
            payload = self.once.read(tag, now)
            if payload is not None:
                return payload == mark
            self.once.write(tag, mark, now, lasts=lasts, weight=int(now + lasts) & 0xFFFFFFFF)
            return True


def _keep_out_of_swap(view: mmap.mmap) -> None:
    """Ask the kernel never to write the page with the key to a disk; it may refuse."""
    page = (ctypes.c_char * PAGE).from_buffer(view)
    ctypes.CDLL(None, use_errno=True).mlock(ctypes.byref(page), PAGE)


@cache
def memory() -> Memory:
    """Return the memory of this node. Whoever starts web processes asks first, so that they inherit it."""
    return Memory()

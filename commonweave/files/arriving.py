"""Uploads on their way: parts sealed in memory under a key that only the receipt gives, until the file is whole.

A part can be sent again and again; who lost the connection asks how far it came and goes on. Names and keys come from
the receipt and the file's own hash (docs/envelopes.md), so choosing the same file again finds what has arrived.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from commonweave.files import store
from commonweave.files.sealing import NONCE, bound, seal_piece, unseal_piece
from commonweave.sharing.envelopes import CannotOpen

if TYPE_CHECKING:
    from pathlib import Path

PART = 512 * 1024
TAG = 16
AT_ONCE = 3
LASTS = 24 * 60 * 60


def file_id(digits: str, sha256: str, what: str = "") -> UUID:
    """Return a file's id: the same for the same receipt and bytes, so that what is sent twice is kept once.

    Nobody without the receipt can tell by it whether a file they know was sent.
    """
    material = f"{what}{sha256}".encode()
    return UUID(bytes=_hash(digits, material, 16, b"cw-file-id"), version=4)


def _hash(digits: str, material: bytes, size: int, person: bytes) -> bytes:
    return hashlib.blake2b(material, key=digits.encode("ascii"), digest_size=size, person=person).digest()


@dataclass(frozen=True)
class Upload:
    """One file on its way: whose receipt, its SHA-256 as the sender's device reckons it, its size."""

    digits: str
    sha256: str
    size: int

    @property
    def id(self) -> UUID:
        """Return what names it in the folder."""
        return UUID(bytes=_hash(self.digits, self._material, 16, b"cw-upload"), version=4)

    @property
    def key(self) -> bytes:
        """Return the key its parts are sealed under."""
        return _hash(self.digits, self._material, 32, b"cw-upload-key")

    @property
    def _material(self) -> bytes:
        return f"{self.sha256} {self.size}".encode()

    @property
    def parts(self) -> int:
        """Return how many parts there will be."""
        return -(-self.size // PART)

    def length(self, place: int) -> int:
        """Return how long a part has to be."""
        return min(PART, self.size - place * PART)

    @property
    def folder(self) -> Path:
        """Return where its parts lie, beside the others of the same receipt."""
        return _whose(self.digits) / self.id.hex

    def held(self) -> int:
        """Return how many parts have arrived without a gap."""
        for place in range(self.parts):
            path = self.folder / str(place)
            try:
                if path.stat().st_size != NONCE + self.length(place) + TAG:
                    return place
            except OSError:
                return place
        return self.parts

    def put(self, place: int, data: bytes) -> None:
        """Keep a part, sealed. Raises NoRoom; ValueError when it is no part of this file."""
        if not 0 <= place < self.parts or len(data) != self.length(place):
            raise ValueError(place)
        if not self.folder.exists():
            self._make_room()
        sealed = seal_piece(data, self.key, bound(self.id, place, last=place == self.parts - 1))
        store.keep(self.folder / str(place), [sealed], len(sealed))

    def whole(self) -> bytes | None:
        """Return the file when all of it is here and has the hash that its sender reckoned; else begin anew."""
        if self.held() < self.parts:
            return None
        found = []
        try:
            for place in range(self.parts):
                piece = (self.folder / str(place)).read_bytes()
                found.append(unseal_piece(piece, self.key, bound(self.id, place, last=place == self.parts - 1)))
        except (OSError, CannotOpen):
            self.forget()
            return None
        data = b"".join(found)
        if hashlib.sha256(data).hexdigest() != self.sha256:
            self.forget()
            return None
        return data

    def forget(self) -> None:
        """Remove its parts."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_room(self) -> None:
        """Keep only so many unfinished uploads of one receipt: the oldest make way."""
        with contextlib.suppress(OSError):
            others = [path for path in self.folder.parent.iterdir() if path.name != self.folder.name]
            others.sort(key=lambda path: path.stat().st_mtime)
            for path in others[: max(0, len(others) - AT_ONCE + 1)]:
                shutil.rmtree(path, ignore_errors=True)


def forget_all(digits: str) -> None:
    """Remove every upload of a receipt: what is taken back leaves nothing on the way, either."""
    shutil.rmtree(_whose(digits), ignore_errors=True)


def _whose(digits: str) -> Path:
    return store.folder() / "arriving" / _hash(digits, b"", 16, b"cw-arriving").hex()


def sweep() -> int:
    """Remove uploads to which nothing was added for a day; return how many."""
    gone, now = 0, time.time()
    for folder in (store.folder() / "arriving").glob("*/*"):
        with contextlib.suppress(OSError):
            if now - folder.stat().st_mtime > LASTS:
                shutil.rmtree(folder, ignore_errors=True)
                gone += 1
    for folder in (store.folder() / "arriving").glob("*"):
        with contextlib.suppress(OSError):
            folder.rmdir()  # only when it is empty
    return gone

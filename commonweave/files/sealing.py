"""Sealing a file: pieces of one size, each bound to its file, its place and whether it is the last.

* key = 32 random bytes for each file; it stands in the file's sealed document (docs/envelopes.md has known answers);
* piece = nonce(24, random) ‖ XChaCha20-Poly1305-IETF(64 KiB, padded with zeros), with
  `cw-file1` ‖ id(16) ‖ place(4, big-endian) ‖ 1 for the last piece, else 0 as additional data.

So no piece can be left out, added, moved, or taken from another file, and lengths show in steps of 64 KiB only.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from commonweave.sharing.envelopes import CannotOpen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

CHUNK = 64 * 1024
NONCE = 24
SEALED = NONCE + CHUNK + crypto_aead_xchacha20poly1305_ietf_ABYTES
KEY = 32
ROOM = b"cw-file1"


def new_key() -> bytes:
    """Return a key for one file."""
    return secrets.token_bytes(KEY)


def count(size: int) -> int:
    """Return how many pieces a file of that size has."""
    return max(1, -(-size // CHUNK))


def seal(data: bytes, key: bytes, file: UUID) -> Iterator[bytes]:
    """Yield the sealed pieces of a file."""
    pieces = count(len(data))
    for place in range(pieces):
        plain = data[place * CHUNK : (place + 1) * CHUNK].ljust(CHUNK, b"\0")
        yield seal_piece(plain, key, bound(file, place, last=place == pieces - 1))


def unseal(pieces: Iterable[bytes], key: bytes, file: UUID, size: int) -> bytes:
    """Return the file. Raises CannotOpen when a piece is missing, too many, changed or out of place."""
    wanted = count(size)
    found = []
    for place, piece in enumerate(pieces):
        found.append(unseal_piece(piece, key, bound(file, place, last=place == wanted - 1)))
    if len(found) != wanted:
        message = "The file is not whole."
        raise CannotOpen(message)
    return b"".join(found)[:size]


def bound(file: UUID, place: int, *, last: bool) -> bytes:
    """Return what a piece is bound to."""
    return ROOM + file.bytes + place.to_bytes(4) + bytes([last])


def seal_piece(plain: bytes, key: bytes, bound_to: bytes) -> bytes:
    """Seal one piece."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + bytes(crypto_aead_xchacha20poly1305_ietf_encrypt(plain, bound_to, nonce, key))


def unseal_piece(piece: bytes, key: bytes, bound_to: bytes) -> bytes:
    """Open one piece. Raises CannotOpen."""
    try:
        return bytes(crypto_aead_xchacha20poly1305_ietf_decrypt(piece[NONCE:], bound_to, piece[:NONCE], key))
    except (CryptoError, ValueError) as error:
        message = "A piece of the file does not open."
        raise CannotOpen(message) from error

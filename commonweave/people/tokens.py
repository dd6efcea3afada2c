"""Tokens of API credentials: one half finds the credential, the other opens its private key. Pure; docs/envelopes.md has the vectors.

* token = "cw_" + 32 hexadecimal digits + "_" + 64 hexadecimal digits, all random (128 and 256 bits);
* name  = BLAKE2b-256 of the first half as ASCII, person "cw-token": what the database looks up;
* lock  = XSalsa20-Poly1305 (`crypto_secretbox`) of the private key under BLAKE2b-256 of the second half, person "cw-credential".

Opening the lock is the only check of the second half: no hash of it is stored. 256 random bits need no slow hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.secret import SecretBox

from commonweave.people.locks import WrongKey

SHAPE = re.compile(r"cw_([0-9a-f]{32})_([0-9a-f]{64})")


@dataclass(frozen=True)
class Token:
    """Both halves, as hexadecimal digits."""

    first: str
    second: str

    def __repr__(self) -> str:
        """Say nothing that a log could keep."""
        return "Token(…)"

    @property
    def text(self) -> str:
        """What is shown once."""
        return f"cw_{self.first}_{self.second}"

    @property
    def name(self) -> bytes:
        """What the database keeps of the first half."""
        return hashlib.blake2b(self.first.encode(), digest_size=32, person=b"cw-token").digest()

    def lock(self, private: PrivateKey) -> bytes:
        """Lock a private key under the second half."""
        return bytes(self._box().encrypt(bytes(private)))

    def open(self, lock: bytes, public: bytes) -> PrivateKey:
        """Open what `lock` made and see that it is the private half of `public`. Raises WrongKey."""
        try:
            private = PrivateKey(self._box().decrypt(bytes(lock)))
        except (CryptoError, ValueError) as error:
            raise WrongKey from error
        if bytes(private.public_key) != bytes(public):
            raise WrongKey
        return private

    def _box(self) -> SecretBox:
        return SecretBox(hashlib.blake2b(self.second.encode(), digest_size=32, person=b"cw-credential").digest())


def draw() -> Token:
    """Return a new token."""
    return Token(secrets.token_hex(16), secrets.token_hex(32))


def read(text: str) -> Token | None:
    """Return the token that was sent, or None for anything else."""
    found = SHAPE.fullmatch(text)
    return Token(*found.groups()) if found else None

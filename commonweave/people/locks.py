"""How a member's private key is locked, and how keys are wrapped for people. Pure; docs/envelopes.md has the vectors.

* passphrase: Argon2id (RFC 9106) of the NFKC text, random 16-byte salt, cost measured at installation → 32-byte key;
* recovery code: 40 random decimal digits (132 bits), BLAKE2b-256 with person "cw-recovery" → 32-byte key;
* lock = XSalsa20-Poly1305 (`crypto_secretbox`) of the private key under one of these;
* wrap = `crypto_box_seal` of a private key to a person's public key.
"""

from __future__ import annotations

import hashlib
import secrets
import time
import unicodedata
from dataclasses import dataclass

from nacl import pwhash, utils
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

CODE_DIGITS = 40
CODE_GROUP = 5
LONGEST = 200
ALGORITHM = pwhash.argon2id
_MEGABYTE = 1 << 20


class WrongKey(Exception):
    """This passphrase, code or key does not open the lock."""


@dataclass(frozen=True)
class Cost:
    """What one try at a passphrase costs: passes, and bytes of memory."""

    passes: int = 3
    memory: int = 64 * _MEGABYTE


CHEAPEST = Cost(ALGORITHM.OPSLIMIT_MIN, ALGORITHM.MEMLIMIT_MIN)
"""For passphrases that are printed anyway (the demonstration), and for tests."""


@dataclass(frozen=True)
class Lock:
    """A private key locked twice: under the passphrase and under the recovery code."""

    salt: bytes
    cost: Cost
    by_passphrase: bytes
    by_code: bytes


def measure(seconds: float = 0.5) -> Cost:
    """Return the cost at which one try takes about this long here: `Cost()` at least, 256 megabytes at most."""
    cost = Cost()
    while True:
        began = time.perf_counter()
        _stretch("measure", b"\0" * ALGORITHM.SALTBYTES, cost)
        if time.perf_counter() - began >= seconds / 2 or cost.memory >= 256 * _MEGABYTE:
            return cost
        cost = Cost(cost.passes, cost.memory * 2)


def draw_code() -> str:
    """Return a new recovery code: 40 decimal digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def show_code(code: str) -> list[str]:
    """Return the groups of five that a person writes down."""
    return [code[at : at + CODE_GROUP] for at in range(0, len(code), CODE_GROUP)]


def read_code(typed: str) -> str:
    """Return the digits of what was typed, in any script and spacing. Raises WrongKey."""
    digits = [unicodedata.decimal(sign, None) for sign in unicodedata.normalize("NFKC", typed)]
    code = "".join(str(value) for value in digits if value is not None)
    if len(code) != CODE_DIGITS:
        raise WrongKey
    return code


def plain(passphrase: str) -> str:
    """Return a passphrase as it is stretched: NFKC, nothing blank around it, 200 characters at most."""
    return unicodedata.normalize("NFKC", passphrase).strip()[:LONGEST]


def lock(private: PrivateKey, passphrase: str, code: str, cost: Cost) -> Lock:
    """Lock a private key under a passphrase and a recovery code."""
    salt = utils.random(ALGORITHM.SALTBYTES)
    inside = bytes(private)
    by_passphrase = bytes(SecretBox(_stretch(passphrase, salt, cost)).encrypt(inside))
    return Lock(salt, cost, by_passphrase, bytes(SecretBox(_from_code(code)).encrypt(inside)))


def open_with_passphrase(locked: Lock, passphrase: str) -> PrivateKey:
    """Return the private key. Raises WrongKey."""
    return _open(locked.by_passphrase, _stretch(passphrase, locked.salt, locked.cost))


def open_with_code(locked: Lock, code: str) -> PrivateKey:
    """Return the private key. Raises WrongKey."""
    return _open(locked.by_code, _from_code(code))


def wrap(private: PrivateKey, public: bytes) -> bytes:
    """Wrap a private key so that only the holder of another one opens it."""
    return bytes(SealedBox(PublicKey(public)).encrypt(bytes(private)))


def unwrap(wrapped: bytes, private: PrivateKey, public: bytes) -> PrivateKey:
    """Open what `wrap` made and see that it is the private half of `public`. Raises WrongKey."""
    try:
        inside = PrivateKey(SealedBox(private).decrypt(bytes(wrapped)))
    except (CryptoError, ValueError) as error:
        raise WrongKey from error
    if bytes(inside.public_key) != bytes(public):
        raise WrongKey
    return inside


def fingerprint(public: bytes) -> str:
    """Return 32 hexadecimal digits by which people compare a public key: half of its SHA-256, as the database has it too."""
    return hashlib.sha256(bytes(public)).hexdigest()[:32]


def spoken(public: bytes) -> str:
    """Return a fingerprint in groups of four, as people read it to each other."""
    text = fingerprint(public)
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    text = plain(passphrase).encode()
    return ALGORITHM.kdf(SecretBox.KEY_SIZE, text, salt, opslimit=cost.passes, memlimit=cost.memory)


def _from_code(code: str) -> bytes:
    return hashlib.blake2b(code.encode("ascii"), digest_size=32, person=b"cw-recovery").digest()


def _open(box: bytes, key: bytes) -> PrivateKey:
    try:
        return PrivateKey(SecretBox(key).decrypt(bytes(box)))
    except CryptoError as error:
        raise WrongKey from error

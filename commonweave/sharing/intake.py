"""What a browser seals to the node: a finished report that waits on a phone for a network. Only the node opens it.

P-256, HKDF and AES-GCM, because every browser has them (docs/envelopes.md). The browser's half is in `waiting.js`;
`seal` here does the same, for tests and for whoever compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = 1
CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256, FIPS 186-5
ID, POINT, KEY, NONCE = 4, 65, 32, 12  # bytes
HEAD = 1 + ID + POINT
INFO = b"commonweave waiting 1"
STEP = 4096  # a sealed text is padded to a multiple of this


class CannotOpenIntake(Exception):
    """Not sealed to this node, changed, cut, of another version, or to a key that is no longer used."""


class IntakeKey(NamedTuple):
    """A key pair of the node for a while; browsers seal to its public half and name it by its number."""

    id: int
    private: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> bytes:
        """The public half, as an uncompressed point."""
        return point(self.private)


def intake_key(number: int, secret: bytes) -> IntakeKey:
    """Return the key pair that 64 secret bytes stand for (FIPS 186-5, A.2.1: more bits than needed, so without bias)."""
    return IntakeKey(number, ec.derive_private_key(int.from_bytes(secret) % (ORDER - 1) + 1, CURVE))


def point(private: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public half of a key as an uncompressed point."""
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal(text: bytes, number: int, public: bytes, mine: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    """Seal as the browser does; `mine` is the throw-away key, drawn unless an example is checked."""
    mine = mine or ec.generate_private_key(CURVE)
    shared = mine.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public))
    head = bytes([VERSION]) + number.to_bytes(ID) + point(mine)
    cipher, nonce = _cipher(shared, point(mine) + public)
    return head + cipher.encrypt(nonce, text + b" " * (-len(text) % STEP), head)


def unseal(sealed: bytes, key_of: Callable[[int], IntakeKey | None]) -> bytes:
    """Return what a browser sealed, with its padding. Raises CannotOpenIntake."""
    head, body = sealed[:HEAD], sealed[HEAD:]
    if len(head) < HEAD or head[0] != VERSION:
        raise CannotOpenIntake
    key = key_of(int.from_bytes(head[1 : 1 + ID]))
    if key is None:
        raise CannotOpenIntake
    theirs = head[1 + ID :]
    try:
        shared = key.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        cipher, nonce = _cipher(shared, theirs + key.public)
        return cipher.decrypt(nonce, body, head)
    except (InvalidTag, ValueError) as error:  # ValueError: no point of the curve
        raise CannotOpenIntake from error


def _cipher(shared: bytes, salt: bytes) -> tuple[AESGCM, bytes]:
    """Return cipher and nonce: the key is used once, so the nonce comes from the same place and is never sent."""
    derived = HKDF(SHA256(), KEY + NONCE, salt=salt, info=INFO).derive(shared)
    return AESGCM(derived[:KEY]), derived[KEY:]

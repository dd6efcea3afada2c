"""Envelopes: one private document, one random data key, wrapped for each recipient.

Construction (libsodium through PyNaCl; docs/envelopes.md has the known-answer vectors):

* body  = XSalsa20-Poly1305 (`crypto_secretbox`), random 24-byte nonce in front, under a random 32-byte data key,
          of the document as UTF-8 JSON padded with spaces to a multiple of 256 bytes;
* wrap  = `crypto_box_seal` (X25519, XSalsa20-Poly1305) of the data key to a recipient's public key;
* digest = BLAKE2b-224 of the same text without the padding, keyed with BLAKE2b-256(digits, person="cw-proof"), person
          "cw-digest": stands in the journal, and nobody without the receipt can hold a guess against it;
* receipt: 28 random decimal digits (93 bits). locator = BLAKE2b-128(digits, person="cw-locator") as a UUID,
          private key = BLAKE2b-256(digits, person="cw-receipt"). No slow hash: 93 random bits cannot be guessed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

if TYPE_CHECKING:
    from collections.abc import Mapping

Document = dict[str, Any]
RECEIPT = "receipt"
PADDING = 256


class CannotOpen(Exception):
    """The key at hand does not open this envelope, or it was changed."""


@dataclass(frozen=True)
class Sealed:
    """What is stored: the sealed body, and the data key wrapped per recipient (base64 text)."""

    body: bytes
    keys: dict[str, str]


def plain(document: Document) -> bytes:
    """Return the exact text of a document that is sealed, without its padding."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def seal(document: Document, recipients: Mapping[str, bytes]) -> Sealed:
    """Seal a document for recipients (name → 32-byte X25519 public key)."""
    text = plain(document)
    data_key = secrets.token_bytes(SecretBox.KEY_SIZE)
    body = bytes(SecretBox(data_key).encrypt(text + b" " * (-len(text) % PADDING)))
    return Sealed(body, {name: _wrap(data_key, public) for name, public in recipients.items()})


def unseal(body: bytes, keys: Mapping[str, str], ring: Mapping[str, PrivateKey]) -> Document:
    """Open an envelope with whichever key of the ring it is wrapped for. Raises CannotOpen."""
    try:
        document: Document = json.loads(SecretBox(_data_key(keys, ring)).decrypt(bytes(body)))
    except (ValueError, CryptoError) as error:
        message = "The envelope does not open."
        raise CannotOpen(message) from error
    return document


def rewrap(keys: Mapping[str, str], ring: Mapping[str, PrivateKey], recipients: Mapping[str, bytes]) -> dict[str, str]:
    """Return the wrapped data keys with those for more recipients beside them; the body stays. Raises CannotOpen."""
    more = {name: public for name, public in recipients.items() if name not in keys}
    if not more:
        return dict(keys)
    data_key = _data_key(keys, ring)
    return {**keys, **{name: _wrap(data_key, public) for name, public in more.items()}}


def _data_key(keys: Mapping[str, str], ring: Mapping[str, PrivateKey]) -> bytes:
    name = next((name for name in keys if name in ring), None)
    if name is None:
        message = "The envelope is wrapped for none of these keys."
        raise CannotOpen(message)
    try:
        return SealedBox(ring[name]).decrypt(b64decode(keys[name], validate=True))
    except (ValueError, CryptoError) as error:
        message = "The data key does not open."
        raise CannotOpen(message) from error


def _wrap(data_key: bytes, public: bytes) -> str:
    return b64encode(SealedBox(PublicKey(public)).encrypt(data_key)).decode("ascii")


@dataclass(frozen=True)
class ReceiptKeys:
    """What a receipt's digits give: where to find the report, and the key that opens it."""

    locator: UUID
    private: PrivateKey

    @property
    def public(self) -> bytes:
        """The 32-byte public key to seal to."""
        return bytes(self.private.public_key)


def receipt_keys(digits: str) -> ReceiptKeys:
    """Derive locator and key from the 28 digits of a receipt (ASCII, without check digits)."""
    material = digits.encode("ascii")
    locator = UUID(bytes=hashlib.blake2b(material, digest_size=16, person=b"cw-locator").digest())
    return ReceiptKeys(locator, PrivateKey(hashlib.blake2b(material, digest_size=32, person=b"cw-receipt").digest()))


def proof_key(digits: str) -> bytes:
    """Derive from a receipt what shows that a digest is of some words; it finds and opens nothing."""
    return hashlib.blake2b(digits.encode("ascii"), digest_size=32, person=b"cw-proof").digest()


def digest(text: bytes, key: bytes) -> str:
    """Return the keyed digest of a document's text, 56 hexadecimal digits."""
    return hashlib.blake2b(text, key=key, digest_size=28, person=b"cw-digest").hexdigest()

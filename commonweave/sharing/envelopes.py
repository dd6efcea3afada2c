"""Envelopes: one private document, one random data key, wrapped for each recipient.

Construction (libsodium through PyNaCl; docs/envelopes.md has the known-answer vectors):

* body  = XSalsa20-Poly1305 (`crypto_secretbox`), random 24-byte nonce in front, under a random 32-byte data key,
          of the document as UTF-8 JSON padded with spaces to a multiple of 256 bytes;
* wrap  = `crypto_box_seal` (X25519, XSalsa20-Poly1305) of the data key to a recipient's public key;
* receipt: 28 random decimal digits (93 bits). locator = BLAKE2b-128(digits, person="cw-locator") as a UUID,
          private key = BLAKE2b-256(digits, person="cw-receipt"). No slow hash: 93 random bits cannot be guessed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

if TYPE_CHECKING:
    from collections.abc import Mapping

Document = dict[str, Any]
NODE = "node"
RECEIPT = "receipt"
PADDING = 256


class CannotOpen(Exception):
    """The key at hand does not open this envelope, or it was changed."""


@dataclass(frozen=True)
class Sealed:
    """What is stored: the sealed body, and the data key wrapped per recipient (base64 text)."""

    body: bytes
    keys: dict[str, str]


def seal(document: Document, recipients: Mapping[str, bytes]) -> Sealed:
    """Seal a document for recipients (name → 32-byte X25519 public key)."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    data_key = secrets.token_bytes(SecretBox.KEY_SIZE)
    body = bytes(SecretBox(data_key).encrypt(text + b" " * (-len(text) % PADDING)))
    return Sealed(body, {name: _wrap(data_key, public) for name, public in recipients.items()})


def unseal(body: bytes, keys: Mapping[str, str], name: str, private: PrivateKey) -> Document:
    """Open an envelope as one of its recipients. Raises CannotOpen."""
    try:
        data_key = SealedBox(private).decrypt(b64decode(keys[name], validate=True))
        document: Document = json.loads(SecretBox(data_key).decrypt(bytes(body)))
    except (KeyError, ValueError, CryptoError) as error:
        message = f"The envelope does not open for {name}."
        raise CannotOpen(message) from error
    return document


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


@cache
def node_private() -> PrivateKey:
    """Return the node's own key, derived from the secret file."""
    return PrivateKey(settings.CONFIG.derive("envelopes-node"))


@cache
def node_public() -> bytes:
    """Return the public half, to which everything is sealed here."""
    return bytes(node_private().public_key)

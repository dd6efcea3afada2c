"""How what a mail says is kept while it waits.

A member's mail under a key of the node; a resident's letter, address and words together, in a box that everybody here
can close and only the worker opens (docs/envelopes.md).
"""

from __future__ import annotations

import json

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox

from commonweave.delivery.server import Letter

PADDING = 1024
"""Letters differ by the length of an address and by language; in steps of this size they look alike."""


class CannotOpen(Exception):
    """The letter was not sealed for this node, or it was changed."""


def seal_text(text: str) -> bytes:
    """Seal what a member's mail says."""
    return bytes(_box().encrypt(text.encode()))


def open_text(sealed: bytes | memoryview[int]) -> str:
    """Return what a member's mail says, "" when it is gone."""
    try:
        return _box().decrypt(bytes(sealed)).decode() if sealed else ""
    except CryptoError:
        return ""


def seal_letter(letter: Letter) -> bytes:
    """Close a letter to a resident; nothing here but the worker reads the address again."""
    text = json.dumps({"v": 1, **vars(letter)}, ensure_ascii=False, separators=(",", ":")).encode()
    return bytes(SealedBox(_key().public_key).encrypt(text + b" " * (-len(text) % PADDING)))


def open_letter(sealed: bytes | memoryview[int]) -> Letter:
    """Open a letter at the moment it is sent. Raises CannotOpen."""
    try:
        found = json.loads(SealedBox(_key()).decrypt(bytes(sealed)))
        return Letter(found["to"], found["subject"], found["body"])
    except (CryptoError, ValueError, KeyError) as error:
        message = "The letter does not open."
        raise CannotOpen(message) from error


def _box() -> SecretBox:
    return SecretBox(settings.CONFIG.derive("mail"))


def _key() -> PrivateKey:
    return PrivateKey(settings.CONFIG.derive("letters-to-residents"))

"""Where a mail comes back to, and how it is known again.

Each mail has a token: its identifier and a keyed hash of it. The token stands in the Message-ID and, where the mailbox
allows, in the return path. Whoever does not hold the node's secret can make none, so a forged notice fails nobody's mail.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
from base64 import b32decode, b32encode
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from commonweave.delivery.mailbox import TOKEN_GOES_HERE, read_address

if TYPE_CHECKING:
    from collections.abc import Iterator

PROOF = 10  # bytes of the keyed hash: 80 bits, and a forger has to ask a mail server for each guess
LENGTH = 42  # 26 bytes in base32, which survives mail servers that change capitals
TOKEN = re.compile(rf"(?<![a-z2-7])[a-z2-7]{{{LENGTH}}}(?![a-z2-7])", re.IGNORECASE)


def token_of(pk: UUID) -> str:
    """Return a mail's token."""
    return b32encode(pk.bytes + _proof(pk)).decode("ascii").rstrip("=").lower()


def return_path(pk: UUID) -> str:
    """Return the address to which other servers send back what they cannot deliver."""
    url = settings.CONFIG.bounces_url
    address = read_address(url).address if url else ""
    return address.replace(TOKEN_GOES_HERE, token_of(pk)) or settings.DEFAULT_FROM_EMAIL


def tokens_in(text: str) -> Iterator[UUID]:
    """Return the mails whose true tokens stand in a text, each once."""
    found = (_read(candidate) for candidate in dict.fromkeys(TOKEN.findall(text)))
    return (pk for pk in found if pk is not None)


def _read(token: str) -> UUID | None:
    try:
        data = b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return None
    pk = UUID(bytes=data[:-PROOF])
    return pk if hmac.compare_digest(data[-PROOF:], _proof(pk)) else None


def _proof(pk: UUID) -> bytes:
    key = settings.CONFIG.derive("return-path")
    return hashlib.blake2b(pk.bytes, key=key, digest_size=PROOF, person=b"cw-return-path").digest()

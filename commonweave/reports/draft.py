"""What the steps carry: an encrypted hidden field that the browser gives back and only this node can read."""

from __future__ import annotations

import binascii
import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from commonweave.sharing import receipts

if TYPE_CHECKING:
    from collections.abc import Mapping

LASTS = 2 * 60 * 60  # seconds


class DraftLost(Exception):
    """The hidden field is missing, changed, or older than two hours."""


@dataclass(frozen=True)
class Draft:
    """The steps so far. `digits` is drawn when the last step is first shown; `numbers` come from it and what is sent.

    `helped` says how somebody told it to whoever types, and `spoken` in which language (views/assist.py).
    `seed` is drawn at the beginning: what these steps leave behind has one identifier, however often they are sent.
    """

    begun: int
    seed: str
    at: str = ""
    kind: str = ""
    place: str = ""
    point: tuple[float, float] | None = None
    near: tuple[str, ...] = ()
    digits: str = ""
    helped: str = ""
    spoken: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)

    def drawn(self) -> Draft:
        """Return this draft with the random part of its receipt, drawn once."""
        return self if self.digits else replace(self, digits=receipts.draw())

    @property
    def gap(self) -> UUID:
        """Return the identifier of the one gap that this draft may leave; only the node can tell which draft it was."""
        key = settings.CONFIG.derive("gap-of-a-draft")
        return UUID(
            bytes=hashlib.blake2b(self.seed.encode(), key=key, digest_size=16, person=b"cw-gap").digest(), version=4
        )

    def numbers(self, said: Mapping[str, object]) -> tuple[UUID, str]:
        """Return the report's identifier and its receipt: the same for the same words, others for other words.

        So a form sends once, and whoever kept a copy of the field does not hold the receipt of what others wrote.
        """
        material = json.dumps([self.digits, said], sort_keys=True).encode()
        key = settings.CONFIG.derive("numbers-of-a-form")
        report = hashlib.blake2b(material, key=key, digest_size=16, person=b"cw-report").digest()
        receipt = hashlib.blake2b(material, key=key, digest_size=64, person=b"cw-digits").digest()
        digits = int.from_bytes(receipt) % 10**receipts.DIGITS
        return UUID(bytes=report, version=4), f"{digits:0{receipts.DIGITS}d}"


def begin(at: str = "") -> Draft:
    """Return an empty draft; `at` is the code of the place under whose name the resident reports."""
    return Draft(begun=int(time.time()), seed=secrets.token_hex(16), at=at)


def lock(draft: Draft) -> str:
    """Return the text for the hidden field."""
    data = json.dumps(asdict(draft), separators=(",", ":")).encode()
    return urlsafe_b64encode(_box("draft").encrypt(data)).decode("ascii")


def unlock(text: str, lasts: int = LASTS) -> Draft:
    """Read the hidden field, up to `lasts` seconds old. Raises DraftLost."""
    data = _open("draft", text)
    try:
        draft = Draft(**{**data, "point": tuple(data["point"]) if data["point"] else None, "near": tuple(data["near"])})
    except (KeyError, TypeError) as error:  # begun before this version
        raise DraftLost from error
    if not 0 <= time.time() - draft.begun <= lasts:
        raise DraftLost
    return draft


def lock_receipt(digits: str) -> str:
    """Return a hidden field that lets the pages of one visit act for a receipt without showing it again."""
    return urlsafe_b64encode(_box("visit").encrypt(json.dumps([int(time.time()), digits]).encode())).decode("ascii")


def unlock_receipt(text: str) -> str:
    """Return the digits of a visit. Raises DraftLost."""
    begun, digits = _open("visit", text)
    if not 0 <= time.time() - begun <= LASTS:
        raise DraftLost
    return str(digits)


def _box(purpose: str) -> SecretBox:
    return SecretBox(settings.CONFIG.derive(f"hidden-{purpose}"))


def _open(purpose: str, text: str) -> Any:  # noqa: ANN401 whatever was locked
    try:
        return json.loads(_box(purpose).decrypt(urlsafe_b64decode(text.encode("ascii"))))
    except (CryptoError, ValueError, binascii.Error) as error:
        raise DraftLost from error

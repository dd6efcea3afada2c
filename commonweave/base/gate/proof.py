"""Proof of work (altcha): a little arithmetic that costs a telephone a second and a flood a machine.

PBKDF2 of the browser itself (WebCrypto): fast where it is honest, and off the page's own thread. The counter to find is
drawn below `TRIES`, so that the longest search is known beforehand; checking one costs a hash.
"""

from __future__ import annotations

import json
import secrets
import time

import altcha
from django.conf import settings

ALGORITHM = "PBKDF2/SHA-256"
COST = 1_000  # iterations a try
TRIES = {1: 25, 2: 80, 3: 250}
"""The most tries for each level; 250,000 iterations are 2 s or less on a telephone that does 150,000 a second (ADR 26)."""


def challenge(level: int, about: str, lasts: int) -> str:
    """Return a challenge as JSON for the page; its solution counts for `about` only."""
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.randbelow(TRIES[level]),
        expires_at=int(time.time()) + lasts,
        data={"about": about},
        hmac_secret=_key(),
        hmac_key_secret=_key("-found"),
    )
    return json.dumps(made.to_dict(), separators=(",", ":"))


def solved(text: str, about: str) -> str | None:
    """Return what names this challenge if `text` is a good solution of one about `about` that still lasts."""
    if not altcha.verify_solution(text, _key(), hmac_key_secret=_key("-found")).verified:
        return None
    found = altcha.Payload.from_base64(text).challenge
    if found.parameters.data != {"about": about}:
        return None
    return found.signature


def _key(part: str = "") -> bytes:
    return bytes(settings.CONFIG.derive(f"proof-of-work{part}"))

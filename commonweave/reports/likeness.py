"""What two reports may have in common, as keyed tokens: equal ones hint at a repeat, and say nothing without the key. Pure.

The key comes from the organisation's private key, which lies nowhere in the clear: whoever has the database cannot hold
a guess against a token, and tokens of two organisations never match. docs/envelopes.md has the known answers.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from nacl.public import PrivateKey

ADDRESS, GROUND, WORDS = 0, 1, 2
"""Lanes: the address of a page; the finest place and the day; from here on the words, in LANES lanes."""
LANES = 8
WEIGHTS = {ADDRESS: 3, GROUND: 2}
ENOUGH = 3
_LANE_BYTES = 8


def repeat_key(private: PrivateKey) -> bytes:
    """Derive from an organisation's private key what its tokens are made with."""
    return hashlib.blake2b(b"", key=bytes(private), digest_size=32, person=b"cw-repeats").digest()


def tokens(key: bytes, document: Mapping[str, object], on: date) -> dict[int, UUID]:
    """Return a report's tokens by lane: ten at most, however much somebody wrote."""
    found = {GROUND: _token(key, GROUND, f"{document.get('place')} {on}".encode())}
    if address := plain_address(str(document.get("address") or "")):
        found[ADDRESS] = _token(key, ADDRESS, address.encode())
    least = [b"\xff" * _LANE_BYTES] * LANES
    pairs = shingles(str(document.get("what") or ""))
    for pair in pairs:
        hashed = hashlib.blake2b(pair.encode(), key=key, digest_size=LANES * _LANE_BYTES, person=b"cw-shingle").digest()
        lanes = [hashed[at : at + _LANE_BYTES] for at in range(0, len(hashed), _LANE_BYTES)]
        least = list(map(min, least, lanes))
    if pairs:
        found |= {WORDS + lane: _token(key, WORDS + lane, low) for lane, low in enumerate(least)}
    return found


def _token(key: bytes, lane: int, of: bytes) -> UUID:
    return UUID(bytes=hashlib.blake2b(bytes([lane]) + of, key=key, digest_size=16, person=b"cw-token").digest())


def plain_address(typed: str) -> str:
    """Return an address without what does not tell pages apart: scheme, "www.", the part after "#", a last slash.

    Empty where it is too general: a site as a whole, or one word.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if "." not in text or " " in text:
        words = text.casefold().split()
        return " ".join(words) if len(words) > 1 else ""
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
    except ValueError:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    page = parts.path.rstrip("/") + query
    return parts.netloc.casefold().removeprefix("www.") + page if page else ""


def shingles(text: str) -> set[str]:
    """Return the pairs of neighbouring words, or the only word there is; case, accents' form and signs do not count."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return {" ".join(pair) for pair in itertools.pairwise(words)} or set(words)


def is_likely(lanes: Iterable[int]) -> bool:
    """Say whether so much in common is worth a member's look: an address, three lanes of words, or place, day and one."""
    return sum(WEIGHTS.get(lane, 1) for lane in lanes) >= ENOUGH

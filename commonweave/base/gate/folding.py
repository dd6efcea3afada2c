"""Texts that come again and again fold: later ones are told which one was there when it became a flood.

What is stored with a report is that one's identifier, no hash of anything. From how many on is between the limit and three
more, drawn by the key for each text: whoever sends a guess several times cannot read from the database whether another
had sent the same before.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from uuid import UUID

from django.conf import settings

from commonweave.base.gate.memory import memory

HOUR = 3_600.0  # seconds that a text is remembered after it came last
SHORTEST = 20  # characters; what is shorter, different people say by chance
VARIES = 4
SEEN = struct.Struct("<I16s")  # how often, and the identifier of the one that was there when it became too often
NONE = bytes(16)


def folded(*texts: str) -> str:
    """Return what texts have in common that a flood would write differently: case, spaces and digits do not count."""
    one = unicodedata.normalize("NFKC", "\n".join(texts)).casefold()
    return " ".join(re.sub(r"\d+", "0", one).split())


def first_of(text: str) -> UUID | None:
    """Return the identifier under which what says the same folds, or None while that is not unusual."""
    if len(text) < SHORTEST:
        return None
    with memory().locked() as now:
        payload = memory().texts.read(memory().tag("text", text), now)
    lead = SEEN.unpack(payload)[1] if payload else NONE
    return None if lead == NONE else UUID(bytes=lead)


def seen(text: str, pk: UUID) -> None:
    """Count one more with this text, once it is kept."""
    if len(text) < SHORTEST:
        return
    with memory().locked() as now:
        tag = memory().tag("text", text)
        payload = memory().texts.read(tag, now)
        often, lead = SEEN.unpack(payload) if payload else (0, NONE)
        often += 1
        if lead == NONE and often >= settings.LIMITS["fold"].stop + tag % VARIES:
            lead = pk.bytes
        memory().texts.write(tag, SEEN.pack(often, lead), now, lasts=HOUR, weight=often)

"""How names are compared and put in order: the database has no ICU, so keys are made here and stored."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from uuid import UUID

from django.http import Http404

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ـ": ""})
_NOT_A_WORD = re.compile(r"[^\w]+")
KEY_LENGTH = 200


def fold(text: str) -> str:
    """Reduce a text to what people type on any keyboard: no case, accents or punctuation, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _NOT_A_WORD.sub(" ", plain.replace("'", "").replace("’", "")).strip()


def sort_key(text: str) -> str:
    """Return the stored key by which a list pages: the folded name, then the name itself to break ties."""
    return f"{fold(text)}\t{text}"[:KEY_LENGTH]


def read_key(text: str) -> tuple[date, UUID]:
    """Return (day, id) of a list's key "day_id". Raises Http404: no such page."""
    try:
        day, _, pk = text.partition("_")
        return date.fromisoformat(day), UUID(pk)
    except ValueError:
        raise Http404 from None

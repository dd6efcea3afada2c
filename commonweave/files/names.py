"""What a file is called here: the words somebody gave it, without what could deceive, with the ending it deserves."""

from __future__ import annotations

import unicodedata

from commonweave.files.cleaning.kinds import KINDS

LONGEST = 80


def tidy(name: str, kind: str) -> str:
    """Return a name without folders, controls and signs that turn writing around, with the ending of its real kind."""
    last = name.replace("\\", "/").rpartition("/")[2]
    words = "".join(
        sign for sign in unicodedata.normalize("NFC", last) if not unicodedata.category(sign).startswith("C")
    )
    stem = words.rpartition(".")[0] or words
    stem = " ".join(stem.replace("/", " ").split()).strip(". ")[:LONGEST].rstrip()
    ending = KINDS[kind].ending if kind in KINDS else "bin"
    return f"{stem or 'file'}.{ending}"

"""The words that come with the program: one JSON file a scheme, the truth from which the tables are filled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commonweave.base.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Term:
    """A concept as pages use it: what residents read, what staff work with."""

    code: str
    public: Text
    working: Text
    definition: Text
    broader: str | None = None
    position: int = 0
    retired_on: date | None = None


@dataclass(frozen=True)
class Words:
    """A whole scheme."""

    code: str
    names: Text
    terms: Mapping[str, Term]


def read_all() -> dict[str, Words]:
    """Return every scheme in the program's own files."""
    return {words.code: words for words in map(_read, sorted(FOLDER.glob("*.json")))}


def _read(path: Path) -> Words:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    by_machine = frozenset(document.get("machine", ()))

    def text(value: dict[str, str]) -> Text:
        return Text(value, "en", by_machine & frozenset(value))

    terms = [
        Term(
            code=entry["code"],
            public=text(entry["public"]),
            working=text(entry["working"]),
            definition=text(entry["definition"]),
            broader=entry.get("broader"),
            position=position,
        )
        for position, entry in enumerate(document["concepts"])
    ]
    return Words(document["scheme"], text(document["names"]), {term.code: term for term in terms})

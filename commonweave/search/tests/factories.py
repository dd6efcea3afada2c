"""How tests let things be found: an indexer of an empty folder, which a test moves on by hand."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.conf import settings

from commonweave.base.text import Text
from commonweave.search import actions, meaning, queries
from commonweave.search.actions import Findable
from commonweave.search.indexer import Indexer
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

OURS, THEIRS = UUID(int=1), UUID(int=2)


@contextlib.contextmanager
def indexing(folder: Path, monkeypatch: pytest.MonkeyPatch, *, by_meaning: bool = False) -> Iterator[Indexer]:
    """Index into a folder; by words alone unless a test is about meanings, for these take their time."""
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, data=folder))
    if not by_meaning:
        monkeypatch.setattr(meaning, "kind", lambda: None)
        monkeypatch.setattr(meaning, "model", lambda: None)
    queries._opened.cache_clear()
    queries._nearest.cache_clear()
    made = Indexer(folder / "search", meaning.kind())
    try:
        yield made
    finally:
        made.close()


def catch_up(indexer: Indexer) -> None:
    """Let everything that was put be found."""
    while indexer.step():
        pass


def put(title: str = "", *, tlp: str = Tlp.CLEAR, language: str = "en", **words: Any) -> UUID:
    """Let a thing be found; return its subject."""
    subject = uuid4()
    said: dict[str, Any] = {
        "kind": "test",
        "subject": subject,
        "holder": OURS,
        "title": Text.of(title, language=language),
        "tlp": tlp,
    }
    actions.put(Findable(**(said | words)))
    return UUID(str(words.get("subject", subject)))

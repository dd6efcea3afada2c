"""The indexer that tests of this floor move on by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from commonweave.search.indexer import Indexer


@pytest.fixture
def indexer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Indexer]:
    """Index into an empty folder, by words alone."""
    from commonweave.search.tests.factories import indexing  # noqa: PLC0415 - Django is set up later

    with indexing(tmp_path, monkeypatch) as made:
        yield made

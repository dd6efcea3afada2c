"""Small versions of the audit of files; what each is there for stands at its full size."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from bench import resident
from commonweave.files.tests.samples import SAMPLES
from tools.audit import metadata, uploads
from tools.audit.parts import AuditError
from tools.node import running_node

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_nothing_planted_is_left(kind: str, tmp_path: Path) -> None:
    assert metadata.look_at(kind, 5, tmp_path) >= 1


def test_what_is_left_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit that finds nothing must be one that would find something."""
    monkeypatch.setattr(metadata, "judged", lambda *_: ["a place"])
    with pytest.raises(AuditError, match="a place"):
        metadata.look_at("jpeg", 1, tmp_path)


@pytest.mark.xdist_group("kills")
def test_cut_uploads_arrive_as_they_were_sent() -> None:
    with running_node() as node:
        ways, _ = asyncio.run(resident.find_ways(node.port))
        found = asyncio.run(uploads.trial(node, ways, random.Random(3), 4))
    assert found.counts["uploads"] == 4
    assert found.counts["cuts"] >= 1

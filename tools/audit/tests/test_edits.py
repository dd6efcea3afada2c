"""Two people change the same thing at once, through the pages, on a node with several processes."""

from __future__ import annotations

import pytest

from tools.audit import edits


@pytest.mark.xdist_group("kills")
def test_nothing_that_was_saved_is_lost_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, reports and both at once: the full size is a part of the audit."""
    monkeypatch.setattr(edits, "EDITS", 60)
    with edits.prepare() as one_round:
        counts = one_round(0).counts
    assert counts["done"] >= 20
    assert counts["refused and told"] >= 10

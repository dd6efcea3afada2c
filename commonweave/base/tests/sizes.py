"""How large a test is: small enough for everybody's run, full size where `make audit` asks for it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random


def size(small: int) -> int:
    """Return how many cases to try."""
    return int(os.environ.get("COMMONWEAVE_TEST_SIZE") or small)


def luck(name: str) -> Random:
    """Return repeatable luck: other cases in each round of the audit, the same ones whenever it is taken up again."""
    return Random(f"{name} {os.environ.get('COMMONWEAVE_TEST_ROUND', '0')}")  # noqa: S311 repeatable, not secret


def tell(counts: dict[str, int]) -> None:
    """Tell the audit what was counted, if it asks."""
    if path := os.environ.get("COMMONWEAVE_TEST_COUNTS"):
        Path(path).write_text(json.dumps(counts), encoding="utf-8")

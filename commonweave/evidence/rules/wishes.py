"""Where evidence may be asked for. Pure."""

from __future__ import annotations

THIN = 3
"""With fewer studies nothing is put together (ADR 33), so a page offers to ask for more."""


def is_thin(studies: int) -> bool:
    """Say whether there are so few studies that more are worth asking for."""
    return studies < THIN

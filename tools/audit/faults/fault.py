"""What a planted fault is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What goes wrong, in which file, what stands there, what stands there instead, and the test that must fail."""

    what: str
    path: str
    before: str
    after: str
    test: str

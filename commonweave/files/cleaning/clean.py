"""What comes out of cleaning, whatever went in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clean:
    """A file built anew. `active`: it held something that acts by itself, which was left out; `preview` is a small JPEG."""

    data: bytes
    kind: str
    active: bool = False
    preview: bytes = b""

"""Released counts: what may be told to people who may not read the rows."""

from __future__ import annotations

from typing import IO


def export(file: IO[str], kind: str) -> None:
    """Write every released count as csv or json."""
    from commonweave.sharing.counts.files import export as write  # noqa: PLC0415 - Django is set up later

    write(file, kind)

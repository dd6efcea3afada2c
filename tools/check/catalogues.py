"""Rules about translations: a catalogue compiles, and what it would show has the same gaps to fill."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from babel.messages.pofile import PoFileError, read_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.check.sources import Fault, Source


GAP = re.compile(r"%\((\w+)\)")


def compiles(source: Source) -> Iterator[Fault]:
    """A broken catalogue would show English, or a fault, to whoever reads that language."""
    if source.path.suffix != ".po":
        return
    try:
        catalogue = read_po(io.BytesIO(source.text.encode()), abort_invalid=True)
    except (PoFileError, ValueError) as fault:
        yield source.fault(getattr(fault, "lineno", None) or 1, f"the catalogue cannot be read: {fault}.")
        return
    for message, errors in catalogue.check():
        for error in errors:
            yield source.fault(message.lineno or 1, f"{error}.")
    for message in catalogue:
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string:
            gaps = set(GAP.findall(message.id)) ^ set(GAP.findall(message.string))
            if gaps and not message.fuzzy:
                yield source.fault(message.lineno or 1, f"%({gaps.pop()}) stands on one side only.")


RULES = (compiles,)

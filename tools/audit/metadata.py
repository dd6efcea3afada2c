"""Files of every kind with what betrays people planted in them: nothing of it is left, and others' programs agree."""

from __future__ import annotations

import contextlib
import tempfile
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from commonweave.files.cleaning.ask import clean
from commonweave.files.tests.judges import EXIFTOOL, MAT2, judged, planted_in
from commonweave.files.tests.samples import SAMPLES
from tools.audit.parts import AuditError, Found, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.audit.parts import Round

FILES_A_ROUND = len(SAMPLES)
ROUNDS = 30  # of eighteen kinds each: 540 files


def look_at(kind: str, number: int, folder: Path) -> int:
    """Clean one file and return how many judges looked at it. Raises AuditError with what is left."""
    given = SAMPLES[kind](number)
    if not planted_in(given, kind):
        message = f"Nothing was planted in {kind} {number}."
        raise AuditError(message)
    made = clean(given)
    if left := [
        *planted_in(made.data, made.kind),
        *planted_in(made.preview, "jpeg"),
        *judged(made.data, made.kind, folder),
    ]:
        message = f"{kind} {number}: {left[:5]}"
        raise AuditError(message)
    return 1 + bool(EXIFTOOL) + bool(MAT2)


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Insist on a judge that others wrote."""
    if EXIFTOOL is None or MAT2 is None:
        message = "exiftool and mat2 have to judge: install libimage-exiftool-perl and mat2."
        raise AuditError(message)
    with tempfile.TemporaryDirectory(prefix="cw-judged-") as folder:

        def one_round(number: int) -> Found:
            kinds = islice(cycle(SAMPLES), FILES_A_ROUND)
            judges = [look_at(kind, number, Path(folder)) for kind in kinds]
            return Found({"files": len(judges), "judgements": sum(judges), "tags left": 0})

        yield one_round


PART = Part(
    "metadata", "540 files of 18 kinds with planted metadata: nothing is left, exiftool and mat2 judge", ROUNDS, prepare
)

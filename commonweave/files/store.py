"""The folder of sealed files: random names, sealed pieces, nothing else. What is written is whole or not there."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import Refused
from commonweave.files.sealing import SEALED
from commonweave.sharing.envelopes import CannotOpen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KEPT_FREE = 200_000_000
"""Bytes that stay free on the disk: the database must go on taking reports when files no longer fit."""
YOUNG = 60 * 60
"""Seconds for which nobody asks whose a file is: it is written before its row."""


class NoRoom(Refused):
    """The disk is full; nothing was kept."""


def no_room() -> NoRoom:
    """Return the sentence that a person reads."""
    return NoRoom(_("There is no room for files here at the moment. Your report is safe. Please try again tomorrow."))


def folder() -> Path:
    """Return the folder that COMMONWEAVE_FILES names."""
    return Path(settings.CONFIG.files)


def _path(name: UUID) -> Path:
    return folder() / "sealed" / name.hex[:2] / name.hex


def write(name: UUID, pieces: Iterable[bytes], size: int) -> None:
    """Write a file's sealed pieces (`size` bytes in all) so that they survive a fall of power. Raises NoRoom."""
    keep(_path(name), pieces, size)


def keep(path: Path, pieces: Iterable[bytes], size: int) -> None:
    """Write sealed pieces to a path, whole or not at all. Raises NoRoom."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(path.parent).free < KEPT_FREE + size:
            raise no_room()
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for piece in pieces:
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
        _sync(path.parent)
    except OSError:
        raise no_room() from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _sync(place: Path) -> None:
    """Make a new name in a folder last."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(name: UUID) -> Iterator[bytes]:
    """Yield a file's sealed pieces. Raises CannotOpen when it is not there."""
    try:
        with _path(name).open("rb") as file:
            while piece := file.read(SEALED):
                yield piece
    except FileNotFoundError:
        message = "The file is gone from its folder."
        raise CannotOpen(message) from None


def remove(names: Iterable[UUID]) -> None:
    """Remove files; those that are gone already are no fault."""
    for name in names:
        with contextlib.suppress(OSError):
            _path(name).unlink(missing_ok=True)


def stored() -> Iterator[tuple[UUID, float]]:
    """Yield the names in the folder, each with its age in seconds; what a killed writer left is removed."""
    now = time.time()
    for path in (folder() / "sealed").glob("*/*"):
        with contextlib.suppress(FileNotFoundError):
            age = now - path.stat().st_mtime
            try:
                yield UUID(hex=path.name), age
            except ValueError:
                if age > YOUNG:
                    path.unlink(missing_ok=True)

"""Where the indexes lie: the one that is used is pointed to, so that another can be written beside it and exchanged at once."""

from __future__ import annotations

import os
import shutil
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PUBLIC, MEMBERS, MEANINGS = "public", "members", "meanings"
CURRENT = "current-2"  # another number when the fields change, so that no process reads what another edition wrote


def folder_of(top: Path, name: str) -> Path:
    """Return where an index, or the meanings, lie that are used now."""
    return top / name / CURRENT


def fresh_folder(top: Path, name: str) -> Path:
    """Return a new folder beside the one that is used."""
    made = top / name / uuid.uuid4().hex
    made.mkdir(mode=0o700, parents=True)
    return made


def use(folder: Path) -> None:
    """Let a folder be the one that is used, at once and for all, and remove the others.

    Who still reads one of them keeps it open; its bytes go when they let go.
    """
    pointer = folder.parent / f".{folder.name}"
    pointer.symlink_to(folder.name)
    os.replace(pointer, folder.parent / CURRENT)  # noqa: PTH105 what it does is all that is wanted
    for other in folder.parent.iterdir():
        if other.is_dir() and not other.is_symlink() and other != folder:
            shutil.rmtree(other, ignore_errors=True)

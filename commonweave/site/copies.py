"""Copies of the database in the data folder that must go: residents were told by when nothing opens their report."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from commonweave.reports.lasting import BACKUP_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from commonweave.site.config import Config

NAMED = re.compile(r"(\d{4})(\d{2})(\d{2})T\d{6}Z")
# What a backup, a migration or a restore wrote; the last of each line are what one leaves that was killed.
PLACES = {
    "backups": ("*.tar", "*.tar.age", "*.part", ".backup-*"),
    "backups/before-migrations": ("*.dump", "*.part"),
    ".": (".restore-*",),
}


def copies(config: Config) -> Iterator[tuple[Path, int]]:
    """Return every copy with its age in whole days (UTC)."""
    today = datetime.now(UTC).date()
    for folder, patterns in PLACES.items():
        for pattern in patterns:
            for path in sorted((config.data / folder).glob(pattern)):
                yield path, (today - _made_on(path)).days


def _made_on(path: Path) -> date:
    """Return the day it was made: by its name or its file, whichever is earlier, for copying gives a file a new day."""
    found = datetime.fromtimestamp(path.lstat().st_mtime, UTC).date()
    named = NAMED.match(path.name)
    try:
        return min(found, date(*map(int, named.groups()))) if named else found
    except ValueError:
        return found


def overdue(config: Config) -> list[Path]:
    """Return the copies that are older than they may be."""
    return [path for path, days in copies(config) if days > BACKUP_DAYS]


def prune(config: Config) -> list[Path]:
    """Remove every copy on its last day, so that one made on any day is gone thirty days later; return which."""
    gone = [path for path, days in copies(config) if days >= BACKUP_DAYS]
    for path in gone:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return gone

"""Which version of the database's shape and of the page files a checkout brings, as a digest of the files that say so."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PACKAGE = Path(__file__).resolve().parents[1]
LOCK_FILE = PACKAGE.parent / "requirements.txt"


def schema_digest() -> str:
    """Digest our migrations and the lock file, which decides those of the libraries."""
    return _digest([*sorted(PACKAGE.glob("*/migrations/*.py")), *([LOCK_FILE] if LOCK_FILE.exists() else [])])


def pages_digest() -> str:
    """Digest what is copied or compiled for the pages: static files and translations."""
    files = [path for path in PACKAGE.glob("*/static/**/*") if path.is_file()]
    return _digest([*sorted(files), *sorted(PACKAGE.rglob("*.po")), *([LOCK_FILE] if LOCK_FILE.exists() else [])])


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.blake2b(digest_size=16)
    for path in files:
        total.update(path.as_posix().removeprefix(PACKAGE.as_posix()).encode() + b"\0")
        total.update(hashlib.blake2b(path.read_bytes()).digest())
    return total.hexdigest()

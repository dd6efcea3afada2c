"""What a data folder has been through, so that a second start does only what is new."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from commonweave.site import versions
from commonweave.site.postgres import DatabaseError, connect

if TYPE_CHECKING:
    from pathlib import Path

    from commonweave.site.config import Config


class State:
    """A small file of facts about one data folder."""

    def __init__(self, data: Path) -> None:
        """Name the file; it may not exist yet."""
        self.path = data / "state.json"

    def read(self) -> dict[str, Any]:
        """Return what is known; nothing when the file is missing or broken."""
        try:
            return dict(json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    def write(self, **facts: Any) -> None:
        """Add facts, all or nothing."""
        new = self.path.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(self.read() | facts, file, indent=1)
        new.replace(self.path)


def applied(config: Config) -> int:
    """Count the migrations the database has; 0 for a new one."""
    with connect(config, "owner") as owner:
        row = owner.execute("select to_regclass('public.django_migrations') is not null").fetchone()
        if not row or not row[0]:
            return 0
        count = owner.execute("select count(*) from django_migrations").fetchone()
        return int(count[0]) if count else 0


def files_are_current(config: Config) -> bool:
    """Say whether this version of the checkout is the one that last migrated this data folder."""
    state = State(config.data).read()
    return state.get("schema") == versions.schema_digest() and state.get("pages") == versions.pages_digest()


def database_is_current(config: Config) -> bool:
    """Ask the database itself: it may be another one than last time, or an older one from a backup."""
    try:
        return applied(config) == State(config.data).read().get("applied")
    except DatabaseError:
        return False

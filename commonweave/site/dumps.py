"""Copies of the whole database by PostgreSQL's own tools, read as the role that may read everything and write nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from commonweave.site.config import Config, ConfigError
from commonweave.site.postgres import DatabaseError, connect, login
from commonweave.site.postgres.binaries import MAJOR, bundled

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT = 5
WORDS = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD"}
LIBPQ = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


def tool(name: str, server_version: int) -> Path:
    """Choose `pg_dump` or `pg_restore`: the one of the server's own version if this machine has it, else the bundled."""
    found = shutil.which(name)
    if found and _major(found) == server_version:
        return Path(found)
    try:
        ours = bundled() / "bin" / name
    except ConfigError:
        ours = None
    if ours and server_version <= MAJOR:
        return ours
    message = (
        f"The database server is PostgreSQL {server_version}: install its client programs ({name}) on this machine."
    )
    raise ConfigError(message)


def _major(program: str) -> int:
    text = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - found on the PATH
    match = re.search(r"(\d+)", text)
    return int(match[1]) if match else 0


def environment(config: Config, role: str, *, dbname: str | None = None) -> dict[str, str]:
    """Return the sign-in for a client program; never on its command line, where everyone could read the password."""
    words = login(config, role) | ({"dbname": dbname} if dbname else {})
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    names = WORDS | LIBPQ
    return env | {names[word]: value for word, value in words.items() if word in names}


def dump(config: Config, target: Path, *, snapshot: str = "", tick: Callable[[], None] = lambda: None) -> None:
    """Write the database to `target` (custom format), complete or not at all."""
    with connect(config, "backup") as backup:
        version = backup.info.server_version // 10_000
    new = target.with_name(target.name + ".part")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.close(descriptor)
    words = [str(tool("pg_dump", version)), "--format=custom", "--no-password", "--no-owner", f"--file={new}"]
    if snapshot:
        words.append(f"--snapshot={snapshot}")
    try:
        run(words, environment(config, "backup"), tick)
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def run(words: list[str], env: dict[str, str], tick: Callable[[], None] = lambda: None) -> None:
    """Run a client program to its end; what it complains about becomes one sentence."""
    with subprocess.Popen(  # noqa: S603 - chosen above, no shell
        words, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            while True:
                try:
                    _, errors = child.communicate(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    tick()
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        lines = [line for line in errors.splitlines() if "error:" in line] or errors.splitlines() or ["no reason given"]
        message = f"{Path(words[0]).name} stopped: {lines[0].split('error: ')[-1].rstrip('.')}."
        raise DatabaseError(message)


def dump_before_migrations(config: Config) -> Path:
    """Keep a copy from just before a change of version, so that the change can be undone."""
    folder = config.data / "backups" / "before-migrations"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / time.strftime("%Y%m%dT%H%M%SZ.dump", time.gmtime())
    dump(config, target)
    for old in sorted(folder.glob("*.dump"))[:-KEPT]:
        old.unlink()
    return target

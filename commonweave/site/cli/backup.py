"""`commonweave backup`: one file that holds everything but the key to it."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tarfile
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from psycopg import sql

import commonweave
from commonweave.reports.lasting import BACKUP_DAYS
from commonweave.site import archive, copies, versions
from commonweave.site.cli import FailedError, progress
from commonweave.site.cli.node import database, settings
from commonweave.site.config import ConfigError
from commonweave.site.dumps import dump
from commonweave.site.postgres import connect

if TYPE_CHECKING:
    from commonweave.site.config import Config

FORMAT = 1


@click.command()
@click.option("--plain", is_flag=True, help="Write it unencrypted; keep such a file where only you can read it.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: DATA/backups/DATE.tar.age")
@click.option("--prune", is_flag=True, help="Write nothing; remove the copies in DATA/backups that are 30 days old.")
def command(*, plain: bool, output: Path | None, prune: bool) -> None:
    """Write the database and the uploaded files to one file, encrypted for COMMONWEAVE_BACKUP_RECIPIENT (an age key).

    The secret file is NOT in it: whoever finds a backup must not find the key to its envelopes in the same place.
    Keep a copy of the secret file elsewhere; without it what residents wrote cannot be read again.

    Residents are told by when nothing opens their report, so run it with --prune each day as well. That also removes
    dumps from before migrations, and what a killed backup left. Copies that you keep elsewhere are yours to remove.
    """
    config = settings("backup")
    if prune:
        if plain or output:
            message = "--prune only removes: say it without --plain and --output."
            raise click.UsageError(message)
        _prune(config)
        return
    if not config.backup_recipient and not plain:
        message = "COMMONWEAVE_BACKUP_RECIPIENT is not set: set it to an age public key, or say --plain."
        raise ConfigError(message)
    key = None if plain else archive.recipient(config.backup_recipient)
    name = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()) + (".tar" if plain else ".tar.age")
    with database(config, "backup"):
        target = (output or config.data / "backups" / name).absolute()
        write(config, target, key)
    click.echo(f"{target} ({progress.megabytes(target.stat().st_size)})")
    progress.say(f"Not in it: the secret file {config.secret_file}. Keep a copy of that somewhere else.")


def _prune(config: Config) -> None:
    gone = copies.prune(config)
    for path in gone:
        click.echo(f"removed {path}")
    progress.say(f"{len(gone)} copies of {BACKUP_DAYS} days and more removed from {config.data}.")


def write(config: Config, target: Path, key: Any | None) -> None:  # noqa: ANN401 - an age key
    """Copy database and files as of one moment into `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        copy = Path(folder) / archive.DATABASE
        manifest = _dump(config, copy)
        _check_room(target.parent, copy.stat().st_size)
        files = _files(config)
        manifest["files"] = len(files)
        done = 0

        def told(number: int) -> None:
            nonlocal done
            done += number

        with (
            progress.step("Writing the backup", lambda: progress.megabytes(done)),
            archive.writer(target, key, told) as tar,
        ):
            _add_text(tar, archive.MANIFEST, json.dumps(manifest, indent=1))
            tar.add(copy, archive.DATABASE, filter=_anonymous)
            for path in files:
                with contextlib.suppress(FileNotFoundError):  # deleted since: the rows of this copy still know it
                    tar.add(
                        path, f"{archive.FILES}/{path.relative_to(config.files)}", recursive=False, filter=_anonymous
                    )


def _dump(config: Config, copy: Path) -> dict[str, Any]:
    """Dump the database and count its rows in the same snapshot, so that a restore can be compared with it."""
    with connect(config, "backup") as backup:
        backup.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = backup.execute("select pg_export_snapshot(), pg_database_size(current_database())").fetchone()
        snapshot, size = (str(row[0]), int(row[1])) if row else ("", 0)
        with progress.step("Copying the database", lambda: f"(it holds {progress.megabytes(size)})"):
            dump(config, copy, snapshot=snapshot)
        tables = backup.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1"
        ).fetchall()
        rows: dict[str, int] = {}
        with progress.step("Counting rows", lambda: f"{len(rows)} of {len(tables)} tables"):
            for (table,) in tables:
                count = backup.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
                rows[table] = int(count[0]) if count else 0
        server = backup.info.server_version
    return {
        "format": FORMAT,
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "version": getattr(commonweave, "__version__", ""),
        "schema": versions.schema_digest(),
        "server": server,
        "secret": config.derive("fingerprint").hex()[:16],
        "rows": rows,
    }


def _files(config: Config) -> list[Path]:
    """List the sealed files. Uploads on their way belong to nobody yet; what begins with a dot is being written."""
    whole = (path for path in Path(config.files).rglob("*") if path.is_file() and not path.is_symlink())
    way = Path(config.files) / "arriving"
    return sorted(path for path in whole if not path.is_relative_to(way) and not path.name.startswith("."))


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed * 1.1:
        message = f"{folder} has room for {progress.megabytes(free)} and the backup needs {progress.megabytes(needed)}."
        raise FailedError(message)


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(data), 0o600, int(time.time())
    tar.addfile(entry, io.BytesIO(data))


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out who owns what on this machine."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry

"""`commonweave restore`: what a backup holds comes back, or everything stays as it was."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import psycopg
from psycopg import sql

from commonweave.site import archive
from commonweave.site.cli import FailedError, progress
from commonweave.site.cli.backup import FORMAT
from commonweave.site.cli.node import database, settings
from commonweave.site.config import ConfigError
from commonweave.site.dumps import environment, run, tool
from commonweave.site.postgres import connect, login, role_name
from commonweave.site.roles import admin_connection, ensure_roles, own_schema, prepare_schema
from commonweave.site.state import State, applied

if TYPE_CHECKING:
    from commonweave.site.config import Config


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--identity", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The age secret key.")
@click.option("--replace", is_flag=True, help="Replace a database that holds something.")
def command(*, file: Path, identity: Path | None, replace: bool) -> None:
    """Bring back the database and the uploaded files from FILE.

    Put the secret file of that node in place first. The backup is read into a new database beside the present one and
    compared with its own description; only then do the two change places. Stop the node before.
    """
    config = settings("owner")
    if archive.is_encrypted(file) and identity is None:
        message = "This backup is encrypted: name the file with the age secret key, --identity FILE."
        raise ConfigError(message)
    keys = archive.identities(identity) if identity else []
    if not config.secret_file.exists():
        message = f"Put the secret file of the node that made this backup at {config.secret_file} first."
        raise ConfigError(message)
    config.make_data_folder()
    with database(config, "restore", alone=True):
        with admin_connection(config) as admin:
            ensure_roles(admin, config)
        if _holds_something(config) and not replace:
            message = "The database is not empty: say --replace to put this backup in its place."
            raise ConfigError(message)
        _restore(config, file, keys)
    progress.say("Restored. Start the node with 'make up'.")


def _holds_something(config: Config) -> bool:
    with connect(config, "worker") as worker:
        row = worker.execute("select to_regclass('public.people_organisation') is not null").fetchone()
        if not row or not row[0]:
            return False
        found = worker.execute("select exists (select from people_organisation)").fetchone()
        return bool(found and found[0])


def _restore(config: Config, file: Path, keys: list[Any]) -> None:
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=config.data) as folder:
        manifest = _unpack(config, file, keys, Path(folder))
        name = login(config, "owner")["dbname"]
        new, old = f"{name}_restored", f"{name}_replaced"
        with admin_connection(config) as admin:
            _drop(admin, new)
            _drop(admin, old)
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                    sql.Identifier(new), sql.Identifier(role_name("owner"))
                )
            )
            try:
                _fill(config, Path(folder) / archive.DATABASE, new)
                _compare(config, new, manifest)
                _put_files(
                    config, Path(folder) / archive.FILES
                )  # before the rows that name them; alone they open nothing
                _swap(admin, name, new, old)
            except BaseException:
                _drop(admin, new)
                raise
            _drop(admin, old)
            ensure_roles(admin, config)
    # The next start compares these with itself and migrates (after a dump) when the backup is of another version.
    State(config.data).write(schema=manifest["schema"], applied=applied(config))


def _unpack(config: Config, file: Path, keys: list[Any], folder: Path) -> dict[str, Any]:
    size, done = file.stat().st_size, 0

    def told(number: int) -> None:
        nonlocal done
        done += number

    try:
        with (
            progress.step("Reading the backup", lambda: f"{100 * done // max(size, 1)} %"),
            archive.reader(file, keys, told) as tar,
        ):
            _extract(tar, folder)
        manifest = dict(json.loads((folder / archive.MANIFEST).read_text(encoding="utf-8")))
    except (tarfile.TarError, FileNotFoundError, ValueError, EOFError):
        message = f"{file} is not a backup of Commonweave, or it is damaged."
        raise ConfigError(message) from None
    if manifest.get("format") != FORMAT:
        message = f"{file} was written by a newer Commonweave; restore it with that version."
        raise ConfigError(message)
    if manifest.get("secret") != config.derive("fingerprint").hex()[:16]:
        message = (
            f"This backup belongs to another secret than {config.secret_file}: put that node's secret file there, "
            f"or nothing residents wrote could be read."
        )
        raise ConfigError(message)
    return manifest


def _extract(tar: tarfile.TarFile, folder: Path) -> None:
    """Write plain files below `folder` and nothing else, whatever the archive claims."""
    for entry in tar:
        target = (folder / entry.name).resolve()
        stream = tar.extractfile(entry) if entry.isfile() and target.is_relative_to(folder.resolve()) else None
        if stream is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as out:
                shutil.copyfileobj(stream, out, 1 << 20)


def _fill(config: Config, copy: Path, name: str) -> None:
    with connect(config, "admin", database=name) as admin:
        own_schema(admin)
        version = admin.info.server_version // 10_000
    with connect(config, "owner", database=name) as owner:
        prepare_schema(owner)
    words = ["--no-owner", "--no-comments", "--exit-on-error", "--no-password", f"--dbname={name}", str(copy)]
    with progress.step("Filling the database"):
        run([str(tool("pg_restore", version)), *words], environment(config, "owner", dbname=name))


def _compare(config: Config, name: str, manifest: dict[str, Any]) -> None:
    """Count what arrived; nothing is replaced by less than the backup says it holds."""
    with progress.step("Comparing with the backup's own count"), connect(config, "backup", database=name) as backup:
        for table, expected in manifest["rows"].items():
            row = backup.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
            if row != (expected,):
                message = f"The backup is not whole: {table} should hold {expected} rows; nothing was replaced."
                raise FailedError(message)


def _swap(admin: psycopg.Connection[tuple[Any, ...]], name: str, new: str, old: str) -> None:
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    try:
        admin.execute(rename.format(sql.Identifier(name), sql.Identifier(old)))
    except psycopg.errors.ObjectInUse:
        message = "Something is still using the database: stop the node's web server and worker, then try again."
        raise FailedError(message) from None
    admin.execute(rename.format(sql.Identifier(new), sql.Identifier(name)))


def _drop(admin: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _put_files(config: Config, unpacked: Path) -> None:
    for path in unpacked.rglob("*"):
        if path.is_file():
            target = Path(config.files) / path.relative_to(unpacked)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(path, target)

"""`commonweave migrate`: roles, tables, translations and static files of this version."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from commonweave.people.locks import measure
from commonweave.site import versions
from commonweave.site.cli import progress
from commonweave.site.cli.node import database, settings, start_django
from commonweave.site.dumps import dump_before_migrations
from commonweave.site.roles import admin_connection, ensure_roles
from commonweave.site.state import State, applied

if TYPE_CHECKING:
    from pathlib import Path

    from commonweave.site.config import Config


@click.command()
@click.option("--pages-only", is_flag=True, help="Leave the database alone; compile translations, copy static files.")
def command(*, pages_only: bool) -> None:
    """Bring the database and the page files to this version. Safe to run again.

    After a change of version the database is first dumped to DATA/backups/before-migrations (the last five are kept).
    """
    config = settings("owner")
    config.make_data_folder()
    config.make_secret()
    with database(config, "migrate"):
        if not pages_only:
            migrate(config)
        make_pages(config)


def migrate(config: Config) -> None:
    """Make the roles, dump if this is another version, and run the migrations as the owner."""
    state = State(config.data)
    digest = versions.schema_digest()
    with admin_connection(config) as admin:
        ensure_roles(admin, config)
    before = applied(config)
    if before and state.read().get("schema") != digest:
        with progress.step("Copying the database before it changes"):
            dump_before_migrations(config)
    start_django("owner")
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up later

    with progress.step("Bringing the database to this version"):
        call_command("migrate", interactive=False, verbosity=0)
        _load_words()
    if "unsealing_cost" not in state.read():
        with progress.step("Measuring what a passphrase may cost here"):
            found = measure()
        state.write(unsealing_cost=[found.passes, found.memory])
    state.write(schema=digest, applied=applied(config), migrated=int(time.time()))


def _load_words() -> None:
    """Bring the vocabulary to this version; the owner itself may not touch a protected table."""
    from django.db import connection  # noqa: PLC0415 - Django is set up later

    from commonweave.vocabulary.actions import load_vocabulary  # noqa: PLC0415 - Django is set up later

    with connection.cursor() as cursor:
        cursor.execute("set role commonweave_worker")
        load_vocabulary()
        cursor.execute("reset role")


def make_pages(config: Config) -> None:
    """Compile the translations and copy the static files where the web server gives them out."""
    digest = versions.pages_digest()
    if State(config.data).read().get("pages") == digest:
        return
    with progress.step("Preparing translations and static files"):
        compile_catalogues(config.data / "locale")
        start_django("owner")
        from django.core.management import call_command  # noqa: PLC0415 - Django is set up later

        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    State(config.data).write(pages=digest)


def compile_catalogues(folder: Path) -> None:
    """Compile every catalogue into a folder of the node; one that cannot be read is left out, with a word."""
    from babel.messages import mofile, pofile  # noqa: PLC0415 - slow to load

    for source in (versions.PACKAGE / "locale").rglob("*.po"):
        try:
            with source.open("rb") as file:
                catalogue = pofile.read_po(file)
        except (ValueError, pofile.PoFileError) as error:
            said = f"The translation {source.relative_to(versions.PACKAGE)} cannot be read and is left out: {error}"
            progress.say(said)
            continue
        target = folder / source.relative_to(versions.PACKAGE / "locale").with_suffix(".mo")
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.with_suffix(".mo.new")
        with new.open("wb") as out:
            mofile.write_mo(out, catalogue)
        new.replace(target)

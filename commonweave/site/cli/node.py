"""What commands share: the settings, a database that answers, Django under one role, and what was done before."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

import click

from commonweave.site.cli import progress
from commonweave.site.config import Config, ConfigError, load_config
from commonweave.site.postgres import Cluster, DatabaseError, connect
from commonweave.site.processes import AlreadyRunningError, NodeLock

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 30.0  # seconds for a node that is just starting


def settings(role: str | None = None) -> Config:
    """Read the settings; a command that needs the database as one of our roles says which."""
    if role is not None:
        os.environ["COMMONWEAVE_ROLE"] = role
    return load_config()


@contextlib.contextmanager
def database(config: Config, doing: str, *, alone: bool = False) -> Iterator[None]:
    """Give a database that answers: the one of a running node, an external one, or our own for as long as it takes.

    With `alone`, a running node is a reason to refuse.
    """
    if not config.database_url and not (config.data / "postgres").exists() and doing not in {"migrate", "restore"}:
        message = f"There is no node in {config.data} yet: run 'make up' or 'commonweave migrate' first."
        raise ConfigError(message)
    with contextlib.ExitStack() as stack:
        lock = NodeLock(config.data)
        config.make_data_folder()
        try:
            stack.enter_context(lock.held(doing))
        except AlreadyRunningError:
            if alone or lock.read().get("doing") != "up":
                raise
            running = True
        else:
            running = False
        if config.database_url:
            connect(config, "admin", database="postgres").close()
        elif running:
            _wait_for(config)
        else:
            cluster = Cluster(config)
            stack.callback(cluster.stop)
            with progress.step("Starting the database"):
                cluster.start(progress.say)
        yield


def _wait_for(config: Config) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connect(config, "admin", database="postgres").close()
        except DatabaseError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def start_django(role: str) -> None:
    """Make Django ready in this process, signed in to the database as `role`."""
    os.environ["COMMONWEAVE_ROLE"] = role
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweave.site.settings"
    import django  # noqa: PLC0415 - Django is set up later

    django.setup()


verbose_option = click.option("--verbose", is_flag=True, help="Say how long each part takes.")

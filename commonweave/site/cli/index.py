"""`commonweave index`: keeps what can be found in step with the database."""

from __future__ import annotations

import signal
import threading
import time

import click

from commonweave.site.cli import FAILED, OK, progress
from commonweave.site.cli.node import settings, start_django

PAUSE = 0.5
BETWEEN_LOOKS = 600.0  # at the age of the indexes, and at how many meanings are to be made
PATIENCE = 5.0  # with a database that is away


@click.command()
@click.option("--anew", is_flag=True, help="Write both indexes anew from the database, and end.")
def command(*, anew: bool) -> int:
    """Run only the indexer, until SIGTERM; `up` starts one by itself. One is enough for a machine."""
    config = settings("worker")
    _ = config.secret
    start_django("worker")
    from commonweave.search.indexer import BUILDING, FOLLOWING, BusyError, alone  # noqa: PLC0415 - Django is set up later

    stop = threading.Event()
    try:
        if anew:
            _write_anew()
            return OK
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with alone(config.search, FOLLOWING):
            _follow(stop)
    except BusyError as error:
        progress.say(f"{error} {'Wait for it.' if BUILDING in str(error) else 'One is enough.'}")
        return FAILED
    return OK


def _follow(stop: threading.Event) -> None:
    from django.conf import settings as django_settings  # noqa: PLC0415 - Django is set up later
    from django.db import Error, connection  # noqa: PLC0415 - Django is set up later

    from commonweave.base.viewer import SYSTEM  # noqa: PLC0415 - Django is set up later
    from commonweave.search import meaning, queries  # noqa: PLC0415 - Django is set up later
    from commonweave.search.indexer import Indexer  # noqa: PLC0415 - Django is set up later

    indexer, look = None, 0.0
    while not stop.is_set():
        try:
            indexer = indexer or Indexer(django_settings.CONFIG.search, meaning.kind())
            busy = indexer.step()
            if time.monotonic() >= look:
                look = time.monotonic() + BETWEEN_LOOKS
                indexer.renew()
                everything, left = queries.waiting(SYSTEM)
                if left:
                    progress.say(f"Meanings: {everything - left:,} of {everything:,} made.")
        except Error as error:  # the database is being started again, or upgraded
            progress.say(f"The database is away ({type(error).__name__}); the indexer waits.")
            connection.close()
            stop.wait(PATIENCE)
            continue
        if not busy:
            stop.wait(PAUSE)
    if indexer:
        indexer.close()


def _write_anew() -> None:
    from django.conf import settings as django_settings  # noqa: PLC0415 - Django is set up later

    from commonweave.search.folders import MEMBERS, PUBLIC  # noqa: PLC0415 - Django is set up later
    from commonweave.search.indexer import build  # noqa: PLC0415 - Django is set up later

    done = everything = 0

    def count(now: int, total: int) -> None:
        nonlocal done, everything
        done, everything = now, total

    for name in (PUBLIC, MEMBERS):
        with progress.step(f"Writing the index {name}", lambda: f"{done:,} of {everything:,}"):
            build(django_settings.CONFIG.search, name, count)

"""The worker: one loop that seals the journal and rings the bells, and the jobs that follow."""

from __future__ import annotations

import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

from django.db import OperationalError, connection
from procrastinate.contrib.django import app

from commonweave.base.journal.seal import LARGEST_BATCH, seal_batch
from commonweave.site import bells, clock

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE = 2.0
LONGEST_OUTAGE = 400  # days that a starting worker looks back for bells that never rang
STARTS_AFTER_FAULT = 5.0
TASKS = (bells, clock)  # importing them registers their tasks


def run() -> None:
    """Work until SIGTERM."""
    stop = threading.Event()
    thread = threading.Thread(target=_keep_journal, args=(stop,), name="journal", daemon=True)
    thread.start()
    try:
        worker = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
        app.with_connector(worker).run_worker(delete_jobs="always", concurrency=1)
    finally:
        stop.set()
        thread.join(PAUSE)


def _keep_journal(stop: threading.Event) -> None:
    days = LONGEST_OUTAGE
    while not stop.is_set():
        sealed, rang = _done(_seal), _done(partial(_ring, days))
        days = 2 if rang else days
        stop.wait(PAUSE if sealed and rang else STARTS_AFTER_FAULT)


def _seal() -> None:
    while seal_batch() == LARGEST_BATCH:
        continue


def _ring(days: int) -> None:
    while bells.ring_all(days):
        continue


def _done(work: Callable[[], object]) -> bool:
    """Do it. Whatever goes wrong is said and tried again: a thread that ended would leave the journal unsealed in silence."""
    try:
        work()
    except OperationalError:
        sys.stderr.write("The journal waits: the database does not answer.\n")
    except Exception as fault:  # noqa: BLE001 - two workers that met, an entry no bell can read: all of it passes
        sys.stderr.write(f"The journal waits: {type(fault).__name__}.\n")
    else:
        return True
    connection.close()
    return False

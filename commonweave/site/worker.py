"""The worker: one loop that seals the journal and rings the bells, and the jobs that follow."""

from __future__ import annotations

import sys
import threading

from django.db import OperationalError, connection
from procrastinate.contrib.django import app

from commonweave.base.journal.seal import LARGEST_BATCH, seal_batch
from commonweave.site import bells, clock

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
        try:
            while bells.ring_all(days):
                continue
            days = 2
            while seal_batch() == LARGEST_BATCH:
                continue
            stop.wait(PAUSE)
        except OperationalError:
            sys.stderr.write("The journal waits: the database does not answer.\n")
            connection.close()
            stop.wait(STARTS_AFTER_FAULT)

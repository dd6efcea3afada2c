"""The web server: Granian in front of Django, quiet about who asks for what."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from commonweave.base.gate.memory import memory
from commonweave.site.child import PR_SET_PDEATHSIG

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

STOP_SECONDS = 4
COLLECT_AFTER = 20_000  # new objects; Python's 700 looks for circles several times in each request


def serve(*, bind: str, port: int, processes: int, threads: int) -> None:
    """Answer requests until SIGTERM."""
    memory()  # made here, inherited by every process that is forked from here
    if multiprocessing.get_start_method() == "fork":
        gc.disable()
        application()  # loaded once, shared by the processes that are forked from here
        gc.freeze()
        gc.set_threshold(COLLECT_AFTER)
        gc.enable()
    Granian(
        "commonweave.site.wsgi:application",
        address=bind,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        log_access=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=STOP_SECONDS,
    ).serve(target_loader=in_worker, wrap_loader=False)


def application() -> WSGIApplication:
    """Load Django and every page, so that no request has to."""
    from django.urls import get_resolver  # noqa: PLC0415 - Django is set up later

    from commonweave.site.wsgi import application as loaded  # noqa: PLC0415 - Django is set up later

    _ = get_resolver().url_patterns
    return loaded


def in_worker() -> WSGIApplication:
    """Load Django in a process of the server, which ends when the one that started it is killed."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL.value, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(1)
    return application()

"""The yardstick: a bare Django behind the same server, one durable row a request, in the same database."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from bench.load import BenchError
from commonweave.site.config import load_config
from commonweave.site.postgres import connect
from tools.node import TOP, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.node import Node

PATH = "/insert/"
START_SECONDS = 30.0
PROCESSES, THREADS = 2, 1  # as `commonweave web` has them
TABLE = """
create schema if not exists bench;
create table if not exists bench.row (id uuid primary key, body bytea not null);
grant usage on schema bench to commonweave_web;
grant insert on bench.row to commonweave_web;
"""


@contextlib.contextmanager
def bare_server(node: Node) -> Iterator[int]:
    """Start it beside the node and yield its port; the table is removed afterwards."""
    config = load_config(node.env)
    with connect(config) as admin:
        admin.execute(TABLE)
    port = free_port()
    words = ["--interface", "wsgi", "--workers", str(PROCESSES), "--blocking-threads", str(THREADS)]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *words, "--port", str(port), "--no-ws", "bench.bare.wsgi:application"],
        env=node.env | {"COMMONWEAVE_ROLE": "web"},
        cwd=TOP,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(20)
        with connect(config) as admin:
            admin.execute("drop schema bench cascade")


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    message = "The bare server did not start."
    raise BenchError(message)

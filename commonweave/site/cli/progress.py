"""What a command says while it works, on standard error: a terminal gets a running clock, a log gets lines."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 1.0  # seconds; what is done sooner needs no word
EVERY = 0.5


def say(text: str) -> None:
    """Write one line."""
    click.echo(text, err=True)


@contextlib.contextmanager
def step(text: str, facts: Callable[[], str] = str) -> Iterator[None]:
    """Show that something is going on as soon as it takes more than a second, and at the end how long it took."""
    began = time.monotonic()
    done = threading.Event()
    terminal = sys.stderr.isatty()
    clock = threading.Thread(target=_tick, args=(text, facts, began, done, terminal), daemon=True)
    clock.start()
    try:
        yield
    finally:
        done.set()
        clock.join()
    seconds = time.monotonic() - began
    if seconds >= PATIENCE:
        say(f"{text}: done in {seconds:.0f} s {facts()}".rstrip())


def _tick(text: str, facts: Callable[[], str], began: float, done: threading.Event, terminal: bool) -> None:  # noqa: FBT001 - our own thread's arguments
    if done.wait(PATIENCE):
        return
    if not terminal:
        say(f"{text} ...")
        return
    while not done.wait(EVERY):
        click.echo(f"\r{text} ... {time.monotonic() - began:.0f} s {facts()} ", nl=False, err=True)
    click.echo("\r" + " " * 78 + "\r", nl=False, err=True)


def megabytes(number: float) -> str:
    """Write a number of bytes for people."""
    return f"{number / 1e6:,.1f} MB"

"""`commonweave export`: what anyone may have, as a file."""

from __future__ import annotations

import importlib
import sys
from typing import IO

import click

from commonweave.site.cli import FailedError, progress
from commonweave.site.cli.node import database, settings, start_django


@click.group()
def command() -> None:
    """Write what may be published."""


@command.command()
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, writable=True), help="A file; otherwise standard output.")
def counts(kind: str, output: str | None) -> None:
    """Write the released counts: no cell in them is small enough to point at a person."""
    config = settings("web")
    with database(config, "export"):
        start_django("web")
        try:
            sharing = importlib.import_module("commonweave.sharing.counts")
        except ModuleNotFoundError:
            message = "This version releases no counts yet."
            raise FailedError(message) from None
        with progress.step("Writing the released counts"):
            if output is None:
                sharing.export(_text(sys.stdout), kind)
            else:
                with open(output, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a path as it was typed
                    sharing.export(file, kind)


def _text(file: IO[str]) -> IO[str]:
    return file

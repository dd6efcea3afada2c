"""`commonweave export`: what anyone may have, as a file."""

from __future__ import annotations

import sys

import click

from commonweave.site.cli import progress
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
        from commonweave.sharing import counts as released  # noqa: PLC0415 - Django is set up later

        with progress.step("Writing the released counts"):
            if output is None:
                released.export(sys.stdout, kind)
            else:
                with open(output, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a path as it was typed
                    released.export(file, kind)

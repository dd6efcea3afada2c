"""`commonweave journal verify`: is the record of what happened still what was sealed?"""

from __future__ import annotations

import click

from commonweave.site.cli import FAILED, OK, progress
from commonweave.site.cli.node import database, settings, start_django


@click.group()
def command() -> None:
    """Check the record of what happened."""


@command.command()
@click.argument("checkpoints", nargs=-1)
def verify(checkpoints: tuple[str, ...]) -> int:
    """Read the whole journal and compare it with its seals, and with CHECKPOINTS (number:hash) that others kept.

    Without a checkpoint from elsewhere, a journal that was cut off and sealed anew cannot be told from a true one.
    """
    config = settings("worker")
    with database(config, "journal verify"):
        start_django("worker")
        from commonweave.base.journal.verify import verify as check  # noqa: PLC0415 - Django is set up later

        read = 0

        def count(entries: int) -> None:
            nonlocal read
            read += entries

        with progress.step("Reading the journal", lambda: f"{read:,} entries"):
            findings = check(list(checkpoints), count)
    for fault in findings.faults:
        click.echo(f"fail  {fault}")
    click.echo(f"{findings.entries:,} entries in {findings.batches:,} batches; {len(findings.faults)} faults.")
    if findings.checkpoint:
        click.echo(f"Newest checkpoint: {findings.checkpoint}")
    return FAILED if findings.faults else OK

"""`commonweave worker`: seals the journal, rings the bells, does the jobs."""

from __future__ import annotations

import click

from commonweave.site.cli.node import settings, start_django


@click.command()
def command() -> None:
    """Run only the worker, until SIGTERM; `up` starts one by itself."""
    config = settings("worker")
    _ = config.secret
    start_django("worker")
    from commonweave.site.worker import run  # noqa: PLC0415 - Django is set up later

    run()

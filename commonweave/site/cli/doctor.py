"""`commonweave doctor`: what is wrong here, and what to do about it."""

from __future__ import annotations

import click

from commonweave.site import checks
from commonweave.site.cli import FAILED, OK, UNREACHABLE
from commonweave.site.cli.node import database, settings
from commonweave.site.config import ConfigError
from commonweave.site.postgres import DatabaseError

COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
def command() -> int:
    """Look at settings, folders, database, roles, tables, clock, mail and backups; one line each.

    `warn` works but should be changed; `fail` must be changed (exit code 1).
    """
    config = settings("owner")
    if not config.data.is_dir():
        message = f"There is no data folder {config.data} yet: run 'make up' or 'commonweave migrate' first."
        raise ConfigError(message)
    worst = OK
    for finding in checks.surroundings(config):
        worst = max(worst, _show(finding))
    try:
        with database(config, "doctor"):
            for finding in checks.database(config):
                worst = max(worst, _show(finding))
    except DatabaseError as error:
        _show(checks.fail(str(error)))
        return UNREACHABLE
    return worst


def _show(finding: checks.Finding) -> int:
    click.echo(click.style(f"{finding.level:4}", fg=COLOURS[finding.level]) + f"  {finding.text}")
    return FAILED if finding.level == "fail" else OK

"""`commonweave demo`: the demonstration network, more reports in it, and the codes to sign in."""

from __future__ import annotations

import click

from commonweave.site.cli import FailedError, progress
from commonweave.site.cli.node import database, settings, start_django
from commonweave.site.postgres import connect
from commonweave.site.state import State

MILLION = 1_000_000
FIRST_REPORTS = 3_000  # so that no page of a new demonstration is empty


@click.group(invoke_without_command=True)
@click.option("--reports", type=click.IntRange(1, MILLION), help="Add this many reports, sealed as real ones are.")
@click.option("--if-empty", is_flag=True, help="Do nothing when the database already holds an organisation.")
@click.pass_context
def command(context: click.Context, *, reports: int | None, if_empty: bool) -> None:
    """Build the demonstration network: real places, invented bodies and people. Only in an empty database."""
    if context.invoked_subcommand is not None:
        return
    config = settings("worker")
    with database(config, "demo"):
        with connect(config, "worker") as worker:
            empty = worker.execute("select not exists (select from people_organisation)").fetchone() == (True,)
            demonstration = worker.execute("select exists (select from people_demonstration)").fetchone() == (True,)
        state = State(config.data)
        if not empty and not demonstration:
            if if_empty:
                state.write(demo="declined")
                return
            message = "This database holds real organisations; the demonstration is only for an empty one."
            raise FailedError(message)
        start_django("worker")
        from commonweave.site import demo  # noqa: PLC0415 - Django is set up later

        if empty:
            with progress.step("Building the demonstration network"):
                demo.build(progress.say)
            reports = reports or FIRST_REPORTS
        state.write(demo="built", sign_ins=[list(row) for row in demo.sign_ins()], password=demo.PASSWORD)
        if reports:
            _add(reports)


def _add(reports: int) -> None:
    from commonweave.site import demo  # noqa: PLC0415 - Django is set up later

    done = 0

    def count(number: int) -> None:
        nonlocal done
        done = number

    with progress.step(f"Writing {reports:,} reports", lambda: f"{done:,}"):
        demo.add_reports(reports, count)


@command.command()
@click.argument("email")
def code(email: str) -> None:
    """Print the current second-factor code of the demonstration sign-in EMAIL."""
    config = settings("worker")
    with database(config, "demo code"):
        start_django("worker")
        from commonweave.site import demo  # noqa: PLC0415 - Django is set up later

        current = demo.current_code(email)
    if not current:
        message = f"There is no demonstration sign-in {email}."
        raise FailedError(message)
    click.echo(current)

"""`commonweave web`: only the web server, for a machine that runs several or leaves starting to systemd."""

from __future__ import annotations

import click

from commonweave.site.cli.node import settings
from commonweave.site.config import DEFAULT_PORT


@click.command()
@click.option("--bind", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 8), help="Threads in each process.")
def command(*, bind: str, processes: int, threads: int) -> None:
    """Run only the web server on COMMONWEAVE_PORT; put a proxy that speaks TLS in front of it."""
    config = settings("web")
    _ = config.secret
    from commonweave.site.web import serve  # noqa: PLC0415 - Django is set up later

    serve(bind=bind, port=config.port or DEFAULT_PORT, processes=processes, threads=threads)

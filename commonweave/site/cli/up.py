"""`commonweave up`: everything a node needs, in one command."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NoReturn

import click

from commonweave.site.cli import FailedError, progress
from commonweave.site.cli.node import settings, verbose_option
from commonweave.site.postgres import Cluster, connect
from commonweave.site.processes import NodeLock
from commonweave.site.state import State, database_is_current, files_are_current
from commonweave.site.supervisor import STOP_SECONDS, StartError, Supervisor, children_environment, free_port

if TYPE_CHECKING:
    from types import FrameType

    from commonweave.site.config import Config

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Clock:
    """Says how long each part of the start took, when asked to."""

    def __init__(self, *, spoken: bool) -> None:
        """Start to count."""
        self.spoken = spoken
        self.began = self.last = time.monotonic()

    def lap(self, name: str) -> None:
        """Say what took how long."""
        now = time.monotonic()
        if self.spoken:
            progress.say(f"  {now - self.began:6.2f} s  {name} ({now - self.last:.2f} s)")
        self.last = now


@click.command()
@click.option("--no-demo", is_flag=True, help="Never build the demonstration network in this data folder.")
@click.option("--bind", default="127.0.0.1", show_default=True, help="The address the web server listens on.")
@verbose_option
def command(*, no_demo: bool, bind: str, verbose: bool) -> int:
    """Run a node here until Ctrl-C: database, worker and web server.

    Makes what is missing: data folder, secret, database, roles, tables, and the demonstration network when the database
    is empty. What dies is started again. Ctrl-C ends with exit code 0: that is how a node is stopped.
    """
    clock = Clock(spoken=verbose)
    config = settings("owner")
    config.make_data_folder()
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    with contextlib.ExitStack() as stack:
        try:
            lock = NodeLock(config.data)
            stack.enter_context(lock.held("up"))
            _run(config, stack, clock, lock, no_demo=no_demo, bind=bind)
        except KeyboardInterrupt:
            pass
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
        progress.say("\nStopping ...")
    progress.say("Stopped.")
    return 0


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise KeyboardInterrupt


def _run(
    config: Config, stack: contextlib.ExitStack, clock: Clock, lock: NodeLock, *, no_demo: bool, bind: str
) -> None:
    port = free_port(config, bind)
    config.make_secret()
    _ = config.secret
    cluster = None if config.database_url else Cluster(config)
    supervisor = Supervisor(cluster, progress.say)
    stack.callback(supervisor.stop)
    clock.lap("settings")
    if cluster is not None:
        with progress.step("Starting the database"):
            cluster.start(progress.say)
    else:
        connect(config, "admin", database="postgres").close()
    clock.lap("database")
    env = children_environment(config, COMMONWEAVE_PORT=str(port))
    web = ["web", "--bind", bind], env | {"COMMONWEAVE_ROLE": "web"}
    server = None
    if files_are_current(config) and "demo" in State(config.data).read():
        server = supervisor.add("web server", *web)  # loads its pages while we look at the database
    if server is None or not database_is_current(config):
        if server is not None:
            supervisor.remove(server)
        _child("migrate", env, "owner")
        clock.lap("tables and page files")
        _demonstrate(config, env, no_demo=no_demo)
        clock.lap("demonstration")
        server = supervisor.add("web server", *web)
    host = "127.0.0.1" if bind == "0.0.0.0" else f"[{bind}]" if ":" in bind else bind  # noqa: S104 - read, not bound
    try:
        supervisor.wait_for_answer(f"http://{host}:{port}/health", server)
    except StartError as error:
        raise FailedError(str(error)) from None
    clock.lap("web server")
    supervisor.add("worker", ["worker"], env | {"COMMONWEAVE_ROLE": "worker"})
    supervisor.add("indexer", ["index"], env | {"COMMONWEAVE_ROLE": "worker"})
    address = config.url if config.port is not None or "COMMONWEAVE_URL" in env else f"http://localhost:{port}"
    _announce(config, address)
    lock.say(doing="up", address=address)
    supervisor.watch()


def _child(name: str, env: dict[str, str], role: str, *words: str) -> None:
    """Run one of our commands to its end in a process of its own, so that this one stays small."""
    child = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "commonweave", name, *words],
        env=env | {"COMMONWEAVE_ROLE": role},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = child.wait()
    except BaseException:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(STOP_SECONDS)
        child.kill()
        raise
    if code:
        message = f"'commonweave {name}' did not succeed (exit code {code}); the node was not started."
        raise FailedError(message)


def _demonstrate(config: Config, env: dict[str, str], *, no_demo: bool) -> None:
    state = State(config.data)
    if no_demo and "demo" not in state.read():
        state.write(demo="declined")
    if "demo" not in state.read():
        _child("demo", env, "worker", "--if-empty")


def _announce(config: Config, address: str) -> None:
    click.echo(f"\nCommonweave is running on {address}")
    state = State(config.data).read()
    if state.get("demo") == "built":
        rows = [[str(word) for word in row] for row in state.get("sign_ins", [])]
        if rows:
            click.echo(f"\nDemonstration sign-ins, all with the password {state.get('password')}, which also unseals:")
            widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
            for row in rows:
                click.echo(
                    "  " + "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
                )
            click.echo("\nThe second-factor code of one of them:  .venv/bin/commonweave demo code EMAIL")
    click.echo("\nCtrl-C stops it.", err=True)
    sys.stdout.flush()

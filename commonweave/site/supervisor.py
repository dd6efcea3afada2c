"""Keeps a node's processes alive: starts them, starts them again when they die, and stops them in order."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from commonweave.site import processes
from commonweave.site.config import DEFAULT_PORT, ConfigError
from commonweave.site.postgres import DatabaseError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence

    from commonweave.site.config import Config
    from commonweave.site.postgres import Cluster

LOOK_SECONDS = 0.2
CALM_SECONDS = 60.0  # whoever ran this long is not blamed for earlier falls
LONGEST_WAIT = 30.0
STOP_SECONDS = 6.0
PORTS_TRIED = 100
ANSWER_SECONDS = 120.0
SERVER_ERROR = 500
FALLS_AT_START = 2


class StartError(Exception):
    """A part of the node did not come up; the text is the sentence a person reads."""


def free_port(config: Config, bind: str) -> int:
    """Return the port that was asked for, or the first free one from the default on when none was."""
    if config.port is not None:
        if not _is_free(bind, config.port):
            message = f"Port {config.port} is used by another program: set COMMONWEAVE_PORT to a free one."
            raise ConfigError(message)
        return config.port
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        if _is_free(bind, port):
            return port
    message = f"Ports {DEFAULT_PORT} to {DEFAULT_PORT + PORTS_TRIED - 1} are all in use: set COMMONWEAVE_PORT."
    raise ConfigError(message)


def _is_free(bind: str, port: int) -> bool:
    try:
        family = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind((bind, port))
    except PermissionError:
        message = f"Port {port} needs rights that this user does not have: set COMMONWEAVE_PORT to one above 1023."
        raise ConfigError(message) from None
    except socket.gaierror:
        message = f"The address {bind!r} is not one of this machine."
        raise ConfigError(message) from None
    except OSError:
        return False
    return True


@dataclass
class Service:
    """One of our programs."""

    name: str
    words: Sequence[str]
    env: dict[str, str]
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        """Start the program; it gets SIGTERM if we are killed."""
        self.child = processes.start(
            [sys.executable, "-m", "commonweave", *self.words], env=self.env, when_orphaned=signal.SIGTERM
        )
        self.started = time.monotonic()
        self.again_at = 0.0


@dataclass
class Supervisor:
    """The running parts of a node. Every method is called from the main thread."""

    cluster: Cluster | None
    say: Callable[[str], None]
    services: list[Service] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    database_falls: int = 0
    database_again_at: float = 0.0

    def add(self, name: str, words: Sequence[str], env: dict[str, str]) -> Service:
        """Start a service and watch it from now on."""
        service = Service(name, words, env)
        self.services.append(service)
        service.start()
        return service

    def remove(self, service: Service) -> None:
        """Stop a service and forget it."""
        self.services.remove(service)
        if service.child is not None:
            processes.stop(service.child, (signal.SIGTERM, STOP_SECONDS))

    def watch(self) -> None:
        """Look after everything until a signal asks to stop."""
        while not self.stopping.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        """Start again whatever has died, after a pause that grows with each fall."""
        now = time.monotonic()
        if self.cluster is not None and not self.cluster.is_running() and now >= self.database_again_at:
            self._restart_database(now)
        for service in self.services:
            if service.child is not None and service.child.poll() is not None:
                self._fallen(service, now)
            elif service.child is None and now >= service.again_at:
                service.start()

    def _fallen(self, service: Service, now: float) -> None:
        code = service.child.returncode if service.child else 0
        service.child = None
        service.falls = 1 if now - service.started > CALM_SECONDS else service.falls + 1
        wait = _pause(service.falls)
        service.again_at = now + wait
        self.say(f"The {service.name} ended ({_why(code)}); starting it again in {wait:.1f} s.")

    def _restart_database(self, now: float) -> None:
        if self.cluster is None:
            return
        self.say("The database ended; starting it again.")
        try:
            self.cluster.start(self.say)
        except (DatabaseError, ConfigError, OSError) as error:
            self.database_falls += 1
            wait = _pause(self.database_falls + 2)
            self.database_again_at = now + wait
            self.say(f"{error} Trying again in {wait:.0f} s.")
        else:
            self.database_falls = 0
            self.say("The database is back.")

    def stop(self) -> None:
        """Stop in order: who takes requests, who works, where it is kept."""
        for service in sorted(self.services, key=lambda one: one.name != "web server"):
            if service.child is not None:
                processes.stop(service.child, (signal.SIGTERM, STOP_SECONDS))
        if self.cluster is not None:
            self.cluster.stop()

    def wait_for_answer(self, url: str, service: Service) -> None:
        """Return when the web server answers; raise when it will not."""
        until = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < until and not self.stopping.is_set():
            if _answers(url):
                return
            if service.child is None or service.child.poll() is not None:
                self.look()
                if service.falls > FALLS_AT_START:
                    break
            time.sleep(0.02)
        if not self.stopping.is_set():
            message = "The web server does not answer; what it says about that stands above."
            raise StartError(message)


def _pause(falls: int) -> float:
    return float(min(LONGEST_WAIT, 0.25 * 2 ** (falls - 1)))


def _why(code: int) -> str:
    if code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    return f"exit code {code}"


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return bool(response.status < SERVER_ERROR)
    except urllib.error.HTTPError as error:
        return error.code < SERVER_ERROR
    except OSError:
        return False


def children_environment(config: Config, **more: str) -> dict[str, str]:
    """Return what our own programs need to know; the folder and the secret are named so that nothing is guessed twice."""
    return dict(os.environ) | {
        "COMMONWEAVE_DATA": str(config.data),
        "COMMONWEAVE_SECRET_FILE": str(config.secret_file),
        "PYTHONPATH": os.pathsep.join(path for path in (_checkout(), os.environ.get("PYTHONPATH", "")) if path),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def _checkout() -> str:
    # Children start in `/`, so the checkout has to be named even where the package is found by the current folder.
    return str(processes.CHILD.parents[2])

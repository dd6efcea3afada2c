"""The embedded PostgreSQL server of one data folder: made, started, watched, stopped and, after a kill, started again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from commonweave.site import processes
from commonweave.site.config import Config, ConfigError
from commonweave.site.postgres import binaries
from commonweave.site.postgres.settings import PRIVATE, configuration_file

if TYPE_CHECKING:
    from collections.abc import Callable

ADMIN = "commonweave_admin"
LONGEST_SOCKET_FOLDER = 80
STOP_SECONDS = 20.0
RETRY_SECONDS = 60.0
SILENCE_SECONDS = 10.0
LOG_BYTES = 10_000_000
STATUS_LINE = 7  # of postmaster.pid, counted from 0 (PostgreSQL's miscadmin.h)
BUSY = ("pre-existing shared memory block", "lock file", "could not bind", "is in use")


class DatabaseError(Exception):
    """The database cannot be made, started or reached; the text is the sentence a person reads."""


def nothing(_: str) -> None:
    """Report progress to nobody."""


def socket_folder(data: Path) -> Path:
    """Return the short, private folder of the server's socket; the same for every command, whatever its environment.

    Not `XDG_RUNTIME_DIR`: it is missing under cron and systemd, and is removed when its user logs out.
    """
    cluster = data / "postgres"
    user = binaries.database_user(data)
    uid = user.uid if user else cluster.stat().st_uid if cluster.exists() else os.geteuid()
    mark = hashlib.blake2b(os.path.realpath(data).encode(), digest_size=4).hexdigest()
    return Path(f"/tmp/cw-{uid}-{mark}")  # noqa: S108 - made 0700 and checked for a foreign owner below


class Cluster:
    """One server process and its folder. Whoever makes one holds the lock of the data folder."""

    def __init__(self, config: Config, *, fsync: bool = True) -> None:
        """Describe the server of `config.data`; nothing is touched before `start`."""
        self.config = config
        self.fsync = fsync
        self.folder = config.data / "postgres"
        self.log = config.data / "log" / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, say: Callable[[str], None] = nothing) -> None:
        """Make the cluster when there is none, start the server and return when it answers.

        There is no time limit: after a hard stop a server may need long to recover, and killing it starts that anew.
        """
        self.config.make_data_folder()
        self.user = binaries.database_user(self.config.data)
        if self.user and not binaries.can_reach(self.user, self.config.data):
            message = (
                f"As root the database runs as user {self.user.name}, who cannot enter {self.config.data}: set "
                f"COMMONWEAVE_DATA to a folder that everyone may enter, such as /var/lib/commonweave."
            )
            raise ConfigError(message)
        self.programs = binaries.programs(self.config)
        self.sockets = self._prepare_socket_folder()
        if not (self.folder / "PG_VERSION").exists():
            say("making the database")
            self._initialise()
        self._check_version()
        self._write_configuration()
        self._end_orphan(say)
        self._start_and_wait(say)

    def is_running(self) -> bool:
        """Say whether our child is alive (a killed server is found here)."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask for a fast shutdown (sessions end, data is written), then for an immediate one."""
        if self.process is not None:
            processes.stop(self.process, (signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0))
            self.process = None

    def _prepare_socket_folder(self) -> Path:
        folder = socket_folder(self.config.data)
        uid = self.user.uid if self.user else os.geteuid()
        try:
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)
            if self.user:
                os.chown(folder, self.user.uid, self.user.gid)
        except FileExistsError:
            pass
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != uid or facts.st_mode & 0o077:
            message = (
                f"The folder {folder} for the database's socket belongs to somebody else or is open to others; "
                f"remove it, or set COMMONWEAVE_DATA to another folder."
            )
            raise ConfigError(message)
        return folder

    def _initialise(self) -> None:
        new = self.folder.with_name("postgres.new")  # renamed when complete: a kill in between leaves no half cluster
        if new.exists():
            shutil.rmtree(new)
        new.mkdir(mode=0o700)
        password = self.sockets / "password"
        password.unlink(missing_ok=True)
        descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(self.config.database_password("admin") + "\n")
        if self.user:
            for path in (new, password):
                os.chown(path, self.user.uid, self.user.gid)
        try:
            # LC_CTYPE decides which letters pg_trgm sees; systems without the C.UTF-8 locale get plain C.
            for ctype in ("C.UTF-8", "C"):
                result = self._initdb(new, password, ctype)
                if result.returncode == 0:
                    break
            else:
                message = f"The database could not be made: {_last_line(result.stderr)}."
                raise DatabaseError(message)
        finally:
            password.unlink(missing_ok=True)
        new.rename(self.folder)

    def _initdb(self, new: Path, password: Path, ctype: str) -> subprocess.CompletedProcess[str]:
        words = [
            *("-D", new, "-U", ADMIN, "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "--data-checksums"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={ctype}"),
            *("--no-instructions", *(() if self.fsync else ("--no-sync",))),
        ]
        return self.run("initdb", *words)

    def run(self, program: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one of the bundled programs to its end as the database's user."""
        user, group, groups = (self.user.uid, self.user.gid, ()) if self.user else (None, None, None)
        return subprocess.run(  # noqa: S603 - a bundled program and our own words, no shell
            [str(self.programs / program), *(str(word) for word in words)],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=user,
            group=group,
            extra_groups=groups,
        )

    def _check_version(self) -> None:
        version = (self.folder / "PG_VERSION").read_text(encoding="ascii").strip()
        if version != str(binaries.MAJOR):
            message = (
                f"The database in {self.folder} was written by PostgreSQL {version} and this version of Commonweave "
                f"brings {binaries.MAJOR}: run 'commonweave backup' with the older version, move that folder away, "
                f"then run 'commonweave restore FILE' with this one."
            )
            raise ConfigError(message)

    def _write_configuration(self) -> None:
        path = self.config.data / "postgres.conf"
        local = path.with_name("postgres.local.conf").exists()
        text = configuration_file(fsync=self.fsync, local=local)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            new = path.with_suffix(".new")
            new.write_text(text, encoding="utf-8")
            new.chmod(0o644)
            new.rename(path)

    def _end_orphan(self, say: Callable[[str], None]) -> None:
        """Wait out a server whose supervisor was killed; forget a pid file that names some other program."""
        path = self.folder / "postmaster.pid"
        pid = _pid_in(path)
        if pid is None or not self._is_ours(pid):
            path.unlink(missing_ok=True)
            return
        say("waiting for the previous database server to stop")
        for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                if not self._is_ours(pid):
                    return
                time.sleep(0.05)

    def _is_ours(self, pid: int) -> bool:
        """Say whether a live process (a dead one that nobody collected has no command) is the server of this folder."""
        return str(self.folder) in _command(pid)

    def _start_and_wait(self, say: Callable[[str], None]) -> None:
        until = time.monotonic() + RETRY_SECONDS
        while True:
            offset = self._launch()
            if self._wait(say):
                return
            reason = self._why(offset)
            if not any(words in reason for words in BUSY) or time.monotonic() > until:
                message = f"The database server did not start: {reason}. Its log is {self.log}."
                raise DatabaseError(message)
            time.sleep(0.1)  # after a kill -9 the old sessions need a moment to notice and let go

    def _launch(self) -> int:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        words = ["-D", str(self.folder), "-k", str(self.sockets)]
        words += ["-c", f"config_file={self.config.data / 'postgres.conf'}"]
        for name, value in PRIVATE.items():
            words += ["-c", f"{name}={value}"]
        with self.log.open("ab") as output:
            offset = output.tell()
            self.process = processes.start(
                [self.programs / "postgres", *words],
                env=_environment(),
                output=output,
                user=self.user,
                when_orphaned=signal.SIGINT,
            )
        return offset

    def _wait(self, say: Callable[[str], None]) -> bool:
        """Return True when the server answers, False when it has ended."""
        process = self.process
        path = self.folder / "postmaster.pid"
        began = spoke = time.monotonic()
        while process is not None and process.poll() is None:
            lines = _lines(path)
            if len(lines) > STATUS_LINE and lines[0] == str(process.pid) and lines[STATUS_LINE].strip() == "ready":
                return True
            if time.monotonic() - spoke > SILENCE_SECONDS:
                spoke = time.monotonic()
                say(f"the database is recovering ({spoke - began:.0f} s so far)")
            time.sleep(0.01)
        return False

    def _why(self, offset: int) -> str:
        with self.log.open("rb") as file:
            file.seek(offset)
            text = file.read().decode(errors="replace")
        found = re.findall(r"(?:FATAL|PANIC):\s*(.+)", text)
        return str(found[-1]).rstrip(".") if found else _last_line(text)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it gave no reason"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _pid_in(path: Path) -> int | None:
    lines = _lines(path)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _command(pid: int) -> str:
    """Return the command line of a process; empty when it is gone or dead."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    result = subprocess.run(  # noqa: S603 - a number is the only word that varies
        ["/bin/ps", "-o", "command=", "-ww", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return result.stdout

"""The command line with real processes: if these fail, a node cannot be started, watched over, saved or brought back."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage
import pytest

from commonweave.site.cli import COMMANDS
from commonweave.site.config import load_config
from commonweave.site.postgres import socket_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHECKOUT = Path(__file__).resolve().parents[3]
PATIENCE = 180.0


def environment(data: Path, **more: str) -> dict[str, str]:
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COMMONWEAVE_", "DATABASE_", "DJANGO_"))
    }
    return env | {"COMMONWEAVE_DATA": str(data), "PYTHONPATH": str(CHECKOUT)} | more


def commonweave(data: Path, *words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "commonweave", *map(str, words)],
        env=environment(data, **more), capture_output=True, text=True, check=False, cwd="/", timeout=PATIENCE,
    )  # fmt: skip


def sentences(result: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with a space in its name and a database of this version in it."""
    base = tmp_path_factory.mktemp("node")
    for folder in (base, *base.parents):
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o011)
    folder = base / "da ta"
    result = commonweave(folder, "migrate")
    assert result.returncode == 0, result.stderr
    yield folder
    shutil.rmtree(socket_folder(folder), ignore_errors=True)


class Node:
    """A running `commonweave up`."""

    def __init__(self, data: Path, *words: str, **more: str) -> None:
        self.log = data.parent / "up.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-m", "commonweave", "up", "--no-demo", *words],
                env=environment(data, **more), stdout=output, stderr=subprocess.STDOUT, cwd="/",
            )  # fmt: skip

    def said(self, pattern: str, times: int = 1) -> re.Match[str]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = list(re.finditer(pattern, self.log.read_text()))
            if len(found) >= times:
                return found[times - 1]
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def address(self) -> str:
        return self.said(r"running on (http://\S+)")[1]

    def everything(self) -> list[int]:
        """Return the numbers of all processes that descend from `up`."""
        listed = [(int(pid), int(above)) for pid, above in _processes()]
        found, todo = [], [self.process.pid]
        while todo:
            parent = todo.pop()
            below = [pid for pid, above in listed if above == parent]
            found += below
            todo += below
        return found

    def child(self, name: str) -> int:
        """Return the number of the database ('postgres'), the web server ('web') or the worker once it has started."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            children = {int(pid) for pid, above in _processes() if int(above) == self.process.pid}
            for pid in children:
                words = [word.decode().rpartition("/bin/")[2] for word in _command(pid).split(b"\0")]
                titled = name == "web" and words[0].startswith("granian")  # where it can name its process
                if titled or words[0] == name or words[1:4] == ["-m", "commonweave", name]:
                    return pid
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def _processes() -> Iterator[tuple[str, str]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            yield path.parent.name, path.read_text().rpartition(")")[2].split()[1]


def alive(numbers: Sequence[int]) -> list[int]:
    return [number for number in numbers if _command(number)]


def _command(number: int) -> bytes:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return b""


def answer(address: str) -> bytes:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=10) as response:  # noqa: S310 - our own address
                return bytes(response.read())
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as attempt:
        return str(attempt.getsockname()[1])


NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_its_exit_codes(name: str, tmp_path: Path) -> None:
    result = commonweave(tmp_path, name, "--help")
    assert result.returncode == 0
    assert "Usage: commonweave" in result.stdout
    assert "Exit codes" in result.stdout


@pytest.mark.parametrize(
    ("words", "more", "code", "pattern"),
    [
        (["up"], {"COMMONWEAVE_PORT": "no"}, 2, "COMMONWEAVE_PORT must be a number"),
        (["up"], {"COMMONWEAVE_URL": "no"}, 2, "COMMONWEAVE_URL must look like"),
        (["up"], {"COMMONWEAVE_DATA": "/dev/null/x"}, 2, "cannot be made"),
        (["up"], {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/x"}, 3, "cannot be reached"),
        (["migrate"], {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/x"}, 3, "cannot be reached"),
        (["doctor"], {}, 2, "There is no data folder|There is no node"),
        (["backup"], {}, 2, "COMMONWEAVE_BACKUP_RECIPIENT is not set"),
        (["backup"], {"COMMONWEAVE_BACKUP_RECIPIENT": "ssh-rsa x"}, 2, "must be an age public key"),
        (["backup", "--plain"], {}, 2, "There is no node"),
        (["nothing"], {}, 2, "No such command"),
        (["up", "--nothing"], {}, 2, "No such option"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_exit_code(
    words: list[str], more: dict[str, str], code: int, pattern: str, tmp_path: Path
) -> None:
    result = commonweave(tmp_path / "data", *words, **more)
    assert re.search(pattern, sentences(result)), result.stderr
    assert result.returncode == code


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        result = commonweave(tmp_path / "data", "up", COMMONWEAVE_PORT=port)
    assert result.returncode == 2
    assert f"Port {port} is used by another program" in sentences(result)


@NEEDS_PROC
def test_a_node_comes_back_after_every_kill_and_stops_cleanly(data: Path) -> None:
    node = Node(data, COMMONWEAVE_PORT=free_port())  # not the usual one, which others might take while it is down
    try:
        address = node.address()
        assert answer(address) == b"ok\n"
        again = commonweave(data, "up")
        assert again.returncode == 2
        assert f"running already on {address}" in sentences(again)
        for times, kind in enumerate(("web", "worker"), start=1):
            os.kill(node.child(kind), signal.SIGKILL)
            node.said(r"killed by SIGKILL\); starting it again", times)
            assert answer(address) == b"ok\n"
        os.kill(node.child("postgres"), signal.SIGKILL)
        node.said("The database is back")
        assert answer(address) == b"ok\n"
        everything = node.everything()
        began = time.monotonic()
        assert node.stop(signal.SIGINT) == 0
        assert time.monotonic() - began < 20
        assert not alive(everything)
        assert "Stopped." in node.log.read_text()
    finally:
        node.process.kill()
        node.process.wait()


@NEEDS_PROC
def test_kill_of_the_supervisor_takes_everything_with_it(data: Path) -> None:
    node = Node(data, COMMONWEAVE_PORT=free_port())  # not the usual one, which others might take while it is down
    try:
        answer(node.address())
        everything = node.everything()
        assert len(everything) > 4
    finally:
        node.process.kill()
        node.process.wait()
    until = time.monotonic() + 30
    while alive(everything) and time.monotonic() < until:
        time.sleep(0.1)
    assert not alive(everything)


def test_two_nodes_run_side_by_side_and_the_second_takes_the_next_port(data: Path, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path.parent):
        folder.chmod(folder.stat().st_mode | 0o011)
    other = tmp_path / "copy"
    first = Node(data)
    try:
        one = first.address()
        second = Node(other)
        try:
            two = second.address()
            assert one != two
            assert answer(one) == answer(two) == b"ok\n"
        finally:
            second.stop()
    finally:
        first.stop()
        shutil.rmtree(socket_folder(other), ignore_errors=True)


def test_doctor_finds_a_secret_that_others_may_read(data: Path) -> None:
    secret = data / "secret"
    good = commonweave(data, "doctor")
    assert good.returncode == 0, good.stdout
    secret.chmod(0o644)
    try:
        bad = commonweave(data, "doctor")
    finally:
        secret.chmod(0o600)
    assert bad.returncode == 1
    assert "fail  others may read the secret: chmod 600" in bad.stdout


def test_the_journal_of_a_new_node_is_sound(data: Path) -> None:
    result = commonweave(data, "journal", "verify")
    assert result.returncode == 0, result.stderr
    assert "0 faults" in result.stdout
    wrong = commonweave(data, "journal", "verify", "7:abcd")
    assert wrong.returncode == 1
    assert "does not contain the checkpoint 7:abcd" in wrong.stdout


def test_a_backup_comes_back_only_with_its_key_and_only_where_nothing_is_lost(data: Path, tmp_path: Path) -> None:
    identity, stranger = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for name, key in (("key", identity), ("other", stranger)):
        (tmp_path / name).write_text(f"{key}\n")
    files = data / "files" / "sealed" / "ab"
    files.mkdir(exist_ok=True, parents=True, mode=0o700)
    (data / "files").chmod(0o700)
    (files / "photo").write_bytes(b"x" * 100_000)
    (data / "files" / "arriving").mkdir()
    (data / "files" / "arriving" / "part").write_bytes(b"x")
    made = commonweave(data, "backup", COMMONWEAVE_BACKUP_RECIPIENT=str(identity.to_public()))
    assert made.returncode == 0, made.stderr
    assert "secret file" in made.stderr
    backup = Path(made.stdout.rsplit(" (", 1)[0])
    assert backup.stat().st_mode & 0o077 == 0
    assert backup.read_bytes().startswith(b"age-encryption.org/")
    assert load_config({"COMMONWEAVE_DATA": str(data)}).secret.hex().encode() not in pyrage.decrypt(
        backup.read_bytes(), [identity]
    )

    assert "--identity" in sentences(commonweave(data, "restore", backup))
    refused = commonweave(data, "restore", backup, "--identity", tmp_path / "other")
    assert (refused.returncode, "cannot be decrypted" in sentences(refused)) == (2, True)
    (tmp_path / "cut").write_bytes(backup.read_bytes()[:-5000])
    broken = commonweave(data, "restore", tmp_path / "cut", "--identity", tmp_path / "key")
    assert broken.returncode == 2
    assert "damaged" in sentences(broken)

    (files / "photo").unlink()
    (data / "files" / "arriving" / "part").unlink()
    restored = commonweave(data, "restore", backup, "--identity", tmp_path / "key")
    assert restored.returncode == 0, restored.stderr
    assert (files / "photo").read_bytes() == b"x" * 100_000
    assert not (data / "files" / "arriving" / "part").exists(), "what is on its way belongs to nobody yet"
    assert commonweave(data, "doctor").returncode == 0

    elsewhere = tmp_path / "elsewhere"
    missing = commonweave(elsewhere, "restore", backup, "--identity", tmp_path / "key")
    assert "Put the secret file" in sentences(missing)


def test_a_backup_of_another_secret_is_refused(data: Path, tmp_path: Path) -> None:
    made = commonweave(data, "backup", "--plain")
    assert made.returncode == 0, made.stderr
    (tmp_path / "secret").write_text("ab" * 32)
    backup = made.stdout.rsplit(" (", 1)[0]
    refused = commonweave(tmp_path / "new", "restore", backup, COMMONWEAVE_SECRET_FILE=str(tmp_path / "secret"))
    assert refused.returncode == 2

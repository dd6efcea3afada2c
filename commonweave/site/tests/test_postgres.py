"""The embedded database: if these fail, a node does not come back after a fall, or strangers can reach into it."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from commonweave.site.config import Config, ConfigError, load_config
from commonweave.site.postgres import Cluster, DatabaseError, connect, socket_folder, temporary_cluster
from commonweave.site.postgres.cluster import _command
from commonweave.site.roles import admin_connection, ensure_roles

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[3]
NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become others")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == pwd.getpwuid(os.geteuid()).pw_name:
            folder.chmod(folder.stat().st_mode | 0o011)
    return tmp_path / "a b é"


@contextlib.contextmanager
def running(data: Path, *, fsync: bool = False) -> Iterator[tuple[Cluster, Config]]:
    config = load_config({"COMMONWEAVE_DATA": str(data)})
    config.make_data_folder()
    config.make_secret()
    cluster = Cluster(config, fsync=fsync)
    try:
        cluster.start()
        yield cluster, config
    finally:
        cluster.stop()
        shutil.rmtree(socket_folder(data), ignore_errors=True)


def test_cluster_starts_in_a_path_with_spaces_and_nobody_else_may_enter(data: Path) -> None:
    with running(data) as (cluster, config):
        with admin_connection(config) as admin:
            shown = {
                name: admin.execute(f"show {name}").fetchone()
                for name in ("listen_addresses", "data_checksums", "log_min_messages", "log_error_verbosity", "jit")
            }
            row = admin.execute("select datlocprovider, datlocale from pg_database where datname = 'postgres'")
            provider = row.fetchone()
        assert {name: row[0] for name, row in shown.items() if row} == {
            "listen_addresses": "",
            "data_checksums": "on",
            "log_min_messages": "log",
            "log_error_verbosity": "terse",
            "jit": "off",
        }
        assert provider == ("b", "C.UTF-8")
        assert stat.S_IMODE(cluster.folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(socket_folder(data).stat().st_mode) == 0o700
        assert stat.S_IMODE(config.secret_file.stat().st_mode) == 0o600


def test_an_error_in_the_database_leaves_no_words_in_its_log(data: Path) -> None:
    with running(data) as (cluster, config):
        with admin_connection(config) as admin, contextlib.suppress(Exception):
            admin.execute("select 'a very private sentence'::uuid")
        assert "private" not in cluster.log.read_text()


def test_wrong_password_is_refused_with_a_sentence(data: Path) -> None:
    with running(data) as (_, config):
        config.secret_file.write_text("ab" * 32)
        other = load_config({"COMMONWEAVE_DATA": str(data)})
        with pytest.raises(DatabaseError, match="secret file does not belong to this database"):
            connect(other, "admin", database="postgres")


def test_committed_rows_survive_a_kill_of_the_server(data: Path) -> None:
    with running(data, fsync=True) as (cluster, config):
        with admin_connection(config) as admin:
            admin.execute("create table kept (n int)")
        for number in range(3):
            with admin_connection(config) as admin:
                admin.execute("insert into kept values (%s)", [number])
                assert cluster.process is not None
                cluster.process.send_signal(signal.SIGKILL)
                cluster.process.wait()
            assert not cluster.is_running()
            cluster.start()
        with admin_connection(config) as admin:
            assert admin.execute("select count(*) from kept").fetchone() == (3,)


def test_a_pid_file_that_names_another_program_does_not_stop_the_start(data: Path) -> None:
    with running(data) as (cluster, _):
        cluster.stop()
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        try:
            lines = [
                str(other.pid),
                str(cluster.folder),
                str(int(time.time())),
                "5432",
                str(cluster.sockets),
                "",
                "",
                "",
            ]
            (cluster.folder / "postmaster.pid").write_text("\n".join(lines))
            cluster.start()
            assert cluster.is_running()
        finally:
            other.kill()
            other.wait()


def test_kill_of_the_supervisor_leaves_no_server_and_the_next_start_works(data: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from commonweave.site.postgres import Cluster; from commonweave.site.config import load_config\n"
        "config = load_config({'COMMONWEAVE_DATA': sys.argv[1]}); config.make_data_folder(); config.make_secret()\n"
        "cluster = Cluster(config, fsync=False); cluster.start(); print(cluster.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", code, str(data), str(CHECKOUT)], stdout=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout is not None
        server = int(one.stdout.readline())
        one.kill()
    with running(data) as (cluster, config), admin_connection(config) as admin:
        assert admin.execute("select 1").fetchone() == (1,)
        assert cluster.process is not None
        assert cluster.process.pid != server
    assert not _command(server)  # it may still be listed, as a dead process that nobody collected


def test_a_folder_of_another_major_version_is_refused_with_what_to_run(data: Path) -> None:
    with running(data) as (cluster, _):
        cluster.stop()
        (cluster.folder / "PG_VERSION").write_text("15\n")
        with pytest.raises(ConfigError, match=r"written by PostgreSQL 15 .* 'commonweave restore FILE'"):
            cluster.start()
        (cluster.folder / "PG_VERSION").write_text("18\n")


def test_a_socket_folder_that_others_may_enter_is_refused(data: Path) -> None:
    folder = socket_folder(data)
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    try:
        with pytest.raises(ConfigError, match="belongs to somebody else or is open to others"), running(data):
            pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_half_made_cluster_is_made_anew(data: Path) -> None:
    (data / "postgres.new" / "base").mkdir(parents=True)
    with running(data) as (_, config), admin_connection(config) as admin:
        assert admin.execute("select 1").fetchone() == (1,)


@NEEDS_ROOT
def test_as_root_the_server_runs_as_somebody_without_rights(data: Path) -> None:
    with running(data) as (cluster, _):
        assert cluster.process is not None
        facts = Path(f"/proc/{cluster.process.pid}").stat()
        assert facts.st_uid != 0
        assert cluster.folder.stat().st_uid == facts.st_uid


@NEEDS_ROOT
def test_as_root_a_folder_nobody_else_can_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    with (
        pytest.raises(ConfigError, match=r"cannot enter .* set COMMONWEAVE_DATA"),
        running(tmp_path / "closed" / "data"),
    ):
        pass


@NEEDS_ROOT
def test_an_ordinary_user_runs_the_server_as_themselves(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    for part in (folder, *folder.parents):
        if part.stat().st_uid == 0 and part != Path("/"):
            part.chmod(part.stat().st_mode | 0o011)
    entry = pwd.getpwnam("nobody")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    python = next((path for path in (sys.executable, "/usr/bin/python3") if _open_to_all(Path(path).resolve())), None)
    packages = sysconfig.get_path("purelib")
    if python is None or not _open_to_all(Path(packages)) or not _open_to_all(CHECKOUT):
        pytest.skip("others cannot reach this Python")
    code = (
        "from commonweave.site.postgres import Cluster, connect; from commonweave.site.config import load_config\n"
        "config = load_config({'COMMONWEAVE_DATA': sys.argv[1]}); config.make_data_folder(); config.make_secret()\n"
        "cluster = Cluster(config, fsync=False); cluster.start()\n"
        "print(connect(config, 'admin', database='postgres').execute('select 41 + 1').fetchone()[0]); cluster.stop()"
    )
    child = subprocess.run(  # noqa: S603 - our own words
        [python, "-c", f"import sys; sys.path[:0] = sys.argv[2:]\n{code}", folder / "data", CHECKOUT, packages],
        user="nobody", group=entry.pw_gid, extra_groups=[], capture_output=True, text=True, cwd="/", check=False,
    )  # fmt: skip
    assert child.stdout.strip() == "42", child.stderr
    assert (folder / "data" / "postgres").owner() == "nobody"


def _open_to_all(path: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (path, *path.parents))


def test_roles_are_made_again_without_harm_and_hold_no_power() -> None:
    with temporary_cluster() as config:
        for _ in range(2):
            with admin_connection(config) as admin:
                ensure_roles(admin, config)
        with admin_connection(config) as admin:
            rows = admin.execute(
                "select rolname, rolsuper or rolcreaterole or rolcreatedb, rolbypassrls from pg_roles"
                " where rolname ~ '^commonweave_(owner|web|worker|backup)$' order by 1"
            ).fetchall()
        assert rows == [
            ("commonweave_backup", False, True),
            ("commonweave_owner", False, False),
            ("commonweave_web", False, False),
            ("commonweave_worker", False, False),
        ]
        with connect(config, "owner") as owner:
            owner.execute("create table t (n int); insert into t values (1)")
            owner.execute("set role commonweave_web")
            with pytest.raises(Exception, match="permission denied"):
                owner.execute("select * from t")
        with connect(config, "backup") as backup:
            assert backup.execute("select n from t").fetchone() == (1,)
            with pytest.raises(Exception, match=r"read-only transaction|permission denied"):
                backup.execute("insert into t values (2)")
        for role, other in (("web", "worker"), ("web", "owner"), ("worker", "owner"), ("backup", "owner")):
            with connect(config, role) as connection, pytest.raises(Exception, match="permission denied to set role"):
                connection.execute(f"set role commonweave_{other}")
        with connect(config, "web") as web, pytest.raises(Exception, match="permission denied for schema"):
            web.execute("create table mine (n int)")

"""Old copies of the database, with real files. A failure here means backups that open what residents were told is gone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from commonweave.site import checks, copies
from commonweave.site.config import load_config
from commonweave.site.postgres import socket_folder
from commonweave.site.tests.test_cli import PATIENCE, commonweave, environment

if TYPE_CHECKING:
    from pathlib import Path

    from commonweave.site.config import Config

DAY = 86_400
NAMES = ("backups/a.tar.age", "backups/b.tar", "backups/c.tar.age.part", "backups/before-migrations/d.dump")
FOLDERS = ("backups/.backup-x", ".restore-y")


def made(data: Path, name: str, days: float) -> Path:
    """Make a file of that age, or a folder with a file in it."""
    path = data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if name in FOLDERS:
        path.mkdir()
        (path / "database.dump").write_bytes(b"x")
    else:
        path.write_bytes(b"x")
    moment = time.time() - days * DAY
    os.utime(path, (moment, moment))
    return path


def config_of(data: Path) -> Config:
    return load_config({"COMMONWEAVE_DATA": str(data)})


def test_prune_removes_what_is_thirty_days_old_and_keeps_the_rest(tmp_path: Path) -> None:
    old = [made(tmp_path, name, 31) for name in (*NAMES, *FOLDERS)]
    young = made(tmp_path, "backups/young.tar.age", 28)
    other = made(tmp_path, "backups/notes.txt", 400)
    result = commonweave(tmp_path, "backup", "--prune")
    assert result.returncode == 0, result.stderr
    assert sorted(result.stdout.splitlines()) == sorted(f"removed {path}" for path in old)
    assert [path for path in old if path.exists()] == []
    assert young.exists()
    assert other.exists()
    again = commonweave(tmp_path, "backup", "--prune")
    assert (again.returncode, again.stdout) == (0, "")


def test_prune_only_removes(tmp_path: Path) -> None:
    old = made(tmp_path, "backups/a.tar", 31)
    result = commonweave(tmp_path, "backup", "--prune", "--plain")
    assert result.returncode == 2
    assert old.exists()


def test_a_copied_file_is_as_old_as_its_name(tmp_path: Path) -> None:
    """Copying gives a file a new day, and what it holds does not get younger."""
    named = made(tmp_path, "backups/20240101T023000Z.tar.age", 0)
    odd = made(tmp_path, "backups/20249901T023000Z.tar.age", 0)
    assert copies.overdue(config_of(tmp_path)) == [named]
    copies.prune(config_of(tmp_path))
    assert (named.exists(), odd.exists()) == (False, True)


def failed(data: Path) -> list[str]:
    """Return what `doctor` says of copies that are too old."""
    found = checks.surroundings(config_of(data))
    return [each.text for each in found if each.level == "fail" and "--prune" in each.text]


@pytest.mark.parametrize("name", NAMES)
def test_doctor_fails_on_older_ones_and_says_what_to_run(tmp_path: Path, name: str) -> None:
    made(tmp_path, "backups/young.tar", 29)
    assert failed(tmp_path) == []
    made(tmp_path, name, 32)
    assert ["run 'commonweave backup --prune'" in text for text in failed(tmp_path)] == [True]
    copies.prune(config_of(tmp_path))
    assert failed(tmp_path) == []


SCRIPT = """
import json, sys
from pathlib import Path
from commonweave.site.cli.node import database, settings, start_django
config = settings("worker")
with database(config, "test"):
    start_django("worker")
    from datetime import timedelta
    from django.utils import timezone
    from commonweave.base.viewer import seen_by
    from commonweave.reports import actions
    {}
"""
LIVE = """
    from commonweave.places.tests.factories import make_place
    from commonweave.reports.models import Report
    from commonweave.reports.tests.factories import make_report, make_team
    from commonweave.site.cli.backup import write
    team = make_team(make_place("xx-city", make_place("xx", type="country")))
    report, digits = make_report(team.organisation.place, what="Words that must go.")
    day = timezone.now().date() - timedelta(days=90)
    Report.objects.update(state="closed", outcome="helped_here", closed_on=day)
    write(config, Path(sys.argv[1]), None)
    done = actions.erase_closed(timezone.now())
    actions.vacuum_reports(day)
    write(config, Path(sys.argv[2]), None)
    print(json.dumps([digits, done]))
"""
READ = """
    opened = actions.read_own_report(sys.argv[1])
    print(json.dumps([opened.document.get("what"), opened.report.state, opened.report.outcome]))
"""


def script(data: Path, body: str, *words: str | Path) -> list[object]:
    """Run a few lines against a node in a process of its own; return what they print."""
    result = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", SCRIPT.format(body.strip("\n").lstrip()), *map(str, words)],
        env=environment(data), capture_output=True, text=True, check=False, cwd="/", timeout=PATIENCE,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return list(json.loads(result.stdout.splitlines()[-1]))


def test_a_backup_opens_what_was_erased_only_until_it_is_pruned(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The promise of the receipt page, from closing to the last backup, on a machine that knows nothing of the first."""
    base = tmp_path_factory.mktemp("copies")
    for folder in (base, *base.parents):
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o011)
    node, empty = base / "node", base / "empty"
    try:
        assert commonweave(node, "migrate").returncode == 0
        before, after = node / "backups" / "before.tar", node / "backups" / "after.tar"
        digits, erased = script(node, LIVE, before, after)
        assert erased == 1
        empty.mkdir()
        shutil.copy(node / "secret", empty / "secret")
        for backup, words in ((before, "Words that must go."), (after, None)):
            restored = commonweave(empty, "restore", backup, "--replace")
            assert restored.returncode == 0, restored.stderr
            assert script(empty, READ, str(digits)) == [words, "closed", "helped_here"]
        moment = time.time() - 31 * DAY
        os.utime(before, (moment, moment))
        assert len(failed(node)) == 1
        assert copies.prune(config_of(node)) == [before]
        assert (before.exists(), after.exists(), failed(node)) == (False, True, [])
    finally:
        for folder in (node, empty):
            shutil.rmtree(socket_folder(folder), ignore_errors=True)

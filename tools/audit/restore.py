"""A hundred thousand reports are backed up, encrypted, and come back on an empty machine: how long, and is it the same?"""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from typing import TYPE_CHECKING

from pyrage import x25519

from commonweave.site.config import load_config
from commonweave.site.postgres import connect
from tools.audit.parts import AuditError, Found, Part
from tools.node import Node, free_port, running_node, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.audit.parts import Round

REPORTS = 100_000
LONGEST = 300.0  # seconds until they are back
CHECKPOINT = re.compile(r"Newest checkpoint: (\S+)")
COUNTS = """
select (select count(*) from reports_report), (select count(*) from reports_message),
  (select count(*) from base_journalentry), (select count(*) from people_person)
"""


def checkpoint(node: Node, *kept: str) -> str:
    """Verify a node's journal against what others keep and return its newest checkpoint. Raises NodeError."""
    found = CHECKPOINT.search(node.command("journal", "verify", *kept))
    if found is None:
        message = "The journal has no checkpoint."
        raise AuditError(message)
    return found[1]


def counts(node: Node) -> tuple[int, ...]:
    """Count what must be there again."""
    with connect(load_config(node.env)) as admin:
        return tuple(admin.execute(COUNTS).fetchone() or ())


def there_and_back(reports: int, folder: Path) -> dict[str, int]:
    """Fill a node, back it up, restore it in an empty folder; return the seconds. Raises AuditError."""
    identity = x25519.Identity.generate()
    (folder / "identity").write_text(str(identity), encoding="ascii")
    with running_node(COMMONWEAVE_BACKUP_RECIPIENT=str(identity.to_public())) as node:
        node.command("demo", "--reports", str(reports))
        time.sleep(5)  # the worker seals what is new every two seconds
        wanted, kept = counts(node), checkpoint(node)
        began = time.monotonic()
        node.command("backup", "--output", str(folder / "copy.age"))
        backup = time.monotonic() - began
        secret = load_config(node.env).secret_file.read_bytes()
    fresh = Node(folder / "fresh", free_port())
    fresh.data.mkdir()
    (fresh.data / "secret").write_bytes(secret)
    (fresh.data / "secret").chmod(0o600)
    began = time.monotonic()
    fresh.command("restore", str(folder / "copy.age"), "--identity", str(folder / "identity"))
    back = time.monotonic() - began
    try:
        fresh.start()
        if (found := counts(fresh)) != wanted:
            message = f"Backed up were {wanted} rows, restored are {found}."
            raise AuditError(message)
        if checkpoint(fresh, kept).partition(":")[0] < kept.partition(":")[0]:
            message = "The restored journal is shorter than the one that was backed up."
            raise AuditError(message)
    finally:
        fresh.stop()
    if backup + back > LONGEST:
        message = (
            f"{reports} reports took {backup:.0f} s to back up and {back:.0f} s to restore; {LONGEST:.0f} are allowed."
        )
        raise AuditError(message)
    size = (folder / "copy.age").stat().st_size
    return {"reports": reports, "backup_s": round(backup), "restore_s": round(back), "file_mb": size // 10**6}


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """One round is all there is."""

    def one_round(number: int) -> Found:
        del number
        with temporary_folder("cw-restore-") as folder:
            try:
                return Found(there_and_back(REPORTS, folder))
            finally:
                shutil.rmtree(folder / "fresh", ignore_errors=True)

    yield one_round


PART = Part("restore", f"{REPORTS:,} reports are backed up, encrypted, and restored on an empty machine", 1, prepare)

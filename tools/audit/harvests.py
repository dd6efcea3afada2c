"""Four harvesters that others wrote learn the same 10,000 records of a running node, deletions included.

The links of its pages are followed by a library that others wrote, too. The clients are installed into an environment of their own; Debian's Perl client must be there: `libhttp-oai-perl`.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from bench import harvest
from bench.harvesting import GONE
from tools.audit.parts import AuditError, Found, Part
from tools.node import TOP, running_node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tools.audit.parts import Round
    from tools.node import Node

RECORDS = 10_000
CLIENTS = ("sickle", "scythe", "pyoai", "perl", "signposts", "vocabulary")
CHECKERS = {"signposts": "/", "vocabulary": ".jsonld"}
"""Those that read a record: its page, or what stands beside it."""
CHECKED = 20
PACKAGES = ("sickle==0.7.0", "oaipmh-scythe==0.16.0", "oaipmh==4.0.0", "signposting==0.9.9", "msgspec-schemaorg==0.2.1")
PERL = """
use HTTP::OAI;
sub told { my $each = shift; print join(' ', $each->identifier, $each->datestamp, $each->is_deleted ? 1 : 0), "\\n"; }
my $list = HTTP::OAI::Harvester->new(baseURL => $ARGV[0])->ListRecords(metadataPrefix => 'oai_dc', onRecord => \\&told);
die $list->message if $list->is_error;
"""
PATIENCE = 900


def said(words: Sequence[str | Path], what: str) -> str:
    """Run a program and return what it printed. Raises AuditError."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", timeout=PATIENCE)
    if done.returncode:
        message = f"{what}: {done.stderr[-2000:]}"
        raise AuditError(message)
    return done.stdout


def install(folder: Path) -> Path:
    """Make an environment with the clients; return its Python. Raises AuditError."""
    if (
        shutil.which("perl") is None
        or subprocess.run(["perl", "-MHTTP::OAI", "-e1"], check=False, capture_output=True).returncode
    ):
        message = "The Perl client is not on this machine: install Debian's libhttp-oai-perl."
        raise AuditError(message)
    said([sys.executable, "-m", "venv", folder], "an environment for the clients")
    said([folder / "bin" / "pip", "install", "--quiet", *PACKAGES], "installing the clients")
    return folder / "bin" / "python"


def one_round(node: Node, python: Path, client: str, wanted: list[str]) -> Found:
    """Harvest with one client and hold what it learned against the tables. Raises AuditError."""
    program = TOP / "tools" / "audit" / "harvesters.py"
    if client in CHECKERS:
        numbers = [number for number in range(1, CHECKED + 2) if number % GONE][:CHECKED]
        pages = [f"{node.url}/en/evidence/record/study-{number}{CHECKERS[client]}" for number in numbers]
        lines = [line for page in pages for line in said([python, program, client, page], client).splitlines()]
        return Found({f"things found right by {client}": sum(int(line.split()[-1]) for line in lines)})
    address = f"{node.url}/oai"
    words: list[str | Path] = ["perl", "-e", PERL, address] if client == "perl" else [python, program, client, address]
    learned = said(words, client).splitlines()
    if sorted(learned) != wanted:
        missing, more = set(wanted) - set(learned), set(learned) - set(wanted)
        message = f"{client} learned {len(learned)} of {len(wanted)} records; missing {sorted(missing)[:3]}, more {sorted(more)[:3]}"
        raise AuditError(message)
    gone = sum(line.endswith(" 1") for line in learned)
    return Found({"records harvested": len(learned), "of them gone": gone, "clients": 1})


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Fill a node; each round is a client."""
    with running_node("--no-demo") as node:
        python = install(node.data / "clients")
        harvest.child(node, "fill", str(RECORDS))
        wanted = sorted(harvest.child(node, "told").splitlines())
        time.sleep(harvest.OPEN_A_SECOND)
        yield lambda number: one_round(node, python, CLIENTS[number % len(CLIENTS)], wanted)


PART = Part(
    "oai",
    "four harvesters that others wrote learn the same 10,000 records; checkers read 20 of them",
    len(CLIENTS),
    prepare,
)

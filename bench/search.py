"""Measure searching: how well, on collections that others judged, and how fast, with many records in a node of its own.

python -m bench.search [--records 100000] [--only quality,speed] [--data FOLDER] [--vectors FILE]

The collections are not part of the project: every folder under `--data` (else $COMMONWEAVE_DATA_SETS, else ../shared/data)
with files `*.all`, `*.qry` and `*.rel` in Cranfield's format, or `*.LANGUAGE.json` in SQuAD's with `*.en.json` as what is
searched. Reading a thousand abstracts takes a quarter of an hour; `--vectors` keeps what was read for the next run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tools.node import TOP, Node, NodeError, free_port, running_node, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = ("quality", "speed")
CAUGHT_UP_SECONDS = 600
RECORDS = 100_000
READS = {"COMMONWEAVE_MEANINGS": "on"}
"""These nodes read what they are given; those of other measures are kept from it."""


def say(text: str) -> None:
    """Tell the story, apart from the measures."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def child(node: Node, role: str, *words: str) -> None:
    """Run a part in a process of its own under a role of the database; its lines are the measures. Raises NodeError."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.searching", *words],
        env=node.env | {"COMMONWEAVE_ROLE": role},
        cwd=TOP,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        message = f"bench.searching {' '.join(words)}: exit code {done.returncode}"
        raise NodeError(message)


def collections() -> Path:
    """Return the folder of the collections, whether it is there or not."""
    return Path(os.environ.get("COMMONWEAVE_DATA_SETS") or TOP.parent / "shared" / "data")


def quality(data: Path, vectors: str = "") -> None:
    """Judge what is found in every collection there is."""
    if not data.is_dir():
        say(f"no collections in {data}: nothing is judged (--data says where they are)")
        return
    with temporary_folder("cw-bench-") as folder:
        node = Node(folder / "data", free_port(), READS)
        node.command("migrate")
        child(node, "worker", "quality", str(data), vectors)


def speed(records: int) -> None:
    """Fill a node of its own and ask it."""
    with running_node("--no-demo", **READS) as node:
        say(f"writing {records:,} records")
        child(node, "worker", "fill", str(records))
        say("the indexer follows")
        child(node, "worker", "follow", str(CAUGHT_UP_SECONDS))
        began = time.monotonic()
        node.command("index", "--anew")
        say(f"both indexes anew in {time.monotonic() - began:.1f} s with the start of the process")
        child(node, "worker", "build")
        child(node, "web", "ask", "words")
        child(node, "web", "ask", "fused")
        child(node, "web", "page")
        child(node, "worker", "unread")
        child(node, "worker", "findable")


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bench.search", description="Measure searching.")
    parser.add_argument("--records", type=int, default=RECORDS, help=f"how many records (default: {RECORDS})")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of: {', '.join(PARTS)}")
    parser.add_argument("--data", type=Path, default=collections(), help="the folder of the collections")
    parser.add_argument("--vectors", default="", help="a file that keeps what the model read, for the next run")
    words = parser.parse_args()
    parts: Sequence[str] = words.only.split(",")
    try:
        if "quality" in parts:
            quality(words.data, words.vectors)
        if "speed" in parts:
            speed(words.records)
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

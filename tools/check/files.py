"""Rules about files: their length, their names, and what must never stand in any of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.check.sources import Fault, Source

LONGEST = 400
COUNTED = {".py", ".html", ".css", ".js"}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "managers", "signals", "services"}
GENERATED = {"package-lock.json"}

ELSEWHERE = (
    (re.compile(r"/(?:work|root|home/\w+|Users/\w+|mnt/\w+)/[\w.-]"), "a path of one machine"),
    (re.compile(r"file://+/"), "an address of one machine's disk"),
    (re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host"), "where packages come from on one machine"),
    (re.compile(r"https?://(?:[\w.-]+\.)?(?:pythonhosted|pypi|npmjs)\.\w+"), "the address of a package registry"),
    (re.compile(r"\b(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b"), "an address of a private network"),
)


def length(source: Source) -> Iterator[Fault]:
    """A file that outgrows its limit becomes a folder of the same name."""
    if source.path.suffix in COUNTED and not source.is_in("migrations") and len(source.lines) > LONGEST:
        yield source.fault(LONGEST, f"{len(source.lines)} lines; more than {LONGEST} become a folder of the same name.")


def names(source: Source) -> Iterator[Fault]:
    """A drawer for everything tells nobody what is in it."""
    if source.path.suffix == ".py":
        for part in (*source.path.parts[:-1], source.path.stem):
            if part in DRAWERS:
                yield source.fault(1, f"'{part}' says nothing about what is inside; name it for its subject.")


def elsewhere(source: Source) -> Iterator[Fault]:
    """What holds on one machine only does not belong in a file that travels."""
    if source.path.name in GENERATED or source.path.parts[0] == "LICENSE":
        return
    for number, line in enumerate(source.lines, 1):
        for pattern, what in ELSEWHERE:
            if found := pattern.search(line):
                if what.startswith("where") and source.path.name in {"Makefile", "files.py"}:
                    continue  # they say that none is to be written
                yield source.fault(number, f"'{found.group()}' is {what}.")


RULES = (length, names, elsewhere)

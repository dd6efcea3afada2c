"""The files of the checkout that are ours, and what a rule says about one of them."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PICTURES = {".png", ".jpg", ".webp", ".ico", ".woff2", ".mo", ".gz", ".pdf"}
NOT_OURS = ("vendor", "node_modules")


@dataclass(frozen=True)
class Fault:
    """One broken rule: where, and a sentence that says what to do instead."""

    path: PurePosixPath
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words}"


@dataclass(frozen=True)
class Source:
    """One text file, its path seen from the top of the checkout."""

    path: PurePosixPath
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text; a fault's line is counted from 1."""
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, str(self.path))

    def broken(self) -> Fault | None:
        """Say where a Python file cannot even be read."""
        try:
            _ = self.path.suffix == ".py" and self.tree
        except SyntaxError as error:
            return self.fault(error.lineno or 1, f"cannot be read: {error.msg}.")
        return None

    def is_in(self, *folders: str) -> bool:
        """Say whether one of these folders (or the file of that name) is on the path."""
        parts = {*self.path.parts[:-1], self.path.stem}
        return any(folder in parts for folder in folders)

    def fault(self, line: int, words: str) -> Fault:
        """Say that a rule is broken here."""
        return Fault(self.path, line, words)


if TYPE_CHECKING:
    Rule = Callable[[Source], Iterator[Fault]]


def ours(top: Path) -> list[Source]:
    """Read every text file that git knows or would add (all files where there is no git)."""
    return [
        _read(top, path) for path in _paths(top) if path.suffix not in PICTURES and not set(path.parts) & set(NOT_OURS)
    ]


def _paths(top: Path) -> Iterable[PurePosixPath]:
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        found = subprocess.run(words, cwd=top, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        found = [path.relative_to(top).as_posix() for path in top.rglob("*")]
    return [
        PurePosixPath(name)
        for name in sorted(set(found))
        if name and (top / name).is_file() and not name.startswith((".venv/", ".git/", ".data/"))
    ]


def _read(top: Path, path: PurePosixPath) -> Source:
    return Source(path, Path(top, path).read_text(encoding="utf-8", errors="replace"))

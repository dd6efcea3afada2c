"""A part of the audit: so many rounds, each counted when it is done, so that a stop loses at most one."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    Round = Callable[[int], "Found"]


class AuditError(Exception):
    """A promise that did not hold; the text says which and where."""


@dataclass(frozen=True)
class Found:
    """What one round looked at (`counts` are added up over all rounds)."""

    counts: dict[str, int]


@dataclass(frozen=True)
class Part:
    """`prepare` opens whatever its rounds share (a node, for instance) and gives the function that does round N.

    `judge` looks at the counts of all rounds and raises AuditError when together they are not enough.
    """

    name: str
    about: str
    rounds: int
    prepare: Callable[[], AbstractContextManager[Round]]
    judge: Callable[[dict[str, int]], None] = lambda _counts: None


@dataclass
class State:
    """How far each part has come, kept in one file of the data folder."""

    path: Path
    parts: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> State:
        """Read the file, if there is one."""
        return cls(path, json.loads(path.read_text(encoding="utf-8")) if path.exists() else {})

    def done(self, part: str) -> int:
        """Return how many rounds of a part are done."""
        return self.parts.get(part, {}).get("rounds", 0)

    def add(self, part: str, counts: dict[str, int]) -> None:
        """Count one more round, at once and all or nothing."""
        so_far = self.parts.setdefault(part, {"rounds": 0})
        for name, value in {"rounds": 1, **counts}.items():
            so_far[name] = so_far.get(name, 0) + value
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(self.parts, indent=1), encoding="utf-8")
        new.replace(self.path)

    def forget(self, part: str) -> None:
        """Begin a part anew."""
        self.parts.pop(part, None)


def work(part: Part, state: State, say: Callable[[str], None], *, rounds: int | None = None) -> dict[str, int]:
    """Do what is left of a part; return its counts so far. Raises AuditError where a promise did not hold."""
    wanted = rounds or part.rounds
    began, first = time.monotonic(), state.done(part.name)
    if first < wanted:
        with part.prepare() as one_round:
            for number in range(first, wanted):
                state.add(part.name, one_round(number).counts)
                left = (time.monotonic() - began) / (number - first + 1) * (wanted - number - 1)
                say(f"{part.name}: {number + 1} of {wanted}, about {left / 60:.0f} min left")
    found = state.parts.get(part.name, {})
    part.judge(found)
    return found

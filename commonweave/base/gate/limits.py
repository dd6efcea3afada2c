"""How often is unusual: the numbers and what follows from a count. Pure; ADR 26 says where each number comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WINDOW = 600  # seconds; every count is of the last ten minutes


@dataclass(frozen=True)
class Limit:
    """From which counts on a little work is asked for (light, middle, heavy), and from which nothing is let through.

    `stop` of 0 means never.
    """

    work: tuple[int, ...] = ()
    stop: int = 0


LIMITS: dict[str, Limit] = {
    # One network: a telephone, or a whole school, mosque or mobile carrier behind one address.
    "pages": Limit(stop=6_000),
    "send": Limit(work=(10, 30, 100), stop=600),
    "guess": Limit(work=(10, 30, 100), stop=300),
    "question": Limit(stop=60),
    "gap": Limit(stop=20),
    "study": Limit(work=(5, 15, 50), stop=150),
    "files": Limit(stop=300),
    # One program with a token, and the reports that it hands in.
    "program": Limit(stop=6_000),
    "program.send": Limit(stop=600),
    # The whole node.
    "node.send": Limit(work=(300, 1_000, 3_000)),
    "node.guess": Limit(work=(300, 1_000, 3_000)),
    "node.question": Limit(stop=600),
    "node.gap": Limit(stop=300),
    "node.study": Limit(work=(50, 150, 500)),
    # One receipt, one session, one person.
    "thread": Limit(stop=30),
    "file": Limit(stop=60),
    "assist": Limit(stop=60),
    "fold": Limit(stop=5),
    "unseal.session": Limit(stop=5),
    "unseal.person": Limit(stop=10),
}


@dataclass(frozen=True)
class Count:
    """What was counted in this window of ten minutes and in the one before; `elapsed` seconds of this one are over."""

    now: int = 0
    before: int = 0
    elapsed: float = 0.0

    @property
    def recent(self) -> float:
        """Estimate the last ten minutes, wherever in the window we stand: the one before counts for what is left of it."""
        return self.now + self.before * (1 - self.elapsed / WINDOW)


def is_over(limit: Limit, count: Count) -> bool:
    """Say whether one more would be too many."""
    return bool(limit.stop) and count.recent >= limit.stop


def level(limit: Limit, count: Count) -> int:
    """Return how much work is asked for: 0 none, 1 to 3."""
    return sum(count.recent >= threshold for threshold in limit.work)


def wait(limit: Limit, count: Count) -> int:
    """Return the seconds until one more is let through, if nobody else comes."""
    if not is_over(limit, count):
        return 0
    if count.now < limit.stop:  # what came before fades
        fades_at = WINDOW * (1 - (limit.stop - count.now) / count.before)
        return max(1, math.ceil(fades_at - count.elapsed) + 1)
    return math.ceil(WINDOW - count.elapsed + WINDOW * (1 - limit.stop / count.now)) + 1


def parse(text: str) -> Mapping[str, Limit]:
    """Read the setting: `times=10` multiplies all numbers, `send=20/40/200/1200` or `pages=9000` sets those of one.

    Raises ValueError with a sentence.
    """
    chosen, times = dict(LIMITS), 1
    for item in text.split():
        name, _, numbers = item.partition("=")
        parts = numbers.split("/")
        if not all(part.isascii() and part.isdigit() for part in parts):
            message = f"{item!r} is not a name and numbers, such as send=10/30/100/600."
            raise ValueError(message)
        values = [int(part) for part in parts]
        if name == "times" and len(values) == 1 and values[0]:
            times = values[0]
        elif name not in LIMITS:
            message = f"{name!r} is not one of times, {', '.join(LIMITS)}."
            raise ValueError(message)
        elif len(values) != len(LIMITS[name].work) + bool(LIMITS[name].stop) or values != sorted(values):
            message = f"{item!r} needs as many rising numbers as {_shown(name)}."
            raise ValueError(message)
        else:
            many = len(LIMITS[name].work)
            chosen[name] = Limit(tuple(values[:many]), values[-1] if LIMITS[name].stop else 0)
    return {
        name: replace(limit, work=tuple(number * times for number in limit.work), stop=limit.stop * times)
        for name, limit in chosen.items()
    }


def _shown(name: str) -> str:
    limit = LIMITS[name]
    return f"{name}=" + "/".join(str(number) for number in (*limit.work, *([limit.stop] if limit.stop else [])))

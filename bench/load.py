"""Send prepared requests over a few connections at once and keep the time of each."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tools.visitor import Answer

CONCURRENT = 8


class BenchError(Exception):
    """A measure that would say something untrue; the text says why."""


@dataclass(frozen=True)
class Shot:
    """One prepared request."""

    path: str
    body: bytes = b""
    method: str = "POST"


@dataclass(frozen=True)
class Volley:
    """What came of a run of requests."""

    seconds: list[float]
    elapsed: float

    @property
    def per_second(self) -> float:
        """Answered requests a second."""
        return len(self.seconds) / self.elapsed


async def fire(
    port: int,
    shots: Sequence[Shot],
    good: Callable[[Answer], bool],
    *,
    concurrent: int = CONCURRENT,
    cookies: dict[str, str] | None = None,
) -> Volley:
    """Send every request once, `concurrent` at a time. Raises BenchError when an answer is not good."""
    waiting = iter(shots)
    seconds: list[float] = []

    async def shoot(visitor: Visitor) -> None:
        for shot in waiting:
            answer = await visitor.ask(shot.method, shot.path, shot.body)
            if not good(answer):
                message = f"{shot.method} {shot.path} was answered with {answer.status}: {answer.text[:2000]}"
                raise BenchError(message)
            seconds.append(answer.seconds)

    visitors = [Visitor(port) for _ in range(concurrent)]
    for visitor in visitors:
        visitor.cookies |= cookies or {}
    began = time.perf_counter()
    try:
        await asyncio.gather(*(shoot(visitor) for visitor in visitors))
        return Volley(seconds, time.perf_counter() - began)
    finally:
        for visitor in visitors:
            visitor.close()

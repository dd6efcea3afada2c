"""The one rule for pages that anybody may use: count, ask for work when it is unusual, refuse when it is too much.

    @limited("pages")            the whole view counts; too much is answered with the page for that (status 429)
    level = knock(request, "send")   counts; 0 nothing unusual, 1 to 3 how much work to ask for; raises TooMany

Every request without a session counts as "pages" already (site/middleware.py). A new purpose is a line in `limits.py`.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings

from commonweave.base.gate import limits
from commonweave.base.gate.memory import memory
from commonweave.base.gate.networks import network_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest, HttpResponse

    from commonweave.base.gate.limits import Count, Limit


class TooMany(Exception):
    """As many came from there lately as are let through; `wait` says in how many seconds to try again."""

    def __init__(self, wait: int) -> None:
        """Keep the seconds."""
        super().__init__()
        self.wait = wait

    @property
    def minutes(self) -> int:
        """The wait as a person reads it."""
        return -(-self.wait // 60)


def knock(request: HttpRequest, purpose: str, whom: str = "") -> int:
    """Count once more; return how much work to ask for. Raises TooMany.

    Counted are the network and the node, or just `whom` where somebody is named (a session, a receipt).
    """
    return _level(request, purpose, whom, lambda words, limit: memory().count(*words, stop=limit.stop))


def look(request: HttpRequest, purpose: str, whom: str = "") -> int:
    """Do as `knock` does, but count nothing."""
    return _level(request, purpose, whom, lambda words, _limit: memory().counted(*words))


def _level(request: HttpRequest, purpose: str, whom: str, ask: Callable[[tuple[str, str], Limit], Count]) -> int:
    level = 0
    for words, limit in _counted(request, purpose, whom):
        count = ask(words, limit)
        if limits.is_over(limit, count):
            raise TooMany(limits.wait(limit, count))
        level = max(level, limits.level(limit, count))
    return level


def forgive(request: HttpRequest, purpose: str, whom: str = "") -> None:
    """Forget what was counted, after a good try."""
    for words, _limit in _counted(request, purpose, whom):
        memory().forgive(*words)


def _counted(request: HttpRequest, purpose: str, whom: str) -> Iterator[tuple[tuple[str, str], Limit]]:
    known = settings.LIMITS
    network = whom or network_of(request)
    if network and purpose in known:
        yield (purpose, network), known[purpose]
    if not whom and (node := f"node.{purpose}") in known:
        yield (node, ""), known[node]


def limited(purpose: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Count each request of a view; one too many is answered by the middleware with the page for that."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            knock(request, purpose)
            return view(request, *args, **kwargs)

        return counted

    return decorate

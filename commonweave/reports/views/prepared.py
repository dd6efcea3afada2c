"""Receipt pages, rendered once for each place, team and day; only the number and the visit differ between residents.

Rendering was a third of what a submission cost (docs/measurements.md). Kept for one edition of places, coverages
and services, in process memory; no number of any resident is ever part of what is kept.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.http import HttpRequest

from commonweave.base import formats
from commonweave.sharing import receipts

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MOST = 2_000
VISIT = "visit-goes-here"


def nobodys_request(path: str) -> HttpRequest:
    """Return a request of nobody in particular: what is kept for everybody must hold nothing of who came first."""
    request = HttpRequest()
    request.method = "POST"
    request.path = request.path_info = path
    return request


class Prepared:
    """Pages cut where a resident's own number goes."""

    def __init__(self) -> None:
        """Begin empty."""
        self._edition = -1
        self._pages: dict[Hashable, list[str]] = {}

    def page(self, key: Hashable, edition: int, render: Callable[[str, str], str], digits: str, visit: str) -> str:
        """Return the page for a receipt; `render(code, visit)` makes it when there is none yet."""
        if edition != self._edition or len(self._pages) >= MOST:
            self._pages, self._edition = {}, edition
        pages = self._pages  # what is rendered now never lands among the pages of a newer edition
        pieces = pages.get(key)
        if pieces is None:
            pieces = pages[key] = _cut(render)
        marks = [formats.digits(group) for group in receipts.show(digits)]
        marks += [visit] * (len(pieces) - len(marks) - 1)
        return "".join(part for pair in zip(pieces, [*marks, ""], strict=True) for part in pair)


def _cut(render: Callable[[str, str], str]) -> list[str]:
    """Render with a number drawn for this and cut it out again; draw another when a group stands elsewhere too."""
    while True:
        groups = [f"{secrets.randbelow(90_000) + 10_000}" for _ in range(6)]
        html = render("".join(groups), VISIT)
        marks = [formats.digits(group) for group in groups]
        if all(html.count(mark) == 1 for mark in marks) and len(set(marks)) == len(marks):
            break
    pieces = []
    for mark in marks:
        piece, html = html.split(mark)
        pieces.append(piece)
    return [*pieces, *html.split(VISIT)]  # each form of the page has the visit

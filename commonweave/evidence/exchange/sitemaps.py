"""Sitemaps (sitemaps.org 0.9): the pages that search engines may list, every public record among them.

The records are split by the first digit of their identifier: sixteen files that need no counting and never shift.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commonweave.evidence.exchange import addresses
from commonweave.evidence.exchange.markup import Maker, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

PARTS = "0123456789abcdef"
PAGES = ("evidence:find", "evidence:gap_map", "evidence:findings")

make = Maker("http://www.sitemaps.org/schemas/sitemap/0.9")


def index(changed: Mapping[str, datetime]) -> bytes:
    """Return the list of files, each with its newest change, from (digit → when)."""
    files = [make("sitemap", make("loc", addresses.absolute("exchange:sitemap_part", "pages")))]
    files += [
        _located("sitemap", addresses.absolute("exchange:sitemap_part", part), at) for part, at in changed.items()
    ]
    return written(make("sitemapindex", *files))


def pages() -> bytes:
    """Return the file of the library's own pages."""
    return written(make("urlset", *(make("url", make("loc", addresses.absolute(name))) for name in PAGES)))


def records(found: Iterable[tuple[str, datetime]]) -> bytes:
    """Return the file of some records, from (slug, when it changed)."""
    return written(
        make("urlset", *(_located("url", addresses.absolute("evidence:record", slug), at) for slug, at in found))
    )


def _located(name: str, address: str, at: datetime) -> Any:  # noqa: ANN401 lxml has no types
    return make(name, make("loc", address), make("lastmod", f"{at:%Y-%m-%dT%H:%M:%SZ}"))

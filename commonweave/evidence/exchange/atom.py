"""Feeds of what is new in the library (Atom, RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from commonweave.evidence import citing, saying
from commonweave.evidence.exchange import addresses
from commonweave.evidence.exchange.markup import Maker, written

if TYPE_CHECKING:
    from commonweave.evidence.models import Record

NAMESPACE = "http://www.w3.org/2005/Atom"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When an empty feed was last changed."""

make = Maker(NAMESPACE)


def document(title: str, address: str, page: str, found: list[tuple[Record, datetime]]) -> bytes:
    """Return a feed: its title, its own address, the page of the same question, and records with when they changed."""
    updated = max((at for _record, at in found), default=BEGINNING)
    return written(
        make(
            "feed",
            make("id", address),
            make("title", title),
            make("updated", _time(updated)),
            make("link", rel="self", type="application/atom+xml", href=address),
            make("link", rel="alternate", type="text/html", href=page),
            make("author", make("name", "Commonweave"), make("uri", settings.CONFIG.url)),
            *(_entry(record, at) for record, at in found),
        )
    )


def _entry(record: Record, at: datetime) -> Any:  # noqa: ANN401 lxml has no types
    own = citing.own_title(record)
    published = datetime.combine(record.published_on or at.date(), datetime.min.time(), UTC)
    said = [saying.code_name("kind", record.kind), saying.code_name("found", record.direction)]
    return make(
        "entry",
        make("id", record.pk.urn),
        make("title", own, lang=record.language),
        make("updated", _time(at)),
        make("published", _time(min(at, published))),
        *(make("author", make("name", citing.name_of(author))) for author in record.authors),
        make("link", rel="alternate", type="text/html", href=addresses.page_of(record)),
        *(make("category", term=term, label=term) for term in said),
        make("summary", record.summary.say()),
    )


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

"""Questions about records: one of them, a list found, and the map of what is known."""

from commonweave.evidence.queries.finding import FACETS, Asked, Found, Page, find, reasons
from commonweave.evidence.queries.gaps import Gap, countries_of, gaps
from commonweave.evidence.queries.records import (
    effects_of,
    get_published,
    get_record,
    like_this,
    published_for,
    records_for,
)

__all__ = [
    "FACETS",
    "Asked",
    "Found",
    "Gap",
    "Page",
    "countries_of",
    "effects_of",
    "find",
    "gaps",
    "get_published",
    "get_record",
    "like_this",
    "published_for",
    "reasons",
    "records_for",
]

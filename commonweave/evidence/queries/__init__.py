"""Questions about records: one of them, a list found, and the map of what is known."""

from commonweave.evidence.queries.changes import (
    SETS,
    Changed,
    Key,
    Since,
    change_of,
    changed,
    changes_at,
    first_change,
    languages_of_changes,
    now,
    public_records,
    sets_of,
)
from commonweave.evidence.queries.contributing import Ours, follower_of, get_own, ours, twin_of
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
    "SETS",
    "Asked",
    "Changed",
    "Found",
    "Gap",
    "Key",
    "Ours",
    "Page",
    "Since",
    "change_of",
    "changed",
    "changes_at",
    "countries_of",
    "effects_of",
    "find",
    "first_change",
    "follower_of",
    "gaps",
    "get_own",
    "get_published",
    "get_record",
    "languages_of_changes",
    "like_this",
    "now",
    "ours",
    "public_records",
    "published_for",
    "reasons",
    "records_for",
    "sets_of",
    "twin_of",
]

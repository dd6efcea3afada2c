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
from commonweave.evidence.queries.finding import find, reasons
from commonweave.evidence.queries.findings import findings, findings_for, get_finding, history, measured, records_by_id
from commonweave.evidence.queries.gaps import Gap, countries_of, gaps
from commonweave.evidence.queries.indexed import like_this
from commonweave.evidence.queries.questions import FACETS, KIND, Asked, Found, Page
from commonweave.evidence.queries.records import (
    effects_of,
    get_published,
    get_record,
    published_for,
    records_for,
    same_people,
)
from commonweave.evidence.queries.saved import count_new, get_saved_search, saved_searches_for

__all__ = [
    "FACETS",
    "KIND",
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
    "count_new",
    "countries_of",
    "effects_of",
    "find",
    "findings",
    "findings_for",
    "first_change",
    "follower_of",
    "gaps",
    "get_finding",
    "get_own",
    "get_published",
    "get_record",
    "get_saved_search",
    "history",
    "languages_of_changes",
    "like_this",
    "measured",
    "now",
    "ours",
    "public_records",
    "published_for",
    "reasons",
    "records_by_id",
    "records_for",
    "same_people",
    "saved_searches_for",
    "sets_of",
    "twin_of",
]

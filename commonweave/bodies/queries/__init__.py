"""Questions about bodies, on what they rest, who sits on them and when they meet."""

from commonweave.bodies.queries.bodies import (
    Page,
    around,
    bodies_for,
    coming,
    find_body,
    get_body,
    line,
    listed,
    mandates_for,
    mandates_of,
    meetings_for,
    sitting_now,
    sittings_for,
)

__all__ = [
    "Page",
    "around",
    "bodies_for",
    "coming",
    "find_body",
    "get_body",
    "line",
    "listed",
    "mandates_for",
    "mandates_of",
    "meetings_for",
    "sitting_now",
    "sittings_for",
]

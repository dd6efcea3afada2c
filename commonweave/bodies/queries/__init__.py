"""Questions about bodies, who sits on them and when they meet."""

from commonweave.bodies.queries.bodies import (
    Page,
    bodies_for,
    coming,
    get_body,
    listed,
    meetings_for,
    sitting_now,
    sittings_for,
)

__all__ = ["Page", "bodies_for", "coming", "get_body", "listed", "meetings_for", "sitting_now", "sittings_for"]

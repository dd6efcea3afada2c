"""Shows what a message of the thread carries besides words: `{% carried said %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from commonweave.base.viewer import NOBODY
from commonweave.referral.cards import kept_cards
from commonweave.reports.questions import reply_in, wish_in

if TYPE_CHECKING:
    from commonweave.reports.actions import Said

register = template.Library()


@register.inclusion_tag("reports/carried.html")
def carried(said: Said) -> dict[str, Any]:
    """Show a question, the answer to one, or services that can help."""
    wish, reply = wish_in(said), reply_in(said)
    cards = kept_cards(NOBODY, said.more.get("cards", ())) if said.more.get("cards") else []
    return {
        "question": wish.words() if wish else "",
        "reply": reply,
        "yes": reply[1] if reply else None,
        "cards": cards,
    }

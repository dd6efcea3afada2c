"""Shows outside services as cards on any page: `{% destinations list %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from commonweave.referral.cards import card

if TYPE_CHECKING:
    from collections.abc import Iterable

    from commonweave.referral.models import Destination

register = template.Library()


@register.inclusion_tag("referral/destination_cards.html")
def destinations(rows: Iterable[Destination], level: int = 3) -> dict[str, Any]:
    """Show services in the order given; one nobody has checked says so."""
    return {"cards": [card(row) for row in rows], "level": level}

"""Shows outside services as cards on any page: `{% destinations list %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from commonweave.base.languages import own_name
from commonweave.vocabulary.queries import label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from commonweave.referral.models import Destination

register = template.Library()


@register.inclusion_tag("referral/destination_cards.html")
def destinations(rows: Iterable[Destination], level: int = 3) -> dict[str, Any]:
    """Show services in the order given; one nobody has checked says so."""
    return {"cards": [card(row) for row in rows], "level": level}


def card(row: Destination) -> dict[str, Any]:
    """Return what a card says about a service in the reader's language."""
    notes = [_("Free to call.")] if row.free and row.telephone else []
    if row.checked_on is None:
        notes.append(_("Not checked by us yet: check before you rely on it."))
    return {
        "name": row.names.shown(),
        "what": row.about.shown() or label("destination-kind", row.kind).shown(),
        "phone": row.telephone,
        "url": row.url,
        "hours": row.hours.shown(),
        "languages": ", ".join(own_name(code) for code in row.languages),
        "note": " ".join(notes),
    }

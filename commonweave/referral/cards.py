"""What a card says about an outside service; and what is kept of one where it was named, in case it goes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from commonweave.base.languages import own_name
from commonweave.base.text import Text
from commonweave.referral.queries import all_destinations_for
from commonweave.vocabulary.queries import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commonweave.base.viewer import Viewer
    from commonweave.referral.models import Destination


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


def snapshot(row: Destination) -> dict[str, Any]:
    """Return what is kept of a service in a sealed document."""
    return {"id": str(row.pk), "names": row.names.to_json(), "telephone": row.telephone, "url": row.url}


def kept_cards(viewer: Viewer, kept: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return cards for what was kept: as the list has each service today, else as it was when it was named."""
    known = {row.pk: row for row in all_destinations_for(viewer).filter(pk__in=[UUID(each["id"]) for each in kept])}
    return [card(known[UUID(each["id"])]) if UUID(each["id"]) in known else _as_it_was(each) for each in kept]


def _as_it_was(kept: dict[str, Any]) -> dict[str, Any]:
    note = _("It is not on our list any more: check before you rely on it.")
    name = Text.from_json(kept["names"]).shown()
    return {"name": name, "phone": kept["telephone"], "url": kept["url"], "note": note}

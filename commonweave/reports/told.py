"""Words for how a report came where somebody else wrote it down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweave.base.languages import own_name
from commonweave.reports.models import Told

if TYPE_CHECKING:
    from collections.abc import Mapping

TOLD_WORDS = {
    Told.PHONE: gettext_lazy("By telephone"),
    Told.IN_PERSON: gettext_lazy("In person"),
    Told.PAPER: gettext_lazy("On paper"),
}
ANOTHER = "another"
"""A language that no page of this node is in."""


def told(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return for a page how somebody told it to a helper, and in which language; nothing where they typed themselves."""
    if not (assisted := document.get("assisted")):
        return {}
    spoken = _("another language") if assisted["spoken"] == ANOTHER else own_name(assisted["spoken"])
    return {"told": TOLD_WORDS[Told(assisted["told"])], "spoken": spoken}

"""Small forms around a record: whose it is, publishing it, withdrawing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.base.editing import EditForm
from commonweave.evidence.forms.records import RecordForm

if TYPE_CHECKING:
    from collections.abc import Sequence


class StartForm(RecordForm):
    """A record that is not there yet, and for which of one's own organisations."""

    file = forms.UUIDField(required=False, widget=forms.HiddenInput)
    keep = forms.BooleanField(
        label=_("Keep the PDF with the record"),
        help_text=_("Whoever may read the record can then fetch it. Its licence has to allow that."),
        required=False,
    )
    holder = forms.TypedChoiceField(label=_("For which organisation?"), coerce=UUID)

    def __init__(self, *args: Any, holders: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Offer one's own organisations; a single one is chosen already."""
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = holders  # type: ignore[attr-defined]  # as declared above
        self.initial.setdefault("holder", holders[0][0] if holders else "")
        if not (self["file"].value()):
            del self.fields["keep"]
        if len(holders) == 1:
            self.fields["holder"].widget = forms.HiddenInput()


class PublishForm(EditForm):
    """Nothing but marks of what was looked at: what was changed meanwhile is looked at again."""


class WithdrawForm(EditForm):
    """Likewise."""

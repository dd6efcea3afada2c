"""Which library to harvest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.evidence.outside import Away, judged

if TYPE_CHECKING:
    from collections.abc import Sequence


class HarvestForm(forms.Form):
    """An address that speaks OAI-PMH, and perhaps a set of it."""

    use_required_attribute = False
    holder = forms.TypedChoiceField(label=_("For which organisation?"), coerce=UUID)
    address = forms.CharField(
        label=_("Address of the library"),
        help_text=_("Its OAI-PMH address, such as https://example.org/oai"),
        max_length=600,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false", "inputmode": "url"}),
    )
    oai_set = forms.CharField(
        label=_("Set"), help_text=_("Leave it empty to take everything."), required=False, max_length=200
    )

    def __init__(self, *args: Any, holders: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the organisations that the viewer administers."""
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = holders  # type: ignore[attr-defined]  # as declared above
        if len(holders) == 1:
            self.initial.setdefault("holder", holders[0][0])
            self.fields["holder"].widget = forms.HiddenInput()

    def clean_address(self) -> str:
        """Take an address of http or https, without a question and without a password."""
        address: str = self.cleaned_data["address"]
        try:
            parts = judged(address)
        except Away:
            parts = None
        if parts is None or parts.fragment or "verb=" in parts.query:
            raise forms.ValidationError(_("Write an address that begins with https:// or http://, without ?verb=."))
        return address

"""Asking for evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.base.formats import locale_for
from commonweave.base.sorting import fold
from commonweave.evidence import saying
from commonweave.evidence.forms.judging import OwnForm

if TYPE_CHECKING:
    from collections.abc import Iterable


class WishForm(forms.Form):
    """Where it is needed, for those who want to say so."""

    use_required_attribute = False
    country = forms.ChoiceField(label=_("In which country?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer countries by name."""
        super().__init__(*args, **kwargs)
        named = {code: name for code, name in locale_for().territories.items() if len(code) == 2 and code.isalpha()}  # noqa: PLR2004 - ISO 3166-1
        countries = sorted(named.items(), key=lambda each: fold(each[1]))
        self.fields["country"].choices = [("", _("Anywhere")), *countries]  # type: ignore[attr-defined]


class MemberWishForm(WishForm, OwnForm):
    """The same, for an organisation."""


class AskedForForm(forms.Form):
    """Which country's asks are shown."""

    use_required_attribute = False

    def __init__(self, *args: Any, countries: Iterable[str], **kwargs: Any) -> None:
        """Offer the countries for which something was asked."""
        super().__init__(*args, **kwargs)
        named = sorted(((code, saying.code_name("country", code)) for code in countries), key=lambda each: each[1])
        choices = [("", _("All")), *named]
        self.fields["country"] = forms.ChoiceField(label=_("Country"), choices=choices, required=False)

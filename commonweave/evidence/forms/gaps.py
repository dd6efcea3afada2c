"""What narrows the map of what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext as _

from commonweave.evidence import saying
from commonweave.evidence.queries.gaps import NARROWED
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable


class GapForm(forms.Form):
    """One choice each, or all; whatever is not on the list narrows nothing."""

    use_required_attribute = False

    def __init__(self, *args: object, countries: Iterable[str], **kwargs: object) -> None:
        """Offer the vocabulary's words, and the countries that stand in records."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        named = sorted(((code, saying.code_name("country", code)) for code in countries), key=lambda each: each[1])
        offered = {"population": vocabulary.choices("population"), "kind": vocabulary.choices("evidence-kind")}
        for name in NARROWED:
            choices = [("", _("All")), *offered.get(name, named)]
            self.fields[name] = forms.ChoiceField(label=saying.facet_name(name), choices=choices, required=False)

"""On what a body rests: asked for when it starts to matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.bodies import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from commonweave.bodies.models import Mandate


def _day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class MandateForm(forms.Form):
    """From when to when, when it is looked at again, and on what it rests."""

    use_required_attribute = False
    starts_on = _day(label=_("From which day?"))
    ends_on = _day(label=_("Until which day?"), required=False, help_text=_("Its last day. Empty if no end is set."))
    review_on = _day(label=_("When is it looked at again?"), required=False)
    legal_basis = forms.CharField(
        label=_("On what does it rest?"),
        max_length=300,
        required=False,
        help_text=_("A law, an order, a decision of a council, an agreement: as it is called."),
    )
    legal_url = forms.URLField(label=_("Where can it be read?"), max_length=600, required=False, assume_scheme="https")
    terms = forms.CharField(
        label=_("What may and must it do?"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, mandates: Iterable[Mandate] = (), **kwargs: Any) -> None:
        """Know those there are already."""
        super().__init__(*args, **kwargs)
        self.mandates = list(mandates)

    def clean(self) -> dict[str, Any]:
        """The days follow each other, and no other mandate runs then; one without an end makes room."""
        said: dict[str, Any] = super().clean() or {}
        first, last, review = (said.get(name) for name in ("starts_on", "ends_on", "review_on"))
        if first and last and last < first:
            self.add_error("ends_on", _("It ends before it begins."))
        elif first and review and (review < first or (last and review > last)):
            self.add_error("review_on", _("This day is not within it."))
        elif first:
            others = [each for each in self.mandates if each.during.upper or each.during.lower >= first]
            if not (verdict := rules.may_follow(others, first, last)):
                self.add_error("starts_on", verdict.reason)
        return said

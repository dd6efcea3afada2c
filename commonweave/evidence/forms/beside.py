"""What is written beside a record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.base.formats import locale_for
from commonweave.base.sorting import fold
from commonweave.evidence.forms.judging import OwnForm
from commonweave.evidence.models import Direction, Reply
from commonweave.vocabulary import queries as vocabulary


class ReplyForm(forms.Form):
    """The programme's answer to its rating."""

    use_required_attribute = False
    programme = forms.CharField(
        label=_("Who replies?"),
        max_length=200,
        help_text=_("The programme, and what you do there. Shown to everybody."),
    )
    words = forms.CharField(
        label=_("Your reply"),
        max_length=3000,
        help_text=_("Shown beside the rating, as large. Name nobody who took part."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    ran_it = forms.BooleanField(label=_("I ran this programme, or speak for those who did"))

    def to_action(self) -> dict[str, Any]:
        """Return the action's arguments."""
        return {name: value for name, value in self.cleaned_data.items() if name != "ran_it"}


class MemberReplyForm(ReplyForm, OwnForm):
    """The same, by a member of an organisation."""


class RefuseForm(forms.Form):
    """Taking a reply away has two reasons, and is explained in its place."""

    use_required_attribute = False
    refused = forms.ChoiceField(
        label=_("Why can it not stand?"),
        choices=[
            (Reply.Refused.LAW, _("It breaks the law, or shows who a person is")),
            (Reply.Refused.ABUSE, _("It attacks or threatens people")),
        ],
        widget=forms.RadioSelect,
        help_text=_("That it disagrees with the rating is no reason."),
    )
    refused_words = forms.CharField(label=_("What readers see in its place"), max_length=500)


class AdaptationForm(OwnForm):
    """Where it was used since, what was changed, and what happened."""

    place = forms.CharField(label=_("Where was it used?"), max_length=200, help_text=_("A town, a school, a region."))
    country = forms.ChoiceField(label=_("Country"))
    year = forms.IntegerField(label=_("In which year?"), min_value=1900, max_value=2200)
    changed = forms.CharField(label=_("What was changed?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    happened = forms.ChoiceField(label=_("What happened?"), widget=forms.RadioSelect)
    words = forms.CharField(label=_("How do you know?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer countries by name, and what can have happened."""
        super().__init__(*args, **kwargs)
        named = {code: name for code, name in locale_for().territories.items() if len(code) == 2 and code.isalpha()}  # noqa: PLR2004 - ISO 3166-1
        countries = sorted(named.items(), key=lambda each: fold(each[1]))
        found = [pair for pair in vocabulary.choices("direction") if pair[0] != Direction.UNKNOWN]
        self.fields["country"].choices = [("", _("Choose one")), *countries]  # type: ignore[attr-defined]
        self.fields["happened"].choices = found  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """Whether a note is shown; if not, why."""

    use_required_attribute = False
    show = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda value: value == "yes")
    reason = forms.CharField(label=_("If not: why?"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """Want a reason for not showing it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("show") is False and not cleaned.get("reason"):
            self.add_error("reason", _("Say why. Its author reads this."))
        return cleaned

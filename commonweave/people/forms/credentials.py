"""The form that lets a program in, shaped like `make_credential`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.people import queries, rules
from commonweave.people.labels import RIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commonweave.people.models import Team


class CredentialForm(forms.Form):
    """What a program is for, what it may do, for which team, until when."""

    use_required_attribute = False
    purpose = forms.CharField(
        label=_("What is it for?"),
        help_text=_("The product and what it does here. Others in the network read this."),
        max_length=120,
    )
    rights = forms.MultipleChoiceField(
        label=_("What may it do?"), choices=list(RIGHTS.items()), widget=forms.CheckboxSelectMultiple
    )
    team = forms.ChoiceField(
        label=_("For which team?"),
        help_text=_("Only where it may see, open or answer reports."),
        required=False,
    )
    ends_on = forms.DateField(
        label=_("Until when?"),
        help_text=_("One year at most. Then make another."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("For the second person, where it may see, open or answer reports."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        """Offer the organisation's own teams."""
        super().__init__(*args, **kwargs)
        choices = [("", _("No team")), *((str(team.pk), team.names.say()) for team in teams)]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]
        self.fields["ends_on"].initial = queries.today() + timedelta(days=180)

    def clean(self) -> dict[str, Any]:
        """A second person needs a reason."""
        data = super().clean() or {}
        if rules.reads_reports(data.get("rights", ())) and not data.get("reason"):
            self.add_error("reason", _("Say why, for the second person who has to agree."))
        return data

    def facts(self) -> dict[str, Any]:
        """Return the words of `make_credential`."""
        team = self.cleaned_data["team"]
        return {**self.cleaned_data, "team": UUID(team) if team else None}

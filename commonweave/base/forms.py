"""A form with every kind of control, for the page that shows the components."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _


class Sample(forms.Form):
    """One of each; submitted empty it shows every error."""

    use_required_attribute = False
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        help_text=_("Choose what fits best. You can change it later."),
        choices=[
            ("online", _("Something online")),
            ("place", _("Something that happened at a place")),
            ("need", _("Something the neighbourhood needs or worries about")),
        ],
        widget=forms.RadioSelect,
    )
    readers = forms.MultipleChoiceField(
        label=_("Who may read it?"),
        choices=[
            ("support", _("Support organisations")),
            ("city", _("The city's support team")),
            ("police", _("Police")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    place = forms.CharField(label=_("Where was it?"), help_text=_("A town, a district or a neighbourhood."))
    story = forms.CharField(label=_("What happened?"), widget=forms.Textarea(attrs={"rows": 5}), required=False)
    team = forms.ChoiceField(
        label=_("Team"), choices=[("", "—"), ("a", "Riverside"), ("b", "Donaudampfschifffahrtsgesellschaftskapitän")]
    )
    date = forms.DateField(label=_("Which day?"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    agree = forms.BooleanField(
        label=_("I have read what happens next"), help_text=_("You can take it back at any time.")
    )

    hints: ClassVar[dict[str, dict[str, object]]] = {
        "kind": {
            "online": _("A post, a message, a video or a page"),
            "place": _("In a street, a school, a shop, a home"),
        },
    }


class SampleFilter(forms.Form):
    """A short form as it stands above a list."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), ("new", _("New"))], required=False)
    since = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    words = forms.CharField(label=_("Place"), required=False)

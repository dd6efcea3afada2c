"""What is asked of who saves a search."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SaveForm(forms.Form):
    """A name for a question, and whether to write when there is something new."""

    use_required_attribute = False
    name = forms.CharField(label=_("A name for this search"), max_length=80)
    mail = forms.BooleanField(
        label=_("Write to me when something new is found"),
        help_text=_("At most once a day. The mail says that there is something, never what you look for."),
        required=False,
    )
    question = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)

"""What a sender fills in, and what is said to them when it is declined."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonweave.evidence import lines
from commonweave.evidence.forms.records import NEWEST, OLDEST, languages
from commonweave.evidence.models import Proposal
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

REASONS = {
    Proposal.Reason.HERE: _("It stands in the library already"),
    Proposal.Reason.NOT_FOUND: _("We could not find it or read it"),
    Proposal.Reason.NO_STUDY: _("It is no study, guide or training"),
    Proposal.Reason.PEOPLE: _("It shows who people are"),
    Proposal.Reason.OTHER: _("Another reason"),
}


class SendForm(forms.Form):
    """A study in the words of somebody who has no account."""

    use_required_attribute = False
    seed = forms.UUIDField(widget=forms.HiddenInput)
    holder = forms.TypedChoiceField(
        label=_("Who should look at it?"),
        help_text=_("Organisations with a library here, the largest first."),
        coerce=UUID,
    )
    title = forms.CharField(
        label=_("Its title"), max_length=600, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )
    language = forms.ChoiceField(label=_("Which language is it in?"))
    authors = forms.CharField(
        label=_("Who wrote it?"),
        help_text=_("One a line: family name, comma, given name. An organisation stands without a comma."),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
    )
    year = forms.IntegerField(label=_("Year it came out"), min_value=OLDEST, max_value=NEWEST)
    kind = forms.ChoiceField(label=_("What kind of work is it?"))
    where = forms.CharField(
        label=_("Where can it be read?"),
        help_text=_("Its address on the internet, or its DOI."),
        required=False,
        max_length=600,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
    )
    publisher = forms.CharField(
        label=_("Who published it?"), help_text=_("A journal or an organisation."), required=False, max_length=300
    )
    words = forms.CharField(
        label=_("What was done, and what came of it?"),
        help_text=_("A few sentences in your own words. Name nobody who took part."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    contact = forms.CharField(
        label=_("How can they reach you?"),
        help_text=_("Only administrators of this organisation read this. It is deleted when they have decided."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    def __init__(self, *args: Any, holders: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Offer organisations, languages and kinds in the reader's words."""
        super().__init__(*args, **kwargs)
        choices = {
            "holder": [*holders],
            "language": languages(),
            "kind": vocabulary.choices("evidence-kind", exact=True),
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]  # all of them are fields of choices
        self.initial.update({"seed": uuid.uuid4(), "language": get_language() or "en", "kind": "evaluation"})

    def clean_title(self) -> str:
        """Keep it on one line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_authors(self) -> list[dict[str, str]]:
        """Read the lines."""
        try:
            return lines.read_authors(self.cleaned_data["authors"])
        except lines.Unreadable as fault:
            raise forms.ValidationError(fault.said) from None

    def clean_where(self) -> dict[str, str]:
        """Tell a DOI from an address."""
        text = self.cleaned_data["where"]
        if (doi := lines.read_doi(text)) is not None:
            return {"doi": doi}
        url = forms.URLField(max_length=600, assume_scheme="https").clean(text)
        if not url.startswith(("https://", "http://")):
            raise forms.ValidationError(forms.URLField.default_error_messages["invalid"])
        return {"url": url}

    def to_action(self) -> dict[str, Any]:
        """Return the action's arguments."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "where"}
        return {**said, **self.cleaned_data["where"]}


class CodeForm(forms.Form):
    """The code that was shown once."""

    use_required_attribute = False
    number = forms.CharField(
        label=_("The number you got"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "inputmode": "numeric"}),
    )


class DeclineForm(forms.Form):
    """Why it is not taken over."""

    use_required_attribute = False
    reason = forms.ChoiceField(
        label=_("Why do you decline it?"), choices=list(REASONS.items()), widget=forms.RadioSelect
    )
    reason_words = forms.CharField(
        label=_("What its sender reads"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

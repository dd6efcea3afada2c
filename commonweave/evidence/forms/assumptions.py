"""What members write in the register of assumptions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings as node
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from commonweave.base.languages import own_name
from commonweave.base.text import Text
from commonweave.base.viewer import NOBODY
from commonweave.evidence import queries, rules
from commonweave.evidence.forms.judging import OwnForm
from commonweave.vocabulary import queries as vocabulary


class AssumptionForm(OwnForm):
    """One sentence, in the languages somebody can write it in."""

    reason = forms.CharField(
        label=_("Where is it said, or built on?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the sentence in each language of staff."""
        super().__init__(*args, **kwargs)
        said = {
            f"statement_{code}": forms.CharField(
                label=f"{_('What is taken for granted?')} – {own_name(code)}", max_length=300, required=False
            )
            for code in node.STAFF_LANGUAGES
        }
        self.fields = {**said, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Want it in one language at least."""
        cleaned = super().clean()
        if not any(cleaned.get(f"statement_{code}") for code in node.STAFF_LANGUAGES):
            self.add_error(f"statement_{node.STAFF_LANGUAGES[0]}", _("Write the sentence."))
        return cleaned

    def to_action(self) -> dict[str, Any]:
        """Return the action's arguments."""
        said = {code: text for code in node.STAFF_LANGUAGES if (text := self.cleaned_data[f"statement_{code}"])}
        given = {name: self.cleaned_data[name] for name in ("organisation", "reason")}
        return {"statement": Text(said, original=next(iter(said)))} | given


class BearingForm(OwnForm):
    """A record that bears on it, and how."""

    record = forms.CharField(
        label=_("Address of the record"), max_length=600, help_text=_("As it stands in the address line of its page.")
    )
    side = forms.ChoiceField(label=_("What does it say of this assumption?"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("In your words: why?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the vocabulary's words."""
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = vocabulary.choices("assumption-side")  # type: ignore[attr-defined]

    def clean_record(self) -> str:
        """Find the record: only public ones stand in a public register."""
        slug = str(self.cleaned_data["record"]).rstrip("/").rpartition("/")[2]
        try:
            return queries.get_published(NOBODY, slug).slug
        except Http404:
            raise forms.ValidationError(_("There is no public record at this address.")) from None


class CallForm(OwnForm):
    """What is known of it now, and why."""

    state = forms.ChoiceField(label=_("What is known of it now?"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, sides: set[str], **kwargs: Any) -> None:
        """Offer the vocabulary's words."""
        super().__init__(*args, **kwargs)
        self.sides = sides
        self.fields["state"].choices = vocabulary.choices("assumption-state")  # type: ignore[attr-defined]

    def clean_state(self) -> str:
        """Want the studies that say so."""
        state = str(self.cleaned_data["state"])
        if not (verdict := rules.may_call(state, self.sides)):
            raise forms.ValidationError(str(verdict.reason))
        return state


class RelyForm(OwnForm):
    """Which programme builds on it."""

    programme = forms.CharField(label=_("Which programme of yours builds on it?"), max_length=200)

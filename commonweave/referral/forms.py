"""The form for an outside service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings as node
from django.utils.translation import gettext_lazy as _

from commonweave.base.editing import EditForm
from commonweave.base.languages import own_name
from commonweave.base.text import Text
from commonweave.referral import rules
from commonweave.vocabulary import queries as words

if TYPE_CHECKING:
    from commonweave.referral.models import Destination

TEXTS = ("names", "about", "hours")


class RemoveForm(EditForm):
    """Removing what was shown, and nothing that somebody else has made of it meanwhile."""


class DestinationForm(EditForm):
    """Who it is, how to reach it, and how we know."""

    kind = forms.ChoiceField(label=_("What kind of service is it?"))
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    url = forms.URLField(label=_("Address on the web"), required=False, assume_scheme="https")
    report_kinds = forms.MultipleChoiceField(
        label=_("For which reports?"),
        required=False,
        help_text=_("Tick none for all of them."),
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages they speak"), required=False, widget=forms.CheckboxSelectMultiple
    )
    free = forms.BooleanField(label=_("It costs nothing to call"), required=False)
    position = forms.IntegerField(
        label=_("Place in the list"),
        min_value=0,
        max_value=999,
        initial=50,
        help_text=_("The smallest number stands first."),
    )
    source = forms.URLField(label=_("Where we found this"), required=False, assume_scheme="https")
    checked = forms.BooleanField(
        label=_("I called them or opened their page today"),
        required=False,
        help_text=_("Without this, residents are told to check before they rely on it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"names": _("Name"), "about": _("What they do"), "hours": _("When they answer")}
        texts = {
            f"{part}_{code}": forms.CharField(
                label=f"{labels[part]} – {own_name(code)}", max_length=300, required=False
            )
            for part in TEXTS
            for code in node.STAFF_LANGUAGES
        }
        self.fields = {**texts, **self.fields}
        self.fields["kind"].choices = [("", _("Choose one")), *words.choices("destination-kind")]  # type: ignore[attr-defined]
        self.fields["report_kinds"].choices = words.choices("report-kind")  # type: ignore[attr-defined]
        self.fields["languages"].choices = [(code, own_name(code)) for code, _n in node.LANGUAGES]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Want a name, and a way to reach them."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(f"names_{code}") for code in node.STAFF_LANGUAGES):
            self.add_error(f"names_{node.STAFF_LANGUAGES[0]}", _("Write the name of the service."))
        verdict = rules.may_be_reached(telephone=cleaned.get("telephone", ""), url=cleaned.get("url", ""))
        if not verdict and not {"telephone", "url"} & self.errors.keys():
            self.add_error("telephone", verdict.reason)
        return cleaned

    def to_details(self, row: Destination | None = None) -> dict[str, Any]:
        """Return the action's arguments; texts keep the languages this form does not show."""
        shown = {f"{part}_{code}" for part in TEXTS for code in node.STAFF_LANGUAGES}
        details = {name: value for name, value in self.cleaned_data.items() if name not in shown}
        for part in TEXTS:
            before: Text = getattr(row, part) if row else Text()
            texts = dict(before.texts) | {code: self.cleaned_data[f"{part}_{code}"] for code in node.STAFF_LANGUAGES}
            changed = {code for code in node.STAFF_LANGUAGES if texts[code] != before.texts.get(code)}
            kept = {code: text for code, text in texts.items() if text}
            details[part] = Text(
                kept, before.original if before else "en", (before.machine - changed) & frozenset(kept)
            )
        return details

    @classmethod
    def starting_with(cls, row: Destination) -> dict[str, Any]:
        """Return what the form shows first."""
        texts = {
            f"{part}_{code}": getattr(row, part).texts.get(code, "") for part in TEXTS for code in node.STAFF_LANGUAGES
        }
        names = ("kind", "telephone", "url", "report_kinds", "languages", "free", "position", "source")
        return texts | {name: getattr(row, name) for name in names}

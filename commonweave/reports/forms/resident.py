"""What residents fill in. Only kind, place and who may read are required of a resident."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from commonweave.base.languages import own_name
from commonweave.people.models import RecipientKind
from commonweave.reports.models import ReportKind
from commonweave.reports.told import ANOTHER, TOLD_WORDS
from commonweave.sharing import proofs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import _StrOrPromise

    from commonweave.reports.routing import Reach

    Choices = Sequence[tuple[str, _StrOrPromise]]

LONGEST = 5_000

KIND_WORDS = {
    ReportKind.ONLINE: _("Something online"),
    ReportKind.HAPPENED: _("Something that happened at a place"),
    ReportKind.NEIGHBOURHOOD: _("Something the neighbourhood needs or worries about"),
}
KIND_HINTS = {
    ReportKind.ONLINE: _("A post, a message, a video, a page or a group."),
    ReportKind.HAPPENED: _("Words, threats, damage or violence. In a street, a school, a shop, at work, at home."),
    ReportKind.NEIGHBOURHOOD: _("Tension, rumours, people left alone, a place that feels unsafe. No names, please."),
}
RECIPIENT_WORDS = {
    RecipientKind.CITY_SUPPORT: _("The local support team"),
    RecipientKind.CIVIL_SOCIETY: _("Independent support organisations"),
    RecipientKind.POLICE: _("The police"),
}


class PlainForm(forms.Form):
    """The server shows all errors at once, so browsers need not stop at the first."""

    use_required_attribute = False


class WhatForm(PlainForm):
    """Step 1."""

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=tuple(KIND_WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )
    hints = KIND_HINTS


class WhoForm(PlainForm):
    """Step 3. The choices of who may read are what exists at this place; nothing is ticked beforehand."""

    what = forms.CharField(
        label=_("What happened?"),
        help_text=_("In your own words and language. You can leave out anything you do not want to say."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )
    address = forms.CharField(
        label=_("Link or name of the page, if you have it"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    where = forms.CharField(
        label=_("Where exactly?"),
        help_text=_("A street, a stop, the name of a place. Only who you choose below can read it."),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    when = forms.CharField(
        label=_("When?"),
        help_text=_("A day, or “every evening”, or “I do not know”."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    who = forms.MultipleChoiceField(
        label=_("Who may read this?"),
        help_text=_("Nobody else can. Choose one or more; choosing only support is enough."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one who may read this.")},
    )
    climb = forms.BooleanField(
        label=_("It may also go to a team for the wider region or the country"),
        required=False,
    )

    def __init__(self, *args: Any, options: Mapping[str, Reach], report_kind: str, **kwargs: Any) -> None:
        """Offer what there is: `options` are the teams per kind of recipient."""
        super().__init__(*args, **kwargs)
        self.options = options
        offered = [kind for kind in RECIPIENT_WORDS if options.get(kind)]
        self.fields["who"].choices = [(kind, RECIPIENT_WORDS[kind]) for kind in offered]  # type: ignore[attr-defined]
        if not any(options[kind].above for kind in offered):
            del self.fields["climb"]
        del self.fields["where" if report_kind == ReportKind.ONLINE else "address"]

    def clean(self) -> dict[str, Any]:
        """Ask for the wider region where only a team there could read it."""
        cleaned = super().clean() or {}
        self.chosen(cleaned)
        chosen = cleaned.get("who") or []
        reached = any(self.options[kind].direct for kind in chosen)
        if chosen and not reached and not cleaned.get("climb") and "climb" in self.fields:
            self.add_error(
                "climb", _("Only a team for the wider region could read this. Tick this, or choose someone else above.")
            )
        return cleaned

    def chosen(self, cleaned: dict[str, Any]) -> None:
        """Say who was chosen where the boxes do not: see AskedForm."""


YES_NO = (("yes", _("They said yes")), ("no", _("They said no")))


def _asked(label: _StrOrPromise) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Ask this too, and mark what they said.")},
    )


class TellForm(PlainForm):
    """How somebody tells it, before anything is written down for them."""

    told = forms.ChoiceField(
        label=_("How does the person tell you?"),
        choices=tuple(TOLD_WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the person tells you.")},
    )
    spoken = forms.ChoiceField(
        label=_("Which language does the person speak?"), help_text=_("The team answers in it where it can.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the languages of this node, each as its readers call it."""
        super().__init__(*args, **kwargs)
        known = [(code, own_name(code)) for code, _name in settings.LANGUAGES]
        self.fields["spoken"].choices = [*known, (ANOTHER, _("Another language"))]  # type: ignore[attr-defined]


class AskedForm(WhoForm):
    """Step 3 where somebody else types: each consent is asked aloud, and answered with yes or no."""

    agreed = forms.BooleanField(
        label=_("I read it back, and the person wants me to send it."),
        error_messages={"required": _("Read it back first, and ask whether you may send it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Put one question in the place of each box."""
        super().__init__(*args, **kwargs)
        self.asks = [kind for kind in RECIPIENT_WORDS if self.options.get(kind)]
        del self.fields["who"]
        for kind in self.asks:
            self.fields[f"ask_{kind}"] = _asked(_("May they read it: %(who)s?") % {"who": RECIPIENT_WORDS[kind]})
        if "climb" in self.fields:
            self.fields["climb"] = _asked(_("May it also go to a team for the wider region or the country?"))

    def chosen(self, cleaned: dict[str, Any]) -> None:
        """Turn the answers into what was agreed to; somebody has to be able to read it."""
        answers = {kind: cleaned.pop(f"ask_{kind}", None) for kind in self.asks}
        cleaned["who"] = [str(kind) for kind, said in answers.items() if said == "yes"]
        cleaned["climb"] = cleaned.get("climb") == "yes"
        if all(answers.values()) and not cleaned["who"]:
            first = f"ask_{self.asks[0]}" if self.asks else None
            self.add_error(first, _("Nobody may read it, so it cannot be sent. Ask once more."))


class ReceiptForm(PlainForm):
    """The number somebody kept."""

    number = forms.CharField(
        label=_("Your receipt number"),
        help_text=_("30 digits, in six groups of five."),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "dir": "ltr", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the number from your receipt.")},
    )


class ProofForm(PlainForm):
    """A proof that somebody was given: as a file or its text."""

    text = forms.CharField(
        label=_("The proof"),
        help_text=_("Paste all of it."),
        required=False,
        max_length=proofs.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
    )
    upload = forms.FileField(label=_("Or choose the file"), required=False)

    def clean(self) -> dict[str, Any]:
        """Read it, from the file where there is one."""
        cleaned = super().clean() or {}
        upload = cleaned.pop("upload", None)
        text = upload.read(proofs.LONGEST + 1).decode(errors="replace") if upload else cleaned.pop("text", "")
        try:
            cleaned["proof"] = proofs.read(text)
        except proofs.NotAProof:
            self.add_error("text", _("This is not a proof. Please paste the whole text, or choose the file."))
        return cleaned


class WordsForm(PlainForm):
    """A message of the thread."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        error_messages={"required": _("Write something first.")},
    )


class NoticeForm(PlainForm):
    """Where to say that there is something new."""

    address = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": _("Type an address first."), "invalid": _("This is not an email address.")},
    )


class WidenForm(PlainForm):
    """Let others read it as well."""

    who = forms.MultipleChoiceField(
        label=_("Who else may read this?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    climb = forms.BooleanField(label=_("It may also go to a team for the wider region or the country"), required=False)

    def __init__(self, *args: Any, kinds: Sequence[str], climb: bool, **kwargs: Any) -> None:
        """Offer the kinds that are not agreed yet."""
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [(kind, RECIPIENT_WORDS[RecipientKind(kind)]) for kind in kinds]  # type: ignore[attr-defined]
        if not kinds:
            del self.fields["who"]
        if not climb:
            del self.fields["climb"]

"""What teams fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.reports.forms.resident import KIND_WORDS, LONGEST, PlainForm

if TYPE_CHECKING:
    from commonweave.reports.forms.resident import Choices


class SeveralFiles(forms.FileInput):
    """Several files in one field; what came is read by the page, one by one."""

    allow_multiple_selected = True


class AnswerForm(PlainForm):
    """What a team answers."""

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("Plain words, no names of other people. Only the person with the receipt can read it."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={"required": _("Write an answer first.")},
    )
    attached = forms.Field(
        label=_("Files for the person"),
        help_text=_("Photos, PDF, office documents or sound, up to 25 MB each. Hidden details are removed."),
        required=False,
        widget=SeveralFiles(attrs={"multiple": True}),
    )


class HandOnForm(PlainForm):
    """To whom, and why."""

    to_team = forms.TypedChoiceField(label=_("Team"), choices=(), error_messages={"required": _("Choose a team.")})
    reason = forms.ChoiceField(label=_("Reason"), error_messages={"required": _("Choose a reason.")})

    def __init__(self, *args: Any, teams: Choices, reasons: Choices, **kwargs: Any) -> None:
        """Offer only the teams that the consent reaches."""
        super().__init__(*args, **kwargs)
        self.fields["to_team"].choices = [("", _("Choose a team")), *teams]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [("", _("Choose a reason")), *reasons]  # type: ignore[attr-defined]


class AskForm(PlainForm):
    """Whom the person should allow, and why."""

    prefix = "ask"
    wish = forms.ChoiceField(
        label=_("Who should read it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whom to ask for.")},
    )
    text = forms.CharField(
        label=_("Why do you ask?"),
        help_text=_("The question itself is put in the person's own language. Only they read this."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, wishes: Choices, **kwargs: Any) -> None:
        """Offer what has not been asked yet."""
        super().__init__(*args, **kwargs)
        self.fields["wish"].choices = wishes  # type: ignore[attr-defined]


class OutsideForm(PlainForm):
    """Which services can help instead."""

    prefix = "outside"
    services = forms.MultipleChoiceField(
        label=_("Who can help?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one or more services.")},
    )
    text = forms.CharField(
        label=_("Last message to the person"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, services: Choices, **kwargs: Any) -> None:
        """Offer the services of the place."""
        super().__init__(*args, **kwargs)
        self.fields["services"].choices = services  # type: ignore[attr-defined]


class DeclineForm(PlainForm):
    """Why a team cannot take on what was handed over to it."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        help_text=_("The person and the other team read it."),
        error_messages={"required": _("Choose a reason.")},
    )

    def __init__(self, *args: Any, reasons: Choices, **kwargs: Any) -> None:
        """Offer the reasons of the vocabulary."""
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", _("Choose a reason")), *reasons]  # type: ignore[attr-defined]


class CloseForm(PlainForm):
    """How it ended."""

    outcome = forms.ChoiceField(label=_("Outcome"), error_messages={"required": _("Choose an outcome.")})
    text = forms.CharField(
        label=_("Last message to the person"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, outcomes: Choices, **kwargs: Any) -> None:
        """Offer the outcomes of the vocabulary."""
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [("", _("Choose an outcome")), *outcomes]  # type: ignore[attr-defined]


class CloseFoldedForm(CloseForm):
    """How many that say the same ended: whoever is not read alone is owed a word at least."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the message."""
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.required, text.label = True, _("Message to each of them")
        text.error_messages = {"required": _("Write what each of them reads.")}


class HoldForm(PlainForm):
    """Why a closed report has to be kept, and how long."""

    reason = forms.ChoiceField(label=_("Reason"), error_messages={"required": _("Choose a reason.")})
    until = forms.DateField(
        label=_("Keep it until"),
        help_text=_("A day at most one year away."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day.")},
    )

    def __init__(self, *args: Any, reasons: Choices, **kwargs: Any) -> None:
        """Offer the reasons of the vocabulary."""
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", _("Choose a reason")), *reasons]  # type: ignore[attr-defined]


class QueueForm(PlainForm):
    """Which part of the queue."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=(
            ("open", _("All open")),
            ("routed", _("Not opened yet")),
            ("opened", _("Opened")),
            ("answered", _("Answered")),
            ("closed", _("Closed")),
            ("withdrawn", _("Withdrawn")),
        ),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=(("", _("All kinds")), *KIND_WORDS.items()))
    team = forms.TypedChoiceField(label=_("Team"), required=False, choices=())
    late = forms.BooleanField(label=_("Past the due date"), required=False)

    def __init__(self, *args: Any, teams: Choices, **kwargs: Any) -> None:
        """Offer the viewer's own teams."""
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [("", _("All my teams")), *teams]  # type: ignore[attr-defined]

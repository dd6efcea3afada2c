"""What raters fill in: first what kind of study it is and where they stand, then what that kind is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.evidence import rules, verdicts
from commonweave.evidence.models import Direction, Interest, SmsVersion
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from commonweave.evidence.rules.judging import Difference

VERSIONS = [(SmsVersion.WWG, _("What Works Growth")), (SmsVersion.ORIGINAL, _("Sherman and others, 1997"))]
INTERESTS = {
    Interest.NONE: _("No"),
    Interest.SOME: _("Yes, something else"),
    Interest.RAN: _("Yes, I ran it, paid for it or wrote it"),
}


class OwnForm(forms.Form):
    """What is said in the name of one of the viewer's organisations: asked for only where there are several."""

    use_required_attribute = False

    def __init__(self, *args: Any, organisations: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        """Offer the viewer's own organisations."""
        super().__init__(*args, **kwargs)
        own = list(organisations)
        self.only = own[0][0] if len(own) == 1 else None
        if self.only is None:
            field = forms.TypedChoiceField(label=_("For which organisation?"), choices=own, coerce=UUID)
            self.fields = {"organisation": field, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Add the only organisation."""
        cleaned: dict[str, Any] = super().clean() or {}
        return cleaned if self.only is None else cleaned | {"organisation": self.only}


class BeginForm(OwnForm):
    """What kind of study it is decides what is asked next."""

    design = forms.ChoiceField(label=_("How was it studied?"), help_text=_("What is asked next depends on this."))
    interest = forms.ChoiceField(
        label=_("Have you anything to do with the programme or the study?"), widget=forms.RadioSelect
    )
    interest_words = forms.CharField(
        label=_("What do you have to do with it?"),
        max_length=500,
        required=False,
        help_text=_("Such as: my organisation paid for it, or I worked with the authors. Shown beside your rating."),
    )
    seen_others = forms.BooleanField(label=_("I have already read another rating of this study"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the vocabulary's designs and interests."""
        super().__init__(*args, **kwargs)
        designs = vocabulary.choices("design", exact=True)
        self.fields["design"].choices = [("", _("Choose one")), *designs]  # type: ignore[attr-defined]
        self.fields["interest"].choices = list(INTERESTS.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Want an interest said in words."""
        cleaned = super().clean()
        if cleaned.get("interest") not in (None, Interest.NONE) and not cleaned.get("interest_words"):
            self.add_error("interest_words", _("Say what it is. Readers see it beside your rating."))
        return cleaned


class RateForm(forms.Form):
    """One answer, one reason and a few words for each criterion of a design; then what it found as a whole."""

    use_required_attribute = False
    direction = forms.ChoiceField(
        label=_("What did it find, all in all?"),
        help_text=_("Mixed: helped with one thing, not with another. Harm is never part of mixed."),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("In a few sentences: how far would you trust it, and for what?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    named = forms.BooleanField(
        label=_("Show my name"), help_text=_("Your organisation is always shown."), required=False, initial=True
    )

    def __init__(self, *args: Any, design: str, **kwargs: Any) -> None:
        """Ask what this design is asked."""
        super().__init__(*args, **kwargs)
        self.criteria = rules.criteria_of(design)
        found = [pair for pair in vocabulary.choices("direction") if pair[0] != Direction.UNKNOWN]
        self.fields["direction"].choices = found  # type: ignore[attr-defined]
        asked: dict[str, forms.Field] = {}
        for name in self.criteria:
            if name == "sms":
                asked["sms_version"] = forms.ChoiceField(
                    label=_("Which version of the Maryland scale?"), choices=VERSIONS, initial=SmsVersion.WWG
                )
            asked |= self._criterion(name)
        self.fields = {**asked, **self.fields}

    def _criterion(self, name: str) -> dict[str, forms.Field]:
        term = vocabulary.labels("appraisal-criterion")[name]
        reasons = [
            (code, vocabulary.label("appraisal-reason", code).say())
            for code in rules.REASONS[rules.instrument_of(name)]
        ]
        values = [(value, verdicts.answer_choice(name, value)) for value in rules.values_of(name)]
        label = term.public.say()
        return {
            f"{name}_value": forms.ChoiceField(
                label=label, help_text=term.definition.say(), choices=values, widget=forms.RadioSelect
            ),
            f"{name}_reason": forms.ChoiceField(label=_("Why"), choices=[("", _("Choose one")), *reasons]),
            f"{name}_note": forms.CharField(
                label=_("Where it says so, such as a page"), max_length=300, required=False
            ),
        }

    def clean(self) -> dict[str, Any]:
        """Want words where the list holds no reason that fits."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.criteria:
            if cleaned.get(f"{name}_reason") == "other" and not cleaned.get(f"{name}_note"):
                self.add_error(f"{name}_note", _("Write the reason here."))
        return cleaned

    def to_action(self) -> dict[str, Any]:
        """Return the action's arguments."""
        given = self.cleaned_data
        parts = ("value", "reason", "note")
        return {
            "answers": {name: {part: given[f"{name}_{part}"] for part in parts} for name in self.criteria},
            "sms_version": given.get("sms_version", ""),
            **{name: given[name] for name in ("direction", "words", "named")},
        }

    def groups(self) -> list[dict[str, Any]]:
        """Return the fields as a page shows them: each instrument with its criteria."""
        found: dict[str, dict[str, Any]] = {}
        for name in self.criteria:
            code = rules.instrument_of(name)
            term = vocabulary.labels("appraisal-criterion")[code]
            group = found.setdefault(code, {"title": term.working, "source": term.definition, "criteria": []})
            fields = [self[f"{name}_{part}"] for part in ("value", "reason", "note")]
            group["criteria"].append([*([self["sms_version"]] if name == "sms" else []), *fields])
        return list(found.values())


class SettleForm(OwnForm):
    """What holds for each difference, and why."""

    reason = forms.CharField(label=_("Why does this hold?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    named = forms.BooleanField(
        label=_("Show my name"), help_text=_("Your organisation is always shown."), required=False, initial=True
    )

    def __init__(self, *args: Any, differences: Iterable[Difference], labels: Mapping[str, str], **kwargs: Any) -> None:
        """Offer what both said."""
        super().__init__(*args, **kwargs)
        self.differing = list(differences)
        asked = {
            f"holds_{each.what}": forms.ChoiceField(
                label=labels[each.what],
                choices=[(value, verdicts.answer(each.what, value)) for value in (each.first, each.second)],
                widget=forms.RadioSelect,
            )
            for each in self.differing
        }
        own = {"organisation": self.fields.pop("organisation")} if "organisation" in self.fields else {}
        self.fields = {**own, **asked, **self.fields}

    def to_action(self) -> dict[str, Any]:
        """Return the action's arguments."""
        choices = {each.what: self.cleaned_data[f"holds_{each.what}"] for each in self.differing}
        return {"choices": choices} | {name: self.cleaned_data[name] for name in ("organisation", "reason", "named")}

"""Forms for places. An empty answer always means: take what the place above says."""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings as node
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from commonweave.base.editing import EditForm
from commonweave.base.languages import own_name
from commonweave.base.text import Text
from commonweave.places import defaults, rules
from commonweave.places.colour import HEX
from commonweave.vocabulary import queries as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LANGUAGE_MARK = re.compile(r"([a-z]{2,3}):\s*(.+)")
LONGEST_NAME = 120


def language_fields(prefix: str, label: str) -> dict[str, forms.CharField]:
    """Return one text field a language, none of them required by itself."""
    return {
        f"{prefix}_{code}": forms.CharField(
            label=f"{label} – {own_name(code)}",
            max_length=LONGEST_NAME,
            required=False,
            widget=forms.TextInput(attrs={"lang": code, "dir": "auto"}),
        )
        for code, _name in node.LANGUAGES
    }


def said(cleaned: Mapping[str, Any], prefix: str) -> Text:
    """Return the Text of one field a language."""
    texts = {code: cleaned.get(f"{prefix}_{code}", "").strip() for code, _name in node.LANGUAGES}
    kept = {code: text for code, text in texts.items() if text}
    return Text(kept, original="en" if "en" in kept else next(iter(kept), "en"))


class LookForm(EditForm):
    """What residents see: the place's name, the service's public name, colour, languages, emergency numbers."""

    accent = forms.CharField(
        label=_("Colour"),
        required=False,
        max_length=7,
        help_text=_("Six signs after #, for example #7a1f3d. The text on it becomes white or dark by itself."),
        widget=forms.TextInput(attrs={"placeholder": "#24326b", "spellcheck": "false"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the pages"),
        required=False,
        help_text=_("Tick none to offer the same as the place above."),
        choices=[(code, own_name(code)) for code, _name in node.LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
    )
    emergency = forms.CharField(
        label=_("Emergency numbers"),
        required=False,
        help_text=_(
            "One a line: number | what answers | fr: the same in French. For example: 112 | All emergencies | fr: Toutes urgences"
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = dict(self.fields)
        self.fields = {
            **language_fields("public_name", str(_("Public name of this service"))),
            **rest,
            **language_fields("home_name", str(_("Neutral name on a telephone, which says nothing of what this is"))),
            **language_fields("name", str(_("Name of the place"))),
        }

    def clean_accent(self) -> str:
        """Take #rrggbb in any case, with or without the sign."""
        accent = self.cleaned_data["accent"].strip().lower()
        if accent and not HEX.fullmatch(accent if accent.startswith("#") else f"#{accent}"):
            raise forms.ValidationError(_("Write the colour as # and six of the signs 0–9 and a–f."))
        return accent if not accent or accent.startswith("#") else f"#{accent}"

    def clean_emergency(self) -> list[dict[str, Any]]:
        """Read the lines."""
        return [_read_number(line) for line in self.cleaned_data["emergency"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        """Want a name in one language at least."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not said(cleaned, "name"):
            self.add_error(f"name_{node.LANGUAGES[0][0]}", _("Write the name of the place in one language at least."))
        return cleaned

    def to_settings(self) -> dict[str, Any]:
        """Return own values as the action takes them; None where nothing was said."""
        cleaned = self.cleaned_data
        public, home = said(cleaned, "public_name"), said(cleaned, "home_name")
        return {
            defaults.HOME_NAME: home.to_json() if home else None,
            defaults.PUBLIC_NAME: public.to_json() if public else None,
            defaults.ACCENT: cleaned["accent"] or None,
            defaults.LANGUAGES: cleaned["languages"] or None,
            defaults.EMERGENCY: cleaned["emergency"] or None,
        }

    def to_names(self) -> Text:
        """Return the place's names."""
        return said(self.cleaned_data, "name")

    @classmethod
    def starting_with(cls, names: Text, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows first."""
        public, home = (Text.from_json(own.get(name, {})) for name in (defaults.PUBLIC_NAME, defaults.HOME_NAME))
        return {
            **{f"name_{code}": text for code, text in names.texts.items()},
            **{f"public_name_{code}": text for code, text in public.texts.items()},
            **{f"home_name_{code}": text for code, text in home.texts.items()},
            "accent": own.get(defaults.ACCENT, ""),
            "languages": own.get(defaults.LANGUAGES, []),
            "emergency": "\n".join(_write_number(each) for each in own.get(defaults.EMERGENCY, [])),
        }


def _read_number(line: str) -> dict[str, Any]:
    number, *labels = (part.strip() for part in line.split("|"))
    if not any(sign.isdigit() for sign in number) or not any(labels):
        raise forms.ValidationError(_("“%(line)s”: write a number, then | and what answers there.") % {"line": line})
    names: dict[str, str] = {}
    for label in labels:
        marked = LANGUAGE_MARK.fullmatch(label)
        if marked and marked[1] not in dict(node.LANGUAGES):
            raise forms.ValidationError(_("“%(line)s”: this language is not known.") % {"line": line})
        names[marked[1] if marked else "en"] = marked[2] if marked else label
    return {"number": number, "names": names}


def _write_number(each: Mapping[str, Any]) -> str:
    names = dict(each["names"])
    first = [names.pop("en")] if "en" in names else []
    return " | ".join([each["number"], *first, *(f"{code}: {name}" for code, name in names.items())])


class TimesForm(EditForm):
    """When things are due here, what is kept how long, and what is offered."""

    acknowledge_days = forms.IntegerField(label=_("Working days until a report is opened"), required=False)
    answer_days = forms.IntegerField(label=_("Working days until it is answered"), required=False)
    pass_on_days = forms.IntegerField(label=_("Working days the next team has when nobody opened it"), required=False)
    retention_days = forms.IntegerField(
        label=_("Days after which what was written in a closed report is deleted"),
        required=False,
        help_text=_("Counted from the day it was closed. Backups hold it for 30 days more."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    working_week = forms.TypedMultipleChoiceField(
        label=_("Working week"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    holidays = forms.CharField(
        label=_("Holidays"),
        required=False,
        help_text=_("One date a line, as 2026-12-25."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    report_kinds = forms.MultipleChoiceField(
        label=_("What can be reported here"), required=False, widget=forms.CheckboxSelectMultiple
    )
    first_recipients = forms.ChoiceField(label=_("Who is asked first"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        same = ("", _("The same as the place above"))
        zones = sorted(
            zone
            for zone in available_timezones()
            if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "SystemV/"))
        )
        self._choose(defaults.TIME_ZONE, [same, ("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)])
        self._choose(defaults.WORKING_WEEK, [(number, WEEKDAYS[number]) for number in rules.WEEK])
        self._choose(defaults.REPORT_KINDS, words.choices("report-kind"))
        names = dict(words.choices("recipient-kind"))
        orders = itertools.permutations(defaults.DEFAULTS[defaults.FIRST_RECIPIENTS])
        self._choose(
            defaults.FIRST_RECIPIENTS,
            [same, *((",".join(order), " → ".join(names[k] for k in order)) for order in orders)],
        )

    def _choose(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean_holidays(self) -> list[str]:
        """Read one date a line."""
        lines = [line.strip() for line in self.cleaned_data["holidays"].splitlines() if line.strip()]
        try:
            return sorted({date.fromisoformat(line).isoformat() for line in lines})
        except ValueError:
            raise forms.ValidationError(_("Write each date as year-month-day, for example 2026-12-25.")) from None

    def clean(self) -> dict[str, Any]:
        """Keep deadlines within what can be promised."""
        cleaned: dict[str, Any] = super().clean() or {}
        deadlines = (defaults.ACKNOWLEDGE_DAYS, defaults.ANSWER_DAYS, defaults.PASS_ON_DAYS)
        limits = dict.fromkeys(deadlines, (1, defaults.LONGEST_DEADLINE)) | {defaults.RETENTION_DAYS: rules.RETENTION}
        for name, (least, most) in limits.items():
            if cleaned.get(name) is not None and not least <= cleaned[name] <= most:
                numbers = {"least": least, "most": most}
                self.add_error(name, _("Choose a number from %(least)s to %(most)s.") % numbers)
        return cleaned

    def to_settings(self) -> dict[str, Any]:
        """Return own values as the action takes them; None where nothing was said."""
        cleaned = dict(self.cleaned_data)
        cleaned[defaults.FIRST_RECIPIENTS] = [kind for kind in cleaned[defaults.FIRST_RECIPIENTS].split(",") if kind]
        return {name: value or None for name, value in cleaned.items()}

    @classmethod
    def starting_with(cls, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows first."""
        return {
            **own,
            "holidays": "\n".join(own.get(defaults.HOLIDAYS, [])),
            "first_recipients": ",".join(own.get(defaults.FIRST_RECIPIENTS, [])),
        }


class AddForm(forms.Form):
    """A new place beneath another."""

    use_required_attribute = False
    type = forms.ChoiceField(label=_("What kind of place is it?"))
    longitude = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, help_text=_("In degrees; west is below zero.")
    )
    latitude = forms.FloatField(
        label=_("Latitude"), min_value=-90, max_value=90, help_text=_("In degrees; south is below zero.")
    )
    shown_on_reports = forms.BooleanField(
        label=_("Reports may name this place"),
        required=False,
        initial=True,
        help_text=_(
            "Leave it out for a place so small that its name could tell who reported. The one above is named then."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", _("Choose one")), *words.choices("place-type")]  # type: ignore[attr-defined]
        self.fields = {**language_fields("name", str(_("Name"))), **self.fields}

    def clean(self) -> dict[str, Any]:
        """Want a name in one language at least."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not said(cleaned, "name"):
            self.add_error(f"name_{node.LANGUAGES[0][0]}", _("Write the name of the place in one language at least."))
        return cleaned

    def to_place(self) -> dict[str, Any]:
        """Return the arguments of the action."""
        cleaned = self.cleaned_data
        rest = {name: cleaned[name] for name in ("type", "longitude", "latitude", "shown_on_reports")}
        return {"names": said(cleaned, "name"), **rest}

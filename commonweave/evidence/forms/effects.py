"""Effects as they are entered: one by one, or many in a table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweave.base.editing import EditForm
from commonweave.evidence.rules import DESIGNS, MEASURES, NUMBERS, reckon
from commonweave.evidence.synthesis.effects import EffectError
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commonweave.evidence.models import Effect, Record
    from commonweave.evidence.synthesis.effects import Effect as Reckoned

MOST_ROWS = 500
LARGEST = 500_000
WORDS = ("study", "outcome", "positive_is", "source", "sample", "design")


class EffectForm(EditForm):
    """One effect: whose, for what, where it stands, and the numbers of one way of stating it."""

    study = forms.CharField(
        label=gettext_lazy("Study"),
        max_length=200,
        help_text=gettext_lazy("Effects of one study are known by one name."),
    )
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"))
    positive_is = forms.ChoiceField(
        label=gettext_lazy("More of what was measured is"),
        choices=(("good", gettext_lazy("good, such as trust")), ("bad", gettext_lazy("bad, such as offending again"))),
        widget=forms.RadioSelect,
    )
    source = forms.CharField(label=gettext_lazy("Table or page where the numbers stand"), max_length=400)
    design = forms.ChoiceField(label=gettext_lazy("How this study was made, in a review"), required=False)
    sample = forms.SlugField(
        label=gettext_lazy("Key of the same people in other publications"), max_length=80, required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        measure: str,
        record: Record,
        now: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Ask for the numbers of one measure."""
        super().__init__(data, now=now, **kwargs)
        self.measure, self.reckoned = measure, None
        known = dict(vocabulary.choices("evidence-outcome"))
        outcomes = [(code, known[code]) for code in record.outcomes if code in known] or list(known.items())
        self._offer("outcome", outcomes)
        self._offer("design", [("", "–"), *((code, code) for code in DESIGNS)])
        for name in MEASURES[measure].numbers:
            self.fields[name] = forms.FloatField(
                label=NUMBERS[name], widget=forms.TextInput(attrs={"inputmode": "decimal"})
            )

    reckoned: Reckoned | None

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Reckon the effect; what its formula refuses is said at the number."""
        said = super().clean() or {}
        numbers = MEASURES[self.measure].numbers
        if all(name in said for name in numbers):
            try:
                self.reckoned = reckon(self.measure, said)
            except EffectError as wrong:
                self.add_error(wrong.field if wrong.field in self.fields else None, str(wrong))
        return said

    def stated(self) -> dict[str, Any]:
        """Return the columns of the effect."""
        said, found = self.cleaned_data, self.reckoned
        if found is None:
            raise ValueError(self.measure)
        raw = {name: said[name] for name in MEASURES[self.measure].numbers if name not in {"yi", "vi"}}
        design = {"design": said["design"]} if said["design"] else {}
        columns = {name: said[name] for name in WORDS if name != "design"}
        return {
            **columns,
            "measure": self.measure,
            "yi": found.value,
            "vi": found.variance,
            "raw": raw,
            "design": design,
        }

    @staticmethod
    def starting_with(effect: Effect) -> dict[str, Any]:
        """Return what the form shows of an effect."""
        shown = {name: getattr(effect, name) for name in WORDS if name != "design"}
        return {**shown, "yi": effect.yi, "vi": effect.vi, **effect.raw, "design": effect.moderators.get("design", "")}


class TableForm(forms.Form):
    """Many effects at once; all of them, or none and everything that is wrong."""

    use_required_attribute = False
    table = forms.CharField(
        label=gettext_lazy("Paste the table, with its first line"),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "ltr"}),
        max_length=LARGEST,
        strip=False,
    )

    def __init__(self, data: QueryDict | None = None, *, record: Record) -> None:
        """Remember whose effects they are."""
        super().__init__(data)
        self.record, self.found = record, []

    found: list[dict[str, Any]]

    def clean_table(self) -> str:
        """Read every line; name each mistake by its line and column."""
        text: str = self.cleaned_data["table"]
        first = text.partition("\n")[0]
        mark = max("\t;,", key=first.count)
        rows = list(csv.DictReader(io.StringIO(text.replace("\0", "")), delimiter=mark))
        if not rows:
            raise forms.ValidationError(_("There is no line under the first one."))
        if len(rows) > MOST_ROWS:
            raise forms.ValidationError(_("At most %(most)s lines at once.") % {"most": MOST_ROWS})
        wrong: list[str] = []
        for number, row in enumerate(rows, start=2):
            said = {str(name).strip(): str(value or "").strip() for name, value in row.items() if name}
            wrong += [f"{_('Line')} {number}, {said_wrong}" for said_wrong in self._read(said)]
        if wrong:
            raise forms.ValidationError(wrong)
        return text

    def _read(self, said: dict[str, str]) -> list[str]:
        measure = said.get("measure", "")
        if measure not in MEASURES:
            return ["measure: " + _("one of %(these)s.") % {"these": ", ".join(MEASURES)}]
        data = QueryDict(mutable=True)
        data.update(said)
        form = EffectForm(data, measure=measure, record=self.record)
        if form.is_valid():
            self.found.append(form.stated())
        return [f"{name}: {' '.join(map(str, words))}" for name, words in form.errors.items()]

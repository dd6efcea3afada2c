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
from commonweave.evidence import importing, lines, saying
from commonweave.evidence.rules import DESIGNS, MEASURES, NUMBERS, reckon
from commonweave.evidence.synthesis.effects import EffectError
from commonweave.files.uploads import TooLarge
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.utils.datastructures import MultiValueDict

    from commonweave.evidence.models import Effect, Record
    from commonweave.evidence.synthesis.effects import Effect as Reckoned

MOST_ROWS = 500
LARGEST = 500_000
WORDS = ("study", "outcome", "positive_is", "source", "sample")
COLUMNS = ("study", "outcome", "measure", "positive_is", "source", "design", "interventions", "sample", "moderators")
"""What a table may say besides the numbers of its measures."""
MOST_WRONG = 100


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
    interventions = forms.MultipleChoiceField(
        label=gettext_lazy("What was tried in this study, if less than in the whole publication"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    design = forms.ChoiceField(label=gettext_lazy("How this study was made, in a review"), required=False)
    sample = forms.SlugField(
        label=gettext_lazy("Key of the same people in other publications"), max_length=80, required=False
    )
    moderators = forms.CharField(
        label=gettext_lazy("Properties of the study"),
        help_text=gettext_lazy("One a line, such as “mean_age: 14.5”. By these, effects can be compared."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
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
        tried = dict.fromkeys([*record.interventions, *(now or {}).get("interventions", ())])
        self._offer("interventions", [(code, saying.code_name("tried", code)) for code in tried])
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

    def clean_moderators(self) -> dict[str, Any]:
        """Read the lines."""
        try:
            return lines.read_properties(self.cleaned_data["moderators"])
        except lines.Unreadable as fault:
            raise forms.ValidationError(fault.said) from None

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
        return {
            **{name: said[name] for name in WORDS},
            "interventions": said["interventions"],
            "moderators": said["moderators"] | design,
            "measure": self.measure,
            "yi": found.value,
            "vi": found.variance,
            "raw": raw,
        }

    @staticmethod
    def starting_with(effect: Effect) -> dict[str, Any]:
        """Return what the form shows of an effect."""
        shown = {name: getattr(effect, name) for name in (*WORDS, "interventions")}
        shown |= {
            "design": effect.moderators.get("design", ""),
            "moderators": lines.write_properties(effect.moderators),
        }
        return {**shown, "yi": effect.yi, "vi": effect.vi, **effect.raw}


class TableForm(forms.Form):
    """Many effects at once, pasted or in a file; all of them, or none and everything that is wrong."""

    use_required_attribute = False
    file = forms.Field(
        label=gettext_lazy("A file (CSV)"),
        help_text=gettext_lazy("At most 500 lines and 500 kB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )
    table = forms.CharField(
        label=gettext_lazy("Or paste the table, with its first line"),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "ltr"}),
        max_length=LARGEST,
        required=False,
        strip=False,
    )

    def __init__(
        self, data: QueryDict | None = None, files: MultiValueDict[str, Any] | None = None, *, record: Record
    ) -> None:
        """Remember whose effects they are."""
        super().__init__(data, files)
        self.record, self.found = record, []

    found: list[dict[str, Any]]

    def clean(self) -> dict[str, Any]:
        """Read every line; name each mistake by its line and column."""
        said = super().clean() or {}
        sent, text = said.get("file"), said.get("table", "")
        name = "table" if sent is None else "file"
        if name in self.errors or "table" in self.errors:
            return said
        try:
            wrong = list(self._wrong(text if sent is None else _text_of(sent)))
        except importing.Unfit as unfit:
            wrong = [str(unfit)]
        if wrong:
            self.found = []
            self.add_error(name, forms.ValidationError(wrong[:MOST_WRONG]))
        return said

    def _wrong(self, text: str) -> Iterator[str]:
        """Read what can be read, and say all that is wrong. Raises Unfit for what is no table at all."""
        first = text.partition("\n")[0]
        mark = max("\t;,", key=first.count)
        rows = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=mark, strict=True)
        try:
            table = [(number, cells) for number, cells in enumerate(rows, start=1) if any(map(str.strip, cells))]
        except csv.Error as fault:
            raise importing.Unfit(_("It cannot be read as CSV: %(fault)s.") % {"fault": fault}) from None
        if len(table) < 2:  # noqa: PLR2004 the first one names the columns
            raise importing.Unfit(_("There is no line under the first one."))
        if len(table) > MOST_ROWS + 1:
            raise importing.Unfit(_("At most %(most)s lines at once.") % {"most": MOST_ROWS})
        names = [name.strip().lower() for name in table[0][1]]
        if len(names) > len(COLUMNS) + len(NUMBERS):
            raise importing.Unfit(_("It has more cells than there are columns."))
        for name in names:
            if name and (name not in {*COLUMNS, *NUMBERS} or names.count(name) > 1):
                yield _said(1, f"{name}: {_('We do not know this column.')}")
        for number, cells in table[1:]:
            if len(cells) > len(names):
                yield _said(number, _("It has more cells than there are columns."))
            else:
                given = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
                yield from (_said(number, why) for why in self._read(given))

    def _read(self, said: dict[str, str]) -> Iterator[str]:
        measure = said.get("measure", "")
        if measure not in MEASURES:
            yield "measure: " + _("one of %(these)s.") % {"these": ", ".join(MEASURES)}
            return
        data = QueryDict(mutable=True)
        data.update({**said, "moderators": said.get("moderators", "").replace(";", "\n")})
        data.setlist(
            "interventions", [code for part in said.get("interventions", "").split(";") if (code := part.strip())]
        )
        form = EffectForm(data, measure=measure, record=self.record)
        if form.is_valid():
            self.found.append(form.stated())
        for name, words in form.errors.items():
            yield f"{name}: {' '.join(map(str, words))}"


def _said(number: int, why: str) -> str:
    return f"{_('Line')} {number}, {why}"


def _text_of(sent: Any) -> str:  # noqa: ANN401 what an upload handler kept
    """Return what a file holds. Raises Unfit."""
    if isinstance(sent, TooLarge) or sent.size > LARGEST:
        raise importing.Unfit(_("It is larger than 500 kB. Send it in parts."))
    try:
        return importing.decoded(sent.read())
    except importing.Unfit:
        raise importing.Unfit(_("This is no table. Save it as CSV.")) from None

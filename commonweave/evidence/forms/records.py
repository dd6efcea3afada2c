"""The form of a whole record: every fact of a publication, as plain fields and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.conf import settings as node
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonweave.base.editing import EditForm
from commonweave.base.formats import locale_for
from commonweave.base.languages import own_name
from commonweave.base.sorting import fold
from commonweave.base.text import Text
from commonweave.evidence import lines, saying
from commonweave.evidence.actions import Facts
from commonweave.evidence.models import Direction, Rating
from commonweave.evidence.queries import FACETS
from commonweave.sharing.models import Tlp
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from commonweave.evidence.models import Record

CODES = {"interventions": "tried", "outcomes": "outcome", "populations": "population", "levels": "level"}
LONGEST_TEXT = 6000
AREA = {"rows": 4}
OLDEST, NEWEST = 1500, 2200
TWO = 2  # letters of a code of a country (ISO 3166-1) and of most languages (ISO 639-1)
LABELS = {
    Tlp.CLEAR: gettext_lazy("Anyone"),
    Tlp.GREEN: gettext_lazy("Partners: members of organisations that signed the agreement"),
    Tlp.AMBER: gettext_lazy("My organisation, which may pass it on where somebody needs it"),
    Tlp.AMBER_STRICT: gettext_lazy("My organisation only"),
    Tlp.RED: gettext_lazy("Only me"),
}
RATINGS = {
    Rating.SELF: gettext_lazy("Those who ran the programme"),
    Rating.ONE: gettext_lazy("One person who did not run it"),
    Rating.TWO: gettext_lazy("Two people, each on their own"),
}


class RecordForm(EditForm):
    """Everything that a record says. Errors are of fields, all at once."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"))
    language = forms.ChoiceField(label=gettext_lazy("Language it is written in"))
    title = forms.CharField(
        label=gettext_lazy("Title in its own language"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    authors = forms.CharField(
        label=gettext_lazy("Who wrote it"),
        help_text=gettext_lazy(
            "One a line: family name, comma, given name. An organisation stands without a comma, or in {braces}. "
            "An ORCID or ROR may follow after a bar: Banda, Thoko | 0000-0002-1825-0097"
        ),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={**AREA, "dir": "auto"}),
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=OLDEST, max_value=NEWEST)
    publisher = forms.CharField(label=gettext_lazy("Journal or publisher"), required=False, max_length=300)
    doi = forms.CharField(
        label=gettext_lazy("DOI"),
        help_text=gettext_lazy(
            "Such as 10.1000/182. Leave it empty if there is none: the record has an identifier of its own."
        ),
        required=False,
        max_length=240,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
    )
    url = forms.URLField(
        label=gettext_lazy("Address where it can be read"), required=False, max_length=600, assume_scheme="https"
    )
    licence = forms.CharField(
        label=gettext_lazy("Licence"), help_text=gettext_lazy("Such as CC BY 4.0."), required=False, max_length=100
    )
    edition = forms.CharField(label=gettext_lazy("Edition or version"), required=False, max_length=60)
    funder = forms.CharField(label=gettext_lazy("Who paid for it"), required=False, max_length=200)
    project = forms.CharField(label=gettext_lazy("Project it belongs to"), required=False, max_length=200)

    interventions = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    outcomes = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    populations = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    levels = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    countries = forms.CharField(
        label=gettext_lazy("Countries"),
        help_text=gettext_lazy("Names or codes of two letters, with commas between them."),
        required=False,
        max_length=1000,
    )
    places = forms.CharField(
        label=gettext_lazy("Towns or regions"),
        help_text=gettext_lazy("As the publication names them, with commas between them."),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    design = forms.ChoiceField(label=gettext_lazy("How it was studied"))
    direction = forms.ChoiceField(label=gettext_lazy("What it found as a whole"))
    coded_by = forms.CharField(
        label=gettext_lazy("Who judged what it found"),
        help_text=gettext_lazy("A name or an organisation that anybody may read."),
        required=False,
        max_length=300,
    )
    rating = forms.ChoiceField(label=gettext_lazy("Who they are"), choices=list(RATINGS.items()))
    tlp = forms.ChoiceField(
        label=gettext_lazy("Who may read it once it is published"),
        choices=list(LABELS.items()),
        widget=forms.RadioSelect,
    )
    readers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Other organisations that read it, too"),
        help_text=gettext_lazy("Only where my organisation may pass it on."),
        required=False,
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
    )
    embargo_until = forms.DateField(
        label=gettext_lazy("Not before"),
        help_text=gettext_lazy("If it is under embargo: the first day on which others may read it."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    sources = forms.CharField(
        label=gettext_lazy("Where these facts were read"),
        help_text=gettext_lazy(
            "One a line: address or page | which facts | day. For example: https://example.org/report.pdf | all | 2026-01-31"
        ),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={**AREA, "dir": "auto"}),
    )

    sample = forms.SlugField(
        label=gettext_lazy("Key of the same people in other publications"),
        help_text=gettext_lazy(
            "Records with one key, such as two editions, are counted once where studies are put together."
        ),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
    )

    def __init__(
        self,
        *args: Any,
        now: Mapping[str, Any] | None = None,
        begins: Mapping[str, Any] | None = None,
        fixed: Mapping[str, Any] | None = None,
        others: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        """Offer the vocabulary's words, a text for each language, and a direction for each outcome that stands there.

        `begins` is what a form about something new shows first; `fixed` are facts that are decided elsewhere; `others`
        are the organisations that can be named as readers.
        """
        super().__init__(*args, now=now, **kwargs)
        self.initial.update(begins or {})
        self.texts = _texts(self.initial)
        for code in self.texts:
            label, marks = _in(code), {"lang": code, "dir": "auto"}
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title in %(language)s") % {"language": label},
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 2, **marks}),
            )
            self.fields[f"summary_{code}"] = forms.CharField(
                label=_("What was done and found, in short, in %(language)s") % {"language": label},
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={**AREA, **marks}),
            )
        offered = {
            "kind": vocabulary.choices("evidence-kind", exact=True),
            "language": languages(),
            "design": vocabulary.choices("design", exact=True),
            "direction": vocabulary.choices("direction"),
        }
        for name, facet in CODES.items():
            self.fields[name].label = saying.facet_name(facet)
            offered[name] = vocabulary.choices(FACETS[facet].scheme, exact=True)
        self.fixed = dict(fixed or {})
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # all of them are fields of choices
        for outcome in (now or {}).get("outcomes", ()):
            self.fields[f"direction_{outcome}"] = forms.ChoiceField(
                label=saying.code_name("outcome", outcome),
                choices=[("", _("As the whole")), *vocabulary.choices("direction")],
                required=False,
            )

        self.fields["readers"].choices = others  # type: ignore[attr-defined]  # as declared above
        for name in (*self.fixed, *(() if others else ("readers",))):
            del self.fields[name]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Return the fields in groups, as the page shows them; what few need is folded away."""
        now = get_language() or "en"
        first = [now] if now in self.texts else self.texts[:1]
        rest = [code for code in self.texts if code not in first]
        who, rarely = ["authors", "year", "publisher", "doi", "url"], ["licence", "edition", "funder", "project"]
        others = _("In other languages")
        return [
            self._part(
                _("What it is"), ["kind", "language", "title"], others, [f"title_{code}" for code in self.texts]
            ),
            self._part(
                _("In short"), [f"summary_{code}" for code in first], others, [f"summary_{code}" for code in rest]
            ),
            self._part(_("Who and where"), who, _("Licence, edition, funder, project"), rarely),
            self._part(_("What was tried, and with whom"), [*CODES, "countries", "places"]),
            self._part(_("What it found"), ["design", "direction", *self.single, "coded_by", "rating", "sample"]),
            self._part(_("Who may read it"), ["tlp", "readers", "embargo_until"]),
            self._part(_("Sources"), ["sources"]),
        ]

    def _part(self, label: str, names: list[str], folded: str = "", more: list[str] | None = None) -> dict[str, Any]:
        hidden = [self[name] for name in more or ()]
        opened = any(field.value() or field.errors for field in hidden)
        return {
            "label": label,
            "fields": [self[name] for name in names if name in self.fields],
            "folded": folded,
            "more": hidden,
            "open": opened,
        }

    @property
    def single(self) -> list[str]:
        """Return the names of the fields that hold a direction for one outcome."""
        return [name for name in self.fields if name.startswith("direction_")]

    def clean_doi(self) -> str:
        """Take an identifier or its address."""
        if (doi := lines.read_doi(self.cleaned_data["doi"])) is None:
            raise forms.ValidationError(_("This is no DOI. It begins with 10. and a number, then a slash."))
        return doi

    def clean_authors(self) -> list[dict[str, str]]:
        """Read the lines."""
        return _read(lines.read_authors, self.cleaned_data["authors"])

    def clean_sources(self) -> list[dict[str, str]]:
        """Read the lines."""
        today = timezone.now().date()
        return _read(lambda text: lines.read_sources(text, today), self.cleaned_data["sources"])

    def clean_countries(self) -> list[str]:
        """Take codes, and names in the reader's language or in English."""
        found, unknown = read_countries(self.cleaned_data["countries"])
        if unknown:
            raise forms.ValidationError(_("We do not know these countries: %(names)s.") % {"names": ", ".join(unknown)})
        return found

    def clean_places(self) -> list[str]:
        """Take names of places."""
        return _read(lines.read_places, self.cleaned_data["places"])

    def clean(self) -> dict[str, Any]:
        """Say a title of the publication's own language once."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("title", *(f"title_{code}" for code in self.texts)):
            if name in cleaned:
                cleaned[name] = " ".join(cleaned[name].split())
        twice = f"title_{cleaned.get('language')}"
        if (other := cleaned.get(twice)) and other != cleaned.get("title"):
            self.add_error(twice, _("This is its own language. Its title stands above already."))
        return cleaned

    def facts(self) -> Facts:
        """Return what was said, shaped like the action's argument."""
        said = self.cleaned_data
        language = said["language"]
        titles = {code: said[f"title_{code}"] for code in self.texts if said[f"title_{code}"]} | {
            language: said["title"]
        }
        summary = {code: said[f"summary_{code}"] for code in self.texts if said[f"summary_{code}"]}
        kept = {name.removeprefix("direction_"): said[name] for name in self.single if said[name]}
        plain = self.fixed | {name: said[name] for name in Facts.__dataclass_fields__ if name in said}
        return Facts(
            **plain,
            titles=Text(titles, original=language),
            summary=Text(summary, original=language if language in summary else next(iter(summary), "en")),
            directions={outcome: found for outcome, found in kept.items() if outcome in said["outcomes"]},
        )

    @staticmethod
    def starting_with(record: Record) -> dict[str, Any]:
        """Return what the form shows of a record."""
        return showing(
            titles=record.titles,
            summary=record.summary,
            authors=record.authors,
            sources=record.sources,
            directions=record.directions,
            **{
                name: getattr(record, name)
                for name in Facts.__dataclass_fields__
                if name not in ("titles", "summary", "authors", "sources", "directions")
            },
        )


def showing(**facts: Any) -> dict[str, Any]:
    """Return what the form shows of facts by the names of their columns; those that are missing stay empty."""
    titles, summary, language = facts.pop("titles", Text()), facts.pop("summary", Text()), facts.get("language", "en")
    return {
        **facts,
        "title": titles.texts.get(language, ""),
        "authors": lines.write_authors(facts.get("authors", [])),
        "sources": lines.write_sources(facts.get("sources", [])),
        "countries": ", ".join(facts.get("countries", [])),
        "places": ", ".join(facts.get("places", [])),
        "tlp": facts.get("tlp", Tlp.CLEAR),
        "readers": [str(each) for each in facts.get("readers", [])],
        **{f"title_{code}": said for code, said in titles.texts.items() if code != language},
        **{f"summary_{code}": said for code, said in summary.texts.items()},
        **{f"direction_{outcome}": found for outcome, found in facts.pop("directions", {}).items()},
    }


def blank(language: str) -> dict[str, Any]:
    """Return what a form about something new begins with."""
    return {
        "language": language,
        "kind": "evaluation",
        "design": "none_stated",
        "direction": Direction.UNKNOWN,
        "tlp": Tlp.CLEAR,
        "rating": Rating.ONE,
    }


def read_countries(text: str) -> tuple[list[str], list[str]]:
    """Return the codes of countries somebody named, and what is no country."""
    known = {
        fold(str(name)): code
        for locale in (locale_for("en"), locale_for())
        for code, name in locale.territories.items()
        if len(code) == TWO and code.isalpha()
    }
    codes, found, unknown = set(known.values()), [], []
    for each in (part.strip() for part in text.replace("\n", ",").replace(";", ",").split(",")):
        code = each.upper() if each.upper() in codes else known.get(fold(each), "")
        if code:
            found.append(code)
        elif each:
            unknown.append(each)
    return list(dict.fromkeys(found)), unknown


def _read(reader: Callable[[str], list[Any]], text: str) -> list[Any]:
    try:
        return reader(text)
    except lines.Unreadable as fault:
        raise forms.ValidationError(fault.said) from None


def _texts(shown: Mapping[str, Any]) -> list[str]:
    """Return the languages to offer a text in: those of the pages, and those that stand there already."""
    there = [name.partition("_")[2] for name in shown if name.startswith(("title_", "summary_"))]
    return list(dict.fromkeys([*(code for code, _name in node.LANGUAGES), *sorted(there)]))


def _in(code: str) -> str:
    return str(locale_for().languages.get(code) or own_name(code))


def languages() -> list[tuple[str, str]]:
    """Return the languages of two letters in the reader's words, those of the pages first."""
    first = [code for code, _name in node.LANGUAGES]
    names = {str(code): str(name) for code, name in locale_for().languages.items()}
    rest = [code for code in names if code.isalpha() and len(code) == TWO and code not in first]
    return [(code, _in(code)) for code in (*first, *sorted(rest, key=lambda code: fold(names[code])))]

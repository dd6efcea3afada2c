"""What a record is about, in words of the vocabulary that keep their address."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from babel import Locale

from commonweave.evidence.queries import FACETS
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from commonweave.evidence.models import Record

ABOUT = ("tried", "outcome", "population", "level")


class Subject(NamedTuple):
    """A word with the scheme it is from."""

    scheme: str
    code: str
    label: str


def subjects_of(record: Record, language: str = "en") -> list[Subject]:
    """Return what was tried, for what, with whom and where."""
    return [
        Subject(facet.scheme, code, vocabulary.label(facet.scheme, code).say(language))
        for facet in (FACETS[name] for name in ABOUT)
        for code in getattr(record, facet.column)
    ]


def countries_of(record: Record, language: str = "en") -> list[str]:
    """Return the names of the countries a record is about."""
    named = Locale.parse(language).territories
    return [str(named.get(code) or code) for code in record.countries]


def where(record: Record, language: str = "en") -> list[str]:
    """Return the names of the countries and the places a record is about."""
    return [*countries_of(record, language), *record.places]


def kind_of(record: Record, language: str = "en") -> str:
    """Return the name of what it is."""
    return vocabulary.label("evidence-kind", record.kind).say(language)

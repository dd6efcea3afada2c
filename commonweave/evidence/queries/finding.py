"""Finding records: a question in any of our languages, facets with counts, and why each result matches.

The words of the vocabulary carry a question from one language into another; a publication's own words are matched by
their beginnings, without accents and capitals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache, reduce
from operator import or_
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404

from commonweave.base.sorting import fold
from commonweave.evidence import rules
from commonweave.evidence.queries.records import published_for
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record

PAGE = 20
MOST_WORDS = 8
SHORT = 3  # shorter words say nothing where there are longer ones
ENDING = 2  # letters at the end of a long word that grammar may change
LONG = 6


class Facet(NamedTuple):
    """One thing to narrow a list by: the vocabulary of its codes, its column, whether a row has several."""

    scheme: str
    column: str
    several: bool


FACETS = {
    "found": Facet("direction", "direction", several=False),
    "strength": Facet("evidence-strength", "design", several=False),
    "tried": Facet("intervention", "interventions", several=True),
    "outcome": Facet("evidence-outcome", "outcomes", several=True),
    "population": Facet("population", "populations", several=True),
    "level": Facet("level", "levels", several=True),
    "kind": Facet("evidence-kind", "kind", several=False),
    "country": Facet("", "countries", several=True),
    "language": Facet("", "language", several=False),
}


@dataclass(frozen=True)
class Asked:
    """A question, facets by name, years from and to, and the place in the list after which to go on."""

    text: str = ""
    facets: Mapping[str, Collection[str]] = field(default_factory=dict)
    since: int | None = None
    until: int | None = None
    after: str = ""


class Page(NamedTuple):
    """A part of what was found, and where the next one begins ("" when this is the last)."""

    records: list[Record]
    next: str


class Found(NamedTuple):
    """How many were found, a page of them, and how often each facet stands among them: (facet, code) → number."""

    total: int
    page: Page
    counts: Mapping[tuple[str, str], int]


def find(viewer: Viewer, asked: Asked) -> Found:
    """Return what a viewer may read of what was asked for. Two queries, whatever is found."""
    rows = _matching(published_for(viewer), asked)
    counts = _counts(rows, asked)
    kept = rows.filter(_facets(asked))
    return Found(counts.pop(("", ""), 0), _page(kept, asked), counts)


def stems(text: str) -> list[str]:
    """Return what to look for: folded words without their changing endings; short ones only where there is nothing else."""
    words = list(dict.fromkeys(fold(text[:200]).split()))
    kept = [word for word in words if len(word) > SHORT] or words
    return [word[:-ENDING] if len(word) >= LONG else word for word in kept[:MOST_WORDS]]


@lru_cache(512)
def codes_for(stem: str) -> Mapping[str, list[str]]:
    """Return the codes (by facet) of which a word in any language begins with a stem: this carries questions across."""
    found: dict[str, list[str]] = {}
    for name, code, words in _labels():
        if any(word.startswith(stem) for word in words):
            found.setdefault(name, []).append(code)
    return MappingProxyType(found)


@cache
def _labels() -> list[tuple[str, str, list[str]]]:
    """Return (facet, code, its words in every language, folded); words change only with the program."""
    return [
        (name, code, fold(" ".join((*term.public.texts.values(), *term.working.texts.values()))).split())
        for name, facet in FACETS.items()
        if facet.scheme and facet.several
        for code, term in vocabulary.labels(facet.scheme).items()
    ]


def reasons(record: Record, asked: Asked) -> list[tuple[str, str]]:
    """Return why a record was found: ("title" | "text", "") or (facet, code) for what the vocabulary carried over."""
    wanted = stems(asked.text)
    title = fold(" ".join(record.titles.texts.values()))
    why: list[tuple[str, str]] = []
    if any(stem in title for stem in wanted):
        why.append(("title", ""))
    elif any(stem in record.words for stem in wanted):
        why.append(("text", ""))
    for stem in wanted:
        for name, codes in codes_for(stem).items():
            why += [(name, code) for code in codes if code in getattr(record, FACETS[name].column)]
    return list(dict.fromkeys(why))


def _matching(rows: QuerySet[Record], asked: Asked) -> QuerySet[Record]:
    """Keep what holds at least half of the words, or what the vocabulary says of them, and note how many."""
    wanted = stems(asked.text)
    if asked.since is not None:
        rows = rows.filter(year__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(year__lte=asked.until)
    if not wanted:
        return rows.annotate(rank=Value(0, output_field=IntegerField()))
    score: Combinable = Value(0)
    for stem in wanted:
        said = Q(words__contains=stem)
        for name, codes in codes_for(stem).items():
            said |= Q(**{f"{FACETS[name].column}__overlap": codes})
        score = score + Case(When(said, then=1), default=0, output_field=IntegerField())
    return rows.annotate(rank=Coalesce(score, 0)).filter(rank__gte=(len(wanted) + 1) // 2)


def _passes(name: str, codes: Iterable[str]) -> Q:
    facet = FACETS[name]
    if name == "strength":
        return reduce(or_, (Q(design__in=rules.designs_of(code)) for code in codes))
    return Q(**{f"{facet.column}__{'overlap' if facet.several else 'in'}": list(codes)})


def _facets(asked: Asked) -> Q:
    return reduce(lambda all_, each: all_ & each, (_passes(*each) for each in asked.facets.items() if each[1]), Q())


def _counts(rows: QuerySet[Record], asked: Asked) -> dict[tuple[str, str], int]:
    """Count each facet among what all *other* facets leave, in one statement; ("", "") is the whole.

    Its words are Django's and those of `FACETS`; whatever was asked is a value apart.
    """
    chosen = [name for name, codes in asked.facets.items() if codes]
    marks = {
        f"in_{name}": ExpressionWrapper(_passes(name, asked.facets[name]), output_field=BooleanField())
        for name in chosen
    }
    columns = [facet.column for facet in FACETS.values()]
    sql, values = rows.annotate(**marks).values(*columns, *marks).query.sql_with_params()
    parts = ["select '', '', count(*) from base" + _where(chosen)]  # noqa: S608 - our own words
    for name, facet in FACETS.items():
        code = "code" if facet.several else facet.column
        each = f", unnest({facet.column}) code" if facet.several else ""
        where = _where([other for other in chosen if other != name])
        parts.append(f"select '{name}', {code}, count(*) from base{each}{where} group by 2")  # noqa: S608 - our own words
    with connection.cursor() as cursor:
        cursor.execute(f"with base as materialized ({sql}) " + " union all ".join(parts), values)
        counts: dict[tuple[str, str], int] = {}
        for name, code, number in cursor.fetchall():
            key = (name, rules.strength_of(code) if name == "strength" else code)
            counts[key] = counts.get(key, 0) + number
    return counts


def _where(names: list[str]) -> str:
    return " where " + " and ".join(f"in_{name}" for name in names) if names else ""


def _page(rows: QuerySet[Record], asked: Asked) -> Page:
    """Return the page that begins after a key "rank.year.id"; the best first, then the newest."""
    if asked.after:
        rank, year, pk = _read(asked.after)
        same = Q(rank=rank)
        rows = rows.filter(Q(rank__lt=rank) | same & Q(year__lt=year) | same & Q(year=year, pk__gt=pk))
    found = list(rows.order_by("-rank", "-year", "id").defer("sources")[: PAGE + 1])  # type: ignore[misc]  # annotated above
    last = found[PAGE - 1] if len(found) > PAGE else None
    key = f"{last.rank}.{last.year}.{last.pk}" if last else ""  # type: ignore[attr-defined]  # annotated above
    return Page(found[:PAGE], key)


def _read(key: str) -> tuple[int, int, UUID]:
    try:
        rank, year, pk = key.split(".")
        return int(rank), int(year), UUID(pk)
    except ValueError:
        raise Http404 from None

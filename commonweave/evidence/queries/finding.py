"""Finding records: a question in any of our languages, facets with counts, and why each result matches.

The words of the vocabulary carry a question from one language into another; a publication's own words are matched by
their beginnings, without accents and capitals.
"""

from __future__ import annotations

from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from commonweave.base.sorting import fold
from commonweave.evidence import rules
from commonweave.evidence.queries.indexed import by_index
from commonweave.evidence.queries.questions import FACETS, PAGE, Found, narrowed, passes, years
from commonweave.evidence.queries.records import published_for, ranked
from commonweave.search.models import INDEXED
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record
    from commonweave.evidence.queries.questions import Asked

MOST_WORDS = 8
SHORT = 3  # shorter words say nothing where there are longer ones
ENDING = 2  # letters at the end of a long word that grammar may change
LONG = 6


def find(viewer: Viewer, asked: Asked) -> Found:
    """Return what a viewer may read of what was asked for: by the index, and while there is none by the table itself.

    A fixed number of queries, whatever is found. Labels that are never indexed are found in neither way.
    """
    return by_index(viewer, asked) or by_table(viewer, asked)


def by_table(viewer: Viewer, asked: Asked) -> Found:
    """Look through every record. Two queries; good for some thousand records."""
    rows = matching(published_for(viewer).filter(tlp__in=INDEXED), asked)
    counts = _counts(rows, asked)
    kept = rows.filter(narrowed(asked))
    return Found(counts.pop(("", ""), 0), ranked(kept, asked.after, PAGE), counts)


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
    """Return why a record was found: ("title" | "text", ""), (facet, code) for what the vocabulary carried, else "near"."""
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
    return list(dict.fromkeys(why)) or ([("near", "")] if wanted else [])


def matching(rows: QuerySet[Record], asked: Asked) -> QuerySet[Record]:
    """Keep what holds at least half of the words, or what the vocabulary says of them, and note how many."""
    wanted = stems(asked.text)
    rows = rows.filter(years(asked))
    if not wanted:
        return rows.annotate(rank=Value(0, output_field=IntegerField()))
    score: Combinable = Value(0)
    for stem in wanted:
        said = Q(words__contains=stem)
        for name, codes in codes_for(stem).items():
            said |= Q(**{f"{FACETS[name].column}__overlap": codes})
        score = score + Case(When(said, then=1), default=0, output_field=IntegerField())
    return rows.annotate(rank=Coalesce(score, 0)).filter(rank__gte=(len(wanted) + 1) // 2)


def _counts(rows: QuerySet[Record], asked: Asked) -> dict[tuple[str, str], int]:
    """Count each facet among what all *other* facets leave, in one statement; ("", "") is the whole.

    Its words are Django's and those of `FACETS`; whatever was asked is a value apart.
    """
    chosen = [name for name, codes in asked.facets.items() if codes]
    marks = {
        f"in_{name}": ExpressionWrapper(passes(name, asked.facets[name]), output_field=BooleanField())
        for name in chosen
    }
    columns = [facet.column for facet in FACETS.values()]
    sql, values = rows.annotate(**marks).values(*columns, *marks).query.sql_with_params()
    parts = ["select '', '', count(*) from base" + _where(chosen)]  # noqa: S608 - our own words
    for name, facet in FACETS.items():
        code = "code" if facet.several else facet.column
        each = f", unnest({facet.column}) code" if facet.several else ""
        where = _where([other for other in chosen if other != name])
        parts.append(f"select '{name}', {code}::text, count(*) from base{each}{where} group by 2")  # noqa: S608 - our own words
    with connection.cursor() as cursor:
        cursor.execute(f"with base as materialized ({sql}) " + " union all ".join(parts), values)
        counts: dict[tuple[str, str], int] = {}
        for name, code, number in cursor.fetchall():
            key = (name, rules.strength_of(code) if name == "strength" else code)
            counts[key] = counts.get(key, 0) + number
    return counts


def _where(names: list[str]) -> str:
    return " where " + " and ".join(f"in_{name}" for name in names) if names else ""

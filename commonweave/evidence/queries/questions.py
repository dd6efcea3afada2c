"""What can be asked of records, what narrows the answer, and how an answer is handed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from commonweave.evidence import rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from commonweave.evidence.models import Record
    from commonweave.search.why import Why

KIND = "record"
"""What a record is called in the index of the whole house."""
PAGE = 20
YEAR = 4  # digits


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
    "place": Facet("", "places", several=True),
    "language": Facet("", "language", several=False),
    "year": Facet("", "year", several=False),
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
    """How many were found, a page of them, and how often each facet stands among them: (facet, code) → number.

    From the index also why each record of the page was found, and the words of the vocabulary (in each language) that were
    asked for in place of words nothing here understands.
    """

    total: int
    page: Page
    counts: Mapping[tuple[str, str], int]
    why: Mapping[UUID, Why] | None = None
    carried: Sequence[str] = ()


def passes(name: str, codes: Iterable[str]) -> Q:
    """Return the condition of having one of some codes of a facet."""
    facet = FACETS[name]
    if name == "strength":
        return reduce(or_, (Q(design__in=rules.designs_of(code)) for code in codes))
    if name == "year":
        return Q(year__in=[int(code) for code in codes if code.isdecimal() and len(code) == YEAR] or [0])
    return Q(**{f"{facet.column}__{'overlap' if facet.several else 'in'}": list(codes)})


def narrowed(asked: Asked) -> Q:
    """Return the condition of everything that was ticked."""
    return reduce(lambda all_, each: all_ & each, (passes(*each) for each in asked.facets.items() if each[1]), Q())


def years(asked: Asked) -> Q:
    """Return the condition of the years that were asked for."""
    since = Q() if asked.since is None else Q(year__gte=asked.since)
    return since if asked.until is None else since & Q(year__lte=asked.until)

"""What the index of the whole house learns of records."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from commonweave.evidence import rules
from commonweave.evidence.queries.questions import FACETS, KIND
from commonweave.evidence.queries.records import published_for
from commonweave.search import actions as search
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record

DAYS = 8  # how long after its end an embargo is looked for: the clock may have stood still


def findable(record: Record) -> search.Findable:
    """Return a record's words, and its codes as facets and in every language."""
    labels, facets = [], []
    for name, facet in FACETS.items():
        value = getattr(record, facet.column)
        codes = value if facet.several else [rules.strength_of(value) if name == "strength" else value]
        facets += [f"{name}={code}" for code in codes]
        for code in codes if facet.scheme and facet.several else ():
            terms = (vocabulary.label(facet.scheme, code), vocabulary.working(facet.scheme, code))
            labels += [said for term in terms for said in term.texts.values()]
    labels += record.places
    return search.Findable(
        kind=KIND,
        subject=record.pk,
        title=record.titles,
        text=record.summary,
        tlp=record.tlp,
        holder=record.holder,
        readers=record.readers,
        labels=labels,
        facets=facets,
        on=date(record.year, 1, 1),
    )


def let_be_found(records: Sequence[Record]) -> None:
    """Put published records into the index; what an embargo holds is taken out until it ends."""
    today = timezone.now().date()
    free = []
    for record in records:
        if record.embargo_until and record.embargo_until > today:
            search.remove(KIND, record.pk)
        else:
            free.append(record)
    search.put_all([findable(record) for record in free])


@transaction.atomic
def end_embargoes(viewer: Viewer) -> None:
    """Let be found what came out of its embargo in the last days. For the clock."""
    today = timezone.now().date()
    rows = published_for(viewer).filter(embargo_until__range=(today - timedelta(days=DAYS), today))
    let_be_found(list(rows))

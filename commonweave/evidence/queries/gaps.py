"""The map of what is known: what was tried × what it was meant to change, in one aggregate question."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import CharField, Func

from commonweave.evidence import rules
from commonweave.evidence.queries.questions import FACETS
from commonweave.evidence.queries.records import published_for

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from commonweave.base.viewer import Viewer

NARROWED = ("population", "country", "kind")
"""The facets by which the map may be narrowed."""


class Gap(NamedTuple):
    """How many records tried something for an outcome and found this, by how sure their design can make us.

    `twice` of them were judged by two people, each on their own; of `bent` somebody saw a high risk of bias.
    """

    intervention: str
    outcome: str
    direction: str
    strength: str
    number: int
    twice: int = 0
    bent: int = 0


def gaps(viewer: Viewer, narrowed: Mapping[str, Collection[str]]) -> list[Gap]:
    """Return every filled part of the map for a viewer: one query, drawn live from the records."""
    rows = published_for(viewer)
    for name, codes in narrowed.items():
        facet = FACETS[name]
        if name in NARROWED and codes:
            rows = rows.filter(**{f"{facet.column}__{'overlap' if facet.several else 'in'}": list(codes)})
    columns = ("interventions", "outcomes", "direction", "directions", "design", "rating", "bias")
    sql, values = rows.values(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"with base as materialized ({sql}) "  # noqa: S608 - the part in braces is Django's own, its values are apart
            "select tried, outcome, coalesce(directions ->> outcome, direction), design, count(*), "
            "count(*) filter (where rating = 'two'), count(*) filter (where bias = 'high') "
            "from base, unnest(interventions) tried, unnest(outcomes) outcome group by 1, 2, 3, 4",
            values,
        )
        found: dict[tuple[str, str, str, str], list[int]] = {}
        for tried, outcome, direction, design, *numbers in cursor.fetchall():
            sums = found.setdefault((tried, outcome, direction, rules.strength_of(design)), [0, 0, 0])
            sums[:] = [sum(pair) for pair in zip(sums, numbers, strict=True)]
    return [Gap(*key, *sums) for key, sums in found.items()]


def countries_of(viewer: Viewer) -> list[str]:
    """Return the countries that stand in what a viewer may read."""
    rows = published_for(viewer).annotate(code=Func("countries", function="unnest", output_field=CharField()))
    return sorted(rows.order_by().values_list("code", flat=True).distinct())

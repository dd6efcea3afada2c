"""Effects that are weighed together, and what they came to over time. A finding is the same for everybody: public only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from commonweave.base.viewer import NOBODY
from commonweave.evidence.models import Effect, Finding, Record, State
from commonweave.evidence.queries.records import published_for, shown
from commonweave.evidence.rules.combining import Measured, editions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.rules.combining import Edition

COLUMNS = (
    "pk",
    "record_id",
    "record__slug",
    "record__year",
    "record__design",
    "record__sms",
    "record__bias",
    "record__rating",
    "record__sample",
    "record__interventions",
    "study",
    "outcome",
    "measure",
    "yi",
    "vi",
    "raw",
    "positive_is",
    "moderators",
    "interventions",
    "sample",
)
"""The columns of `Measured`, in its order."""


def measured(_viewer: Viewer, *, tried: str = "", outcome: str = "") -> list[Measured]:
    """Return all public effects, or those of what was tried for an outcome; two queries.

    Whoever asks gets what is CLEAR, published and free: a finding that changed with its reader could not be cited.
    """
    rows = Effect.objects.filter(record__in=published_for(NOBODY))
    if outcome:
        rows = rows.filter(outcome=outcome)
    if tried:
        own = Q(interventions__contains=[tried])
        rows = rows.filter(own | Q(interventions=[], record__interventions__contains=[tried]))
    ordered = rows.order_by("record__year", "record__slug", "position")
    followed = _editions()
    found = [Measured(*row) for row in ordered.values_list(*COLUMNS)]
    return [
        row._replace(record_sample=followed[row.record].sample, edition=followed[row.record].number)
        if row.record in followed
        else row
        for row in found
    ]


def _editions() -> dict[UUID, Edition]:
    """Return the public records that follow others or are followed, with whom they are about; what was withdrawn still links two."""
    rows = Record.objects.filter(shown(NOBODY)).exclude(state=State.DRAFT)
    linked = rows.filter(Q(follows__isnull=False) | Q(Exists(rows.filter(follows=OuterRef("pk")))))
    return editions(linked.values_list("pk", "follows", "sample"))


def findings_for(_viewer: Viewer) -> QuerySet[Finding]:
    """Return findings as they stand, and stood; all of them are public."""
    return Finding.objects.all()


def findings(viewer: Viewer) -> list[Finding]:
    """Return what each body of studies says now."""
    return list(findings_for(viewer).filter(latest=True, results__gt=0).defer("inputs", "left_out"))


def history(viewer: Viewer, tried: str, outcome: str, scale: str) -> list[Finding]:
    """Return how a finding changed, the newest first."""
    rows = findings_for(viewer).filter(intervention=tried, outcome=outcome, scale=scale)
    return list(rows.order_by("-number").defer("inputs", "left_out"))


def get_finding(viewer: Viewer, tried: str, outcome: str, scale: str, number: int) -> Finding:
    """Return a finding as it stood once. Raises Http404."""
    rows = findings_for(viewer).filter(intervention=tried, outcome=outcome, scale=scale, number=number)
    if found := rows.first():
        return found
    raise Http404


def records_by_id(_viewer: Viewer, ids: Iterable[UUID | str]) -> dict[UUID, Record]:
    """Return public records by their identifier."""
    rows = published_for(NOBODY).filter(pk__in=list(ids)).defer("sources", "words", "summary")
    return {record.pk: record for record in rows}

"""Who reads which appraisal: everybody, but nobody another's while their own is on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from commonweave.evidence.models import Appraisal, AppraisalDraft, Record, Settlement, State
from commonweave.evidence.queries.records import records_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer


def drafts_for(viewer: Viewer) -> QuerySet[AppraisalDraft]:
    """Return the viewer's own drafts; nobody reads another's."""
    return AppraisalDraft.objects.filter(person=viewer.person) if viewer.person else AppraisalDraft.objects.none()


def draft_of(viewer: Viewer, record: Record) -> AppraisalDraft | None:
    """Return what the viewer has begun about a record."""
    return drafts_for(viewer).filter(record=record).first()


def get_draft(viewer: Viewer, record: Record) -> AppraisalDraft:
    """Return what the viewer has begun about a record. Raises Http404."""
    if (draft := draft_of(viewer, record)) is None:
        raise Http404
    return draft


def appraisals_for(viewer: Viewer) -> QuerySet[Appraisal]:
    """Return every appraisal of what a viewer may read, without those of others while they are rating the same."""
    rows = Appraisal.objects.filter(_open(viewer))
    return rows.select_related("organisation")


def appraisals_of(viewer: Viewer, record: Record) -> list[Appraisal]:
    """Return the appraisals of a record, the oldest first, replaced ones too."""
    return list(appraisals_for(viewer).filter(record=record).order_by("done_at", "id"))


def settlements_for(viewer: Viewer) -> QuerySet[Settlement]:
    """Return how differences were settled, to whoever may read the appraisals."""
    return Settlement.objects.filter(_open(viewer)).select_related("organisation", "first", "second")


def settlement_of(viewer: Viewer, record: Record, two: Sequence[Appraisal]) -> Settlement | None:
    """Return the newest settlement of exactly these two appraisals."""
    pair = [each.pk for each in two]
    rows = settlements_for(viewer).filter(record=record, first__in=pair, second__in=pair)
    return rows.order_by("-done_at", "-id").first()


def rated_since(viewer: Viewer, since: datetime) -> list[Record]:
    """Return published records that were rated or settled since then, for the worker."""
    if not viewer.system:
        return []
    touched = Q(appraisals__done_at__gte=since) | Q(settlements__done_at__gte=since)
    agreed = Q(settlements__agreed_on__gte=since.date())
    return list(Record.objects.filter(touched | agreed, state=State.PUBLISHED).distinct())


def _open(viewer: Viewer) -> Q:
    readable = Q(record__in=records_for(viewer).exclude(state=State.WITHDRAWN).values("pk"))
    if viewer.person is None:
        return readable
    rating = AppraisalDraft.objects.filter(record=OuterRef("record"), person=viewer.person)
    return Q(person=viewer.person) | readable & Q(~Exists(rating))

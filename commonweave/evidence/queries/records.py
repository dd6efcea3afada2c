"""Who may read which record."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import IntegerField, Q, Value
from django.http import Http404
from django.utils import timezone

from commonweave.evidence.models import Effect, Record, State
from commonweave.evidence.queries.questions import Page
from commonweave.sharing.lattice import readable
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer


def shown(viewer: Viewer) -> Q:
    """Return the condition of what is out: its label allows it and no embargo holds it back. The system reads any label."""
    free = Q(embargo_until__isnull=True) | Q(embargo_until__lte=timezone.now().date())
    return free if viewer.system else readable(viewer) & free


def records_for(viewer: Viewer) -> QuerySet[Record]:
    """Return what a viewer may read: what is out, what was withdrawn, and drafts of their own organisations."""
    ours = ~Q(tlp=Tlp.RED) & Q(holder__in=list(viewer.organisations))
    if viewer.person:
        ours |= Q(tlp=Tlp.RED, people__contains=[viewer.person])
    return Record.objects.filter(~Q(state=State.DRAFT) & shown(viewer) | ours)


def published_for(viewer: Viewer) -> QuerySet[Record]:
    """Return what stands in lists, counts, maps and files: published, out of its embargo, readable."""
    return Record.objects.filter(shown(viewer), state=State.PUBLISHED)


def get_record(viewer: Viewer, pk: UUID, *, lock: bool = False) -> Record:
    """Return one record that a viewer may read, drafts of their own too. Raises Http404."""
    rows = Record.objects.all() if viewer.system else records_for(viewer)
    record = (rows.select_for_update() if lock else rows).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def get_published(viewer: Viewer, slug: str) -> Record:
    """Return a record by its address, or what is left of one that was withdrawn. Raises Http404."""
    record = Record.objects.filter(shown(viewer), slug=slug).exclude(state=State.DRAFT).first()
    if record is None:
        raise Http404
    return record


def record_at(viewer: Viewer, slug: str) -> Record:
    """Return a record by its address, drafts of one's own organisations too. Raises Http404."""
    record = records_for(viewer).filter(slug=slug).first()
    if record is None:
        raise Http404
    return record


def effects_of(viewer: Viewer, record: Record) -> list[Effect]:
    """Return the effects of a record that a viewer may read, in their order."""
    rows = Effect.objects.filter(record__in=published_for(viewer), record_id=record.pk)
    return list(rows.order_by("position"))


def own_effects(viewer: Viewer, record: Record) -> list[Effect]:
    """Return the effects of a record of ours, a draft or not, in their order."""
    return list(Effect.objects.filter(record__in=records_for(viewer), record_id=record.pk).order_by("position"))


def get_effect(viewer: Viewer, record: Record, pk: UUID, *, lock: bool = False) -> Effect:
    """Return an effect of a record that a viewer may read. Raises Http404."""
    rows = Effect.objects.filter(record__in=records_for(viewer), record_id=record.pk, pk=pk)
    if found := (rows.select_for_update() if lock else rows).first():
        return found
    raise Http404


def same_people(viewer: Viewer, record: Record) -> list[Record]:
    """Return other publications about the same people or studies, the newest first."""
    if not record.sample:
        return []
    rows = published_for(viewer).exclude(pk=record.pk).filter(sample=record.sample)
    return list(rows.order_by("-year", "id"))


def like_codes(viewer: Viewer, record: Record, limit: int) -> list[Record]:
    """Return others that tried the same for the same, the newest first."""
    rows = published_for(viewer).exclude(pk=record.pk)
    rows = rows.filter(interventions__overlap=record.interventions, outcomes__overlap=record.outcomes)
    return list(rows.order_by("-year", "id")[:limit])


def newest(rows: QuerySet[Record], after: str, size: int) -> Page:
    """Return the page that begins after a key, the newest first."""
    return ranked(rows.annotate(rank=Value(0, output_field=IntegerField())), after, size)


def ranked(rows: QuerySet[Record], after: str, size: int) -> Page:
    """Return the page that begins after a key "rank.year.id"; the best first, then the newest. Raises Http404."""
    if after:
        rank, year, pk = _read(after)
        same = Q(rank=rank)
        rows = rows.filter(Q(rank__lt=rank) | same & Q(year__lt=year) | same & Q(year=year, pk__gt=pk))
    found = list(rows.order_by("-rank", "-year", "id").defer("sources")[: size + 1])  # type: ignore[misc]  # annotated above
    last = found[size - 1] if len(found) > size else None
    key = f"{last.rank}.{last.year}.{last.pk}" if last else ""  # type: ignore[attr-defined]  # annotated above
    return Page(found[:size], key)


def _read(key: str) -> tuple[int, int, UUID]:
    try:
        rank, year, pk = key.split(".")
        return int(rank), int(year), UUID(pk)
    except ValueError:
        raise Http404 from None

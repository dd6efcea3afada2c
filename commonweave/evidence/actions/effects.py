"""Entering, changing and removing effects. All of one table, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.http import Http404

from commonweave.base import journal
from commonweave.evidence import queries, rules
from commonweave.evidence.models import Effect, Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from commonweave.base.viewer import Viewer


@transaction.atomic
def add_effects(viewer: Viewer, pk: UUID, stated: Sequence[dict[str, Any]]) -> int:
    """Add effects to a record behind those that it has, and return how many."""
    record = _opened(viewer, pk)
    last = record.effects.aggregate(last=Max("position"))["last"]
    first = 0 if last is None else last + 1
    rows = [_put(Effect(record=record, position=first + at), each) for at, each in enumerate(stated)]
    Effect.objects.bulk_create(rows)
    return _written(viewer, record, added=len(rows))


@transaction.atomic
def change_effect(viewer: Viewer, pk: UUID, effect: UUID, stated: dict[str, Any]) -> int:
    """State an effect anew."""
    record = _opened(viewer, pk)
    _put(queries.get_effect(viewer, record, effect), stated).save(force_update=True)
    return _written(viewer, record, changed=1)


@transaction.atomic
def remove_effect(viewer: Viewer, pk: UUID, effect: UUID) -> int:
    """Take an effect away."""
    record = _opened(viewer, pk)
    removed, _each = Effect.objects.filter(record=record, pk=effect).delete()
    if not removed:
        raise Http404
    return _written(viewer, record, removed=1)


def _opened(viewer: Viewer, pk: UUID) -> Record:
    """Return the record, locked, for whoever may change it: of a published one that is an administrator of its holder."""
    record = queries.get_record(viewer, pk)
    rules.may_change(viewer, record).enforce()
    return queries.get_record(viewer, pk, lock=True)


def _put(effect: Effect, stated: dict[str, Any]) -> Effect:
    for name, value in stated.items():
        setattr(effect, name, value)
    return effect


def _written(viewer: Viewer, record: Record, *, added: int = 0, changed: int = 0, removed: int = 0) -> int:
    """Write down that effects changed, and how many; never their numbers."""
    journal.write(
        viewer,
        "record.effects_changed",
        kind="record",
        subject=record.pk,
        added=added,
        changed=changed,
        removed=removed,
    )
    return added + changed + removed

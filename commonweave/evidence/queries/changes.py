"""What changed since: the public's records in the order of their changes, those that are gone with them.

A second is told only when it is over: whoever goes on from the newest time they saw, or from when they asked, misses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q, TextField
from django.db.models.functions import Cast, Left
from django.utils import timezone

from commonweave.base.viewer import NOBODY
from commonweave.evidence import rules
from commonweave.evidence.models import Change
from commonweave.evidence.queries.finding import matching
from commonweave.evidence.queries.questions import narrowed
from commonweave.evidence.queries.records import published_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from commonweave.evidence.models import Record
    from commonweave.evidence.queries.questions import Asked

SETS = ("kind", "language", "strength", "found")
"""By what changes may be narrowed."""


class Key(NamedTuple):
    """The last row of a page; the next one begins after it."""

    changed_at: datetime
    record: UUID


@dataclass(frozen=True)
class Since:
    """From when on and until before when, of which set (name, code), and the key after which to go on."""

    since: datetime | None = None
    before: datetime | None = None
    narrowed: tuple[str, str] | None = None
    after: Key | None = None


class Changed(NamedTuple):
    """A page of changes, and the key of its last row where there are more."""

    changes: list[Change]
    next: Key | None


def now() -> datetime:
    """Return the time: whatever is not to be seen from now on will bear a later one (migration 0003)."""
    with connection.cursor() as cursor:
        cursor.execute("select evidence_now()")
        found: datetime = cursor.fetchone()[0]
    return found


def changes_at(at: datetime) -> QuerySet[Change]:
    """Return what the public is told at a time."""
    return Change.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), changed_at__lte=at)


def changed(asked: Since, at: datetime, most: int) -> Changed:
    """Return what changed, the oldest first, without the second that is not over."""
    rows = changes_at(at).filter(changed_at__lt=at.replace(microsecond=0))
    if asked.since:
        rows = rows.filter(changed_at__gte=asked.since)
    if asked.before:
        rows = rows.filter(changed_at__lt=asked.before)
    if asked.narrowed:
        rows = rows.filter(_in(*asked.narrowed))
    if asked.after:
        rows = rows.filter(changed_at__gte=asked.after.changed_at)
        rows = rows.exclude(changed_at=asked.after.changed_at, record__lte=asked.after.record)
    found = list(rows.order_by("changed_at", "record")[: most + 1])
    last = found[most - 1] if len(found) > most else None
    return Changed(found[:most], Key(last.changed_at, last.record) if last else None)


def change_of(pk: UUID, at: datetime) -> Change | None:
    """Return the newest change of one record; of one that the public never saw, none."""
    return changes_at(at).filter(record=pk).first()


def first_change() -> datetime | None:
    """Return the oldest time there is."""
    return Change.objects.order_by("changed_at", "record").values_list("changed_at", flat=True).first()


def languages_of_changes() -> list[str]:
    """Return the languages there are."""
    return sorted(Change.objects.order_by().values_list("language", flat=True).distinct())


def public_records(pks: Iterable[UUID]) -> Mapping[UUID, Record]:
    """Return those of these records that anybody may read, whoever asks."""
    return published_for(NOBODY).in_bulk(list(pks))


def newest_records(asked: Asked, most: int) -> list[tuple[Record, datetime]]:
    """Return what anybody may read of what was asked for with when it changed, the newest change first."""
    rows = matching(published_for(NOBODY), asked).filter(narrowed(asked))
    there = changes_at(timezone.now()).filter(gone=False, record__in=rows.values("pk"))
    found = dict(there.order_by("-changed_at", "record").values_list("record", "changed_at")[:most])
    records = public_records(found)
    return [(records[pk], at) for pk, at in found.items() if pk in records]


def last_change() -> datetime | None:
    """Return when anything that the public sees changed last."""
    newest = changes_at(timezone.now()).order_by("-changed_at", "-record")
    return newest.values_list("changed_at", flat=True).first()


def changed_by_digit() -> dict[str, datetime]:
    """Return the first digits of the public's records, each with its newest change."""
    there = changes_at(timezone.now()).filter(gone=False).order_by()
    digits = there.annotate(digit=Left(Cast("record", TextField()), 1)).values_list("digit")
    return dict(digits.annotate(newest=Max("changed_at")).order_by("digit"))


def records_by_digit(digit: str) -> list[tuple[str, datetime]]:
    """Return (slug, when it changed) of every public record whose identifier begins with a digit."""
    first, last = (UUID(hex=digit + rest * 31) for rest in "0f")
    there = changes_at(timezone.now()).filter(gone=False, record__gte=first, record__lte=last)
    changed = dict(there.values_list("record", "changed_at"))
    slugs = published_for(NOBODY).filter(pk__gte=first, pk__lte=last).order_by("pk").values_list("pk", "slug")
    return [(slug, changed[pk]) for pk, slug in slugs if pk in changed]


def sets_of(change: Change) -> dict[str, str]:
    """Return the sets that a record is in: name → code."""
    strength = rules.strength_of(change.design)
    return {"kind": change.kind, "language": change.language, "strength": strength, "found": change.direction}


def _in(name: str, code: str) -> Q:
    if name == "strength":
        return Q(design__in=rules.designs_of(code))
    return Q(**{{"found": "direction"}.get(name, name): code})

"""Taking in a list of publications as drafts: first looked at, then all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from commonweave.base import journal
from commonweave.base.text import Text
from commonweave.evidence import queries, rules
from commonweave.evidence.actions.drafting import Facts, drafted
from commonweave.evidence.models import Batch, Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from commonweave.base.viewer import Viewer

LONGEST_NAME = 100


@transaction.atomic
def keep_batch(viewer: Viewer, *, holder: UUID, name: str, rows: Sequence[dict[str, Any]]) -> Batch:
    """Keep what was read from a list until whoever sent it has looked at it."""
    person = rules.somebody(viewer)
    rules.may_draft(viewer, holder).enforce()
    Batch.objects.filter(person=person).delete()
    batch = Batch(
        pk=uuid4(),
        person=person,
        holder=holder,
        on=timezone.now().date(),
        name=name[-LONGEST_NAME:],
        rows=list(rows),
    )
    batch.save(force_insert=True)
    return batch


@transaction.atomic
def take_in_batch(viewer: Viewer, pk: UUID) -> int:
    """Make drafts of a list, without those that stand here meanwhile. Returns how many; as many questions for one as for thousands."""
    batch = queries.get_batch(viewer, pk)
    rules.may_draft(viewer, batch.holder).enforce()
    twins = queries.twins(viewer, batch.rows)
    source = {"where": batch.name, "facts": "what the list says", "opened_on": batch.on.isoformat()}
    made = [
        drafted(viewer, batch.holder, facts_of(row, source))
        for row, twin in zip(batch.rows, twins, strict=True)
        if twin is None
    ]
    Record.objects.bulk_create(made)
    journal.write(viewer, "records.drafted", kind="record", records=len(made))
    batch.delete()
    return len(made)


def facts_of(row: dict[str, Any], source: dict[str, str]) -> Facts:
    """Return the facts of a row that was kept as JSON."""
    said = row | {"titles": Text.from_json(row["titles"]), "summary": Text.from_json(row["summary"])}
    return Facts(**said, sources=[source])

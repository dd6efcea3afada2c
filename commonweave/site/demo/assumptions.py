"""The demonstration's register of assumptions: what the field was heard to take for granted, each with where that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from commonweave.base.text import Text
from commonweave.evidence.models import Assumption, AssumptionEvidence, AssumptionState, AssumptionStep, Record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def load(entries: Iterable[dict[str, Any]], organisation: UUID) -> int:
    """Put the register in, in the name of whoever keeps the library; after the records that bear on it."""
    now, rows = timezone.now(), list(entries)
    made = {
        entry["slug"]: Assumption(
            slug=entry["slug"],
            statement=Text(entry["statement"], machine=frozenset(entry["statement"]) - {"en"}),
            organisation_id=organisation,
            on=now.date(),
        )
        for entry in rows
    }
    records = dict(Record.objects.filter(slug__in=_named(rows)).values_list("slug", "pk"))
    Assumption.objects.bulk_create(made.values())
    AssumptionStep.objects.bulk_create(
        AssumptionStep(
            assumption=made[entry["slug"]],
            state=AssumptionState.OPEN,
            reason=entry["reason"],
            language="en",
            organisation_id=organisation,
            done_at=now,
        )
        for entry in rows
    )
    AssumptionEvidence.objects.bulk_create(
        AssumptionEvidence(
            assumption=made[entry["slug"]],
            record_id=records[each["record"]],
            side=each["side"],
            note=each["note"],
            language="en",
            organisation_id=organisation,
            on=now.date(),
        )
        for entry in rows
        for each in entry["evidence"]
    )
    return len(made)


def _named(rows: list[dict[str, Any]]) -> set[str]:
    return {each["record"] for entry in rows for each in entry["evidence"]}

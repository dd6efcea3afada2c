"""Keeping the register of assumptions: stating one, adding what bears on it, saying what is known, saying who relies on it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language

from commonweave.base import journal
from commonweave.evidence import queries, rules
from commonweave.evidence.models import Assumption, AssumptionEvidence, AssumptionState, AssumptionStep, Reliance
from commonweave.people import queries as people

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.text import Text
    from commonweave.base.viewer import Viewer


@transaction.atomic
def state_assumption(viewer: Viewer, *, organisation: UUID, statement: Text, reason: str) -> Assumption:
    """Put an assumption into the register; nothing is known of it yet."""
    _enforce(viewer, organisation)
    key = uuid4()
    assumption = Assumption.objects.create(
        id=key,
        slug=f"{slugify(statement.say('en'))[:80].strip('-') or 'assumption'}-{key.hex[:6]}",
        statement=statement,
        organisation_id=organisation,
        on=timezone.now().date(),
    )
    _step(viewer, assumption, organisation, AssumptionState.OPEN, reason)
    return assumption


@transaction.atomic
def add_bearing(
    viewer: Viewer, slug: str, *, organisation: UUID, record: str, side: str, note: str
) -> AssumptionEvidence:
    """Say that a record bears on an assumption, and how. `record` is its address. Said again, it replaces nothing."""
    _enforce(viewer, organisation)
    assumption = queries.get_assumption(viewer, slug)
    found, _made = AssumptionEvidence.objects.get_or_create(
        assumption=assumption,
        record=queries.get_published(viewer, record),
        defaults={
            "side": side,
            "note": note,
            "language": get_language() or "en",
            "person": people.get_self(viewer),
            "organisation_id": organisation,
            "on": timezone.now().date(),
        },
    )
    journal.write(viewer, "assumption.bearing", kind="assumption", subject=assumption.pk, record=found.record_id)
    return found


@transaction.atomic
def call_assumption(viewer: Viewer, slug: str, *, organisation: UUID, state: str, reason: str) -> None:
    """Say what is known of an assumption now, and why; what was said before stays."""
    _enforce(viewer, organisation)
    assumption = queries.get_assumption(viewer, slug, lock=True)
    rules.may_call(state, {each.side for each in assumption.evidence.all()}).enforce()
    assumption.state = state
    assumption.save(update_fields=["state"])
    _step(viewer, assumption, organisation, state, reason)


@transaction.atomic
def rely(viewer: Viewer, slug: str, *, organisation: UUID, programme: str) -> None:
    """Say that a programme of one's own organisation builds on an assumption."""
    _enforce(viewer, organisation)
    assumption = queries.get_assumption(viewer, slug)
    by = {"person": people.get_self(viewer), "on": timezone.now().date()}
    Reliance.objects.get_or_create(
        assumption=assumption, organisation_id=organisation, programme=programme, defaults=by
    )
    journal.write(viewer, "assumption.relied_on", kind="assumption", subject=assumption.pk)


def _enforce(viewer: Viewer, organisation: UUID) -> None:
    rules.may_follow_assumptions(viewer).enforce()
    rules.belongs(viewer, organisation).enforce()


def _step(viewer: Viewer, assumption: Assumption, organisation: UUID, state: str, reason: str) -> None:
    AssumptionStep.objects.create(
        assumption=assumption,
        state=state,
        reason=reason,
        language=get_language() or "en",
        person=people.get_self(viewer),
        organisation_id=organisation,
        done_at=timezone.now(),
    )
    journal.write(viewer, "assumption.called", kind="assumption", subject=assumption.pk, state=state)

"""Memberships end at once, and with them every open session and invitation of that person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F

from commonweave.base import journal
from commonweave.people import queries, rules
from commonweave.people.actions.credentials import end_credentials_through
from commonweave.people.actions.invitations import withdraw_invitations_through
from commonweave.people.actions.keys import take_keys_back
from commonweave.people.models import Membership, Person, Role

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer


@transaction.atomic
def end_membership(viewer: Viewer, pk: UUID) -> Membership:
    """End somebody's work in an organisation today; it lowers access, so one administrator is enough."""
    membership = queries.memberships_for(viewer).select_for_update(of=("self",)).get(pk=pk)
    rules.may_end_membership(viewer, membership, _count_administrators(viewer)).enforce()
    today = queries.today()
    if membership.during.isempty or (membership.during.upper is not None and membership.during.upper <= today):
        return membership  # "empty": it ended on the day it began
    membership.during = DateRange(membership.during.lower, today)
    membership.save(update_fields=["during"])
    end_sessions(membership.person_id)
    take_keys_back(viewer, membership.person_id, membership.organisation_id)
    withdraw_invitations_through(viewer, membership)
    end_credentials_through(viewer, membership)
    journal.write(
        viewer,
        "membership.ended",
        kind="membership",
        subject=membership.pk,
        person=membership.person_id,
        organisation=membership.organisation_id,
        role=membership.role,
    )
    return membership


def _count_administrators(viewer: Viewer) -> int:
    """Count them under a lock, so that the last two cannot end each other at once."""
    rows = queries.current_memberships(viewer).filter(role=Role.ADMINISTRATOR).order_by("id")
    return len(set(rows.select_for_update(of=("self",)).values_list("person_id", flat=True)))


def end_sessions(person: UUID) -> None:
    """Make every open session of a person invalid."""
    Person.objects.filter(pk=person).update(sessions=F("sessions") + 1)

"""Questions about people, organisations, teams and what they cover."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils import timezone

from commonweave.base.viewer import Viewer
from commonweave.people.models import Membership, Role

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID


def facts_about(person: UUID, *, second_factor: bool, today: date | None = None) -> Viewer:
    """Return the Viewer of a signed-in person. Without a second factor in this session it has no teams."""
    on = today or timezone.now().date()
    rows = Membership.objects.filter(person=person, during__contains=on).values_list(
        "organisation_id", "organisation__signed_on", "role", "team_id"
    )
    roles: dict[UUID, set[str]] = defaultdict(set)
    teams: set[UUID] = set()
    signed = False
    for organisation, signed_on, role, team in rows:
        signed = signed or (signed_on is not None and signed_on <= on)
        if role == Role.MEMBER or second_factor:
            roles[organisation].add(role)
        else:
            roles[organisation].add(Role.MEMBER)
        if team and second_factor:
            teams.add(team)
    return Viewer(
        person=person,
        organisations=frozenset(roles),
        teams=frozenset(teams),
        roles={organisation: frozenset(held) for organisation, held in roles.items()},
        signed=signed,
    )

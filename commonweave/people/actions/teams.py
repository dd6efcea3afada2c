"""How long a team has to open and to answer, where it is not what the place says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from commonweave.base import journal
from commonweave.people import queries, rules

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.people.models import Team


@transaction.atomic
def set_team_clocks(viewer: Viewer, pk: UUID, *, acknowledge_days: int | None, answer_days: int | None) -> Team:
    """Give a team its own clocks, or let it follow the place again (None). Counts for what is set from now on."""
    rules.may_set_clocks(viewer, acknowledge_days, answer_days).enforce()
    team = queries.get_team(viewer, pk, lock=True)
    team.acknowledge_days, team.answer_days = acknowledge_days, answer_days
    team.save(update_fields=["acknowledge_days", "answer_days"])
    journal.write(
        viewer,
        "team.clocks_set",
        kind="team",
        subject=team.pk,
        acknowledge_days=acknowledge_days or 0,
        answer_days=answer_days or 0,
    )
    return team

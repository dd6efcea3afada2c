"""Changes that wait for a second person, so that an administrator of a demonstration has something to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commonweave.base.text import Text
from commonweave.people import actions
from commonweave.people.models import Role
from commonweave.people.queries import facts_about

if TYPE_CHECKING:
    from commonweave.people.models import Organisation, Person, Team
    from commonweave.places.models import Place


def make(
    people: dict[str, Person], bodies: dict[str, tuple[Organisation, list[Team]]], spots: dict[str, Place]
) -> None:
    """Propose a coverage, a reader and a team, each by somebody whom the others can check."""
    leeds, bridges, peel = (
        facts_about(people[f"admin.{name}@demo.invalid"].pk, second_factor=True)
        for name in ("leeds", "northern-bridges", "peel")
    )
    bradford = bodies["bradford-support"][1][0]
    actions.propose_coverage(
        leeds,
        team=bradford.pk,
        place=spots["gb-brd"].pk,
        report_kinds=["online", "happened", "neighbourhood"],
        reason="Nobody in the Bradford office takes reports about things online yet.",
    )
    shkoder = bodies["shkoder-support"][1][0]
    actions.propose_grant(
        bridges,
        email="member.research@demo.invalid",
        organisation=shkoder.organisation_id,
        role=Role.READER,
        team=shkoder.pk,
        reason="A second reader, so that reports are opened during holidays too.",
    )
    actions.propose_team(
        peel,
        organisation=bodies["ontario-police"][0].pk,
        names=Text.of("Ontario online team (example)", fr="Équipe en ligne de l’Ontario (exemple)"),
        reason="A team of its own for what happens online.",
    )

"""Programs that act for an organisation, let in as the product lets them in, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people import actions, locks, queries
from commonweave.people.models import HeldKey, Organisation, Proposal, Right, Role
from commonweave.people.queries import credentials
from commonweave.people.tests import factories as make
from commonweave.people.tests.keyed import Network

if TYPE_CHECKING:
    from commonweave.people.actions.credentials import Admitted
    from commonweave.people.models import OrganisationKey, Team

READS = (Right.FACTS, Right.OPEN, Right.ANSWER)


class Programs(Network):
    """The network, with programs of the city."""

    def let_in(self, *rights: str, days: int = 100) -> Admitted:
        viewer = make.viewer_of(self.ada)
        team = self.team.pk if set(rights) & set(READS) else None
        with as_viewer(viewer):
            return actions.make_credential(
                viewer,
                organisation=self.city.pk,
                purpose="Case desk",
                rights=rights,
                team=team,
                ends_on=queries.today() + timedelta(days=days),
                reason="We work there",
            )

    def decide(self, *, agree: bool = True) -> None:
        viewer = make.viewer_of(self.ben)
        decide = actions.approve_proposal if agree else actions.decline_proposal
        with as_viewer(viewer):
            decide(viewer, Proposal.objects.get(verb="credential", state="open").pk, reason="I asked")

    def asks(self, admitted: Admitted) -> credentials.Program | None:
        with as_viewer(NOBODY):
            return credentials.program_of(admitted.token)

    def viewer(self, admitted: Admitted) -> Viewer:
        program = self.asks(admitted)
        assert program
        return program.viewer

    def end(self, admitted: Admitted) -> None:
        viewer = make.viewer_of(self.ada)
        with as_viewer(viewer):
            actions.end_credential(viewer, admitted.credential.pk)

    def give_program(self, key: OrganisationKey, admitted: Admitted) -> HeldKey:
        return self.give(key, self.rita, admitted.credential.person)


def make_program(team: Team, *rights: str, agreed: bool = True, holds: bool = True) -> Admitted:
    """Let a program in for an organisation; where it reads, a second person agrees and it is given the key, unless said."""
    body = Organisation.objects.get(pk=team.organisation_id)
    viewer = make.viewer_of(make.make_member(Role.ADMINISTRATOR, body))
    reads = bool(set(rights) & set(READS))
    ends_on = queries.today() + timedelta(days=30)
    with as_viewer(viewer):
        admitted = actions.make_credential(
            viewer,
            organisation=body.pk,
            team=team.pk if reads else None,
            purpose="Case desk",
            rights=rights,
            ends_on=ends_on,
            reason="We work there",
        )
    if reads and agreed:
        second = make.viewer_of(make.make_member(Role.ADMINISTRATOR, make.make_organisation("civil_society")))
        with as_viewer(second):
            waiting = Proposal.objects.get(payload__credential=str(admitted.credential.pk))
            actions.approve_proposal(second, waiting.pk, reason="I asked")
        if holds and Right.OPEN in rights:
            key = make.make_key(body)
            wrapped = locks.wrap(make.rings[body.pk][str(key.pk)], admitted.public)
            HeldKey.objects.create(key=key, person=admitted.credential.person, wrapped=wrapped)
    return admitted

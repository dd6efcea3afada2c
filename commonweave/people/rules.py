"""What may be done about organisations, people and who reads. Pure: asks nothing, changes nothing.

An account is tied to who made it and to who proposed that it administers; followed back, this is its *origin*.
Whoever shares an origin may be one person with several accounts, so they never count as two.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.people.models import OrganisationKind, ProposalState, RecipientKind, Right, Role
from commonweave.people.models.credentials import READING
from commonweave.places.defaults import LONGEST_DEADLINE

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.people.models import Coverage, Credential, Invitation, Membership, Organisation, Proposal, Team
    from commonweave.people.queries.keys import Colleague

DIRECT = frozenset({Role.MEMBER, Role.COORDINATOR})
"""Roles that open no report: an administrator gives them inside the own organisation."""

NEVER_TRUSTED = frozenset({OrganisationKind.MINISTRY, OrganisationKind.FUNDER})
"""Who pays or oversees others takes down nothing: help must never be a condition for asking around."""

NEEDS_SECOND_FACTOR = frozenset({Role.READER, Role.COORDINATOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Standing:
    """How the proposer and the person who would decide stand to each other."""

    proposer_origin: frozenset[UUID] = field(default_factory=frozenset)
    decider_origin: frozenset[UUID] = field(default_factory=frozenset)
    proposer_organisations: frozenset[UUID] = field(default_factory=frozenset)
    decider_email: str = ""


def administered(viewer: Viewer) -> list[UUID]:
    """Return the organisations the viewer administers, in a stable order."""
    return sorted(own for own, roles in viewer.roles.items() if Role.ADMINISTRATOR in roles)


def may_manage(viewer: Viewer) -> Verdict:
    """Say whether the viewer administers anything (with a second factor; without one the viewer has no roles)."""
    if viewer.system or administered(viewer):
        return YES
    return no(_("Only an administrator can do this."))


def may_read(viewer: Viewer) -> Verdict:
    """Say whether the viewer reads reports for any team (with a second factor; without one the viewer has no teams)."""
    if viewer.teams:
        return YES
    return no(_("Only members of a team, signed in with their second factor, see reports."))


def may_invite(viewer: Viewer, organisation: UUID, role: str) -> Verdict:
    """Say whether an invitation may go out at once, without a second person."""
    if not may_manage(viewer):
        return may_manage(viewer)
    if role not in DIRECT:
        return no(
            _("Who reads reports or administers needs the agreement of a second person from another organisation."),
        )
    if organisation not in administered(viewer):
        return no(_("You administer another organisation, so a second person has to agree."))
    return YES


def may_withdraw(viewer: Viewer, invitation: Invitation, *, managed: bool) -> Verdict:
    """Say whether the viewer may take an invitation back. `managed`: somebody administers that organisation today."""
    if not (manages := may_manage(viewer)):
        return manages
    if viewer.system or not managed or invitation.organisation_id in administered(viewer):
        return YES
    if invitation.invited_by_id == viewer.person:
        return YES
    return no(_("Only whoever sent this invitation, or an administrator of that organisation, can withdraw it."))


def may_hold_team(organisation: Organisation) -> Verdict:
    """Say whether a body of this kind can receive reports; residents consent to these kinds only."""
    if organisation.kind in RecipientKind.values:
        return YES
    return no(_("An organisation of this kind coordinates or supports others. It cannot receive reports."))


def may_be_trusted(organisation: Organisation, *, trusted: bool = False) -> Verdict:
    """Say whether the members of a body may be trusted to write down what somebody tells them."""
    if organisation.kind in NEVER_TRUSTED:
        return no(_("Ministries and funders write down no reports for others."))
    if trusted:
        return no(_("This organisation is trusted already."))
    return YES


def may_assist(viewer: Viewer, trusted: frozenset[UUID]) -> Verdict:
    """Say whether the viewer may write a report down for somebody: readers, and members of trusted groups."""
    if viewer.teams or viewer.organisations & trusted:
        return YES
    return no(_("Only members of a team, signed in with their second factor, and of trusted groups can do this."))


def may_decline(viewer: Viewer, proposal: Proposal) -> Verdict:
    """Say whether the viewer may end a proposal without effect; its proposer may take it back."""
    if not may_manage(viewer):
        return may_manage(viewer)
    if proposal.state != ProposalState.OPEN:
        return no(_("This proposal was already decided."))
    return YES


def may_approve(viewer: Viewer, proposal: Proposal, standing: Standing) -> Verdict:
    """Say whether the viewer is a second person from another organisation for this proposal."""
    if not (open_to_me := may_decline(viewer, proposal)):
        return open_to_me
    if proposal.proposed_by_id == viewer.person:
        return no(_("You made this proposal. Somebody from another organisation has to agree."))
    deciding = [own for own in administered(viewer) if own not in standing.proposer_organisations]
    if not deciding or proposal.proposed_for_id in viewer.organisations:
        return no(
            _("You work with the organisation that proposed this. Somebody from another organisation has to agree."),
        )
    if standing.proposer_origin & standing.decider_origin:
        return no(
            _(
                "Your access and the proposer's come from the same person. "
                "Somebody who was invited by others has to agree.",
            ),
        )
    if proposal.payload.get("email") == standing.decider_email:
        return no(_("This is about your own access. Somebody else has to agree."))
    return YES


def deciding_for(viewer: Viewer, standing: Standing) -> UUID:
    """Return the organisation in whose name an allowed approval is given."""
    return next(own for own in administered(viewer) if own not in standing.proposer_organisations)


def may_end_membership(viewer: Viewer, membership: Membership, administrators: int) -> Verdict:
    """Say whether somebody's work here may end now. `administrators`: how many people administer anything today."""
    if not (manages := may_manage(viewer)):
        return manages
    if membership.role == Role.ADMINISTRATOR and administrators <= 1:
        return no(_("This is the last administrator. Somebody else has to administer first."))
    return YES


def may_change_organisation(viewer: Viewer, organisation: Organisation, kind: str, *, has_teams: bool) -> Verdict:
    """Say whether what is said about a body may change; residents consented to the kind of its teams."""
    if not (manages := may_manage(viewer)):
        return manages
    if has_teams and kind != organisation.kind:
        return no(_("This organisation has teams, so its kind cannot change: residents chose who reads by kind."))
    return YES


def may_set_clocks(viewer: Viewer, *days: int | None) -> Verdict:
    """Administrators say how long a team has, within what a place could say, too. None: as the place says."""
    if not (manages := may_manage(viewer)):
        return manages
    if any(each is not None and not 1 <= each <= LONGEST_DEADLINE for each in days):
        return no(_("Choose a number from 1 to %(most)s.") % {"most": LONGEST_DEADLINE})
    return YES


def may_end_coverage(coverage: Coverage, today: date) -> Verdict:
    """Say whether a coverage still runs."""
    if coverage.during.isempty or (coverage.during.upper is not None and coverage.during.upper <= today):
        return no(_("This coverage has already ended."))
    return YES


def may_accept(invitation: Invitation, *, email: str) -> Verdict:
    """Say whether an account with this address may take up an invitation."""
    if invitation.email == email:
        return YES
    return no(_("This invitation was sent to another address than the one you signed in with."))


def may_open_account(*, has_account: bool) -> Verdict:
    """Say whether an invitation makes a new account; an address has one account at most."""
    if has_account:
        return no(_("There is already an account with this address. Sign in first, then accept the invitation."))
    return YES


def fits_role(role: str, organisation: UUID, team: Team | None) -> Verdict:
    """Say whether role and team go together: who reads reports belongs to a team of that organisation."""
    if role == Role.READER and team is None:
        return no(_("Choose the team whose reports this person will read."))
    if role != Role.READER and team is not None:
        return no(_("Only somebody who reads reports belongs to a team."))
    if team is not None and team.organisation_id != organisation:
        return no(_("This team belongs to another organisation."))
    return YES


def may_make_key(viewer: Viewer, *, reads: bool, has_own: bool) -> Verdict:
    """Say whether the viewer may make a key for an organisation whose reports they read."""
    if viewer.person is None or viewer.rights is not None or not reads:
        return no(
            _("Only somebody who reads reports for this organisation, signed in with the second step, can do this.")
        )
    if not has_own:
        return no(_("Set your unsealing passphrase first."))
    return YES


def may_use_key(*, held: bool) -> Verdict:
    """Say whether reports may be sealed to a key: whoever made it may have lost it before anybody agreed."""
    if not held:
        return no(_("Nobody holds this key any more. Say no to it, so that they can make another."))
    return YES


def may_give_key(*, holds: bool, colleague: Colleague | None) -> Verdict:
    """Say whether a key may be given: by a holder, to a colleague who reads and has a passphrase of their own."""
    if not holds:
        return no(_("You do not hold this key."))
    if colleague is None:
        return no(_("This person does not read reports for this organisation."))
    if colleague.holds:
        return no(_("This person holds the key already."))
    if not colleague.has_key:
        return no(_("This person has to set an unsealing passphrase first."))
    return YES


CREDENTIAL_LASTS = timedelta(days=365)


def reads_reports(rights: Collection[str]) -> bool:
    """Say whether a credential with these rights concerns a team's reports, so that a second person has to agree."""
    return not frozenset(READING).isdisjoint(rights)


def may_let_in(viewer: Viewer, organisation: UUID) -> Verdict:
    """Say whether the viewer decides which programs act for an organisation; a program never does."""
    if viewer.rights is not None or organisation not in administered(viewer):
        return no(_("Only an administrator of this organisation can do this."))
    return YES


def may_make_credential(
    viewer: Viewer, organisation: UUID, rights: Collection[str], team: Team | None, lasts: timedelta
) -> Verdict:
    """Say whether a program may act for an organisation in this way."""
    if not (lets := may_let_in(viewer, organisation)):
        return lets
    if not rights or not set(rights) <= set(Right.values):
        return no(_("Choose what the program may do."))
    if reads_reports(rights) and team is None:
        return no(_("Choose the team whose reports this program will read."))
    if team is not None and not reads_reports(rights):
        return no(_("Only a program that reads reports belongs to a team."))
    if team is not None and team.organisation_id != organisation:
        return no(_("This team belongs to another organisation."))
    if not timedelta(0) < lasts <= CREDENTIAL_LASTS:
        return no(_("Choose a day after today, and at most one year away."))
    return YES


def may_hand_in(*, helps: bool) -> Verdict:
    """A program writes down for others where a person of its organisation may: it is shown the words and the receipt."""
    if helps:
        return YES
    return no(_("Only an organisation with a team, or a trusted group, hands in reports for others."))


def may_end_credential(viewer: Viewer, credential: Credential) -> Verdict:
    """Say whether a credential may end now; it lowers access, so any administrator is enough."""
    if not (manages := may_manage(viewer)):
        return manages
    if credential.ended_on is not None:
        return no(_("This access has ended already."))
    return YES

"""Who may read reports changes in two steps: somebody proposes, a second person from another organisation agrees."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from commonweave.base import journal
from commonweave.base.text import Text
from commonweave.people import locks, queries, rules
from commonweave.people.actions.invitations import send_invitation
from commonweave.people.actions.signing_in import as_person
from commonweave.people.models import (
    Coverage,
    Credential,
    Invitation,
    Membership,
    OrganisationKey,
    Proposal,
    ProposalState,
    ProposalVerb,
    Role,
    Team,
    Trust,
)
from commonweave.people.queries import keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from commonweave.base.viewer import Viewer


@transaction.atomic
def propose_team(
    viewer: Viewer,
    *,
    organisation: UUID,
    names: Text,
    reason: str,
    telephone: str = "",
    hours: Text | None = None,
) -> Proposal:
    """Propose that an organisation receives reports; its kind decides which consent it needs."""
    rules.may_manage(viewer).enforce()
    body = queries.get_organisation(viewer, organisation)
    rules.may_hold_team(body).enforce()
    payload = {
        "team": str(uuid.uuid4()),
        "organisation": str(body.pk),
        "kind": body.kind,
        "names": names.to_json(),
        "telephone": telephone,
        "hours": (hours or Text()).to_json(),
    }
    return propose(viewer, ProposalVerb.NEW_TEAM, payload, reason)


@transaction.atomic
def propose_coverage(
    viewer: Viewer,
    *,
    team: UUID,
    report_kinds: Sequence[str],
    reason: str,
    place: UUID | None = None,
    area: UUID | None = None,
) -> Proposal:
    """Propose which reports a team takes, at a place or in an area."""
    rules.may_manage(viewer).enforce()
    payload = {
        "coverage": str(uuid.uuid4()),
        "team": str(queries.get_team(viewer, team).pk),
        "place": str(place) if place else None,
        "area": str(area) if area else None,
        "report_kinds": sorted(report_kinds),
    }
    return propose(viewer, ProposalVerb.COVER, payload, reason)


@transaction.atomic
def propose_end_of_coverage(viewer: Viewer, *, coverage: UUID, reason: str) -> Proposal:
    """Propose that a team stops taking reports somewhere."""
    rules.may_manage(viewer).enforce()
    ending = queries.get_coverage(viewer, coverage)
    rules.may_end_coverage(ending, queries.today()).enforce()
    return propose(viewer, ProposalVerb.END_COVERAGE, {"coverage": str(ending.pk)}, reason)


@transaction.atomic
def propose_trust(viewer: Viewer, *, organisation: UUID, reason: str) -> Proposal:
    """Propose that the members of an organisation write down what somebody tells them."""
    rules.may_manage(viewer).enforce()
    body = queries.get_organisation(viewer, organisation)
    rules.may_be_trusted(body, trusted=queries.current_trust(viewer, body.pk) is not None).enforce()
    return propose(viewer, ProposalVerb.TRUST, {"trust": str(uuid.uuid4()), "organisation": str(body.pk)}, reason)


@transaction.atomic
def end_trust(viewer: Viewer, *, organisation: UUID) -> None:
    """Trust an organisation no longer from today on; it lowers access, so one administrator is enough."""
    rules.may_manage(viewer).enforce()
    trust = queries.current_trust(viewer, organisation)
    if trust is None:
        return
    trust.during = DateRange(trust.during.lower, queries.today())
    trust.save(update_fields=["during"])
    journal.write(viewer, "trust.ended", kind="organisation", subject=organisation)


@transaction.atomic
def propose_grant(
    viewer: Viewer,
    *,
    email: str,
    organisation: UUID,
    role: str,
    reason: str,
    team: UUID | None = None,
) -> Proposal:
    """Propose that somebody reads reports, administers, or joins an organisation that is not the proposer's."""
    rules.may_manage(viewer).enforce()
    reading = queries.get_team(viewer, team) if team else None
    rules.fits_role(role, organisation, reading).enforce()
    payload = {
        "email": email.strip().lower(),
        "organisation": str(queries.get_organisation(viewer, organisation).pk),
        "role": role,
        "team": str(reading.pk) if reading else None,
    }
    return propose(viewer, ProposalVerb.GRANT, payload, reason)


def propose(
    viewer: Viewer, verb: str, payload: dict[str, Any], reason: str, organisation: UUID | None = None
) -> Proposal:
    """Write a proposal down, in the name of an organisation (or of the first that the viewer administers)."""
    proposal = Proposal(
        verb=verb,
        payload=payload,
        reason=reason,
        proposed_by=queries.get_self(viewer),
        proposed_for_id=organisation or rules.administered(viewer)[0],
        proposed_on=queries.today(),
    )
    proposal.save(force_insert=True)
    journal.write(viewer, "proposal.made", kind="proposal", subject=proposal.pk, change=verb)
    return proposal


@transaction.atomic
def approve_proposal(viewer: Viewer, pk: UUID, *, reason: str) -> Proposal:
    """Agree as the second person; what was proposed happens in the same transaction."""
    proposal = _locked(viewer, pk)
    standing = queries.standing(viewer, proposal)
    rules.may_approve(viewer, proposal, standing).enforce()
    _decide(viewer, proposal, ProposalState.APPROVED, rules.deciding_for(viewer, standing), reason)
    _CARRY_OUT[ProposalVerb(proposal.verb)](viewer, proposal)
    return proposal


@transaction.atomic
def decline_proposal(viewer: Viewer, pk: UUID, *, reason: str) -> Proposal:
    """Say no, or take the own proposal back; nothing changes."""
    proposal = _locked(viewer, pk)
    rules.may_decline(viewer, proposal).enforce()
    _decide(viewer, proposal, ProposalState.DECLINED, rules.administered(viewer)[0], reason)
    if proposal.verb == ProposalVerb.CREDENTIAL:
        rows = Credential.objects.filter(pk=proposal.payload["credential"], ended_on=None)
        rows.update(ended_on=queries.today())
    if proposal.verb == ProposalVerb.KEY:
        OrganisationKey.objects.filter(pk=proposal.payload["key"], retired_on=None).update(retired_on=queries.today())
    return proposal


def _locked(viewer: Viewer, pk: UUID) -> Proposal:
    """Lock an open proposal. A decided one cannot be locked (the database lets nobody change it) and stays as it is."""
    queries.get_proposal(viewer, pk)
    rows = queries.proposals_for(viewer).select_for_update(of=("self",))
    return rows.filter(pk=pk).first() or queries.get_proposal(viewer, pk)


def _decide(viewer: Viewer, proposal: Proposal, state: ProposalState, organisation: UUID, reason: str) -> None:
    proposal.state = state
    proposal.decided_by = queries.get_self(viewer)
    proposal.decided_for_id = organisation
    proposal.decided_on = queries.today()
    proposal.decision_reason = reason
    proposal.save(update_fields=["state", "decided_by", "decided_for", "decided_on", "decision_reason"])
    journal.write(viewer, f"proposal.{state}", kind="proposal", subject=proposal.pk, change=proposal.verb)


def _make_team(viewer: Viewer, proposal: Proposal) -> None:
    facts = proposal.payload
    team = Team(
        id=uuid.UUID(facts["team"]),
        organisation_id=facts["organisation"],
        kind=facts["kind"],
        names=Text.from_json(facts["names"]),
        telephone=facts["telephone"],
        hours=Text.from_json(facts["hours"]),
        proposal=proposal,
    )
    team.save(force_insert=True)
    journal.write(viewer, "team.approved", kind="team", subject=team.pk, proposal=proposal.pk)


def _cover(viewer: Viewer, proposal: Proposal) -> None:
    facts = proposal.payload
    running = queries.coverage_for(viewer).filter(
        team=facts["team"],
        place=facts["place"],
        area=facts["area"],
        during__contains=queries.today(),
    )
    # A wider or narrower choice of kinds replaces what runs there: one coverage for a team and place at a time.
    for coverage in running.select_for_update(of=("self",)):
        _end(viewer, coverage, proposal)
    coverage = Coverage(
        id=uuid.UUID(facts["coverage"]),
        team_id=facts["team"],
        place_id=facts["place"],
        area_id=facts["area"],
        report_kinds=facts["report_kinds"],
        during=DateRange(queries.today(), None),
        proposal=proposal,
    )
    coverage.save(force_insert=True)
    journal.write(viewer, "coverage.approved", kind="coverage", subject=coverage.pk, proposal=proposal.pk)


def _end_coverage(viewer: Viewer, proposal: Proposal) -> None:
    coverage = queries.coverage_for(viewer).select_for_update(of=("self",)).get(pk=proposal.payload["coverage"])
    rules.may_end_coverage(coverage, queries.today()).enforce()
    _end(viewer, coverage, proposal)


def _end(viewer: Viewer, coverage: Coverage, proposal: Proposal) -> None:
    coverage.during = DateRange(coverage.during.lower, queries.today())
    coverage.save(update_fields=["during"])
    journal.write(viewer, "coverage.ended", kind="coverage", subject=coverage.pk, proposal=proposal.pk)


def _grant(viewer: Viewer, proposal: Proposal) -> None:
    facts = proposal.payload
    invitation = Invitation(
        email=facts["email"],
        organisation_id=facts["organisation"],
        role=Role(facts["role"]),
        team_id=facts["team"],
        invited_by=proposal.proposed_by,  # who chose the address, not who agreed: the account's origin
        proposal=proposal,
    )
    send_invitation(viewer, invitation)


def _trust(viewer: Viewer, proposal: Proposal) -> None:
    facts = proposal.payload
    body = queries.get_organisation(viewer, uuid.UUID(facts["organisation"]))
    rules.may_be_trusted(body, trusted=queries.current_trust(viewer, body.pk) is not None).enforce()
    trust = Trust(
        id=uuid.UUID(facts["trust"]), organisation=body, during=DateRange(queries.today(), None), proposal=proposal
    )
    trust.save(force_insert=True)
    journal.write(viewer, "trust.approved", kind="organisation", subject=body.pk, proposal=proposal.pk)


def _approve_key(viewer: Viewer, proposal: Proposal) -> None:
    """From now on reports are sealed to this key; the one before is retired and only opens what is sealed to it."""
    key = OrganisationKey.objects.select_for_update().get(pk=proposal.payload["key"])
    rules.may_use_key(held=bool(keys.holders(viewer, key))).enforce()
    before = OrganisationKey.objects.filter(
        organisation=key.organisation_id, approved_on__isnull=False, retired_on=None
    )
    before.update(retired_on=queries.today())
    key.proposal, key.approved_on = proposal, queries.today()
    key.save(update_fields=["proposal", "approved_on"])
    write_fingerprint(viewer, key)


def write_fingerprint(viewer: Viewer, key: OrganisationKey) -> None:
    """Write into the journal that reports may be sealed to this key: intake asks there, not the key's own row."""
    print_of_it = locks.fingerprint(bytes(key.public))
    journal.write(viewer, "key.approved", kind="organisation_key", subject=key.pk, fingerprint=print_of_it)


def _let_read(viewer: Viewer, proposal: Proposal) -> None:
    """Make a credential a reader of its team, until the day it ends. Whoever holds the organisation's key gives it."""
    credential = Credential.objects.select_for_update(of=("self",)).get(pk=proposal.payload["credential"])
    rules.may_end_credential(viewer, credential).enforce()
    reader = Membership(
        person_id=credential.pk,
        organisation_id=credential.organisation_id,
        role=Role.READER,
        team_id=credential.team_id,
        during=DateRange(queries.today(), credential.ends_on + timedelta(days=1)),
        granted_by=proposal.proposed_by,
        proposal=proposal,
    )
    with as_person(viewer, credential.pk):
        reader.save(force_insert=True)
    journal.write(viewer, "credential.approved", kind="credential", subject=credential.pk, proposal=proposal.pk)


_CARRY_OUT = {
    ProposalVerb.CREDENTIAL: _let_read,
    ProposalVerb.KEY: _approve_key,
    ProposalVerb.TRUST: _trust,
    ProposalVerb.NEW_TEAM: _make_team,
    ProposalVerb.COVER: _cover,
    ProposalVerb.END_COVERAGE: _end_coverage,
    ProposalVerb.GRANT: _grant,
}

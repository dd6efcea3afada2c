"""Questions about people, organisations, teams and what they cover."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import Count, Model, Q
from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_date

from commonweave.base.sorting import fold
from commonweave.base.viewer import Viewer
from commonweave.people import rules
from commonweave.people.models import (
    Coverage,
    Demonstration,
    Invitation,
    Membership,
    Organisation,
    Person,
    Proposal,
    ProposalState,
    Role,
    Team,
    Trust,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from django.db.models import QuerySet

PAGE = 30


def today() -> date:
    """Return the date by which memberships and coverage begin and end (UTC, as in the database's own checks)."""
    return timezone.now().date()


def facts_about(person: UUID, *, second_factor: bool, today: date | None = None) -> Viewer:
    """Return the Viewer of a signed-in person. Without a second factor in this session it has no teams."""
    on = today or timezone.now().date()
    rows = Membership.objects.filter(person=person, during__contains=on).values_list(
        "organisation_id",
        "organisation__signed_on",
        "role",
        "team_id",
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


def demonstration() -> bool:
    """Say whether this node is a demonstration; only then can its invented people exist."""
    return Demonstration.objects.exists()


def roles_waiting(viewer: Viewer) -> frozenset[str]:
    """Return the roles the viewer holds but cannot use before a second factor was used in this session."""
    if viewer.person is None:
        return frozenset()
    held = Membership.objects.filter(person=viewer.person, during__contains=today()).values_list("role", flat=True)
    return frozenset(held) & rules.NEEDS_SECOND_FACTOR - {role for roles in viewer.roles.values() for role in roles}


def has_another_factor(authenticator: Authenticator, kinds: Sequence[str]) -> bool:
    """Say whether its owner has another second factor of these kinds."""
    others = Authenticator.objects.filter(user=authenticator.user_id, type__in=kinds)
    return bool(others.exclude(pk=authenticator.pk).exists())


def factors_with_codes(person: UUID | None) -> QuerySet[Authenticator]:
    """Return somebody's app and recovery codes; asked while they are still signing in."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=person)
    return found.exclude(type=Authenticator.Type.WEBAUTHN)


def locked_authenticator(pk: int) -> Authenticator:
    """Return a second factor, locked so that each of its codes counts once."""
    found: Authenticator = Authenticator.objects.select_for_update().get(pk=pk)
    return found


def get_self(viewer: Viewer) -> Person:
    """Return the viewer's own account."""
    if viewer.person is None:
        raise Http404
    return _one(Person.objects.all(), viewer.person)


def organisations_for(viewer: Viewer) -> QuerySet[Organisation]:
    """Return every organisation: which bodies take part is public."""
    del viewer
    return Organisation.objects.select_related("place")


def organisations_page(
    viewer: Viewer,
    *,
    words: str = "",
    after: str = "",
) -> tuple[list[tuple[Organisation, int]], str]:
    """Return a page of (organisation, its teams) by name, and the key of the next page ("" at the end)."""
    rows = organisations_for(viewer).annotate(team_count=Count("teams")).order_by("sort_key", "id")
    if words:
        rows = rows.filter(sort_key__contains=fold(words))
    if after:
        key, _, own = after.rpartition("~")
        if (last := _uuid(own)) is not None:
            rows = rows.filter(Q(sort_key__gt=key) | Q(sort_key=key, id__gt=last))
    found = list(rows[: PAGE + 1])
    more = f"{found[PAGE - 1].sort_key}~{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return [(body, body.team_count) for body in found[:PAGE]], more


def get_organisation(viewer: Viewer, pk: UUID, *, lock: bool = False) -> Organisation:
    """Return one organisation, or 404; locked for whoever is about to change it."""
    rows = organisations_for(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, pk)


def teams_for(viewer: Viewer) -> QuerySet[Team]:
    """Return every team: residents are told who could read their report."""
    del viewer
    return Team.objects.select_related("organisation")


def get_team(viewer: Viewer, pk: UUID, *, lock: bool = False) -> Team:
    """Return one team, or 404; locked for whoever is about to change it."""
    rows = teams_for(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, pk)


def coverage_for(viewer: Viewer) -> QuerySet[Coverage]:
    """Return what every team covers and covered: who takes what, where, is public."""
    del viewer
    return Coverage.objects.select_related("team__organisation", "place", "area")


def current_coverage(viewer: Viewer, organisation: UUID) -> QuerySet[Coverage]:
    """Return what an organisation's teams cover today."""
    rows = coverage_for(viewer).filter(team__organisation=organisation, during__contains=today())
    return rows.order_by("team__id", "place__sort_key", "area__code", "id")


def get_coverage(viewer: Viewer, pk: UUID) -> Coverage:
    """Return one coverage, or 404."""
    return _one(coverage_for(viewer), pk)


def current_trust(viewer: Viewer, organisation: UUID) -> Trust | None:
    """Return the trust in an organisation that holds today, if there is one: whom to ask for help is public."""
    del viewer
    return Trust.objects.filter(organisation=organisation, during__upper_inf=True).first()


def memberships_for(viewer: Viewer) -> QuerySet[Membership]:
    """Return memberships, past ones too: the viewer's own, those of the own organisations, for administrators all."""
    rows = Membership.objects.select_related("person", "organisation", "team")
    if rules.may_manage(viewer):
        return rows
    if viewer.person is None:
        return rows.none()
    return rows.filter(Q(person=viewer.person) | Q(organisation__in=viewer.organisations))


def current_memberships(viewer: Viewer, organisation: UUID | None = None) -> QuerySet[Membership]:
    """Return today's memberships the viewer may see, of one organisation if one is named."""
    rows = memberships_for(viewer).filter(during__contains=today()).order_by("person__name", "role", "id")
    return rows.filter(organisation=organisation) if organisation else rows


def members_of_team(viewer: Viewer, team: UUID, day: date) -> QuerySet[Person]:
    """Return the people who read a team's reports on a day; for the worker, who writes to them."""
    if not viewer.system:
        return Person.objects.none()
    reading = Membership.objects.filter(team=team, role=Role.READER, during__contains=day)
    return Person.objects.filter(pk__in=reading.values("person"), is_active=True).order_by("id")


def person_to_write_to(viewer: Viewer, person: UUID) -> Person | None:
    """Return an active person, for the system: only it writes to people."""
    return Person.objects.filter(pk=person, is_active=True).first() if viewer.system else None


def people_to_write_to(viewer: Viewer, people: Collection[UUID]) -> QuerySet[Person]:
    """Return active people, for the system likewise."""
    rows = Person.objects.filter(pk__in=people, is_active=True) if viewer.system else Person.objects.none()
    return rows.order_by("id")


def administrators(viewer: Viewer, day: date) -> QuerySet[Person]:
    """Return who administers on a day; for the worker, who writes to them."""
    if not viewer.system:
        return Person.objects.none()
    holding = Membership.objects.filter(role=Role.ADMINISTRATOR, during__contains=day)
    return Person.objects.filter(pk__in=holding.values("person"), is_active=True).order_by("id")


def administrators_of(viewer: Viewer, organisation: UUID, day: date) -> QuerySet[Person]:
    """Return who administers an organisation on a day; for the worker, who writes to them."""
    holding = Membership.objects.filter(organisation=organisation, role=Role.ADMINISTRATOR, during__contains=day)
    return administrators(viewer, day).filter(pk__in=holding.values("person"))


def get_membership(viewer: Viewer, pk: UUID) -> Membership:
    """Return one membership, or 404."""
    return _one(memberships_for(viewer), pk)


def proposals_for(viewer: Viewer) -> QuerySet[Proposal]:
    """Return proposals; only administrators see them."""
    if not rules.may_manage(viewer):
        return Proposal.objects.none()
    return Proposal.objects.select_related("proposed_by", "proposed_for", "decided_by", "decided_for")


def open_proposals(viewer: Viewer) -> QuerySet[Proposal]:
    """Return what waits for a second person, oldest first."""
    return proposals_for(viewer).filter(state=ProposalState.OPEN).order_by("proposed_on", "id")


def decided_proposals(viewer: Viewer, *, after: str = "") -> tuple[list[Proposal], str]:
    """Return a page of decided proposals, newest first, and the key of the next page."""
    rows = proposals_for(viewer).exclude(state=ProposalState.OPEN).order_by("-decided_on", "-id")
    day, _, own = after.partition("~")
    if (last := _uuid(own)) is not None and (on := parse_date(day)) is not None:
        rows = rows.filter(Q(decided_on__lt=on) | Q(decided_on=on, id__lt=last))
    found = list(rows[: PAGE + 1])
    more = f"{found[PAGE - 1].decided_on}~{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return found[:PAGE], more


def get_proposal(viewer: Viewer, pk: UUID) -> Proposal:
    """Return one proposal, or 404."""
    return _one(proposals_for(viewer), pk)


def invitations_for(viewer: Viewer) -> QuerySet[Invitation]:
    """Return invitations; only administrators see them."""
    if not rules.may_manage(viewer):
        return Invitation.objects.none()
    return Invitation.objects.select_related("organisation", "team")


def open_invitations(viewer: Viewer, organisation: UUID) -> QuerySet[Invitation]:
    """Return the invitations of an organisation that can still be accepted."""
    rows = invitations_for(viewer).filter(organisation=organisation, accepted_on=None, expires_on__gt=today())
    return rows.order_by("email", "id")


def invitations_through(viewer: Viewer, membership: Membership) -> QuerySet[Invitation]:
    """Return the open invitations that somebody in an organisation has there, or sent to others."""
    theirs = Q(organisation=membership.organisation_id, email=membership.person.email)
    rows = invitations_for(viewer).filter(theirs | Q(invited_by=membership.person_id))
    return rows.filter(accepted_on=None, expires_on__gt=today()).order_by("id")


def is_managed(organisation: UUID) -> bool:
    """Say whether somebody administers an organisation today."""
    holding = Membership.objects.filter(organisation=organisation, role=Role.ADMINISTRATOR)
    return holding.filter(during__contains=today()).exists()


def get_invitation(viewer: Viewer, pk: UUID) -> Invitation:
    """Return one invitation, or 404."""
    return _one(invitations_for(viewer), pk)


def token_hash(token: str) -> bytes:
    """Return what is stored of an invitation's token: 256 random bits need no slow hash."""
    return hashlib.blake2b(token.encode(), digest_size=32, person=b"cw-invitation").digest()


def invitation_with(token: str) -> Invitation | None:
    """Return the open invitation that a token opens; the database shows this row to whoever has the token."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('cw.invitation', %s, true)", [token_hash(token).hex()])
    rows = Invitation.objects.select_related("organisation", "team", "invited_by")
    return rows.filter(token_hash=token_hash(token), accepted_on=None, expires_on__gt=today()).first()


def locked_invitation(token: str) -> Invitation:
    """Return the open invitation of a token, locked so that it is redeemed once; 404 when there is none."""
    invitation = invitation_with(token)
    if invitation is None:
        raise Http404
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("organisation", "team")
    return _one(rows.filter(accepted_on=None), invitation.pk)


def same_membership(wanted: Membership) -> Membership | None:
    """Return the membership of today that already says the same."""
    return Membership.objects.filter(
        person=wanted.person,
        organisation=wanted.organisation,
        role=wanted.role,
        team=wanted.team,
        during__contains=today(),
    ).first()


def has_account(email: str) -> bool:
    """Say whether an address has an account; asked only for whoever holds an invitation to that address."""
    return Person.objects.filter(email=email).exists()


def person_with_address(email: str) -> UUID | None:
    """Return whose address this is; asked where a mail is written, so that its reader can be told if it comes back."""
    return Person.objects.filter(email=email.lower()).values_list("pk", flat=True).first()


def origin_of(person: UUID) -> frozenset[UUID]:
    """Return the person and everybody their account and their administering came from, step by step."""
    with connection.cursor() as cursor:
        cursor.execute("select people_origin(%s)", [person])
        return frozenset(row[0] for row in cursor.fetchall())


def standing(viewer: Viewer, proposal: Proposal) -> rules.Standing:
    """Return how the proposer and the viewer stand to each other."""
    person = get_self(viewer)
    works = Membership.objects.filter(person=proposal.proposed_by_id, during__contains=today())
    return rules.Standing(
        proposer_origin=origin_of(proposal.proposed_by_id),
        decider_origin=origin_of(person.pk),
        proposer_organisations=frozenset(works.values_list("organisation_id", flat=True)) | {proposal.proposed_for_id},
        decider_email=person.email,
    )


Row = TypeVar("Row", bound=Model)


def _one(rows: QuerySet[Row], pk: UUID) -> Row:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

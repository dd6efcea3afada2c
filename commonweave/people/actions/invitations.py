"""Invitations: the only way to an account, and the only way into an organisation. The link proves the mailbox."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweave.base import journal
from commonweave.base.viewer import SYSTEM, Viewer, tell_database
from commonweave.people import queries, rules
from commonweave.people.actions.people import make_person
from commonweave.people.models import Invitation, Membership, Role

if TYPE_CHECKING:
    from uuid import UUID

VALID = timedelta(days=7)


@transaction.atomic
def invite_person(viewer: Viewer, *, email: str, organisation: UUID, role: str, team: UUID | None = None) -> Invitation:
    """Invite somebody at once; only into the own organisation and to a role that opens no report."""
    rules.may_invite(viewer, organisation, role).enforce()
    rules.fits_role(role, organisation, queries.get_team(viewer, team) if team else None).enforce()
    invitation = Invitation(
        email=email.strip().lower(),
        organisation=queries.get_organisation(viewer, organisation),
        role=role,
        invited_by=queries.get_self(viewer),
    )
    send_invitation(viewer, invitation)
    return invitation


@transaction.atomic
def found_invitation(*, email: str, organisation: UUID, role: str = Role.ADMINISTRATOR) -> str:
    """Invite a first administrator and return the link, for whoever runs the node: a web request cannot do it.

    Two founders of different organisations are the least that can agree on anything.
    """
    invitation = Invitation(email=email.strip().lower(), organisation_id=organisation, role=role, founding=True)
    return send_invitation(SYSTEM, invitation)


def send_invitation(viewer: Viewer, invitation: Invitation) -> str:
    """Store an invitation's hash, queue the one mail that holds its token, and return the link."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = queries.token_hash(token)
    invitation.expires_on = queries.today() + VALID
    invitation.save(force_insert=True)
    link = settings.CONFIG.url + reverse("people:open_invitation", args=[token])
    text = render_to_string("people/mail/invitation.txt", {"invitation": invitation, "url": link})
    send_mail(_("You are invited to work on reports together"), text, None, [invitation.email])
    journal.write(
        viewer,
        "invitation.sent",
        kind="invitation",
        subject=invitation.pk,
        organisation=invitation.organisation_id,
        role=str(invitation.role),
    )
    return link


@transaction.atomic
def withdraw_invitation(viewer: Viewer, pk: UUID) -> Invitation:
    """Make an invitation's link useless."""
    rules.may_manage(viewer).enforce()
    queries.get_invitation(viewer, pk)
    invitation = queries.invitations_for(viewer).select_for_update(of=("self",)).get(pk=pk)
    managed = queries.is_managed(invitation.organisation_id)
    rules.may_withdraw(viewer, invitation, managed=managed).enforce()
    _withdraw(viewer, invitation)
    return invitation


@transaction.atomic
def withdraw_invitations_through(viewer: Viewer, membership: Membership) -> None:
    """Withdraw what would bring somebody back whose work ended, and whom they invited: it lowers access, like the end."""
    for invitation in queries.invitations_through(viewer, membership).select_for_update(of=("self",)):
        _withdraw(viewer, invitation)


def _withdraw(viewer: Viewer, invitation: Invitation) -> None:
    if invitation.accepted_on is None and invitation.expires_on > queries.today():
        invitation.expires_on = queries.today()
        invitation.save(update_fields=["expires_on"])
        journal.write(viewer, "invitation.withdrawn", kind="invitation", subject=invitation.pk)


@transaction.atomic
def accept_invitation(
    viewer: Viewer,
    token: str,
    *,
    name: str = "",
    password: str = "",
    language: str = "",
) -> Membership:
    """Take up an invitation: as the signed-in viewer, or as the new account that this makes."""
    invitation = queries.locked_invitation(token)
    if viewer.person is None:
        rules.may_open_account(has_account=queries.has_account(invitation.email)).enforce()
        person = make_person(
            email=invitation.email,
            name=name,
            password=password,
            language=language,
            made_by=invitation.invited_by_id,
            demonstration=invitation.email.endswith(".invalid"),
        )
        viewer = Viewer(person=person.pk)
    else:
        person = queries.get_self(viewer)
        rules.may_accept(invitation, email=person.email).enforce()
    tell_database(viewer)
    membership = Membership(
        person=person,
        organisation=invitation.organisation,
        role=invitation.role,
        team=invitation.team,
        during=DateRange(queries.today(), None),
        granted_by_id=invitation.invited_by_id,
        proposal_id=invitation.proposal_id,
        founding=invitation.founding,
    )
    if (held := queries.same_membership(membership)) is not None:
        membership = held
    else:
        membership.save(force_insert=True)
    invitation.accepted_on = queries.today()
    invitation.save(update_fields=["accepted_on"])
    journal.write(
        viewer,
        "invitation.accepted",
        kind="invitation",
        subject=invitation.pk,
        organisation=invitation.organisation_id,
        role=str(invitation.role),
    )
    return membership
